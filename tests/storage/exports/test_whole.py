from __future__ import annotations

import datetime as dt

from storage.card import Trial, Wording
from storage.changes import (
    AddColumn,
    AddNote,
    Describe,
    GiveOpinion,
    GiveOutcome,
    LinkCards,
    Move,
    RenameColumn,
    Reword,
    SetAside,
)
from storage.exports import BOARD

from .conftest import NADIA, PAUL, WORKSHOP, Table
from .reading import everything, headings, nested, part, said_in


def test_the_columns_come_from_left_to_right_with_their_own_titles(table: Table) -> None:
    table.question(NADIA, "Who first?")
    table.decision(NADIA, "A blog")
    table.agreed(NADIA, "A newsletter")
    table.agreed(NADIA, "Two stories", trial=Trial("messages"))
    table.make(NADIA, AddColumn("Later"))
    later = next(column.id for column in table.board.columns.values() if column.title == "Later")
    table.make(NADIA, Move(table.question(PAUL, "A film?"), later))
    table.make(NADIA, SetAside(table.question(PAUL, "LinkedIn?")))
    table.make(NADIA, RenameColumn(table.board.column_of_role("table").id, "Proposed"))
    assert headings(table.about(BOARD)) == ["To discuss", "Proposed", "Agreed", "Trying", "Later", "What we set aside"]
    assert headings(table.about(BOARD, "fr"))[0] == "À discuter"


def test_an_empty_board_says_what_it_is(table: Table) -> None:
    document = table.about(BOARD)
    assert document.sections == ()
    assert document.title == "Les Amis du Phare"
    assert document.occasion == "The board on 12 May 2026, with Nadia and Paul"
    assert table.about(BOARD, names=False).occasion == "The board on 12 May 2026"
    assert table.about(BOARD, "fr").moment == "tableau au 12 mai"


