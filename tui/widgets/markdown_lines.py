"""Markdown read into blocks, and the blocks laid out as lines.

HTML appears as it was typed, links show their address, pictures become their text, and only http, https and mailto
are links at all. What nobody can have meant as Markdown is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.cells import cell_len, split_graphemes

from storage.exports.body import linkable
from storage.text import clean

from ..glyphs import FULL, PLAIN, Glyphs

Part = Literal["heading", "section", "strong", "emphasis", "struck", "code", "quote", "link", "sign"]

MOST_COLUMNS = 20
"""Columns of a table that are shown side by side; a wider one is shown row by row."""

_DEEPEST = 100
_HEADINGS: dict[str, tuple[Part, ...]] = {"h1": ("heading",), "h2": ("section",)}
# No line begins with French punctuation, or ends with an opening guillemet, also where its space is a plain one.
_PIECES = re.compile(r"\n|(?:[^ \n]|(?<=«) (?! )| (?=[?!:;»]))+| +")

MOST_BRACKETS = 500
"""Opening brackets in one paragraph; the parser needs quadratic time for them (minutes for a text of nothing else)."""


class Run(NamedTuple):
    """Some words in one manner."""

    text: str
    parts: tuple[Part, ...] = ()


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, an item: what stands before its first line, before the others, and air above it."""

    runs: Line
    first: Line = ()
    rest: Line = ()
    air: bool = True


@dataclass(frozen=True)
class Rule:
    """A line across."""

    air: bool = True


@dataclass(frozen=True)
class Table:
    """Rows of cells, the first of them the heads."""

    rows: tuple[tuple[Line, ...], ...]
    before: Line = ()
    air: bool = True


Blocks = Sequence[Block | Rule | Table]


