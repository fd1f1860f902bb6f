"""The examples of docs/formats.md, made by the code: ``python -m tests.formats`` writes them anew.

Each stands between two comments, as in the READMEs; :mod:`tests.test_formats` holds it to the code.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from storage import Board, Store, Voice, changes, new_board
from storage.exports import STRATEGY, Form, document_language, export
from storage.exports.json import board_as_json
from storage.imports import plan, read

from .readme import ROOT, part_of

PATH = ROOT / "docs/formats.md"
TIME = dt.datetime(2026, 5, 12, 12, 0, tzinfo=dt.UTC)


class Files(NamedTuple):
    """A small board: as it is kept in files, and as it is."""

    json: str
    journal: str
    board: Board
    digest: str


@cache
def small() -> Files:
    """A question, an answer and a decision, to which both agree."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "garden.json"
        board = new_board("Garden Café", "en", {"consultant": "Nadia", "client": "Paul"})
        with Store.create(path, board, clock=lambda: TIME) as store:
            voice = Voice(store, "p1", "screen-1")
            voice.commit_now(changes.AddCard("question", "Who do we speak to first?"))
            voice.commit_now(changes.AddCard("answer", "Families, on Saturdays", on=("Q1",)), person="p2")
            voice.commit_now(changes.AddCard("decision", "We speak to families first", "One *column* a week.", ("A1",)))
            voice.commit_now(changes.GiveOpinion("D1", "agree"))
            made = voice.commit_now(changes.GiveOpinion("D1", "concern", "Only until the summer"), person="p2")
            digest = store.digest
        text = path.read_text(encoding="utf-8")
        return Files(text, path.with_suffix(".journal").read_text(encoding="utf-8"), made, digest)


