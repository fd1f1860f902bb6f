"""A file that comes in: all of it as cards, or a long text of which something is picked."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storage import Refused
from storage.card import PartyName
from storage.files import refused_for
from storage.imports import Found, read
from storage.imports.brief import Offer, read_brief
from storage.imports.recognise import LARGEST
from storage.text import folded

Progress = Callable[[float], None]
"""Told now and then which share is done, from 0 to 1; whatever it raises ends the work."""

_TEXT_ENDINGS = (".md", ".markdown", ".txt")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_ITEM = re.compile(r"[-*+•–]\s|\d{1,3}[.)]\s")
_SENTENCE_WORDS = 9  # from so many words on, a line is rather a sentence than the title of a card
_FEW_SENTENCES = 4  # a list may have an introduction
_ITEMS_A_SENTENCE = 6  # and a text may have lists


@dataclass(frozen=True)
class Brief:
    """What can be picked from a text, and the words by which each of these is found."""

    offers: tuple[Offer, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class FileRead:
    """What a file holds: all of it as cards, if it has any; and what can be picked from it, if it is a text."""

    name: str
    found: Found | None
    brief: Brief | None = None
    is_brief: bool = False


def read_file(path: Path, progress: Progress, party: PartyName) -> FileRead:
    """Read a file for a party. :class:`Refused` where nothing in it can be taken in."""
    progress(0.0)
    data = _bytes_of(path)
    try:
        found = read(data, path.name, progress=progress, party=party)
    except Refused as refused:
        brief = _brief(_decoded(data)) if refused.code == "no-cards" and _is_text(path) else None
        if brief is None:
            raise
        return FileRead(path.name, None, brief, is_brief=True)
    if found.source != "markdown" or not _is_text(path):
        return FileRead(path.name, found)
    text = _decoded(data)
    brief = _brief(text)
    return FileRead(path.name, found, brief, is_brief=brief is not None and is_prose(text))


def _is_text(path: Path) -> bool:
    return path.name.lower().endswith(_TEXT_ENDINGS)


def _brief(text: str) -> Brief | None:
    offers = read_brief(text)
    words = tuple(folded(f"{offer.title} {offer.body}") for offer in offers)
    return Brief(offers, words) if offers else None


def _decoded(data: bytes) -> str:
    """The text of a file that has been read as one."""
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if is_wide else "utf-8-sig", "replace")


def brief_of(text: str) -> Brief | None:
    """What can be picked from a text, if it is a long one with several such places; else nothing."""
    brief = _brief(text) if is_prose(text) else None
    return brief if brief is not None and len(brief.offers) > 1 else None


def is_long_text(data: bytes) -> bool:
    """Whether a file that was read as Markdown is a text to pick from, and no list of cards."""
    return is_prose(_decoded(data))


def is_prose(text: str) -> bool:
    """Whether a text is one to read, whatever lists it has, rather than lists with a few words around them."""
    lines = [line.strip() for line in _FRONT_MATTER.sub("", text).split("\n")]
    items = sum(bool(_ITEM.match(line)) for line in lines)
    sentences = sum(
        len(line.split()) >= _SENTENCE_WORDS and not _ITEM.match(line) and line[0] not in "#|" for line in lines
    )
    return sentences > _FEW_SENTENCES and sentences * _ITEMS_A_SENTENCE > items


def _bytes_of(path: Path) -> bytes:
    """What is in a file; of a pipe or a device there would be no end."""
    try:
        found = os.stat(path)
        if stat.S_ISDIR(found.st_mode):
            raise Refused("is-a-folder", path=str(path))
        if not stat.S_ISREG(found.st_mode):
            raise Refused("not-text", path=str(path))
        if found.st_size > LARGEST:
            raise Refused("file-too-large", path=path.name, longest=LARGEST)
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)  # it may grow meanwhile, or have no size at all, as in /proc
        if len(data) > LARGEST:
            raise Refused("file-too-large", path=path.name, longest=LARGEST)
        return data
    except FileNotFoundError as error:
        raise Refused("no-such-source", path=str(path)) from error
    except OSError as error:
        raise refused_for(error, path) from error
