"""The board on the screen: one widget with a cursor of its own, which repaints no more than what differs."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip

from storage import Board
from storage.changes import AddCard, AddColumn, GiveOpinion, Move, Reword, SetAside
from tests.storage.table import AGREED, DISCUSS, NADIA, PAUL, TABLE, TRYING, Table, in_conversation, wording
from tui.glyphs import FULL
from tui.themes import THEMES
from tui.widgets import board as board_module
from tui.widgets.board import BoardView, Spot
from tui.widgets.canvas import Canvas
from tui.words import interface_language

from ..screens.sitting import until

SHEET = Path(board_module.__file__).parents[1] / "screens" / "board.tcss"
TODAY = dt.date(2026, 3, 3)


class Host(App[None]):
    """Nothing but a board, and what it says."""

    CSS_PATH = SHEET
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, board: Board, lang: str = "en", *, question_key: str = "q") -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "accord-dark"
        self.view = BoardView(board, interface_language(lang), FULL, TODAY, question_key=question_key)
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def say(self, message: Message) -> None:
        self.said.append(message)

    on_board_view_key_pressed = say
    on_board_view_text_pasted = say
    on_board_view_card_opened = say
    on_board_view_card_carried = say
    on_board_view_card_dropped = say
    on_board_view_settled_clicked = say


@asynccontextmanager
async def hosted(
    board: Board, size: tuple[int, int] = (112, 30), lang: str = "en"
) -> AsyncIterator[tuple[Pilot[None], BoardView, Host]]:
    host = Host(board, lang)
    async with host.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, host.view, host


def table_with(**cards: int) -> Table:
    """A board with so many cards in each column, by its role."""
    table = Table()
    for role, count in cards.items():
        for number in range(1, count + 1):
            if role == "discuss":
                table.adds(AddCard("question", f"Question {number}"))
            elif role == "table":
                table.adds(AddCard("answer", f"Answer {number}"))
            else:
                identity = table.adds(AddCard("decision", f"Decision {number}"))
                table.does(GiveOpinion(identity, "agree", both=True))
    return table


def board_with(**cards: int) -> Board:
    return table_with(**cards).board


def rows(pilot: Pilot[None]) -> list[str]:
    return [strip.text for strip in pilot.app.screen._compositor.render_strips()]


def composed(view: BoardView) -> list[str]:
    """What is about to be on the screen."""
    drawn = [canvas._drawn for canvas in view.query(Canvas) if canvas.display]
    return ["".join(strip.text for strip in row) for row in zip(*drawn, strict=True)]


def find(pilot: Pilot[None], text: str) -> Offset:
    """Where a text stands on the screen."""
    for y, row in enumerate(rows(pilot)):
        if text in row:
            return Offset(row.index(text), y)
    raise AssertionError(f"no {text!r} in\n" + "\n".join(rows(pilot)))


def heads(pilot: Pilot[None], view: BoardView) -> list[str]:
    row = rows(pilot)[0]
    found = []
    left = 0
    for canvas in view.query(Canvas):
        if canvas.display:
            found.append(row[left : left + canvas.size.width])
            left += canvas.size.width
    return found


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The rows that are drawn anew."""
    drawn: list[int] = []
    original = Canvas.render_line

    def render_line(self: Canvas, y: int) -> Strip:
        drawn.append(y)
        return original(self, y)

    with monkeypatch.context() as patch:
        patch.setattr(Canvas, "render_line", render_line)
        yield drawn


# The cursor


async def test_arrows_move_the_cursor_within_its_lane_and_stop_at_the_ends() -> None:
    async with hosted(board_with(discuss=3)) as (pilot, view, _):
        assert view.cursor == "Q1"
        await pilot.press("up")
        assert view.cursor == "Q1"
        await pilot.press("down", "down")
        assert view.cursor == "Q3"
        await pilot.press("down")
        assert view.cursor == "Q3"


