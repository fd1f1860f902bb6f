"""The command that takes a file from elsewhere onto a board, or makes a board of it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storage import Refused, Store, new_board
from storage.card import PARTIES, PartyName
from storage.changes.base import line
from storage.files import refused_for
from storage.opening import journal_path
from storage.text import LONGEST_TITLE, can_be_seen, clean_line

from ..words import column_title, party_as_name
from .boards import NewBoardFile
from .calls import Call, Command, OneOf, board_file, party
from .cards import commit

if TYPE_CHECKING:
    from storage import Board
    from storage.imports import Found, From, Left, Plan

SOURCES = ("auto", "markdown", "obsidian", "taskell", "trello")
"""What ``--from`` takes: the sources of :mod:`storage.imports`, which only ``import`` waits for."""


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_import(call)]


class AnyBoardFile(NewBoardFile):
    """BOARD, as the path of a board that is there, or is to be."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Where the board is, or would be; :class:`Refused` where none can be."""
        path = board_file(str(value))
        return path if _is_there(path) else super().convert(value, param, ctx)


def _is_there(board: Path) -> bool:
    return board.exists() or journal_path(board).exists()


def _import(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, file: str, source: From, by: str) -> int:
        found = _found(call, file, board, source, party(by))
        if _is_there(board):
            with call.opened(board) as store:
                _take_in(call, store, found, by)
        elif found.board is not None:
            with Store.create(board, found.board):
                call.out(say("The whole board is taken in: {path}", path=board))
            _tell_left(call, found.left)
        else:
            with Store.create(board, _begun(call, found, board)) as store:
                call.out(say("A board is begun: {path}", path=board))
                _take_in(call, store, found, by)
        return 0

    params = [
        click.Argument(["board"], type=AnyBoardFile(), metavar="BOARD"),
        click.Argument(["file"], type=click.Path(allow_dash=True), metavar="FILE"),
        click.Option(
            ["--from", "source"],
            type=OneOf(call.language, SOURCES),
            metavar="|".join(SOURCES),
            default=SOURCES[0],
            help=say("What the file is; without it, that is told from what is in it."),
        ),
        click.Option(
            ["--by"],
            type=OneOf(call.language, PARTIES),
            metavar="PARTY",
            default=PARTIES[0],
            help=say("Whose word it is: consultant or client; without it, consultant."),
        ),
    ]
    more = say(
        "BOARD is begun where it is not there yet. FILE may be -, for standard input. "
        "What ends in a question mark becomes a question, everything else a proposal; nothing is agreed by it."
    )
    usage = f"BOARD FILE [--from {'|'.join(SOURCES)}] [--by PARTY]"
    return Command(call, "import", usage, say("Take the cards of a file onto a board."), run, params, more=more)


def _found(call: Call, file: str, board: Path, source: From, by: PartyName) -> Found:
    """What is in the file. :class:`Refused` where it cannot be read, nothing is in it, or it is to be picked from."""
    from storage.imports import read

    from ..incoming import is_long_text

    name, data = call.language.say("standard input") if file == "-" else file, _bytes_of(file)
    try:
        found = read(data, name, source, party=by)
    except Refused as refused:
        if refused.code == "is-a-board":  # as it is typed after the command that opens it
            path = call.language.say("BOARD") if file == "-" else shlex.quote(file)
            raise Refused("is-a-board", path=path) from refused
        raise
    if source == "auto" and found.source == "markdown" and is_long_text(data):
        raise Refused("picked-from", path=name)
    named = found.title != name and can_be_seen(found.title)
    return found if named else replace(found, title=clean_line(board.stem))


def _bytes_of(file: str) -> bytes:
    from storage.imports.recognise import LARGEST

    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1) if sys.stdin is not None else b""
    path = Path(file)
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except IsADirectoryError as error:
        raise Refused("is-a-folder", path=file) from error
    except OSError as error:
        refused = refused_for(error, path)
        missing = refused.code in ("no-such-file", "name-too-long")  # what is read is not begun, nor named anew
        raise (Refused("no-such-source", path=file) if missing else refused) from error


def _begun(call: Call, found: Found, board: Path) -> Board:
    """An empty board, called like the file, in the language of the call, on which each side goes by what it is."""
    from storage.imports.fitting import cut

    names = {side: party_as_name(call.language, side) for side in PARTIES}
    return new_board(line(cut(clean_line(found.title), LONGEST_TITLE)), call.language.code, names)


def _take_in(call: Call, store: Store, found: Found, by: str) -> None:
    """Put all of it on a board, as one change, and say what became of it."""
    from storage.exports import document_language
    from storage.imports import plan

    from ..taking_in_words import doubles_words

    made = plan(found, store.board, document_language(store.board.lang))
    doubled = doubles_words(call.language, made, store.board)
    commit(store, by, made.change)
    if doubled:
        call.err(doubled)
    call.out(_summary(call, made))
    _tell_left(call, made.left)


def _summary(call: Call, made: Plan) -> str:
    """How many cards came, and into which columns, as one line."""
    count, say = call.language.count, call.language.say
    quoted = [say("“{title}”", title=column_title(call.language, column)) for column in made.into]
    added = [say("“{title}”", title=title) for title in made.columns]
    cards = [count("{n} card was taken in", "{n} cards were taken in", made.cards)]
    if made.questions:
        cards.append(count("of which {n} is a question", "of which {n} are questions", made.questions))
    if made.aside:
        cards.append(count("{n} is set aside", "{n} are set aside", made.aside))
    if quoted:
        cards.append(say("into {columns}", columns=", ".join(quoted)))
    words = ", ".join(cards)
    if added:
        new = count("new column: {columns}", "new columns: {columns}", len(added), columns=", ".join(added))
        words = say("{cards}; {columns}", cards=words, columns=new)
    return f"{words}."


def _tell_left(call: Call, left: Sequence[Left]) -> None:
    """Everything that could not be kept, each on a line of its own: whoever has the list loses nothing."""
    from ..taking_in_words import left_words

    if left:
        call.out(call.language.say("What could not be kept:"))
    for each in left:
        words, text = left_words(call.language, each.code), clean_line(each.text)
        call.out("- " + (call.language.say("{words}: {text}", words=words, text=text) if can_be_seen(text) else words))
