"""Where each card stands: lanes, what links to what, and that a standing is carried, not computed anew."""

from __future__ import annotations

from unittest.mock import patch

import msgspec

from storage.acts import Act, apply
from storage.card import Link
from storage.changes import AddCard, AddColumn, GiveOpinion, LinkCards, Move, RenameColumn, SetAside, TakeBack
from storage.standing import Place, Standing

from .table import AGREED, DISCUSS, TABLE, TRYING, Table, in_conversation


def test_lanes_have_what_stands_in_a_column_and_settled_what_has_left_it() -> None:
    standing = in_conversation().standing
    assert [identity for _, identity in standing.lanes[DISCUSS]] == ["Q2"]
    assert [identity for _, identity in standing.lanes[TABLE]] == ["A3", "D2"]
    assert [identity for _, identity in standing.lanes[AGREED]] == ["D1"]
    assert [identity for _, identity in standing.lanes[TRYING]] == ["D3"]
    assert [identity for _, identity in standing.settled[DISCUSS]] == ["Q1"]
    assert [identity for _, identity in standing.settled[TABLE]] == ["A1", "A2"]
    assert standing.places["A2"] == Place(TABLE, "not_chosen", "D1")
    assert standing.aside == ()


def test_every_column_has_its_lane_also_an_empty_one() -> None:
    table = Table(in_conversation())
    table.board.standing  # noqa: B018 - from here on it is carried
    table.does(AddColumn("Later"))
    assert table.lane("c5") == table.settled_lane("c5") == []
    table.does(TakeBack(table.records[-1]))
    assert "c5" not in table.board.standing.lanes


def test_incoming_has_who_links_to_a_card_by_number() -> None:
    table = Table(in_conversation())
    table.board.standing  # noqa: B018 - from here on it is carried
    for _ in range(9):
        table.does(AddCard("answer", "x", on=("Q2",)))
    table.does(LinkCards("A3", "Q2", remove=True))
    table.does(LinkCards("A3", "Q2"))
    expected = ("A3", *(f"A{number}" for number in range(4, 13)), "D2")
    assert table.board.standing.incoming["Q2"] == expected
    assert table.board.standing.incoming["A1"] == ("D1",)
    table.does(LinkCards("D1", "A1", remove=True))
    assert "A1" not in table.board.standing.incoming


def test_the_answers_to_a_question_are_its_own_and_not_those_set_aside() -> None:
    table = Table(in_conversation())
    table.does(AddCard("question", "Which ones?", on=("Q1",)))
    table.does(SetAside("A2"))
    assert [card.id for card in table.board.standing.answers_to(table.board, "Q1")] == ["A1"]
    assert [card.id for card in table.board.standing.resting_on(table.board, "Q2")] == ["D2"]


def test_a_standing_is_carried_from_board_to_board() -> None:
    table = Table(in_conversation())
    table.board.standing  # noqa: B018 - from here on it is carried
    with patch.object(Standing, "of", side_effect=AssertionError("computed anew")):
        table.does(AddCard("question", "?"))
        table.does(Move("Q3", TABLE))
        table.does(GiveOpinion("D2", "agree", both=True))
        table.does(RenameColumn(TABLE, "x"))
        assert table.place("A3") == (TABLE, "settled")


def test_what_a_change_does_not_touch_is_shared() -> None:
    table = Table(in_conversation())
    before = table.board.standing
    table.does(Move("Q2", TABLE))
    after = table.board.standing
    assert after.lanes[AGREED] is before.lanes[AGREED]
    assert after.lanes[DISCUSS] is not before.lanes[DISCUSS]


def test_links_to_cards_that_are_not_there_do_no_harm() -> None:
    board = in_conversation()
    lost = msgspec.structs.replace(board.cards["D2"], links=(Link("rests_on", "A99"), Link("replaces", "D77")))
    board = msgspec.structs.replace(board, cards={**board.cards, "D2": lost})
    assert board.standing.places["D2"] == Place(TABLE, "open")
    path = ("cards", "A3", "links", "answers:Q55")
    board = apply(board, [Act(path, None, {"kind": "answers", "to": "Q55"})], 99)
    assert board.standing.places["A3"] == Place(TABLE, "open")


def test_a_circle_of_links_comes_to_an_end() -> None:
    table = Table(in_conversation())
    table.does(LinkCards("Q1", "A1"))
    table.does(LinkCards("D1", "D2"))
    table.does(LinkCards("D2", "D1"))
    table.does(GiveOpinion("D1", "withdrawn"))
    assert table.place("Q1") == (DISCUSS, "open")
    assert dict(table.board.standing.places) == dict(Standing.of(table.board).places)
