"""Acts: replayed and turned round without asking any rule, and refused where they fit no board."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from storage.acts import Act, BadAct, Edit, Path, Record, apply, plain
from storage.card import Card, Trial
from storage.changes import AddCard, AddNote, GiveOpinion, LinkCards, Together

from .table import BEGIN, NADIA, PAUL, Table, in_conversation

CARD = plain(in_conversation().cards["Q1"])
OPINION = {"party": "client", "person": "p2", "kind": "agree", "revision": 1, "seq": 9, "time": "2026-01-01T00:00:00Z"}


def test_an_act_turned_round_twice_is_the_act() -> None:
    act = Act(("cards", "Q1", "title"), "a", "b")
    assert act.inverse == Act(("cards", "Q1", "title"), "b", "a")
    assert act.inverse.inverse == act


def test_setting_what_is_there_already_is_no_act() -> None:
    edit = Edit(in_conversation())
    edit.put(("cards", "Q1", "title"), "Who do we want to reach?")
    edit.put(("board", "lang"), "en")
    edit.put(("cards", "Q1", "notes", "9:p1"), None)
    assert edit.acts == []


def test_reading_through_an_edit_sees_what_was_put_before() -> None:
    board = in_conversation()
    edit = Edit(board)
    edit.put(("cards", "Q1", "title"), "Whom?")
    edit.put(("columns", "c7"), {"id": "c7", "rank": "x", "title": "Later"})
    assert edit.value_at(("cards", "Q1", "title")) == "Whom?"
    assert edit.columns["c7"].title == "Later"
    assert edit.so_far().cards["Q1"].title == "Whom?"
    edit.put(("cards", "Q1"), None)
    assert edit.card("Q1") is None
    assert "Q1" not in edit.so_far().cards
    assert board.cards["Q1"].title == "Who do we want to reach?"
    assert edit.board(board.seq + 1).columns["c7"].title == "Later"


def test_an_id_is_counted_where_it_is_given() -> None:
    edit = Edit(in_conversation())
    assert [edit.next_id(letter) for letter in "QADpc"] == ["Q3", "A4", "D4", "p4", "c5"]
    edit.put(("cards", "Q3"), {**CARD, "id": "Q3"})
    assert edit.next_id("Q") == "Q4"
    edit.put(("cards", "Q3"), None)
    assert edit.next_id("Q") == "Q4"


def test_a_change_comes_back_from_its_record() -> None:
    table = Table(in_conversation())
    before = table.board
    record = table.does(
        Together(
            (
                AddCard("answer", "Both", "Why not?", on=("Q1", "Q2"), theme="aims"),
                LinkCards("D2", "A4"),
                GiveOpinion("D2", "concern", "costly"),
                AddNote("A4", "on a Sunday"),
            )
        ),
        PAUL,
    )
    assert apply(before, record.acts, record.seq) == table.board
    back = apply(table.board, [act.inverse for act in reversed(record.acts)], before.seq)
    assert back.same_as(before)


def test_a_record_names_its_cards_once_and_cleans_what_it_holds() -> None:
    acts = (
        Act(("cards", "Q1", "title"), "a\x1b", {"x\x9b": ["\u202ey", 1, None]}),
        Act(("board", "title"), "x", "y"),
        Act(("cards", "Q1", "body"), "", "b"),
        Act(("cards", "A1\x07", "body"), "", "b"),
    )
    record = Record(1, BEGIN, "p1\x1b", "s\n", "kind\x07", acts, typed_by="p\x9b1")
    assert record.cards == ["Q1", "A1"]
    assert record.acts[0].was == "a"
    assert record.acts[0].now == {"x": ["y", 1, None]}
    assert (record.voice, record.kind, record.typed_by) == ("p1", "kind", "p1")


def test_plain_values_are_what_json_gives_back() -> None:
    card = in_conversation().cards["A3"]
    assert card.links
    assert plain(card) == msgspec.json.decode(msgspec.json.encode(card))
    assert plain(Trial("w")) == {"watch": "w"}
    assert plain((1, ("a",))) == [1, ["a"]]


@pytest.mark.parametrize(
    ("path", "now"),
    [
        (("nowhere", "x"), "y"),
        (("cards",), "y"),
        ((), None),
        (("board", "seq"), 7),
        (("board", "title"), None),
        (("board", "lang"), "xx"),
        (("board", "lang"), ["en"]),
        (("parties", "client"), None),
        (("parties", "third"), {"name": "x"}),
        (("people", "p7"), {"id": "p8", "name": "x", "party": "client"}),
        (("people", "x"), None),
        (("people", "p7"), {"id": "p7", "name": "x", "party": "nobody"}),
        (("columns", "c2"), None),
        (("columns", "c2"), {"id": "c2", "rank": "V"}),
        (("columns", "c8"), {"id": "c8", "rank": "V", "role": "table"}),
        (("columns", "c8"), {"id": "c8", "rank": "V0"}),
        (("cards", "Q9"), {**CARD, "id": "Q8"}),
        (("cards", "Q9"), {**CARD, "id": "Q9", "kind": "answer"}),
        (("cards", "Q9"), {**CARD, "id": "Q9", "column": "c9"}),
        (("cards", "Q9"), {**CARD, "id": "Q9", "column": "c3"}),
        (("cards", "Q9"), "a string"),
        (("cards", "Q9", "title"), "of no card"),
        (("cards", "Q1", "column"), "c9"),
        (("cards", "Q1", "column"), "c4"),
        (("cards", "Q1", "rank"), ""),
        (("cards", "Q1", "voice"), "p1\x1b[2J"),
        (("cards", "Q1", "born"), 1),
        (("cards", "Q1", "title"), None),
        (("cards", "Q1", "by_when"), "never"),
        (("cards", "D1", "links", "rests_on:A1"), {"kind": "rests_on", "to": "A2"}),
        (("cards", "D1", "links", "rests_on:p1"), {"kind": "rests_on", "to": "p1"}),
        (("cards", "D1", "opinions", "8:client"), OPINION),
        (("cards", "D1", "opinions", "9:client"), {**OPINION, "person": "\x1b"}),
        (("cards", "D1", "opinions", "9:client"), {**OPINION, "kind": "maybe"}),
        (("cards", "D1", "notes", "9:p3"), {"person": "p2", "text": "x", "seq": 9, "time": "2026-01-01T00:00:00Z"}),
        (("cards", "D1", "opinions", "x", "y"), None),
    ],
)
def test_an_act_that_fits_no_board_is_refused(path: Path, now: Any) -> None:
    with pytest.raises(BadAct):
        apply(in_conversation(), [Act(path, None, now)], 99)


def test_the_same_acts_are_taken_where_they_fit() -> None:
    edit = Edit(in_conversation())
    edit.apply(Act(("cards", "D1", "opinions", "9:client"), None, OPINION))
    edit.apply(Act(("cards", "Q9"), None, {**CARD, "id": "Q9"}))
    edit.apply(Act(("columns", "c8"), None, {"id": "c8", "rank": "V"}))
    edit.apply(Act(("columns", "c8"), None, None))
    board = edit.board(99)
    assert board.cards["D1"].opinions["9:client"].person == PAUL
    assert board.numbers["Q"] == 9
    assert board.numbers["c"] == 8


def test_a_column_is_not_taken_away_from_under_its_cards() -> None:
    edit = Edit(in_conversation())
    edit.apply(Act(("columns", "c8"), None, {"id": "c8", "rank": "V"}))
    edit.apply(Act(("cards", "Q1", "column"), "c1", "c8"))
    with pytest.raises(BadAct):
        edit.apply(Act(("columns", "c8"), None, None))


def test_opinions_and_notes_stay_in_the_order_in_which_they_were_given() -> None:
    table = Table(in_conversation())
    first = table.does(AddNote("Q1", "one"), NADIA)
    table.does(AddNote("Q1", "two"), PAUL)
    board = apply(table.board, [first.acts[0].inverse], 90)
    board = apply(board, first.acts, 91)
    card: Card = board.cards["Q1"]
    assert [note.text for note in card.notes.values()] == ["one", "two"]
