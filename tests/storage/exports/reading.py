"""Reads documents in tests: what stands in them, and where."""

from __future__ import annotations

from storage.exports.document import Document, Line, Section


def headings(document: Document) -> list[str]:
    return [section.heading for section in document.sections]


def part(document: Document, heading: str) -> Section:
    return next(section for section in document.sections if section.heading == heading)


def nested(lines: tuple[Line, ...]) -> list[object]:
    """The texts, each followed by the list of those below it, where there are any."""
    found: list[object] = []
    for line in lines:
        found.append(line.text)
        if line.below:
            found.append(nested(line.below))
    return found


def said_in(section: Section) -> dict[str, list[object]]:
    """The entries of a part: what stands under each title."""
    return {entry.title: nested(entry.lines) for entry in section.entries}


def everything(document: Document) -> str:
    """All texts and bodies, one a line."""

    def of(lines: tuple[Line, ...]) -> list[str]:
        return [text for line in lines for text in (line.text, line.body, *of(line.below))]

    found = [document.title, document.occasion, document.provenance]
    for section in document.sections:
        found += [section.heading, *of(section.lines)]
        for entry in section.entries:
            found += [entry.title, entry.body, *of(entry.lines)]
    return "\n".join(found)
