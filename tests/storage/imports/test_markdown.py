"""Markdown as people keep a TODO.md: what they meant as a list of things becomes cards, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.imports import Found, FoundCard
from storage.imports import markdown as markdown_module
from storage.imports.markdown import read_markdown


def columns(text: str) -> dict[str, list[str]]:
    return {column.title: [card.title for card in column.cards] for column in read_markdown(text).columns}


def only(text: str) -> FoundCard:
    (column,) = read_markdown(text).columns
    (card,) = column.cards
    return card


def left(text: str) -> list[str]:
    return [each.text for each in read_markdown(text).left]


# Columns


def test_headings_become_columns_and_the_first_alone_the_title() -> None:
    found = read_markdown("# Garden\n\n## To do\n\n- a\n- b\n\n## Done\n\n* c\n")
    assert found.title == "Garden"
    assert [(c.title, len(c.cards)) for c in found.columns] == [("To do", 2), ("Done", 1)]
    assert found.left == ()


def test_several_headings_of_the_first_level_are_columns() -> None:
    assert columns("# To do\n- a\n# Done\n- b\n") == {"To do": ["a"], "Done": ["b"]}
    assert read_markdown("# To do\n- a\n# Done\n- b\n").title == ""


def test_a_title_has_to_be_the_first_thing() -> None:
    assert columns("- a\n\n# Later\n- b\n") == {"": ["a"], "Later": ["b"]}


def test_headings_may_be_underlined_and_without_hashes_at_the_end() -> None:
    assert columns("To do\n=====\n\n- a\n\nDone\n=====\n- b\n") == {"To do": ["a"], "Done": ["b"]}
    assert columns("## To do ##\n- a\n") == {"To do": ["a"]}


def test_cards_right_under_the_title_are_in_no_column() -> None:
    assert columns("# Garden\n- a\n## Later\n- b\n") == {"": ["a"], "Later": ["b"]}


def test_headings_further_in_are_labels() -> None:
    found = read_markdown("## To do\n- a\n### Soon\n- b\n#### Today\n- c\n### Some day\n- d\n")
    (column,) = found.columns
    labels = {card.title: card.labels for card in column.cards}
    assert labels == {"a": (), "b": ("Soon",), "c": ("Soon / Today",), "d": ("Some day",)}


def test_an_empty_column_stays_one_with_words_alone_does_not() -> None:
    text = "## To do\n\n## Doing\n\n## About\n\nWe meet on Mondays.\n\n## Done\n- a\n"
    assert columns(text) == {"To do": [], "Doing": [], "Done": ["a"]}
    assert left(text) == ["About\n\nWe meet on Mondays."]


def test_a_heading_further_in_without_cards_is_not_lost() -> None:
    assert left("## To do\n- a\n### Ideas\n") == ["Ideas"]


# Cards


def test_every_kind_of_list_is_a_list() -> None:
    assert columns("- a\n\n* b\n\n+ c\n\n1. d\n2) e\n") == {"": ["a", "b", "c", "d", "e"]}


def test_boxes_say_what_is_done() -> None:
    (column,) = read_markdown("- [ ] a\n- [x] b\n- [X] c\n- d\n- [link] e\n").columns
    assert [(card.title, card.done) for card in column.cards] == [
        ("a", False), ("b", True), ("c", True), ("d", None), ("[link] e", None),
    ]  # fmt: skip


def test_what_stands_below_an_item_is_its_body() -> None:
    card = only("- Ask them\n  - on Monday\n    - in the garden\n  - [x] on paper\n\n  They know us.\n\n      code\n")
    assert card.title == "Ask them"
    assert card.body == "- on Monday\n  - in the garden\n- [x] on paper\n\nThey know us.\n\n    code"


def test_items_below_may_be_indented_by_tabs_and_four_spaces() -> None:
    assert only("- a\n\t- b\n\t\t- c\n").body == "- b\n\t- c"
    assert only("- a\n    - b\n        - c\n").body == "- b\n    - c"


def test_a_title_goes_on_over_lines_up_to_a_break_that_was_meant() -> None:
    assert only("- a long\n  title\nthat goes on\n").title == "a long title that goes on"
    for sign in ("  ", "\\", "<br>"):
        card = only(f"- first{sign}\n  second\n  third\n\n  fourth\n")
        assert (card.title, card.body) == ("first", "second\nthird\n\nfourth")


def test_words_stay_as_they_were_typed() -> None:
    assert only("- **bold** [a](b) `c` \\_d <e> &amp; #tag\n").title == "**bold** [a](b) `c` \\_d <e> &amp; #tag"


def test_an_item_that_begins_otherwise_keeps_all_of_it() -> None:
    assert only("- # Title\n  more\n").title == "Title"
    assert only("- > said\n  > so\n").body == "> said\n> so"
    assert only("- ```\n  code\n  ```\n").body == "```\ncode\n```"
    assert only("-\n  a\n").title == "a"


def test_a_list_in_a_fence_or_a_comment_is_none() -> None:
    text = "## A\n- a\n\n```\n- no\n# no\n```\n\n<!--\n- no\n-->\n\n## B\n- b\n"
    assert columns(text) == {"A": ["a"], "B": ["b"]}
    assert left(text) == ["```\n- no\n# no\n```", "<!--\n- no\n-->"] or left(text) == [
        "```\n- no\n# no\n```\n\n<!--\n- no\n-->"
    ]


def test_the_head_of_a_file_is_left() -> None:
    found = read_markdown("---\n# by hand\ntitle: x\ntags: [a]\n---\n- a\n")
    assert [(each.code, each.text) for each in found.left] == [("front-matter", "# by hand\ntitle: x\ntags: [a]")]
    assert columns("---\n\n- a\n\n---\n\n- b\n") == {"": ["a", "b"]}, "a rule is none"


def words_of(found: Found) -> str:
    texts = [found.title, *(each.text for each in found.left)]
    for column in found.columns:
        texts.append(column.title)
        for card in column.cards:
            texts += [card.title, card.body, *card.labels]
    return "\n".join(texts)


lines = st.lists(
    st.tuples(
        st.sampled_from(["", "", "- ", "  - ", "    ", "# ", "## ", "### ", "1. ", "> ", "  ", "- [x] ", "* ", "\t- "]),
        st.integers(100, 999).map(lambda n: f"word{n}"),
        st.sampled_from(
            ["\n", "\n", "\n\n", "  \n", "\n---\n", "\n```\n", "\n- \n", "\n<!--\n", "\n-->\n", "\n<br>\n", "\n===\n"]
        ),
    ),
    max_size=25,
)


@settings(max_examples=300, deadline=None)
@given(lines)
def test_no_word_is_lost(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(map("".join, parts))
    kept = re.findall(r"word\d+", words_of(read_markdown(text)))
    assert set(kept) == set(re.findall(r"word\d+", text))


@settings(max_examples=300, deadline=None)
@given(lines)
def test_it_is_the_same_read_in_one_piece_or_in_many(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(map("".join, parts))
    whole = read_markdown(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown_module, "PIECE", 1)
        pieced = read_markdown(text)
    assert (pieced.title, pieced.columns) == (whole.title, whole.columns)
    assert [each.code for each in pieced.left] == [each.code for each in whole.left]
