"""The signs on the screen: never the only way to tell something, and with a plain set for poor terminals."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Glyphs:
    """One set of signs, each a single cell."""

    question: str
    answer: str
    proposal: str
    agreed: str
    trial: str
    bar: str
    cursor: str
    marked: str
    rests: str
    left: str
    right: str
    up: str
    down: str
    plus: str
    concern: str
    minus: str
    none: str
    here: str
    away: str
    dot: str
    note: str
    rule: str
    drop: str


FULL = Glyphs(
    question="?", answer="›", proposal="○", agreed="●", trial="~", bar="│", cursor="┃", marked="✓", rests="←",
    left="‹", right="›", up="↑", down="↓", plus="+", concern="±", minus="−", none="·", here="●", away="○",
    dot="·", note="✎", rule="─", drop="▔",
)  # fmt: skip

PLAIN = Glyphs(
    question="?", answer=">", proposal="o", agreed="@", trial="~", bar="|", cursor="#", marked="*", rests="<",
    left="<", right=">", up="^", down="v", plus="+", concern="%", minus="-", none=".", here="@", away="o",
    dot="-", note="!", rule="-", drop="=",
)  # fmt: skip


def glyphs_for(environ: Mapping[str, str], encoding: str) -> Glyphs:
    """The set that a terminal can show. ``ACCORD_ASCII=1`` asks for the plain one."""
    if environ.get("ACCORD_ASCII", "") not in ("", "0"):
        return PLAIN
    if environ.get("TERM", "") in ("linux", "vt100", "vt220", "dumb", "ansi"):
        return PLAIN
    return FULL if encoding.lower().replace("-", "") in ("utf8", "utf16") else PLAIN


def terminal_encoding() -> str:
    """The encoding of the terminal that the process began with: the toolkit takes the present standard output."""
    return getattr(sys.__stdout__, "encoding", None) or "ascii"
