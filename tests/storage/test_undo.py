"""Undo appends the inverse of a change, and asks or is refused where others have built on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from storage import Refused, Store, Voice
from storage.card import Trial, Wording
from storage.changes import (
    AddCard,
    AddColumn,
    AddNote,
    AddPerson,
    BringBack,
    Change,
    Confirm,
    CorrectVoice,
    Describe,
    DescribeBoard,
    DescribeParty,
    GiveOpinion,
    LinkCards,
    Move,
    MoveColumn,
    RemoveColumn,
    RenameColumn,
    RenamePerson,
    Reword,
    SetAside,
    Together,
)

from .table import AGREED, DISCUSS, NADIA, PAUL, TABLE, ZOE, in_conversation


@dataclass
class Two:
    """Nadia and Paul in a session each."""

    store: Store
    nadia: Voice
    paul: Voice

    def card(self, identity: str) -> Any:
        return self.store.board.cards[identity]


@pytest.fixture
def two() -> Iterator[Two]:
    with Store.in_memory(in_conversation()) as store:
        yield Two(store, Voice(store, NADIA, "s1"), Voice(store, PAUL, "s2", one_screen=False))


def refused(code: str, what: Any) -> dict[str, Any]:
    """The facts with which an undo or a redo is refused."""
    with pytest.raises(Refused) as caught:
        what.result()
    assert caught.value.code == code
    return caught.value.facts


CHANGES: list[Change] = [
    AddCard("answer", "Both", on=("Q1",)),
    Reword("D1", Wording("Parents second")),
    Reword("D3", Wording("A newsletter", trial=Trial("who answers"))),
    Reword("D1", Wording("Parents, first"), correct=True),
    Reword("D1", Wording("Parents, first"), correct=True, both=True),
    GiveOpinion("D1", "disagree", "no"),
    GiveOpinion("D2", "agree", both=True),
    Move("D1", DISCUSS),
    Move("Q1", TABLE, before="A1"),
    SetAside("D1"),
    LinkCards("D1", "Q2"),
    LinkCards("D1", "A1", remove=True),
    Describe("D1", "theme", "Paul"),
    AddNote("D1", "x"),
    CorrectVoice("D1", PAUL),
    AddPerson("Ada", "client"),
    RenamePerson(PAUL, "Paul B."),
    DescribeParty("client", "x", "y"),
    DescribeBoard("y", "fr"),
    AddColumn("Later", before=TABLE),
    RenameColumn(TABLE, "x"),
    MoveColumn(TABLE),
    Together(
        (
            AddColumn("Later"),
            AddCard("question", "?", column="c5"),
            Move("Q1", "c5"),
            SetAside("Q2"),
            RemoveColumn("c5"),
        )
    ),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.kind)
def test_every_change_can_be_undone_and_redone(two: Two, change: Change) -> None:
    before = two.store.board
    after = two.nadia.commit_now(change)
    assert not after.same_as(before)
    for _ in range(2):
        undone = two.nadia.undo().result()
        assert undone.same_as(before)
        assert undone.standing.lanes == before.standing.lanes
        assert undone.seq > after.seq
        assert two.nadia.redo().result().same_as(after)


def test_undo_is_a_change_of_its_own_that_says_what_it_takes_back(two: Two) -> None:
    two.nadia.commit_now(SetAside("Q1"))
    two.nadia.undo().result()
    two.nadia.redo().result()
    done, undone, redone = list(two.store.history())[-3:]
    assert [record.kind for record in (done, undone, redone)] == ["set-aside", "undo", "redo"]
    assert (undone.undoes, redone.undoes) == (done.seq, undone.seq)


def test_a_card_created_and_linked_to_in_one_change_is_undone_as_one(two: Two) -> None:
    before = two.store.board
    two.nadia.commit_now(
        Together(
            (
                AddCard("question", "Who writes?"),
                AddCard("answer", "Paul", on=("Q3",)),
                LinkCards("D2", "A4"),
                LinkCards("D1", "Q3"),
                Reword("Q3", Wording("Who writes it?")),
                AddNote("A4", "on Mondays"),
                Move("Q3", TABLE),
            )
        )
    )
    after = two.store.board
    assert two.nadia.undo().result().same_as(before)
    assert two.nadia.redo().result().same_as(after)


def test_a_change_that_touches_the_same_thing_twice_is_undone(two: Two) -> None:
    before = two.store.board
    two.nadia.commit_now(
        Together((Reword("Q1", Wording("one")), Reword("Q1", Wording("two")), SetAside("Q1"), BringBack("Q1")))
    )
    assert two.nadia.undo().result().same_as(before)


def test_each_session_takes_back_its_own_last_change(two: Two) -> None:
    two.nadia.commit_now(SetAside("Q1"))
    two.paul.commit_now(SetAside("Q2"))
    two.nadia.undo().result()
    assert (two.card("Q1").aside, two.card("Q2").aside) == (False, True)
    refused("nothing-to-undo", two.nadia.undo())
    refused("nothing-to-redo", two.paul.redo())


def test_at_one_screen_the_last_change_typed_there_whoever_spoke(two: Two) -> None:
    two.nadia.commit_now(SetAside("Q1"))
    two.nadia.hand_over(PAUL)
    two.nadia.commit_now(SetAside("Q2"))
    two.nadia.hand_over(NADIA)
    two.nadia.undo().result()
    assert (two.card("Q1").aside, two.card("Q2").aside) == (True, False)


def test_a_new_change_ends_what_could_be_redone(two: Two) -> None:
    two.nadia.commit_now(SetAside("Q1"))
    two.nadia.undo().result()
    two.nadia.commit_now(SetAside("Q2"))
    refused("nothing-to-redo", two.nadia.redo())


# What others have touched since


def test_it_is_refused_where_somebody_else_has_touched_the_same_thing_since(two: Two) -> None:
    two.nadia.commit_now(Reword("Q1", Wording("Whom?")))
    two.paul.commit_now(Reword("Q1", Wording("For whom?")))
    assert refused("touched-since", two.nadia.undo()) == {"id": "Q1", "name": "Paul"}
    assert two.card("Q1").title == "For whom?"
    two.paul.undo().result()
    assert two.nadia.undo().result().cards["Q1"].title == "Who do we want to reach?"


def test_the_refusal_names_the_other_also_where_one_has_touched_it_again_oneself(two: Two) -> None:
    two.nadia.commit_now(Reword("Q1", Wording("Whom?")))
    two.paul.commit_now(Reword("Q1", Wording("For whom?")))
    two.nadia.commit_now(Reword("Q1", Wording("For whom is it?")))
    two.nadia.undo().result()
    assert refused("touched-since", two.nadia.undo()) == {"id": "Q1", "name": "Paul"}


def test_what_others_did_elsewhere_does_not_matter(two: Two) -> None:
    two.nadia.commit_now(Reword("Q1", Wording("Whom?")))
    two.paul.commit_now(AddNote("Q1", "yes"))
    two.paul.commit_now(Move("Q1", TABLE))
    board = two.nadia.undo().result()
    assert (board.cards["Q1"].title, board.cards["Q1"].column, len(board.cards["Q1"].notes)) == (
        "Who do we want to reach?", TABLE, 1,
    )  # fmt: skip


def test_a_card_that_somebody_has_worked_on_stays(two: Two) -> None:
    two.nadia.commit_now(AddCard("question", "How?"))
    two.paul.commit_now(AddNote("Q3", "well"))
    assert refused("touched-since", two.nadia.undo()) == {"id": "Q3", "name": "Paul"}


def test_a_card_that_another_rests_on_stays(two: Two) -> None:
    two.nadia.commit_now(AddCard("question", "How?"))
    two.paul.commit_now(AddCard("answer", "Slowly", on=("Q3",)))
    assert refused("linked-since", two.nadia.undo()) == {"id": "Q3", "by": "A4", "name": "Paul"}
    two.paul.undo().result()
    assert "Q3" not in two.nadia.undo().result().cards


def test_also_where_the_linking_card_was_touched_by_the_same_change(two: Two) -> None:
    two.nadia.commit_now(Together((AddCard("question", "How?"), SetAside("D2"))))
    two.paul.commit_now(LinkCards("D2", "Q3"))
    assert refused("linked-since", two.nadia.undo())["by"] == "D2"


def test_a_link_is_not_brought_back_to_a_card_that_is_gone(two: Two) -> None:
    two.paul.commit_now(AddCard("question", "How?"))
    two.nadia.commit_now(AddCard("answer", "Slowly", on=("Q3",)))
    two.nadia.commit_now(LinkCards("A4", "Q3", remove=True))
    two.paul.undo().result()
    assert refused("touched-since", two.nadia.undo()) == {"id": "Q3", "name": "Paul"}


def test_a_card_is_not_brought_back_linked_to_one_that_is_gone(two: Two) -> None:
    two.paul.commit_now(AddCard("question", "How?"))
    two.nadia.commit_now(AddCard("answer", "Slowly", on=("Q3",)))
    two.nadia.undo().result()
    two.paul.undo().result()
    assert refused("touched-since", two.nadia.redo()) == {"id": "Q3", "name": "Paul"}


def test_a_card_is_not_moved_back_into_a_column_that_is_gone(two: Two) -> None:
    two.nadia.commit_now(AddColumn("Later"))
    two.nadia.commit_now(AddCard("question", "new", column="c5"))
    two.nadia.commit_now(Move("Q3", TABLE))
    two.paul.commit_now(RemoveColumn("c5"))
    assert refused("touched-since", two.nadia.undo()) == {"id": "c5", "name": "Paul"}


def test_a_column_into_which_somebody_has_moved_a_card_stays(two: Two) -> None:
    two.nadia.commit_now(AddColumn("Later"))
    two.paul.commit_now(Move("Q1", "c5"))
    assert refused("touched-since", two.nadia.undo()) == {"id": "c5", "name": "Paul"}
    two.paul.commit_now(SetAside("Q1"))
    refused("touched-since", two.nadia.undo())
    two.paul.undo().result()
    two.paul.undo().result()
    assert "c5" not in two.nadia.undo().result().columns


def test_somebody_who_has_spoken_stays_at_the_table(two: Two) -> None:
    two.nadia.commit_now(AddPerson("Ada", "client"))
    two.nadia.commit_now(AddNote("Q1", "hello"), person="p4")
    two.nadia.undo().result()
    assert refused("touched-since", two.nadia.undo()) == {"id": "p4", "name": "Ada"}


def test_or_whose_word_something_has_become(two: Two) -> None:
    two.nadia.commit_now(AddPerson("Ada", "client"))
    two.paul.commit_now(CorrectVoice("Q1", "p4"))
    refused("touched-since", two.nadia.undo())


def test_or_for_whom_was_agreed_at_one_screen() -> None:
    board = in_conversation()
    alone = msgspec.structs.replace(board, people={NADIA: board.people[NADIA]})
    with Store.in_memory(alone) as store:
        nadia = Voice(store, NADIA, "s1")
        nadia.commit_now(AddPerson("Ada", "client"))
        nadia.commit_now(GiveOpinion("D2", "agree", both=True))
        nadia.undo().result()
        assert refused("touched-since", nadia.undo()) == {"id": "p4", "name": "Ada"}


def test_who_has_said_nothing_can_go(two: Two) -> None:
    two.nadia.commit_now(AddPerson("Ada", "client"))
    assert "p4" not in two.nadia.undo().result().people


def test_a_name_is_not_given_back_that_somebody_else_has_taken(two: Two) -> None:
    two.nadia.commit_now(RenamePerson(ZOE, "Zoé B."))
    two.paul.commit_now(AddPerson("zoé", "client"))
    assert refused("touched-since", two.nadia.undo())["id"] == ZOE


def test_the_order_that_came_along_with_an_opinion_does_not_hold_it_back(two: Two) -> None:
    two.nadia.commit_now(GiveOpinion("D2", "agree", both=True))
    two.paul.commit_now(Move("D2", AGREED, before="D1"))
    board = two.nadia.undo().result()
    assert not board.cards["D2"].agreed
    assert board.standing.places["D2"].column == TABLE


def test_but_a_move_is_held_back_by_another_move(two: Two) -> None:
    two.nadia.commit_now(Move("Q2", DISCUSS, before="Q1"))
    two.paul.commit_now(Move("Q2", TABLE))
    assert refused("touched-since", two.nadia.undo())["id"] == "Q2"


# What others have assented to since


@pytest.fixture
def reworded(two: Two) -> Two:
    """Nadia has reworded what was agreed; Paul has agreed to the new words."""
    two.nadia.commit_now(Reword("D1", Wording("Parents second")))
    two.paul.commit_now(GiveOpinion("D1", "agree"))
    return two


def test_a_wording_that_somebody_else_has_assented_to_since_asks_first(reworded: Two) -> None:
    assert refused("assented-since", reworded.nadia.undo()) == {"id": "D1", "name": "Paul"}
    board = reworded.nadia.undo(sure=True).result()
    assert board.cards["D1"].title == "Parents first"


def test_undoing_the_rewording_revives_the_assents_to_the_earlier_words(reworded: Two) -> None:
    board = reworded.nadia.undo(sure=True).result()
    assert board.cards["D1"].agreed
    assert board.standing.places["D1"].column == AGREED
    again = reworded.nadia.redo().result()
    assert not again.cards["D1"].agreed
    assert again.cards["D1"].assents("client"), "and redoing it, those given to the later ones"


def test_an_assent_that_has_been_withdrawn_asks_nothing(reworded: Two) -> None:
    reworded.paul.commit_now(GiveOpinion("D1", "withdrawn"))
    assert reworded.nadia.undo().result().cards["D1"].agreed


def test_nor_does_a_disagreement(two: Two) -> None:
    two.nadia.commit_now(Reword("D1", Wording("Parents second")))
    two.paul.commit_now(GiveOpinion("D1", "disagree", "no"))
    assert two.nadia.undo().result().cards["D1"].agreed


def test_an_earlier_assent_that_comes_back_with_the_words_asks_nothing_on_redo(two: Two) -> None:
    two.nadia.commit_now(Reword("D1", Wording("Parents second")))
    two.nadia.undo().result()
    assert two.nadia.redo().result().cards["D1"].title == "Parents second"


def test_redo_asks_where_somebody_has_assented_to_the_words_that_undo_brought_back(two: Two) -> None:
    two.nadia.commit_now(Reword("D2", Wording("Three stories")))
    two.nadia.undo().result()
    two.paul.commit_now(GiveOpinion("D2", "agree"))
    assert refused("assented-since", two.nadia.redo()) == {"id": "D2", "name": "Paul"}
    assert two.nadia.redo(sure=True).result().cards["D2"].title == "Three stories"


def test_what_was_agreed_at_the_same_screen_is_undone_step_by_step_without_asking(two: Two) -> None:
    before = two.store.board
    two.nadia.commit_now(Reword("D1", Wording("Parents second")))
    two.nadia.commit_now(GiveOpinion("D1", "agree", both=True))
    two.nadia.undo().result()
    assert two.nadia.undo().result().same_as(before)


def test_retyping_revives_nothing_where_undoing_would(two: Two) -> None:
    old = two.card("D1").wording
    two.nadia.commit_now(Reword("D1", Wording("Parents second")))
    two.paul.commit_now(Reword("D1", old))
    assert not two.card("D1").agreed
    refused("touched-since", two.nadia.undo())
    two.paul.undo().result()
    two.nadia.undo().result()
    assert two.card("D1").agreed


def test_a_confirmed_correction_is_undone_by_whoever_confirmed_it(two: Two) -> None:
    two.nadia.commit_now(Reword("D1", Wording("Parents, first"), correct=True))
    two.paul.commit_now(Confirm("D1"))
    refused("touched-since", two.nadia.undo())
    board = two.paul.undo().result()
    assert (board.cards["D1"].title, board.cards["D1"].agreed) == ("Parents first", True)
    assert board.cards["D1"].correction is not None
    assert two.nadia.undo().result().cards["D1"].correction is None


def test_numbers_are_never_used_again_also_after_undo(two: Two) -> None:
    two.nadia.commit_now(AddCard("question", "one"))
    two.nadia.undo().result()
    board = two.nadia.commit_now(AddCard("question", "two"))
    assert "Q3" not in board.cards
    assert board.cards["Q4"].title == "two"
    two.nadia.commit_now(AddPerson("Ada", "client"))
    two.nadia.undo().result()
    assert "p5" in two.nadia.commit_now(AddPerson("Bea", "client")).people
