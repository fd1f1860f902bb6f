"""Random conversations: sequences of steps that three people in three sessions take on a small board.

A step says what is tried in numbers; :func:`change_for` makes a change of it that fits the board as it then is, so
that most steps are possible and the rest are refused by a rule.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import strategies as st

from storage import changes as c
from storage.board import Board
from storage.card import PARTIES, Card, Kind, NoteKind, OpinionKind, OutcomeKind, Trial, Wording

T = TypeVar("T")

NASTY = (
    "[fr]", "[/]", "[TODO] x", "# x", "<b>x</b>", "*x*", "{x}", "{0}", "%s", "\x1b]52;c;eA==\x07", "\x1b[2J",
    "\ud800", "שלום", "e\u0301", "\u202egnp.exe", "👩\u200d💻", "日本語", "a\tb\nc", "a\u2028b", "\u2066x\u2069",
    "a\x9bm", "x\x00y", "Two stories a week", "Deux stories par semaine", "क्षि",
)  # fmt: skip

raw_text = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(), max_size=12),  # any code point, lone surrogates as well
    st.lists(st.sampled_from(("two", "stories", "a", "week", "é", "\n")), min_size=1, max_size=6).map(" ".join),
)

WHATS = (
    "listen", "question", "answer", "decision", "decision", "reword", "reword", "correct", "confirm", "drop",
    "opinion", "opinion", "both", "both", "move", "move", "aside", "back", "try", "replace", "link", "unlink", "describe", "note",
    "frame", "outcome", "outcome", "confirm-outcome", "look", "voice", "person", "name", "party", "board", "column", "title", "order", "remove", "together", "undo", "redo",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One thing that somebody tries. ``first`` and ``second`` choose what it is about."""

    who: int
    what: str
    first: int
    second: int
    text: str
    more: str
    flag: bool
    then: tuple[Step, ...] = ()


def _steps(whats: tuple[str, ...], then: st.SearchStrategy[tuple[Step, ...]]) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        who=st.integers(0, 2),
        what=st.sampled_from(whats),
        first=st.integers(0, 11),
        second=st.integers(0, 11),
        text=raw_text,
        more=raw_text,
        flag=st.booleans(),
        then=then,
    )


_nothing: st.SearchStrategy[tuple[Step, ...]] = st.just(())
_alone = tuple(what for what in WHATS if what not in ("together", "undo", "redo"))
steps = _steps(WHATS, st.lists(_steps(_alone, _nothing), max_size=3).map(tuple))
steps_without_undo = _steps(_alone, _nothing)


# Steps that make sense after one another, which chance alone seldom brings together.
_PHRASES = (
    ("correct", "confirm"),
    ("both", "correct", "confirm", "confirm"),
    ("opinion", "undo", "redo"),
    ("reword", "undo", "redo"),
    ("reword", "both"),
    ("try", "both", "outcome", "confirm-outcome"),
    ("try", "both", "outcome", "confirm-outcome", "undo", "redo"),
    ("replace", "both", "both"),
    ("reword", "look"),
)


