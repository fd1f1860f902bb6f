"""The text to select by hand: from the first cell on, with the mouse left to the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import Store
from tui.screens import plain
from tui.screens.plain import PlainScreen

from .sitting import app_at, on_screen, session_at, small_board, until

TEXT = "Bonjour [fr] [/] <b>x</b>\n\n* one\n# two\n"


async def test_the_text_begins_in_the_first_cell_and_is_what_it_is(tmp_path: Path) -> None:
    app = app_at(session_at(Store.in_memory(small_board()), tmp_path))
    async with app.run_test(size=(60, 12)) as pilot:
        app.push_screen(PlainScreen(app.session, TEXT, "Select the text shown here."))  # type: ignore[arg-type]
        await until(pilot, lambda: "Bonjour" in on_screen(pilot))
        lines = [line.rstrip() for line in on_screen(pilot).split("\n")]
        assert lines[:5] == ["Select the text shown here.", "Bonjour [fr] [/] <b>x</b>", "", "* one", "# two"]


async def test_the_mouse_is_the_terminals_until_the_screen_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(plain, "leave_mouse_to_terminal", lambda _: told.append("left"))
    monkeypatch.setattr(plain, "take_mouse_back", lambda _: told.append("taken"))
    app = app_at(session_at(Store.in_memory(small_board()), tmp_path))
    async with app.run_test(size=(60, 12)) as pilot:
        app.push_screen(PlainScreen(app.session, TEXT, "Here."))  # type: ignore[arg-type]
        await until(pilot, lambda: told)
        assert told == ["left"]
        await pilot.press("escape")
        await until(pilot, lambda: len(told) == 2)
        assert told == ["left", "taken"]


async def test_a_long_text_scrolls(tmp_path: Path) -> None:
    app = app_at(session_at(Store.in_memory(small_board()), tmp_path))
    async with app.run_test(size=(40, 8)) as pilot:
        text = "\n".join(f"line {number}" for number in range(100))
        app.push_screen(PlainScreen(app.session, text, "Here."))  # type: ignore[arg-type]
        await until(pilot, lambda: "line 0" in on_screen(pilot))
        await pilot.press("end")
        await until(pilot, lambda: "line 99" in on_screen(pilot))
