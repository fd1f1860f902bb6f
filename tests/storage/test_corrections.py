"""A correction leaves the meaning alone: what is agreed stays agreed, and both are asked once more."""

from __future__ import annotations

import datetime as dt

import pytest

from storage.card import PARTIES, Trial, Wording
from storage.changes import (
    AddCard,
    BringBack,
    Confirm,
    DropCorrection,
    GiveOpinion,
    GiveOutcome,
    Move,
    Reword,
    SetAside,
    TakeBack,
)

from .table import AGREED, NADIA, PAUL, TABLE, TRYING, ZOE, Table, wording

OLD, NEW = Wording("Stories le mardi, a 9 h", "Deux."), Wording("Stories le mardi, à 9 h", "Deux.")


@pytest.fixture
def table() -> Table:
    """Agreed by both, the client with a concern."""
    table = Table()
    table.does(AddCard("decision", OLD.title, OLD.body))
    table.does(GiveOpinion("D1", "agree"), NADIA)
    table.does(GiveOpinion("D1", "concern", "mardi ?"), PAUL, session="s2", one_screen=False)
    return table


def test_it_stays_agreed_to_its_present_wording_until_both_confirm(table: Table) -> None:
    table.does(Reword("D1", NEW, OLD, correct=True), NADIA, session="s1", one_screen=False)
    card = table.card("D1")
    assert table.place("D1") == (AGREED, "agreed")
    assert card.wording == OLD
    assert card.correction is not None
    assert (card.correction.wording, card.correction.confirmed) == (NEW, ("consultant",))
    table.does(Confirm("D1"), PAUL, session="s2", one_screen=False)
    card = table.card("D1")
    assert table.place("D1") == (AGREED, "agreed")
    assert (card.wording, card.correction) == (NEW, None)


def test_both_assents_are_renewed_with_their_words(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), PAUL, session="s2", one_screen=False)
    record = table.does(Confirm("D1"), NADIA, session="s1", one_screen=False)
    card = table.card("D1")
    assert card.revision == record.seq
    client, consultant = card.opinion("client"), card.opinion("consultant")
    assert client is not None
    assert consultant is not None
    assert (client.person, client.kind, client.reason, client.revision) == (PAUL, "concern", "mardi ?", record.seq)
    assert (consultant.person, consultant.kind, consultant.one_screen) == (NADIA, "agree", False)


def test_confirming_twice_for_one_side_does_not_confirm_for_the_other(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), PAUL)
    assert not table.does(Confirm("D1"), PAUL).acts
    assert not table.does(Confirm("D1"), ZOE).acts
    assert table.card("D1").wording == OLD


def test_at_one_screen_both_confirm_in_one_step(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True, both=True), NADIA)
    card = table.card("D1")
    assert (card.wording, card.correction, card.agreed) == (NEW, None, True)
    assert all(o is not None and o.one_screen for o in map(card.opinion, PARTIES))


def test_or_the_second_step_is_for_both(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), NADIA)
    table.does(Confirm("D1", both=True), NADIA)
    assert table.card("D1").wording == NEW


def test_over_ssh_nobody_confirms_for_the_other(table: Table) -> None:
    remote = {"session": "s2", "one_screen": False}
    table.refuses(Reword("D1", NEW, correct=True, both=True), "both-needs-one-screen", PAUL, **remote)  # type: ignore[arg-type]
    table.does(Reword("D1", NEW, correct=True), PAUL)
    table.refuses(Confirm("D1", both=True), "both-needs-one-screen", PAUL, **remote)  # type: ignore[arg-type]


def test_a_correction_can_be_dropped(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), NADIA)
    table.does(DropCorrection("D1"), PAUL)
    assert (table.card("D1").wording, table.card("D1").correction) == (OLD, None)
    table.refuses(Confirm("D1"), "nothing-to-confirm")


def test_typing_the_agreed_words_again_drops_it_too(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), NADIA)
    table.does(Reword("D1", OLD, correct=True), PAUL)
    assert (table.card("D1").wording, table.card("D1").correction) == (OLD, None)


def test_both_typing_the_same_correction_have_confirmed_it(table: Table) -> None:
    table.does(Reword("D1", NEW, OLD, correct=True), NADIA)
    table.does(Reword("D1", NEW, OLD, correct=True), PAUL)
    assert table.card("D1").wording == NEW
    assert table.card("D1").agreed


def test_saving_an_editor_in_which_nothing_was_typed_confirms_nothing(table: Table) -> None:
    table.does(Reword("D1", NEW, OLD, correct=True), NADIA)
    assert not table.does(Reword("D1", OLD, OLD, correct=True), PAUL).acts
    assert not table.does(Reword("D1", NEW, NEW, correct=True), PAUL).acts
    assert table.card("D1").correction is not None


def test_a_second_correction_goes_together_with_the_one_that_waits(table: Table) -> None:
    table.does(Reword("D1", NEW, OLD, correct=True), NADIA)
    table.does(Reword("D1", Wording(OLD.title, "Deux !"), OLD, correct=True), PAUL)
    correction = table.card("D1").correction
    assert correction is not None
    assert correction.wording == Wording(NEW.title, "Deux !")
    assert correction.confirmed == ("client",), "nobody has confirmed all of it but its author"
    table.does(Confirm("D1"), NADIA)
    assert table.card("D1").wording == Wording(NEW.title, "Deux !")


