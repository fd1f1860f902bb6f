"""What is told of a measurement: a line of the table, and whether its bound is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One line of the table. ``kept`` is nothing where there is no bound, or it does not hold on this machine."""

    what: str
    bound: str
    measured: str
    kept: bool | None


def ratio(what: str, value: float, base: float, most: float, of: str) -> Result:
    """A bound that is a ratio, in milliseconds."""
    bound = f"≤ {most:g} × {of} ({base:.1f} ms)"
    return Result(what, bound, f"{value:.1f} ms = {value / base:.2f} ×", value <= most * base)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def table(results: Sequence[Result]) -> str:
    """The results as a table in Markdown."""
    words = {True: "kept", False: "**not kept**", None: "–"}
    rows = [f"| {r.what} | {r.bound} | {r.measured} | {words[r.kept]} |" for r in results]
    return "\n".join(["| what | bound | measured | |", "|---|---|---|---|", *rows])
