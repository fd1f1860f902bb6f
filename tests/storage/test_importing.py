"""Cards that come in are one change like any other: with its rules, one undo, and quick for many of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from storage import Store, Voice
from storage.card import Link, Trial
from storage.changes import AddCard, AddColumn, Change, ImportCards, Move, RemoveColumn
from storage.changes.importing import NewCard, NewNote
from storage.standing import Standing

from .table import AGREED, DISCUSS, NADIA, PAUL, TABLE, Table
from .test_properties import everything_of


@pytest.fixture
def table() -> Table:
    return Table()


def one(*cards: NewCard, columns: tuple[str, ...] = ()) -> ImportCards:
    return ImportCards(columns, cards)


def test_cards_come_as_one_change_after_those_that_are_there(table: Table) -> None:
    first = table.adds(AddCard("question", "First?"))
    record = table.does(
        one(
            NewCard("question", "Who?"),
            NewCard("decision", "We do", column=0),
            NewCard("decision", "And", column=DISCUSS),
            columns=("Doing",),
        ),
        PAUL,
    )
    assert record.kind == "import"
    assert table.lane(DISCUSS) == [first, "Q2", "D2"]
    assert table.lane("c5") == ["D1"]
    assert table.board.ordered_columns()[-1].title == "Doing"
    assert {table.card(i).voice for i in ("Q2", "D1", "D2")} == {PAUL}
    assert {table.card(i).born for i in ("Q2", "D1", "D2")} == {record.seq}


def test_a_column_that_somebody_has_added_meanwhile_is_not_added_again(table: Table) -> None:
    coming = one(NewCard("decision", "We do", column=0), columns=("Doing",))
    table.does(AddColumn("doing"))
    table.does(coming)
    assert [column.title for column in table.board.ordered_columns() if column.title] == ["doing"]
    assert table.lane("c5") == ["D1"]


def test_a_card_has_all_that_belongs_to_it(table: Table) -> None:
    table.does(
        one(
            NewCard("answer", "Parents", "All of them", theme="Whom", frame=True, voice=PAUL, on=(1,),
                    notes=(NewNote("a"), NewNote("b", "for", PAUL), NewNote("c"))),
            NewCard("question", "Who?", asks="client", aside=True),
            NewCard("decision", "We do", who="Inès", by_when=dt.date(2026, 5, 12), trial=Trial("it"), subject_to="the town", on=(0,)),
        )
    )  # fmt: skip
    answer, question, decision = (table.card(i) for i in ("A1", "Q1", "D1"))
    assert (answer.body, answer.theme, answer.frame, answer.voice) == ("All of them", "Whom", True, PAUL)
    assert [(note.text, note.kind, note.person) for note in answer.notes.values()] == [
        ("a", "plain", NADIA), ("b", "for", PAUL), ("c", "plain", NADIA),
    ]  # fmt: skip
    assert answer.links == (Link("answers", "Q1"),)
    assert (question.asks, question.aside) == ("client", True)
    assert (decision.who, decision.by_when, decision.subject_to) == ("Inès", dt.date(2026, 5, 12), "the town")
    assert (decision.trial, decision.links) == (Trial("it"), (Link("rests_on", "A1"),))


def test_only_what_fits_its_kind_is_kept(table: Table) -> None:
    table.does(one(NewCard("question", "Who?", frame=True, trial=Trial("it")), NewCard("decision", "x", asks="client")))
    assert (table.card("Q1").frame, table.card("Q1").trial, table.card("D1").asks) == (False, None, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (one(NewCard("question", " ")), "empty-title"),
        (one(NewCard("question", "x" * 2_001)), "title-too-long"),
        (one(NewCard("question", "x", "y" * 200_001)), "body-too-long"),
        (one(NewCard("question", "x", notes=(NewNote("y" * 200_001),))), "body-too-long"),
        (one(NewCard("question", "x", notes=(NewNote(" "),))), "empty-note"),
        (one(NewCard("question", "x", notes=(NewNote("y", person="p9"),))), "no-such-person"),
        (one(NewCard("question", "x", voice="p9")), "no-such-person"),
        (one(NewCard("decision", "x", column=AGREED)), "agreed-is-computed"),
        (one(NewCard("decision", "x", column="c9")), "no-such-column"),
        (one(NewCard("answer", "x", on=(1,)), NewCard("decision", "y")), "answer-needs-question"),
        (one(NewCard("decision", "x", on=(0,))), "link-to-itself"),
        (one(columns=(" ",)), "empty-title"),
    ],
)
def test_no_rule_is_passed_by(table: Table, change: ImportCards, code: str) -> None:
    table.refuses(change, code)


def test_one_undo_takes_all_of_it_back_also_cards_that_are_linked_in_a_ring(store: Store, voice: Voice) -> None:
    before = voice.commit_now(AddCard("question", "First?"))
    ring = one(
        NewCard("question", "Who?", on=(1,)), NewCard("decision", "We do", column=0, on=(0,)), columns=("Doing",)
    )
    after = voice.commit_now(ring)
    assert after.cards["Q2"].links == (Link("raised_by", "D1"),)
    assert voice.undo().result().same_as(before)
    assert voice.redo().result().same_as(after)
    assert voice.undo().result().same_as(before)


@pytest.mark.parametrize(
    "since", [Move("D1", TABLE), AddCard("decision", "More", on=("Q1",)), AddCard("question", "Here?", column="c5")]
)
def test_it_is_not_taken_back_where_somebody_has_gone_on_with_it(store: Store, voice: Voice, since: Change) -> None:
    voice.commit_now(one(NewCard("question", "Who?"), NewCard("decision", "We do", column=0), columns=("Doing",)))
    now = Voice(store, PAUL, "s2").commit_now(since)
    assert voice.undo().exception() is not None
    assert store.board is now


def test_what_came_is_there_when_the_board_is_opened_again(path: Path, table: Table) -> None:
    with Store.create(path, table.board) as store:
        after = Voice(store, NADIA, "s1").commit_now(
            one(NewCard("question", "Who?"), NewCard("decision", "We do", on=(0,)))
        )
    path.unlink()
    with Store.open(path) as store:
        assert store.board.same_as(after)
        assert everything_of(store.board.standing) == everything_of(Standing.of(store.board))
        assert [record.kind for record in store.history()] == ["import"]


def test_a_thousand_cards_stand_right_and_in_their_order(table: Table) -> None:
    table.board.standing  # noqa: B018 - from here on it is carried
    cards = [NewCard(("question", "decision")[n % 2], f"card {n}", aside=n % 10 == 9) for n in range(1_000)]  # type: ignore[arg-type]
    table.does(one(*cards))
    assert everything_of(table.board.standing) == everything_of(Standing.of(table.board))
    lane = [table.card(i).title for i in table.lane(TABLE)]
    assert lane == [f"card {n}" for n in range(1, 1_000, 2) if n % 10 != 9]
    assert max(len(card.rank) for card in table.board.cards.values()) <= 4


def test_a_column_that_came_in_can_go_again(table: Table) -> None:
    table.does(one(NewCard("decision", "We do", column=0), columns=("Doing",)))
    table.does(RemoveColumn("c5"))
    assert table.lane(TABLE) == ["D1"]
