"""Cutting and wrapping by the cells of a terminal: never within a grapheme, never wider than asked."""

from __future__ import annotations

from rich.cells import cell_len, split_graphemes

CUT = "…"


def cut(text: str, width: int) -> str:
    """The text in at most ``width`` cells; a sign at the end says that there is more."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return _fitting(text, width - 1) + CUT


def fill(text: str, width: int) -> str:
    """The text in exactly ``width`` cells."""
    text = cut(text, width)
    return text + " " * (width - cell_len(text))


def wrap(text: str, width: int, lines: int, hanging: int = 0) -> list[str]:
    """The text in at most ``lines`` lines of ``width`` cells, broken at spaces where there are any.

    Lines after the first have ``hanging`` cells less. What does not fit is cut with a sign.
    """
    found: list[str] = []
    rest = text
    while rest and len(found) < lines:
        room = max(1, width - (hanging if found else 0))
        if cell_len(rest) <= room:
            return [*found, rest]
        if len(found) == lines - 1:
            return [*found, cut(rest, room)]
        head = _fitting(rest, room) or rest[:1]
        space = -1 if rest[len(head) : len(head) + 1] == " " else head.rfind(" ")
        if space > 0:
            head = head[:space]
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip(" ")
    return found or [""]


def hanging(text: str, width: int, indent: int, lines: int = 4) -> str:
    """The text wrapped within ``width`` cells; the lines after the first are indented like the first already is."""
    return ("\n" + " " * indent).join(wrap(text, max(8, width - indent), lines))


def _fitting(text: str, width: int) -> str:
    """As many whole graphemes from the start as fit."""
    # A board shows the first few dozen cells of texts that may have thousands.
    spans, _ = split_graphemes(text[: width * 8 + 64])
    used = end = 0
    for _, stop, cells in spans:
        if used + cells > width:
            break
        used += cells
        end = stop
    return text[:end]
