from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import iter_graphemes, width

from storage.changes import DescribeBoard
from storage.exports.document import Document, Entry, Line, Section
from storage.exports.text import LONGEST_SUBJECT, WIDTH, as_text, subject, wrapped

from .conftest import NADIA, Table
from .texts import bodies, titles


def with_body(body: str) -> str:
    document = Document("en", "title", "today", "", (Section("part", (Line("line", body), Line("next"))),), "end")
    return as_text(document).split("- line\n", 1)[1].split("- next", 1)[0]


def test_the_mail_reads_as_a_letter(french: Table) -> None:
    text = as_text(french.document("fr", digest="7f3a91c2a0"))
    assert text.startswith(
        "LES AMIS DU PHARE\u00a0: STRATÉGIE MÉDIAS SOCIAUX\n"
        "Atelier du 12 mai 2026, avec Nadia (médias sociaux) et Paul (directeur)\n"
        "\n"
        "EN BREF\n"
        "\n"
        "- Nous parlons d'abord aux parents du quartier.\n"
    )
    assert (
        "\n\nCE QUE NOUS AVONS DÉCIDÉ\n"
        "\n"
        "1. Nous parlons d'abord aux parents du quartier\n"
        "   Question de Nadia\u00a0: «\u202fQui voulons-nous toucher en premier\u202f?\u202f»\n"
        "   Réponse de Paul\u00a0: «\u202fNos inscriptions viennent de l'école.\u202f»\n"
        "   Paul s'en occupe, d'ici au 1er juin.\n"
        "   D'accord tous les deux, le 12 mai.\n"
        "\n"
        "CE QUE NOUS ESSAYONS\n"
        "\n"
        "- Deux stories par semaine, par les bénévoles\n"
        "  On observe\u00a0: les messages reçus, pas les abonnés.\n"
    ) in text
    assert text.endswith("\n\nAccord, modification 27, empreinte 7f3a91c2\n")
    assert "\n\n\n" not in as_text(french.document("fr", full=True))


def test_a_long_line_goes_on_under_its_text() -> None:
    lines = wrapped("word " * 30, "- ", "  ")
    assert lines[0].startswith("- word")
    assert all(line.startswith("  word") for line in lines[1:])
    assert len(lines) == 3


def test_a_line_is_never_broken_at_a_space_that_holds_words_together() -> None:
    words = ["«\u202fQui\u202f?\u202f»"] * 40
    assert [word for line in wrapped(" ".join(words)) for word in line.split(" ")] == words


def test_an_address_is_never_broken() -> None:
    address = f"https://example.org/{'a' * 100}"
    assert wrapped(f"See {address} today") == ["See", address, "today"]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), max_size=60).map(lambda word: f"x{word}")))
def test_lines_are_72_cells_and_graphemes_stay_whole(words: list[str]) -> None:
    text = " ".join(word.replace(":", "").replace(".", "") for word in words)
    lines = [line[2:] for line in wrapped(text, "- ", "  ")]
    assert all(width(line) <= WIDTH - 2 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert [g for line in lines for g in iter_graphemes(line) if g != " "] == [
        g for g in iter_graphemes(text) if g != " "
    ]


@settings(deadline=None)
@given(titles, titles)
def test_titles_stand_as_typed(title: str, entry: str) -> None:
    document = Document("en", "t", "o", "", (Section("h", (Line(title),), (Entry(entry, (Line("x"),)),)),), "p")
    text = " ".join(as_text(document).split())
    assert f"- {' '.join(title.split())} - {' '.join(entry.split())} x p" in text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("*a* **b** `c` ~~d~~", "  a b c d"),
        ("# Heading\nand text", "  Heading\n\n  and text"),
        ("- a\n- b\n  - c", "  - a\n  - b\n    - c"),
        ("2. a\n3. b", "  2. a\n  3. b"),
        ("> said", "    said"),
        ("```\nif x:\n    y\n```", "    if x:\n        y"),
        ("[our site](https://example.org)", "  our site (https://example.org)"),
        ("<https://example.org>", "  https://example.org"),
        ("[Paul](mailto:paul@example.org)", "  Paul (paul@example.org)"),
        ("<paul@example.org>", "  paul@example.org"),
        ("[x](javascript:alert)", "  [x](javascript:alert)"),
        ("![plan](https://example.org/p.png)", "  plan (https://example.org/p.png)"),
        ("| a | b |\n|---|---|\n| c | d |", "  a | b\n  c | d"),
        ("one\n\n---\n\ntwo", "  one\n\n  two"),
        ("hard  \nbreak", "  hard\n  break"),
        ("<b>x</b> &amp; 1 \\* 2", "  <b>x</b> & 1 * 2"),
        ("- " + "word " * 20, "  - " + "word " * 12 + "word\n    " + "word " * 6 + "word"),
    ],
)
def test_a_body_has_no_sign_of_markdown(body: str, text: str) -> None:
    assert with_body(body) == f"\n{text}\n\n"


@settings(deadline=None)
@given(bodies)
def test_no_body_is_wider_than_a_mail_but_for_its_addresses(body: str) -> None:
    assert all(width(line) <= WIDTH or "://" in line for line in with_body(f"{body} {body}").split("\n"))


def test_the_subject_is_the_title_and_the_day(french: Table) -> None:
    assert subject(french.document("fr")) == ("Les Amis du Phare\u00a0: stratégie médias sociaux (atelier du 12 mai)")
    assert subject(french.document("en")).endswith(" (workshop of 12 May)")


def test_a_subject_is_not_endless(table: Table) -> None:
    table.make(NADIA, DescribeBoard("日本語 " * 200, "en"))
    line = subject(table.document())
    assert width(line) <= LONGEST_SUBJECT
    assert re.search(r"日本語… \(workshop of 12 May\)$|日… |本… ", line)


def test_a_sign_that_french_sets_apart_never_begins_or_ends_a_line() -> None:
    for before in range(1, 80):
        lines = wrapped("a" * before + " Merci à « l'Amicale » : qui vient ? et quand !")
        assert not any(line.endswith("«") or line[:1] in "»:?!" for line in lines)
        assert " ".join(lines) == "a" * before + " Merci à « l'Amicale » : qui vient ? et quand !" or before > 72


@pytest.mark.parametrize("body", ["Merci à\nl'Amicale", "Merci *à*\nl'Amicale"])
def test_a_line_that_somebody_ended_is_ended_in_a_mail_as_well(table: Table, body: str) -> None:
    table.agreed("p1", "We thank", body=body)
    text = as_text(table.document(full=True))
    assert "   Merci à\n   l'Amicale\n" in text
