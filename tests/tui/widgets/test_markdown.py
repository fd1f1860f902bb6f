"""Markdown on the screen: laid out as lines that say everything, and can do nothing."""

from __future__ import annotations

import json
import os
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from tui.glyphs import PLAIN
from tui.themes import DARK
from tui.widgets.markdown import SafeMarkdown
from tui.widgets.markdown_lines import Run, lay_out, read_markdown, read_plain

PIECES = st.sampled_from(
    ["# ", "- ", "1. ", "> ", "```\n", "*", "**", "_", "`", "[a](http://x.org)", "![", "](", "\n", "\n\n", "    ", "|",
     "|-|", "[fr]", "[/]", "<b>", "&#13;", "&#x202e;", "\x1b[31m", "日本", "é", "👩‍👧", "mot", "a very long word",
     "\t", "~~"]
)  # fmt: skip


def lines(text: str, width: int = 60) -> list[str]:
    return ["".join(run.text for run in line) for line in lay_out(read_markdown(text), width)]


def parts(text: str) -> dict[str, tuple[str, ...]]:
    return {run.text: run.parts for line in lay_out(read_markdown(text), 60) for run in line}


def test_markup_and_html_are_shown_as_they_were_typed() -> None:
    assert lines("[fr] and [/] and <b>x</b> and {x}") == ["[fr] and [/] and <b>x</b> and {x}"]


def test_a_block_of_html_is_text_too() -> None:
    assert lines("<script>\nalert(1)\n</script>") == ["<script>", "alert(1)", "</script>"]


def test_an_escape_sequence_reaches_no_line() -> None:
    shown = "".join(lines("a\x1b[31mb &#27;]0;title&#7; c"))
    assert "\x1b" not in shown
    assert "\x07" not in shown


def test_what_an_entity_stands_for_is_cleaned_like_what_is_typed() -> None:
    assert lines("a&#13;b &#x202e;c&#10;d&#9;e") == ["a b c d e"]


def test_a_link_shows_its_address() -> None:
    assert lines("see [the page](https://example.org/a)") == ["see the page (https://example.org/a)"]


def test_a_link_whose_words_are_its_address_shows_it_once() -> None:
    assert lines("<https://example.org> <a@example.org>") == ["https://example.org a@example.org"]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x.org", "data:text/html,x", "//x"]
)
def test_only_the_web_and_mailboxes_are_links(address: str) -> None:
    assert lines(f"[x]({address})") == [f"[x]({address})"]


def test_a_picture_becomes_its_text() -> None:
    assert lines("![our *garden*](https://example.org/g.png)") == ["our garden"]


def test_emphasis_is_told_by_manner_and_its_signs_are_gone() -> None:
    found = parts("a **strong** and *weak* and `code` and ~~gone~~")
    assert found["strong"] == ("strong",)
    assert found["weak"] == ("emphasis",)
    assert found["code"] == ("code",)
    assert found["gone"] == ("struck",)


def test_headings_are_told_apart_by_their_rank() -> None:
    found = parts("# one\n\n## two\n\n### three")
    assert len({found["one"], found["two"], found["three"]}) == 3


def test_items_hang_behind_their_signs() -> None:
    assert lines("- one two three\n- four\n  - five six\n\n3. seven\n4. eight", 12) == [
        "• one two", "  three", "• four", "  • five six", "", "3. seven", "4. eight",
    ]  # fmt: skip


def test_a_list_has_air_above_it_and_none_between_its_items() -> None:
    assert lines("words\n\n- one\n- two\n\nwords") == ["words", "", "• one", "• two", "", "words"]


def test_a_quote_has_a_bar_on_every_line() -> None:
    assert lines("> one two three", 10) == ["│ one two", "│ three"]


def test_line_breaks_stay_as_they_were_typed() -> None:
    assert lines("one\ntwo  \nthree") == ["one", "two", "three"]


