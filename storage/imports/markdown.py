"""Plain Markdown as people keep a TODO.md: headings become columns, the items of lists become cards.

A first-level heading that stands alone at the top is the title. Headings below the level of the columns are labels of
the cards under them. What stands below an item, indented, is its body, as it was typed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from ..text import clean
from .found import Found, FoundCard, FoundColumn, Left

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

PIECE = 20_000
"""Characters after which a text is read on in a next piece, from the heading or the item that follows."""

_BULLET = re.compile(r"[ \t]*(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]+|$)")
_BOX = re.compile(r"\[(?P<mark>[ xX])\](?:\s+|$)")
_BREAK = re.compile(r"(?: {2,}|\\|<br ?/?>)$")
_FRONT = re.compile(r"---\n(?P<text>(?:#[^\n]*\n)*\w[\w-]*[ \t]*:.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_BEGINNING = re.compile(r"#{1,6} |[-+*] +\S")
_UNBROKEN = re.compile(r" {0,3}(?:```|~~~|<)")
"""What may go on over a heading or an item, so that a text is not taken apart from there on."""


@dataclass(frozen=True)
class _Heading:
    level: int
    text: str


@dataclass(frozen=True)
class _Text:
    text: str


_Part = _Heading | FoundCard | _Text


def read_markdown(text: str, progress: Callable[[float], None] = lambda _: None) -> Found:
    """The columns and cards of a text. What is in none of its lists is left."""
    text, front = without_front_matter(clean(text))
    parts: list[_Part] = []
    done = 0
    for piece in _pieces(text):
        parts.extend(_parts(piece))
        done += len(piece)
        progress(done / (len(text) + 1))
    left = [Left("front-matter", front)] if front else []
    title = _title(parts)
    columns, outside = _columns(parts[1:] if title else parts)
    return Found("markdown", title, columns, (*left, *outside))


def without_front_matter(text: str) -> tuple[str, str]:
    """A text without what some programs keep at its head, and that; both cleaned before."""
    found = _FRONT.match(text)
    return (text[found.end() :], found["text"].rstrip()) if found else (text, "")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only who takes something in needs it

    # It finds the headings and lists; what stands in them is taken as it was typed.
    return MarkdownIt("commonmark").disable(["inline", "reference", "code"])


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that end before a heading or an item, so that none of them takes long."""
    piece: list[str] = []
    length = 0
    whole = True
    for line in text.splitlines(keepends=True):
        if whole and length >= PIECE and _BEGINNING.match(line):
            yield "".join(piece)
            piece, length = [], 0
        whole = whole and not _UNBROKEN.match(line)
        piece.append(line)
        length += len(line)
    if piece:
        yield "".join(piece)


def _parts(text: str) -> Iterator[_Part]:
    """Headings, cards, and what is neither, from the top."""
    lines = text.split("\n")
    tokens = _parser().parse(text)
    for at, token in enumerate(tokens):
        if token.map is None or token.type == "hr":
            continue
        start, end = token.map
        if token.level == 0 and token.type == "heading_open":
            yield _Heading(int(token.tag[1:]), tokens[at + 1].content.strip())
        elif token.level == 1 and token.type == "list_item_open":
            yield _card(lines, start, end, tokens[at + 1])
        elif token.level == 0 and not token.type.endswith("_list_open"):
            yield _Text("\n".join(lines[start:end]).strip("\n").rstrip())


def _card(lines: Sequence[str], start: int, end: int, inner: Token) -> FoundCard:
    """An item: its first paragraph, up to a break that was made on purpose, is the title; the rest is the body."""
    first = lines[start]
    bullet = _BULLET.match(first)
    head = first[bullet.end() :] if bullet else first
    if inner.type not in ("paragraph_open", "heading_open") or inner.map is None:
        below = [" " * (bullet.end() if bullet else 0) + head, *lines[start + 1 : end]]
        return FoundCard("", textwrap.dedent("\n".join(below)).strip("\n").rstrip())
    begins, ends = inner.map
    paragraph = [head if number == start else lines[number] for number in range(begins, ends)]
    if inner.type == "heading_open":
        paragraph = [paragraph[0].strip().strip("#")]
    length = next((n for n, line in enumerate(paragraph, 1) if _BREAK.search(line)), len(paragraph))
    title, done = _ticked(" ".join(_BREAK.sub("", line).strip() for line in paragraph[:length]).strip())
    beside = [line.strip() for line in paragraph[length:]]
    rest = textwrap.dedent("\n".join(lines[ends:end])).strip("\n")
    body = "\n\n".join(filter(None, ("\n".join(beside), rest)))
    return FoundCard(title, body.strip("\n").rstrip(), done)


def _ticked(text: str) -> tuple[str, bool | None]:
    """A text without the box that it begins with, and whether that is ticked."""
    box = _BOX.match(text)
    return (text[box.end() :], box["mark"] != " ") if box else (text, None)


def _title(parts: Sequence[_Part]) -> str:
    """The heading of the whole: the first thing of all, and the only one of its level."""
    first = parts[0] if parts else None
    if not isinstance(first, _Heading) or first.level != 1:
        return ""
    return first.text if sum(isinstance(part, _Heading) and part.level == 1 for part in parts) == 1 else ""


@dataclass
class _Section:
    """A heading with what stands right under it."""

    text: str
    cards: list[FoundCard] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def left(self, heading: bool) -> Iterator[Left]:
        """What of it is in no card, with the heading where that is needed nowhere else."""
        texts = [self.text, *self.texts] if heading else self.texts
        if said := "\n\n".join(filter(None, texts)):
            yield Left("text-outside", said)


def _columns(parts: Sequence[_Part]) -> tuple[tuple[FoundColumn, ...], list[Left]]:
    level = min((part.level for part in parts if isinstance(part, _Heading)), default=1)
    columns: list[FoundColumn] = []
    left: list[Left] = []
    for title, sections in _grouped(parts, level):
        cards = [card for section in sections for card in section.cards]
        top, *labelled = sections
        empty = not top.texts and not any(section.texts or section.text for section in labelled)
        keeps = empty or bool(cards)
        left += top.left(heading=not keeps)
        for section in labelled:
            left += section.left(heading=not section.cards)
        if keeps and (cards or title):
            columns.append(FoundColumn(title, tuple(cards)))
    return tuple(columns), left


def _grouped(parts: Sequence[_Part], level: int) -> Iterator[tuple[str, list[_Section]]]:
    """Each column with its sections: what stands under its own heading first, then under each one further in."""
    column: list[_Section] = [_Section("")]
    inner: list[_Heading] = []
    for part in parts:
        if isinstance(part, _Heading):
            if part.level <= level:
                yield column[0].text, column
                column, inner = [_Section(part.text)], []
            else:
                inner = [*(above for above in inner if above.level < part.level), part]
                column.append(_Section(" / ".join(heading.text for heading in inner if heading.text)))
        elif isinstance(part, FoundCard):
            section = column[-1]
            section.cards.append(_labelled(part, section.text) if len(column) > 1 else part)
        else:
            column[-1].texts.append(part.text)
    yield column[0].text, column


def _labelled(card: FoundCard, label: str) -> FoundCard:
    return FoundCard(card.title, card.body, card.done, labels=(label,) if label else ())
