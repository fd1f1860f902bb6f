"""What stands side by side on the board, in its three views."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Board, Card
from storage.changes import AddCard, AddColumn, Describe, GiveOpinion, LinkCards, Move, RenameColumn, SetAside
from tests.storage.strategies import Step, conversations
from tests.storage.table import AGREED, DISCUSS, PAUL, TABLE, TRYING, Table, in_conversation
from tui.widgets.lanes import VIEW_NAMES, VIEWS, Item, Lane, RankedItems, View, lanes, matches
from tui.words import interface_language

from .boards import board_after

EN, FR = interface_language("en"), interface_language("fr")
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def seen(board: Board, view: View, *, show_settled: bool = False, needle: str = "") -> list[Lane]:
    return lanes(board, view, EN, show_settled=show_settled, needle=needle)


def cards(lane: Lane) -> list[str]:
    return [item.card for item in lane.items]


def test_columns_stand_in_their_order_with_what_stands_in_them() -> None:
    found = seen(in_conversation(), "columns")
    assert [(lane.key, lane.title, lane.role) for lane in found] == [
        (DISCUSS, "To discuss", "discuss"),
        (TABLE, "On the table", "table"),
        (AGREED, "Agreed", "agreed"),
        (TRYING, "Trying", "trying"),
    ]
    assert [cards(lane) for lane in found] == [["Q2"], ["A3", "D2"], ["D1"], ["D3"]]


def test_a_column_counts_what_has_left_it() -> None:
    assert [lane.settled for lane in seen(in_conversation(), "columns")] == [1, 2, 0, 0]


def test_what_is_settled_is_shown_where_it_stood_on_request() -> None:
    found = seen(in_conversation(), "columns", show_settled=True)
    assert [cards(lane) for lane in found] == [["Q1", "Q2"], ["A1", "A2", "A3", "D2"], ["D1"], ["D3"]]
    assert [lane.settled for lane in found] == [1, 2, 0, 0]


def test_columns_have_the_names_that_people_gave_them_and_else_those_of_the_language() -> None:
    table = Table(in_conversation())
    table.does(AddColumn("Later"))
    table.does(RenameColumn(TABLE, "[fr]"))
    found = lanes(table.board, "columns", FR, show_settled=False)
    assert [lane.title for lane in found] == ["À discuter", "[fr]", "D'accord", "À l'essai", "Later"]


def test_kinds_stand_side_by_side_by_number() -> None:
    found = seen(in_conversation(), "kinds")
    assert [(lane.key, lane.title) for lane in found] == [
        ("question", "Questions"),
        ("answer", "Answers"),
        ("decision", "Decisions"),
    ]
    assert [cards(lane) for lane in found] == [["Q2"], ["A3"], ["D1", "D2", "D3"]]
    assert [lane.settled for lane in found] == [1, 2, 0]
    assert [cards(lane) for lane in seen(in_conversation(), "kinds", show_settled=True)] == [
        ["Q1", "Q2"],
        ["A1", "A2", "A3"],
        ["D1", "D2", "D3"],
    ]


def test_the_outline_goes_from_a_question_over_its_answers_to_the_decisions() -> None:
    (lane,) = seen(in_conversation(), "outline")
    assert lane.compact
    assert list(lane.items) == [
        Item("Q1", 0), Item("A1", 1), Item("D1", 2), Item("A2", 1),
        Item("Q2", 0), Item("A3", 1), Item("D2", 2),
        Item("D3", 0),
    ]  # fmt: skip


def test_in_the_outline_a_card_that_belongs_to_two_trails_stands_once() -> None:
    table = Table(in_conversation())
    table.does(LinkCards("A1", "Q2"))
    table.does(LinkCards("D2", "A2"))
    (lane,) = seen(table.board, "outline")
    assert sorted(cards(lane)) == sorted(table.board.cards)


def test_in_the_outline_a_decision_stands_under_an_answer_without_a_question() -> None:
    table = Table()
    table.does(AddCard("answer", "Two hours a week"))
    table.does(AddCard("decision", "One story", on=("A1",)))
    (lane,) = seen(table.board, "outline")
    assert list(lane.items) == [Item("A1", 0), Item("D1", 1)]


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_set_aside_stands_in_no_view(view: View) -> None:
    table = Table(in_conversation())
    for identity in ("Q2", "A2", "D2"):
        table.does(SetAside(identity))
    for lane in seen(table.board, view, show_settled=True):
        assert not {"Q2", "A2", "D2"} & set(cards(lane))


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("needle", ["STORIES", "stories a week"])
def test_a_search_leaves_what_has_the_words_whatever_their_case(view: View, needle: str) -> None:
    found = [card for lane in seen(in_conversation(), view, needle=needle) for card in cards(lane)]
    assert sorted(found) == ["A3", "D2"]


def test_a_search_looks_at_title_text_theme_and_number() -> None:
    table = Table(in_conversation())
    table.does(Describe("Q2", theme="Élan"))

    def found(needle: str) -> list[str]:
        return sorted(card for lane in seen(table.board, "outline", needle=needle) for card in cards(lane))

    assert found("gardeners") == ["A2"]
    assert found("look again") == ["D1"]
    assert found("élan") == ["Q2"]
    assert found("d2") == ["D2"]
    assert found("2") == []
    assert found("nothing of the kind") == []


def test_an_answer_is_found_by_the_number_that_its_reader_sees() -> None:
    answer = in_conversation().cards["A3"]
    assert matches(answer, "r3", "fr")
    assert not matches(answer, "a3", "fr")
    assert matches(answer, "a3", "en")


def test_a_search_keeps_the_lanes_and_looks_at_what_is_settled_as_well() -> None:
    board = in_conversation()
    for one, other in zip(seen(board, "columns"), seen(board, "columns", needle="zzz"), strict=True):
        assert (one.key, one.title, one.role) == (other.key, other.title, other.role)
        assert (len(other.items), other.settled) == (0, 0)
    assert [cards(lane) for lane in seen(board, "columns", needle="gardeners")] == [[], ["A2"], [], []]


def test_a_moved_card_stands_where_it_was_put() -> None:
    table = Table(in_conversation())
    table.does(Move("Q2", TABLE, before="D2"))
    assert cards(seen(table.board, "columns")[1]) == ["A3", "Q2", "D2"]


def test_every_view_has_a_name() -> None:
    assert VIEW_NAMES.keys() == set(VIEWS)


def place(lane: Lane, card: Card) -> int | None:
    return next((index for index, item in enumerate(lane.items) if item.card == card.id), None)


@few
@given(conversations(longest=16), st.booleans(), st.sampled_from(["", "a", "stories", "é"]))
def test_each_card_stands_in_one_place_of_each_view_and_is_found_there(
    steps: list[Step], show_settled: bool, needle: str
) -> None:
    board = board_after(steps)
    for view in VIEWS:
        found = seen(board, view, show_settled=show_settled, needle=needle)
        everything = [card for lane in found for card in cards(lane)]
        assert len(everything) == len(set(everything))
        for card in board.cards.values():
            wanted = not card.aside and (not needle or matches(card, needle, "en"))
            if show_settled or needle or view == "outline":
                assert (card.id in everything) == wanted
            for lane in found:
                assert lane.find(card) == place(lane, card)


@few
@given(conversations(longest=16))
def test_a_head_counts_what_is_not_shown(steps: list[Step]) -> None:
    board = board_after(steps)
    for view in ("columns", "kinds"):
        short, full = seen(board, view), seen(board, view, show_settled=True)
        for one, other in zip(short, full, strict=True):
            assert len(other.items) == len(one.items) + one.settled
            assert other.settled == one.settled


def test_items_of_a_column_are_a_sequence() -> None:
    items = RankedItems([("a", "Q1"), ("b", "Q2"), ("c", "Q3")])
    assert len(items) == 3
    assert items[0] == Item("Q1")
    assert items[-1] == Item("Q3")
    assert list(items[1:]) == [Item("Q2"), Item("Q3")]
    assert [item.card for item in items] == ["Q1", "Q2", "Q3"]


def test_an_opinion_moves_a_decision_to_another_lane() -> None:
    table = Table(in_conversation())
    table.does(GiveOpinion("D2", "agree", both=True), PAUL)
    found = {lane.key: cards(lane) for lane in seen(table.board, "columns")}
    assert found[AGREED] == ["D1", "D2"]
    assert found[DISCUSS] == []
    assert found[TABLE] == []