def test_code_keeps_its_spaces() -> None:
    assert lines("```py\ndef f():\n    return 1\n```") == ["def f():", "    return 1"]


def test_a_table_stands_in_columns() -> None:
    assert lines("| day | who |\n|---|---|\n| Monday | [fr] |") == ["day     who", "──────  ────", "Monday  [fr]"]


def test_a_table_that_does_not_fit_is_read_row_by_row() -> None:
    shown = lines("| day | who |\n|---|---|\n| Monday | Paul |\n| Tuesday | Nadia |", 11)
    assert shown == ["day: Monday", "who: Paul", "", "day:", "  Tuesday", "who: Nadia"]


def test_french_punctuation_does_not_begin_a_line() -> None:
    assert lines("Question : « Qui voulons-nous toucher en premier ? »", 47)[0].endswith("en")
    assert lines("Il dit « oui »", 8) == ["Il dit", "« oui »"]


def test_poor_terminals_get_plain_signs() -> None:
    text = "".join(run.text for line in lay_out(read_markdown("- a\n\n> b\n\n---", PLAIN), 20, PLAIN) for run in line)
    assert text.isascii()


def test_plain_text_is_not_read_as_markdown() -> None:
    assert lay_out(read_plain("# a\n\n- [b](http://c)"), 40) == [(Run("# a"),), (Run(""),), (Run("- [b](http://c)"),)]


@pytest.mark.parametrize("sign", ["[", "![", "[[]", "*_", "> ", "- ", "`", "<", "\\", "&", "|a|\n|-|\n", "日", "x"])
def test_no_text_takes_long(sign: str) -> None:
    text = sign * (60_000 // len(sign))
    began = time.process_time()
    assert lay_out(read_markdown(text), 80)
    assert time.process_time() - began < 5


def test_nesting_beyond_reason_still_shows_the_words() -> None:
    assert "deep" in "".join(lines(">" * 3_000 + "deep"))


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join), st.integers(2, 70))
def test_lines_fit_and_have_no_control_characters(text: str, width: int) -> None:
    for line in lines(text, width):
        assert cell_len(line) <= width
        assert not any(unicodedata.category(character) == "Cc" or character == "\u202e" for character in line)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text("abcé日", min_size=1, max_size=30), min_size=1, max_size=12), st.integers(2, 40))
def test_wrapping_loses_no_letter(words: list[str], width: int) -> None:
    assert "".join(lines(" ".join(words), width)).replace(" ", "") == "".join(words)


if SAMPLES := os.environ.get("ACCORD_SAMPLES"):

    def test_naughty_strings_are_shown_without_harm() -> None:
        for text in json.loads((Path(SAMPLES) / "naughty-strings.json").read_text("utf-8")):
            assert all(cell_len(line) <= 30 for line in lines(text, 30))


class Page(App[None]):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield SafeMarkdown(self.text, id="text")


async def test_the_widget_is_as_high_as_its_text_and_draws_what_is_seen() -> None:
    async with Page("# Title\n\nword **[fr]** [/]\n\n" + "- item\n" * 500).run_test(size=(40, 10)) as pilot:
        widget = pilot.app.query_one(SafeMarkdown)
        assert widget.size.height == 504
        assert widget.render_line(0).text.strip() == "Title"
        assert widget.render_line(2).text.strip() == "word [fr] [/]"
        assert widget.render_line(503).text.strip() == "• item"


async def test_another_text_takes_the_place_of_the_first() -> None:
    async with Page("one").run_test(size=(40, 10)) as pilot:
        widget = pilot.app.query_one(SafeMarkdown)
        widget.show("two\n\nthree")
        await pilot.pause()
        assert widget.text == "two\n\nthree"
        assert widget.size.height == 3


async def test_a_narrower_page_wraps_anew() -> None:
    async with Page("one two three four").run_test(size=(40, 10)) as pilot:
        await pilot.resize_terminal(9, 10)
        await pilot.pause()
        assert pilot.app.query_one(SafeMarkdown).size.height > 1
