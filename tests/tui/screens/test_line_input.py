"""A line to write in: all of it can be read, nothing but one line gets in, and Enter is only a hand's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button

from storage.text import LONGEST_TITLE
from tui.screens.line_input import LineInput

from .sitting import on_screen, until

LONG = "We watch how many of the parents who read the newsletter come to the garden on a Sunday in spring"


class Desk(Screen[None]):
    """A line, and something to go on to."""

    def __init__(self, line: LineInput) -> None:
        super().__init__()
        self.line = line
        self.submitted: list[str] = []
        self.left_over: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.line
        yield Button("next")

    def on_line_input_submitted(self, event: LineInput.Submitted) -> None:
        self.submitted.append(event.value)

    def on_paste(self, event: events.Paste) -> None:
        self.left_over.append(event.text)


class Writing(App[None]):
    """An app whose clipboard is looked at."""

    def __init__(self, line: LineInput) -> None:
        super().__init__()
        self.desk = Desk(line)
        self.sent: list[str] = []

    def get_default_screen(self) -> Desk:
        return self.desk

    def copy_to_clipboard(self, text: str) -> None:
        super().copy_to_clipboard(text)
        self.sent.append(text)


@asynccontextmanager
async def writing(
    value: str = "", *, longest: int = LONGEST_TITLE, placeholder: str = "", size: tuple[int, int] = (40, 12)
) -> AsyncIterator[tuple[Pilot[None], Writing, LineInput]]:
    line = LineInput(value, id="line", longest=longest, placeholder=placeholder)
    app = Writing(line)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: line.has_focus and line.size.width)
        yield pilot, app, line


def shown(pilot: Pilot[None], lines: int) -> str:
    """What is read in so many lines of the screen, as one."""
    return " ".join(line.strip() for line in on_screen(pilot).split("\n")[:lines])


async def test_a_long_line_is_read_whole() -> None:
    async with writing(LONG) as (pilot, _, line):
        await until(pilot, lambda: line.size.height == 3)
        assert LONG in shown(pilot, 3)


async def test_it_grows_and_shrinks_with_what_is_typed_and_scrolls_beyond_four() -> None:
    async with writing() as (pilot, _, line):
        assert line.size.height == 1
        heights = []
        for _ in range(6):
            await pilot.press(*"word " * 8)
            await pilot.pause()
            heights.append(line.size.height)
        assert heights == [2, 3, 4, 4, 4, 4]
        await until(pilot, lambda: line.scroll_offset.y == line.virtual_size.height - 4)
        await pilot.press("ctrl+u")
        await until(pilot, lambda: line.size.height == 1)
        assert line.value == ""


async def test_another_width_has_other_lines() -> None:
    async with writing(LONG) as (pilot, _, line):
        for width, height in ((60, 2), (34, 4), (120, 1)):
            await pilot.resize_terminal(width, 12)
            await until(pilot, lambda height=height: line.size.height == height)  # type: ignore[misc]
            assert LONG in shown(pilot, height)


async def test_up_and_down_go_through_what_is_seen_and_home_and_end_to_the_ends() -> None:
    async with writing(LONG) as (pilot, _, line):
        await until(pilot, lambda: line.size.height == 3)
        await pilot.press("up")
        assert 0 < line.cursor_location[1] < len(LONG) - 20
        await pilot.press("home", "A", "end", "Z", "up", "home", "delete")
        assert line.value == f"{LONG}Z"
        await pilot.press("ctrl+k")
        assert line.value == ""


async def test_a_click_puts_the_cursor_there() -> None:
    async with writing(LONG) as (pilot, _, line):
        await until(pilot, lambda: line.size.height == 3)
        second = on_screen(pilot).split("\n")[1]
        await pilot.click(line, offset=Offset(3, 1))
        await pilot.press("*")
        assert f"{second[:3]}*{second[3:]}".strip() in line.value


@pytest.mark.parametrize("text", ["one\ntwo", "one\r\ntwo", "one\u2028two", "one\ttwo", " one\n\ntwo\n"])
async def test_no_newline_gets_in_by_a_paste(text: str) -> None:
    async with writing("a") as (pilot, app, line):
        line.post_message(events.Paste(text))
        await until(pilot, lambda: "two" in line.value)
        assert " ".join(line.value.split()) in ("aone two", "aonetwo")
        assert line.document.line_count == 1
        line.value = text
        line.insert(text)
        app.copy_to_clipboard(text)
        await pilot.press("ctrl+v")
        await until(pilot, lambda: line.value.count("two") == 3)
        assert line.document.line_count == 1
        assert app.desk.submitted == []


async def test_enter_submits_and_goes_no_further() -> None:
    async with writing("Who?") as (pilot, app, line):
        await pilot.press("enter")
        await until(pilot, lambda: app.desk.submitted == ["Who?"])
        assert line.value == "Who?"


async def test_enter_within_a_burst_is_a_space() -> None:
    async with writing() as (pilot, app, line):
        for each in "one\ntwo":
            line.post_message(events.Key("enter", "\r") if each == "\n" else events.Key(each, each))
        await until(pilot, lambda: line.value == "one two")
        await pilot.pause(0.05)
        assert app.desk.submitted == []


async def test_what_is_too_long_is_left_out_key_by_key_and_left_to_the_screen_as_a_paste() -> None:
    async with writing("12345678", longest=10) as (pilot, app, line):
        line.post_message(events.Paste("abc"))
        await until(pilot, lambda: app.desk.left_over == ["abc"])
        await pilot.press(*"9ab")
        assert line.value == "123456789a"
        await pilot.press("shift+left", "shift+left")
        line.post_message(events.Paste("AB"))
        await until(pilot, lambda: line.value == "12345678AB")


async def test_cutting_takes_what_is_selected_and_only_that() -> None:
    async with writing("one two") as (pilot, app, line):
        await pilot.press("ctrl+x")
        assert (line.value, app.sent) == ("one two", [])
        await pilot.press("ctrl+shift+left", "ctrl+x")
        assert (line.value, app.sent) == ("one ", ["two"])
        await pilot.press("home", "ctrl+v")
        await until(pilot, lambda: line.value == "twoone ")


async def test_tab_goes_on() -> None:
    async with writing("x") as (pilot, app, line):
        await pilot.press("tab")
        assert (line.value, app.focused) == ("x", app.query_one(Button))


async def test_an_empty_line_says_what_it_is_for_as_text() -> None:
    async with writing(placeholder="In [b]one[/b] line") as (pilot, _, _):
        assert "In [b]one[/b] line" in on_screen(pilot)
