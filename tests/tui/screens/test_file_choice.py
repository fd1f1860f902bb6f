"""Choosing a file: from the likely ones, by walking, by typing, by dropping it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from storage import Store
from tui.screens.file_choice import FileChoice
from tui.screens.search_list import MOST_ROWS
from tui.widgets.bars import Bar

from .sitting import SIZES, app_at, on_screen, session_at, small_board, until


class Choosing:
    """The screen, and what a person does there."""

    def __init__(self, pilot: Pilot[None], screen: FileChoice, left: list[Path | None]) -> None:
        self.pilot = pilot
        self.screen = screen
        self.left = left

    @property
    def under_cursor(self) -> str:
        options = self.screen.query_one("#rows", OptionList)
        return str(options.highlighted_option.prompt).split("  ")[-2].strip() if options.highlighted_option else ""

    async def shows(self, words: str) -> None:
        await until(self.pilot, lambda: words in on_screen(self.pilot))

    async def gone(self, words: str) -> None:
        await until(self.pilot, lambda: words not in on_screen(self.pilot))

    async def chosen(self) -> Path | None:
        await until(self.pilot, lambda: self.left)
        return self.left[0]


def put(path: Path, time: float = 1_000_000.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (time, time))
    return path


@asynccontextmanager
async def choosing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    lang: str = "en",
    size: tuple[int, int] = (80, 24),
    at: Path | None = None,
) -> AsyncIterator[Choosing]:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_DOWNLOAD_DIR", raising=False)
    monkeypatch.delenv("XDG_DOCUMENTS_DIR", raising=False)
    put(home / "Downloads" / "export.json", 3_000.0)
    put(home / "Downloads" / "brief.md", 2_000.0)
    put(home / "Work" / "deep" / "notes.txt")
    (home / "boards").mkdir(parents=True)
    with Store.create(home / "boards" / "phare.json", small_board(lang)) as store:
        put(home / "boards" / "beside.md")
        session = session_at(store, tmp_path / "state", lang=lang)
        app = app_at(session)
        async with app.run_test(size=size) as pilot:
            left: list[Path | None] = []
            screen = FileChoice(session, at)
            await app.push_screen(screen, left.append)
            await until(pilot, lambda: "beside.md" in on_screen(pilot))
            yield Choosing(pilot, screen, left)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_the_likely_files_are_offered_without_a_word_being_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, size: tuple[int, int]
) -> None:
    async with choosing(tmp_path, monkeypatch, lang=lang, size=size) as at:
        shown = on_screen(at.pilot)
        assert {"en": "Take in a file", "fr": "Importer un fichier"}[lang] in shown
        for words in ("~/boards", "~/Downloads", "brief.md", "export.json"):
            assert words in shown
        assert "phare.json" not in shown
        await at.pilot.press("down", "enter")
        assert await at.chosen() == tmp_path / "home" / "Downloads" / "export.json"


async def test_typing_narrows_to_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"BRI")
        await at.gone("beside.md")
        await at.pilot.press("enter")
        assert await at.chosen() == tmp_path / "home" / "Downloads" / "brief.md"


async def test_arrows_alone_walk_to_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press("up", "enter")  # the last row: the other folders
        await at.shows("Work/")
        await at.pilot.press("down", "down", "enter")
        await at.shows("deep/")
        await at.pilot.press("enter")
        await at.shows("notes.txt")
        await at.pilot.press("enter")
        assert await at.chosen() == tmp_path / "home" / "Work" / "deep" / "notes.txt"


async def test_the_folder_above_is_a_row_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"~/Work/deep/")
        await at.shows("notes.txt")
        await at.pilot.press("up", "enter")
        await at.shows("deep/")
        assert at.screen.typed == "~/Work/"


async def test_tab_completes_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"~/W")
        await at.shows("Work/")
        await at.pilot.press("tab")
        await at.shows("deep/")
        assert at.screen.typed == "~/Work/"
        await at.pilot.press("tab")
        await at.shows("notes.txt")
        await at.pilot.press("tab")
        assert at.screen.typed == "~/Work/deep/notes.txt"
        await at.pilot.press("enter")
        assert await at.chosen() == tmp_path / "home" / "Work" / "deep" / "notes.txt"


async def test_a_dropped_file_stands_alone_in_the_line_and_enter_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "l'été [fr] 1.md")
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"abc")
        quoted = "'" + str(path).replace("'", "'\\''") + "' "
        at.screen.query_one("#search").post_message(events.Paste(quoted))
        await until(at.pilot, lambda: at.screen.typed == quoted.strip())
        await at.pilot.press("enter")
        assert await at.chosen() == path


async def test_a_name_that_is_nowhere_is_said_and_chooses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"~/zzz.md", "enter")
        await at.shows("There is no such file here")
        assert at.left == []
        await at.pilot.press("backspace")
        await at.gone("There is no such file here")


async def test_escape_chooses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press("x", "escape")
        assert await at.chosen() is None


async def test_the_file_of_last_time_is_under_the_cursor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last = tmp_path / "home" / "Downloads" / "brief.md"
    async with choosing(tmp_path, monkeypatch, at=last) as at:
        await at.pilot.press("enter")
        assert await at.chosen() == last


async def test_a_click_takes_a_file_and_the_words_below_can_be_clicked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        keys = at.screen.query_one("#keys", Bar)
        await at.pilot.click("#keys", offset=(keys.text.index("complete"), 0))
        await until(at.pilot, lambda: at.screen.typed == "~/boards/beside.md")
        at.screen.typed = ""
        await at.shows("brief.md")
        y = on_screen(at.pilot).split("\n").index(next(x for x in on_screen(at.pilot).split("\n") if "brief.md" in x))
        await at.pilot.click(offset=(5, y))
        assert await at.chosen() == tmp_path / "home" / "Downloads" / "brief.md"


@pytest.mark.parametrize("size", [(20, 6), (40, 12)])
async def test_little_room_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with choosing(tmp_path, monkeypatch, size=size) as at:
        await at.pilot.press("enter")
        assert await at.chosen() == tmp_path / "home" / "boards" / "beside.md"


async def test_enter_takes_what_the_cursor_was_moved_to_rather_than_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "home" / "Downloads" / "my-beside.md", 1_000.0)
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"beside.md")
        await at.gone("export.json")
        await at.pilot.press("down", "enter")
        assert await at.chosen() == tmp_path / "home" / "Downloads" / "my-beside.md"


async def test_the_folder_above_two_dots_is_above_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"~/Work/deep/../")
        await at.shows("deep/")
        await at.pilot.press("up", "enter")
        await at.shows("Downloads/")
        assert at.screen.typed == "~/"


async def test_every_file_of_a_full_folder_is_found_by_typing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST_ROWS + 5):
        put(tmp_path / "home" / "Full" / f"a{number}.md")
    put(tmp_path / "home" / "Full" / "z-last.md")
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.press(*"~/Full/")
        await at.shows("a0.md")
        options = at.screen.query_one("#rows", OptionList)
        assert str(options.get_option_at_index(options.option_count - 1).prompt).startswith("6 more")
        await at.pilot.press("z")
        await at.shows("z-last.md")
        await at.pilot.press("enter")
        assert await at.chosen() == tmp_path / "home" / "Full" / "z-last.md"


@pytest.mark.parametrize("size", [(1, 1), (2, 30), (5, 4)])
async def test_pages_are_turned_in_whatever_room_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with choosing(tmp_path, monkeypatch) as at:
        await at.pilot.resize_terminal(*size)
        await at.pilot.press("pagedown", "pageup", "x", "backspace", "escape")
        await until(at.pilot, lambda: at.left)
