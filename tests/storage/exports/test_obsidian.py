"""The board as a note of Obsidian: what a person sees there, and what its Kanban plugin makes of it."""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given

from storage.board import Board
from storage.card import Trial, Wording
from storage.changes import AddCard, AddColumn, AddNote, Describe, RenameColumn, Reword, SetAside
from storage.exports import document_language
from storage.exports.kept import Damaged, Kept, packed, unpacked
from storage.exports.obsidian import KEY, as_obsidian, plain, typed
from storage.text import can_be_seen, clean_line
from tests.storage.imports.kanban import Opened, opened
from tests.storage.strategies import NASTY
from tests.storage.table import AGREED, PAUL, TABLE, Table, in_conversation

from .texts import SIGNS, plain_blocks, sample_strings, titles

HOSTILE = (
    *SIGNS, "## x", "- [ ] y", "%%", "%% x %%", "***", "^q7", "x ^q7", "x^2", "---", "```", "<br>", "a<br>b", "&lt;br>",
    "\\<br>", "@{2026-05-12}", "x @{2026-05-12}", "@[[2026-05-12]]", "#tag x", "==x==", "$x$", "(3)", "x (3)", "[[x]]",
    "a\\", "**Complete**", "%% kanban:settings", "x #", "#", "Archive", "Settled",
)  # fmt: skip
TITLES = [title for title in map(clean_line, (*HOSTILE, *NASTY, *sample_strings())) if can_be_seen(title)]


def shown(board: Board, lang: str = "en") -> Opened:
    return opened(as_obsidian(board, document_language(lang)))


@pytest.fixture
def table() -> Table:
    return Table(in_conversation())


def test_every_card_stands_in_its_column_as_the_board_shows_it(table: Table) -> None:
    lanes = {lane.title: [item.name for item in lane.items] for lane in shown(table.board).lanes}
    assert lanes == {
        "To discuss": ["q2"],
        "On the table": ["a3", "d2"],
        "Agreed": ["d1"],
        "Trying": ["d3"],
        "Settled": ["q1", "a1", "a2"],
    }


def test_columns_without_a_title_are_called_as_the_language_calls_their_role(table: Table) -> None:
    table.does(AddColumn("Pour la mairie", AGREED))
    table.does(RenameColumn(TABLE, "En vue"))
    titles = [lane.title for lane in shown(table.board, "fr").lanes]
    assert titles == ["À discuter", "En vue", "Pour la mairie", "D'accord", "À l'essai", "Réglées"]


def test_what_was_set_aside_lies_in_the_archive(table: Table) -> None:
    table.does(SetAside("D2"))
    last = shown(table.board).lanes[-1]
    assert last.archive
    assert [item.name for item in last.items] == ["d2"]


def test_an_item_has_the_title_the_body_and_what_was_said_of_it(table: Table) -> None:
    table.does(AddNote("D1", "Seen\nin May", "for"), PAUL)
    table.does(Describe("D1", theme="reach", who="Paul", by_when=dt.date(2026, 6, 1)))
    text = shown(table.board).item("d1").text.split("\n")
    assert text[:4] == ["Parents first @{2026-06-01}", "", "Then we look again.", ""]
    assert text[4:] == [
        "> - D1 · Proposal from Nadia, 2 March.",
        "> - Theme: reach",
        "> - It rests on: “Parents”",
        "> - Paul takes care of it, by 1 June.",
        "> - Nadia agreed, 2 March.",
        "> - Paul agreed, 2 March.",
        "> - Both sides agreed, on 2 March.",
        "> - Paul, for it, 2 March: “Seen in May”",
    ]


def test_a_trial_and_a_concern_are_told_in_the_language_of_the_board(table: Table) -> None:
    text = shown(table.board, "fr").item("d3").text
    assert "On observe" in text
    assert "«\u202fwho writes it?\u202f»" in text
    assert "R1" in shown(table.board, "fr").item("a1").text


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_read_as_it_stands_whatever_it_looks_like(title: str) -> None:
    assert plain_blocks(plain(title)) == [title]
    assert typed(plain(title)) == title


@given(titles)
def test_any_title_is_read_as_it_stands(title: str) -> None:
    assert plain_blocks(plain(title)) == [title]
    assert typed(plain(title)) == title


