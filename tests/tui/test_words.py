from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest

from storage import Card, Language, Store, Voice, changes, new_board
from storage.board import ROLES, Column
from storage.card import KINDS, PARTIES, NoteKind, OpinionKind, OutcomeKind
from storage.standing import State
from tui.words import (
    column_title,
    interface_language,
    kind_word,
    note_word,
    opinion_word,
    outcome_word,
    party_word,
    role_title,
    short_date,
    state_word,
)

EN, FR = interface_language("en"), interface_language("fr_CH.UTF-8")


def test_a_language_that_we_do_not_have_is_english() -> None:
    assert interface_language("de_CH.UTF-8").code == "en"


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        (EN, ["To discuss", "On the table", "Agreed", "Trying"]),
        (FR, ["À discuter", "Sur la table", "D'accord", "À l'essai"]),
    ],
)
def test_stages_are_called_as_in_the_glossary(language: Language, titles: list[str]) -> None:
    assert [role_title(language, role) for role in ROLES] == titles


def test_a_column_has_its_own_title_or_its_roles() -> None:
    assert column_title(FR, Column("c1", "V", role="table")) == "Sur la table"
    assert column_title(FR, Column("c1", "V", "Later", "table")) == "Later"
    assert column_title(FR, Column("c5", "V", "Parked")) == "Parked"


def test_a_decision_is_a_proposal_until_both_agree() -> None:
    with Store.in_memory(new_board("Acme", "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "s")
        card: Card = voice.commit_now(changes.AddCard("decision", "Go")).cards["D1"]
        assert (kind_word(EN, card), kind_word(FR, card)) == ("Proposal", "Proposition")
        card = voice.commit_now(changes.GiveOpinion("D1", "agree", both=True)).cards["D1"]
        assert (kind_word(EN, card), kind_word(FR, card)) == ("Decision", "Décision")


def test_every_word_is_there_in_both_languages() -> None:
    for language in (EN, FR):
        words = [kind_word(language, kind) for kind in KINDS] + [party_word(language, party) for party in PARTIES]
        words += [opinion_word(language, kind) for kind in get_args(OpinionKind)]
        assert len(set(words)) == len(words)
    assert opinion_word(FR, "concern") == "d'accord, avec une réserve"


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (dt.date(2026, 5, 12), "12 May", "12 mai"),
        (dt.date(2026, 6, 1), "1 Jun", "1er juin"),
        (dt.date(2027, 1, 31), "31 Jan 2027", "31 janv. 2027"),
    ],
)
def test_a_day_has_its_year_where_that_is_another_one(day: dt.date, english: str, french: str) -> None:
    today = dt.date(2026, 5, 14)
    assert short_date(EN, day, today=today) == english
    assert short_date(FR, day, today=today) == french


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
def test_every_note_state_and_outcome_has_its_own_word(language: Language) -> None:
    for words in (
        [note_word(language, kind) for kind in get_args(NoteKind)],
        [state_word(language, state) for state in get_args(State)],
        [state_word(language, state, "D1") for state in get_args(State)],
        [outcome_word(language, kind) for kind in get_args(OutcomeKind)],
    ):
        assert all(words)
        assert len(set(words)) == len(words)


def test_what_stands_under_a_decision_names_it() -> None:
    assert state_word(EN, "replaced", "D2") == "replaced by D2"
    assert state_word(EN, "not_chosen", "D2") == "not chosen for D2"
