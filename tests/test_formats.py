"""What docs/formats.md says of the forms of a board is so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from tinydb import TinyDB

from storage import Store
from storage.acts import Record
from storage.board import Column, Party, Person
from storage.card import Kind, LinkKind, NoteKind, OpinionKind, OutcomeKind, Reworded, Trial, Wording
from storage.demo import write
from storage.exports import FORMS, WHOLE, document_language, export
from storage.exports.json import board_as_json
from storage.exports.subjects import SubjectKind
from storage.imports import read
from storage.imports.found import Source
from storage.standing import State

from . import formats
from .formats import PARTS, PATH, TIME, small
from .readme import part_of

TEXT = PATH.read_text(encoding="utf-8")


def section(heading: str) -> str:
    """What stands under a heading, without the examples."""
    _, _, rest = TEXT.partition(f"\n## {heading}\n")
    assert rest
    return re.sub(r"^(`{3,}).*?^\1", "", re.split(r"\n## (?=[A-Z])", rest)[0], flags=re.DOTALL | re.MULTILINE)


def named(text: str) -> set[str]:
    """What a text names as code."""
    return set(re.findall(r"`([^`\n]+)`", text))


@pytest.mark.parametrize("part", PARTS)
def test_an_example_is_what_the_code_gives(part: str) -> None:
    assert part_of(TEXT, part)["made"] == PARTS[part](), "write it anew: python -m tests.formats"


def test_every_field_of_the_json_is_told(tmp_path: Path) -> None:
    told = named(section("JSON"))
    write(tmp_path / "demo.json", "en", now=TIME)
    with Store.open(tmp_path / "demo.json") as store:
        found = set(formats.keys_of(board_as_json(store.board)))
    kept = {field for row in (Reworded, Wording, Trial) for field in row.__struct_fields__}
    words = {word for kinds in (Kind, LinkKind, OpinionKind, NoteKind, OutcomeKind, State) for word in get_args(kinds)}
    assert found | kept | words <= told


def test_every_table_and_every_field_of_a_board_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "garden.json"
    path.write_text(small().json, encoding="utf-8")
    with TinyDB(path, access_mode="r") as database:
        assert database.tables() <= named(section("The board file"))
        assert [row["id"] for row in database.table("cards").all()] == ["Q1", "A1", "D1"]
    fields = {field for row in (Party, Person, Column) for field in row.__struct_fields__}
    assert fields <= named(section("The board file"))


def test_every_field_of_a_line_of_the_journal_is_told() -> None:
    told = named(section("The journal"))
    assert {*Record.__struct_fields__, "line", "accord", "board", "digest"} <= told
    assert {key for line in small().journal.splitlines() for key in json.loads(line)} <= told


def test_the_digests_of_a_journal_can_be_followed_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    Path("garden.journal").write_text(small().journal, encoding="utf-8")
    exec(code, {})
    Path("garden.journal").write_text(small().journal.replace("Saturdays", "Sundays"), encoding="utf-8")
    with pytest.raises(AssertionError):
        exec(code, {})


def test_every_form_every_document_and_every_file_that_is_taken_is_told_of() -> None:
    told = " ".join(named(TEXT))
    assert all(re.search(rf"\b{form}\b", told) for form in FORMS)
    assert {"json", "obsidian"} == WHOLE
    options = {"strategy": "accord export BOARD", "board": "--board", "trail": "--trail", "since": "--since"}
    assert {*options} == set(get_args(SubjectKind))
    assert all(option in told for option in options.values())
    assert {*formats.FOREIGN, "accord"} == set(get_args(Source))


def test_what_is_changed_in_obsidian_comes_back_as_it_says() -> None:
    board = small().board
    note = export(board, "obsidian", document_language("en"), today=TIME.date())
    assert note.count("> - Both agreed") == 1
    changed = note.replace("- [ ] We speak to families first", "- [ ] We speak to the school first")
    changed = changed.replace("> - Both agreed, on 12 May.", "> - Both agreed, at last.")
    changed = changed.replace("## On the table\n", "## On the table\n\n- [ ] Who films? ^x1\n", 1)
    back = read(changed.encode(), "garden.md").board
    assert back is not None
    assert back.cards["D1"].title == "We speak to the school first"
    assert not back.cards["D1"].agreed
    assert back.cards["Q2"].title == "Who films?"
    same = read(note.encode(), "garden.md").board
    assert same is not None
    assert same.same_as(board)
    without = read(re.sub(r',"accord":"[^"]*"', "", note).encode(), "garden.md")
    assert (without.source, without.board) == ("obsidian", None)
