"""What a file is, told by what is in it, and never by its name alone; then it is read as that."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

from ..card import PartyName
from ..refusal import Refused
from ..text import can_be_seen, clean_line
from . import taskell, trello
from .found import Found
from .markdown import read_markdown

LARGEST = 50_000_000
"""Bytes in a file that is taken in."""

LARGEST_TEXT = 5_000_000
"""Characters in a file that is written by hand: what is longer was written by a program, for another one."""

From = Literal["auto", "markdown", "obsidian", "taskell", "trello"]
"""What a file is said to be; ``auto`` is to look."""

Form = Literal["markdown", "obsidian", "taskell", "trello"]

Progress = Callable[[float], None]
"""Told now and then which share is done, from 0 to 1; whatever it raises ends the work."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*["{])')
_FRONT = re.compile(r"\s*---\n(?:.*\n)*?kanban-plugin\s*:.*\n(?:.*\n)*?---[ \t]*(?:\n|$)")
_SETTINGS = "%% kanban:settings"
_OWN = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:board"\s*:\s*\{\s*"1"\s*:\s*\{|line"\s*:\s*"board"\s*,)\s*"accord"\s*:'
)
"""How a board's own file begins, also where another program has written it anew, and its journal."""

_FRONT_LENGTH = 20_000  # characters in which the head of a file is looked for


def read(
    data: bytes,
    name: str,
    source: From = "auto",
    *,
    progress: Progress | None = None,
    party: PartyName = "consultant",
) -> Found:
    """All that is in a file called ``name``, which gives the title where nothing else does.

    What was changed by hand in a board that Accord wrote is said by ``party``.

    :class:`Refused`: ``is-a-board`` of Accord itself, ``file-too-large``, ``not-text``, ``bad-json``,
    ``not-understood`` or ``no-cards``.
    """
    told = progress or _untold
    if _OWN.match(data):
        raise Refused("is-a-board", path=name)
    if len(data) > LARGEST:
        raise Refused("file-too-large", path=name, longest=LARGEST)
    text = _decoded(data, name)
    told(0.05)
    form = _form_of(text) if source == "auto" else source
    if form == "markdown" and len(text) > LARGEST_TEXT:
        raise Refused("file-too-large", path=name, longest=LARGEST_TEXT)
    found = _read_as(form, text, name, told, party)
    told(1.0)
    if found.board is None and not _brings_something(found):
        raise Refused("no-cards", path=name)
    return found if can_be_seen(found.title) else replace(found, title=clean_line(PurePath(name).stem))


def _untold(_: float) -> None:
    """Nobody asked."""


def _decoded(data: bytes, name: str) -> str:
    bom, encoding = next(((bom, code) for bom, code in _BOMS if data.startswith(bom)), (b"", "utf-8"))
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("not-text", path=name) from error
    if "\0" in text:
        raise Refused("not-text", path=name)
    return text


def _form_of(text: str) -> Form:
    if _JSON.match(text):
        return "trello"
    if _FRONT.match(text[:_FRONT_LENGTH].replace("\r\n", "\n")) or _SETTINGS in text:
        return "obsidian"
    return "taskell" if taskell.fits(text) else "markdown"


def _read_as(form: Form, text: str, name: str, progress: Progress, party: PartyName) -> Found:
    match form:
        case "trello":
            if not _JSON.match(text):
                raise Refused("not-understood", path=name, form="Trello")
            return trello.read_trello(text, name, progress)
        case "taskell":
            return taskell.read_taskell(text)
        case "obsidian":
            from .obsidian import read_obsidian  # brings the exports along, for the boards that Accord wrote itself

            return read_obsidian(text, party=party)
        case "markdown":
            return read_markdown(text, progress)


def _brings_something(found: Found) -> bool:
    """Whether there is a card; or columns alone, as an empty board has them."""
    return any(column.cards for column in found.columns) or (bool(found.columns) and not found.left)
