"""``ssh … export``: the board as a document, for whoever may see it."""

from __future__ import annotations

from storage import Language, Store


def exported(words: list[str], store: Store, language: Language) -> tuple[str, int]:
    """What ``export`` gives with these words behind it, and the exit status; an error is one line."""
    import datetime as dt

    from storage.exports import document_language, export

    board = store.board
    return export(board, "markdown", document_language(board.lang), today=dt.date.today(), digest=store.digest), 0
