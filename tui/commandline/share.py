"""Commands that take the strategy out: into a file, to another program, onto the clipboard."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storage import Refused, Store
from storage.files import refused_for, write_whole
from storage.opening import journal_path
from storage.recent import state_folder

from .calls import Call, Command, OneOf, board_argument

if TYPE_CHECKING:
    from storage.exports import Form

FORMS = ("markdown", "text", "json")
"""What ``--as`` takes: the forms of :mod:`storage.exports`, which only ``export`` and ``copy`` wait for."""


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_export(call), _copy(call)]


def _document(store: Store, form: Form, *, full: bool = False, names: bool = True) -> str:
    """The board as a document, in the language of the board."""
    from storage.exports import document_language, export

    language = document_language(store.board.lang)
    today = dt.date.today()
    return export(store.board, form, language, today=today, full=full, names=names, digest=store.digest)


def _form_option(call: Call, default: str) -> click.Option:
    return click.Option(
        ["--as", "form"],
        type=OneOf(call.language, FORMS),
        metavar="|".join(FORMS),
        default=default,
        help=call.language.say("In which form; without it, {form}.", form=default),
    )


def _export(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, form: Form, full: bool, no_names: bool, output: str) -> int:
        with call.opened(board) as store:
            text = _document(store, form, full=full, names=not no_names)
        if output != "-":
            write_out(Path(output), text, board)
            return 0
        if form == "json" and call.plain_ascii:
            text = json.dumps(json.loads(text), indent=2) + "\n"
        call.document(text)
        return 0

    params = [
        board_argument(),
        _form_option(call, "markdown"),
        click.Option(["--full"], is_flag=True, help=say("With everything that was said, not only what came of it.")),
        click.Option(["--no-names"], is_flag=True, help=say("Without the names of those who said it.")),
        click.Option(
            ["-o", "--output", "output"],
            metavar="FILE|-",
            default="-",
            help=say("Where to write it; without it, or with -, to standard output."),
        ),
    ]
    usage = f"BOARD [--as {'|'.join(FORMS)}] [--full] [--no-names] [-o FILE|-]"
    return Command(call, "export", usage, say("Write the strategy, in the language of the board."), run, params)


def write_out(path: Path, text: str, board: Path) -> None:
    """Write a document to a file: whole or not at all. :class:`Refused` where it cannot be, or is the board itself."""
    data = text.encode()
    target = path.resolve()
    try:
        if target in (board.resolve(), journal_path(board.resolve())):
            raise Refused("would-overwrite", path=str(path))
        if target.is_dir():
            raise Refused("is-a-folder", path=str(path))
        if not target.parent.is_dir():
            raise Refused("no-such-folder", path=str(path.parent))
        if target.exists() and not target.is_file():
            # A pipe or a device is written to; only a file can be replaced.
            target.write_bytes(data)
        else:
            write_whole(target, [data])
    except OSError as error:
        raise refused_for(error, path) from error


def _copy(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, form: Form) -> int:
        from .. import clipboard

        with call.opened(board) as store:
            text = _document(store, form)
        outcome = clipboard.copy(
            text, environ=call.environ, write=_terminal(), remote=False, fallback_dir=state_folder(call.environ)
        )
        if outcome.wants_screen:
            call.document(text)
        call.out(clipboard.sentence(outcome, call.language))
        return 0

    summary = say("Copy the strategy to the clipboard, as plain text ready for an e-mail.")
    usage = f"BOARD [--as {'|'.join(FORMS)}]"
    return Command(call, "copy", usage, summary, run, [board_argument(), _form_option(call, "text")])


def _terminal() -> Callable[[str], object] | None:
    """What writes to the terminal itself, where there is one: the clipboard's sequences are no text."""
    if not sys.stdout.isatty():
        return None

    def write(sequence: str) -> None:
        sys.stdout.write(sequence)
        sys.stdout.flush()

    return write
