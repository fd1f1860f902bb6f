"""Boards of taskell: ``## List``, ``- Card``, and indented below it ``> description``, ``@ due``, ``* [x] subtask``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from ..text import clean
from .found import Found, FoundCard, FoundColumn, Left

_LIST = re.compile(r"##\s+(?P<text>.*)")
_CARD = re.compile(r"-(?:\s+(?P<text>.*))?$")
_BELOW = re.compile(r"(?: {4,}|\t\s*)(?P<sign>[>@*])(?:\s(?P<text>.*))?$")
_BOX = re.compile(r"\[(?P<mark>[ xX])\](?:\s+|$)")
_STRUCK = re.compile(r"~(?P<text>.+)~$")  # how older versions tick a subtask off
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?$")


def fits(text: str) -> bool:
    """Whether every line is one of taskell's, with something that a plain Markdown list has not."""
    own = False
    for line in _lines(text):
        if _BELOW.match(line):
            own = True
        elif card := _CARD.match(line):
            if _BOX.match(card["text"] or ""):
                return False
        elif not _LIST.match(line):
            return False
    return own


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in clean(text).split("\n") if line.strip()]


@dataclass
class _Card:
    title: str
    description: list[str] = field(default_factory=list)
    subtasks: list[str] = field(default_factory=list)
    due: dt.date | None = None

    def found(self) -> FoundCard:
        parts = ("\n".join(self.description), "\n".join(self.subtasks))
        return FoundCard(self.title, "\n\n".join(filter(None, parts)), due=self.due)


def read_taskell(text: str) -> Found:
    """A board of taskell. It has no title; what no line of its form is, is left."""
    columns: list[tuple[str, list[_Card]]] = []
    left: list[Left] = []
    for line in _lines(text):
        if found := _LIST.match(line):
            columns.append((found["text"], []))
        elif found := _CARD.match(line):
            if not columns:
                columns.append(("", []))
            columns[-1][1].append(_Card(found["text"] or ""))
        elif not ((found := _BELOW.match(line)) and columns and columns[-1][1] and _taken(found, columns[-1][1][-1])):
            left.append(Left("text-outside", line.strip()))
    made = (FoundColumn(title, tuple(card.found() for card in cards)) for title, cards in columns)
    return Found("taskell", "", tuple(made), tuple(left))


def _taken(found: re.Match[str], card: _Card) -> bool:
    """Whether what stands below a card has found its place on it."""
    text = found["text"] or ""
    match found["sign"]:
        case ">":
            card.description.append(text)
        case "*":
            card.subtasks.append(_subtask(text))
        case _:
            day = _day(text)
            if day is None or card.due is not None:
                return False
            card.due = day
    return True


def _subtask(text: str) -> str:
    if box := _BOX.match(text):
        return f"- [{box['mark'].lower()}] {text[box.end() :]}"
    if struck := _STRUCK.match(text):
        return f"- [x] {struck['text']}"
    return f"- [ ] {text}"


def _day(text: str) -> dt.date | None:
    found = _DAY.match(text.strip())
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:  # the 30th of February
        return None