async def test_the_cursor_is_seen_without_any_colour() -> None:
    async with hosted(board_with(discuss=3)) as (pilot, _, _):
        await pilot.press("down")
        found = [row[0] for row in rows(pilot)]
        at = find(pilot, "? Q2").y
        assert found[at] == "┃"
        assert [y for y, sign in enumerate(found) if sign == "┃"] == [at, at + 1]


async def test_left_and_right_keep_the_height() -> None:
    async with hosted(board_with(discuss=6, table=6, agreed=1)) as (pilot, view, _):
        await pilot.press("down", "down", "down", "right")
        assert view.cursor == "A4"
        await pilot.press("down", "left")
        assert view.cursor == "Q5"
        await pilot.press("right", "right")
        assert view.cursor == "D1"
        await pilot.press("left")
        assert view.cursor == "A1"


async def test_left_and_right_stop_at_the_edges_and_go_through_empty_lanes() -> None:
    async with hosted(board_with(discuss=1, agreed=1)) as (pilot, view, _):
        await pilot.press("left")
        assert view.cursor == "Q1"
        await pilot.press("right")
        assert view.cursor is None
        assert view.cursor_lane is not None
        assert view.cursor_lane.key == TABLE
        await pilot.press("up", "down", "home", "end", "pageup", "pagedown", "shift+up", "shift+right", "right")
        assert view.cursor == "D1"
        await pilot.press("right", "right", "right")
        assert view.cursor_lane is not None
        assert view.cursor_lane.key == TRYING


async def test_home_and_end_go_to_the_ends_of_the_lane_and_pages_by_about_a_screen() -> None:
    async with hosted(board_with(discuss=100)) as (pilot, view, _):
        await pilot.press("end")
        assert view.cursor == "Q100"
        assert "Question 100" in "\n".join(rows(pilot))
        await pilot.press("pageup")
        up = view.cursor_place[1]
        assert 80 < up < 99
        await pilot.press("pagedown")
        assert view.cursor == "Q100"
        await pilot.press("home")
        assert view.cursor == "Q1"
        assert "Question 1 " in "\n".join(rows(pilot))


@pytest.mark.parametrize("size", [(112, 30), (80, 24), (30, 9), (26, 6), (20, 5)])
async def test_the_card_under_the_cursor_is_always_whole(size: tuple[int, int]) -> None:
    async with hosted(board_with(discuss=40), size) as (_, view, _):
        steps = [1] * 39 + [-1] * 39
        for go in (*(lambda by=by: view.action_step(by) for by in steps), lambda: view.action_edge(1),
                   lambda: view.action_page(-1), lambda: view.action_edge(-1), lambda: view.action_page(1)):  # fmt: skip
            go()
            found = composed(view)
            at = next(y for y, row in enumerate(found) if f"┃? Q{view.cursor_place[1] + 1} " in row)
            assert at >= 1
            assert "unanswered" in found[at + 1] or "Nadia" in found[at + 1]


async def test_a_card_that_is_higher_than_the_screen_is_shown_from_its_top() -> None:
    table = Table()
    table.adds(AddCard("question", "word " * 60))
    table.adds(AddCard("question", "word " * 60))
    async with hosted(table.board, (30, 3)) as (pilot, view, _):
        await pilot.press("down")
        assert view.cursor == "Q2"
        assert find(pilot, "? Q2").y == 1


# Heads


async def test_a_head_has_its_title_and_counts() -> None:
    async with hosted(in_conversation()) as (pilot, view, _):
        found = [head.split() for head in heads(pilot, view)]
        assert found == [
            ["To", "discuss", "1", "+1", "settled"],
            ["On", "the", "table", "2", "+2", "settled"],
            ["Agreed", "1"],
            ["Trying", "1"],
        ]


