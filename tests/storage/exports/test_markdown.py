from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.card import Trial
from storage.exports.document import Document, Entry, Line, Section
from storage.exports.escape import escaped
from storage.exports.markdown import as_markdown

from .conftest import NADIA, Table
from .texts import CMARK, SIGNS, block_kinds, cmark, plain_blocks, sample_strings, titles


def document_of(texts: list[str], body: str = "") -> Document:
    """A document that has each of seven texts where people's texts can stand."""
    title, occasion, heading, line, below, entry, detail = texts
    return Document(
        "en",
        title,
        occasion,
        "",
        (
            Section(heading, (Line(line, body, (Line(below),)), Line("last"))),
            Section("Entries", entries=(Entry(entry, (Line(detail),), body), Entry("numbered")), numbered=False),
        ),
        "provenance",
    )


def expected(texts: list[str]) -> list[str]:
    return [*texts[:5], "last", "Entries", *texts[5:], "numbered", "provenance"]


@settings(deadline=None)
@given(st.lists(titles, min_size=7, max_size=7))
def test_every_text_is_read_as_it_was_typed(texts: list[str]) -> None:
    source = as_markdown(document_of(texts))
    assert plain_blocks(source) == expected(texts)
    assert block_kinds(source) == block_kinds(as_markdown(document_of(["x"] * 7)))


@pytest.mark.skipif(CMARK is None, reason="cmark is not installed")
@settings(deadline=None)
@given(st.lists(titles.filter(lambda title: "\u00a0" not in title), min_size=7, max_size=7))
def test_the_reference_implementation_reads_every_text_as_it_was_typed(texts: list[str]) -> None:
    tags, found = cmark(as_markdown(document_of(texts)))
    assert found == expected(texts)
    assert tags == cmark(as_markdown(document_of(["x"] * 7)))[0]


if sample_strings():

    def test_strings_that_break_programs_are_text() -> None:
        for text in sample_strings():
            assert plain_blocks(as_markdown(document_of([text] * 7))) == expected([text] * 7)


@pytest.mark.parametrize("sign", SIGNS)
def test_signs_of_markdown_in_a_title_stay_signs_everywhere_on_the_board(table: Table, sign: str) -> None:
    asked = table.question(NADIA, sign)
    answer = table.answer(NADIA, sign, asked)
    table.agreed(NADIA, sign, answer)
    table.agreed(NADIA, sign, trial=Trial(sign, None, sign))
    table.question(NADIA, sign)
    found = plain_blocks(as_markdown(table.document()))
    kept = table.board.cards["Q1"].title
    assert {f"1. {kept}", kept, f"{kept} (answer awaited from Paul)"} <= set(found)
    assert f"Question from Nadia: “{re.sub(' +', ' ', kept)}”" in found


@pytest.mark.parametrize(
    "text",
    [
        "L'école, c'est fini !",
        "3.5 heures par semaine (au plus)",
        "https://example.org/a_b/c?d=e&f=g",
        "Parents, 30 to 45: 50 % of all; why not?",
        "a < b & c > d",
        "C# or F#",
    ],
)
def test_what_means_nothing_in_markdown_needs_no_backslash(text: str) -> None:
    assert escaped(text) == text


def test_the_document_reads_well_as_source(french: Table) -> None:
    source = as_markdown(french.document("fr", digest="7f3a91c2a0"))
    assert source.startswith(
        "# Les Amis du Phare\u00a0: stratégie médias sociaux\n"
        "\n"
        "Atelier du 12 mai 2026, avec Nadia (médias sociaux) et Paul (directeur)\n"
        "\n"
        "## En bref\n"
        "\n"
        "- Nous parlons d'abord aux parents du quartier.\n"
    )
    assert (
        "\n## Ce que nous avons décidé\n"
        "\n"
        "### 1. Nous parlons d'abord aux parents du quartier\n"
        "\n"
        "- Question de Nadia\u00a0: «\u202fQui voulons-nous toucher en premier\u202f?\u202f»\n"
    ) in source
    assert source.endswith("\n\n---\n\nAccord, modification 27, empreinte 7f3a91c2\n")
    assert "\n\n\n" not in source
    assert "\\" not in source


def test_an_empty_board_is_a_short_document(table: Table) -> None:
    assert as_markdown(table.document()) == (
        "# Les Amis du Phare\n\nWorkshop of 12 May 2026, with Nadia and Paul\n\n---\n\nAccord, change 0\n"
    )
