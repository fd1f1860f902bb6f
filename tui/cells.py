"""Cutting and wrapping by the cells of a terminal: never within a grapheme, never wider than asked."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, split_graphemes

CUT = "…"

_JOINER = "\u200d"
"""At the end of a text it would join what is drawn behind it, and take its cells."""


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells; a sign at the end says that there is more."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return _fitting(text, width - 1) + CUT


def fill(text: str, width: int) -> str:
    """The text in exactly ``width`` cells."""
    text = cut(text, width).rstrip(_JOINER)
    return text + " " * (width - cell_len(text))


def wrap(text: str, width: int, lines: int, *, first: int | None = None) -> list[str]:
    """The text in at most ``lines`` lines of ``width`` cells, broken at spaces where there are any.

    The first line has ``first`` cells, if something stands before it. What does not fit is cut with a sign; so is a
    wide character where there is room for narrow ones only.
    """
    found: list[str] = []
    rest = text if width > 0 else ""
    while rest and len(found) < lines:
        room = width if found or first is None else min(first, width)
        if len(found) == lines - 1 or cell_len(rest) <= room:
            return [*found, cut(rest, room)]
        head = _fitting(rest, room)
        if not head:
            grapheme = next(_graphemes(rest))
            later = cell_len(grapheme) <= width
            found.append("" if later else cut(grapheme, room))
            rest = rest if later else rest[len(grapheme) :].lstrip(" ")
            continue
        space = -1 if rest[len(head) : len(head) + 1] == " " else head.rfind(" ")
        if space > 0:
            head = head[:space]
        found.append(head.rstrip(" "))
        rest = rest[len(head) :].lstrip(" ")
    return found or [""]


def hanging(text: str, width: int, indent: int, lines: int = 4) -> str:
    """The text wrapped within ``width`` cells; the lines after the first are indented like the first already is."""
    return ("\n" + " " * indent).join(wrap(text, max(8, width - indent), lines))


def _fitting(text: str, width: int) -> str:
    """As many whole graphemes from the start as fit."""
    if width <= 0:
        return ""
    # A board shows the first few dozen cells of texts that may have thousands.
    spans, _ = split_graphemes(text[: width * 8 + 64])
    used = end = 0
    for _, stop, cells in spans:
        if used + cells > width:
            break
        used += cells
        end = stop
    # Those spans are what is measured, but some graphemes are made of several: a flag is two letters.
    whole = 0
    for grapheme in _graphemes(text):
        if whole + len(grapheme) > end:
            break
        whole += len(grapheme)
    return text[:whole].rstrip(_JOINER)


def _graphemes(text: str) -> Iterator[str]:
    if text.isascii():
        return iter(text)
    from wcwidth import iter_graphemes  # ten milliseconds that a start does not wait for

    return iter_graphemes(text)
