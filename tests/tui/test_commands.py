"""The commands: declared once, each with its own key, all of them to be found."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from textual.widgets import OptionList

from storage import Store, Voice, changes
from tui.commands import BY_ID, COMMANDS, GROUPS, Command, by_key, key_words, keys_of, shown_key
from tui.screens.board import BoardScreen
from tui.screens.editor import Editor
from tui.screens.help import HelpScreen
from tui.session import read_keymap
from tui.words import interface_language

from .screens.sitting import app_at, session_at, small_board, until

EN, FR = interface_language("en"), interface_language("fr")
EACH = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)


@EACH
def test_every_command_can_be_done_on_the_board(command: Command) -> None:
    assert callable(getattr(BoardScreen, f"do_{command.id}", None))


def test_nothing_is_done_on_the_board_that_is_no_command() -> None:
    done = {name.removeprefix("do_") for name in dir(BoardScreen) if name.startswith("do_")}
    assert done == BY_ID.keys()


def test_no_key_stands_for_two_commands() -> None:
    keys = [key.casefold() for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


@EACH
def test_letters_are_case_blind(command: Command) -> None:
    for key in command.keys:
        assert by_key({})[key] is command
        if len(key) == 1:
            assert by_key({})[key.upper()] is command


@EACH
def test_a_command_has_its_words_and_its_group(command: Command) -> None:
    assert command.group in GROUPS
    for words in (command.short, command.long):
        assert words.strip() == words != ""
    assert FR.say(command.long) != command.long
    assert len(FR.say(command.short)) <= 20


# Keymaps


def test_a_keymap_changes_the_key_of_any_command() -> None:
    for command in COMMANDS:
        keymap = {command.id: "f7"}
        assert keys_of(command, keymap) == ("f7",)
        assert by_key(keymap)["f7"] is command
        assert not set(command.keys) & {key for key, found in by_key(keymap).items() if found is command}


def test_a_keymap_may_give_several_keys() -> None:
    assert keys_of(BY_ID["question"], {"question": " X ,F3, "}) == ("x", "f3")
    assert by_key({"question": "X"})["x"] is by_key({"question": "x"})["X"] is BY_ID["question"]


def test_a_key_given_to_another_command_is_taken_from_its_own() -> None:
    keymap = {"question": "a"}
    assert by_key(keymap)["a"] is BY_ID["question"]
    assert by_key(keymap)["A"] is BY_ID["question"]
    assert keys_of(BY_ID["answer"], keymap) == ()
    assert shown_key("answer", keymap, EN) == ""
    assert keys_of(BY_ID["help"], {"view": "f1"}) == ("?",)


def test_two_commands_can_change_places() -> None:
    found = by_key({"question": "a", "answer": "q"})
    assert found["a"] is BY_ID["question"]
    assert found["q"] is BY_ID["answer"]


def test_a_keymap_for_commands_that_are_none_changes_nothing() -> None:
    assert by_key({"fly": "q", "": "a", "question": "  ,"}) == by_key({})


@pytest.mark.parametrize(
    ("text", "keymap"),
    [
        ('[keys]\nquestion = "x"\nundo = "ctrl+u"\n', {"question": "x", "undo": "ctrl+u"}),
        ('[keys]\nquestion = 1\nanswer = ["x"]\nundo = "u"\n', {"undo": "u"}),
        ("keys = 3\n", {}),
        ("[other]\nquestion = 'x'\n", {}),
        ("[keys\n", {}),
        (b"[keys]\nquestion = '\xff'\n", {}),
        (b"\x00", {}),
        ("x = " + "[" * 5_000, {}),
        ("", {}),
    ],
)
def test_of_a_configuration_what_can_be_used_is_used(tmp_path: Path, text: str | bytes, keymap: dict[str, str]) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    assert read_keymap(path) == keymap


def test_no_configuration_is_needed(tmp_path: Path) -> None:
    assert read_keymap(tmp_path / "config.toml") == {}
    assert read_keymap(tmp_path) == {}


def test_a_configuration_that_may_not_be_looked_for_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    path = tmp_path / "config.toml"
    monkeypatch.setattr(os, "stat", forbidden)
    assert read_keymap(path) == {}


@pytest.mark.parametrize(
    ("key", "english", "french"),
    [
        ("enter", "Enter", "Entrée"),
        ("delete", "Del", "Suppr"),
        ("space", "Space", "Espace"),
        ("escape", "Esc", "Échap"),
        ("ctrl+z", "Ctrl+Z", "Ctrl+Z"),
        ("f1", "F1", "F1"),
        ("q", "q", "q"),
        ("/", "/", "/"),
    ],
)
def test_keys_are_named_as_they_are_written_on_a_keyboard(key: str, english: str, french: str) -> None:
    assert (key_words(key, EN), key_words(key, FR)) == (english, french)


# In the app


async def test_every_command_is_in_the_help_and_in_the_palette(tmp_path: Path) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path)
    app = app_at(session)
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.press("?")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and app.screen.query_one(OptionList).option_count)
        options = app.screen.query_one(OptionList).options
        listed = {option.id: str(option.prompt) for option in options if option.id}
        assert listed.keys() == BY_ID.keys()
        for command in COMMANDS:
            # Wrapped lines are one sentence.
            assert EN.say(command.long) in " ".join(listed[command.id].split())
            for key in keys_of(command, {})[:2]:
                assert f" {key_words(key, EN)} " in listed[command.id]
        await pilot.press("escape")
        board = app.screen
        assert isinstance(board, BoardScreen)
        titles = [offered.title for offered in board.offered_commands()]
        offered = [command for command in COMMANDS if command.id != "palette"]
        assert len(titles) == len(offered)
        assert all(command.long in title for command, title in zip(offered, titles, strict=True))
        assert titles == [offered.title for offered in app.get_system_commands(board)]


@pytest.mark.parametrize("key", ["f3", "ctrl+u", "x", "X", "é"])
async def test_a_key_of_the_keymap_does_its_command_on_the_board(tmp_path: Path, key: str) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path)
    session.keymap = {"question": "f3, ctrl+u, x, é"}
    app = app_at(session)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("q")
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Editor))
        assert len(app.screen_stack) == 3


async def test_the_words_name_the_keys_of_the_keymap(tmp_path: Path) -> None:
    store = Store.in_memory(small_board())
    Voice(store, "p1", "before").commit_now(changes.AddCard("question", "Who?"))
    session = session_at(store, tmp_path)
    session.keymap = {"undo": "ctrl+u", "back": "f9", "question": "a"}
    app = app_at(session)
    async with app.run_test(size=(160, 30)) as pilot:
        await pilot.pause()
        board = app.screen
        assert isinstance(board, BoardScreen)
        footer = board.query_one("#keys")
        assert " a question" in footer.text  # type: ignore[attr-defined]
        await pilot.press("delete")
        news = board.query_one("#news")
        await until(pilot, lambda: "F9 brings back, Ctrl+U undoes" in news.text)  # type: ignore[attr-defined]
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert store.board.cards["Q1"].aside
        await pilot.press("ctrl+u")
        await until(pilot, lambda: not store.board.cards["Q1"].aside)
