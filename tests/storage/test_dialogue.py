from __future__ import annotations

import datetime as dt

import pytest

from storage.card import Card, Trial, Wording
from storage.changes import (
    AddCard,
    AddNote,
    BringBack,
    ConfirmOutcome,
    Describe,
    GiveOpinion,
    GiveOutcome,
    Look,
    Reword,
    SetAside,
    SetFrame,
    TakeBack,
)

from .table import AGREED, NADIA, PAUL, TABLE, TRYING, ZOE, Table

TERMS = Trial("messages, not followers", dt.date(2026, 6, 30), "it takes more than an hour")


@pytest.fixture
def table() -> Table:
    """Q1, its answer A1, and D1 that rests on it and is being tried."""
    table = Table()
    table.does(AddCard("question", "Who do we reach first?"))
    table.does(AddCard("answer", "Families nearby", on=("Q1",)), PAUL)
    table.does(AddCard("decision", "Two stories a week", on=("A1",), trial=TERMS))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert table.place("D1") == (TRYING, "agreed")
    return table


def tried(table: Table) -> Card:
    return table.card("D1")


def test_only_an_answer_is_part_of_the_frame(table: Table) -> None:
    table.does(SetFrame("A1"), PAUL)
    assert table.card("A1").frame
    table.does(SetFrame("A1", frame=False))
    assert not table.card("A1").frame
    assert table.refuses(SetFrame("Q1"), "only-answers-frame") == {"id": "Q1"}


def test_an_outcome_changes_nothing_until_the_other_party_confirms(table: Table) -> None:
    table.does(GiveOutcome("D1", "stop", "It took three hours"), PAUL, session="s2", one_screen=False)
    assert table.place("D1") == (TRYING, "agreed")
    table.refuses(ConfirmOutcome("D1"), "outcome-waits", ZOE)
    assert table.place("D1") == (TRYING, "agreed")


def test_keeping_a_trial_moves_it_to_agreed(table: Table) -> None:
    table.does(GiveOutcome("D1", "keep", "Three messages a week"), PAUL)
    table.does(ConfirmOutcome("D1"), NADIA)
    assert table.place("D1") == (AGREED, "agreed")
    assert table.place("A1")[1] == "settled"
    table.refuses(GiveOutcome("D1", "stop", "Too late"), "not-on-trial")


def test_changing_a_trial_ends_the_assents_and_puts_it_on_the_table(table: Table) -> None:
    table.does(GiveOutcome("D1", "change", "Too many stories"), PAUL)
    table.does(ConfirmOutcome("D1"), NADIA)
    card = tried(table)
    assert not card.agreed
    assert table.place("D1") == (TABLE, "open")
    assert table.place("Q1")[1] == "open"
    assert len(card.opinions) == 2
    table.does(Reword("D1", Wording("One story a week", "", TERMS)))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert table.place("D1") == (TRYING, "agreed")
    assert [outcome.saw for outcome in tried(table).outcomes.values()] == ["Too many stories"]
    assert tried(table).outcome is None


def test_stopping_a_trial_sets_it_aside_with_what_was_seen(table: Table) -> None:
    table.does(GiveOutcome("D1", "stop", "Nobody wrote"), PAUL)
    table.does(ConfirmOutcome("D1"), NADIA)
    assert table.place("D1")[1] == "aside"
    assert next(iter(tried(table).outcomes.values())).confirmed == NADIA


def test_at_one_screen_both_close_a_trial_in_one_step(table: Table) -> None:
    table.refuses(GiveOutcome("D1", "keep", "Good", both=True), "both-needs-one-screen", one_screen=False)
    table.does(GiveOutcome("D1", "keep", "Good", both=True), PAUL)
    assert table.place("D1") == (AGREED, "agreed")
    assert tried(table).outcome is not None
    assert tried(table).outcome.confirmed == NADIA  # type: ignore[union-attr]


def test_an_outcome_says_what_was_seen(table: Table) -> None:
    table.refuses(GiveOutcome("D1", "keep", "  "), "empty-outcome")


def test_a_second_outcome_takes_the_place_of_one_that_waits(table: Table) -> None:
    table.does(GiveOutcome("D1", "stop", "Too much work"), PAUL)
    table.does(GiveOutcome("D1", "keep", "No, it works"), NADIA)
    table.does(ConfirmOutcome("D1"), PAUL)
    assert table.place("D1") == (AGREED, "agreed")


def test_undoing_a_confirmation_takes_the_effect_back(table: Table) -> None:
    table.does(GiveOutcome("D1", "change", "Too many"), PAUL)
    before = table.board
    record = table.does(ConfirmOutcome("D1"), NADIA)
    table.does(TakeBack(record))
    assert table.board.same_as(before)


