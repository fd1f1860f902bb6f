"""``ssh … export``: the board as a document, for whoever may see it. Nothing here names a file, or writes one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from storage import Language, Refused, Store
from storage.text import clean_line, for_terminal

from ..commandline.calls import Call, Command, OneOf, wrong_call
from ..commandline.share import FORMS
from ..refusals import sentence

if TYPE_CHECKING:
    from storage.exports import Form

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

    def run(form: Form, full: bool, no_names: bool) -> None:
        made.append(_document(store, form, full=full, names=not no_names))

    form_help = say("In which form; without it, {form}.", form="markdown")
    params = [
        click.Option(
            ["--as", "form"],
            type=OneOf(call.language, FORMS),
            metavar="|".join(FORMS),
            default="markdown",
            help=form_help,
        ),
        click.Option(["--full"], is_flag=True, help=say("With everything that was said, not only what came of it.")),
        click.Option(["--no-names"], is_flag=True, help=say("Without the names of those who said it.")),
    ]
    usage = f"[--as {'|'.join(FORMS)}] [--full] [--no-names]"
    return Command(call, "export", usage, say("Write the strategy, in the language of the board."), run, params)


def _document(store: Store, form: Form, *, full: bool, names: bool) -> str:
    from storage.exports import document_language, export

    board, digest = store.board, store.digest
    language = document_language(board.lang)
    today = dt.date.today()
    return for_terminal(export(board, form, language, today=today, full=full, names=names, digest=digest))
