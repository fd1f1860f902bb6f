"""Plain signs: nothing but letters goes to a poor terminal, in the same cells, and only in the app that has one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.containers import VerticalScroll
from textual.content import Content
from textual.css.constants import VALID_BORDER
from textual.screen import Screen
from textual.scrollbar import ScrollBarRender
from textual.strip import Strip
from textual.widgets import Static

from storage import Store
from storage.text import clean_line
from tui.app import AccordApp
from tui.cells import CUT
from tui.glyphs import FULL, PLAIN
from tui.plain_signs import PlainSigns
from tui.widgets.clickable import clickable

from .host.hosting import board_file, hosting
from .screens.sitting import app_at, on_screen, session_at, small_board, until

BLACK = Color(0, 0, 0)
RED = Style(color="red", bgcolor="blue", meta={"held": "grab"})

PIECES = [
    "a",
    " ",
    "  ",
    "   ",
    "…",
    "“é”",
    "—",
    "·",
    "│",
    "█",
    "🔎",
    "日",
    "e\u0301",
    "✓",
    "✔\ufe0f",
    "👍🏽",
    "\u202f",
    "œ",
]
lines = st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=5)


def plain(*texts: str, encoding: str = "utf-8") -> str:
    """What becomes of a line that these texts make up."""
    segments = PlainSigns(encoding).apply([Segment(text) for text in texts], BLACK)
    return "".join(segment.text for segment in segments)


def app_with(glyphs: object, state: Path) -> AccordApp:
    return app_at(replace(session_at(Store.in_memory(small_board()), state), glyphs=glyphs))  # type: ignore[arg-type]


# The signs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“So” she said — ‘yes’, or no…", "\"So\" she said - 'yes', or no~"),
        ("Enter choose · Esc back", "Enter choose - Esc back"),
        ("‹ 3 › ← ↑ ↓ → • ● ○ ✓", "< 3 > < ^ v > * @ o *"),
        ("╭──╮ ║ ═ ┃ ┼", "+--+ | = | +"),
        ("███░░", "###.."),
        ("🔎 Which?", ">  Which?"),
    ],
)
def test_signs_become_ascii_in_the_same_cells(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert cell_len(shown) == cell_len(text)


@pytest.mark.parametrize(
    "text",
    ["Où ça\u202f? «\u202fÀ l'été\u202f»\u00a0: 5 °, 3 €", "日本 한국 🍞 👩‍👩‍👧 ❤️", "✔\ufe0f", "œ", "±", "·\u0301"],
)
def test_words_keep_their_letters_where_the_terminal_has_them(text: str) -> None:
    assert plain(text) == text


def test_a_line_without_signs_is_the_one_that_came() -> None:
    segments = [Segment("Who?", RED), Segment("  ")]
    assert PlainSigns("ascii").apply(segments, BLACK) is segments


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["Add somebody…"], "Add somebody~"),
        (["Add somebody…   "], "Add somebody... "),
        (["Add somebody…", "   "], "Add somebody... "),
        (["Add somebody…", "  "], "Add somebody..."),
        (["never come… ", "  back"], "never come... back"),
        (["never come…", "  back"], "never come~  back"),
        (["… and 3 more"], "~ and 3 more"),
    ],
)
def test_an_ellipsis_is_three_dots_where_there_is_room(texts: list[str], shown: str) -> None:
    assert plain(*texts) == shown


def test_a_word_that_was_cut_still_says_so() -> None:
    assert plain(f"unansw{CUT}") == "unansw~"


# Scrollbars and thick frames


@pytest.mark.parametrize("block", "▄▅▆▇█▌▐▀")
def test_a_block_is_a_blank_in_its_colour(block: str) -> None:
    (segment,) = PlainSigns("utf-8").apply([Segment(block * 3, RED)], BLACK)
    assert segment == Segment("   ", RED + Style(reverse=True))
    assert segment.style is not None
    assert segment.style.meta == RED.meta


@pytest.mark.parametrize("block", "▂▃▍▖")
def test_less_than_half_a_block_is_the_colour_behind_it(block: str) -> None:
    assert PlainSigns("utf-8").apply([Segment(block, RED)], BLACK) == [Segment(" ", RED)]


def test_a_block_that_was_turned_is_turned_back() -> None:
    turned = RED + Style(reverse=True)
    assert PlainSigns("utf-8").apply([Segment("█", turned)], BLACK) == [Segment(" ", RED + Style(reverse=False))]


@pytest.mark.parametrize("bars", [ScrollBarRender.VERTICAL_BARS, ScrollBarRender.HORIZONTAL_BARS])
def test_scrollbars_are_plain(bars: list[str]) -> None:
    assert all(plain(bar).isascii() for bar in bars)


# Terminals that have not all letters


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("ascii", "Où\u202f? «\u202fÀ l'été\u202f»\u00a0: œ", 'Ou ? " A l\'ete " : ?'),
        ("ascii", "日本 👩‍👩‍👧 e\u0301…", "???? ?? e~"),
        ("latin-1", "Où\u202f? “À”\u00a0: œ 日", 'Où ? "À"\u00a0: ? ??'),
        ("cp1252", "Œuvre — œ", "Œuvre - œ"),
    ],
)
def test_letters_that_a_terminal_has_not_become_those_it_has(encoding: str, text: str, shown: str) -> None:
    assert plain(text, encoding=encoding) == shown
    assert cell_len(shown) == cell_len(text)


@given(lines, st.sampled_from(["utf-8", "ascii", "latin-1"]))
@example(["x…", "", "  "], "ascii")
def test_a_line_keeps_its_cells(texts: list[str], encoding: str) -> None:
    segments = [Segment(text, RED) for text in texts]
    shown = PlainSigns(encoding).apply(segments, BLACK)
    assert Strip(shown).cell_length == Strip(segments).cell_length
    "".join(segment.text for segment in shown).encode(encoding)


@given(st.text(max_size=40).map(clean_line))
def test_any_text_can_be_shown_in_any_encoding(text: str) -> None:
    plain(text, encoding="ascii").encode("ascii")
    plain(text, encoding="latin-1").encode("latin-1")


# The app


async def test_every_frame_and_key_line_is_plain(tmp_path: Path) -> None:
    boxes = [Static(Content(f"in {kind}")) for kind in sorted(VALID_BORDER)]
    for kind, box in zip(sorted(VALID_BORDER), boxes, strict=True):
        box.set_styles(f"border: {kind} red;")
    page = VerticalScroll(*boxes, Static(clickable(("Enter", ""), ("Esc", "cancel"))))
    app = app_with(PLAIN, tmp_path)
    async with app.run_test(size=(60, 80)) as pilot:
        screen: Screen[None] = Screen()
        await app.push_screen(screen)
        await screen.mount(page)
        await until(pilot, lambda: "Enter - Esc" in on_screen(pilot))
        assert "+-----" in on_screen(pilot)
        assert on_screen(pilot).isascii()


async def test_guests_of_one_host_are_drawn_for_as_their_terminals_can(tmp_path: Path) -> None:
    async with hosting(board_file(tmp_path / "garden.json")) as at:
        seats = []
        for party, term in (("consultant", "xterm-256color"), ("client", "vt220")):
            invitation, code = at.invite(party)  # type: ignore[arg-type]
            seats.append(await at.sit(invitation.user, code, term=term))
        rich, poor = seats
        for seat, corner in ((rich, "╭──"), (poor, "+--")):
            seat.send("q")
            await seat.shows("In one line")
            await seat.shows(corner)
        assert poor.text().isascii()


def test_where_there_are_signs_nothing_is_in_the_way(tmp_path: Path) -> None:
    assert not any(isinstance(one, PlainSigns) for one in app_with(FULL, tmp_path).get_line_filters())


@pytest.mark.parametrize(("asked", "plainly"), [("1", True), ("0", False)])
def test_the_welcome_is_as_plain_as_the_board_will_be(asked: str, plainly: bool) -> None:
    app = AccordApp(None, environ={"TERM": "xterm-256color", "ACCORD_ASCII": asked})
    found = any(isinstance(one, PlainSigns) for one in app.get_line_filters())
    assert found == plainly
