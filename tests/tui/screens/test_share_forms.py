"""Every form that is shared: what is shown of it, what is copied, saved and given to the browser."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from storage import Refused
from storage.exports import BOARD
from tui import browser
from tui.clipboard import Outcome
from tui.screens import share_ways
from tui.screens.asking import Ask
from tui.screens.line_input import LineInput
from tui.screens.share import ShareScreen
from tui.screens.share_choices import SHAPES

from .sharing import SHOWN, choose, document, exported, news, shared, title
from .sitting import until

SOURCES = [("Text for an e-mail", "text"), ("Markdown", "markdown"), ("JSON", "json"), ("Obsidian", "obsidian")]


@pytest.mark.parametrize(("words", "form"), SOURCES)
async def test_the_text_of_a_form_is_shown_and_copied_as_it_is(tmp_path: Path, words: str, form: str) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        before = document(pilot)
        await choose(pilot, "a", words)
        await until(pilot, lambda: document(pilot) != before)
        wanted = exported(session, form)
        assert "".join(document(pilot).split()) == "".join(wanted.split())  # however its lines are broken
        await pilot.press("c")
        await until(pilot, lambda: words in news(pilot))
        assert (tmp_path / "state" / "copied.txt").read_text("utf-8") == wanted


@pytest.mark.parametrize("words", ["With headings", "Web page"])
async def test_what_has_headings_is_shown_as_it_will_be_read(tmp_path: Path, words: str) -> None:
    async with shared(tmp_path) as (pilot, _, _):
        before = document(pilot)
        await choose(pilot, "a", words)
        await until(pilot, lambda: words.lower() in title(pilot))
        assert document(pilot) == before


async def test_a_mail_draft_is_shown_with_its_subject_and_copied_as_a_mail(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await choose(pilot, "a", "Mail draft")
        await until(pilot, lambda: document(pilot).startswith("Subject: Amis du Phare"))
        assert SHOWN in document(pilot)
        assert "Content-Type" not in document(pilot)
        await pilot.press("c")
        await until(pilot, lambda: "Text for an e-mail" in news(pilot))
        assert (tmp_path / "state" / "copied.txt").read_text("utf-8") == exported(session, "text")


async def test_with_headings_both_forms_go_to_the_clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[tuple[str, str]] = []

    def copy_rich(plain: str, html: str, **_: object) -> Outcome:
        copied.append((plain, html))
        return Outcome("desktop", certain=True, carried="both")

    monkeypatch.setattr(share_ways, "copy_rich", copy_rich)
    async with shared(tmp_path) as (pilot, session, _):
        await choose(pilot, "a", "With headings")
        await pilot.press("c")
        await until(pilot, lambda: "Copied with its headings" in news(pilot))
        ((plain, html),) = copied
        assert plain == exported(session, "text")
        assert html in exported(session, "html")
        assert "<h1" in html
        assert "<html" not in html


async def test_where_headings_cannot_go_the_plain_text_does_and_it_is_said(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await choose(pilot, "a", "With headings")
        await pilot.press("c")
        await until(pilot, lambda: "Only the plain text" in news(pilot))
        assert (tmp_path / "state" / "copied.txt").read_text("utf-8") == exported(session, "text")


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.id)
async def test_a_form_is_saved_under_a_name_that_says_what_it_is(tmp_path: Path, shape: object) -> None:
    names = {
        "read": "vallon-strategy.html", "text": "vallon-strategy.txt", "rich": "vallon-strategy.html",
        "eml": "vallon-strategy.eml", "html": "vallon-strategy.html", "markdown": "vallon-strategy.md",
        "json": "vallon-board.json", "obsidian": "vallon-board.md",
    }  # fmt: skip
    async with shared(tmp_path) as (pilot, session, _):
        screen = pilot.app.screen
        assert isinstance(screen, ShareScreen)
        await choose(pilot, "a", next(each.words for each in SHAPES if each is shape))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask) and pilot.app.screen.query("#line"))
        assert pilot.app.screen.query_one("#line", LineInput).value == names[screen.wanted.shape.id]
        await pilot.press("enter")
        await until(pilot, lambda: "Saved" in news(pilot))
        saved = (tmp_path / names[screen.wanted.shape.id]).read_bytes()
        if screen.wanted.shape.saved == "eml":
            mail = message_from_bytes(saved, policy=default)
            body = mail.get_body(("plain",))
            assert body is not None
            assert body.get_content().split() == exported(session, "text").split()
        else:
            assert saved.decode() == exported(session, screen.wanted.shape.saved)


async def test_the_browser_gets_a_page_that_only_its_owner_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[Path, bytes, int]] = []

    def open_in_browser(path: Path, environ: Mapping[str, str], *, remote: bool) -> None:
        opened.append((path, path.read_bytes(), stat.S_IMODE(path.stat().st_mode)))

    monkeypatch.setattr(browser, "open_in_browser", open_in_browser)
    async with shared(tmp_path) as (pilot, session, _):
        page = tmp_path / "state" / "shared.html"
        page.parent.mkdir(exist_ok=True)
        page.write_text("an old one", "utf-8")
        page.chmod(0o644)
        await pilot.press("f", "b")
        await until(pilot, lambda: "select all and copy" in news(pilot))
        assert opened == [(page, exported(session, "html", full=True).encode(), 0o600)]


async def test_the_browser_shows_the_whole_board_where_that_is_what_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "open_in_browser", lambda *_, **__: None)
    async with shared(tmp_path) as (pilot, session, _):
        await choose(pilot, "a", "JSON")
        assert "The whole board" in title(pilot)
        assert "names" not in title(pilot)
        await pilot.press("b")
        await until(pilot, lambda: "select all and copy" in news(pilot))
        page = (tmp_path / "state" / "shared.html").read_text("utf-8")
        assert page == exported(session, "html", subject=BOARD)


async def test_where_no_browser_can_be_opened_it_is_said_and_nothing_counts_as_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_in_browser(path: Path, environ: Mapping[str, str], *, remote: bool) -> None:
        raise Refused("no-browser", path=path)

    monkeypatch.setattr(browser, "open_in_browser", open_in_browser)
    async with shared(tmp_path) as (pilot, _, said):
        await pilot.press("b")
        await until(pilot, lambda: "shared.html" in news(pilot))
        screen = pilot.app.screen
        assert isinstance(screen, ShareScreen)
        assert screen.query_one("#news").has_class("alert")
        assert screen.shared is not None
        assert screen.shared.all() == []
        await pilot.press("escape")
        await until(pilot, lambda: said)
        assert said == [None]


@pytest.mark.parametrize("key", ["s", "b"])
async def test_a_guest_is_told_the_line_that_gives_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(browser, "open_in_browser", lambda *_, **__: pytest.fail("opened"))
    async with shared(tmp_path, remote=True) as (pilot, _, _):
        await choose(pilot, "a", "Web page")
        await pilot.press(key)
        await until(pilot, lambda: "export --as html > vallon-strategy.html" in news(pilot))
        assert not (tmp_path / "state" / "shared.html").exists()
