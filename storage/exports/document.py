"""What is shared as a document, before it is Markdown, mail or anything else. Nothing here is rendered.

All texts are plain text, of one line each; only a ``body`` is Markdown, as somebody typed it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One sentence or title, with what belongs below it."""

    text: str
    body: str = ""
    below: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Entry:
    """Something with a title of its own: a decision, a trial."""

    title: str
    lines: tuple[Line, ...] = ()
    body: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the document: either lines or entries, the entries numbered where their order is spoken of."""

    heading: str
    lines: tuple[Line, ...] = ()
    entries: tuple[Entry, ...] = ()
    numbered: bool = False


@dataclass(frozen=True)
class Document:
    """What is shared. ``occasion`` says when and with whom, ``moment`` in short when, ``language`` is its code."""

    language: str
    title: str
    occasion: str
    moment: str
    sections: tuple[Section, ...]
    provenance: str
