from __future__ import annotations

import datetime as dt

import pytest

from storage.acts import Act, Record
from storage.card import Trial, Wording
from storage.changes import (
    AddNote,
    AddPerson,
    BringBack,
    Change,
    ConfirmOutcome,
    Describe,
    GiveOpinion,
    GiveOutcome,
    Move,
    Reword,
    SetAside,
    SetFrame,
    TakeBack,
)
from storage.exports import Subject
from storage.exports.document import Document
from storage.exports.since import board_before

from .conftest import NADIA, PAUL, Table
from .reading import everything, headings, nested, part, said_in


class Since:
    """A table a week after something was shared."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.seq = table.board.seq
        table.later(days=7)

    def document(self, lang: str = "en", **options: bool) -> Document:
        return self.table.about(Subject("since", seq=self.seq), lang, **options)


def test_nothing_changed_is_said(table: Table) -> None:
    table.question(NADIA, "Who first?")
    since = Since(table)
    document = since.document()
    assert (document.occasion, document.sections) == ("Nothing has changed.", ())
    shared = Subject("since", seq=since.seq, day=dt.date(2026, 5, 12))
    assert table.about(shared).occasion == "Nothing has changed since 12 May 2026."
    assert table.about(shared, "fr").occasion == "Rien n'a changé depuis le 12 mai 2026."
    assert table.about(Subject("since", seq=since.seq + 9)).occasion == "Nothing has changed."


def test_a_card_that_was_moved_or_made_and_undone_is_nothing_new(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    since = Since(table)
    table.question(PAUL, "LinkedIn?")
    table.make(PAUL, TakeBack(table.records[-1]))
    assert since.document().occasion == "Nothing has changed since 19 May 2026."
    table.make(PAUL, Move(asked, table.board.column_of_role("table").id))
    document = since.document()
    assert document.sections == ()
    assert document.occasion == "Nothing has changed since 19 May 2026 but the arrangement of the board."


def test_what_was_agreed_since_is_told_with_its_trail_and_not_again(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    since = Since(table)
    answer = table.answer(PAUL, "Parents", asked)
    card = table.decision(NADIA, "Parents first", answer)
    table.make(NADIA, GiveOpinion(card, "agree", both=True))
    table.make(NADIA, Describe(card, who="Paul"))
    document = since.document()
    assert document.occasion == "What has changed since 19 May 2026"
    assert document.moment == "changes since 19 May"
    assert headings(document) == ["Agreed since"]
    assert said_in(document.sections[0]) == {
        "Parents first": [
            "Question from Nadia: “Who first?”",
            "Answer from Paul: “Parents”",
            "Paul takes care of it.",
            "Both agreed, on 19 May.",
        ]
    }


def test_a_trial_that_was_agreed_since_has_its_terms(table: Table) -> None:
    since = Since(table)
    table.agreed(NADIA, "Two stories", trial=Trial("messages", dt.date(2026, 6, 30)))
    assert said_in(part(since.document("fr"), "À l'essai depuis")) == {
        "Two stories": ["On observe\u00a0: messages.", "Jusqu'au\u00a0: 30 juin.", "D'accord tous les deux, le 19 mai."]
    }


def test_another_wording_that_was_agreed_shows_the_one_that_was_known(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories")
    since = Since(table)
    table.make(PAUL, Reword(card, Wording("Three stories")))
    assert nested(part(since.document(), "No longer agreed").lines) == ["Three stories", ["Before: “Two stories”"]]
    table.make(PAUL, GiveOpinion(card, "agree", both=True))
    document = since.document()
    assert headings(document) == ["Agreed since"]
    assert said_in(document.sections[0])["Three stories"][0] == "Before: “Two stories”"


def test_an_agreement_that_was_taken_back_says_by_whom(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories")
    since = Since(table)
    table.make(PAUL, Move(card, table.board.column_of_role("table").id))
    document = since.document()
    assert headings(document) == ["No longer agreed"]
    assert nested(document.sections[0].lines) == ["Two stories", ["Paul took that opinion back, 19 May."]]


def test_what_was_reworded_shows_both_wordings(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    text = table.question(NADIA, "How often?", body="Before.")
    terms = table.decision(NADIA, "Two stories", trial=Trial("messages"))
    since = Since(table)
    table.make(PAUL, Reword(asked, Wording("Whom first?")))
    table.make(PAUL, Reword(text, Wording("How often?", "After.")))
    table.make(PAUL, Reword(terms, Wording("Two stories", "", Trial("messages", stop_if="it rains"))))
    document = since.document()
    assert headings(document) == ["Reworded"]
    assert nested(document.sections[0].lines) == [
        "Whom first?",
        ["Before: “Who first?”"],
        "How often?",
        ["Its text was reworded."],
        "Two stories",
        ["We watch: messages.", "We stop if: it rains."],
    ]
    assert "After." not in everything(document)
    assert "After." in everything(since.document(full=True))


def test_new_questions_and_answers_are_told_together_where_they_belong_together(table: Table) -> None:
    known = table.question(NADIA, "Who first?")
    since = Since(table)
    table.answer(PAUL, "Parents", known)
    table.answer(PAUL, "On Mondays", table.question(NADIA, "When?"))
    table.question(PAUL, "Which tone?")
    document = since.document()
    assert headings(document) == ["New questions", "New answers"]
    assert nested(document.sections[0].lines) == [
        "Question from Nadia: “When?”",
        ["Answer from Paul: “On Mondays”"],
        "Question from Paul: “Which tone?”",
        ["Answer awaited from Nadia."],
    ]
    assert nested(document.sections[1].lines) == ["Answer from Paul: “Parents”", ["Question from Nadia: “Who first?”"]]


def test_a_new_proposal_comes_with_what_it_rests_on_and_what_was_said_of_it(table: Table) -> None:
    since = Since(table)
    answer = table.answer(PAUL, "Parents", table.question(NADIA, "Who first?"))
    card = table.decision(NADIA, "Parents first", answer)
    table.make(PAUL, GiveOpinion(card, "disagree", "They have no time."))
    document = since.document()
    assert headings(document) == ["New proposals"]
    assert nested(document.sections[0].lines) == [
        "Parents first (waiting for Nadia)",
        [
            "Question from Nadia: “Who first?”",
            "Answer from Paul: “Parents”",
            "Paul disagrees: “They have no time.”",
        ],
    ]


def test_opinions_on_what_was_known_are_told_and_those_with_a_reason_come_first(table: Table) -> None:
    blog, letter = table.decision(NADIA, "A blog"), table.decision(NADIA, "A letter")
    agreed = table.agreed(NADIA, "Two stories")
    since = Since(table)
    table.make(PAUL, GiveOpinion(blog, "agree"))
    table.make(PAUL, GiveOpinion(letter, "disagree", "Nobody reads it."))
    table.make(PAUL, GiveOpinion(agreed, "concern", "In June we garden."))
    document = since.document()
    assert headings(document) == ["Concerns and objections", "Opinions"]
    assert nested(document.sections[0].lines) == [
        "About “A letter”:",
        ["Paul disagreed, 19 May: “Nobody reads it.”"],
        "About “Two stories”:",
        ["Paul agreed, with a concern, 19 May: “In June we garden.”"],
    ]
    assert nested(document.sections[1].lines) == ["A blog", ["Paul agreed, 19 May."]]


def test_what_was_seen_of_a_trial_and_what_came_of_it_is_what_we_learned(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories", trial=Trial("messages"))
    table.make(PAUL, AddNote(card, "Known already", "seen"))
    since = Since(table)
    table.make(PAUL, AddNote(card, "Forty", "seen"))
    table.make(PAUL, GiveOutcome(card, "stop", "Too much."))
    waiting = "Paul: “Too much”. So we stop it. (19 May) Waiting for Nadia to confirm it."
    assert said_in(part(since.document(), "What we learned")) == {"Two stories": ["Paul saw, 19 May: “Forty”", waiting]}
    seen = Since(table)
    table.make(NADIA, ConfirmOutcome(card))
    document = seen.document()
    assert headings(document) == ["What we learned"]
    assert said_in(document.sections[0]) == {
        "Two stories": ["Paul: “Too much”. So we stop it. (19 May) Nadia has confirmed it."]
    }


def test_the_frame_tasks_remarks_and_what_went_aside_or_came_back_are_told(table: Table) -> None:
    hours = table.answer(PAUL, "Three hours")
    agreed = table.agreed(NADIA, "Two stories")
    gone, back = table.question(PAUL, "LinkedIn?"), table.question(PAUL, "A blog?")
    table.make(PAUL, SetAside(back))
    since = Since(table)
    table.make(PAUL, SetFrame(hours))
    table.make(PAUL, Describe(agreed, who="Paul", by_when=dt.date(2026, 6, 1)))
    table.make(PAUL, AddNote(agreed, "At last"))
    table.make(PAUL, SetAside(gone))
    table.make(PAUL, BringBack(back))
    assert {section.heading: nested(section.lines) for section in since.document().sections} == {
        "The frame": ["Three hours."],
        "Who does what": ["Two stories", ["Paul takes care of it, by 1 June."]],
        "Remarks": ["About “Two stories”:", ["Paul, 19 May: “At last”"]],
        "What we set aside": ["Question from Paul: “LinkedIn?”"],
        "What we brought back": ["Question from Paul: “A blog?”"],
    }


def test_what_is_no_longer_part_of_the_frame_is_told(table: Table) -> None:
    card = table.frame(PAUL, "Three hours a week")
    seq = table.board.seq
    table.make(PAUL, SetFrame(card, frame=False))
    [section] = table.about(Subject("since", seq=seq)).sections
    assert (section.heading, [line.text for line in section.lines]) == (
        "No longer part of the frame",
        ["Three hours a week."],
    )


def test_what_is_older_than_the_history_is_not_passed_off_as_nothing(table: Table) -> None:
    table.question(NADIA, "Who first?")
    table.question(NADIA, "How often?")
    subject = Subject("since", seq=0)
    assert table.about(subject, history=False).occasion == "What has changed since is not known any more."
    del table.records[0]
    document = table.about(subject)
    assert document.occasion == "What has changed since 12 May 2026. What was done first is not known any more."
    assert nested(part(document, "New questions").lines) == [
        "Question from Nadia: “How often?”",
        ["Answer awaited from Paul."],
    ]


def test_without_names_nobody_is_named(french: Table) -> None:
    text = everything(french.about(Subject("since"), "fr", full=True, names=False))
    assert "Nadia" not in text
    assert "Paul" not in text


@pytest.mark.parametrize("back", [0, 1, 7])
def test_the_board_as_it_was_is_the_board_as_it_was(french: Table, back: int) -> None:
    boards = [french.board]

    def then(change: Change) -> None:
        french.make(PAUL, change)
        boards.append(french.board)

    then(AddPerson("Anne", "client"))
    for card in ("Q1", "A1", "D1"):
        then(SetAside(card))
        then(BringBack(card))
    records = french.records[len(french.records) - back :]
    before = board_before(french.board, records)
    assert before.same_as(boards[-1 - back])
    assert before.seq == boards[-1 - back].seq


def test_a_history_that_does_not_fit_is_followed_as_far_as_it_does(table: Table) -> None:
    table.question(NADIA, "Who first?")
    first = table.board
    table.question(NADIA, "How often?")
    wrong = Record(1, table.time, NADIA, "s", "describe", (Act(("cards", "Q9", "theme"), "a", "b"),))
    assert board_before(table.board, [wrong, table.records[1]]).same_as(first)