async def test_a_head_counts_the_cards_above_and_below_the_screen() -> None:
    async with hosted(board_with(discuss=30), (112, 10)) as (pilot, view, _):
        assert "↓" in heads(pilot, view)[0]
        assert "↑" not in heads(pilot, view)[0]
        for _ in range(30):
            view.action_step(1)
            found = composed(view)
            head = found[0][:28].split()
            above = next((int(word[1:]) for word in head if word.startswith("↑")), 0)
            below = next((int(word[1:]) for word in head if word.startswith("↓")), 0)
            whole = [n for n in range(1, 31) if any(f"? Q{n} " in row for row in found)]
            assert above == min(whole) - 1
            assert below - (30 - max(whole)) in (0, 1)  # the last one may be cut
        await pilot.pause()
        assert "↑" in heads(pilot, view)[0]
        assert "↓" not in heads(pilot, view)[0]


async def test_lanes_out_of_sight_are_counted_in_the_heads() -> None:
    async with hosted(board_with(discuss=1, table=1, agreed=2), (80, 24)) as (pilot, view, _):
        first = heads(pilot, view)
        assert [head.split()[0] for head in first] == ["To", "On", "Agreed"]
        assert first[2].rstrip().endswith("Trying 0 ›")
        await pilot.press("right", "right", "right")
        last = heads(pilot, view)
        assert [head.split()[-2 if "›" in head else 0] for head in last] == ["‹1", "Agreed", "Trying"]
        assert "›" not in last[2]
        await pilot.press("left", "left")
        assert heads(pilot, view) == [*last]
        await pilot.press("left")
        assert heads(pilot, view) == first


async def test_at_forty_columns_one_lane_is_seen_and_all_others_are_counted() -> None:
    async with hosted(board_with(discuss=1, table=2, agreed=3), (40, 12)) as (pilot, view, _):
        assert len(heads(pilot, view)) == 1
        assert heads(pilot, view)[0].rstrip().endswith("3 more (5) ›")
        await pilot.press("right")
        assert heads(pilot, view)[0].startswith("‹1 On the table 2")
        assert "2 more (3) ›" in heads(pilot, view)[0]
        await pilot.press("right", "right")
        assert heads(pilot, view)[0].startswith("‹3 Trying 0")
        assert view.cursor is None


async def test_a_board_wider_than_any_screen_scrolls_by_whole_lanes() -> None:
    table = table_with(discuss=1)
    for number in range(20):
        table.does(AddColumn(f"Stage {number}"))
    async with hosted(table.board, (400, 12)) as (pilot, view, _):
        for _ in range(23):
            view.action_across(1)
            assert view.cursor_lane is not None
            assert view.cursor_lane.title in composed(view)[0]
        await pilot.pause()
        assert sum(len(head) for head in heads(pilot, view)) == 400


# The board changes


async def test_the_cursor_stays_on_its_card_when_the_board_changes_under_it() -> None:
    table = table_with(discuss=5, table=3)
    async with hosted(table.board) as (pilot, view, _):
        await pilot.press("down", "down")
        assert view.cursor == "Q3"
        table.does(SetAside("Q1"))
        view.show(table.board)
        assert view.cursor == "Q3"
        table.does(Move("Q3", TABLE, before="A2"))
        view.show(table.board)
        assert view.cursor == "Q3"
        assert view.cursor_place == (1, 1)
        table.does(Move("Q4", DISCUSS, before="Q2"))
        view.show(table.board)
        assert view.cursor == "Q3"


async def test_the_cursor_stays_near_where_its_card_was_when_that_goes() -> None:
    table = table_with(discuss=3)
    async with hosted(table.board) as (pilot, view, _):
        await pilot.press("down")
        table.does(SetAside("Q2"))
        view.show(table.board)
        assert view.cursor == "Q3"
        table.does(SetAside("Q3"))
        view.show(table.board)
        assert view.cursor == "Q1"
        table.does(SetAside("Q1"))
        view.show(table.board)
        assert view.cursor is None


async def test_a_card_that_is_settled_leaves_and_the_cursor_stays_near() -> None:
    table = Table(in_conversation())
    async with hosted(table.board) as (pilot, view, _):
        view.seek("A3")
        table.does(GiveOpinion("D2", "agree", both=True))
        view.show(table.board)
        await pilot.pause()
        assert view.cursor != "A3"
        assert view.seek("D2")
        assert not view.seek("A3")
        assert not view.seek("Q99")


