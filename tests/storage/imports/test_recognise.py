"""A file is told by what is in it, and whatever is not understood is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from storage import Refused, Store
from storage.imports import Found, From, read, recognise
from storage.imports import markdown as markdown_module

from ..table import in_conversation

TASKELL = "## To do\n\n- Ask them\n    > Why they came\n    * [ ] the short way\n"
MARKDOWN = "# Garden\n\n## To do\n\n- [ ] Ask them\n"
TRELLO = json.dumps({"name": "Garden", "lists": [{"id": "l1", "name": "To do"}], "cards": [{"id": "k", "name": "Ask"}]})
KANBAN = "---\n\nkanban-plugin: board\n\n---\n\n## To do\n\n- [ ] Ask them\n"


def refusal(data: bytes, source: From = "auto", name: str = "file.md") -> Refused:
    with pytest.raises(Refused) as refused:
        read(data, name, source)
    return refused.value


@pytest.mark.parametrize(
    ("text", "source"), [(TASKELL, "taskell"), (MARKDOWN, "markdown"), (TRELLO, "trello"), (KANBAN, "obsidian")]
)
@pytest.mark.parametrize("name", ["a.md", "a.json", "a.txt", "a"])
def test_what_a_file_is_does_not_hang_on_its_name(text: str, source: str, name: str) -> None:
    found = read(text.encode(), name)
    assert found.source == source
    assert [len(column.cards) for column in found.columns if column.cards] == [1]


def test_a_markdown_list_with_boxes_is_no_board_of_taskell() -> None:
    assert read(b"## To do\n- [ ] a\n    * [ ] b\n", "a.md").source == "markdown"
    assert read(b"# Title\n## To do\n- a\n    * [ ] b\n", "a.md").source == "markdown"
    assert read(b"## To do\n- a\n- b\n", "a.md").source == "markdown"


def test_a_text_that_begins_with_a_bracket_is_no_json() -> None:
    assert read(b"[[a link]] first\n\n- a\n", "a.md").source == "markdown"
    assert read(b"{% raw %}\n\n- a\n", "a.md").source == "markdown"


def test_it_is_read_as_what_somebody_says_that_it_is() -> None:
    assert read(TASKELL.encode(), "a.md", "markdown").source == "markdown"
    assert read(MARKDOWN.encode(), "a.md", "taskell").source == "taskell"
    assert refusal(MARKDOWN.encode(), "trello").facts == {"path": "file.md", "form": "Trello"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_in_the_encodings_that_say_what_they_are(encoding: str) -> None:
    (column,) = read("## Été\n- Où ?\n".encode(encoding), "a.md").columns
    assert (column.title, column.cards[0].title) == ("Été", "Où ?")


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_lines_end_as_they_like(line_end: str) -> None:
    for text in (TASKELL, MARKDOWN, KANBAN):
        found = read(text.replace("\n", line_end).encode(), "a.md")
        assert [c.title for column in found.columns for c in column.cards] == ["Ask them"]


@pytest.mark.parametrize(
    "data", ["## Été\n- Où ?\n".encode("latin-1"), b"\xff\xfe\x00", b"PK\x03\x04\xff", b"- a\x00b", b"\xef\xbb\xbf\xff"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert refusal(data).code == "not-text"


def test_a_file_has_its_name_for_a_title_where_nothing_else_gives_one() -> None:
    assert read(b"- a\n", "spring plans.md").title == "spring plans"
    assert read(TRELLO.encode(), "x.json").title == "Garden"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"Only words.\n", b"## A heading\n\nand words\n", b"<!-- - a -->\n"])
def test_a_file_without_anything_that_could_be_a_card_is_refused(data: bytes) -> None:
    assert refusal(data).code == "no-cards"


def test_columns_alone_are_something() -> None:
    assert [column.title for column in read(b"## To do\n\n## Done\n", "a.md").columns] == ["To do", "Done"]


def test_damaged_json_says_where() -> None:
    assert refusal(b'{\n "name": "x",\n "lists": [{},,{}]}').facts["line"] == 3
    cut = TRELLO[:-3].encode()
    assert refusal(cut).code == "bad-json"
    assert refusal(cut).facts["column"] == len(cut) + 1


@pytest.mark.parametrize(
    "data",
    [b"{}", b'{"name": 1}', b'[{"a": 1}]', b'["a"]', b'{"lists": [], "cards": 3}', b'{"lists": [3], "cards": []}',
     b'{"lists": [], "cards": [null]}', b'{"a": NaN}', b'{"lists": ' + b"[" * 100_000],
)  # fmt: skip
def test_json_that_is_no_board_is_refused(data: bytes) -> None:
    assert refusal(data).code in ("not-understood", "bad-json")


def test_half_an_emoji_does_not_spoil_a_board() -> None:
    text = TRELLO.replace("Ask", "Ask \\ud83d")
    assert read(text.encode(), "x.json").columns[0].cards[0].title.strip() == "Ask"


@pytest.mark.parametrize("source", ["auto", "trello", "markdown"])
def test_a_board_of_accord_and_its_journal_are_known_for_what_they_are(path: Path, source: From) -> None:
    with Store.create(path, in_conversation()):
        pass
    board, journal = path.read_bytes(), path.with_suffix(".journal").read_bytes()
    with TinyDB(path) as anew:
        anew.insert({"of": "another program"})
    marked = b"\xef\xbb\xbf" + board
    for data in (
        board,
        marked,
        journal,
        path.read_bytes(),
        json.dumps(json.loads(board), indent=2).encode(),
        board[:-9],
    ):
        assert (refusal(data, source).code, refusal(data, source).facts) == ("is-a-board", {"path": "file.md"})


def test_a_board_of_accord_is_never_too_large_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "LARGEST", 20)
    assert refusal(b'{"board":{"1":{"accord":1,"title":"Garden"').code == "is-a-board"


@pytest.mark.parametrize(
    "data", [b'{"board": {"1": {"title": "x"}}}', b'{"line": "change", "accord": 1}', b'[{"board": {"1": {"accord": 1']
)
def test_what_only_looks_a_little_like_it_is_no_board_of_accord(data: bytes) -> None:
    assert refusal(data).code in ("not-understood", "bad-json")
    assert read(b"- a\n  " + data, "a.md").source == "markdown"


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "LARGEST", 100)
    assert refusal(b"- a\n" * 26).code == "file-too-large"
    monkeypatch.setattr(recognise, "LARGEST_TEXT", 50)
    assert refusal(b"- a\n" * 13).facts["longest"] == 50
    assert refusal(TRELLO.encode()[:90]).code == "bad-json", "written by a program, it may be longer"


@pytest.mark.parametrize("text", [TASKELL, MARKDOWN * 50, TRELLO, KANBAN])
def test_progress_goes_on_to_the_end(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_module, "PIECE", 100)
    told: list[float] = []
    read(text.encode(), "a", progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert text != MARKDOWN * 50 or len(told) > 10


def test_what_progress_raises_ends_the_reading() -> None:
    class Enough(Exception):
        pass

    def stop(_: float) -> None:
        raise Enough

    with pytest.raises(Enough):
        read(MARKDOWN.encode(), "a.md", progress=stop)


fragments = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# ",
                "## ",
                "- ",
                "* ",
                "1. ",
                "    ",
                "\t",
                "> ",
                "@ 2024-02-31",
                "[x] ",
                "[ ] ",
                "\n",
                "\n\n",
                "---\n",
                "```\n",
                "<!--",
                "kanban-plugin: board\n",
                "%% kanban:settings\n",
                "{",
                "[",
                '"',
                "}",
                '"cards":',
                "\u2028",
                "\\",
                "***\n",
                "===\n",
                "| a |",
                "&amp;",
                "<div>\n",
                "\r",
                "?",
                "^id",
                "@{2024-01-01}",
                "\ud800",
            ]
        ),
        st.text(max_size=5),
    ),
    max_size=40,
).map("".join)


def _read_or_refused(data: bytes, source: Any) -> Found | None:
    try:
        return read(data, "file", source)
    except Refused:
        return None


sources = st.sampled_from(["auto", "markdown", "obsidian", "taskell", "trello"])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), sources)
def test_any_bytes_are_read_or_refused(data: bytes, source: str) -> None:
    _read_or_refused(data, source)


@settings(max_examples=250, deadline=None)
@given(fragments, sources)
def test_any_text_is_read_or_refused(text: str, source: str) -> None:
    _read_or_refused(text.encode("utf-8", "replace"), source)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "name", "pos", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)
trello_fields = st.sampled_from(
    ["name", "desc", "lists", "cards", "actions", "checklists", "labels", "members", "customFields", "data", "idList",
     "pos", "due", "id", "checkItems", "customFieldItems", "value", "badges", "attachments", "date", "type"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(trello_fields, st.one_of(json_values, st.lists(st.dictionaries(trello_fields, json_values)))))
def test_any_json_is_read_or_refused(value: object) -> None:
    _read_or_refused(json.dumps(value).encode(), "trello")