def test_a_question_has_its_answers_with_all_that_was_said_of_them(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    first = table.answer(PAUL, "Parents", asked, body="From the *school*.")
    table.make(NADIA, AddNote(first, "Forty of them", "for"))
    away = table.answer(PAUL, "Neighbours", asked)
    column = table.board.column_of_role("discuss").id
    table.make(NADIA, Move(first, column))
    table.make(NADIA, Move(away, table.board.column_of_role("table").id))
    document = table.about(BOARD, full=True)
    assert said_in(part(document, "To discuss")) == {
        "Who first?": [
            "Question from Nadia, 12 May.",
            "Answer from Paul, 12 May: “Parents”",
            ["Nadia, for it, 12 May: “Forty of them”"],
            "Answer from Paul: “Neighbours”",
        ]
    }
    assert part(document, "To discuss").entries[0].lines[1].body == "From the *school*."
    assert said_in(part(document, "On the table")) == {
        "Neighbours": ["Answer from Paul, 12 May.", "To the question:", ["Question from Nadia: “Who first?”"]]
    }


def test_a_question_without_an_answer_says_whose_is_awaited(table: Table) -> None:
    table.question(PAUL, "Which tone?")
    assert said_in(part(table.about(BOARD, "fr"), "À discuter")) == {
        "Which tone?": ["Question de Paul, le 12 mai.", "Réponse attendue de Nadia."]
    }


def test_what_is_settled_stands_under_its_decision(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    chosen = table.answer(PAUL, "Parents", asked)
    other = table.answer(NADIA, "Neighbours", asked)
    table.make(PAUL, AddNote(other, "They move away", "against"))
    table.agreed(NADIA, "Parents first", chosen)
    assert said_in(part(table.about(BOARD), "Agreed")) == {
        "Parents first": [
            "Proposal from Nadia, 12 May.",
            "Question from Nadia, 12 May: “Who first?”",
            [
                "Answer from Paul, 12 May: “Parents”",
                "Not chosen, from Nadia: “Neighbours”",
                ["Paul, against it, 12 May: “They move away”"],
            ],
            "Both agreed, on 12 May.",
        ]
    }
    assert headings(table.about(BOARD)) == ["Agreed"]


def test_a_settled_question_is_told_though_its_answer_was_set_aside(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    chosen = table.answer(PAUL, "Parents", asked)
    table.agreed(NADIA, "Parents first", chosen)
    table.make(PAUL, SetAside(chosen))
    assert "Question from Nadia, 12 May: “Who first?”" in everything(table.about(BOARD))


def test_a_proposal_says_what_it_rests_on_what_was_said_and_who_is_awaited(table: Table) -> None:
    answer = table.answer(PAUL, "Parents", table.question(NADIA, "Who first?"))
    card = table.decision(NADIA, "Two stories", answer, trial=Trial("messages", dt.date(2026, 6, 30), "it rains"))
    table.make(NADIA, Describe(card, theme="rhythm", who="Paul"))
    table.make(PAUL, GiveOpinion(card, "concern", "In June we garden."))
    table.make(PAUL, LinkCards(table.question(PAUL, "Who films?"), card))
    entries = said_in(part(table.about(BOARD), "On the table"))
    assert entries["Two stories"] == [
        "Proposal from Nadia, 12 May.",
        "Theme: rhythm",
        "It rests on:",
        ["Answer from Paul: “Parents”"],
        "We watch: messages.",
        "Until: 30 June.",
        "We stop if: it rains.",
        "Paul takes care of it.",
        "Paul agreed, with a concern, 12 May: “In June we garden.”",
        "Waiting for Nadia.",
    ]
    came = said_in(part(table.about(BOARD), "To discuss"))["Who films?"]
    assert came[-2:] == ["It came up with:", ["Proposal from Nadia: “Two stories”"]]
    assert said_in(part(table.about(BOARD), "On the table"))["Two stories"][-1] == "Waiting for Nadia."
    table.make(PAUL, GiveOpinion(card, "withdrawn"))
    said = said_in(part(table.about(BOARD), "On the table"))["Two stories"]
    assert said[-2:] == ["Paul took that opinion back, 12 May.", "Waiting for both."]


def test_a_trial_that_is_due_says_so_and_what_was_said_to_come_of_it(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories", trial=Trial("messages", WORKSHOP.date()))
    assert nested(part(table.about(BOARD), "Trying").entries[0].lines)[-1] == "It is time to review it."
    table.later(days=7)
    table.make(PAUL, AddNote(card, "Forty", "seen"))
    table.make(PAUL, GiveOutcome(card, "keep", "It works."))
    assert nested(part(table.about(BOARD), "Trying").entries[0].lines)[-2:] == [
        "Paul saw, 19 May: “Forty”",
        "Paul: “It works”. So we keep it. (19 May) Waiting for Nadia to confirm it.",
    ]


def test_decisions_that_were_replaced_stand_under_the_one_that_stands(table: Table) -> None:
    first = table.agreed(NADIA, "A blog")
    second = table.agreed(NADIA, "A letter", first)
    table.agreed(PAUL, "A newsletter", second)
    said = said_in(part(table.about(BOARD), "Agreed"))
    assert list(said) == ["A newsletter"]
    assert [text for text in said["A newsletter"] if isinstance(text, str)][-2:] == [
        "Replaced since: “A letter”",
        "Replaced since: “A blog”",
    ]


def test_what_waits_for_somebody_s_eyes_is_told(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    table.make(PAUL, Reword(asked, Wording("Whom do we reach first?")))
    agreed = table.agreed(NADIA, "Deux storys")
    table.make(PAUL, Reword(agreed, Wording("Deux stories"), correct=True))
    text = everything(table.about(BOARD))
    assert "Before Paul reworded it: “Who first?”" in text
    assert "A corrected spelling, to be confirmed: “Deux stories”" in text


def test_every_card_is_told_with_its_title_and_in_full_with_its_body(french: Table) -> None:
    for card in french.board.cards.values():
        french.make(NADIA, Reword(card.id, Wording(card.title, f"Body of {card.id}", card.trial)))
    short, full = everything(french.about(BOARD, "fr")), everything(french.about(BOARD, "fr", full=True))
    for card in french.board.cards.values():
        assert card.title in short
        assert f"Body of {card.id}\n" not in f"{short}\n"
        assert f"Body of {card.id}\n" in f"{full}\n"


def test_no_name_and_no_number_stands_in_it_where_none_is_wanted(french: Table) -> None:
    text = everything(french.about(BOARD, "fr", full=True, names=False))
    assert "Nadia" not in text
    assert "Paul" not in text
    assert not {f"{letter}{n}" for letter in "QRAD" for n in range(1, 20)} & {w.strip("«»().,:") for w in text.split()}
