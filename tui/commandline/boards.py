"""Commands about a board as a whole: open one, try the demo, begin one, look whether its files are sound."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path

import click

from storage import LANGUAGES, Refused, Store, new_board, recent
from storage.card import PARTIES, PartyName
from storage.changes.base import line
from storage.language import known
from storage.opening import board_path, journal_path
from storage.questions import keep_beside, to_keep
from storage.text import clean_line

from ..refusals import notice_sentence
from ..words import interface_language, party_as_name
from .calls import BoardFile, Call, Command, OneOf, board_argument


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_demo(call), _new(call), _check(call)]


class Opener(Command):
    """``accord BOARD``: it has no name of its own, and its help is the whole program's."""

    def get_help(self, ctx: click.Context) -> str:
        """What ``accord -h`` says."""
        return ctx.parent.get_help() if ctx.parent is not None else super().get_help(ctx)


def opener(call: Call) -> Opener:
    """What is called where the first word is no command."""

    def run(board: Path) -> int:
        return open_board(call, board)

    return Opener(call, "open", "BOARD", call.language.say("Open a board."), run, [board_argument()], hidden=True)


def open_board(call: Call, path: Path | None) -> int:
    """Open a board in the terminal; without one, the last one that was opened, or the welcome."""
    folder = recent.state_folder(call.environ)
    if path is None:
        path = recent.last(folder)
    elif not path.exists() and not journal_path(path).exists():
        word = clean_line(str(path))
        raise Refused("no-such-file" if path.suffix or path.name != word else "no-such-word", path=word)
    _need_terminal()
    # The toolkit is a third of a second: only what draws a screen waits for it.
    from ..app import run_app

    if path is not None:
        recent.remember(path, folder)
    return run_app(path, call.language.code)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("no-terminal")


def _language_option(call: Call) -> click.Option:
    return click.Option(
        ["--lang"],
        type=OneOf(call.language, LANGUAGES),
        metavar="en|fr",
        default=call.language.code,
        help=call.language.say("The language of the board; without it, that of the environment."),
    )


def _demo(call: Call) -> Command:
    def run(lang: str) -> int:
        _need_terminal()
        from storage import demo

        from ..app import run_app

        with tempfile.TemporaryDirectory(prefix="accord-") as folder:
            path = Path(folder) / "demo.json"
            demo.write(path, lang, now=dt.datetime.now(dt.UTC))
            return run_app(path, lang, demo=True)

    summary = call.language.say("Try a lively sample board, which is thrown away afterwards.")
    return Command(call, "demo", "[--lang en|fr]", summary, run, [_language_option(call)])


def _new(call: Call) -> Command:
    say = call.language.say

    def run(
        board: Path, title: str | None, lang: str, consultant: str | None, client: str | None, questions: Path | None
    ) -> int:
        given: dict[PartyName, str | None] = {"consultant": consultant, "client": client}
        names = {party: _name(given[party], party, lang) for party in PARTIES}
        if names["consultant"].casefold() == names["client"].casefold():
            raise Refused("name-taken", name=names["client"])
        bank = None if questions is None else to_keep(board_path(board), questions)
        with Store.create(board, new_board(line(_title_from(board) if title is None else title), lang, names)):
            pass
        if bank is not None:
            keep_beside(board_path(board), bank)
        call.out(say("A board is begun: {path}", path=board))
        return 0

    options = [
        click.Option(["--title"], metavar="T", help=say("Its title; without it, the name of the file.")),
        _language_option(call),
        click.Option(["--consultant"], metavar="NAME", help=say("Who brings the craft.")),
        click.Option(["--client"], metavar="NAME", help=say("Who knows the organisation.")),
        click.Option(["--questions"], metavar="BANK", type=click.Path(path_type=Path), help=say("Your own questions.")),
    ]
    usage = "BOARD [--title T] [--lang en|fr] [--consultant NAME] [--client NAME] [--questions BANK]"
    board = click.Argument(["board"], type=NewBoardFile(), metavar="BOARD")
    return Command(call, "new", usage, say("Begin a board."), run, [board, *options])


class NewBoardFile(BoardFile):
    """BOARD, as the path of a board that is to be: it ends in ``.json``."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path; :class:`Refused` where no board can have the name."""
        path = Path(str(value))
        if path.name in ("", "..") or path.suffix == ".journal":
            raise Refused("not-a-board-name", path=str(value))
        return path if path.suffix == ".json" else path.with_name(f"{path.name}.json")


def _title_from(path: Path) -> str:
    name = clean_line(path.stem.replace("_", " ").replace("-", " "))
    return name or path.stem


def _name(given: str | None, party: PartyName, lang: str) -> str:
    """A person's name; without one, what the board's language calls the side, as a name is written."""
    if given is not None:
        return line(given, "empty-name")
    return party_as_name(interface_language(known(lang)), party)


def _check(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, repair: bool) -> int:
        from storage import check

        findings = check.repair(board) if repair else check.check(board)
        for finding in findings:
            call.out(notice_sentence(finding, call.language))
        if not findings:
            call.out(say("{path} and its journal are sound.", path=board))
        return 1 if findings and not repair else 0

    mend = click.Option(
        ["--repair"],
        is_flag=True,
        help=say("Mend what can be mended; what was there before is kept beside it."),
    )
    summary = say("Look whether the files of a board are sound; 1 is returned where they are not.")
    return Command(call, "check", "BOARD [--repair]", summary, run, [board_argument(), mend])
