"""A board goes to Obsidian and comes back: whole where nothing was touched, else with what somebody changed there."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Refused, new_board
from storage.board import Board
from storage.changes import AddCard, AddColumn, AddNote, Describe
from storage.exports import document_language
from storage.exports.obsidian import KEY, as_obsidian
from storage.imports.found import Found, Left
from storage.imports.obsidian import read_obsidian
from storage.language import LANGUAGES
from tests.storage.exports.test_obsidian import HOSTILE, TITLES
from tests.storage.exports.texts import bodies, titles
from tests.storage.strategies import NASTY, Step, conversations
from tests.storage.table import Table, in_conversation
from tests.storage.test_properties import conversation, few

from .kanban import opened

NOW = dt.datetime(2026, 5, 12, 9, 0, tzinfo=dt.UTC)


def note_of(board: Board, lang: str = "en") -> str:
    return as_obsidian(board, document_language(lang))


def read(note: str) -> Found:
    return read_obsidian(note, now=NOW)


def same(found: Found, board: Board) -> bool:
    """Whether a board has come back whole, its counters as well, and nothing was left."""
    back = found.board
    assert back is not None
    return back.same_as(board) and (back.numbers, back.seq) == (board.numbers, board.seq) and not found.left


@few
@given(conversations(), st.sampled_from(LANGUAGES))
def test_any_board_comes_back_whole_also_when_the_plugin_has_saved_it(steps: list[Step], lang: str) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
    board = talk.store.board
    note = note_of(board, lang)
    assert same(read(note), board)
    assert same(read(opened(note).saved()), board)
    assert same(read(opened(opened(note).saved(indent="    ")).saved()), board)


def board_with(texts: list[tuple[str, str]]) -> Board:
    """A board with a card and a column for each of these."""
    table = Table()
    for title, body in texts:
        table.does(AddColumn(title))
        table.does(AddCard("question", title, body))
        table.does(AddNote(f"Q{table.board.numbers['Q']}", title))
        table.does(AddCard("answer", title, body, on=(f"Q{table.board.numbers['Q']}",)))
        table.does(Describe(f"A{table.board.numbers['A']}", theme=title, who=title, by_when=NOW.date()))
    return table.board


@settings(few, max_examples=100)
@given(st.lists(st.tuples(titles, bodies), min_size=1, max_size=3))
def test_texts_full_of_signs_come_back_as_they_were(texts: list[tuple[str, str]]) -> None:
    board = board_with(texts)
    note = note_of(board)
    assert same(read(note), board)
    assert same(read(opened(note).saved()), board)
    assert same(read(opened(note).saved(indent="    ").replace("\n", "\r\n")), board)


@pytest.mark.parametrize("text", TITLES)
def test_hostile_texts_come_back_as_they_were(text: str) -> None:
    board = board_with([(text, f"{text}\n\n{text}\n    {text}\n- {text}\n"), ("x", f"```\n{text}")])
    note = note_of(board)
    assert same(read(note), board)
    assert same(read(opened(note).saved()), board)


def test_a_board_without_a_card_comes_back() -> None:
    board = new_board("Amis du Phare", "fr", {"consultant": "Nadia", "client": "Paul"})
    assert same(read(note_of(board, "fr")), board)


def test_a_language_or_a_clock_that_is_another_one_by_then_makes_no_edit(monkeypatch: pytest.MonkeyPatch) -> None:
    board = in_conversation()
    note = note_of(board, "fr")
    monkeypatch.setattr("storage.exports.phrases.local_day", lambda time: dt.date(1999, 1, 1))
    assert same(read(note), board)


# What is damaged.


def test_a_board_that_is_damaged_is_read_as_anybodys_and_that_is_told() -> None:
    there = opened(note_of(in_conversation()))
    word = there.settings[KEY]
    assert isinstance(word, str)
    damaged_words: list[object] = [word[:-9], word.replace(".", ",", 1), "", 7, None, [], {"x": word}]
    for damaged in damaged_words:
        there.settings[KEY] = damaged
        found = read(there.saved())
        assert found.board is None
        assert found.source == "obsidian"
        assert next(card.title for column in found.columns for card in column.cards) == "How often?"
        assert damaged is None or Left("board-damaged", "") in found.left


def test_settings_that_cannot_be_read_are_told() -> None:
    note = opened(note_of(in_conversation())).saved()
    found = read(note.replace('{"kanban', '{"kan"ban'))
    assert found.board is None
    assert Left("board-damaged", "") in found.left
    assert Left("settings-damaged", "") in read(f"## A\n- b\n\n%% kanban:settings\n```\n{'[' * 100_000}\n```\n%%").left


@settings(few, max_examples=200)
@given(st.data())
def test_no_note_stops_the_program(data: st.DataObject) -> None:
    lines = note_of(in_conversation()).split("\n")
    pieces = st.one_of(st.sampled_from(lines), st.sampled_from((*HOSTILE, *NASTY, "\t", "  ", "")), st.text(max_size=5))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines)))
        match data.draw(st.sampled_from(("put", "cut", "join"))):
            case "put":
                lines.insert(at, data.draw(pieces))
            case "cut":
                del lines[at : at + data.draw(st.integers(1, 8))]
            case "join":
                lines[at : at + 2] = ["".join(lines[at : at + 2])]
    note = "\n".join(lines)
    try:
        found = read(note)
    except Refused:
        return
    if found.board is not None:
        assert same(read(note_of(found.board)), found.board)


@given(st.text(max_size=200))
def test_no_text_stops_the_program(text: str) -> None:
    read(text)