async def test_an_equal_board_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosted(board_with(discuss=8, table=4)) as (pilot, view, _):
        with counting(monkeypatch) as drawn:
            view.show(board_with(discuss=8, table=4))
            view.mark(())
            await pilot.pause()
            assert drawn == []


async def test_a_cursor_move_redraws_two_cards_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosted(board_with(discuss=60, table=30, agreed=10), (160, 45)) as (pilot, view, _):
        await pilot.press("down")
        for key in ("down", "up", "down"):
            with counting(monkeypatch) as drawn:
                await pilot.press(key)
                await pilot.pause()
                assert 0 < len(drawn) <= 8, drawn
        with counting(monkeypatch) as drawn:
            await pilot.press("right")
            await pilot.pause()
            assert view.cursor == "A3"
            assert 0 < len(drawn) <= 10, drawn  # the two cards and the two heads


async def test_a_change_of_one_card_redraws_that_card(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_with(discuss=10, table=10)
    async with hosted(table.board) as (pilot, view, _):
        table.does(Reword("A3", wording(table.card("A3"), title="Other words")))
        with counting(monkeypatch) as drawn:
            view.show(table.board)
            await pilot.pause()
            assert 0 < len(set(drawn)) <= 6, drawn
            assert "Other words" in "\n".join(rows(pilot))


async def test_faces_follow_what_they_show_of_other_cards() -> None:
    table = Table(in_conversation())
    async with hosted(table.board) as (pilot, view, _):
        table.does(Reword("A1", wording(table.card("A1"), title="Grandparents")), PAUL)
        table.does(AddCard("answer", "Often", on=("Q2",)))
        view.show(table.board)
        await pilot.pause()
        text = "\n".join(rows(pilot))
        assert "A1 Grandparents" in text
        assert "2 answers" in text


# Views, search, marks


async def test_the_three_views() -> None:
    async with hosted(in_conversation()) as (pilot, view, _):
        view.seek("D1")
        view.view = "kinds"
        view.remake()
        await pilot.pause()
        assert [head.split()[0] for head in heads(pilot, view)] == ["Questions", "Answers", "Decisions"]
        assert view.cursor == "D1"
        view.view = "outline"
        view.remake()
        await pilot.pause()
        assert view.cursor == "D1"
        assert find(pilot, "● D1").x == find(pilot, "? Q1").x + 8
        assert find(pilot, "● D1").y == find(pilot, "? Q1").y + 2


async def test_a_search_leaves_what_is_found_and_says_so_where_nothing_is() -> None:
    async with hosted(board_with(discuss=12, table=2)) as (pilot, view, _):
        view.needle = "question 1"
        view.remake()
        await pilot.pause()
        text = "\n".join(rows(pilot))
        assert "Question 12" in text
        assert "Question 2" not in text
        assert heads(pilot, view)[0].startswith(" To discuss 4")
        assert "Nothing found here." in text


async def test_an_empty_board_says_what_goes_where() -> None:
    async with hosted(Table().board) as (pilot, view, _):
        text = " ".join("\n".join(rows(pilot)).split())
        assert "Questions wait" in text
        assert "What both of you" in text
        assert view.cursor is None
        await pilot.press("down", "enter", "space", "pagedown")


async def test_marks_are_seen_and_nothing_else_changes() -> None:
    async with hosted(board_with(discuss=4)) as (pilot, view, _):
        before = rows(pilot)
        view.mark({"Q2", "Q3"})
        await pilot.pause()
        after = rows(pilot)
        changed = {y for y, (old, new) in enumerate(zip(before, after, strict=True)) if old != new}
        assert changed == {find(pilot, "? Q2").y, find(pilot, "? Q3").y}
        assert all(after[y][0] == "✓" and after[y][1:] == before[y][1:] for y in changed)


async def test_settled_cards_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosted(in_conversation()) as (pilot, view, _):
        view.show_settled = True
        view.remake()
        await pilot.pause()
        text = "\n".join(rows(pilot))
        assert "settled · Paul" in text
        assert "not chosen" in text
        assert "+1" not in text
        assert view.cursor == "Q2"


# Keys that are commands, and pastes


async def test_a_letter_alone_is_a_command() -> None:
    async with hosted(board_with(discuss=1)) as (pilot, _, host):
        for key, name in (("q", "q"), ("Q", "Q"), ("space", "space"), ("enter", "enter"), ("?", "?"), ("é", "é")):
            host.said.clear()
            await pilot.press(key)
            await until(pilot, lambda: host.said)
            (message,) = host.said
            assert isinstance(message, BoardView.KeyPressed)
            assert message.key == name


async def test_letters_that_come_all_at_once_are_a_text_and_no_commands() -> None:
    async with hosted(board_with(discuss=1)) as (pilot, view, host):
        for character in "oui\n\tq ":
            key = {"\n": "enter", "\t": "tab", " ": "space"}.get(character, character)
            view.post_message(events.Key(key, None if character in "\n\t" else character))
        await until(pilot, lambda: host.said)
        await pilot.pause(0.05)
        (message,) = host.said
        assert isinstance(message, BoardView.TextPasted)
        assert message.text == "oui\n\tq "


async def test_a_paste_is_a_text() -> None:
    async with hosted(board_with(discuss=1)) as (pilot, view, host):
        view.post_message(events.Paste("one\ntwo"))
        view.post_message(events.Paste(""))
        await until(pilot, lambda: host.said)
        await pilot.pause()
        (message,) = host.said
        assert isinstance(message, BoardView.TextPasted)
        assert message.text == "one\ntwo"


@pytest.mark.parametrize(
    ("key", "by"),
    [("shift+left", (-1, 0)), ("shift+right", (1, 0)), ("shift+up", (0, -1)), ("shift+down", (0, 1))],
)
async def test_shift_and_an_arrow_ask_for_a_move(key: str, by: tuple[int, int]) -> None:
    async with hosted(board_with(discuss=3)) as (pilot, view, host):
        await pilot.press("down", key)
        await until(pilot, lambda: host.said)
        (message,) = host.said
        assert isinstance(message, BoardView.CardCarried)
        assert (message.card, message.lanes, message.places) == ("Q2", *by)
        assert view.cursor == "Q2"


# The mouse


async def test_a_click_chooses_and_a_second_one_opens() -> None:
    async with hosted(board_with(discuss=3, table=3)) as (pilot, view, host):
        await pilot.click(offset=find(pilot, "Answer 2"))
        assert view.cursor == "A2"
        assert host.said == []
        await pilot.click(offset=find(pilot, "Question 3"), times=2)
        await until(pilot, lambda: host.said)
        (message,) = host.said
        assert isinstance(message, BoardView.CardOpened)
        assert message.card == view.cursor == "Q3"


async def test_a_click_on_nothing_changes_nothing() -> None:
    async with hosted(board_with(discuss=1)) as (pilot, view, host):
        await pilot.click(offset=(100, 20), times=2)
        await pilot.click(offset=(3, 25))
        assert view.cursor == "Q1"
        assert host.said == []


async def drag(pilot: Pilot[None], start: Offset, *through: Offset, button: int = 1) -> None:
    def event(kind: type[events.MouseEvent], at: Offset) -> events.MouseEvent:
        held = 0 if kind is events.MouseUp else button
        return kind(None, at.x, at.y, 0, 0, held, False, False, False, at.x, at.y)

    app = pilot.app
    assert app._driver is not None
    app._driver.process_message(event(events.MouseDown, start))
    await pilot.pause()
    for at in through:
        app._driver.process_message(event(events.MouseMove, at))
        await pilot.pause()
    app._driver.process_message(event(events.MouseUp, through[-1] if through else start))
    await pilot.pause()


def dropped(host: Host) -> list[tuple[str, Spot]]:
    assert all(isinstance(message, BoardView.CardDropped) for message in host.said)
    return [(message.card, message.spot) for message in host.said if isinstance(message, BoardView.CardDropped)]


async def test_a_card_is_dragged_before_the_card_that_it_is_dropped_on() -> None:
    async with hosted(board_with(discuss=3, table=3)) as (pilot, _, host):
        await drag(pilot, find(pilot, "Question 1"), find(pilot, "Question 2"), find(pilot, "Answer 2"))
        assert dropped(host) == [("Q1", Spot(TABLE, "A2"))]


async def test_a_card_is_dragged_to_the_end_of_a_lane() -> None:
    async with hosted(board_with(discuss=3, table=3)) as (pilot, _, host):
        below = find(pilot, "Answer 3") + Offset(0, 9)
        await drag(pilot, find(pilot, "Question 1"), below)
        await drag(pilot, find(pilot, "Question 2"), Offset(find(pilot, "Agreed").x, 12))
        assert dropped(host) == [("Q1", Spot(TABLE, None)), ("Q2", Spot(AGREED, None))]


async def test_where_a_card_would_go_is_shown_while_it_is_dragged() -> None:
    async with hosted(board_with(discuss=3, table=3)) as (pilot, view, _):
        start, to = find(pilot, "Question 1"), find(pilot, "Answer 2")
        view.post_message(events.MouseDown(view, start.x, start.y, 0, 0, 1, False, False, False, start.x, start.y))
        await pilot.pause()
        view.post_message(events.MouseMove(view, to.x, to.y, 0, 0, 1, False, False, False, to.x, to.y))
        await pilot.pause()
        assert find(pilot, "▔▔▔").y == find(pilot, "Answer 2").y - 1
        view.post_message(events.MouseUp(view, to.x, to.y, 0, 0, 1, False, False, False, to.x, to.y))
        await pilot.pause()
        assert "▔▔▔" not in "\n".join(rows(pilot))


async def test_a_card_dropped_where_it_is_stays() -> None:
    async with hosted(board_with(discuss=3)) as (pilot, _, host):
        at = find(pilot, "Question 2")
        await drag(pilot, at, at + Offset(5, 0), at)
        await drag(pilot, at, at + Offset(1, 0))
        assert dropped(host) == []


async def test_a_card_dropped_outside_the_lanes_stays() -> None:
    async with hosted(board_with(discuss=3)) as (pilot, view, host):
        at = find(pilot, "Question 2")
        view.post_message(events.MouseDown(view, at.x, at.y, 0, 0, 1, False, False, False, at.x, at.y))
        view.post_message(events.MouseMove(view, 400, 3, 0, 0, 1, False, False, False, 400, 3))
        view.post_message(events.MouseUp(view, 400, 3, 0, 0, 1, False, False, False, 400, 3))
        await pilot.pause()
        assert host.said == []


@pytest.mark.parametrize("button", [2, 3])
async def test_only_the_left_button_drags(button: int) -> None:
    async with hosted(board_with(discuss=3, table=3)) as (pilot, _, host):
        await drag(pilot, find(pilot, "Question 1"), find(pilot, "Answer 2"), button=button)
        assert host.said == []


async def test_cards_are_dragged_in_the_columns_only() -> None:
    async with hosted(board_with(discuss=3, table=3)) as (pilot, view, host):
        view.view = "kinds"
        view.remake()
        await pilot.pause()
        await drag(pilot, find(pilot, "Question 1"), find(pilot, "Answer 2"))
        assert host.said == []


async def test_the_wheel_moves_through_the_lane_under_the_pointer() -> None:
    async with hosted(board_with(discuss=3, table=40)) as (pilot, view, _):
        at = find(pilot, "Answer 1")
        for kind, cursor in (
            (events.MouseScrollDown, "A2"),
            (events.MouseScrollDown, "A3"),
            (events.MouseScrollUp, "A2"),
        ):
            view.post_message(kind(view, at.x, at.y, 0, 0, 0, False, False, False, at.x, at.y))
            await pilot.pause()
            assert view.cursor == cursor


async def test_a_click_on_the_count_of_the_settled_asks_for_them() -> None:
    async with hosted(in_conversation()) as (pilot, _, host):
        await pilot.click(offset=find(pilot, "+1 settled"))
        await until(pilot, lambda: host.said)
        assert isinstance(host.said[0], BoardView.SettledClicked)


async def test_clicks_on_the_counts_of_lanes_out_of_sight_go_there() -> None:
    async with hosted(board_with(discuss=1, table=1, agreed=1), (56, 12)) as (pilot, view, _):
        await pilot.click(offset=find(pilot, "›"))
        assert view.cursor_lane is not None
        assert view.cursor_lane.key == AGREED
        await pilot.click(offset=find(pilot, "‹1"))
        assert view.cursor_lane.key == DISCUSS


# Sizes and colours


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 1), (1, 30), (5, 4), (20, 6), (300, 2), (500, 100)])
async def test_any_size_is_survived_and_filled(size: tuple[int, int]) -> None:
    async with hosted(in_conversation(), size) as (pilot, _, _):
        await pilot.press("down", "right", "end", "right", "right", "right", "left", "pageup")
        strips = pilot.app.screen._compositor.render_strips()
        assert [sum(segment.cell_length for segment in strip) for strip in strips] == [size[0]] * size[1]


