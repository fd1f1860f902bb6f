"""How commands are called: their help, their values and their errors, in the language of the environment."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from storage import Card, Language, Refused, Store
from storage.card import PARTIES, PartyName, card_id, shown_id
from storage.opening import journal_path
from storage.text import LONGEST_BODY, clean_line, for_terminal

from ..glyphs import Glyphs, glyphs_for
from ..refusals import notice_sentence

if TYPE_CHECKING:
    Value = click.ParamType[Any]
else:  # generic for type checkers only, in some versions
    Value = click.ParamType

_MOST_INPUT = 8 * LONGEST_BODY
"""Bytes that are read from standard input: more than the longest text can have."""


@dataclass(frozen=True)
class Call:
    """What every command has at hand: the language of whoever calls, and the environment."""

    language: Language
    environ: Mapping[str, str]

    def out(self, text: str) -> None:
        """Lines to standard output, cleaned once more, whoever wrote what is in them."""
        sys.stdout.write(for_terminal(text) + "\n")

    def document(self, text: str) -> None:
        """A document to standard output, as it would be in a file."""
        sys.stdout.write(for_terminal(text))

    def err(self, line: str) -> None:
        """One line to standard error."""
        sys.stderr.write(clean_line(line) + "\n")

    def shown(self, identity: str) -> str:
        """A card's number as this language has it."""
        return shown_id(identity, self.language.code)

    @property
    def glyphs(self) -> Glyphs:
        """The signs that standard output can carry."""
        return glyphs_for(self.environ, sys.stdout.encoding or "ascii")

    @property
    def plain_ascii(self) -> bool:
        """Whether data had better be written in ASCII, because standard output has nothing more."""
        return not (sys.stdout.encoding or "ascii").lower().startswith("utf")

    @contextmanager
    def opened(self, path: Path) -> Iterator[Store]:
        """The board in a file; what was found wrong with its files is said when all went well."""
        with Store.open(path) as store:
            yield store
            for notice in store.notices:
                if notice.code != "read-only":
                    self.err(notice_sentence(notice, self.language))


def card_of(store: Store, identity: str) -> Card:
    """The card with this id, or a refusal."""
    card = store.board.cards.get(identity)
    if card is None:
        raise Refused("no-such-card", id=identity)
    return card


def text_from(value: str) -> str:
    """A text that was given as an argument, or standard input for ``-``."""
    if value != "-":
        return value
    if sys.stdin is None:  # closed by whoever started the program: nothing comes that way
        return ""
    return sys.stdin.buffer.read(_MOST_INPUT).decode("utf-8-sig", errors="replace").rstrip("\n")


# Values


def board_file(typed: str) -> Path:
    """The board that somebody named: with or without ``.json``, or its journal."""
    path = Path(typed)
    if path.suffix == ".journal":
        path = path.with_suffix(".json")
    elif not path.exists() and path.suffix != ".json" and path.name:
        longer = path.with_name(f"{path.name}.json")
        if longer.exists() or journal_path(longer).exists():
            path = longer
    return path


class BoardFile(Value):
    """BOARD, as a path."""

    name = "board"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Where the board is, or would be."""
        return value if isinstance(value, Path) else board_file(str(value))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Files."""
        return [CompletionItem(incomplete, type="file")]


class CardId(Value):
    """ID: in any case, and R for A."""

    name = "id"

    def __init__(self, language: Language) -> None:
        self._language = language

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id as the data has it."""
        found = card_id(str(value))
        if found is None:
            given = clean_line(str(value))
            words = self._language.say("“{value}” is no card's number, which is like Q7, A4 or D2.", value=given)
            self.fail(words, param, ctx)
        return found

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The cards of the board that was named before."""
        path = ctx.params.get("board")
        if not isinstance(path, Path):
            return []
        try:
            with Store.open(path) as store:
                cards = list(store.board.in_order())
        except Refused:
            return []
        wanted = incomplete.upper().replace("R", "A")
        return [CompletionItem(card.id, help=card.title) for card in cards if card.id.startswith(wanted)]