def test_a_trial_is_due_on_its_day_until_somebody_says_what_came_of_it(table: Table) -> None:
    assert not tried(table).due(dt.date(2026, 6, 29))
    assert tried(table).due(dt.date(2026, 6, 30))
    table.does(GiveOutcome("D1", "keep", "Good"), PAUL)
    assert not tried(table).due(dt.date(2026, 7, 30))


def test_what_is_seen_of_a_trial_is_noted_at_any_time(table: Table) -> None:
    table.does(AddNote("D1", "Two mothers asked for the times", "seen"), PAUL)
    assert next(iter(tried(table).notes.values())).kind == "seen"


def test_a_decision_that_is_replaced_stands_under_the_new_one(table: Table) -> None:
    table.does(AddCard("decision", "One story a week", on=("D1",)))
    assert table.place("D1") == (TRYING, "agreed")
    table.does(GiveOpinion("D2", "agree", both=True))
    assert table.place("D1") == (TRYING, "replaced")
    assert table.board.standing.places["D1"].under == "D2"
    table.does(GiveOpinion("D2", "disagree", "Not enough"), PAUL)
    assert table.place("D1") == (TRYING, "agreed")


def test_a_rewording_of_the_others_card_shows_both_wordings_until_they_have_looked(table: Table) -> None:
    table.does(Reword("A1", Wording("Families within a mile")), NADIA, session="s2", one_screen=False)
    reworded = table.card("A1").reworded
    assert reworded is not None
    assert (reworded.wording.title, reworded.person) == ("Families nearby", NADIA)
    table.refuses(Look("A1"), "not-yours-to-look", NADIA, one_screen=False)
    table.does(Look("A1"), ZOE, session="s3", one_screen=False)
    assert table.card("A1").reworded is None


def test_rewording_ones_own_card_shows_one_wording(table: Table) -> None:
    table.does(Reword("A1", Wording("Families within a mile")), PAUL)
    assert table.card("A1").reworded is None


def test_the_first_wording_stays_in_sight_when_the_other_rewords_twice(table: Table) -> None:
    table.does(Reword("A1", Wording("Families within a mile")), NADIA)
    table.does(Reword("A1", Wording("Families within two miles")), NADIA)
    assert table.card("A1").reworded.wording.title == "Families nearby"  # type: ignore[union-attr]


def test_a_decision_may_be_subject_to_somebody_who_is_not_there(table: Table) -> None:
    table.does(Describe("D1", subject_to="the committee"))
    assert tried(table).subject_to == "the committee"
    assert tried(table).agreed
    table.does(Describe("D1", subject_to=""))
    assert tried(table).subject_to == ""


def test_another_outcome_than_the_one_that_was_read_is_not_confirmed(table: Table) -> None:
    read = table.does(GiveOutcome("D1", "keep", "Good"), PAUL).seq
    now = table.does(GiveOutcome("D1", "stop", "Nobody wrote"), PAUL).seq
    assert table.refuses(ConfirmOutcome("D1", seq=read), "outcome-changed", NADIA) == {"id": "D1"}
    table.does(ConfirmOutcome("D1", seq=now), NADIA)
    assert table.place("D1")[1] == "aside"


def test_a_trial_that_was_stopped_comes_back_on_the_table_and_waits_for_both(table: Table) -> None:
    table.does(GiveOutcome("D1", "stop", "Nobody wrote", both=True))
    stopped = table.board
    record = table.does(BringBack("D1"))
    card = tried(table)
    assert table.place("D1") == (TABLE, "open")
    assert not any(card.assents(party) for party in ("consultant", "client"))  # type: ignore[arg-type]
    assert not card.due(dt.date(2026, 7, 30))
    assert card.outcome is None
    table.does(TakeBack(record))
    assert table.board.same_as(stopped)
    table.does(BringBack("D1"))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert table.place("D1") == (TRYING, "agreed")


def test_a_trial_that_was_set_aside_while_it_ran_goes_on_when_it_is_brought_back(table: Table) -> None:
    table.does(SetAside("D1"))
    table.does(BringBack("D1"))
    assert table.place("D1") == (TRYING, "agreed")


def test_an_outcome_is_open_until_it_is_confirmed(table: Table) -> None:
    table.does(GiveOutcome("D1", "keep", "Good"), PAUL)
    assert tried(table).open_outcome == tried(table).outcome is not None
    table.does(ConfirmOutcome("D1"))
    assert tried(table).open_outcome is None