def test_a_second_correction_of_the_same_words_becomes_a_note(table: Table) -> None:
    table.does(Reword("D1", NEW, OLD, correct=True), NADIA)
    table.does(Reword("D1", Wording("Stories le mardi, vers 9 h", "Deux."), OLD, correct=True), PAUL)
    card = table.card("D1")
    assert card.correction is not None
    assert (card.correction.wording, card.correction.confirmed) == (NEW, ("consultant",))
    assert [(note.person, note.text) for note in card.notes.values()] == [(PAUL, "Stories le mardi, vers 9 h")]


def test_a_correction_of_what_is_not_agreed_is_a_rewording(table: Table) -> None:
    table.does(GiveOpinion("D1", "withdrawn"), NADIA)
    record = table.does(Reword("D1", NEW, correct=True), NADIA)
    assert record.kind == "correct"
    card = table.card("D1")
    assert (card.wording, card.correction, card.opinion("client")) == (NEW, None, None)


def test_a_correction_ends_with_the_agreement(table: Table) -> None:
    for end in (
        GiveOpinion("D1", "disagree", "no"),
        GiveOpinion("D1", "withdrawn"),
        Move("D1", TABLE),
        Reword("D1", Wording("Something else")),
    ):
        other = Table(table.board)
        other.does(Reword("D1", NEW, correct=True), NADIA)
        other.does(end, PAUL)
        assert other.card("D1").correction is None, end
        assert not other.card("D1").agreed
        other.refuses(Confirm("D1"), "nothing-to-confirm")


def test_a_correction_waits_while_the_decision_is_set_aside(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), NADIA)
    table.does(SetAside("D1"))
    table.refuses(Confirm("D1"), "no-longer-agreed", PAUL)
    table.does(BringBack("D1"))
    table.does(Confirm("D1"), PAUL)
    assert table.card("D1").wording == NEW


def test_a_correction_ends_with_the_undoing_of_an_assent(table: Table) -> None:
    given = table.records[-1]
    table.does(Reword("D1", NEW, correct=True), NADIA)
    undone = table.does(TakeBack(given), PAUL, session="s2", one_screen=False)
    assert not table.card("D1").agreed
    assert table.card("D1").correction is None
    table.does(TakeBack(undone, again=True), PAUL, session="s2", one_screen=False)
    assert table.card("D1").agreed
    assert table.card("D1").correction is not None


def test_undoing_the_confirmation_brings_the_old_wording_back_agreed_with_the_correction_waiting(table: Table) -> None:
    table.does(Reword("D1", NEW, correct=True), NADIA)
    before = table.board
    record = table.does(Confirm("D1"), PAUL, session="s2", one_screen=False)
    table.does(TakeBack(record), PAUL, session="s2", one_screen=False)
    assert table.board.same_as(before)
    assert table.card("D1").agreed


def test_a_correction_that_makes_it_a_trial_moves_it_to_trying(table: Table) -> None:
    trial = Trial("qui lit", dt.date(2026, 9, 1))
    table.does(GiveOpinion(table.adds(AddCard("decision", "Deux", trial=trial)), "agree", both=True))
    table.does(Reword("D1", wording(table.card("D1"), trial=trial), correct=True, both=True))
    assert table.place("D1") == (TRYING, "agreed")
    assert table.lane(TRYING) == ["D2", "D1"]


def test_a_correction_that_was_changed_meanwhile_is_not_confirmed_unread(table: Table) -> None:
    table.does(Reword("D1", NEW, OLD, correct=True), NADIA)
    read = table.card("D1").correction
    table.does(Reword("D1", Wording(OLD.title, "Deux !"), OLD, correct=True), NADIA)
    assert read is not None
    assert table.refuses(Confirm("D1", seq=read.seq), "reworded-since", PAUL) == {"id": "D1"}
    now = table.card("D1").correction
    assert now is not None
    table.does(Confirm("D1", seq=now.seq), PAUL)
    assert table.card("D1").body == "Deux !"


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "waiting"])
def test_a_correction_leaves_what_came_of_a_trial_in_force(table: Table, kept: bool) -> None:
    trial = Trial("qui lit", dt.date(2026, 9, 1))
    table.does(GiveOpinion(table.adds(AddCard("decision", "Deux", trial=trial)), "agree", both=True))
    table.does(GiveOutcome("D2", "keep", "on lit", both=kept))
    before = table.board
    record = table.does(Reword("D2", wording(table.card("D2"), title="Deux !"), correct=True, both=True))
    outcome = table.card("D2").outcome
    assert outcome is not None
    assert (outcome.saw, bool(outcome.confirmed)) == ("on lit", kept)
    assert len(table.card("D2").outcomes) == 1
    assert table.place("D2") == (AGREED if kept else TRYING, "agreed")
    assert not table.card("D2").due(dt.date(2026, 9, 1))
    table.does(TakeBack(record))
    assert table.board.same_as(before)
