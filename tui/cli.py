"""The command line: ``accord BOARD`` opens a board, every other word is a command of its own."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from click.shell_completion import get_completion_class, shell_complete

from storage import Refused
from storage.files import refused_for
from storage.language import preferred

from .commandline import boards, cards, hosting, reading, share, taking_in
from .commandline.calls import BoardFile, Call, Command, OneOf, help_option, option_record, section, wrong_call
from .crash import unexpected
from .refusals import sentence
from .streams import make_writable
from .words import interface_language

COMPLETION = "_ACCORD_COMPLETE"
"""The variable by which a shell asks for completions."""

SHELLS = ("bash", "zsh", "fish")

INTERRUPTED = 130
"""The exit status after Ctrl+C, as shells have it: 128 and the number of the signal."""

READER_GONE = 141
"""The exit status where nobody reads on (``accord list … | head -1``), as shells have it."""


class Program(click.Group):
    """``accord``: a first word that is no command is a board to open."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.opener = boards.opener(call)
        say = call.language.say
        rooms = (boards, cards, reading, share, taking_in, hosting)
        listed = [command for room in rooms for command in room.commands(call)]
        by_name = {command.name or "": command for command in (*listed, _completion(call, self))}
        super().__init__(
            "accord",
            commands={name: by_name[name] for name in ORDER},
            params=[_version_option(call), help_option(call)],
            callback=self._alone,
            invoke_without_command=True,
            add_help_option=False,
            help=say(
                "A table in the terminal where two parties work out a strategy together. "
                "accord BOARD opens a board; accord alone opens the last one."
            ),
        )

    def _alone(self) -> int:
        context = click.get_current_context()
        return boards.open_board(self.call, None) if context.invoked_subcommand is None else 0

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one comes to need them."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A command, or the opening of the board that the first word names."""
        command = self.get_command(ctx, args[0])
        return ("", self.opener, args) if command is None else (args[0], command, args[1:])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Both ways of calling it."""
        say = self.call.language.say
        formatter.write_usage("accord", "[BOARD]", prefix=say("Usage:") + " ")
        formatter.write_usage("accord", say("COMMAND …"), prefix=" " * (len(say("Usage:")) + 1))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options and the commands."""
        say = self.call.language.say
        with section(formatter, say("Commands:")):
            formatter.write_dl([(name, command.short_help or "") for name, command in self.commands.items()])
        with section(formatter, say("Options:")):
            formatter.write_dl([option_record(p, ctx) for p in self.params if isinstance(p, click.Option)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[click.shell_completion.CompletionItem]:
        """Commands, and files: the first word may be a board."""
        return [*super().shell_complete(ctx, incomplete), *BoardFile().shell_complete(ctx, self.params[0], incomplete)]


ORDER = (
    "demo", "new", "add", "move", "edit", "agree", "disagree",
    "list", "show", "history", "export", "copy", "import", "host", "invite", "check", "completion",
)  # fmt: skip


def _version_option(call: Call) -> click.Option:
    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            call.out(f"accord {version()}")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help=call.language.say("Show the version."),
    )


def version() -> str:
    """The version that is installed; of a tree that is not, that it is not."""
    import importlib.metadata  # takes as long to import as storage does

    try:
        return importlib.metadata.version("accord")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _completion(call: Call, program: click.Group) -> Command:
    say = call.language.say

    def run(shell: str) -> int:
        kind = get_completion_class(shell)
        assert kind is not None
        completer = kind(program, {}, "accord", COMPLETION)
        call.out(completer.source_template % completer.source_vars())
        return 0

    argument = click.Argument(["shell"], type=OneOf(call.language, SHELLS), metavar="|".join(SHELLS))
    more = say("For bash, put into ~/.bashrc: {line}", line='eval "$(accord completion bash)"')
    return Command(
        call,
        "completion",
        "|".join(SHELLS),
        say("Print what makes a shell complete accord's commands."),
        run,
        [argument],
        more=more,
    )


def run(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Do what a command line says, and give the exit status: 1 where it is refused, 2 where it is no call."""
    call = Call(interface_language(preferred(environ)), environ)
    program = Program(call)
    try:
        if COMPLETION in environ:
            return shell_complete(program, {}, "accord", COMPLETION, environ[COMPLETION])
        with program.make_context("accord", list(argv)) as context:
            status = program.invoke(context)
        sys.stdout.flush()
        return int(status or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        call.err(wrong_call(error, call))
        return 2
    except Refused as refused:
        call.err(sentence(refused, call.language))
        return 1
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return READER_GONE
    except OSError as error:
        place = Path(str(error.filename or call.language.say("standard output")))
        call.err(sentence(refused_for(error, place), call.language))
        return 1


def main() -> None:
    """The command ``accord``."""
    make_writable()
    # What storage logs is for whoever asks for it; a command says what matters in its own line.
    logging.getLogger("storage").addHandler(logging.NullHandler())
    try:
        status = run(sys.argv[1:], os.environ)
    except BrokenPipeError:
        status = READER_GONE
    except Exception as error:
        if os.environ.get("ACCORD_TRACEBACK"):
            raise
        print(unexpected(error, interface_language(preferred(os.environ))), file=sys.stderr)
        status = 1
    try:
        sys.stdout.flush()
    except OSError:
        # The interpreter tries again as it ends, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
