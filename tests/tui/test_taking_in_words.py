"""What a file would bring, in words: nothing that storage can leave is without its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from storage import new_board
from storage.exports import document_language
from storage.imports import Found, FoundCard, FoundColumn, Left, Plan, plan
from storage.imports.found import Source
from tests.storage.table import Table
from tui.glyphs import FULL, PLAIN, Glyphs
from tui.taking_in_words import LEFT, MOST_LINES, SOURCES, doubles_words, left_words, preview
from tui.widgets.markdown_lines import lay_out
from tui.words import interface_language

EN, FR = interface_language("en"), interface_language("fr")
Q = "qu'une carte du tableau."
IMPORTS = Path(__file__).parents[2] / "storage" / "imports"
BOARD = new_board("B", "en", {"consultant": "Nadia", "client": "Paul"})


def codes() -> Iterator[str]:
    """The codes of what is left, wherever storage makes or passes one."""
    for path in sorted(IMPORTS.glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and call.args:
                name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
                if name in ("Left", "_leave"):
                    found = [n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
                    yield from (code for code in found if isinstance(code, str) and code)


def shown(found: Found, glyphs: Glyphs = FULL, *, width: int = 70) -> str:
    made: Plan = plan(found, BOARD, document_language("en"))
    lines = lay_out(preview(EN, glyphs, found, made, BOARD), width, glyphs)
    return "\n".join("".join(run.text for run in line) for line in lines)


def test_every_reason_why_something_is_left_has_its_words_in_both_languages() -> None:
    found = set(codes())
    assert len(found) > 10
    assert found <= LEFT.keys()
    for code in LEFT:
        assert left_words(FR, code) != left_words(EN, code)


def test_a_reason_of_a_later_version_has_some_words() -> None:
    assert left_words(EN, "what-is-this") == "Other things"


def test_every_source_has_its_words() -> None:
    assert SOURCES.keys() == set(get_args(Source))


def cards(titles: str) -> Found:
    return Found("trello", "T", (FoundColumn("", tuple(map(FoundCard, titles))),))


@pytest.mark.parametrize(
    ("coming", "there", "english", "french"),
    [
        ("abc", "xyz", "", ""),
        ("a", "a", "This card has the same title as", f"Cette carte a le même titre {Q}"),
        ("abc", "abc", "All of these 3 cards have the same title as", f"Ces 3 cartes ont toutes le même titre {Q}"),
        ("abc", "a", "1 of these 3 cards has the same title as", f"1 de ces 3 cartes a le même titre {Q}"),
        ("abc", "ab", "2 of these 3 cards have the same title as", f"2 de ces 3 cartes ont le même titre {Q}"),
    ],
)
def test_what_the_board_has_already_is_said_in_the_number_that_fits(
    coming: str, there: str, english: str, french: str
) -> None:
    table = Table()
    table.does(plan(cards(there), table.board, document_language("en")).change)
    made = plan(cards(coming), table.board, document_language("en"))
    assert doubles_words(EN, made, table.board) == (f"{english} a card of the board." if english else "")
    assert doubles_words(FR, made, table.board) == french


def test_text_is_text_and_lists_end() -> None:
    cards = tuple(FoundCard(f"[red]{n}[/] {{x}}") for n in range(MOST_LINES + 7))
    text = shown(Found("markdown", "[b]T", (FoundColumn("", cards),), (Left("text-outside", "a\n[/]\x1b[2J"),)))
    assert "[red]0[/] {x}" in text
    assert "… and 7 more" in text
    assert "· a [/][2J" in text
    assert "They go to: On the table" in text


@pytest.mark.parametrize("glyphs", [FULL, PLAIN])
def test_a_column_that_only_agreement_leads_into_is_said_to_go_on_the_table(glyphs: Glyphs) -> None:
    text = shown(Found("trello", "T", (FoundColumn("Agreed", (FoundCard("x"),)),)), glyphs)
    assert f"Agreed {glyphs.right} On the table" in text
    assert "only agreement leads to" in text
