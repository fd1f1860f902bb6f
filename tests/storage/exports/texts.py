"""Texts that try to be more than text, and what a reader of Markdown makes of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from storage.text import clean, clean_line

SIGNS = (
    "# x", "#x", "## x ##", "x #", "x#", "*x*", "**x**", "_x_", "a_b_c", "__init__", "`x`", "``` x", "~~~", "~~x~~",
    "<b>x</b>", "<!-- x -->", "<?x?>", "<https://example.org>", "<a@example.org>", "https://example.org/a_b_c",
    "[TODO]", "[x](y)", "![x](y)", "[x]: /y", "[ ] x", "[/]", "{x}", "1. x", "12) x", "1.5 x", "+ x", "- x", "-", "---",
    "- - -", "===", "> x", "\\", "\\*", "x\\", "&amp;", "&#35;", "&copy", "& x", "a < b", "<3", "|a|b|", ":smile:",
    "$x$", "x  y", "!", "!x", "« x »", "“x”", "'", "\u00a0x", "x\u00a0", "日本語", "👩\u200d💻", "e\u0301", "שלום",
)  # fmt: skip
_BLOCKS = (
    "\n", "\n\n", "\n- ", "\n1. ", "\n> ", "\n    ", "  \n", "\\\n", "```\n", "<div>\n", "<script>\n", "<!--",
    "[a](https://example.org/x)", "[j](javascript:alert(1))", "[r](../x)", "![p](http://example.org/p)",
    "&#10;", "&nbsp;", "&#32;", "# h\n", "h\n===\n", "h\n---\n", "|a|b|\n|-|-|\n|c|d|\n",
)  # fmt: skip

_pieces = st.one_of(st.sampled_from(SIGNS), st.text("#*_`~[]()<>!&\\|+-=.: 019azé", min_size=1, max_size=6))
titles = st.lists(_pieces, min_size=1, max_size=4).map("".join).map(clean_line).filter(bool)
bodies = st.lists(st.one_of(_pieces, st.sampled_from(_BLOCKS)), max_size=10).map("".join).map(clean)

STRICT = MarkdownIt("commonmark")
CMARK = shutil.which("cmark")


def sample_strings() -> list[str]:
    """Strings that break programs, where the folder with the samples stands; as titles."""
    folder = os.environ.get("ACCORD_SAMPLES")
    if folder is None:
        return []
    strings = json.loads((Path(folder) / "naughty-strings.json").read_text("utf-8"))
    return [title for title in map(clean_line, strings) if title]


def inline_tokens(source: str) -> list[Token]:
    return [token for token in STRICT.parse(source) if token.type == "inline"]


def plain_blocks(source: str) -> list[str]:
    """The text of each heading and paragraph, none of which has anything but text in it."""
    found = []
    for token in inline_tokens(source):
        assert {child.type for child in token.children or ()} <= {"text"}, token.content
        found.append("".join(child.content for child in token.children or ()))
    return found


def block_kinds(source: str) -> list[str]:
    """The kinds of the blocks, in their order and with their depth."""
    return [f"{token.level} {token.tag}" for token in STRICT.parse(source) if token.nesting == 1 or token.tag == "hr"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("h1", "h2", "h3", "p", "li"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def cmark(source: str) -> tuple[list[str], list[str]]:
    """The tags and the texts of what the reference implementation makes of it."""
    assert CMARK is not None
    html = subprocess.run([CMARK], input=source, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.tags, [text.strip("\n") for text in reader.texts if text.strip("\n")]
