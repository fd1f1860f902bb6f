"""Two people reworded the same text at once: what both changed in different places goes together."""

from __future__ import annotations

import re

from merge3 import Merge3

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def merge(base: str, saved: str, mine: str) -> str | None:
    """The text with both changes, word by word; ``None`` where both changed the same words.

    >>> merge("Two stories a week", "Three stories a week", "Two stories a month")
    'Three stories a month'
    >>> merge("Two stories", "Three stories", "Four stories") is None
    True
    """
    if saved == mine or base == mine:
        return saved
    if base == saved:
        return mine
    three = Merge3(_WORDS.findall(base), _WORDS.findall(saved), _WORDS.findall(mine))
    words: list[str] = []
    for kind, *rest in three.merge_groups():
        if kind == "conflict":
            return None
        words.extend(rest[0])
    return "".join(words)
