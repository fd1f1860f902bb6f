"""Ranks: where something stands in a line, as text that sorts.

They are fractions in base 62, written without the leading "0.", never ending in "0": between any two there is always
another, so that one card moves without touching its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_WIDTH = 4
_RANK = re.compile("[0-9A-Za-z]*[1-9A-Za-z]")


def check_rank(text: str) -> None:
    """:class:`ValueError` where it is no rank."""
    if not _RANK.fullmatch(text):
        raise ValueError("not a rank")


def rank_between(low: str, high: str) -> str:
    """A rank after ``low`` ("" is the start) and before ``high`` ("" is the end); :class:`ValueError` if none is.

    >>> rank_between("", ""), rank_between("V", ""), rank_between("V", "W")
    ('V', 'k', 'VV')
    """
    if high and low >= high:
        raise ValueError("no rank between")
    rank = ""
    position = 0
    bounded = bool(high)
    while True:
        below = _VALUE[low[position]] if position < len(low) else 0
        above = _VALUE[high[position]] if bounded and position < len(high) else (0 if bounded else 62)
        if above - below > 1:
            return rank + _DIGITS[(below + above) // 2]
        rank += _DIGITS[below]
        if above != below:
            bounded = False
        position += 1


def rank_after(last: str) -> str:
    """A rank after the last one, which stays short also when ten thousand cards are added one by one.

    >>> rank_after("V"), rank_after("V00z")
    ('V001', 'V01')
    """
    value = _number(last) + 1
    return _written(value) if value < 62**_WIDTH else last[:_WIDTH] + rank_after(last[_WIDTH:])


def rank_before(first: str) -> str:
    """A rank before the first one, which stays short in the same way.

    >>> rank_before("V"), rank_before("V01")
    ('Uzzz', 'V00z')
    """
    value = _number(first) - 1
    return _written(value) if value > 0 else rank_between("", first)


def _number(rank: str) -> int:
    value = 0
    for digit in rank[:_WIDTH].ljust(_WIDTH, "0"):
        value = value * 62 + _VALUE[digit]
    return value


def _written(value: int) -> str:
    digits = ""
    for _ in range(_WIDTH):
        value, digit = divmod(value, 62)
        digits = _DIGITS[digit] + digits
    return digits.rstrip("0")


def make_room(ranks: Sequence[str], position: int) -> list[str]:
    """Put something in at a position of an ordered line: its rank, and new ones for those after it that it needs.

    None are needed as a rule. Taking a move back can give two the same rank, though, and nothing goes between these.

    >>> make_room(["V", "W"], 1), make_room(["V", "V", "W"], 1)
    (['VV'], ['VV', 'Vk'])
    """
    low = ranks[position - 1] if position else ""
    end = position
    while end < len(ranks) and ranks[end] <= low:
        end += 1
    high = ranks[end] if end < len(ranks) else ""
    made: list[str] = []
    for _ in range(end - position + 1):
        if low and high:
            low = rank_between(low, high)
        else:
            low = rank_before(high) if high else rank_after(low) if low else rank_between("", "")
        made.append(low)
    return made


def ranked(count: int) -> list[str]:
    """That many ranks, in order."""
    ranks: list[str] = []
    for _ in range(count):
        ranks.append(rank_after(ranks[-1]) if ranks else rank_between("", ""))
    return ranks
