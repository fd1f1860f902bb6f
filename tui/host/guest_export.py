"""``ssh … export``: the board as a document, for whoever may see it. Nothing here names a file, or writes one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from storage import Language, Refused, Store
from storage.text import clean_line, for_terminal

from ..commandline.calls import Call, Command, wrong_call
from ..commandline.share import HOW, LAST, WHAT, Asked, form_option, what_options
from ..refusals import sentence

if TYPE_CHECKING:
    from storage.exports import Form, Subject

LONGEST_ERROR = 300
"""Characters of an error: it repeats what was typed."""

WRONG_CALL = 2
"""The exit status of a call that is not understood."""


@dataclass(frozen=True)
class _GuestCall(Call):
    """A call from elsewhere: what it has to say goes to the guest, and not to the host's own output."""

    said: list[str] = field(default_factory=list)

    def out(self, text: str) -> None:
        """Keep it."""
        self.said.append(for_terminal(text) + "\n")


def exported(words: list[str], store: Store, language: Language) -> tuple[str, int]:
    """What ``export`` gives with these words behind it, and the exit status; an error is one line."""
    call = _GuestCall(language, {})
    made: list[str] = []
    command = _command(call, store, made)
    try:
        with command.make_context("export", list(words), max_content_width=100, terminal_width=100) as context:
            command.invoke(context)
    except click.exceptions.Exit:
        return "".join(call.said), 0
    except click.UsageError as error:
        return clean_line(wrong_call(error, call))[:LONGEST_ERROR], WRONG_CALL
    except Refused as refused:
        return clean_line(sentence(refused, language))[:LONGEST_ERROR], 1
    return "".join(made), 0


def _command(call: Call, store: Store, made: list[str]) -> Command:
    say = call.language.say

    def run(form: Form | None, **options: Any) -> None:
        form = form or "markdown"
        asked = Asked(**options)
        asked.check(form, call)
        made.append(_document(store, form, asked))

    params = [*what_options(call), form_option(call, say("In which form; without it, {form}.", form="markdown"))]
    summary = say("Write the strategy, the whole board, a trail or what has changed, in the language of the board.")
    return Command(call, "export", f"{WHAT} {HOW}", summary, run, params)


def _document(store: Store, form: Form, asked: Asked) -> str:
    from storage.exports import document_language, export

    board, digest = store.board, store.digest
    subject = _subject(asked)
    records = [record for record in store.history() if record.seq > subject.seq] if subject.needs_records else []
    text = export(
        board,
        form,
        document_language(board.lang),
        subject=subject,
        records=records,
        today=dt.date.today(),
        full=asked.full,
        names=not asked.no_names,
        digest=digest,
    )
    # Cleaned once more, as on the command line; a mail keeps the line ends that it has to have.
    return for_terminal(text).replace("\n", "\r\n") if form == "eml" else for_terminal(text)


def _subject(asked: Asked) -> Subject:
    """What it is about. What was shared last is known to whoever shared it: for a guest, everything is new."""
    from storage.exports import Subject

    return Subject("since") if asked.since == LAST else asked.subject(None)
