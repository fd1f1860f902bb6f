"""Every form in which a board leaves Accord. What is shared is one document; the forms render it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from ..acts import Record
from ..board import Board
from ..language import Language, known
from .subjects import BOARD, STRATEGY, Subject, document_of

__all__ = [
    "BOARD",
    "ENDINGS",
    "FORMS",
    "STRATEGY",
    "WHOLE",
    "Form",
    "Subject",
    "document_language",
    "document_of",
    "export",
]

Form = Literal["markdown", "html", "text", "eml", "json", "obsidian"]
FORMS: tuple[Form, ...] = get_args(Form)

WHOLE: frozenset[Form] = frozenset({"json", "obsidian"})
"""The forms that always have the whole board, with everybody's names, for another program."""

ENDINGS: Mapping[str, Form] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".eml": "eml",
    ".json": "json",
}
"""The form that the ending of a file's name asks for, in lower case. Obsidian's is Markdown: it has to be asked for."""


@cache
def document_language(code: str) -> Language:
    """The language of documents, for its code or locale name; English where we have no other."""
    return Language(known(code), Path(__file__).parent.parent / "locale", "storage")


def export(
    board: Board,
    form: Form,
    language: Language,
    *,
    subject: Subject = STRATEGY,
    records: Iterable[Record] = (),
    today: dt.date,
    full: bool = False,
    names: bool = True,
    digest: str = "",
) -> str:
    """What is shared of a board, in a form, as text that ends with a line break; in a mail (``eml``) these are CRLF.

    All but ``form`` and ``language`` is that of :func:`~storage.exports.subjects.document_of`; the forms of
    :data:`WHOLE` take the board alone.
    """
    # What a form needs is imported with it: most of all, nobody waits for the mail of a text.
    if form == "json":
        from .json import dumps

        return dumps(board)
    if form == "obsidian":
        from .obsidian import as_obsidian

        return as_obsidian(board, language)
    document = document_of(
        board, subject, language, records=records, full=full, names=names, today=today, digest=digest
    )
    match form:
        case "markdown":
            from .markdown import as_markdown

            return as_markdown(document)
        case "html":
            from .html import as_html

            return as_html(document)
        case "text":
            from .text import as_text

            return as_text(document)
        case "eml":
            from .mail import as_mail

            return as_mail(document)