def make_parser() -> MarkdownIt:
    """CommonMark with tables and struck words. HTML is text, and so is what is no link to the web or to a mailbox."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.validateLink = linkable  # type: ignore[method-assign,assignment]
    return parser


def read_markdown(text: str, glyphs: Glyphs = FULL) -> Blocks:
    """The blocks of a Markdown text. Slow for a long one (about a second for a megabyte): fit for a thread."""
    if any(paragraph.count("[") > MOST_BRACKETS for paragraph in text.split("\n\n")):
        return read_plain(text)
    return _Reader(glyphs).read(make_parser().parse(text)) or read_plain(text)


def read_plain(text: str) -> Blocks:
    """A text as it is, line by line."""
    return [Block((Run(line.expandtabs(4)),), air=False) for line in clean(text).split("\n")]


class _Reader:
    """Makes blocks of tokens. Lists and quotes put signs before the blocks within them."""

    def __init__(self, glyphs: Glyphs) -> None:
        self._bullet = "* " if glyphs is PLAIN else "• "
        self._bar = f"{glyphs.bar} "
        self._blocks: list[Block | Rule | Table] = []
        # For every list item and quote around the present block: the sign of its first line, and of the others.
        self._around: list[tuple[Line, Line]] = []
        self._numbers: list[int | None] = []
        self._parts: tuple[Part, ...] = ()
        self._tight = self._opening = False
        self._rows: list[list[Line]] | None = None

    def read(self, tokens: Iterable[Token]) -> Blocks:
        for token in tokens:
            handle = getattr(self, f"_{token.type}", None)
            if handle is not None:
                handle(token)
        return self._blocks

    def _add(self, runs: Line, *, air: bool = True) -> None:
        first = tuple(run for signs, _ in self._around for run in signs)
        rest = tuple(run for _, signs in self._around for run in signs)
        self._around = [(signs, signs) for _, signs in self._around]
        self._blocks.append(Block(runs, first, rest, air and bool(self._blocks)))
        self._opening = False

    def _heading_open(self, token: Token) -> None:
        self._parts = _HEADINGS.get(token.tag, ("strong",))

    def _heading_close(self, _: Token) -> None:
        self._parts = ()

    def _inline(self, token: Token) -> None:
        runs = tuple(_inline_runs(token.children or [], self._parts))
        if self._rows is not None:
            self._rows[-1].append(tuple(Run(run.text.replace("\n", " "), run.parts) for run in runs))
        else:
            # A tight list has no air between its items; above the first of them there is some.
            self._add(runs, air=not self._tight or self._opening)
            self._tight = False

    def _paragraph_open(self, token: Token) -> None:
        self._tight = token.hidden

    def _blockquote_open(self, _: Token) -> None:
        bar = (Run(self._bar, ("quote",)),)
        self._around.append((bar, bar))
        self._parts = (*self._parts, "quote")

    def _blockquote_close(self, _: Token) -> None:
        self._around.pop()
        self._parts = self._parts[:-1]

    def _bullet_list_open(self, _: Token) -> None:
        self._opening = not self._numbers
        self._numbers.append(None)

    def _ordered_list_open(self, token: Token) -> None:
        self._opening = not self._numbers
        start = token.attrGet("start")
        self._numbers.append(1 if start is None else int(start))

    def _list_item_open(self, token: Token) -> None:
        number = self._numbers[-1]
        sign = self._bullet if number is None else f"{number}{token.markup} "
        if number is not None:
            self._numbers[-1] = number + 1
        self._around.append(((Run(sign, ("sign",)),), (Run(" " * cell_len(sign)),)))

    def _list_item_close(self, _: Token) -> None:
        if self._around[-1][0] != self._around[-1][1]:
            self._add((), air=False)  # an item without words keeps its sign
        self._around.pop()

    def _bullet_list_close(self, _: Token) -> None:
        self._numbers.pop()

    _ordered_list_close = _bullet_list_close

    def _fence(self, token: Token) -> None:
        lines = clean(token.content).expandtabs(4).rstrip("\n").split("\n")
        self._add((Run("\n".join(lines), ("code",)),))

    _code_block = _fence

    def _hr(self, _: Token) -> None:
        self._blocks.append(Rule(bool(self._blocks)))

    def _table_open(self, _: Token) -> None:
        self._rows = []

    def _tr_open(self, _: Token) -> None:
        assert self._rows is not None
        self._rows.append([])

    def _table_close(self, _: Token) -> None:
        rows = tuple(tuple(row) for row in self._rows or ())
        self._rows = None
        before = tuple(run for _, signs in self._around for run in signs)
        self._blocks.append(Table(rows, before, bool(self._blocks)))


def _inline_runs(tokens: Sequence[Token], parts: tuple[Part, ...]) -> Iterator[Run]:
    """The words of a paragraph. What entities stand for (``&#13;``, ``&#x202e;``) is cleaned like everything typed."""
    around: list[Part] = list(parts)
    address, label = "", ""
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                yield Run("\n")
            case "strong_open":
                around.append("strong")
            case "em_open":
                around.append("emphasis")
            case "link_open":
                address, label = str(token.attrGet("href") or ""), ""
                around.append("link")
            case "link_close":
                if address not in (label, f"mailto:{label}"):
                    yield Run(f" ({_tamed(address)})", tuple(around))
                around.pop()
            case "s_open":
                around.append("struck")
            case "strong_close" | "em_close" | "s_close":
                around.pop()
            case "code_inline":
                label += token.content
                yield Run(_tamed(token.content), (*around, "code"))
            case _:
                # Text, and the text of a picture.
                text = _tamed(_words_of(token))
                label += text
                if text:
                    yield Run(text, tuple(around))


def _words_of(token: Token) -> str:
    if token.type == "image":
        return "".join(" " if child.type.endswith("break") else _words_of(child) for child in token.children or [])
    return token.content


def _tamed(text: str) -> str:
    return clean(text).replace("\n", " ").replace("\t", " ")


# Lines


def lay_out(blocks: Blocks, width: int, glyphs: Glyphs = FULL) -> list[Line]:
    """The blocks as lines of at most ``width`` cells."""
    lines: list[Line] = []
    for block in blocks:
        if block.air:
            lines.append(())
        match block:
            case Rule():
                lines.append((Run(glyphs.rule * width, ("sign",)),))
            case Table():
                lines += _table_lines(block, width, glyphs)
            case Block():
                lines += _block_lines(block, width)
    return lines


def _block_lines(block: Block, width: int) -> Iterator[Line]:
    first, rest = _fitting(block.first, width), _fitting(block.rest, width)
    signs = first
    for line in _wrapped(block.runs, width - _cells(first), width - _cells(rest)):
        yield (*signs, *line)
        signs = rest


def _fitting(signs: Line, width: int) -> Line:
    """The signs before a line, as far as they leave room for words: the innermost ones."""
    while signs and _cells(signs) > width // 2:
        signs = signs[1:]
    return signs


def _cells(runs: Iterable[Run]) -> int:
    return sum(cell_len(run.text) for run in runs)


def _wrapped(runs: Line, first: int, rest: int) -> Iterator[Line]:
    """The runs in lines of so many cells, broken at spaces; a longer word is broken within, never in a grapheme."""
    if len(runs) == 1 and "\n" not in runs[0].text and cell_len(runs[0].text) <= first:
        yield runs
        return
    room = max(1, first)
    line: list[Run] = []
    used = 0
    for word in _words(runs):
        if word is None:
            yield _joined(line)
            line, used, room = [], 0, max(1, rest)
            continue
        space, pieces = word
        if used and used + space + _cells(pieces) > room:
            yield _joined(line)
            line, used, space, room = [], 0, 0, max(1, rest)
        if space:
            space = min(space, room - 1)
            same = line and line[-1].parts == pieces[0].parts
            line.append(Run(" " * space, pieces[0].parts if same else ()))
            used += space
        for text, parts in pieces:
            start = 0
            if used + cell_len(text) > room:
                for begin, _, cells in split_graphemes(text)[0]:
                    if used and used + cells > room:
                        yield _joined([*line, Run(text[start:begin], parts)])
                        line, used, room, start = [], 0, max(1, rest), begin
                    used += cells
            else:
                used += cell_len(text)
            line.append(Run(text[start:], parts))
    yield _joined(line)


def _joined(line: Iterable[Run]) -> Line:
    """Neighbours in the same manner as one."""
    return tuple(Run("".join(run.text for run in same), parts) for parts, same in groupby(line, lambda run: run.parts))


Word = tuple[int, list[Run]]


def _words(runs: Line) -> Iterator[Word | None]:
    """Each word, with the number of spaces before it; ``None`` where a line ends."""
    space, word = 0, list[Run]()
    for text, parts in runs:
        for piece in _PIECES.findall(text):
            if piece == "\n" or piece[0] == " ":
                if word:
                    yield space, word
                    space, word = 0, []
                if piece == "\n":
                    yield None
                    space = 0
                else:
                    space += len(piece)
            else:
                word.append(Run(piece, parts))
    if word:
        yield space, word


def _table_lines(table: Table, width: int, glyphs: Glyphs) -> Iterator[Line]:
    """Columns side by side where they fit; otherwise each row by itself, every cell after its head."""
    heads = table.rows[0] if table.rows else ()
    widths = [max((_cells(row[n]) for row in table.rows if n < len(row)), default=0) for n in range(len(heads))]
    before = _fitting(table.before, width)
    if len(heads) <= MOST_COLUMNS and _cells(before) + sum(widths) + 2 * (len(widths) - 1) <= width:
        for number, row in enumerate(table.rows):
            line: list[Run] = list(before)
            for cell, wide in zip(row, widths, strict=False):
                strong: tuple[Part, ...] = () if number else ("strong",)
                line += [Run(run.text, (*run.parts, *strong)) for run in cell]
                line.append(Run(" " * (wide - _cells(cell) + 2)))
            yield tuple(line[:-1])
            if not number:
                yield (*before, Run("  ".join(glyphs.rule * wide for wide in widths), ("sign",)))
        return
    for number, row in enumerate(table.rows[1:]):
        if number:
            yield ()
        for head, cell in zip(heads, row, strict=False):
            label = (*(Run(run.text, (*run.parts, "strong")) for run in head), Run(": "))
            yield from _block_lines(Block((*label, *cell), before, (*before, Run("  "))), width)
