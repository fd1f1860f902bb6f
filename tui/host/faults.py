"""How a failure is logged: what kind it was and where, never with the words that somebody had typed."""

from __future__ import annotations

import traceback

_DEEPEST = 5
"""Errors behind an error that are told."""


def where(error: BaseException) -> str:
    """The kinds of an error and of those behind it, with the lines of code that they came by.

    What an error says for itself is left out, as are all variables: a card's text may be in either.
    """
    told: list[str] = []
    behind: BaseException | None = error
    while behind is not None and len(told) < _DEEPEST:
        lines = "".join(traceback.format_tb(behind.__traceback__)).rstrip("\n")
        told.append(f"{type(behind).__module__}.{type(behind).__qualname__}\n{lines}".rstrip("\n"))
        behind = behind.__cause__ or behind.__context__
    return "\nafter ".join(told)
