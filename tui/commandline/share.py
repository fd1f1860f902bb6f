"""Commands that take out what can be shared: into a file, to another program, onto the clipboard."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from storage import Refused, Store
from storage.files import refused_for, write_whole
from storage.opening import journal_path
from storage.recent import state_folder
from storage.text import clean_line, for_terminal

from .calls import Call, CardId, Command, OneOf, Value, board_argument

if TYPE_CHECKING:
    from storage.exports import Form, Subject
    from storage.shared import Route, Shared

FORMS = ("markdown", "html", "text", "eml", "json", "obsidian")
"""What ``--as`` takes: the forms of :mod:`storage.exports`, which only ``export`` and ``copy`` wait for."""

LAST = "last"
"""What ``--since`` takes for the change at which the board was last shared."""

STANDARD_OUTPUT = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
"""The names of standard output: a file that it was sent into goes on where it is, and is not replaced."""


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_export(call), _copy(call)]


# What is asked for


@dataclass(frozen=True)
class Asked:
    """What somebody wants, as the options say it."""

    whole: bool = False
    trail: str | None = None
    since: int | str | None = None
    full: bool = False
    no_names: bool = False

    def check(self, form: str, call: Call) -> None:
        """Refuse as a wrong call what does not go together."""
        say = call.language.say
        whats = {"--board": self.whole, "--trail": self.trail is not None, "--since": self.since is not None}
        asked = [option for option, given in whats.items() if given]
        if len(asked) > 1:
            raise click.BadArgumentUsage(say("{options} do not go together; choose one.", options=", ".join(asked)))
        if form in ("json", "obsidian"):
            narrower = [option for option in asked if option != "--board"] + ["--no-names"] * self.no_names
            if narrower:
                facts = {"option": narrower[0], "form": form}
                words = say("{option} does not go with {form}, which always has the whole board.", **facts)
                raise click.BadArgumentUsage(words)

    def subject(self, shared: Shared | None) -> Subject:
        """What it is about. Where nothing was shared yet, everything is new."""
        from storage.exports import BOARD, STRATEGY, Subject

        if self.whole:
            return BOARD
        if self.trail is not None:
            return Subject("trail", card=self.trail)
        if self.since is None:
            return STRATEGY
        if isinstance(self.since, int):
            return Subject("since", seq=self.since)
        last = next((sharing for sharing in (shared.all() if shared else ()) if sharing.subject.kind != "trail"), None)
        return Subject("since", seq=last.seq, day=last.time.astimezone().date()) if last else Subject("since")


class ChangeNumber(Value):
    """CHANGE: its number, or ``last``."""

    name = "change"

    def __init__(self, call: Call) -> None:
        self._language = call.language

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        """The number, or the word."""
        typed = str(value).strip().lower()
        if typed == LAST:
            return LAST
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
            words = self._language.say(
                "“{value}” is neither the number of a change nor “last”.", value=clean_line(str(value))
            )
            self.fail(words, param, ctx)
        return int(typed)


def what_options(call: Call) -> list[click.Option]:
    """The options that say what is shared."""
    say = call.language.say
    since = say(
        "What has changed since that change (its number is in the last line of a document), "
        "or since it was last shared."
    )
    return [
        click.Option(
            ["--board", "whole"],
            is_flag=True,
            help=say("The board as it stands, column by column, in place of the strategy."),
        ),
        click.Option(
            ["--trail"],
            type=CardId(call.language),
            metavar="ID",
            help=say("The trail of a decision: how it came about, and what became of it."),
        ),
        click.Option(["--since"], type=ChangeNumber(call), metavar=f"CHANGE|{LAST}", help=since),
        click.Option(["--full"], is_flag=True, help=say("With everything that was said, not only what came of it.")),
        click.Option(["--no-names"], is_flag=True, help=say("Without the names of those who said it.")),
    ]


def form_option(call: Call, help_: str) -> click.Option:
    """``--as FORM``."""
    return click.Option(["--as", "form"], type=OneOf(call.language, FORMS), metavar="|".join(FORMS), help=help_)


WHAT = f"[--board | --trail ID | --since CHANGE|{LAST}]"
HOW = f"[--as {'|'.join(FORMS)}] [--full] [--no-names]"


# What is made of it


@dataclass(frozen=True)
class Made:
    """A document, and what is kept of its having been shared."""

    text: str
    subject: Subject
    form: Form
    seq: int
    digest: str
    shared: Shared

    def went(self, route: Route, where: str = "") -> None:
        """Keep which way it went. What is for another program, to read or to keep, was not shared with anybody."""
        from storage.exports import WHOLE
        from storage.shared import Sharing

        if self.form not in WHOLE:
            now = dt.datetime.now(dt.UTC)
            self.shared.add(Sharing(now, self.seq, self.digest, self.subject, self.form, route, where=where))


def _made(store: Store, form: Form, asked: Asked, board: Path, environ: Mapping[str, str]) -> Made:
    """What is asked for, in the language of the board."""
    from storage.exports import document_language, export
    from storage.shared import Shared

    shared = Shared(state_folder(environ) / "shared", board)
    subject = asked.subject(shared)
    records = [r for r in store.history() if r.seq > subject.seq] if subject.needs_records else []
    text = export(
        store.board,
        form,
        document_language(store.board.lang),
        subject=subject,
        records=records,
        today=dt.date.today(),
        full=asked.full,
        names=not asked.no_names,
        digest=store.digest,
    )
    return Made(text, subject, form, store.board.seq, store.digest, shared)


# export


def _export(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, form: Form | None, output: str, **options: Any) -> int:
        from storage.exports import ENDINGS

        form = form or ENDINGS.get(Path(output).suffix.lower(), "markdown")
        asked = Asked(**options)
        asked.check(form, call)
        with call.opened(board) as store:
            made = _made(store, form, asked, board, call.environ)
        if output not in STANDARD_OUTPUT:
            write_out(Path(output), made.text, board)
            made.went("saved", str(Path(output).absolute()))
            return 0
        _to_standard_output(made, call)
        if not sys.stdout.isatty():
            made.went("piped")
        return 0

    params = [
        board_argument(),
        *what_options(call),
        form_option(call, say("In which form; without it, by the ending of FILE, or markdown.")),
        click.Option(
            ["-o", "--output", "output"],
            metavar="FILE|-",
            default="-",
            help=say("Where to write it; without it, or with -, to standard output."),
        ),
    ]
    summary = say("Write the strategy, the whole board, a trail or what has changed, in the language of the board.")
    return Command(call, "export", f"BOARD {WHAT} {HOW} [-o FILE|-]", summary, run, params)


def _to_standard_output(made: Made, call: Call) -> None:
    """Write a document where it may be read or go on; a mail that goes on is, to the byte, what a file would have."""
    if made.form == "json" and call.plain_ascii:
        call.document(json.dumps(json.loads(made.text), indent=2) + "\n")
    elif made.form == "eml" and not sys.stdout.isatty():
        sys.stdout.write(for_terminal(made.text).replace("\n", "\r\n"))
    else:
        call.document(made.text)


def write_out(path: Path, text: str, board: Path) -> None:
    """Write a document to a file: whole or not at all. :class:`Refused` where it cannot be, or is the board itself."""
    data = text.encode()
    # Not Path.resolve: it raises something else where links lead round in a circle.
    target, kept = Path(os.path.realpath(path)), Path(os.path.realpath(board))
    try:
        if any(target == own or _is_same_file(target, own) for own in (kept, journal_path(kept))):
            raise Refused("would-overwrite", path=str(path))
        if path.is_dir():
            raise Refused("is-a-folder", path=str(path))
        if _is_stream(path):
            path.write_bytes(data)
            return
        if not target.parent.is_dir():
            raise Refused("no-such-folder", path=str(path.parent))
        write_whole(target, [data])
    except OSError as error:
        raise refused_for(error, path) from error


def _is_same_file(path: Path, other: Path) -> bool:
    """Whether two names are one file, as on a disk that knows no capital letters."""
    with contextlib.suppress(OSError):
        return path.samefile(other)
    return False


def _is_stream(path: Path) -> bool:
    """Whether it is a pipe or a device, which is written to; only a file can be replaced.

    Asked of the name itself: what a shell's ``>(…)`` stands for has no other that leads anywhere.
    """
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


# copy


def _copy(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, form: Form | None, **options: Any) -> int:
        from .. import clipboard

        form = form or "text"
        asked = Asked(**options)
        asked.check(form, call)
        with call.opened(board) as store:
            made = _made(store, form, asked, board, call.environ)
        outcome = clipboard.copy(
            made.text, environ=call.environ, write=_terminal(), remote=False, fallback_dir=state_folder(call.environ)
        )
        if outcome.wants_screen:
            call.document(made.text)
        if outcome.certain:
            made.went("copied")
        elif outcome.route in ("tmux", "terminal"):
            made.went("sent-to-terminal")
        call.out(clipboard.sentence(outcome, call.language))
        return 0

    summary = say("Copy the strategy, or one of these, to the clipboard, as plain text ready for an e-mail.")
    form = form_option(call, say("In which form; without it, {form}.", form="text"))
    params = [board_argument(), *what_options(call), form]
    return Command(call, "copy", f"BOARD {WHAT} {HOW}", summary, run, params)


def _terminal() -> Callable[[str], object] | None:
    """What writes to the terminal itself, where there is one: the clipboard's sequences are no text."""
    if not sys.stdout.isatty():
        return None

    def write(sequence: str) -> None:
        sys.stdout.write(sequence)
        sys.stdout.flush()

    return write