@pytest.mark.parametrize("text", TITLES)
def test_no_text_becomes_a_lane_or_an_item_or_loses_its_name(text: str) -> None:
    table = Table()
    table.does(AddColumn(text))
    table.does(AddCard("question", text, f"{text}\n\n{text}\n{text}"))
    table.does(AddCard("decision", text, f"```\n{text}", trial=Trial(text, None, text)))
    table.does(AddNote("Q1", text))
    board = opened(shown(table.board).saved())
    assert [[item.name for item in lane.items] for lane in board.lanes] == [["q1"], ["d1"], [], [], []]
    assert not any(lane.archive for lane in board.lanes)
    for item in (board.item("q1"), board.item("d1")):
        assert plain_blocks(item.text.split("\n")[0]) == [text]


def test_a_body_hides_nothing_that_comes_after_it() -> None:
    table = Table()
    table.does(AddCard("question", "Why? %%", "%% a remark"))
    note = as_obsidian(table.board, document_language("en"))
    assert note.count("%%") == 2, "the comment around the settings, and no other"


def test_dates_are_read_as_they_are_written_whatever_is_set_elsewhere(table: Table) -> None:
    settings = shown(table.board).settings
    assert settings["date-format"] == "YYYY-MM-DD"
    assert settings["kanban-plugin"] == "board"


def test_what_travels_along_is_one_word_that_ends_no_comment_and_no_code(table: Table) -> None:
    table.does(Reword("Q2", Wording("%%\u202f?", "```\n%%\n```")))
    word = shown(table.board).settings[KEY]
    assert isinstance(word, str)
    assert not set(word) & set("%`\n \"'<>")
    assert unpacked(word).board == table.board


def forged(word: str, change: Callable[[dict[str, object]], object]) -> str:
    """A word with another content, and a digest that fits."""
    content = msgspec.json.decode(zlib.decompress(base64.b64decode(word.split(".")[2])))
    change(content)
    data = base64.b64encode(zlib.compress(json.dumps(content).encode())).decode()
    from storage.exports.kept import _digest

    return f"1.{_digest(data)}.{data}"


def kept_of(board: Board) -> Kept:
    word = shown(board).settings[KEY]
    assert isinstance(word, str)
    return unpacked(word)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["board"].pop("title"),
        lambda content: content["board"]["cards"]["Q1"].update(column="c3"),
        lambda content: content["board"]["cards"]["Q1"].update(column="c9"),
        lambda content: content["board"]["cards"]["Q1"].update(id="Q2"),
        lambda content: content["board"]["cards"]["Q1"].update(created="2026-05-12T10:00:00"),
        lambda content: content["board"]["cards"]["Q1"].update(created="0001-01-01T00:00:00Z"),
        lambda content: content["board"]["cards"].pop("Q2"),
        lambda content: content["board"]["columns"].pop("c2"),
        lambda content: content["written"].pop("Q1"),
        lambda content: content["lanes"].pop(),
        lambda content: content["lanes"].append(["x", "c9", []]),
        lambda content: content["lanes"].append(["x", "c1", []]),
        lambda content: content.clear(),
    ],
)
def test_a_board_that_nobody_wrote_is_none(table: Table, change: Callable[[dict[str, object]], object]) -> None:
    word = packed(kept_of(table.board))
    assert unpacked(forged(word, lambda content: None)).board == table.board
    with pytest.raises(Damaged):
        unpacked(forged(word, change))


@pytest.mark.parametrize("word", ["", ".", "..", "1..", "2.x.y", "1.é.é", "1.x.!!!!", "\u0301" * 9])
def test_what_is_no_word_of_ours_is_none(word: str) -> None:
    with pytest.raises(Damaged):
        unpacked(word)


def test_a_word_that_was_changed_in_one_letter_is_none(table: Table) -> None:
    word = packed(kept_of(table.board))
    middle = len(word) // 2
    other = "A" if word[middle] != "A" else "B"
    with pytest.raises(Damaged):
        unpacked(word[:middle] + other + word[middle + 1 :])


def test_a_small_word_does_not_unpack_without_end(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    word = packed(kept_of(table.board))
    monkeypatch.setattr("storage.exports.kept.LARGEST", 1_000)
    with pytest.raises(Damaged):
        unpacked(word)
