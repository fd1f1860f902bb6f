"""Acts: the smallest steps of which changes are made, with the value before and the value after.

An act names a place on the board by its path and carries plain JSON values, so a journal line can be replayed, or
turned round for undo, without asking any rule again. The paths:

``("board", field)`` · ``("parties", party)`` · ``("people", id)`` · ``("columns", id)`` · ``("cards", id)`` ·
``("cards", id, field)`` · ``("cards", id, "links" | "opinions" | "notes", key)``

``None`` stands for "not there".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, TypeVar, cast

import msgspec
from immutables import Map
from msgspec import Struct
from msgspec.structs import force_setattr

from .board import Board, Card, Column, Correction, Link, Note, Opinion, Party, Person, Trial, number_of
from .text import clean

Path = tuple[str, ...]
T = TypeVar("T")

_WHOLE: dict[str, type[Party] | type[Person] | type[Column]] = {
    "parties": Party,
    "people": Person,
    "columns": Column,
}
_CARD_FIELDS: dict[str, Any] = {
    "title": str,
    "body": str,
    "trial": Trial | None,
    "theme": str,
    "who": str,
    "by_when": dt.date | None,
    "frame": bool,
    "aside": bool,
    "column": str,
    "rank": str,
    "voice": str,
    "revision": int,
    "correction": Correction | None,
}
_BOARD_FIELDS = ("title", "lang")


class Act(Struct, frozen=True, array_like=True):
    """One step: at this path the value was this and is now that."""

    path: Path
    was: Any
    now: Any

    @property
    def inverse(self) -> Act:
        """The step back."""
        return Act(self.path, self.now, self.was)


class Record(Struct, frozen=True, omit_defaults=True):
    """A change as the journal keeps it: one line, one undo.

    ``voice`` is the person whose word it is, ``typed_by`` the person at whose keyboard it was typed, ``session`` the
    sitting it was typed in. ``kind`` names the change (``"add-card"``). ``undoes`` is the number of the change that
    this one takes back; ``voice_of`` the number of the one whose voice it corrects.
    """

    seq: int
    time: dt.datetime
    voice: str
    session: str
    kind: str
    acts: tuple[Act, ...]
    typed_by: str = ""
    undoes: int | None = None
    voice_of: int | None = None

    def __post_init__(self) -> None:
        for name in ("voice", "session", "kind", "typed_by"):
            force_setattr(self, name, clean(getattr(self, name)))

    @property
    def cards(self) -> list[str]:
        """The ids of the cards that it touched, in the order of its acts."""
        return list(dict.fromkeys(act.path[1] for act in self.acts if act.path[0] == "cards"))


class BadAct(ValueError):
    """An act that fits no board: its line is damaged, or of a later version."""


class Edit:
    """A board in the making: acts are applied one after the other, then :meth:`board` gives the result.

    Reading through it sees what has been applied so far. The board it began with never changes.
    """

    def __init__(self, board: Board) -> None:
        self.base = board
        self.acts: list[Act] = []
        self._cards: dict[str, Card | None] = {}
        self._fields: dict[str, Any] = {}

    def card(self, identity: str) -> Card | None:
        """A card as it now is."""
        return self._cards[identity] if identity in self._cards else self.base.cards.get(identity)

    @property
    def columns(self) -> dict[str, Column]:
        """The columns as they now are."""
        found: dict[str, Column] = self._fields.get("columns", self.base.columns)
        return found

    @property
    def people(self) -> dict[str, Person]:
        """The people as they now are."""
        found: dict[str, Person] = self._fields.get("people", self.base.people)
        return found

    def put(self, path: Path, now: object) -> None:
        """Set the value at the path, as an act with the value that was there; nothing if it is the same."""
        value = msgspec.to_builtins(now)
        was = self.value_at(path)
        if was != value:
            act = Act(path, was, value)
            self.apply(act)
            self.acts.append(act)

    def value_at(self, path: Path) -> Any:
        """The present value at a path as plain JSON types; ``None`` where nothing is."""
        match path:
            case ("board", field):
                return self._fields.get(field, getattr(self.base, field))
            case ("cards", identity):
                return msgspec.to_builtins(self.card(identity))
            case ("cards", identity, field):
                card = self.card(identity)
                return None if card is None else msgspec.to_builtins(getattr(card, field))
            case ("cards", identity, "links", key):
                card = self.card(identity)
                links = card.links if card else ()
                return next((msgspec.to_builtins(link) for link in links if link.key == key), None)
            case ("cards", identity, ("opinions" | "notes") as field, key):
                card = self.card(identity)
                return None if card is None else msgspec.to_builtins(getattr(card, field).get(key))
            case (table, identity):
                rows = self._fields.get(table, getattr(self.base, table))
                return msgspec.to_builtins(rows.get(identity))
        raise BadAct(f"no such path: {path}")

    def apply(self, act: Act) -> None:
        """Apply one act. :class:`BadAct` if it fits no board."""
        try:
            self._apply(act.path, act.now)
        except (msgspec.ValidationError, KeyError, TypeError, AttributeError) as error:
            raise BadAct(f"{act.path}: {error}") from error

    def _apply(self, path: Path, now: Any) -> None:
        match path:
            case ("board", field) if field in _BOARD_FIELDS:
                self._fields[field] = clean(msgspec.convert(now, str))
            case ("cards", identity):
                self._cards[identity] = None if now is None else msgspec.convert(now, Card)
                self._count(identity)
            case ("cards", identity, field) if field in _CARD_FIELDS:
                value = msgspec.convert(now, _CARD_FIELDS[field])
                self._cards[identity] = msgspec.structs.replace(self._there(identity), **{field: value})
            case ("cards", identity, "links", key):
                card = self._there(identity)
                links = {link.key: link for link in card.links}
                links.pop(key, None)
                if now is not None:
                    links[key] = msgspec.convert(now, Link)
                ordered = tuple(sorted(links.values(), key=lambda link: (link.kind, link.to[:1], number_of(link.to))))
                self._cards[identity] = msgspec.structs.replace(card, links=ordered)
            case ("cards", identity, "opinions", key):
                card = self._there(identity)
                opinions = _with(card.opinions, key, None if now is None else msgspec.convert(now, Opinion))
                self._cards[identity] = msgspec.structs.replace(card, opinions=opinions)
            case ("cards", identity, "notes", key):
                card = self._there(identity)
                notes = _with(card.notes, key, None if now is None else msgspec.convert(now, Note))
                self._cards[identity] = msgspec.structs.replace(card, notes=notes)
            case (("parties" | "people" | "columns") as table, identity):
                rows = self._fields.get(table, getattr(self.base, table))
                row = None if now is None else msgspec.convert(now, _WHOLE[table])
                self._fields[table] = _with(rows, identity, row)
                self._count(identity)
            case _:
                raise BadAct(f"no such path: {path}")

    def _there(self, identity: str) -> Card:
        card = self.card(identity)
        if card is None:
            raise BadAct(f"no card {identity}")
        return card

    def _count(self, identity: str) -> None:
        letter, number = identity[:1], number_of(identity)
        numbers = self._fields.get("numbers", self.base.numbers)
        if number > numbers.get(letter, 0):
            self._fields["numbers"] = {**numbers, letter: number}

    def next_id(self, letter: str) -> str:
        """An id that was never used: ``Q8`` after ``Q7``, also if Q7 has been undone."""
        numbers = self._fields.get("numbers", self.base.numbers)
        return f"{letter}{numbers.get(letter, 0) + 1}"

    def board(self, seq: int) -> Board:
        """The board as it now is, standing at the change with this number."""
        old = self.base
        cards = old.cards
        if self._cards:
            with cast("Map[str, Card]", cards).mutate() as changed:
                for identity, card in self._cards.items():
                    if card is not None:
                        changed[identity] = card
                    elif identity in changed:
                        del changed[identity]
                cards = changed.finish()
        new = msgspec.structs.replace(old, cards=cards, seq=seq, **self._fields)
        standing = old.__dict__.get("standing")
        if standing is not None:
            new.__dict__["standing"] = standing.after(old, new, self._cards)
        return new


def _with(rows: dict[str, T], key: str, row: T | None) -> dict[str, T]:
    kept = {k: v for k, v in rows.items() if k != key}
    return kept if row is None else {**kept, key: row}


def apply(board: Board, acts: Iterable[Act], seq: int) -> Board:
    """The board after these acts."""
    edit = Edit(board)
    for act in acts:
        edit.apply(act)
    return edit.board(seq)