def fenced(text: str, language: str) -> str:
    """A block of code, whatever stands in it."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text) or [""]))
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def tables() -> str:
    """The board file, a row on each line."""
    parts = []
    for name, rows in json.loads(small().json).items():
        lines = [f"    {json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in rows.items()]
        parts.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    return fenced("{\n" + ",\n".join(parts) + "\n}", "json")


def journal() -> str:
    """The journal, as it is."""
    return fenced(small().journal, "json")


def exported(form: Form) -> str:
    """The strategy of the board in a form."""
    files = small()
    language = document_language("en")
    return export(files.board, form, language, subject=STRATEGY, today=TIME.date(), full=True, digest=files.digest)


def as_json() -> str:
    """The JSON of the board, of its cards the decision alone."""
    data = board_as_json(small().board)
    data["cards"] = data["cards"][-1:]
    return fenced(json.dumps(data, ensure_ascii=False, indent=2), "json")


def as_html() -> str:
    """The HTML without what it looks like."""
    text = re.sub(r' style="[^"]*"', "", exported("html"))
    return fenced(re.sub(r"<style>.*?</style>\n?", "", text, flags=re.DOTALL), "html")


def as_mail() -> str:
    """The mail up to the end of the head of its second part."""
    lines = exported("eml").split("\r\n")
    boundary = next(line for line in lines if line.startswith("--="))
    second = [number for number, line in enumerate(lines) if line == boundary][1]
    # The boundary is made of all that the mail says, how its HTML looks as well.
    return fenced("\n".join(lines[: lines.index("", second)]).replace(boundary[2:], "=_…"), "text")


def as_obsidian() -> str:
    """The note, without the board that travels along."""
    return fenced(re.sub(r'("accord":")[^"]+', r"\1…", exported("obsidian")), "markdown")


class Foreign(NamedTuple):
    """A file from elsewhere: its name, its text, and the language of its block of code."""

    name: str
    text: str
    language: str


FOREIGN: Mapping[str, Foreign] = {
    "markdown": Foreign(
        "todo.md",
        "# Garden\n\n## To discuss\n\n- [ ] Who reads us?\n- [x] Ask the school\n\n"
        "## Later\n\n### Pictures\n\n- One picture a week\n\n  From the garden, not of it.\n",
        "markdown",
    ),
    "obsidian": Foreign(
        "Garden.md",
        "---\n\nkanban-plugin: board\n\n---\n\n## To discuss\n\n"
        "- [ ] Who reads us? #reach\n- [ ] Ask the school @{2026-06-01}\n\n\n***\n\n## Archive\n\n- [ ] A blog\n\n\n"
        '%% kanban:settings\n```\n{"kanban-plugin":"board"}\n```\n%%\n',
        "markdown",
    ),
    "taskell": Foreign(
        "taskell.md",
        "## To discuss\n\n- Who reads us?\n    > Of the forty, I mean.\n- Ask the school\n"
        "    @ 2026-06-01\n    * [x] Write\n    * [ ] Call\n",
        "markdown",
    ),
    "trello": Foreign(
        "trello.json",
        json.dumps(
            {
                "name": "Garden",
                "lists": [{"id": "l1", "name": "To discuss", "closed": False, "pos": 1}],
                "labels": [{"id": "b1", "name": "reach", "color": "green"}],
                "members": [{"id": "m1", "fullName": "Paul Roux", "username": "paul"}],
                "cards": [
                    {"id": "c1", "name": "Who reads us?", "desc": "", "idList": "l1", "idLabels": ["b1"], "pos": 1},
                    {
                        "id": "c2", "name": "Ask the school", "desc": "By *phone*.", "idList": "l1", "pos": 2,
                        "idMembers": ["m1"], "due": "2026-06-01T12:00:00.000Z", "closed": True,
                    },
                ],
            },
            indent=2,
        ),
        "json",
    ),
}  # fmt: skip


def given(name: str) -> str:
    """A file from elsewhere."""
    return fenced(FOREIGN[name].text, FOREIGN[name].language)


def became(name: str) -> str:
    """What an empty board gets of it, as a table."""
    board = new_board("Garden Café", "en", {"consultant": "Nadia", "client": "Paul"})
    found = read(FOREIGN[name].text.encode(), FOREIGN[name].name)
    assert found.source == name
    change = plan(found, board, document_language("en")).change
    rows = []
    for card in change.cards:
        begins = "discuss" if card.card_kind == "question" else "table"
        column = change.columns[card.column] if isinstance(card.column, int) else _title(board, card.column, begins)
        facts = {
            "theme": card.theme,
            "who": card.who,
            "by_when": str(card.by_when or ""),
            "body": " ".join(card.body.split()),
            "note": " / ".join(note.text for note in card.notes),
            "set aside": "yes" if card.aside else "",
        }
        more = ", ".join(f"{fact}: {value}" for fact, value in facts.items() if value)
        rows.append(f"| {column} | {card.card_kind} | {card.title} | {more} |")
    return "\n".join(["| column | kind | title | and |", "|---|---|---|---|", *rows])


def _title(board: Board, column: str, begins: str) -> str:
    role = board.columns[column].role if column else begins
    return {"discuss": "To discuss", "table": "On the table"}[str(role)]


PARTS: Mapping[str, Callable[[], str]] = {
    "tables": tables,
    "journal": journal,
    "json": as_json,
    "markdown": lambda: fenced(exported("markdown"), "markdown"),
    "text": lambda: fenced(exported("text"), "text"),
    "html": as_html,
    "mail": as_mail,
    "obsidian": as_obsidian,
    **{f"given {name}": partial(given, name) for name in FOREIGN},
    **{f"became {name}": partial(became, name) for name in FOREIGN},
}


def keys_of(data: object) -> Iterator[str]:
    """Every name of a field in plain JSON types, wherever it is."""
    if isinstance(data, dict):
        yield from data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from keys_of(value)


def main() -> None:
    """Write them."""
    text = PATH.read_text(encoding="utf-8")
    for name, make in PARTS.items():
        place = part_of(text, name)
        text = text[: place.start("made")] + make() + text[place.end("made") :]
    PATH.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
