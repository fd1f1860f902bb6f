"""Making what is shared: the text in its form, and how it looks before it goes. All of it is fit for a thread."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple

from storage import Board, Language, Record, Store
from storage.exports import BOARD, STRATEGY, WHOLE, Form, Subject, document_language, document_of, export
from storage.sessions import QUIET

from ..glyphs import Glyphs
from ..widgets.markdown_lines import Blocks, Line, lay_out, read_markdown, read_plain
from .share_choices import READ, Shape

MOST_LINES = 10_000
"""Lines of a text that are shown before it goes; nobody reads on as far as that."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to share. ``full`` and ``names`` are those of the exports."""

    subject: Subject = STRATEGY
    shape: Shape = READ
    full: bool = False
    names: bool = True

    def of(self, subject: Subject) -> Wanted:
        """The same about something else, in a form that can be about it alone."""
        return replace(self, subject=subject, shape=READ if self.whole and subject != BOARD else self.shape)

    @property
    def about(self) -> Subject:
        """What is in it."""
        return BOARD if self.whole else self.subject

    @property
    def whole(self) -> bool:
        """Whether its form has the whole board, whatever was asked for."""
        return self.shape.saved in WHOLE


class Made(NamedTuple):
    """A text, and the change and the digest of the board that it was made of."""

    text: str
    seq: int
    digest: str


class Maker:
    """Makes documents of a store; it reads the journal once, and only for a subject that needs it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: tuple[Record, ...] | None = None

    def records(self, since: int, until: int) -> tuple[Record, ...]:
        """The changes after ``since``, up to ``until``. :class:`Refused` where the journal cannot be read."""
        held = tuple(self._store.log)
        if since < until and not (held and held[0].seq <= since + 1):
            if self._read is None:
                self._read = tuple(self._store.history())
            last = self._read[-1].seq if self._read else 0
            held = (*self._read, *(record for record in held if record.seq > last))
        return tuple(record for record in held if since < record.seq <= until)

    def changes_since(self, seq: int) -> int:
        """How many changes the board has seen since; what one only looked at is none, where that is known."""
        held = self._store.log
        until = self._store.board.seq
        quiet = sum(record.kind in QUIET for record in held if seq < record.seq <= until)
        return max(0, until - seq - quiet)

    def made(self, wanted: Wanted, form: Form) -> Made:
        """What is wanted, in a form; others may change the board before it has gone its way."""
        board, digest = self._store.board, self._store.digest
        text = export(
            board,
            form,
            document_language(board.lang),
            subject=wanted.about,
            records=self._records_for(board, wanted.about),
            today=dt.date.today(),
            full=wanted.full,
            names=wanted.names,
            digest=digest,
        )
        return Made(text, board.seq, digest)

    def text(self, wanted: Wanted, form: Form) -> str:
        """The text alone."""
        return self.made(wanted, form).text

    def fragment(self, wanted: Wanted) -> str:
        """What is wanted as HTML to be pasted, with its headings."""
        from storage.exports.html import as_fragment

        board, digest = self._store.board, self._store.digest
        return as_fragment(
            document_of(
                board,
                wanted.about,
                document_language(board.lang),
                records=self._records_for(board, wanted.about),
                today=dt.date.today(),
                full=wanted.full,
                names=wanted.names,
                digest=digest,
            )
        )

    def _records_for(self, board: Board, subject: Subject) -> tuple[Record, ...]:
        return self.records(subject.seq, board.seq) if subject.needs_records else ()

    def preview(self, wanted: Wanted, width: int, language: Language, glyphs: Glyphs) -> tuple[Blocks, list[Line]]:
        """How it looks, laid out for so many cells; of what is very long, the beginning."""
        blocks: Blocks
        match wanted.shape.shown:
            case "read":
                text, rest = _beginning(self.text(wanted, "markdown"), language)
                blocks = read_markdown(text, glyphs)
            case "letter":
                text, rest = _beginning(_letter(self.text(wanted, "eml"), language), language)
                blocks = read_plain(text)
            case "source":
                text, rest = _beginning(self.text(wanted, wanted.shape.copied), language)
                blocks = read_plain(text)
        blocks = [*blocks, *(read_plain(f"\n{rest}") if rest else ())]
        return blocks, lay_out(blocks, width, glyphs)


def _beginning(text: str, language: Language) -> tuple[str, str]:
    """A text up to :data:`MOST_LINES`, and what is said of the rest; nothing where that was all."""
    text = text.rstrip("\n")
    more = text.count("\n") + 1 - MOST_LINES
    if more <= 0:
        return text, ""
    words = language.count(
        "… and {n} more line, which is shared too.", "… and {n} more lines, which are shared too.", more
    )
    return "\n".join(text.split("\n", MOST_LINES)[:MOST_LINES]), words


def _letter(draft: str, language: Language) -> str:
    """A mail draft as a mail program shows it: its subject and its text."""
    from email import message_from_string
    from email.policy import default

    message = message_from_string(draft, policy=default)
    body = message.get_body(("plain",))
    subject = language.say("Subject: {title}", title=str(message["subject"]))
    return f"{subject}\n\n{body.get_content().rstrip() if body else ''}"
