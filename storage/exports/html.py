"""The strategy as HTML for a mail: few tags, styles in place, and nothing that is fetched from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .document import Document, Line
from .html_body import body_blocks, escaped
from .html_look import END, OPEN


def as_html(document: Document) -> str:
    """The document as a page of its own, ending with a newline."""
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{document.language}">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escaped(document.title)}</title>\n"
        "</head>\n"
        '<body style="margin:0">\n'
        f"{as_fragment(document)}"
        "</body>\n"
        "</html>\n"
    )


def as_fragment(document: Document) -> str:
    """The document as one element, to be pasted into a mail or a page; it ends with a newline."""
    return "\n".join(_elements(document)) + "\n"


def _elements(document: Document) -> Iterator[str]:
    # Mail programs take the page away around it, and the language with the page.
    yield f'<div lang="{document.language}"{OPEN["div"].removeprefix("<div")}'
    yield f"{OPEN['h1']}{escaped(document.title)}</h1>"
    yield f"{OPEN['p']}{escaped(document.occasion)}</p>"
    for section in document.sections:
        yield f"{OPEN['h2']}{escaped(section.heading)}</h2>"
        yield from _list(section.lines)
        for number, entry in enumerate(section.entries, 1):
            sign = f"{number}. " if section.numbered else ""
            yield f"{OPEN['h3']}{sign}{escaped(entry.title)}</h3>"
            if entry.body:
                yield from body_blocks(entry.body)
            yield from _list(entry.lines)
    yield f"{END}{escaped(document.provenance)}</p>"
    yield "</div>"


def _list(lines: Sequence[Line]) -> Iterator[str]:
    if lines:
        yield OPEN["ul"]
        for line in lines:
            item = f"{OPEN['li']}{escaped(line.text)}"
            if not line.body and not line.below:
                yield f"{item}</li>"
                continue
            yield item
            if line.body:
                yield from body_blocks(line.body)
            yield from _list(line.below)
            yield "</li>"
        yield "</ul>"
