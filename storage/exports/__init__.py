"""Every form in which a board leaves Accord. The strategy is one document; the forms render it."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from ..board import Board
from ..language import Language, known
from .json import dumps
from .markdown import as_markdown
from .strategy import strategy as read_off
from .text import as_text

Form = Literal["markdown", "text", "json"]
FORMS: tuple[Form, ...] = get_args(Form)


@cache
def document_language(code: str) -> Language:
    """The language of documents, for its code or locale name; English where we have no other."""
    return Language(known(code), Path(__file__).parent.parent / "locale", "storage")


def export(
    board: Board,
    form: Form,
    language: Language,
    *,
    today: dt.date,
    full: bool = False,
    names: bool = True,
    digest: str = "",
) -> str:
    """A board in a form, as text that ends with a newline: JSON has everything, the other forms the strategy.

    ``full``, ``names``, ``today`` and ``digest`` are those of :func:`~storage.exports.strategy.strategy`.
    """
    if form == "json":
        return dumps(board)
    document = read_off(board, language, full=full, names=names, today=today, digest=digest)
    return as_markdown(document) if form == "markdown" else as_text(document)
