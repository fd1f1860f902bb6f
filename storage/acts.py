"""Acts: the smallest steps of which changes are made, with the value before and the value after.

An act names a place on the board by its path and carries plain JSON values, so a journal line can be replayed, or
turned round for undo, without asking any rule again. The paths:

``("board", field)`` · ``("parties", party)`` · ``("people", id)`` · ``("columns", id)`` · ``("cards", id)`` ·
``("cards", id, field)`` · ``("cards", id, "links" | "opinions" | "notes" | "outcomes", key)``

``None`` stands for "not there".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

import msgspec
from immutables import Map
from msgspec import Struct
from msgspec.structs import force_setattr

from .board import COMPUTED, Board, Column, Party, Person
from .card import PARTIES, Card, Correction, Link, Note, Opinion, Outcome, Reworded, Trial, check_identity, number_of
from .language import LANGUAGES
from .text import clean, clean_line

Path = tuple[str, ...]

_WHOLE: dict[str, type[Party] | type[Person] | type[Column]] = {
    "parties": Party,
    "people": Person,
    "columns": Column,
}
_ROWS: dict[str, Any] = {"opinions": Opinion, "notes": Note, "outcomes": Outcome}
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
    "subject_to": str,
    "reworded": Reworded | None,
}
_LETTERS = {"people": "p", "columns": "c", "cards": "QAD"}


def plain(value: object) -> Any:
    """A value as plain JSON types, as a journal line gives it back: lists for tuples, strings cleaned."""
    return _plain(msgspec.to_builtins(value))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    return value


class Act(Struct, frozen=True, array_like=True):
    """One step: at this path the value was this and is now that."""

    path: Path
    was: Any
    now: Any

    def __post_init__(self) -> None:
        force_setattr(self, "path", tuple(clean(name) for name in self.path))
        force_setattr(self, "was", _plain(self.was))
        force_setattr(self, "now", _plain(self.now))

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

    Reading through it sees what has been applied so far; ``base`` is a board on the way, at first the one it began
    with. ``ends`` are the last ranks given at the end of columns.
    """

    def __init__(self, board: Board) -> None:
        self.base = board
        self.acts: list[Act] = []
        self.ends: dict[str, str] = {}
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
        value = plain(now)
        was = self.value_at(path)
        if was != value:
            act = Act(path, was, value)
            self.apply(act)
            self.acts.append(act)

    def value_at(self, path: Path) -> Any:
        """The present value at a path as plain JSON types; ``None`` where nothing is."""
        return plain(self._found(path))

    def _found(self, path: Path) -> object:
        match path:
            case ("board", field):
                return self._fields.get(field, getattr(self.base, field))
            case ("cards", identity):
                return self.card(identity)
            case ("cards", identity, field):
                card = self.card(identity)
                return None if card is None else getattr(card, field)
            case ("cards", identity, "links", key):
                card = self.card(identity)
                links = card.links if card else ()
                return next((link for link in links if link.key == key), None)
            case ("cards", identity, ("opinions" | "notes" | "outcomes") as field, key):
                card = self.card(identity)
                return None if card is None else getattr(card, field).get(key)
            case (table, identity):
                rows = self._fields.get(table, getattr(self.base, table))
                return cast("object", rows.get(identity))
        raise BadAct(f"no such path: {path}")

    def apply(self, act: Act) -> None:
        """Apply one act. :class:`BadAct` if it fits no board."""
        try:
            self._apply(act.path, act.now)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise error if isinstance(error, BadAct) else BadAct(f"{act.path}: {error}") from error

    def _apply(self, path: Path, now: Any) -> None:
        match path:
            case ("board", "title"):
                self._fields["title"] = clean_line(msgspec.convert(now, str))
            case ("board", "lang") if now in LANGUAGES:
                self._fields["lang"] = now
            case ("cards", identity):
                self._set_card(identity, None if now is None else msgspec.convert(now, Card))
            case ("cards", identity, field) if field in _CARD_FIELDS:
                value = msgspec.convert(now, _CARD_FIELDS[field])
                self._set_card(identity, msgspec.structs.replace(self._there(identity), **{field: value}))
            case ("cards", identity, "links", key):
                card = self._there(identity)
                links = {link.key: link for link in card.links}
                _set(links, key, None if now is None else msgspec.convert(now, Link))
                ordered = tuple(sorted(links.values(), key=lambda link: (link.kind, link.to[:1], number_of(link.to))))
                self._set_card(identity, msgspec.structs.replace(card, links=ordered))
            case ("cards", identity, ("opinions" | "notes" | "outcomes") as field, key):
                card = self._there(identity)
                rows = dict(getattr(card, field))
                _set(rows, key, None if now is None else msgspec.convert(now, _ROWS[field]))
                ordered_rows = dict(sorted(rows.items(), key=lambda row: row[1].seq))
                self._set_card(identity, msgspec.structs.replace(card, **{field: ordered_rows}))
            case (("parties" | "people" | "columns") as table, identity):
                row = None if now is None else msgspec.convert(now, _WHOLE[table])
                self._set_row(table, identity, row)
            case _:
                raise BadAct(f"no such path: {path}")

    def _set_card(self, identity: str, card: Card | None) -> None:
        check_identity(identity, _LETTERS["cards"])
        if card is not None:
            column = self.columns.get(card.column)
            if card.id != identity or column is None or column.role in COMPUTED:
                raise BadAct(f"{identity} under another id, or where no card is kept")
        self._cards[identity] = card
        self._count(identity)

    def _set_row(self, table: str, identity: str, row: Any) -> None:
        if table == "parties":
            if row is None or identity not in PARTIES:
                raise BadAct(f"{identity}: there are two parties")
        else:
            check_identity(identity, _LETTERS[table])
            if row is not None and row.id != identity:
                raise BadAct(f"{identity} under another id")
        if table == "columns":
            held = self.columns.get(identity)
            if (held.role if held else None) != (row.role if row else None):
                raise BadAct(f"{identity}: the four roles stay")
            if row is None and any(card.column == identity for card in self.so_far().cards.values()):
                raise BadAct(f"{identity}: not empty")
        rows = dict(self._fields.get(table, getattr(self.base, table)))
        _set(rows, identity, row)
        self._fields[table] = rows
        self._count(identity)

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

    def so_far(self) -> Board:
        """The board as it now is, for a rule that looks at more than one card: the new :attr:`base`."""
        if self._cards or self._fields:
            self.base = self.board(self.base.seq)
            self._cards, self._fields = {}, {}
        return self.base

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


def _set(rows: dict[str, Any], key: str, row: Any) -> None:
    """Put a row in, or take it out where it is ``None``. Its key is its own, whatever a line says."""
    if row is None:
        rows.pop(key, None)
        return
    if getattr(row, "key", key) != key:
        raise BadAct(f"{key}: not its own name")
    rows[key] = row


def apply(board: Board, acts: Iterable[Act], seq: int) -> Board:
    """The board after these acts."""
    edit = Edit(board)
    for act in acts:
        edit.apply(act)
    return edit.board(seq)
