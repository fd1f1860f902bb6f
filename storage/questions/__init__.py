"""Banks of questions: what a consultant brings along to ask, as a Markdown file that anybody can write by hand.

``# title``, ``## theme``, and each question an item of a list. An arrow at its end says whose knowledge it asks for
(``→ client``); what stands below it, indented, helps to answer it. Everything else in the file is for its reader.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ..board import Board
from ..card import PartyName
from ..files import refused_for, share_with_group
from ..language import known
from ..refusal import Refused
from ..text import LONGEST_BODY, LONGEST_TITLE, can_be_seen, clean, clean_line, folded

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

LARGEST_BANK = LONGEST_BODY
"""Bytes in a file of questions; what is larger is something else."""

_PARTY_WORDS: Mapping[str, PartyName] = {
    "client": "client",
    "cliente": "client",
    "client·e": "client",
    "consultant": "consultant",
    "consultante": "consultant",
    "consultant·e": "consultant",
}
_MARKER = re.compile(r"(?:→|->)\s*(?P<arrow>[\w·]+)$|\s\((?P<brackets>[\w·]+)\)$")
_MARKER_REACH = 32  # characters at the end of a line in which it is looked for
_ENDED = re.compile(r"[.?!…][\s»”’\"')\]]*$")
_BULLET = re.compile(r"\s*(?:[-+*]|[0-9]{1,9}[.)])(?:\s+|$)")


class Asked(Struct, frozen=True):
    """A question of a bank: ``asks`` is the party whose knowledge it asks for, if one; ``more`` helps to answer it.

    ``text`` and ``theme`` are lines, literally as they were written; ``more`` is Markdown, as the body of a card is.
    """

    text: str
    theme: str = ""
    asks: PartyName | None = None
    more: str = ""


class Bank(Struct, frozen=True):
    """Questions by theme, in the order in which they were written. None of them is there twice."""

    title: str
    questions: tuple[Asked, ...]


@cache
def bank(lang: str) -> Bank:
    """The bank that Accord brings along for a language code or locale name: a strategy for social media."""
    name = f"{known(lang)}.md"
    return _read((resources.files(__name__) / name).read_text(encoding="utf-8"), Path(name))


def read_bank(path: Path) -> Bank:
    """The bank in a file; without a title it is called as the file.

    :class:`Refused` where there is no such file, it cannot be read, or there are no questions in it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BANK + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Refused("no-such-bank", path=str(path)) from error
    except IsADirectoryError as error:
        raise Refused("is-a-folder", path=str(path)) from error
    except OSError as error:
        raise refused_for(error, path) from error
    if len(content) > LARGEST_BANK:
        raise Refused("bank-too-large", path=str(path), longest=LARGEST_BANK)
    try:
        return _read(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise Refused("not-text", path=str(path)) from error


def search(bank: Bank, needle: str) -> list[Asked]:
    """The questions that have all of these words in their text or theme; case and accents do not matter."""
    words = folded(needle).split()
    held = ((asked, folded(f"{asked.theme} {asked.text}")) for asked in bank.questions)
    return [asked for asked, text in held if all(word in text for word in words)]


def on_board(bank: Bank, board: Board) -> dict[Asked, str]:
    """Which questions of a bank are on a board already, in the same words, and the ids of their cards."""
    cards = {_sameness(card.title): card.id for card in board.in_order("question")}
    return {asked: cards[same] for asked in bank.questions if (same := _sameness(asked.text)) in cards}


def _sameness(text: str) -> str:
    """What two questions share that are the same but for case, accents and punctuation."""
    plain = folded(text)
    return " ".join(re.findall(r"\w+", plain)) or plain


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only who opens a bank needs it

    # It finds the headings and lists; what stands in them is taken as it was typed.
    return MarkdownIt("commonmark", {"html": False}).disable(["inline", "reference", "code"])


def _read(source: str, path: Path) -> Bank:
    outdented = _outdented(clean(source).split("\n"))
    lines = outdented.split("\n")
    tokens = _parser().parse(outdented)
    title = theme = ""
    found: dict[str, Asked] = {}
    for token, inner in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0:
            if token.tag == "h1" and not title:
                title = _fitting(inner.content)
            else:
                theme = _fitting(inner.content)
        elif token.type == "list_item_open" and token.level == 1 and token.map and inner.map:
            start, end = inner.map if inner.type == "paragraph_open" else (token.map[0], token.map[0] + 1)
            head = [_BULLET.sub("", lines[start], count=1) if start == token.map[0] else lines[start]]
            asked = _asked([*head, *lines[start + 1 : end]], lines[end : token.map[1]], theme)
            if can_be_seen(asked.text):
                found.setdefault(_sameness(asked.text), asked)
    if not found:
        raise Refused("no-questions", path=str(path))
    return Bank(title or clean_line(path.stem), tuple(found.values()))


def _outdented(lines: list[str]) -> str:
    """The lines, with what stands below each heading as far to the left as it goes: some indent all of it."""
    parts = groupby(lines, key=lambda line: line.startswith("#"))
    return "\n".join(textwrap.dedent("\n".join(part)) for _, part in parts)


def _asked(paragraph: list[str], below: list[str], theme: str) -> Asked:
    """The question in the lines of an item: it goes on to where its sentence ends, or its line if it never does."""
    length = next((n for n, line in enumerate(paragraph, 1) if _ENDED.search(line) or _marked(line)[1]), 1)
    text, asks = _marked(" ".join(line.strip() for line in paragraph[:length]))
    beside = [line.strip() for line in paragraph[length:]]
    more = "\n".join([*beside, textwrap.dedent("\n".join(below))])
    return Asked(_fitting(text), theme, asks, more.strip("\n").rstrip())


def _marked(line: str) -> tuple[str, PartyName | None]:
    """A line without the marker at its end, and the party that this names. Another word than a party's is text."""
    line = line.strip()
    marker = _MARKER.search(line[-_MARKER_REACH:])
    party = _PARTY_WORDS.get(folded(marker["arrow"] or marker["brackets"])) if marker else None
    return (line[: len(line) - len(marker[0])].rstrip(), party) if marker and party else (line, None)


def _fitting(text: str) -> str:
    """A line as a card can have it for its title. :class:`Refused` where it is too long."""
    line = clean_line(text)
    if len(line) > LONGEST_TITLE:
        raise Refused("title-too-long", length=len(line), longest=LONGEST_TITLE)
    return line


def beside(board: Path) -> Path:
    """Where a board keeps the bank that it was begun with: ``acme.questions.md`` beside ``acme.json``."""
    return board.with_suffix(".questions.md")


def bank_of(board: Path | None, lang: str) -> Bank:
    """The bank for a board: the one kept beside it, or the one that comes with its language.

    :class:`~storage.refusal.Refused` where the one beside it cannot be read.
    """
    own = beside(board) if board is not None else None
    return read_bank(own) if own is not None and own.exists() else bank(lang)


def to_keep(board: Path, source: Path) -> bytes | None:
    """A bank that is to be kept beside a board, before that is begun; nothing where the file stands there already.

    :class:`~storage.refusal.Refused` where it is no bank, or another one is there.
    """
    read_bank(source)
    own = beside(board)
    try:
        if not os.path.lexists(own):
            return source.read_bytes()
        if own.samefile(source):
            return None
    except OSError as error:
        raise refused_for(error, source) from error
    raise Refused("file-exists", path=str(own))


def keep_beside(board: Path, content: bytes) -> None:
    """Keep a bank beside its board. :class:`~storage.refusal.Refused` where one is there: it may be another board's."""
    own = beside(board)
    try:
        with own.open("xb") as file:
            try:
                share_with_group(file.fileno(), own.parent)
                file.write(content)
                file.flush()
            except OSError:
                own.unlink()
                raise
    except FileExistsError as error:
        raise Refused("file-exists", path=str(own)) from error
    except OSError as error:
        raise refused_for(error, own) from error