class OneOf(Value):
    """One of a few words, in any case."""

    name = "word"

    def __init__(self, language: Language, words: Sequence[str]) -> None:
        self._language = language
        self._words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word."""
        found = str(value).strip().lower()
        if found not in self._words:
            given, words = clean_line(str(value)), ", ".join(self._words)
            self.fail(self._language.say("“{value}” is none of these: {words}.", value=given, words=words), param, ctx)
        return found

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so."""
        return [CompletionItem(word) for word in self._words if word.startswith(incomplete.lower())]


def party(value: str) -> PartyName:
    """PARTY, when :class:`OneOf` has let it through."""
    assert value in PARTIES
    return value


# Commands


class Command(click.Command):
    """A command that says its usage as it is documented, and its help in the language of the call."""

    def __init__(
        self,
        call: Call,
        name: str,
        usage: str,
        summary: str,
        callback: Callable[..., int | None],
        params: Sequence[click.Parameter] = (),
        *,
        more: str = "",
        hidden: bool = False,
    ) -> None:
        text = f"{summary}\n\n{more}" if more else summary
        super().__init__(
            name,
            params=[*params, help_option(call)],
            callback=callback,
            help=text,
            short_help=summary,
            add_help_option=False,
            hidden=hidden,
        )
        self.call = call
        self.usage = usage

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage, as one line if it fits."""
        formatter.write_usage(ctx.command_path.strip(), self.usage, prefix=self.call.language.say("Usage:") + " ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, without what the toolkit would add in English."""
        records = [option_record(param, ctx) for param in self.params if isinstance(param, click.Option)]
        with section(formatter, self.call.language.say("Options:")):
            formatter.write_dl(records)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is too much is said in the language of the call."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not ctx.resilient_parsing:
            words = self.call.language.say("“{value}” is one word too many.", value=clean_line(" ".join(rest)))
            raise click.BadArgumentUsage(words, ctx)
        return rest


@contextmanager
def section(formatter: click.HelpFormatter, heading: str) -> Iterator[None]:
    """A part of the help. The heading has its colon: languages differ in what stands before one."""
    formatter.write_paragraph()
    formatter.write(f"{heading}\n")
    with formatter.indentation():
        yield


def option_record(option: click.Option, ctx: click.Context) -> tuple[str, str]:
    """How an option is written, and what it does."""
    names = ", ".join(sorted(option.opts, key=len))
    metavar = "" if option.is_flag else f" {option.make_metavar(ctx)}"
    return names + metavar, option.help or ""


def help_option(call: Call) -> click.Option:
    """``-h`` and ``--help``."""

    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            call.out(ctx.get_help())
            ctx.exit()

    return click.Option(
        ["-h", "--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help=call.language.say("Show this help."),
    )


def board_argument() -> click.Argument:
    """BOARD."""
    return click.Argument(["board"], type=BoardFile(), metavar="BOARD")


def id_argument(call: Call) -> click.Argument:
    """ID."""
    return click.Argument(["card"], type=CardId(call.language), metavar="ID")


def by_option(call: Call) -> click.Option:
    """``--by PARTY``."""
    help_ = call.language.say("Whose word it is: consultant or client.")
    return click.Option(["--by"], type=OneOf(call.language, PARTIES), metavar="PARTY", required=True, help=help_)


# Errors


def wrong_call(error: click.UsageError, call: Call) -> str:
    """What is wrong with a call and where to look, as one line."""
    say = call.language.say
    command = re.sub(r"\s+", " ", error.ctx.command_path).strip() if error.ctx is not None else "accord"
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            problem = say("{what} is missing.", what=_named(param, error.ctx))
        case click.NoSuchOption(option_name=name):
            problem = say("There is no option {option} here; a text that begins with - goes after --.", option=name)
        case click.BadOptionUsage(option_name=name):
            problem = say("The value of {option} is missing, or is one too many.", option=name)
        case click.BadParameter() | click.BadArgumentUsage():
            problem = error.message
        case _:
            problem = say("This call is not understood.")
    return say("{problem} See: {command} -h", problem=problem, command=command)


def _named(param: click.Parameter, ctx: click.Context | None) -> str:
    metavar = param.make_metavar(ctx) if ctx is not None else param.name or ""
    return f"{max(param.opts, key=len)} {metavar}" if isinstance(param, click.Option) else metavar
