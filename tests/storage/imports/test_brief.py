"""A long text offers its parts and its questions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.card import Wording
from storage.changes.base import checked
from storage.imports.brief import Offer, read_brief, sentences
from storage.text import LONGEST_BODY, LONGEST_TITLE, can_be_seen

BRIEF = """---
title: What is this?
---

Who is it for?

# The garden

It is **old**. Who comes? We do not know.

## When do we open?

- On Sundays
- In winter? [See](https://a.example/?q=1).

Who comes?

## Money

What is left | for whom?
--- | ---
little | who asks?

```
Is this code?
```
"""


def test_headings_come_with_their_text_and_questions_with_their_heading() -> None:
    offers = read_brief(BRIEF)
    assert [(offer.kind, offer.title, offer.theme) for offer in offers] == [
        ("question", "Who is it for?", ""),
        ("answer", "The garden", ""),
        ("question", "Who comes?", "The garden"),
        ("question", "When do we open?", "The garden"),
        ("question", "In winter?", "When do we open?"),
        ("answer", "Money", "The garden"),
        ("question", "for whom?", "Money"),
        ("question", "who asks?", "Money"),
    ]
    bodies = {offer.title: offer.body for offer in offers}
    assert bodies["The garden"] == "It is **old**. Who comes? We do not know."
    assert bodies["When do we open?"].startswith("- On Sundays\n")
    assert "Is this code?" in bodies["Money"]
    assert bodies["Who comes?"] == ""


def test_headings_stand_under_those_above_them() -> None:
    offers = read_brief("# A\n## B\n#### C\n## D\n# E\n### F\n")
    assert {offer.title: offer.path for offer in offers} == {
        "A": (), "B": ("A",), "C": ("A", "B"), "D": ("A",), "E": (), "F": ("E",),
    }  # fmt: skip


def test_words_are_read_without_their_signs() -> None:
    (offer,) = read_brief("*Who* [reads](x.md)\n`us` &amp; why?\n")
    assert offer == Offer("Who reads us & why?", "", "question")
    assert [offer.title for offer in read_brief("## The *old* garden\n")] == ["The old garden"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("« Pour qui ? » demande-t-il. Et pourquoi\u202f?", ["« Pour qui ? » demande-t-il.", "Et pourquoi\u202f?"]),
        ("他说什么？我不知道。对吗？", ["他说什么？", "我不知道。", "对吗？"]),
        ("Mr. Paul asks: why? Yes...", ["Mr. Paul asks: why?", "Yes..."]),
        ("See a.example/?q=1 or not?", ["See a.example/?q=1 or not?"]),
        ("Is it 3.5 hours? (Or 4?) Well", ["Is it 3.5 hours?", "(Or 4?)", "Well"]),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, parts: list[str]) -> None:
    assert list(sentences(text)) == parts


def test_a_text_without_anything_offers_nothing() -> None:
    assert read_brief("") == read_brief("Just words.\n\n- and items\n\n???\n") == ()


def test_what_is_too_long_for_a_card_comes_in_parts() -> None:
    offers = read_brief("# " + "word " * 1_000 + "\n\n" + "A line of text.\n" * 20_000)
    assert len(offers) == 2
    assert sum(offer.body.count("A line of text.") for offer in offers) == 20_000
    assert offers[0].body.startswith("word word")
    assert offers[1].title.endswith("… (2)")
    (question,) = read_brief("why " * 1_000 + "?")
    assert question.body == "why " * 1_000 + "?"


def test_many_brackets_are_no_reason_to_wait() -> None:
    assert read_brief("[" * 100_000 + " who?")[0].kind == "question"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(["# ", "## ", "- ", "> ", "\n", "\n\n", "Who? ", "[a](b) ", "*", "`", "\t", "|", "---\n"]), st.text(max_size=6)),
        max_size=30,
    ).map("".join)
)  # fmt: skip
def test_every_offer_is_a_card(text: str) -> None:
    for offer in read_brief(text):
        assert can_be_seen(offer.title)
        assert len(offer.title) <= LONGEST_TITLE
        assert len(offer.body) <= LONGEST_BODY
        checked(Wording(offer.title, offer.body))
