"""The strategy as CommonMark, in which nothing that people typed as text is read as a sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .document import Document, Line
from .escape import escaped
from .markdown_body import body_lines


def as_markdown(document: Document) -> str:
    """The document as CommonMark."""
    return "\n".join(_lines(document))


def _lines(document: Document) -> Iterator[str]:
    yield f"# {escaped(document.title)}"
    yield ""
    yield escaped(document.occasion)
    for section in document.sections:
        yield from ("", f"## {escaped(section.heading)}", "")
        yield from _items(section.lines)
        for number, entry in enumerate(section.entries, 1):
            if number > 1:
                yield ""
            yield f"### {number}. {escaped(entry.title)}" if section.numbered else f"### {escaped(entry.title)}"
            if entry.body and (body := body_lines(entry.body)):
                yield ""
                yield from body
            if entry.lines:
                yield ""
                yield from _items(entry.lines)
    yield from ("", "---", "", escaped(document.provenance), "")


def _items(lines: Sequence[Line]) -> Iterator[str]:
    apart = False
    for line in lines:
        if apart:
            yield ""
        yield f"- {escaped(line.text)}"
        body = body_lines(line.body) if line.body else []
        if body:
            yield ""
            yield from _indented(body, "  ")
        if body and line.below:
            yield ""
        yield from _indented(_items(line.below), "  ")
        apart = bool(body)


def _indented(lines: Iterable[str], by: str) -> Iterator[str]:
    return (by + line if line else "" for line in lines)
