"""How what was found becomes cards: worked out before anything is changed, so that it can be shown first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..board import Board, Column
from ..card import Kind
from ..changes.importing import ImportCards, NewCard, NewNote
from ..dates import day
from ..language import Language
from ..text import LONGEST_TITLE, can_be_seen, clean, clean_line
from .asking import asks
from .columns import Columns
from .fitting import cut, first_line, pieces
from .found import Found, FoundCard, Left
from .remarks import remarks


@dataclass(frozen=True)
class Plan:
    """What taking a file in would do.

    ``cards`` counts all that come, ``questions`` and ``aside`` those among them that are questions, and that are set
    aside. ``columns`` are the titles of the columns that are added, ``mapped`` the titles of the file with the column
    of the board that each one is, ``into`` the columns of the board that cards are put into. ``left`` has no place.
    """

    change: ImportCards
    cards: int
    questions: int
    aside: int
    columns: tuple[str, ...]
    mapped: tuple[tuple[str, Column], ...]
    into: tuple[Column, ...]
    left: tuple[Left, ...]


def plan(found: Found, board: Board, language: Language, *, others: Kind = "decision") -> Plan:
    """What a board would get of what was found. ``language`` is that of its documents, in which remarks are written.

    What ends in a question mark is a question, everything else one of the ``others``. Nothing of it is agreed.
    """
    columns = Columns(board)
    if found.board is not None:
        from .from_board import cards_of  # few files are boards of Accord

        cards, left = cards_of(found.board, board, language, columns)
    else:
        cards, left = _cards(found, language, columns, others), []
    return Plan(
        change=ImportCards(tuple(columns.new), tuple(cards)),
        cards=len(cards),
        questions=sum(card.card_kind == "question" for card in cards),
        aside=sum(card.aside for card in cards),
        columns=tuple(columns.new),
        mapped=tuple(columns.mapped),
        into=tuple(_into(cards, board)),
        left=(*found.left, *columns.left, *left),
    )


def doubles(made: Plan, board: Board) -> int:
    """How many of the cards that come have the kind and the title of one that the board has, in small or capital
    letters; what is set aside, here or there, is not counted.
    """
    there = {(card.kind, card.title.casefold()) for card in board.cards.values() if not card.aside}
    coming = ((new.card_kind, clean_line(new.title).casefold()) for new in made.change.cards if not new.aside)
    return sum(each in there for each in coming)


def _into(cards: Iterable[NewCard], board: Board) -> list[Column]:
    """The columns that cards are put into which are there already, from left to right."""
    ids: set[str] = set()
    for card in cards:
        if not card.aside and isinstance(card.column, str):
            begins = board.column_of_role("discuss" if card.card_kind == "question" else "table").id
            ids.add(card.column or begins)
    return [column for column in board.ordered_columns() if column.id in ids]


def _cards(found: Found, language: Language, columns: Columns, others: Kind) -> list[NewCard]:
    cards: list[NewCard] = []
    for column in found.columns:
        archived = column.aside or (bool(column.cards) and all(card.aside for card in column.cards))
        place = columns.of(column.title, aside=archived)
        for card in column.cards:
            made = _Fitted(card, found.title, language, others).card(place)
            cards += [made] if made is not None else []
    return cards


class _Fitted:
    """A card that was found, fitted to what a card of a board has."""

    def __init__(self, card: FoundCard, source: str, language: Language, others: Kind) -> None:
        self._found = card
        self._source = source
        self._language = language
        self.say = language.say
        self._title, self._body = _title_and_body(card)
        self._kind: Kind = "question" if asks(self._title) else others

    def card(self, column: str | int) -> NewCard | None:
        """The card; nothing where there is nothing to be seen of it."""
        found = self._found
        if not can_be_seen(self._title):
            return None
        labels = [label for label in map(clean_line, found.labels) if can_be_seen(label)]
        theme = labels.pop(0) if labels and len(labels[0]) <= LONGEST_TITLE else ""
        who = clean_line(found.who)
        lines = []
        if len(who) > LONGEST_TITLE:
            lines.append(self.say("Who: {who}", who=who))
            who = ""
        if labels:
            lines.append(self.say("Labels: {labels}", labels=", ".join(labels)))
        if found.due is not None and self._kind != "decision":
            lines.append(self.say("By {day}", day=day(found.due, self._language.code)))
        title = cut(self._title, LONGEST_TITLE)
        whole = self._title if title != self._title else ""
        text = "\n\n".join(filter(None, (whole, self._body, "\n".join(lines))))
        body, *more = pieces(text) or [""]
        notes = [*more, *self._remarks()]
        return NewCard(
            self._kind, title, body, column, theme, who,
            by_when=found.due if self._kind == "decision" else None,
            aside=found.aside,
            notes=tuple(map(NewNote, notes)),
        )  # fmt: skip

    def _remarks(self) -> list[str]:
        """Comments, in their order, and that it was ticked off."""
        found = [p for note in self._found.notes for p in remarks(note.text, note.by, note.time, self._language)]
        if self._found.done:
            title = cut(clean_line(self._source), LONGEST_TITLE)
            found.append(self.say("Ticked off in “{title}”.", title=title) if title else self.say("Ticked off."))
        return found


def _title_and_body(card: FoundCard) -> tuple[str, str]:
    """The title of a card, of any length, and its body. One without a title goes by the first words that it has."""
    title, body = clean_line(card.title), clean(card.body).strip("\n").rstrip()
    if can_be_seen(title):
        return title, body
    title = first_line(body)
    if title:
        return title, "" if clean_line(body) == title else body
    texts = (*card.labels, card.who, *(note.text for note in card.notes))
    return next(filter(None, (first_line(clean(text)) for text in texts)), ""), body
