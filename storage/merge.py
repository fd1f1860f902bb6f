"""Two people reworded the same text at once: what both changed in different places goes together."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_PIECES = 1_500
"""Lines, or words of the lines that both changed, above which nothing is merged: comparing takes their square, and
the journal is locked meanwhile."""

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Spaces, single punctuation marks, and all between them: combining marks and joiners stay with their word.
_MARK = r"!-/:-@\[-^`{-\u00bf\u00d7\u00f7\u2010-\u205e\u3001-\u303f\uff01-\uff0f"
_WORDS = re.compile(rf"\s+|[{_MARK}]|[^\s{_MARK}]+")


def merge(base: str, saved: str, mine: str) -> str | None:
    """The text with both changes, word by word; ``None`` where both changed the same words.

    >>> merge("Two stories a week", "Three stories a week", "Two stories a month")
    'Three stories a month'
    >>> merge("Two stories", "Three stories", "Four stories") is None
    True
    """
    return _merged((_LINES, _WORDS), base, saved, mine)


def _merged(by: Sequence[re.Pattern[str]], base: str, saved: str, mine: str) -> str | None:
    """Merge by the first of these pieces; what conflicts, by the next."""
    if saved == mine or base == mine:
        return saved
    if base == saved:
        return mine
    if not by:
        return None
    pieces, *finer = by
    texts = [pieces.findall(text) for text in (base, saved, mine)]
    if max(map(len, texts)) > MOST_PIECES:
        return None
    parts: list[str] = []
    from merge3 import Merge3  # wanted seldom, and never at a start

    for kind, *groups in Merge3(texts[0], texts[1], texts[2]).merge_groups():
        part = _merged(finer, *("".join(group) for group in groups)) if kind == "conflict" else "".join(groups[0])
        if part is None:
            return None
        parts.append(part)
    return "".join(parts)