async def test_every_size_after_another_shows_what_it_would_show_at_once() -> None:
    board = board_with(discuss=20, table=8, agreed=3)
    async with hosted(board, (160, 45)) as (pilot, _, _):
        for size in ((160, 20), (80, 45), (80, 11), (80, 34), (26, 9), (160, 45)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            async with hosted(board, size) as (fresh, _, _):
                assert rows(pilot) == rows(fresh), size


async def test_a_board_without_any_room_waits_for_some() -> None:
    async with hosted(board_with(discuss=3)) as (pilot, view, _):
        view.display = False
        await pilot.pause()
        view.show(board_with(discuss=4))
        view.action_step(1)
        view.display = True
        await pilot.pause()
        assert "Question 4" in "\n".join(rows(pilot))


def colours(pilot: Pilot[None]) -> set[Any]:
    strips = pilot.app.screen._compositor.render_strips()
    return {s.style.bgcolor.triplet for strip in strips for s in strip if s.style is not None and s.style.bgcolor}


async def test_another_theme_repaints_everything_in_its_colours() -> None:
    async with hosted(board_with(discuss=3, table=1)) as (pilot, _, _):
        before, text = colours(pilot), rows(pilot)
        pilot.app.theme = "accord-light"
        await until(pilot, lambda: not before & colours(pilot))
        assert rows(pilot) == text


async def test_no_color_is_respected_and_the_cursor_is_still_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with hosted(board_with(discuss=3)) as (pilot, _, _):
        assert all(red == green == blue for red, green, blue in colours(pilot))
        assert rows(pilot)[find(pilot, "? Q1").y][0] == "┃"
        assert rows(pilot)[find(pilot, "? Q2").y][0] == "│"


async def test_words_are_of_the_language_of_the_session() -> None:
    async with hosted(in_conversation(), lang="fr") as (pilot, view, _):
        assert heads(pilot, view)[0].split() == ["À", "discuter", "1", "+1", "réglée"]
        assert "› R3" in "\n".join(rows(pilot))


def test_the_people_of_these_tests_are_those_of_the_table() -> None:
    assert in_conversation().name_of(NADIA) == "Nadia"


@pytest.mark.parametrize(
    ("key", "hint"),
    [("F3", "Questions wait here. Press F3 to add one."), ("", "Questions wait here.")],
)
async def test_an_empty_board_names_the_key_that_the_keymap_has(key: str, hint: str) -> None:
    host = Host(board_with(), question_key=key)
    async with host.run_test(size=(240, 30)) as pilot:
        await pilot.pause()
        assert hint in "\n".join(rows(pilot))
        assert "Press q" not in "\n".join(rows(pilot))
