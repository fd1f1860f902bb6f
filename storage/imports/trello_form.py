"""The parts of a Trello export that have a place on a board, and how they are read from its JSON.

The file is taken apart in pieces: once over the whole to find the cards and what happened to them, then these in small
numbers, so that reading a large board never keeps a key waiting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Raw, Struct

from ..refusal import Refused

PIECE = 200
"""Cards or actions that are read in one go."""


class Named(Struct, frozen=True):
    """A label, or an option of a list to choose from; ``color`` is what a label without a name goes by."""

    id: str = ""
    name: str | None = None
    color: str | None = None


class Person(Struct, frozen=True, rename="camel"):
    """A member."""

    id: str = ""
    full_name: str | None = None
    username: str | None = None

    @property
    def name(self) -> str:
        """What they are called."""
        return self.full_name or self.username or ""


class CardList(Struct, frozen=True):
    """A list of cards; ``closed`` is archived. ``pos`` orders."""

    id: str = ""
    name: str | None = None
    closed: bool | None = False
    pos: Any = 0


class Value(Struct, frozen=True):
    """What a field of one's own holds: one of these."""

    text: str | None = None
    number: str | float | None = None
    date: str | None = None
    checked: str | bool | None = None

    @property
    def words(self) -> str:
        """The value as it is written."""
        return next((str(one) for one in (self.text, self.number, self.date, self.checked) if one is not None), "")


class Option(Struct, frozen=True):
    """One of the values that a field of one's own can have."""

    id: str = ""
    value: Value | None = None


class OwnField(Struct, frozen=True):
    """A field that the people of the board made."""

    id: str = ""
    name: str | None = None
    options: list[Option] | None = None


class Item(Struct, frozen=True, rename="camel"):
    """What a card holds in such a field."""

    id_custom_field: str = ""
    id_value: str | None = None
    value: Value | None = None


class Check(Struct, frozen=True):
    """An item of a checklist."""

    name: str | None = None
    state: str | None = None
    pos: Any = 0


class Checklist(Struct, frozen=True, rename="camel"):
    """A checklist of a card."""

    id: str = ""
    id_card: str | None = None
    name: str | None = None
    pos: Any = 0
    check_items: list[Check] | None = None


class Attachment(Struct, frozen=True):
    """Something attached, by its address."""

    name: str | None = None
    url: str | None = None


class Badges(Struct, frozen=True):
    """What a card counts of itself."""

    comments: int | None = 0


class Card(Struct, frozen=True, rename="camel"):
    """A card."""

    id: str = ""
    name: str | None = None
    desc: str | None = None
    id_list: str | None = None
    closed: bool | None = False
    pos: Any = 0
    start: str | None = None
    due: str | None = None
    due_complete: bool | None = False
    labels: list[Named] | None = None
    id_labels: list[str] | None = None
    id_members: list[str] | None = None
    attachments: list[Attachment] | None = None
    checklists: list[Checklist] | None = None
    custom_field_items: list[Item] | None = None
    address: str | None = None
    location_name: str | None = None
    badges: Badges | None = None


class Of(Struct, frozen=True):
    """The card that something was done to."""

    id: str = ""
    name: str | None = None


class What(Struct, frozen=True):
    """What was done; only comments are told here."""

    text: str | None = None
    card: Of | None = None


class Action(Struct, frozen=True, rename="camel"):
    """Something that was done."""

    type: str = ""
    date: str | None = None
    data: What | None = None
    member_creator: Person | None = None


class Export(Struct, frozen=True, rename="camel"):
    """A whole board, the larger parts of it not yet taken apart."""

    name: str | None = None
    desc: str | None = None
    lists: list[CardList] | None = None
    labels: list[Named] | None = None
    members: list[Person] | None = None
    custom_fields: list[OwnField] | None = None
    cards: Raw = Raw()
    checklists: Raw = Raw()
    actions: Raw = Raw()


T = TypeVar("T")


class Taken:
    """A file taken apart. ``name`` is what refusals call it, ``progress`` is told the share of the pieces read."""

    def __init__(self, text: str, name: str, progress: Callable[[float], None]) -> None:
        self._name = name
        self._progress = progress
        self.whole = self._sound(text, lambda data: msgspec.json.decode(data, type=Export))
        if self.whole.lists is None or not self.whole.cards:
            raise self._not_understood()

    def rows(self, part: Raw, kind: type[T], begins: float, ends: float) -> Iterator[T]:
        """The rows of a part, as what they are; which share of the whole has been read then, is told."""
        if not part:
            return
        rows = self._read(part, list[Raw] | None) or []
        for start in range(0, len(rows), PIECE):
            self._progress(begins + (ends - begins) * start / len(rows))
            for row in rows[start : start + PIECE]:
                yield self._read(row, kind)

    def _read(self, data: Raw, kind: Any) -> Any:
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.DecodeError, RecursionError) as error:
            raise self._not_understood() from error

    def _sound(self, text: str, decode: Callable[[bytes], Export]) -> Export:
        """The whole; what only a laxer reader takes (half of an emoji, cut off) goes through that one first."""
        data = text.encode()
        self._progress(0.1)
        try:
            return decode(data)
        except (msgspec.ValidationError, RecursionError) as error:
            raise self._not_understood() from error
        except msgspec.DecodeError:
            return self._lax(text, decode)

    def _lax(self, text: str, decode: Callable[[bytes], Export]) -> Export:
        try:
            loaded = json.loads(text)
            return decode(json.dumps(loaded, ensure_ascii=False).encode("utf-8", "ignore"))
        except json.JSONDecodeError as error:
            raise Refused("bad-json", path=self._name, line=error.lineno, column=error.colno) from error
        except (msgspec.DecodeError, RecursionError, ValueError) as error:
            raise self._not_understood() from error

    def _not_understood(self) -> Refused:
        return Refused("not-understood", path=self._name, form="Trello")


def by_position(rows: Sequence[T]) -> list[T]:
    """Rows in the order of the board; what has no place comes last, in the order of the file."""
    return sorted(rows, key=lambda row: _place(getattr(row, "pos", None)))


def _place(pos: object) -> float:
    return pos if isinstance(pos, int | float) and pos == pos else float("inf")
