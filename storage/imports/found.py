"""What was found in a file from elsewhere, before it is put on a board: columns, cards, and what could not be kept.

Every reader gives the same form, so that only one place (:mod:`storage.imports.plan`) knows how it becomes cards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ..board import Board

Source = Literal["accord", "obsidian", "taskell", "trello", "markdown"]
"""What a file was recognised as. ``accord`` is an Obsidian board that Accord wrote, with all that it left out."""


@dataclass(frozen=True)
class FoundNote:
    """A comment. ``by`` is its author's name there, who need not sit at this table."""

    text: str
    by: str = ""
    time: dt.datetime | None = None


@dataclass(frozen=True)
class FoundCard:
    """An item. ``done`` is a ticked box (nothing where there was none), ``aside`` whether it lay in an archive."""

    title: str
    body: str = ""
    done: bool | None = None
    aside: bool = False
    due: dt.date | None = None
    who: str = ""
    labels: tuple[str, ...] = ()
    notes: tuple[FoundNote, ...] = ()


@dataclass(frozen=True)
class FoundColumn:
    """A list of cards under a title; without one, they go where their kind begins. ``aside`` is an archived list."""

    title: str
    cards: tuple[FoundCard, ...] = ()
    aside: bool = False


@dataclass(frozen=True)
class Left:
    """Something that has no place on a board. ``code`` says why, ``text`` is what it was, as the file had it.

    ``text-outside`` belongs to no card · ``front-matter`` · ``board-text`` describes a board · ``checklist`` and
    ``comment`` belong to a card that is not in the file · ``comments-missing`` names a card not all of whose comments
    are · ``start-date`` · ``member`` is somebody whom the file does not name · ``column-computed`` names a column into
    which only agreement leads, so that its cards are on the table · ``column-aside`` one that was in an archive, and is
    not added · ``column-cut`` one whose title is too long · ``earlier-opinion``, ``earlier-wording`` and
    ``correction`` are what was said on another board of Accord and does not hold on this one.
    """

    code: str
    text: str


@dataclass(frozen=True)
class Found:
    """All that a file holds. ``board`` is whole where Accord wrote it; the columns are then those of that board."""

    source: Source
    title: str
    columns: tuple[FoundColumn, ...]
    left: tuple[Left, ...] = ()
    board: Board | None = None
