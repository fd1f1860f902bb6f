"""What a long text offers a workshop: the parts that it is made of, and the questions that it asks.

A brief says how things are. So each heading is offered as an answer with the text beneath it as its body: what somebody
knows, which can become part of the frame, and on which decisions can rest. It proposes nothing that both could
agree to. A heading that asks is a question, and so is every sentence or item that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..card import Kind
from ..exports.body import MOST_BRACKETS
from ..text import LONGEST_BODY, LONGEST_TITLE, can_be_seen, clean, clean_line
from .asking import MARKS, asks
from .fitting import cut, pieces
from .markdown import without_front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_END = re.compile(r"[.!?…؟⁇⁈⁉‽]+(?:[ \u00a0\u202f]?[»”’\"')\]])*(?=\s|$)|[。！？]+[」』”）]*")
"""Where a sentence can end."""

_ABBREVIATED = re.compile(r"(?:\b\w|\b(?:mr|mrs|ms|dr|prof|mme|mlle|st|cf|etc|vs|ex|no|art|p\.ex))\.$", re.IGNORECASE)
_NUMBER_ROOM = 12  # characters for what tells the parts of one long text apart


@dataclass(frozen=True)
class Offer:
    """Something that could become a card. ``path`` are the headings that it stands under, the outermost first."""

    title: str
    body: str
    kind: Kind
    path: tuple[str, ...] = ()

    @property
    def theme(self) -> str:
        """What it is about: the nearest heading."""
        return self.path[-1] if self.path else ""


def read_brief(text: str) -> tuple[Offer, ...]:
    """The headings and questions of a text in Markdown, from the top. No question is there twice."""
    text, _ = without_front_matter(clean(text))
    asked: set[str] = set()
    offers: list[Offer] = []
    for offer in _offers(text):
        sameness = offer.title.casefold()
        if offer.kind == "question" and not offer.body:
            if sameness in asked:
                continue
            asked.add(sameness)
        offers.append(offer)
    return tuple(offers)


@cache
def _parsers() -> tuple[MarkdownIt, MarkdownIt]:
    """One for the blocks of a text, which leaves what stands in them as it was typed, and one for that."""
    from markdown_it import MarkdownIt  # only who takes something in needs it

    return MarkdownIt("commonmark").enable("table").disable(["inline", "reference", "code"]), MarkdownIt("commonmark")


def _offers(text: str) -> Iterator[Offer]:
    lines = text.split("\n")
    tokens = _parsers()[0].parse(text)
    headings = [at for at, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    yield from _questions(tokens[: headings[0]] if headings else tokens, ())
    above: list[tuple[int, str]] = []
    for at, until in zip(headings, [*headings[1:], len(tokens)], strict=False):
        level, title = int(tokens[at].tag[1:]), clean_line(_words(tokens[at + 1]))
        above = [heading for heading in above if heading[0] < level]
        path = tuple(heading for _, heading in above)
        starts, ends = tokens[at].map, tokens[until].map if until < len(tokens) else None
        assert starts is not None  # every block has one
        beneath = "\n".join(lines[starts[1] : ends[0] if ends else len(lines)])
        if can_be_seen(title):
            yield from _section(title, beneath.strip("\n").rstrip(), path)
            above.append((level, cut(title, LONGEST_TITLE)))
            path = (*path, above[-1][1])
        yield from _questions(tokens[at + 3 : until], path)


def _section(title: str, beneath: str, path: tuple[str, ...]) -> Iterator[Offer]:
    """A heading with the text beneath it, in as many parts as that takes."""
    kind: Kind = "question" if asks(title) else "answer"
    if len(title) > LONGEST_TITLE:
        beneath = f"{title}\n\n{beneath}".rstrip()
    for number, body in enumerate(pieces(beneath, LONGEST_BODY) or [""], 1):
        shown = title if number == 1 else f"{cut(title, LONGEST_TITLE - _NUMBER_ROOM)} ({number})"
        yield Offer(cut(shown, LONGEST_TITLE), body, kind, path)


def _questions(tokens: Sequence[Token], path: tuple[str, ...]) -> Iterator[Offer]:
    """The sentences that ask, in paragraphs, items and cells of tables, wherever they stand."""
    for token in tokens:
        if token.type != "inline" or not any(mark in token.content for mark in MARKS):
            continue
        for said in _words(token).split("\n"):
            for sentence in map(clean_line, sentences(said)):
                if asks(sentence) and any(map(str.isalnum, sentence)):
                    body = sentence if len(sentence) > LONGEST_TITLE else ""
                    yield Offer(cut(sentence, LONGEST_TITLE), body, "question", path)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a line. What goes on in a small letter goes on.

    >>> list(sentences("« Pour qui ? » demande-t-il. Why? Because."))
    ['« Pour qui ? » demande-t-il.', 'Why?', 'Because.']
    """
    start = 0
    for found in _END.finditer(text):
        after = text[found.end() :].lstrip()[:1]
        if after.islower() or _ABBREVIATED.search(text[start : found.end()]):
            continue
        yield text[start : found.end()].strip()
        start = found.end()
    if rest := text[start:].strip():
        yield rest


def _words(token: Token) -> str:
    """The text of a paragraph or a heading as it is read, without signs; a line for each break made on purpose.

    Where there are too many brackets to look for links among them, it stays as it was typed.
    """
    if token.content.count("[") > MOST_BRACKETS:
        return token.content.replace("\n", " ")
    parts: list[str] = []
    for child in _parsers()[1].parseInline(token.content)[0].children or ():
        match child.type:
            case "text" | "code_inline" | "image":
                parts.append(child.content)
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
    return "".join(parts)
