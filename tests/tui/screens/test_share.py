"""The strategy on the screen, and the ways out for it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storage import Voice, changes
from tui import clipboard
from tui.screens.asking import Ask, Choose
from tui.screens.line_input import LineInput
from tui.screens.plain import PlainScreen
from tui.screens.share import ShareScreen
from tui.screens.share_making import Wanted
from tui.widgets.bars import Bar
from tui.widgets.markdown import SafeMarkdown

from .sharing import SHOWN, document, exported, news, shared
from .sitting import PATIENCE, SIZES, on_screen, until


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_the_strategy_is_shown_as_it_will_be_read(tmp_path: Path, lang: str, size: tuple[int, int]) -> None:
    async with shared(tmp_path, lang=lang, size=size) as (pilot, _, _):
        assert SHOWN in document(pilot)
        assert "##" not in document(pilot)
        assert "Amis du Phare" in on_screen(pilot)


async def test_m_shows_the_source_and_the_reading_again(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await pilot.press("m")
        await until(pilot, lambda: document(pilot).startswith("# "))
        assert document(pilot).split() == exported(session, "markdown").split()
        await pilot.press("M")
        await until(pilot, lambda: "##" not in document(pilot))


async def test_f_shows_it_in_full(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, _):
        assert "Body of [fr] <i>" not in document(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "Body of [fr] <i>" in document(pilot))


async def test_n_leaves_the_names_out(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, _):
        assert "Nadia" in document(pilot)
        await pilot.press("n")
        await until(pilot, lambda: "Nadia" not in document(pilot))


async def test_what_happens_meanwhile_is_in_it(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        Voice(session.store, "p2", "elsewhere").commit(changes.AddCard("question", "And on Sundays?")).result()
        await until(pilot, lambda: "And on Sundays?" in document(pilot))


async def test_the_document_is_made_once_for_each_thing_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Wanted] = []
    read = ShareScreen._read

    def counted(screen: ShareScreen, wanted: Wanted, width: int) -> object:
        made.append(wanted)
        return read(screen, wanted, width)

    monkeypatch.setattr(ShareScreen, "_read", counted)
    async with shared(tmp_path) as (pilot, _, _):
        await pilot.press("m")
        await until(pilot, lambda: document(pilot).startswith("# "))
        await pilot.press("m")
        await until(pilot, lambda: "##" not in document(pilot))
        await pilot.pause()
        assert len(made) == 3


async def test_the_words_of_the_bars_can_be_clicked(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, said):
        title = pilot.app.screen.query_one("#title", Bar)
        await pilot.click(title, offset=(title.render_line(0).text.index("as it will be read"), 0))
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        await pilot.click(title, offset=(title.render_line(0).text.index("The strategy"), 0))
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        await pilot.click("#keys", offset=(2, 0))
        await until(pilot, lambda: said)
        assert said == [None]


async def test_copying_gives_plain_text_and_says_truly_where_it_went(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, said):
        await pilot.press("c")
        await until(pilot, lambda: "Text for an e-mail" in news(pilot))
        kept = tmp_path / "state" / "copied.txt"
        assert kept.read_text("utf-8") == exported(session, "text")
        assert str(kept) in news(pilot)
        assert "Text for an e-mail" in news(pilot)
        words = news(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: said)
        assert said == [words]


async def test_markdown_is_copied_on_request(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await pilot.press("f", "n", "k")
        await until(pilot, lambda: "Markdown ·" in news(pilot))
        copied = (tmp_path / "state" / "copied.txt").read_text("utf-8")
        assert copied == exported(session, "markdown", full=True, names=False)


async def test_a_guest_is_shown_the_text_to_select_it(tmp_path: Path) -> None:
    async with shared(tmp_path, remote=True) as (pilot, session, _):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, PlainScreen))
        await pilot.pause()
        shown = pilot.app.screen.query_one("#text", SafeMarkdown).text
        assert shown.split() == exported(session, "text").split()
        assert not (tmp_path / "state" / "copied.txt").exists()
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ShareScreen)


async def test_a_guest_saves_nothing(tmp_path: Path) -> None:
    async with shared(tmp_path, remote=True) as (pilot, _, _):
        before = sorted(tmp_path.iterdir())
        await pilot.press("s")
        await until(pilot, lambda: "export --as html > vallon-strategy.html" in news(pilot))
        assert isinstance(pilot.app.screen, ShareScreen)
        assert sorted(tmp_path.iterdir()) == before
        assert "save" not in pilot.app.screen.query_one("#keys", Bar).text


async def save_as(pilot: Pilot[None], name: str | None) -> None:
    await pilot.press("s")
    await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
    await answer(pilot, name)


async def answer(pilot: Pilot[None], name: str | None) -> None:
    await until(pilot, lambda: pilot.app.screen.query("#line"))
    field = pilot.app.screen.query_one("#line", LineInput)
    if name is not None:
        field.value = name
    await pilot.press("enter")


@pytest.mark.parametrize(("lang", "name"), [("en", "vallon-strategy.html"), ("fr", "vallon-strategie.html")])
async def test_it_is_saved_beside_the_board(tmp_path: Path, lang: str, name: str) -> None:
    async with shared(tmp_path, lang=lang) as (pilot, session, _):
        await save_as(pilot, None)
        await until(pilot, (tmp_path / name).exists)
        await until(pilot, lambda: "Saved" in news(pilot) or "Enregistré" in news(pilot))
        assert (tmp_path / name).read_bytes().decode() == exported(session, "html")
        assert str(tmp_path / name) in news(pilot)


@pytest.mark.parametrize(
    ("typed", "name", "form"),
    [
        ("mail.txt", "mail.txt", "text"),
        ("all.JSON", "all.JSON", "json"),
        ("page.htm", "page.htm", "html"),
        ("draft.eml", "draft.eml", "eml"),
        ("plan", "plan.html", "html"),
        ("plan v1.5", "plan v1.5.html", "html"),
    ],
)
async def test_the_ending_says_the_form(tmp_path: Path, typed: str, name: str, form: str) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await save_as(pilot, typed)
        await until(pilot, (tmp_path / name).exists)
        await until(pilot, lambda: "Saved" in news(pilot) or "Enregistré" in news(pilot))
        assert (tmp_path / name).read_bytes().decode() == exported(session, form)


async def test_what_is_there_is_replaced_only_after_a_yes(tmp_path: Path) -> None:
    kept = tmp_path / "vallon-strategy.html"
    kept.write_text("dear", "utf-8")
    async with shared(tmp_path) as (pilot, _, _):
        await save_as(pilot, None)
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        assert kept.read_text("utf-8") == "dear"
        await answer(pilot, None)
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("down", "enter")
        await until(pilot, lambda: kept.read_text("utf-8") != "dear")


async def test_the_board_itself_is_never_replaced(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, _):
        before = (tmp_path / "vallon.json").read_bytes()
        await save_as(pilot, "vallon.json")
        await until(pilot, lambda: isinstance(pilot.app.screen, Choose))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        assert (tmp_path / "vallon.json").read_bytes() == before


@pytest.mark.parametrize(("typed", "words"), [("nowhere/x.md", "is not there"), ("x" * 300, "choose a shorter one")])
async def test_a_name_that_cannot_be_keeps_what_was_typed(tmp_path: Path, typed: str, words: str) -> None:
    async with shared(tmp_path) as (pilot, _, _):
        await save_as(pilot, typed)
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask) and pilot.app.screen.query("#line"))
        assert pilot.app.screen.query_one("#line", LineInput).value == typed
        await until(pilot, lambda: words in on_screen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))


async def test_escape_saves_nothing(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, said):
        before = sorted(tmp_path.iterdir())
        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, Ask))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        assert sorted(tmp_path.iterdir()) == before
        await pilot.press("q")
        await until(pilot, lambda: said)
        assert said == [None]


@pytest.mark.parametrize("size", [(40, 12), (20, 6)])
async def test_a_small_terminal_shows_what_it_can(tmp_path: Path, size: tuple[int, int]) -> None:
    async with shared(tmp_path, size=size) as (pilot, _, _):
        await pilot.press("c")
        await until(pilot, lambda: "Text for an e-mail" in news(pilot))
        assert "Esc" in on_screen(pilot)


async def test_a_screen_that_is_left_while_something_is_copied_says_nothing_and_it_was_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shared(tmp_path) as (pilot, session, said):
        screen = pilot.app.screen
        assert isinstance(screen, ShareScreen)
        assert screen.shared is not None
        copying, go_on = threading.Event(), threading.Event()

        def slowly(text: str, **_: object) -> clipboard.Outcome:
            copying.set()
            go_on.wait(PATIENCE)
            return clipboard.Outcome("desktop", certain=True)

        monkeypatch.setattr(clipboard, "copy", slowly)
        await pilot.press("c")
        await until(pilot, copying.is_set)
        before = session.store.board.seq
        Voice(session.store, "p2", "elsewhere").commit(changes.AddCard("question", "And on Sundays?")).result()
        await pilot.press("escape")
        await until(pilot, lambda: said)
        screen.tell("Copied to the clipboard.")  # as the worker would that ends at this moment
        go_on.set()
        await until(pilot, lambda: screen.shared and screen.shared.all())
        (sharing,) = screen.shared.all()
        assert sharing.seq == before, "what came later was not shared with it"
        assert said == [None]
