"""A body within the strategy as HTML: what its author meant, made of our own tags only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..text import clean
from .body import blocks, inlines, paragraphs, rows, text_of
from .html_look import CODE, OPEN, WIDE, list_from

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

BREAK = "<br>\n"
_SIGN = re.compile('[&<>"\ufdd0-\ufdef\ufffe\uffff]|[^\0-\U0001fffd]')
_WRITTEN = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# What every program takes for an address: markdown-it has encoded all but signs of its own in it.
_WHOLE = re.compile(r"https?://(?:[^/?#@]*@)?[a-z\d](?:[\w.-]*[a-z\d])?(?::\d{1,4})?(?:[/?#].*)?|mailto:.+", re.I)


def escaped(text: str) -> str:
    """A text as it stands in HTML, between tags or in an attribute. What no page may have becomes U+FFFD."""
    return _SIGN.sub(_write, text) if _SIGN.search(text) else text


def _write(found: re.Match[str]) -> str:
    sign = found[0]
    return _WRITTEN.get(sign) or ("\ufffd" if ord(sign) & 0xFFFE == 0xFFFE or sign <= "\uffff" else sign)


def body_blocks(body: str) -> Iterator[str]:
    """A body as elements. Its headings become strong text, its pictures links; HTML in it is text."""
    if (plain := paragraphs(body)) is not None:
        return (f"{OPEN['p']}{escaped(part).replace(chr(10), BREAK)}</p>" for part in plain)
    return _blocks(blocks(body))


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[str]:
    for node in nodes:
        match node.type:
            case "paragraph":
                words = _inline(inlines(node))
                yield words if node.hidden else f"{OPEN['p']}{words}</p>"
            case "heading":
                if words := _inline(inlines(node)):
                    yield f"{OPEN['p']}<strong>{words}</strong></p>"
            case "bullet_list":
                yield from (OPEN["ul"], *_items(node), "</ul>")
            case "ordered_list":
                yield from (list_from(int(node.attrs.get("start", 1))), *_items(node), "</ol>")
            case "blockquote":
                yield from (OPEN["blockquote"], *_blocks(node.children), "</blockquote>")
            case "fence" | "code_block":
                yield f"{OPEN['pre']}<code>{_text(node.content.removesuffix(chr(10)))}</code></pre>"
            case "table":
                yield from _table(node)
            case _:
                yield "<hr>"


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    for item in node.children:
        yield from (OPEN["li"], *_blocks(item.children), "</li>")


def _table(node: SyntaxTreeNode) -> Iterator[str]:
    yield WIDE
    yield OPEN["table"]
    for number, row in enumerate(rows(node)):
        tag = "td" if number else "th"
        cells = "".join(f"{OPEN[tag]}{_inline(inlines(cell))}</{tag}>" for cell in row)
        yield f"<tr>{cells}</tr>"
    yield "</table>"
    yield "</div>"


def _text(text: str) -> str:
    return escaped(clean(text))  # an entity can spell any character


def _inline(nodes: Sequence[SyntaxTreeNode], *, linked: bool = False) -> str:
    return "".join(_inline_node(node, linked) for node in nodes)


def _inline_node(node: SyntaxTreeNode, linked: bool) -> str:
    match node.type:
        case "text":
            return _text(text_of(node))
        case "softbreak" | "hardbreak":  # a line that somebody ended is ended here as well
            return BREAK
        case "code_inline":
            return f"{CODE}{_text(node.content)}</code>"
        case "em" | "strong" | "s":
            return f"<{node.type}>{_inline(node.children, linked=linked)}</{node.type}>"
        case "link" | "image":
            return _link(node, linked)
        case _:
            return ""


def _link(node: SyntaxTreeNode, linked: bool) -> str:
    """A link with its words, then its address, for nobody should have to guess where it leads. None within another."""
    href = str(node.attrs.get("href") or node.attrs.get("src"))
    address = escaped(href.removeprefix("mailto:"))
    words = _inline(node.children, linked=True) or address
    shown = "" if node.markup == "autolink" or words in (address, escaped(href)) else f" ({address})"
    if linked or not _WHOLE.fullmatch(href):
        return f"{words}{shown}"
    before, hash_, fragment = href.partition("#")
    target = before + hash_ + fragment.replace("#", "%23")
    return f'<a href="{escaped(target)}">{words}</a>{shown}'
