"""The whole board as a document: column by column as it stands, each card with all that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Set

from ..board import Board, Column
from ..card import PARTIES, Card, LinkKind, Opinion
from ..dates import day
from ..language import Language
from .cards import linked, silent_on
from .document import Document, Entry, Line, Section
from .phrases import Phrases, column_title


class Whole:
    """The board, card by card. ``full`` adds the bodies."""

    def __init__(self, board: Board, language: Language, *, full: bool, names: bool, today: dt.date) -> None:
        self.board, self.language, self.full, self.today = board, language, full, today
        self.words = Phrases(board, language, names, today)
        self.standing = board.standing
        self._under: dict[str, list[Card]] = {}
        for card in board.in_order():
            if (under := self.standing.places[card.id].under) is not None:
                self._under.setdefault(under, []).append(card)

    def document(self, digest: str) -> Document:
        """Every column that has a card, and what was set aside."""
        say, people = self.language.say, self.words.everybody()
        when = day(self.today, self.language.code)
        columns = self.board.ordered_columns()
        parts = [Section(column_title(column, self.language), entries=self._column(column)) for column in columns]
        aside = [self.board.cards[identity] for identity in self.standing.aside]
        parts.append(Section(say("What we set aside"), entries=tuple(self._entry(card) for card in aside)))
        return Document(
            language=self.language.code,
            title=self.board.title or say("Board"),
            occasion=say("The board on {date}, with {people}", date=when, people=people)
            if people
            else say("The board on {date}", date=when),
            moment=say("board of {date}", date=day(self.today, self.language.code, year=False)),
            sections=tuple(part for part in parts if part.entries),
            provenance=self.words.provenance(digest),
        )

    def _column(self, column: Column) -> tuple[Entry, ...]:
        """The cards from top to bottom; an answer goes with its question where both stand in the same column."""
        cards = [self.board.cards[identity] for _, identity in self.standing.lanes.get(column.id, ())]
        here = {card.id for card in cards}
        return tuple(self._entry(card, here) for card in cards if not self._asked_in(card, here))

    def _asked_in(self, card: Card, here: Set[str]) -> bool:
        return card.kind == "answer" and not here.isdisjoint(card.linked("answers"))

    def _entry(self, card: Card, here: Set[str] = frozenset()) -> Entry:
        return Entry(card.title, tuple(self._lines(card, here)), self._body(card))

    def _lines(self, card: Card, here: Set[str]) -> Iterator[Line]:
        """Whose card it is and when it came, and all that was said of it."""
        yield Line(self.words.came(card))
        yield from self._about(card)
        match card.kind:
            case "question":
                yield from self._answers(card, here)
            case "answer":
                yield from self._linked(card, "answers")
            case "decision":
                yield from self._decision(card)
        yield from self._linked(card, "raised_by")
        yield from map(Line, self.words.said_of(card))
        yield from self._replaced(card)

    def _about(self, card: Card) -> Iterator[Line]:
        say = self.language.say
        yield from map(Line, self.words.about(card))
        if card.reworded is not None:
            facts = {
                "name": self.words.speaker(card.reworded.person),
                "quote": self.words.quote(card.reworded.wording.title),
            }
            yield Line(say("Before {name} reworded it: {quote}", **facts))
        if card.correction is not None:
            quote = self.words.quote(card.correction.wording.title)
            yield Line(say("A corrected spelling, to be confirmed: {quote}", quote=quote))

    def _answers(self, card: Card, here: Set[str]) -> Iterator[Line]:
        """The answers to a question: those of its column with all that belongs to them, the others in short."""
        answers = self.standing.answers_to(self.board, card.id)
        for answer in answers:
            if answer.id in here and self._first_question(answer, here) == card.id:
                below = (*self._about(answer), *map(Line, self.words.said_of(answer)))
                yield Line(self.words.said_on(answer), self._body(answer), below)
            else:
                yield Line(self.words.said(answer))
        if not answers and not card.aside:
            whom = self.words.whom_of(self.board.answering_party(card))
            yield Line(self.language.say("Answer awaited from {whom}.", whom=whom))

    def _first_question(self, answer: Card, here: Set[str]) -> str:
        return next((question for question in answer.linked("answers") if question in here), "")

    def _decision(self, card: Card) -> Iterator[Line]:
        yield from self._settled(card)
        settled = {each.id for each in self._under.get(card.id, ())}
        yield from self._linked(card, "rests_on", besides=settled)
        yield from self._linked(card, "replaces", besides=settled)
        yield from map(Line, (*self.words.terms(card.trial), *self.words.tasks(card)))
        yield from (Line(self.words.opinion(o)) for o in self._opinions(card))
        if card.agreed:
            yield Line(self.words.both_agreed(card))
        elif not card.aside:
            yield from self._waiting(card)
        if card.due(self.today):
            yield Line(self.language.say("It is time to review it."))

    def _opinions(self, card: Card) -> list[Opinion]:
        """What the parties say of the present wording; that both simply agree is said once, with the day."""
        given = [opinion for opinion in map(card.opinion, PARTIES) if opinion is not None]
        return [o for o in given if o.kind == "withdrawn" or not (card.agreed and o.kind == "agree")]

    def _waiting(self, card: Card) -> Iterator[Line]:
        silent = silent_on(card)
        if len(silent) == len(PARTIES):
            yield Line(self.language.say("Waiting for both."))
        elif silent:
            yield Line(self.language.say("Waiting for {whom}.", whom=self.words.whom_of(silent[0])))

    def _settled(self, card: Card) -> Iterator[Line]:
        """What stands under a decision: questions with their answers, then answers to none of these questions."""
        under = [each for each in self._under.get(card.id, ()) if each.kind != "decision"]
        told: set[str] = set()
        for question in (each for each in under if each.kind == "question"):
            answers = [a for a in under if question.id in a.linked("answers") and a.id not in told]
            told.update(answer.id for answer in answers)
            below = (*self._about(question), *map(Line, self.words.said_of(question)), *map(self._answer, answers))
            yield Line(self.words.said_on(question), self._body(question), below)
        yield from (self._answer(each) for each in under if each.kind == "answer" and each.id not in told)

    def _answer(self, card: Card) -> Line:
        not_chosen = self.standing.places[card.id].state == "not_chosen" and not card.frame
        text = self.words.not_chosen(card) if not_chosen else self.words.said_on(card)
        return Line(text, self._body(card), (*self._about(card), *map(Line, self.words.said_of(card))))

    def _replaced(self, card: Card) -> Iterator[Line]:
        """The decisions that this one took the place of, and those that they had replaced, one after the other."""
        waiting = [each for each in self._under.get(card.id, ()) if each.kind == "decision"]
        while waiting:
            earlier = waiting.pop(0)
            text = self.language.say("Replaced since: {quote}", quote=self.words.quote(earlier.title))
            yield Line(text, self._body(earlier), (*self._decision(earlier), *map(Line, self.words.said_of(earlier))))
            waiting.extend(each for each in self._under.get(earlier.id, ()) if each.kind == "decision")

    def _linked(self, card: Card, kind: LinkKind, *, besides: Set[str] = frozenset()) -> Iterator[Line]:
        cards = [each for each in linked(self.board, card, kind) if each.id not in besides]
        if cards:
            yield Line(self.words.link(kind), below=tuple(Line(self.words.said(each)) for each in cards))

    def _body(self, card: Card) -> str:
        return card.body if self.full else ""
