"""How a text of any length fits into what a card has room for, so that nothing of it is lost."""

from __future__ import annotations

import unicodedata

from ..text import LONGEST_BODY, can_be_seen, clean_line

_REACH = 200  # characters before the end in which a space to cut at is looked for


def cut(line: str, longest: int) -> str:
    """A line that is no longer than this: between words where it can be, with an ellipsis for the rest."""
    if len(line) <= longest:
        return line
    end = longest - 1
    space = line.rfind(" ", end - _REACH, end)
    if space > 0:
        end = space
    while end > 1 and unicodedata.category(line[end]) in ("Mn", "Me", "Cf"):  # a sign belongs to what it stands on
        end -= 1
    return line[:end].rstrip() + "…"


def pieces(text: str, longest: int = LONGEST_BODY) -> list[str]:
    """A text in parts that are no longer than this, each whole lines where these fit. Nothing where nothing is seen."""
    found: list[str] = []
    while len(text) > longest:
        end = text.rfind("\n", 1, longest + 1)
        end = end if end > 0 else longest
        found.append(text[:end])
        text = text[end:].removeprefix("\n")
    return [part for part in (*found, text) if can_be_seen(part)]


def first_line(text: str) -> str:
    """The first line of a text in which there is something to be seen."""
    return next((line for line in map(clean_line, text.split("\n")) if can_be_seen(line)), "")
