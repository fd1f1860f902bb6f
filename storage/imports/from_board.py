"""The cards of another board of Accord, on a board that goes its own way: what was agreed there is not agreed here.

Kinds, links, themes, trials and remarks come along. What was said of a wording becomes a remark that says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..board import Board
from ..card import Card, Note, Opinion, Outcome
from ..changes.importing import NewCard, NewNote
from ..dates import day, local_day
from ..language import Language
from .columns import Columns
from .fitting import pieces
from .found import Left
from .remarks import remarks


def cards_of(source: Board, board: Board, language: Language, columns: Columns) -> tuple[list[NewCard], list[Left]]:
    """The cards of a board as they come onto another one, column by column, and what of them does not."""
    places = {
        column.id: columns.of_role(column.role) if column.role else columns.of(column.title)
        for column in source.ordered_columns()
    }
    order = {column.id: number for number, column in enumerate(source.ordered_columns())}
    cards = sorted(source.cards.values(), key=lambda card: (order[card.column], card.rank, card.id))
    coming = _Coming(source, board, language, {card.id: number for number, card in enumerate(cards)})
    return [coming.card(card, places[card.column]) for card in cards], coming.left


class _Coming:
    """Cards on their way from one board to another. ``numbers`` are their places on this way."""

    def __init__(self, source: Board, board: Board, language: Language, numbers: dict[str, int]) -> None:
        self.left: list[Left] = []
        self._source = source
        self._language = language
        self.say = language.say
        self._numbers = numbers
        here = {(person.name.casefold(), person.party): person.id for person in board.people.values()}
        self._people = {
            person.id: here.get((person.name.casefold(), person.party), "") for person in source.people.values()
        }

    def card(self, card: Card, column: str | int) -> NewCard:
        """A card, with what was said of it as remarks."""
        self._leave(card)
        return NewCard(
            card.kind, card.title, card.body, column, card.theme, card.who, card.by_when, card.aside, card.frame,
            card.trial, card.asks, card.subject_to,
            voice=self._people.get(card.voice, ""),
            notes=tuple(self._remarks(card)),
            on=tuple(sorted({self._numbers[link.to] for link in card.links if link.to in self._numbers})),
        )  # fmt: skip

    def _leave(self, card: Card) -> None:
        """What was said of other wordings, and what waits: it would mean something else here."""
        if card.reworded is not None:
            self.left.append(Left("earlier-wording", card.reworded.wording.title))
        if card.correction is not None:
            self.left.append(Left("correction", card.correction.wording.title))
        for opinion in card.opinions.values():
            if opinion != card.opinion(opinion.party) and opinion.reason:
                self.left.append(Left("earlier-opinion", f"{self._source.name_of(opinion.person)}: {opinion.reason}"))

    def _remarks(self, card: Card) -> Iterator[NewNote]:
        if not self._people.get(card.voice) and card.voice in self._source.people:
            yield NewNote(self.say("On the other board, {name} said it.", name=self._source.name_of(card.voice)))
        said: list[tuple[int, list[NewNote]]] = [(note.seq, list(self._note(note))) for note in card.notes.values()]
        given = filter(None, (card.opinion(party) for party in self._source.parties))
        said += [(o.seq, self._as_notes(self._opinion(o))) for o in given if o.kind != "withdrawn"]
        said += [(outcome.seq, self._as_notes(self._outcome(outcome))) for outcome in card.outcomes.values()]
        for _, notes in sorted(said, key=lambda each: each[0]):
            yield from notes

    def _note(self, note: Note) -> Iterator[NewNote]:
        """A remark; in the words of somebody who is not at this table, with their name."""
        if person := self._people.get(note.person):
            yield NewNote(note.text, note.kind, person)
            return
        for text in remarks(note.text, self._source.name_of(note.person), note.time, self._language):
            yield NewNote(text, note.kind)

    def _as_notes(self, text: str) -> list[NewNote]:
        return [NewNote(part) for part in pieces(text)]

    def _opinion(self, opinion: Opinion) -> str:
        name, when = self._source.name_of(opinion.person), day(local_day(opinion.time), self._language.code)
        if opinion.kind == "agree":
            return self.say("On the other board, {name} agreed on {day}.", name=name, day=when)
        facts = {"name": name, "day": when, "reason": opinion.reason}
        if opinion.kind == "concern":
            return self.say("On the other board, {name} agreed on {day}, with a concern: {reason}", **facts)
        return self.say("On the other board, {name} disagreed on {day}: {reason}", **facts)

    def _outcome(self, outcome: Outcome) -> str:
        facts = {
            "name": self._source.name_of(outcome.person),
            "day": day(local_day(outcome.time), self._language.code),
            "saw": outcome.saw,
        }
        match outcome.kind:
            case "keep":
                return self.say("On the other board, {name} said on {day}: {saw} So it was to be kept.", **facts)
            case "change":
                return self.say("On the other board, {name} said on {day}: {saw} So it was to be changed.", **facts)
        return self.say("On the other board, {name} said on {day}: {saw} So it was to be stopped.", **facts)
