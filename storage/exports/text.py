"""The strategy as plain text for a mail: capitals for headings, short lines, no sign of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from wcwidth import iter_graphemes, width

from .body import blocks, inlines, paragraphs, rows, text_of
from .document import Document, Line

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

WIDTH = 72
"""Cells of a line. Only an address is never broken, however long."""

LONGEST_SUBJECT = 120
"""Cells of a subject, of which mail programs show the beginning."""

_SET_APART = re.compile(r"[»?!:;][»?!:;.,)]*")
_ADDRESS = re.compile(r"\b(?:https?://|mailto:|www\.)", re.IGNORECASE)


def subject(document: Document) -> str:
    """The subject of a mail with this document: its title, and when the workshop was."""
    room = LONGEST_SUBJECT - width(document.moment) - 3
    title = document.title
    if width(title) > room:
        title = f"{_cut(title, room - 1)[0].rstrip()}…"
    return f"{title} ({document.moment})"


def as_text(document: Document) -> str:
    """The document as plain text, ending with a newline."""
    lines: list[str] = []
    for line in _lines(document):
        if line.strip(" ") or (lines and lines[-1]):
            lines.append(line.rstrip(" "))
    return "\n".join(lines) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield from wrapped(document.title.upper())
    yield from wrapped(document.occasion)
    for section in document.sections:
        yield ""
        yield from wrapped(section.heading.upper())
        yield ""
        yield from _items(section.lines)
        for number, entry in enumerate(section.entries, 1):
            if number > 1:
                yield ""
            sign = f"{number}. " if section.numbered else "- "
            inset = " " * len(sign)
            yield from wrapped(entry.title, sign, inset)
            if body := _body(entry.body, inset):
                yield from ("", *body, "")
            for line in entry.lines:
                yield from wrapped(line.text, inset, inset + "  ")
                yield from _below(line, inset + "  ")
    yield ""
    yield from wrapped(document.provenance)


def _items(lines: Iterable[Line], inset: str = "") -> Iterator[str]:
    for line in lines:
        yield from wrapped(line.text, f"{inset}- ", f"{inset}  ")
        yield from _below(line, f"{inset}  ")


def _below(line: Line, inset: str) -> Iterator[str]:
    if body := _body(line.body, inset):
        yield from ("", *body, "")
    yield from _items(line.below, inset)


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of at most :data:`WIDTH` cells, the first after ``first``, the others after ``rest``.

    It is broken at spaces, and within a word only where that alone is too long; never within a grapheme.
    """
    lines: list[str] = []
    line, used, begun = first, width(first), False
    for word in _words(text):
        cells = width(word)
        if begun and used + 1 + cells > WIDTH:
            lines.append(line)
            line, used, begun = rest, width(rest), False
        while used + cells > WIDTH and not begun and not _ADDRESS.search(word):
            head, word = _cut(word, max(WIDTH - used, 2))
            lines.append(line + head)
            line, used, cells = rest, width(rest), width(word)
        line += f" {word}" if begun else word
        used += cells + begun
        begun = True
    return [*lines, line]


def _words(text: str) -> list[str]:
    """What is never broken: words, with the signs that French sets apart from them by a space."""
    found: list[str] = []
    for word in filter(None, text.split(" ")):
        if found and (found[-1].endswith("«") or _SET_APART.fullmatch(word)):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def _cut(word: str, room: int) -> tuple[str, str]:
    """As many graphemes as fit into the room, but at least one, and what is left."""
    used = end = 0
    for grapheme in iter_graphemes(word):
        used += width(grapheme)
        if end and used > room:
            break
        end += len(grapheme)
    return word[:end], word[end:]


def _body(body: str, inset: str) -> list[str]:
    if not body:
        return []
    if (plain := paragraphs(body)) is None:
        return _blocks(blocks(body), inset)
    lines: list[str] = []
    for part in plain:
        lines += [""] if lines else []
        lines += (line for typed in part.split("\n") for line in wrapped(typed, inset, inset))
    return lines


def _blocks(nodes: Sequence[SyntaxTreeNode], inset: str, *, apart: bool = True) -> list[str]:
    lines: list[str] = []
    for node in nodes:
        if block := _block(node, inset):
            lines += [""] if lines and apart else []
            lines += block
    return lines


def _block(node: SyntaxTreeNode, inset: str) -> list[str]:
    match node.type:
        case "paragraph" | "heading":
            parts = _inline(inlines(node)).split("\n")
            return [line for part in parts if part.strip(" ") for line in wrapped(part, inset, inset)]
        case "bullet_list" | "ordered_list":
            return _list(node, inset)
        case "blockquote":
            return _blocks(node.children, inset + "  ")
        case "fence" | "code_block":
            return [line for part in node.content.rstrip("\n").split("\n") for line in _code(part, inset + "  ")]
        case "table":
            rows_ = (" | ".join(_inline(inlines(cell)) for cell in row) for row in rows(node))
            return [line for row in rows_ for line in wrapped(row, inset, inset + "  ")]
        case _:
            return []


def _code(text: str, inset: str) -> list[str]:
    text = text.expandtabs(4)
    words = text.lstrip(" ")
    return wrapped(words, inset + text[: len(text) - len(words)], inset) if words else [""]


def _list(node: SyntaxTreeNode, inset: str) -> list[str]:
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    lines: list[str] = []
    for number, item in enumerate(node.children, first):
        sign = f"{number}. " if node.type == "ordered_list" else "- "
        below = inset + " " * len(sign)
        block = _blocks(item.children, below, apart=not tight) or [below]
        lines += [""] if lines and not tight else []
        lines += [inset + sign + block[0][len(below) :], *block[1:]]
    return lines


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    text = ""
    for node in nodes:
        match node.type:
            case "text" | "code_inline":
                text += text_of(node)
            case "softbreak" | "hardbreak":  # a line that somebody ended is ended here as well
                text += "\n"
            case "link" | "image":
                text += _link(_inline(node.children), str(node.attrs.get("href") or node.attrs.get("src")))
            case _:
                text += _inline(node.children)
    return text


def _link(words: str, href: str) -> str:
    address = href.removeprefix("mailto:")
    return f"{words} ({address})" if words and words not in (href, address) else address
