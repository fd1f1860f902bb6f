"""The parts of the READMEs that are made from the code: ``python -m tests.readme`` writes them anew.

Each stands between two comments, ``<!-- keys -->`` and ``<!-- /keys -->``; :mod:`tests.test_docs` holds it to the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from storage import Language
from tui.cli import Program
from tui.commandline.calls import Call, Command
from tui.commands import COMMANDS, GROUPS, key_words, keys_of
from tui.words import interface_language

ROOT = Path(__file__).parents[1]
READMES = {"en": ROOT / "README.md", "fr": ROOT / "README.fr.md"}

_HEADINGS = {"en": ("Key", "What it does", "Name"), "fr": ("Touche", "Ce qu'elle fait", "Nom")}


def program(lang: str) -> Program:
    """The command line, as it is for whoever has that language."""
    return Program(Call(interface_language(lang), {}))


def keys(lang: str) -> str:
    """Every key of the board, as a table in Markdown."""
    return "\n".join(_key_rows(interface_language(lang)))


def _key_rows(language: Language) -> Iterator[str]:
    say = language.say
    yield _row(*_HEADINGS[language.code])
    yield _row("---", "---", "---")
    for group, heading in GROUPS.items():
        yield _row("", f"**{say(heading)}**", "")
        if group == "look":
            yield _row(say("Arrows"), say("Move the cursor from card to card"), "")
            yield _row(say("Shift+arrows"), say("Move the card itself"), "")
        for command in COMMANDS:
            if command.group == group:
                named = " ".join(f"`{key_words(key, language)}`" for key in keys_of(command, {}))
                yield _row(named, say(command.long), f"`{command.id}`")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def calls(lang: str) -> str:
    """Every command of the command line, with what it is for, as a block of text."""
    listed = program(lang).commands.values()
    lines = [line for command in listed if isinstance(command, Command) for line in _call(command)]
    return "\n".join(["```text", *lines, "```"])


def _call(command: Command) -> Iterator[str]:
    yield f"accord {command.name} {command.usage}"
    yield f"    {command.short_help}"


def options(command: click.Command) -> list[tuple[str, ...]]:
    """The ways of writing each option of a command: ``("-o", "--output")``."""
    return [tuple(param.opts) for param in command.params if isinstance(param, click.Option)]


PARTS = {"keys": keys, "calls": calls}


def part_of(text: str, name: str) -> re.Match[str]:
    """Where a part stands in a README: its text is the group ``made``."""
    found = re.search(rf"<!-- {name} -->\n(?P<made>.*?)\n<!-- /{name} -->", text, re.DOTALL)
    assert found is not None, f"no place for the {name}"
    return found


def main() -> None:
    """Write them."""
    for lang, path in READMES.items():
        text = path.read_text(encoding="utf-8")
        for name, make in PARTS.items():
            place = part_of(text, name)
            text = text[: place.start("made")] + make(lang) + text[place.end("made") :]
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
