"""Faces of cards: what they are and how they stand is in signs and words, in any width, never in a colour alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from storage import Board
from storage.board import new_board
from storage.card import Card, Trial
from storage.changes import (
    AddCard,
    BringBack,
    Change,
    Describe,
    GiveOpinion,
    GiveOutcome,
    RenamePerson,
    Reword,
    SetAside,
    SetFrame,
)
from tests.storage.strategies import Step, conversations
from tests.storage.table import BEGIN, NADIA, PAUL, Table, in_conversation, wording
from tui.glyphs import FULL, PLAIN, Glyphs
from tui.widgets.cardface import Line, Manner, face, initials, kind_glyph, line_face, opinion_signs, trail_of
from tui.widgets.lanes import Item
from tui.words import interface_language

from .boards import board_after

TODAY = BEGIN.date()
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def manner(width: int = 40, *, glyphs: Glyphs = FULL, lang: str = "en", tall: bool = False) -> Manner:
    lines = 4 if tall else 2
    return Manner(width, lines, lines, True, interface_language(lang), glyphs, TODAY)


def text_of(lines: list[Line]) -> str:
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines).rstrip()


def shown(board: Board, identity: str, how: Manner | None = None, *, cursor: bool = False, marked: bool = False) -> str:
    return text_of(face(board, board.cards[identity], how or manner(), cursor=cursor, marked=marked))


# Every state of every kind, each brought about on the same card with the same words.


def question(*then: Change) -> Callable[[Table], str]:
    def make(table: Table) -> str:
        identity = table.adds(AddCard("question", "Same words"), NADIA)
        for change in then:
            table.does(change, PAUL)
        return identity

    return make


def answer(*then: Change) -> Callable[[Table], str]:
    def make(table: Table) -> str:
        table.adds(AddCard("question", "Which words?"), NADIA)
        identity = table.adds(AddCard("answer", "Same words", on=("Q1",)), NADIA)
        for change in then:
            table.does(change, NADIA)
        return identity

    return make


def decision(*then: tuple[Change, str], trial: Trial | None = None) -> Callable[[Table], str]:
    def make(table: Table) -> str:
        identity = table.adds(AddCard("decision", "Same words", trial=trial), NADIA)
        for change, person in then:
            table.does(change, person)
        return identity

    return make


def agree(person: str) -> tuple[Change, str]:
    return GiveOpinion("D1", "agree"), person


def answer_reworded(table: Table) -> str:
    table.adds(AddCard("question", "Which words?"), NADIA)
    identity = table.adds(AddCard("answer", "Some words", on=("Q1",)), NADIA)
    table.does(Reword(identity, wording(table.card(identity), title="Same words")), PAUL)
    return identity


BOTH = (GiveOpinion("D1", "agree", both=True), NADIA)
CORRECTED = Reword("D1", wording(in_conversation().cards["D1"], title="Sâme words", body=""), correct=True)

STATES: dict[str, Callable[[Table], str]] = {
    "question, unanswered": question(),
    "question, answered": question(AddCard("answer", "Yes", on=("Q1",))),
    "question, settled": question(AddCard("answer", "Yes", on=("Q1",)), AddCard("decision", "So", on=("A1",)), BOTH[0]),
    "answer": answer(),
    "answer, frame": answer(SetFrame("A1", frame=True)),
    "answer, settled": answer(AddCard("decision", "So", on=("A1",)), BOTH[0]),
    "answer, not chosen": answer(
        AddCard("answer", "Other words", on=("Q1",)), AddCard("decision", "So", on=("A2",)), BOTH[0]
    ),
    "proposal": decision(),
    "proposal, one agrees": decision(agree(NADIA)),
    "proposal, the other agrees": decision(agree(PAUL)),
    "proposal, one has a concern": decision((GiveOpinion("D1", "concern", "hm"), NADIA)),
    "proposal, one disagrees": decision((GiveOpinion("D1", "disagree", "no"), NADIA)),
    "proposal, the other disagrees": decision((GiveOpinion("D1", "disagree", "no"), PAUL)),
    "proposal, one agrees and one disagrees": decision(agree(NADIA), (GiveOpinion("D1", "disagree", "no"), PAUL)),
    "decision": decision(BOTH),
    "decision, with a concern": decision((GiveOpinion("D1", "concern", "hm"), NADIA), agree(PAUL)),
    "decision, corrected": decision(BOTH, (CORRECTED, NADIA)),
    "trial": decision(BOTH, trial=Trial("who reads it")),
    "trial, with its day": decision(BOTH, trial=Trial("who reads it", TODAY + dt.timedelta(9))),
    "trial, due": decision(BOTH, trial=Trial("who reads it", TODAY)),
    "trial, with an outcome": decision(
        BOTH, (GiveOutcome("D1", "keep", "many do"), NADIA), trial=Trial("who reads it", TODAY)
    ),
    "decision, subject to somebody": decision((Describe("D1", subject_to="the board"), NADIA), BOTH),
    "decision, replaced": decision(
        BOTH, (AddCard("decision", "New words", on=("D1",)), PAUL), (GiveOpinion("D2", "agree", both=True), PAUL)
    ),
    "answer, reworded by the other party": answer_reworded,
}
"""What is decided, and what is only proposed, in all the ways in which that can be."""


def faces(how: Manner) -> Iterator[tuple[str, str, Card]]:
    for name, make in STATES.items():
        table = Table()
        identity = make(table)
        yield name, shown(table.board, identity, how), table.board.cards[identity]


@pytest.mark.parametrize("glyphs", [FULL, PLAIN], ids=["full", "plain"])
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("width", [26, 40])
def test_kind_and_state_are_told_without_any_colour(width: int, lang: str, glyphs: Glyphs) -> None:
    found = [(name, text) for name, text, _ in faces(manner(width, lang=lang, glyphs=glyphs))]
    for (one, text), (other, same) in combinations(found, 2):
        assert text != same, (one, other)


@pytest.mark.parametrize("glyphs", [FULL, PLAIN], ids=["full", "plain"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_proposal_never_looks_like_a_decision(lang: str, glyphs: Glyphs) -> None:
    how = manner(26, lang=lang, glyphs=glyphs)
    proposal = how.language.say("proposal")
    for name, text, card in faces(how):
        if card.kind == "decision":
            assert text[1] == kind_glyph(card, glyphs)
            assert (text[1] == glyphs.proposal) == name.startswith("proposal")
            assert (proposal in text) == name.startswith("proposal"), text
            assert text[1] in (glyphs.proposal, glyphs.agreed, glyphs.trial)
            assert (text[1] == glyphs.trial) == name.startswith("trial")


@pytest.mark.parametrize("glyphs", [FULL, PLAIN], ids=["full", "plain"])
def test_the_kinds_have_their_signs(glyphs: Glyphs) -> None:
    for name, text, _ in faces(manner(glyphs=glyphs)):
        kind = name.partition(",")[0]
        signs = {"question": glyphs.question, "answer": glyphs.answer, "proposal": glyphs.proposal}
        signs |= {"decision": glyphs.agreed, "trial": glyphs.trial}
        assert text.startswith(f"{glyphs.bar}{signs[kind]} ")


def test_what_the_states_are_called() -> None:
    texts = {name: text for name, text, _ in faces(manner())}
    assert "Nadia · unanswered" in texts["question, unanswered"]
    assert "1 answer" in texts["question, answered"]
    assert "settled · Nadia" in texts["question, settled"]
    assert "← Q1 · Nadia" in texts["answer"]
    assert "frame" in texts["answer, frame"]
    assert "settled · ← Q1" in texts["answer, settled"]
    assert "not chosen" in texts["answer, not chosen"]
    assert "N· P· · proposal" in texts["proposal"]
    assert "N+ P· · proposal · waits for Paul" in texts["proposal, one agrees"]
    assert "N± P· · proposal · waits for Paul" in texts["proposal, one has a concern"]
    assert "N− P· · proposal · Nadia disagrees" in texts["proposal, one disagrees"]
    assert "N+ P− · proposal · Paul disagrees" in texts["proposal, one agrees and one disagrees"]
    assert "N+ P+ · agreed 2 Mar" in texts["decision"]
    assert "N± P+" in texts["decision, with a concern"]
    assert "spelling: waits for Paul" in texts["decision, corrected"]
    assert "trial until 11 Mar" in texts["trial, with its day"]
    assert "review due" in texts["trial, due"]
    assert "outcome: waits for Paul" in texts["trial, with an outcome"]
    assert "subject to the board" in texts["decision, subject to somebody"]
    assert "replaced" in texts["decision, replaced"]
    assert "reworded by Paul" in texts["answer, reworded by the other party"]
    assert "was: Some words" in texts["answer, reworded by the other party"]


def test_a_reworded_proposal_says_so_and_waits_for_both() -> None:
    table = Table(in_conversation())
    table.does(Reword("D1", wording(table.card("D1"), title="Other words")), NADIA)
    text = shown(table.board, "D1", manner(60))
    assert "N· P· · proposal · reworded" in text


def test_answers_are_numbered_as_the_language_has_it() -> None:
    text = shown(in_conversation(), "D2", manner(lang="fr"))
    assert "← R3 Q2" in text
    assert "› R3" in shown(in_conversation(), "A3", manner(lang="fr"))


# The trail under a decision


def test_what_a_decision_rests_on_stands_under_it() -> None:
    lines = shown(in_conversation(), "D1").split("\n")
    assert lines[2:] == ["│  ? Q1 Who do we want to reach?", "│  › A1 Parents"]


def test_a_proposal_has_nothing_under_it() -> None:
    assert len(shown(in_conversation(), "D2").split("\n")) == 2


def test_a_long_trail_is_counted() -> None:
    table = Table()
    table.adds(AddCard("question", "Which?"))
    answers = tuple(table.adds(AddCard("answer", f"Answer {n}", on=("Q1",))) for n in range(6))
    table.adds(AddCard("decision", "All", on=answers))
    table.does(BOTH[0])
    assert trail_of(table.board, table.card("D1")) == ["Q1", *answers]
    assert shown(table.board, "D1").split("\n")[2:] == ["│  ? Q1 Which?", "│  and 6 more"]
    assert shown(table.board, "D1", manner(tall=True)).split("\n")[-1] == "│  and 4 more"


def test_what_was_set_aside_is_in_no_trail() -> None:
    table = Table(in_conversation())
    table.does(SetAside("Q1"))
    assert trail_of(table.board, table.card("D1")) == ["A1"]
    table.does(BringBack("Q1"))
    assert trail_of(table.board, table.card("D1")) == ["Q1", "A1"]


# Cursor and marks


@pytest.mark.parametrize("glyphs", [FULL, PLAIN], ids=["full", "plain"])
def test_cursor_and_mark_are_seen_without_colour_and_take_nothing_from_the_words(glyphs: Glyphs) -> None:
    board, how = in_conversation(), manner(glyphs=glyphs)
    for identity in board.cards:
        texts = {
            (cursor, marked): shown(board, identity, how, cursor=cursor, marked=marked)
            for cursor in (False, True)
            for marked in (False, True)
        }
        assert len(set(texts.values())) == 4
        assert len({"\n".join(line[1:] for line in text.split("\n")) for text in texts.values()}) == 1


# Initials


def named(consultant: str, client: str) -> Board:
    return new_board("x", "en", {"consultant": consultant, "client": client})


@pytest.mark.parametrize(
    ("consultant", "client", "letters"),
    [
        ("Nadia", "Paul", ("N", "P")),
        ("Paula", "Pierre", ("Pa", "Pi")),
        ("paul", "Pia", ("Pa", "Pi")),
        ("Paul", "Paula", ("1", "2")),
        ("Anne", "Anna", ("1", "2")),
        ("Marc", "Mathilde", ("Mar", "Mat")),
        ("Élodie", "Émile", ("Él", "Ém")),
        ("👩‍🌾 Zoé", "日本", ("👩‍🌾", "日")),
        ("e\u0301lan", "x", ("É", "X")),
        ("P", "Paul", ("P", "Pa")),
    ],
)
def test_the_two_parties_have_different_initials(consultant: str, client: str, letters: tuple[str, str]) -> None:
    found = initials(named(consultant, client))
    assert (found["consultant"], found["client"]) == letters


@given(st.text(min_size=1, max_size=6), st.text(min_size=1, max_size=6))
def test_initials_never_coincide(consultant: str, client: str) -> None:
    found = initials(named(consultant, client))
    assert found["consultant"] != found["client"]
    assert all(letter.strip() for letter in found.values())


def test_initials_follow_a_renaming() -> None:
    table = Table(in_conversation())
    assert opinion_signs(table.board, table.card("D3"), FULL) == "N+ P±"
    table.does(RenamePerson(NADIA, "Petra"))
    assert opinion_signs(table.board, table.card("D3"), FULL) == "Pe+ Pa±"


# Widths


@few
@given(conversations(longest=14), st.integers(1, 60), st.sampled_from(["en", "fr"]), st.booleans(), st.booleans())
def test_a_face_is_exactly_as_wide_as_asked_whatever_people_wrote(
    steps: list[Step], width: int, lang: str, plain: bool, tall: bool
) -> None:
    board = board_after(steps)
    how = manner(width, lang=lang, glyphs=PLAIN if plain else FULL, tall=tall)
    for card in board.cards.values():
        lines = face(board, card, how, cursor=plain, marked=tall)
        assert 3 <= len(lines) <= 15
        for depth in (0, 1, 2):
            lines = [*lines, *line_face(board, Item(card.id, depth), card, how, cursor=tall, marked=plain)]
        for line in lines:
            assert sum(cell_len(span.text) for span in line) == width, text_of([line])


@pytest.mark.parametrize(
    "title", ["日本語のタイトルはどう見えるか" * 4, "👩‍👩‍👧" * 40, "word" * 40, "e\u0301" * 90, "🇫🇷" * 50]
)
@pytest.mark.parametrize("width", [8, 13, 26, 27])
def test_a_wide_title_is_wrapped_and_cut_between_its_characters(title: str, width: int) -> None:
    table = Table()
    identity = table.adds(AddCard("question", title))
    lines = face(table.board, table.card(identity), manner(width), cursor=False, marked=False)
    assert all(sum(cell_len(span.text) for span in line) == width for line in lines)
    assert "…" in text_of(lines[:2])
    said = "".join(text_of(lines[:2]).replace("│", "").replace("? Q1", "").split()).replace("…", "")
    assert said
    assert title.startswith(said) or table.card(identity).title.startswith(said)


def test_a_title_is_shown_whole_where_there_is_room() -> None:
    board = in_conversation()
    assert shown(board, "Q1", manner(28)).split("\n")[:2] == ["│? Q1 Who do we want to", "│  reach?"]
    assert "Who do we want to reach?" in shown(board, "Q1", manner(40))


def test_in_the_outline_a_card_is_one_line_with_its_state() -> None:
    board = in_conversation()

    def line(identity: str, depth: int, **how: Any) -> str:
        lines = line_face(board, Item(identity, depth), board.cards[identity], manner(70), **how)
        assert len(lines) == 1
        return text_of(lines)

    assert line("Q2", 0, cursor=False, marked=False) == "│? Q2 How often?  Nadia · 1 answer"
    assert line("D1", 2, cursor=True, marked=False) == "┃        ● D1 Parents first  N+ P+ · agreed 2 Mar"
