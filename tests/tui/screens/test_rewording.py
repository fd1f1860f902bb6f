"""What became of a new wording is told as the record has it, and whose words stood there as those before it have it."""

from __future__ import annotations

import pytest

from storage.card import Wording
from storage.changes import Confirm, RenamePerson, Reword, SetAside, TakeBack
from tests.storage.table import NADIA, PAUL, ZOE, Table, in_conversation
from tui.screens.rewording import NAMES_CELLS, Rewording
from tui.words import interface_language


class Rewriting:
    """An editor that was opened on a card, and others who write at the same card before it is closed."""

    def __init__(self, card: str) -> None:
        self.table = Table(in_conversation())
        self.card = card
        self.base = self.table.card(card).wording

    def others(self, person: str, title: str | None = None, body: str | None = None, **how: bool) -> None:
        now = self.table.card(self.card).wording
        wording = Wording(now.title if title is None else title, now.body if body is None else body, now.trial)
        self.table.does(Reword(self.card, wording, base=now, **how), person, session="other")

    def saved(self, title: str | None = None, body: str | None = None, **how: bool) -> Rewording:
        """What is written here is saved, by Nadia."""
        base, before = self.base, self.table.card(self.card)
        asked = Wording(base.title if title is None else title, base.body if body is None else body, base.trial)
        change = Reword(self.card, asked, base=base, **how)
        record = self.table.does(change, NADIA)
        made = record if record.acts else None
        return Rewording(change, base, before, self.table.board, made, self.table.records)


def english(rewording: Rewording) -> str:
    return rewording.told(interface_language("en"))[0]


def test_where_nobody_else_wrote_it_is_reworded() -> None:
    assert Rewriting("A3").saved("Three stories").told(interface_language("en")) == ("A3 is reworded.", "good")


def test_what_was_agreed_is_asked_again() -> None:
    assert english(Rewriting("D1").saved("Gardeners first")) == "D1 is back on the table: both are asked again."


def test_the_same_words_become_a_note_because_of_whoever_changed_them() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Four stories a week")
    assert at.saved("Five stories a week").told(interface_language("en")) == (
        "Paul has changed the same words of A3. Yours are kept as a note there.",
        "strong",
    )
    (note,) = at.table.card("A3").notes.values()
    assert note.text == "Five stories a week"


def test_it_is_said_in_french_as_well() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Four stories a week")
    words, _ = at.saved("Five stories a week").told(interface_language("fr"))
    assert words == "Paul a changé les mêmes mots de R3. Les vôtres y sont gardés en remarque."


def test_only_those_are_named_who_changed_what_became_a_note() -> None:
    at = Rewriting("A3")
    at.others(ZOE, body="Not on Sundays.")
    at.others(PAUL, "Four stories a week")
    assert at.saved("Five stories a week").others == {PAUL}


def test_all_are_named_who_changed_it_one_after_the_other() -> None:
    at = Rewriting("A3")
    at.others(ZOE, "Six stories a week")
    at.others(PAUL, "Four stories a week")
    words = english(at.saved("Five stories a week"))
    assert words == "Paul, Zoé have changed the same words of A3. Yours are kept as a note there."


def test_who_changed_it_before_the_editor_was_opened_is_not_named() -> None:
    at = Rewriting("A3")
    at.others(ZOE, "Six stories a week")
    at.base = at.table.card("A3").wording
    at.others(PAUL, "Four stories a week")
    assert at.saved("Five stories a week").others == {PAUL}


def test_who_changed_it_after_it_was_saved_is_not_named() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Four stories a week")
    saved = at.saved("Five stories a week")
    at.others(ZOE, "Seven stories a week")
    assert saved.others == {PAUL}


def test_of_a_title_that_became_a_note_the_text_may_have_been_taken() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Four stories a week")
    saved = at.saved("Five stories a week", "On Mondays.")
    assert at.table.card("A3").wording == Wording("Four stories a week", "On Mondays.")
    assert (saved.became, saved.others) == ("note", {PAUL})