@st.composite
def conversations(draw: st.DrawFn, *, undo: bool = True, longest: int = 20) -> list[Step]:
    """A sequence of steps, not too short: most of them can be made, but not all."""
    phrases = [phrase for phrase in _PHRASES if undo or "undo" not in phrase]
    taken: list[Step] = []
    for _ in range(draw(st.integers(longest // 2, longest))):
        choice = draw(st.integers(0, 4 * len(phrases)))
        if choice >= len(phrases):
            taken.append(draw(steps if undo else steps_without_undo))
            continue
        row = [draw(_steps((what,), _nothing)) for what in phrases[choice]]
        if "undo" in phrases[choice]:  # by the same voice
            row = [replace(step, who=row[0].who, flag=True) for step in row]
        taken += row
    return taken


def pick(rows: list[T], number: int) -> T | None:
    """One of them, or nothing where there are none."""
    return rows[number % len(rows)] if rows else None


def change_for(board: Board, step: Step) -> c.Change | None:
    """The change that a step means on this board; nothing where there is nothing that it could be about."""
    if step.what == "together":
        return c.Together(tuple(filter(None, (change_for(board, each) for each in step.then))))
    cards = list(board.in_order())
    one, two = pick(cards, step.first), pick(cards, step.second)
    made = _adding(cards, step) or _about_the_table(board, step)
    if made is not None or one is None:
        return made
    return _about_a_card(board, step, one, two or one)


def _adding(cards: list[Card], step: Step) -> c.Change | None:
    on: list[Card | None] = []
    match step.what:
        case "question":
            kind: Kind = "question"
            on = [pick(cards, step.first)] if step.flag else []
        case "answer":
            kind = "answer"
            on = [pick([card for card in cards if card.kind == "question"], step.first)]
        case "decision":
            kind = "decision"
            on = [pick(cards, step.first), pick(cards, step.second)]
        case "try":
            return c.AddCard("decision", step.text, step.more, trial=_trial(step))
        case "replace":
            kind = "decision"
            on = [pick([card for card in cards if card.agreed], step.first)]
        case _:
            return None
    ids = tuple(card.id for card in on if card is not None)
    return c.AddCard(kind, step.text, step.more, ids, theme=step.more, trial=_trial(step) if step.flag else None)


def _trial(step: Step) -> Trial:
    return Trial(step.text, dt.date(2026, 1, 1) + dt.timedelta(days=step.second), step.more)


def _about_a_card(board: Board, step: Step, one: Card, two: Card) -> c.Change | None:
    decision = pick(list(board.in_order("decision")), step.first) or one
    waiting = pick([card for card in board.cards.values() if card.correction], step.first)
    opinions: list[OpinionKind] = ["agree", "concern", "disagree", "withdrawn", "agree"]
    notes: list[NoteKind] = ["plain", "for", "against", "seen"]
    outcomes: list[OutcomeKind] = ["keep", "change", "stop"]
    tried = pick([card for card in board.in_order("decision") if card.on_trial], step.first) or decision
    reworded = pick([card for card in board.in_order() if card.reworded], step.first) or one
    columns = [column.id for column in board.ordered_columns()]
    match step.what:
        case "reword":
            base = Wording(step.more, one.body) if step.flag else None
            return c.Reword(one.id, Wording(step.text, step.more, one.trial if step.flag else None), base)
        case "correct":
            agreed = pick([card for card in board.in_order("decision") if card.agreed], step.first) or decision
            new = Wording(step.text, agreed.body, agreed.trial)
            return c.Reword(agreed.id, new, agreed.wording, correct=True, both=step.flag and step.second % 2 == 0)
        case "confirm":
            return c.Confirm((waiting or decision).id, both=step.flag)
        case "drop":
            return c.DropCorrection((waiting or decision).id)
        case "opinion":
            return c.GiveOpinion(decision.id, opinions[step.second % 5], step.text)
        case "both":
            return c.GiveOpinion(decision.id, "agree", both=True)
        case "move":
            return c.Move(one.id, columns[step.second % len(columns)], two.id if step.flag else None)
        case "aside":
            return c.SetAside(one.id)
        case "back":
            aside = [card for card in board.in_order() if card.aside]
            return c.BringBack((pick(aside, step.first) or one).id)
        case "link" | "unlink":
            return c.LinkCards(one.id, two.id, remove=step.what == "unlink")
        case "describe":
            return c.Describe(
                one.id, step.text, step.more, dt.date(2026, 5, 1) if step.flag else None, subject_to=step.more
            )
        case "note":
            return c.AddNote(one.id, step.text, notes[step.second % 4])
        case "frame":
            answer = pick(list(board.in_order("answer")), step.first) or one
            return c.SetFrame(answer.id, step.flag)
        case "outcome":
            return c.GiveOutcome(tried.id, outcomes[step.second % 3], step.text, both=step.second % 5 == 0)
        case "confirm-outcome":
            return c.ConfirmOutcome(tried.id)
        case "look":
            return c.Look(reworded.id)
        case "voice":
            return c.CorrectVoice(one.id, f"p{step.second % 4 + 1}")
    return None


def _about_the_table(board: Board, step: Step) -> c.Change | None:
    columns = [column.id for column in board.ordered_columns()]
    column, before = columns[step.first % len(columns)], columns[step.second % len(columns)]
    match step.what:
        case "person":
            return c.AddPerson(f"{step.text} {step.more}", PARTIES[step.first % 2])
        case "name":
            return c.RenamePerson(f"p{step.first % 4 + 1}", step.text)
        case "party":
            return c.DescribeParty(PARTIES[step.first % 2], step.text, step.more)
        case "board":
            return c.DescribeBoard(step.text, ("en", "fr", "de")[step.first % 3])
        case "column":
            return c.AddColumn(step.text, before if step.flag else None)
        case "title":
            return c.RenameColumn(column, step.text)
        case "order":
            return c.MoveColumn(column, before if step.flag else None)
        case "remove":
            added = [each for each in columns if board.columns[each].role is None]
            return c.RemoveColumn(pick(added, step.first) or column)
    return None
