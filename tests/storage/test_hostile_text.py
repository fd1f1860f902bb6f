"""Whatever is typed, and whatever the files say, no string of a board can command a terminal or deceive its reader."""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from storage import Refused, Store, Voice
from storage.acts import Record, plain
from storage.board import Board
from storage.card import Trial, Wording
from storage.changes import (
    AddCard,
    AddColumn,
    AddNote,
    AddPerson,
    Change,
    Describe,
    DescribeBoard,
    DescribeParty,
    GiveOpinion,
    RenameColumn,
    RenamePerson,
    Reword,
)
from storage.journal import FORMAT, Head
from storage.text import clean, clean_line
from tests.plain import as_builtins

from .strategies import NASTY
from .table import NADIA, PAUL, Table, in_conversation
from .test_text import is_forbidden

SAMPLES = os.environ.get("ACCORD_SAMPLES", "")
HOSTILE = "x\x1b]52;c;eA==\x07\x9b2J\u202ey\u2066\u2028\x00\U000e0041z"
CONTROLS = (HOSTILE, "\x1b[2J", "a\nb", "\u202e", "Q1\u0661", "p1\n")


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, the keys as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield key
            yield from strings(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from strings(held)


def assert_harmless(value: Any) -> None:
    for text in strings(value):
        assert not any(map(is_forbidden, text)), ascii(text)
        text.encode()


def typing(text: str) -> list[Change]:
    """Every way in which people can type it."""
    return [
        AddCard("question", f"t{text}", text, theme=text),
        AddCard("decision", f"t{text}", text, trial=Trial(text, None, text)),
        Reword("Q1", Wording(f"t{text}", text, Trial(text))),
        Reword("D1", Wording(f"t{text}", text), correct=True),
        AddNote("Q1", f"t{text}", "for"),
        GiveOpinion("D2", "disagree", f"t{text}"),
        Describe("D1", theme=text, who=text),
        DescribeBoard(f"t{text}", "fr"),
        DescribeParty("client", text, text),
        AddPerson(f"t{text}", "client"),
        RenamePerson(PAUL, f"u{text}"),
        AddColumn(f"t{text}"),
        RenameColumn("c1", text),
    ]


@pytest.mark.parametrize("text", [*NASTY, HOSTILE], ids=ascii)
def test_what_is_typed_is_cleaned_wherever_it_is_typed(text: str) -> None:
    table = Table(in_conversation())
    for change in typing(text):
        table.does(change)
    assert_harmless(as_builtins(table.board))
    assert_harmless([plain(record) for record in table.records])


def test_markup_comes_through_as_it_was_typed() -> None:
    table = Table(in_conversation())
    for text in ("[fr]", "[/]", "[TODO] x", "# x", "<b>x</b>", "*x*", "{x}", "שלום", "👩\u200d💻", "x\u0323"):
        assert table.card(table.adds(AddCard("question", text, text))).wording == Wording(text, text)


def test_a_code_that_names_no_language_or_column_changes_nothing() -> None:
    table = Table(in_conversation())
    table.refuses(DescribeBoard("x", HOSTILE), "no-such-language")
    table.refuses(AddCard("question", "x", column=HOSTILE), "no-such-column")
    table.refuses(AddCard("question", "x", on=(HOSTILE,)), "no-such-card")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all strings in a JSON value; of a key, with ``None`` after it."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, held in value.items():
            yield (*path, key, None)
            yield from places(held, (*path, key))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from places(held, (*path, index))


def with_text_at(value: Any, path: tuple[Any, ...], text: str) -> Any:
    """A copy with another string at a place."""
    changed = copy.deepcopy(value)
    *way, last = path
    inside = changed
    if last is None:
        *way, key = way
        for step in way:
            inside = inside[step]
        inside[text] = inside.pop(key)
    else:
        for step in way:
            inside = inside[step]
        inside[last] = text
    return changed


def sealed(line: dict[str, Any], before: str = "") -> tuple[bytes, str]:
    """A journal line with a digest that fits, whatever it says."""
    body = json.dumps(line).encode()
    digest = hashlib.blake2b(before.encode() + body, digest_size=16).hexdigest()
    return body[:-1] + b',"digest":"' + digest.encode() + b'"}\n', digest


def lively() -> tuple[Board, list[Record], Board]:
    """A board, changes of every sort to it, and the board after them, on which everything has been said."""
    table = Table(in_conversation())
    before = table.board
    for change in typing("x"):
        table.does(change)
    return before, table.records, table.board


def head_of(board: Board) -> dict[str, Any]:
    packed = msgspec.json.encode(Head(FORMAT, board), enc_hook=dict)
    found: dict[str, Any] = msgspec.json.decode(packed)
    return found


def assert_opens_harmless(path: Path) -> bool:
    """Open a board: it is refused, or has nothing harmful in it and can be worked on; whether it opened."""
    try:
        store = Store.open(path)
    except Refused as refused:
        assert_harmless([refused.code])
        return False
    with store:
        assert_harmless(as_builtins(store.board))
        for record in store.history():
            assert_harmless(plain(record))
        for place in store.board.standing.places.values():
            assert place.column in store.board.columns
        if store.read_only is None:
            Voice(store, NADIA, "s").commit_now(AddCard("question", "still usable?"))
            Voice(store, NADIA, "s").commit_now(GiveOpinion("D2", "agree", both=True))
    return True


def test_no_string_of_a_journals_board_is_believed(tmp_path: Path) -> None:
    head = head_of(lively()[-1])
    path = tmp_path / "a.json"
    opened = 0
    for number, place in enumerate(places(head)):
        for text in {HOSTILE, CONTROLS[number % len(CONTROLS)]}:
            line, _ = sealed(with_text_at(head, place, text))
            path.unlink(missing_ok=True)
            path.with_suffix(".journal").write_bytes(line)
            opened += assert_opens_harmless(path)
    assert opened > 20, "what is text is cleaned, what is not is refused"


def test_no_string_of_a_journals_changes_is_believed(tmp_path: Path) -> None:
    board, records, _ = lively()
    first, digest = sealed(head_of(board))
    lines = [{"line": "change", **plain(record)} for record in records]
    path = tmp_path / "a.json"
    for index, line in enumerate(lines):
        for number, place in enumerate(places(line)):
            hostile = with_text_at(line, place, CONTROLS[number % len(CONTROLS)])
            data, before = first, digest
            for other in [*lines[:index], hostile]:
                more, before = sealed(other, before)
                data += more
            path.unlink(missing_ok=True)
            path.with_suffix(".journal").write_bytes(data)
            assert assert_opens_harmless(path), "what came before the line is sound"


def test_no_string_of_a_checkpoint_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with Store.create(path, lively()[0]) as store:
        for record in typing("x"):
            Voice(store, NADIA, "s").commit_now(record)
    tables = json.loads(path.read_bytes())
    trailer = tables.pop("checkpoint")["1"]
    trailer.pop("digest")
    lines = path.with_suffix(".journal").read_bytes()
    opened = 0
    for number, place in enumerate(places(tables)):
        hostile = msgspec.json.encode(with_text_at(tables, place, CONTROLS[number % len(CONTROLS)]))
        body = hostile[:-1] + b',"checkpoint":{"1":' + msgspec.json.encode(trailer)[:-1] + b',"digest":"'
        path.write_bytes(body + hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b'"}}}\n')
        path.with_suffix(".journal").unlink(missing_ok=True)
        if number % 3:  # else the journal is lost
            path.with_suffix(".journal").write_bytes(lines)
        opened += assert_opens_harmless(path)
    assert opened > 50


@pytest.mark.parametrize("escape", [r"\ud800", r"\udc00\ud800", "\x1b", "\xff"])
def test_what_is_no_text_at_all_stops_the_reading_there(tmp_path: Path, escape: str) -> None:
    head = json.dumps(head_of(lively()[0])).replace("Phare", escape).encode("latin-1")
    digest = hashlib.blake2b(head, digest_size=16).hexdigest()
    path = tmp_path / "a.json"
    path.with_suffix(".journal").write_bytes(head[:-1] + b',"digest":"' + digest.encode() + b'"}\n')
    assert not assert_opens_harmless(path)


if SAMPLES:
    SAMPLE = next(Path(SAMPLES).rglob("naughty-strings.json"))

    def test_strings_that_break_programs_are_titles_bodies_and_names_like_others() -> None:
        for text in json.loads(SAMPLE.read_text(encoding="utf-8")):
            table = Table(in_conversation())
            for change in typing(text):
                table.does(change)
            assert table.card("Q1").title == clean_line(f"t{text}")
            assert table.card("Q1").body == clean(text)
            assert_harmless(as_builtins(table.board))
            packed = msgspec.json.encode(table.board, enc_hook=dict)
            assert msgspec.json.decode(packed, type=Board) == table.board
