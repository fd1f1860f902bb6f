from __future__ import annotations

import datetime as dt

import pytest

from storage.card import Trial, Wording
from storage.changes import (
    AddNote,
    ConfirmOutcome,
    Describe,
    GiveOpinion,
    GiveOutcome,
    LinkCards,
    Move,
    Reword,
    SetAside,
)
from storage.exports import Subject
from storage.exports.document import Document
from storage.exports.trail import earlier_wordings
from storage.refusal import Refused

from .conftest import NADIA, PAUL, Table
from .reading import everything, headings, nested, part


@pytest.fixture
def tried(table: Table) -> Table:
    """A trial with all that can come of it: D1, reworded once, kept, and replaced by D2."""
    asked = table.question(NADIA, "How often?")
    chosen = table.answer(PAUL, "Twice a week", asked, body="We counted.")
    table.answer(NADIA, "Every day", asked)
    card = table.decision(NADIA, "Two storys", chosen, trial=Trial("messages"))
    table.make(NADIA, GiveOpinion(card, "agree"))
    table.later(days=1)
    table.make(PAUL, GiveOpinion(card, "disagree", "Nobody films."))
    table.make(PAUL, Reword(card, Wording("Two stories", trial=Trial("messages", dt.date(2026, 6, 30)))))
    table.make(PAUL, GiveOpinion(card, "agree"))
    table.make(NADIA, GiveOpinion(card, "concern", "In June we garden."))
    table.make(NADIA, AddNote(card, "Since it began", "seen"))
    table.make(NADIA, Describe(card, who="Paul"))
    table.later(days=30)
    table.make(PAUL, AddNote(card, "Forty messages", "seen"))
    table.make(PAUL, GiveOutcome(card, "keep", "It works."))
    table.make(NADIA, ConfirmOutcome(card))
    table.make(PAUL, LinkCards(table.question(PAUL, "Who films in August?"), card))
    table.agreed(PAUL, "Three stories", card)
    return table


def of(table: Table, card: str, lang: str = "en", **options: bool) -> Document:
    return table.about(Subject("trail", card=card), lang, **options)


def test_a_trail_goes_from_the_question_to_what_replaced_it(tried: Table) -> None:
    document = of(tried, "D1")
    assert document.title == "Two stories"
    assert document.occasion == "How it came about, as of 12 June 2026, with Nadia and Paul"
    assert {section.heading: nested(section.lines) for section in document.sections} == {
        "The question": ["Question from Nadia, 12 May: “How often?”"],
        "The answers": [
            "Answer from Paul, 12 May: “Twice a week”",
            "Answer from Nadia, 12 May: “Every day”",
            ["Not chosen."],
        ],
        "The decision": [
            "Proposal from Nadia, 12 May: “Two stories”",
            "Paul takes care of it.",
            "Both agreed, on 13 May.",
        ],
        "Opinions": ["Paul agreed, 13 May.", "Nadia agreed, with a concern, 13 May: “In June we garden.”"],
        "Earlier wordings": ["“Two storys”", ["We watch: messages.", "Nadia agreed, 12 May.",
                                              "Paul disagreed, 13 May: “Nobody films.”"]],
        "The trial": ["We watch: messages.", "Until: 30 June."],
        "What we saw": ["Nadia saw, 13 May: “Since it began”", "Paul saw, 12 June: “Forty messages”"],
        "The outcome": ["Paul: “It works”. So we keep it. (12 June) Nadia has confirmed it."],
        "What replaced it": ["Proposal from Paul, 12 June: “Three stories”"],
        "What it raised": ["Question from Paul, 12 June: “Who films in August?”"],
    }  # fmt: skip


def test_a_trail_is_told_in_french(tried: Table) -> None:
    document = of(tried, "D1", "fr")
    assert document.occasion == "Le cheminement au 12 juin 2026, avec Nadia et Paul"
    assert nested(part(document, "Avis").lines) == [
        "Paul, d'accord, le 13 mai.",
        "Nadia, d'accord avec une réserve, le 13 mai\u00a0: «\u202fIn June we garden.\u202f»",
    ]
    assert nested(part(document, "Le bilan").lines) == [
        "Paul\u00a0: «\u202fIt works\u202f». Donc on garde. (12 juin) Nadia l'a confirmé."
    ]


def test_the_bodies_are_in_the_full_trail_alone(tried: Table) -> None:
    assert "We counted." not in everything(of(tried, "D1"))
    assert "We counted." in everything(of(tried, "D1", full=True))


def test_without_the_journal_earlier_wordings_are_told_by_their_opinions(tried: Table) -> None:
    lines = part(of(tried, "D1", history=False), "Earlier wordings").lines
    assert nested(lines) == [
        "Of an earlier wording:",
        ["Nadia agreed, 12 May.", "Paul disagreed, 13 May: “Nobody films.”"],
    ]


def test_a_settled_question_or_answer_leads_to_its_decision(tried: Table) -> None:
    assert of(tried, "Q1") == of(tried, "A1") == of(tried, "A2") == of(tried, "D1")


def test_an_open_question_shows_how_far_it_has_come(table: Table) -> None:
    asked = table.question(NADIA, "How often?")
    table.make(PAUL, AddNote(table.answer(PAUL, "Twice", asked), "We counted"))
    document = of(table, asked)
    assert (document.title, headings(document)) == ("How often?", ["The question", "The answers"])
    assert nested(part(document, "The answers").lines) == [
        "Answer from Paul, 12 May: “Twice”",
        ["Paul, 12 May: “We counted”"],
    ]


def test_a_proposal_that_was_set_aside_says_so(table: Table) -> None:
    earlier = table.agreed(NADIA, "A blog")
    card = table.decision(NADIA, "A letter", earlier)
    table.make(PAUL, AddNote(card, "Too slow", "against"))
    table.make(PAUL, SetAside(card))
    document = of(table, card)
    assert nested(part(document, "The proposal").lines)[1:] == ["This replaces: “A blog”", "It was set aside."]
    assert nested(part(document, "Remarks").lines) == ["Paul, against it, 12 May: “Too slow”"]
    assert "What replaced it" not in headings(of(table, earlier))


def test_an_assent_that_was_taken_back_is_told_as_well(table: Table) -> None:
    card = table.agreed(NADIA, "A letter")
    table.make(PAUL, Move(card, table.board.column_of_role("table").id))
    assert nested(part(of(table, card), "Opinions").lines)[-1] == "Paul took that opinion back, 12 May."


def test_without_names_nobody_is_named(tried: Table) -> None:
    text = everything(of(tried, "D1", names=False))
    assert "Nadia" not in text
    assert "Paul" not in text


def test_the_trail_of_no_card_is_refused(table: Table) -> None:
    with pytest.raises(Refused) as refused:
        of(table, "D9")
    assert (refused.value.code, refused.value.facts) == ("no-such-card", {"id": "D9"})


def test_earlier_wordings_are_read_off_the_journal_as_far_as_it_goes(table: Table) -> None:
    card = table.decision(NADIA, "One", trial=Trial("messages"))
    for title in ("Two", "Three"):
        table.make(NADIA, Reword(card, Wording(title, "text")))
    found = earlier_wordings(table.board.cards[card], table.records)
    assert found == {1: Wording("One", "", Trial("messages")), 2: Wording("Two", "text")}
    assert earlier_wordings(table.board.cards[card], table.records[2:]) == {2: Wording("Two", "text")}
    assert earlier_wordings(table.board.cards[card], []) == {}
