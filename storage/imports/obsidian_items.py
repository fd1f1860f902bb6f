"""An item of Obsidian's Kanban plugin as a card: its first line is the title, the rest the body.

Its date becomes the day by which it is due, tags become labels; links to other notes stay as they were typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..text import can_be_seen, clean_line
from .found import FoundCard, FoundNote
from .obsidian_note import Item

_TAG_SIGNS = r"[^\s#.,;:!?()\[\]{}\"'<>|*`~^&%$@=+\\]+"
_TAG = re.compile(rf"(?<!\S)#(?=\S*[^\W\d_])({_TAG_SIGNS})")
_HEADING = re.compile(r"^#{1,6}[ \t]+")
_ISO = "YYYY-MM-DD"
_PARTS = re.compile("YYYY|MM?|DD?")
_LONGEST_FORMAT = 40


@dataclass(frozen=True)
class Dates:
    """How dates are written in a note: what stands before them, and their order."""

    sign: re.Pattern[str]
    form: re.Pattern[str]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Dates:
        """As the plugin's settings in the note say; an unknown form is read as 2026-05-12."""
        trigger = settings.get("date-trigger")
        sign = re.escape(trigger if isinstance(trigger, str) and 0 < len(trigger) <= _LONGEST_FORMAT else "@")
        # Bounded, or many beginnings without an end would be looked at over and over.
        written = (r"\{([^}\n]{1,60})\}", r"\[\[([^\]\n]{1,60})\]\]", r"\[([^\]\n]{1,60})\]\([^)\n]{1,300}\)")
        form = settings.get("date-format")
        known = isinstance(form, str) and len(form) <= _LONGEST_FORMAT and _form(form)
        return cls(re.compile(rf"(?<!\S){sign}(?:{'|'.join(written)})"), known or _form(_ISO) or re.compile(""))

    def taken(self, text: str) -> tuple[str, dt.date | None]:
        """A text without the first date in it, and that date; the text as it is where it has none."""
        for found in self.sign.finditer(text):
            if day := self._day(next(filter(None, found.groups()))):
                before, after = text[: found.start()].rstrip(" "), text[found.end() :].lstrip(" ")
                space = " " if before[-1:].strip() and after[:1].strip() else ""
                return f"{before}{space}{after}", day
        return text, None

    def _day(self, written: str) -> dt.date | None:
        found = self.form.fullmatch(written.strip())
        try:
            return dt.date(int(found["Y"]), int(found["M"]), int(found["D"])) if found else None
        except ValueError:
            return None


def _form(moment: str) -> re.Pattern[str] | None:
    """A pattern for a format of moment.js that has a year, a month and a day in figures."""
    parts = [part[0] for part in _PARTS.findall(moment)]
    rest = _PARTS.sub("", moment)
    if sorted(parts) != ["D", "M", "Y"] or any(sign.isalnum() or sign in "[]" for sign in rest):
        return None
    figures = {"Y": r"(?P<Y>[0-9]{4})", "M": r"(?P<M>[0-9]{1,2})", "D": r"(?P<D>[0-9]{1,2})"}
    pieces = zip(_PARTS.split(moment), [*(figures[part] for part in parts), ""], strict=True)
    return re.compile("".join(re.escape(between) + figure for between, figure in pieces))


def card_of(item: Item, dates: Dates, *, aside: bool = False) -> FoundCard | None:
    """The card that an item stands for; nothing where there is nothing to be seen in it."""
    lines = list(item.lines)
    due: dt.date | None = None
    for number, line in enumerate(lines):
        lines[number], due = dates.taken(line)
        if due is not None:
            break
    lines, labels = _labels(lines)
    while lines and not can_be_seen(lines[0]):
        lines.pop(0)
    if not lines:  # nothing but a date, or an empty box
        lines = [line for line in item.lines if can_be_seen(line)]
    if not lines:
        return None
    marked = item.box is not None and item.box not in " xX"
    return FoundCard(
        title=clean_line(_HEADING.sub("", lines[0], count=1)),
        body="\n".join(lines[1:]).strip("\n"),
        done=None if item.box is None else item.box in "xX",
        aside=aside,
        due=due,
        labels=labels,
        notes=(FoundNote(f"[{item.box}]"),) if marked else (),
    )


def _labels(lines: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The lines without their tags, and these: a tag within the sentence of the title stays there as a word."""
    labels: dict[str, None] = {}
    kept: list[str] = []
    for number, line in enumerate(lines):
        alone = bool(line.strip()) and all(map(_TAG.fullmatch, line.split()))
        if number and not alone:
            kept.append(line)
            continue
        labels.update(dict.fromkeys(_TAG.findall(line)))
        if alone and (number or len(lines) > 1):
            continue
        kept.append(_untagged(line) if number == 0 else line)
    return kept, tuple(labels)


def _untagged(title: str) -> str:
    if not _TAG.search(title):
        return title
    words = title.split(" ")
    first, last = 0, len(words)
    while last > first and (not words[last - 1] or _TAG.fullmatch(words[last - 1])):
        last -= 1
    while first < last and (not words[first] or _TAG.fullmatch(words[first])):
        first += 1
    # A title of nothing but tags is made of their words.
    return _TAG.sub(r"\1", " ".join(words[first:last] or words))
