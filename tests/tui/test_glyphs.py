"""The signs: one cell each, never taken for one another, and a plain set where a terminal has no others."""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations

import pytest
from rich.cells import cell_len
from wcwidth import wcswidth

from tui.glyphs import FULL, PLAIN, Glyphs, glyphs_for

SETS = pytest.mark.parametrize("glyphs", [FULL, PLAIN], ids=["full", "plain"])

UTF8 = {"TERM": "xterm-256color"}


@SETS
def test_every_sign_takes_one_cell(glyphs: Glyphs) -> None:
    for name, sign in asdict(glyphs).items():
        assert len(sign) == cell_len(sign) == wcswidth(sign) == 1, name


@SETS
@pytest.mark.parametrize(
    "names",
    [
        ("question", "answer", "proposal", "agreed", "trial"),  # what a card is
        ("bar", "cursor", "marked"),  # what stands left of it
        ("plus", "concern", "minus", "none"),  # what a party says
        ("here", "away"),  # who speaks
        ("left", "right"),
        ("up", "down"),
        ("question", "answer", "proposal", "agreed", "trial", "bar", "rests", "dot", "drop"),
    ],
    ids=" ".join,
)
def test_signs_that_are_seen_side_by_side_differ(glyphs: Glyphs, names: tuple[str, ...]) -> None:
    for one, two in combinations(names, 2):
        assert getattr(glyphs, one) != getattr(glyphs, two), (one, two)


def test_the_plain_set_is_ascii() -> None:
    assert all(sign.isascii() and sign.isprintable() for sign in asdict(PLAIN).values())


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8", "UTF8"])
def test_a_terminal_with_unicode_has_the_full_set(encoding: str) -> None:
    assert glyphs_for(UTF8, encoding) is FULL
    assert glyphs_for({}, encoding) is FULL


@pytest.mark.parametrize("encoding", ["ascii", "ANSI_X3.4-1968", "iso-8859-1", "cp1252", "cp850", ""])
def test_another_encoding_has_the_plain_set(encoding: str) -> None:
    assert glyphs_for(UTF8, encoding) is PLAIN


@pytest.mark.parametrize("term", ["linux", "vt100", "vt220", "dumb", "ansi"])
def test_a_terminal_with_a_poor_font_has_the_plain_set(term: str) -> None:
    assert glyphs_for({"TERM": term}, "utf-8") is PLAIN


def test_the_plain_set_can_be_asked_for() -> None:
    assert glyphs_for(UTF8 | {"ACCORD_ASCII": "1"}, "utf-8") is PLAIN
    assert glyphs_for(UTF8 | {"ACCORD_ASCII": "0"}, "utf-8") is FULL
    assert glyphs_for(UTF8 | {"ACCORD_ASCII": ""}, "utf-8") is FULL
