"""The trail of a decision as a document: question, answers, decision, opinions, trial, outcome, what replaced it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ..acts import Record
from ..board import Board
from ..card import Card, Trial, Wording
from ..dates import day
from ..language import Language
from ..refusal import Refused
from .cards import linked, linking, seen_of
from .document import Document, Line, Section
from .phrases import Phrases

_WORDED = frozenset({"title", "body", "trial", "revision"})


class Trail:
    """How one decision came about, and what became of it; of a question or an answer, how far it has come.

    A question or an answer that is settled leads to the decision that settled it. ``records`` are those of the
    journal, without which earlier wordings are told of only by the opinions that were given to them.
    """

    def __init__(
        self,
        board: Board,
        card: str,
        language: Language,
        records: Iterable[Record],
        *,
        full: bool,
        names: bool,
        today: dt.date,
    ) -> None:
        if card not in board.cards:
            raise Refused("no-such-card", id=card)
        self.board, self.language, self.full, self.today = board, language, full, today
        self.words = Phrases(board, language, names, today)
        self.standing = board.standing
        place = self.standing.places[card]
        settled = place.state in ("settled", "not_chosen") and place.under is not None
        self.card = board.cards[place.under] if settled and place.under else board.cards[card]
        self._records = records

    def document(self, digest: str) -> Document:
        """The parts that have something to say, in the order in which things came about."""
        say, card = self.language.say, self.card
        parts: list[Section] = []
        questions, answers = self._asked()
        parts.append(
            Section(say("The question") if len(questions) == 1 else say("The questions"), self._all(questions))
        )
        parts.append(Section(say("The answers"), tuple(map(self._answered, answers))))
        if card.kind == "decision":
            parts.extend(self._decided())
        parts.append(Section(say("What it raised"), self._all(linking(self.board, card, "raised_by"))))
        date, people = day(self.today, self.language.code), self.words.everybody()
        return Document(
            language=self.language.code,
            title=card.title,
            occasion=say("How it came about, as of {date}, with {people}", date=date, people=people)
            if people
            else say("How it came about, as of {date}", date=date),
            moment=say("as of {date}", date=day(self.today, self.language.code, year=False)),
            sections=tuple(part for part in parts if part.lines),
            provenance=self.words.provenance(digest),
        )

    def _asked(self) -> tuple[list[Card], list[Card]]:
        """The questions and the answers of the trail, in the order in which they came."""
        card = self.card
        questions = {card.id: card} if card.kind == "question" else {}
        answers = {card.id: card} if card.kind == "answer" else {}
        for each in linked(self.board, card, "rests_on"):
            if each.kind == "question":
                questions[each.id] = each
            elif each.kind == "answer":
                answers[each.id] = each
        for answer in list(answers.values()):
            questions |= {each.id: each for each in linked(self.board, answer, "answers")}
        for question in questions:
            answers |= {each.id: each for each in self.standing.answers_to(self.board, question)}
        return sorted(questions.values(), key=_came), sorted(answers.values(), key=_came)

    def _answered(self, card: Card) -> Line:
        """An answer, and that it was not the one chosen."""
        below = tuple(self._remarks(card))
        if self.standing.places[card.id].state == "not_chosen" and not card.frame:
            below = (Line(self.language.say("Not chosen.")), *below)
        return Line(self.words.said_on(card), self._body(card), below)

    def _decided(self) -> Iterator[Section]:
        """From the proposal to what replaced it."""
        say, card = self.language.say, self.card
        heading = say("The decision") if card.agreed else say("The proposal")
        proposed = Line(self.words.said_on(card), self._body(card))
        replaced = tuple(
            Line(say("This replaces: {quote}", quote=self.words.quote(earlier.title)))
            for earlier in linked(self.board, card, "replaces")
        )
        agreed = (Line(self.words.both_agreed(card)),) if card.agreed else ()
        tasks = tuple(map(Line, self.words.tasks(card)))
        yield Section(heading, (proposed, *replaced, *tasks, *agreed, *self._aside()))
        yield Section(say("Opinions"), tuple(self._opinions(card.revision)))
        yield Section(say("Earlier wordings"), tuple(self._earlier()))
        yield Section(say("The trial"), tuple(map(Line, self.words.terms(card.trial))))
        seen = seen_of(card) if card.trial is not None else []
        told = {note.key for note in seen}
        yield Section(say("What we saw"), tuple(Line(self.words.remark(note)) for note in seen))
        yield Section(say("Remarks"), tuple(self._remarks(card, told)))
        yield Section(say("The outcome"), tuple(Line(self.words.result(card, o)) for o in card.outcomes.values()))
        yield Section(say("What replaced it"), self._all(linking(self.board, card, "replaces")))

    def _aside(self) -> tuple[Line, ...]:
        return (Line(self.language.say("It was set aside.")),) if self.card.aside else ()

    def _opinions(self, revision: int) -> Iterator[Line]:
        """All that was said of one wording, in the order in which it was said."""
        given = sorted(self.card.opinions.values(), key=lambda opinion: (opinion.seq, opinion.party))
        yield from (Line(self.words.opinion(o)) for o in given if o.revision == revision)

    def _earlier(self) -> Iterator[Line]:
        """The wordings that somebody had given an opinion on, the oldest first, with these opinions."""
        card = self.card
        revisions = sorted({o.revision for o in card.opinions.values()} - {card.revision})
        if not revisions:
            return
        wordings = earlier_wordings(card, self._records)
        for revision in revisions:
            below = tuple(self._opinions(revision))
            wording = wordings.get(revision)
            if wording is None:
                yield Line(self.language.say("Of an earlier wording:"), below=below)
                continue
            terms = tuple(map(Line, self.words.terms(wording.trial))) if wording.trial != card.trial else ()
            yield Line(self.words.quote(wording.title), wording.body if self.full else "", (*terms, *below))

    def _remarks(self, card: Card, told: Iterable[str] = ()) -> Iterator[Line]:
        notes = sorted(card.notes.values(), key=lambda note: (note.seq, note.person, note.part))
        yield from (Line(self.words.remark(note)) for note in notes if note.key not in told)

    def _all(self, cards: Iterable[Card]) -> tuple[Line, ...]:
        return tuple(
            Line(
                self.words.said_on(card),
                self._body(card),
                tuple(self._remarks(card)) if card.kind == "question" else (),
            )
            for card in cards
        )

    def _body(self, card: Card) -> str:
        return card.body if self.full else ""


def _came(card: Card) -> tuple[int, str]:
    return card.born, card.id


def earlier_wordings(card: Card, records: Iterable[Record]) -> Mapping[int, Wording]:
    """The wordings that a card has had, by revision, read backwards off the journal; as far as its records go."""
    now: dict[str, Any] = {"title": card.title, "body": card.body, "trial": card.trial, "revision": card.revision}
    found: dict[int, Wording] = {}
    for record in reversed(list(records)):
        changed = False
        for act in reversed(record.acts):
            if act.path[:2] == ("cards", card.id) and len(act.path) == 3 and act.path[2] in _WORDED:
                now[act.path[2]] = act.was
                changed = True
        if changed:
            trial = msgspec.convert(now["trial"], Trial | None)
            found[now["revision"]] = Wording(now["title"], now["body"], trial)
    return found
