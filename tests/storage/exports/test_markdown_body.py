from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from storage.exports.body import MOST_BRACKETS, blocks, words_of
from storage.exports.markdown import as_markdown
from storage.exports.markdown_body import body_lines

from .test_markdown import document_of
from .texts import CMARK, STRICT, bodies, cmark


def rendered(body: str) -> str:
    return "\n".join(body_lines(body))


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("Two\nlines", "Two\nlines"),
        ("One *and* **two** `three`", "One *and* **two** `three`"),
        ("- a\n- b\n  - c\n", "* a\n* b\n  * c"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("> said", "> said"),
        ("# Heading\ntext", "**Heading**\n\ntext"),
        ("Heading\n===\n", "**Heading**"),
        ("## A **bold** one", "**A bold one**"),
        ("```python\nx = 1", "```python\nx = 1\n```"),
        ("    x = 1", "```\nx = 1\n```"),
        ("````\n```\n````", "````\n```\n````"),
        ("***", "***"),
        ("[site](https://example.org/a)", "[site](https://example.org/a)"),
        ("<https://example.org>", "[https://example.org](https://example.org)"),
        ("![plan](https://example.org/a.png)", "[plan](https://example.org/a.png)"),
        ("Look![plan](https://example.org/a.png)", "Look[plan](https://example.org/a.png)"),
        ("| a | b |\n| - | - |\n| c | d |", "| a | b |\n| --- | --- |\n| c | d |"),
        ("hard  \nbreak", "hard\\\nbreak"),
        ("~~gone~~", "~~gone~~"),
        ("[x]: https://example.org", ""),
    ],
)
def test_a_body_means_what_it_meant_alone(body: str, lines: str) -> None:
    assert rendered(body) == lines


@pytest.mark.parametrize(
    ("body", "literal"),
    [
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("<div>\n\n# x\n", "\\<div>\n\n**x**"),
        ("<!-- open", "\\<!-- open"),
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("[x](JAVASCRIPT:alert(1))", "\\[x\\](JAVASCRIPT:alert(1))"),
        ("[x](java&#115;cript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("[x](data:text/html,y)", "\\[x\\](data:text/html,y)"),
        ("[x](file:///etc/passwd)", "\\[x\\](file:///etc/passwd)"),
        ("[x](../other.md)", "\\[x\\](../other.md)"),
        ("[x](//example.org)", "\\[x\\](//example.org)"),
        ("![x](data:image/png;base64,AA)", "!\\[x\\](data:image/png;base64,AA)"),
        ("[x][y]\n\n[y]: ftp://example.org", "\\[x\\]\\[y\\]\n\n\\[y\\]: ftp://example.org"),
    ],
)
def test_html_and_other_addresses_are_text(body: str, literal: str) -> None:
    assert rendered(body) == literal


@pytest.mark.parametrize(
    "body",
    [
        "```",
        "~~~\nopen",
        "<div>",
        "<!--",
        "<pre>",
        "- ",
        "1. x\n\n- y",
        "> x",
        "# x",
        "x\n===",
        "---",
        "[last]: /url",
        "    x",
    ],
)
def test_an_unfinished_body_swallows_nothing(body: str) -> None:
    tokens = STRICT.parse(as_markdown(document_of(list("abcdefg"), body)))
    headings = [(tokens[i].tag, tokens[i + 1].content) for i in range(len(tokens)) if tokens[i].type == "heading_open"]
    assert headings == [("h1", "a"), ("h2", "c"), ("h2", "Entries"), ("h3", "f"), ("h3", "numbered")]
    items = [t for t in tokens if t.type == "list_item_open" and t.markup == "-" and t.level in (1, 3)]
    assert len(items) == 4
    assert tokens[-2].content == "provenance"


@settings(deadline=None)
@given(bodies)
def test_no_body_breaks_the_document(body: str) -> None:
    tokens = STRICT.parse(as_markdown(document_of(list("abcdefg"), body)))
    headings = [tokens[i + 1].content for i in range(len(tokens)) if tokens[i].type == "heading_open"]
    assert headings == ["a", "c", "Entries", "f", "numbered"]
    own = [t.level for t in tokens if t.type == "list_item_open" and t.markup == "-"]
    assert own == [1, 3, 1, 1]
    assert tokens[-2].content == "provenance"
    inline = [child for token in tokens for child in token.children or ()]
    assert not {"html_block", "html_inline", "image"} & {token.type for token in (*tokens, *inline)}
    links = [str(child.attrs["href"]) for child in inline if child.type == "link_open"]
    assert all(re.match("https?://|mailto:", link, re.IGNORECASE) for link in links)


@pytest.mark.skipif(CMARK is None, reason="cmark is not installed")
@settings(deadline=None)
@given(bodies)
def test_no_body_breaks_the_document_for_the_reference_implementation(body: str) -> None:
    tags, texts = cmark(as_markdown(document_of(list("abcdefg"), body)))
    assert [tag for tag in tags if tag in ("h1", "h2", "h3")] == ["h1", "h2", "h2", "h3", "h3"]
    assert texts[-1] == "provenance"
    assert not {"img", "script", "div", "b"} & set(tags)


def shape(body: str) -> list[str]:
    """The words of all blocks, however deep."""
    found: list[str] = []
    rest = blocks(body)[::-1]
    while rest:
        node = rest.pop()
        if node.type == "inline":
            found.append(words_of(node.children))
        elif node.type in ("fence", "code_block"):
            found.append(node.content.strip("\n"))
        else:
            rest.extend(node.children[::-1])
    return [re.sub(r"[|:\s-]", "", words) for words in found]


@settings(deadline=None)
@given(bodies)
def test_no_word_of_a_body_is_lost_or_added(body: str) -> None:
    # A table that was none, for want of a line break, may become one: its bars are left out of account.
    assert "".join(shape(rendered(body))) == "".join(shape(body))


def test_lists_side_by_side_stay_apart() -> None:
    assert rendered("- a\n\n* b\n\n1. c\n\n1) d") == "* a\n\n+ b\n\n1. c\n\n1) d"


def test_a_body_of_brackets_is_read_in_time() -> None:
    assert rendered("[" * (MOST_BRACKETS + 1)) == "\\[" * (MOST_BRACKETS + 1)