def test_different_words_are_put_together() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Three stories a week")
    saved = at.saved("Two stories a month")
    assert at.table.card("A3").title == "Three stories a month"
    assert english(saved) == "Paul has changed A3 too. Both texts are put together."


def test_a_title_and_a_text_are_put_together() -> None:
    at = Rewriting("A3")
    at.others(PAUL, body="On Mondays.")
    saved = at.saved("Two stories a month")
    assert (saved.became, saved.others) == ("together", {PAUL})


def test_both_may_have_written_the_same() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Three stories a week")
    saved = at.saved("Three stories a week")
    assert saved.record is None
    assert english(saved) == "A3 is reworded."


def test_where_both_wrote_the_same_nothing_of_it_is_lost() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Four stories a week", "Two of them short.")
    assert english(at.saved("Four stories a week")) == "Paul has changed A3 too. Both texts are put together."


def test_a_text_that_was_taken_out_here_and_rewritten_there_stands() -> None:
    at = Rewriting("D1")
    at.others(PAUL, body="Then we think again.")
    saved = at.saved(body="")
    assert at.table.card("D1").notes == {}
    assert english(saved) == "Paul has changed the same words of D1. That text stands."


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Five stories a week", "The same words of A3 were changed meanwhile. Yours are kept as a note there."),
        ("Two stories a month", "A3 was changed meanwhile. Both texts are put together."),
    ],
)
def test_nobody_is_named_whom_the_history_here_does_not_know(title: str, words: str) -> None:
    """A draft can be older than the session."""
    at = Rewriting("A3")
    at.others(PAUL, "Three stories a week")
    at.table.records.clear()
    assert english(at.saved(title)) == words


def test_a_correction_that_becomes_a_note_does_not_wait() -> None:
    at = Rewriting("D1")
    at.others(PAUL, "Parents First", correct=True)
    saved = at.saved("Parents 1st", correct=True)
    assert at.table.card("D1").correction is not None
    assert english(saved) == "Paul has changed the same words of D1. Yours are kept as a note there."


def test_a_correction_that_is_put_together_with_another_waits() -> None:
    at = Rewriting("D1")
    at.others(PAUL, "Parents First", correct=True)
    saved = at.saved(body="Then, we look again.", correct=True)
    assert english(saved) == (
        "Paul has changed D1 too. Both texts are put together. The new spelling of D1 waits for the other party."
    )


def test_a_correction_waits() -> None:
    assert english(Rewriting("D1").saved("Parents First", correct=True)) == (
        "The new spelling of D1 waits for the other party."
    )


def test_a_correction_that_both_give_is_in_force() -> None:
    assert english(Rewriting("D1").saved("Parents First", correct=True, both=True)) == "D1 is reworded."


def test_who_confirmed_a_correction_is_not_named_for_who_made_it() -> None:
    at = Rewriting("D1")
    at.others(PAUL, "Parents First", correct=True)
    at.table.does(Confirm("D1"), NADIA, session="elsewhere")
    saved = at.saved(body="Then, we look again.", correct=True)
    assert (saved.became, saved.others) == ("together", {PAUL})


def test_who_took_a_change_back_is_named() -> None:
    at = Rewriting("A3")
    at.others(PAUL, "Four stories a week")
    at.base = at.table.card("A3").wording
    at.table.does(TakeBack(at.table.records[-1]), ZOE, session="other")
    assert at.saved("Five stories a week").others == {ZOE}


def test_what_else_is_done_to_the_card_is_no_rewording() -> None:
    at = Rewriting("A3")
    at.table.does(SetAside("A3"), PAUL)
    assert english(at.saved("Three stories a week")) == "A3 is reworded."


def test_a_long_name_leaves_the_rest_of_the_sentence() -> None:
    at = Rewriting("A3")
    at.table.does(RenamePerson(PAUL, "Maximilienne " * 9), NADIA)
    at.others(PAUL, "Four stories a week")
    words = english(at.saved("Five stories a week"))
    assert words.endswith("… has changed the same words of A3. Yours are kept as a note there.")
    assert len(words.partition(" has changed")[0]) == NAMES_CELLS
