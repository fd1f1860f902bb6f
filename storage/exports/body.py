"""Bodies: the Markdown that people type, read into blocks that can break nothing around them.

HTML is text, and only http, https and mailto are links; everything else stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ..text import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_LINKED = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)

# A sign that may mean something, a line that begins with anything but a word, or one that ends with a space.
_MARKED = re.compile(
    r"""[\\`*_\[\]<>&~|#\0-\x08\t\v-\x1f]
    | ^(?!$|[^\W\d_]|["'(«“]|\d+(?![\d.)]))
    | [^\S\n]$""",
    re.MULTILINE | re.VERBOSE,
)
_BLANK_LINES = re.compile(r"\n\n+")

MOST_BRACKETS = 2_000
"""Opening brackets that are looked at for links: the time that takes grows with their square."""


def linkable(address: str) -> bool:
    """Whether an address may be a link."""
    return _LINKED.match(address) is not None


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only the full document needs it

    # Deeper nesting than the bound is left out by the parser; nobody means it.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"])
    parser.validateLink = linkable  # type: ignore[method-assign,assignment]
    return parser


def blocks(body: str) -> list[SyntaxTreeNode]:
    """The blocks of a body, in their order. Nothing where it has none."""
    from markdown_it.tree import SyntaxTreeNode

    parser = _parser()
    if body.count("[") > MOST_BRACKETS:
        body = body.replace("[", "\\[")
    return list(SyntaxTreeNode(parser.parse(body)).children)


def paragraphs(body: str) -> list[str] | None:
    """The paragraphs of a body in which nothing is a sign of Markdown, as most are; nothing where something may be.

    They are what :func:`blocks` finds, in a small part of the time, which is most of that of a long document.
    """
    return None if _MARKED.search(body) else [part for part in _BLANK_LINES.split(body.strip("\n")) if part]


def inlines(block: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """What stands in a paragraph, a heading or a cell of a table."""
    return [node for inline in block.children for node in inline.children]


def rows(table: SyntaxTreeNode) -> Iterator[list[SyntaxTreeNode]]:
    """The cells of a table, row by row, its head first."""
    for part in table.children:
        for row in part.children:
            yield list(row.children)


def text_of(node: SyntaxTreeNode) -> str:
    """The text of an inline leaf on one line, cleaned once more: an entity can spell whatever was removed."""
    text = clean(node.content)
    return " ".join(text.splitlines()) if "\n" in text else text


def words_of(nodes: Sequence[SyntaxTreeNode]) -> str:
    """The words of inline nodes without their emphasis, with one space between them."""
    return " ".join(_unmarked(nodes).split())


def _unmarked(nodes: Sequence[SyntaxTreeNode]) -> str:
    parts = (
        node.content if node.type in ("text", "code_inline") else _unmarked(node.children) if node.children else "\n"
        for node in nodes
    )
    return "".join(parts)
