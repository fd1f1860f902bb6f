from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage import Store

from .calling import Accord, Opened


def test_new_begins_a_board_and_fills_in_what_is_not_said(accord: Accord) -> None:
    assert "my-board.json" in accord.ok("new", "my-board")
    with Store.open(Path("my-board.json")) as store:
        assert (store.board.title, store.board.lang) == ("my board", "en")
        assert [person.name for person in store.board.people.values()] == ["Consultant", "Client"]


def test_new_takes_the_language_of_the_environment_unless_told(accord: Accord) -> None:
    accord.ok("new", "one.json", lang="fr_CH.UTF-8")
    accord.ok("new", "two.json", "--lang", "en", lang="fr_CH.UTF-8")
    with Store.open(Path("one.json")) as one, Store.open(Path("two.json")) as two:
        assert (one.board.lang, two.board.lang) == ("fr", "en")


def test_new_never_begins_over_something(accord: Accord, acme: str) -> None:
    before = Path("acme.json").read_bytes(), Path("acme.journal").read_bytes()
    assert "acme.json is there already" in accord.refused("new", "acme")
    assert before == (Path("acme.json").read_bytes(), Path("acme.journal").read_bytes())


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("new", "nowhere/acme"), "The folder nowhere"),
        (("new", ".."), "no name for a board"),
        (("new", "x" * 300), "That name is too long for a file here; choose a shorter one."),
        (("new", "x" * 249), "That name is too long for a file here; choose a shorter one."),
        (("new", "x" * 240), "That name is too long for a file here; choose a shorter one."),
        (("new", "acme.journal"), "no name for a board"),
        (("new", "acme", "--title", " \x1b "), "The title is empty"),
        (("new", "acme", "--client", ""), "The name is empty"),
        (("new", "acme", "--client", "nadia", "--consultant", "Nadia"), "There is a nadia already"),
    ],
)
def test_new_says_what_is_wrong(accord: Accord, argv: tuple[str, ...], words: str) -> None:
    assert words in accord.refused(*argv)
    assert list(accord.folder.iterdir()) == []


@pytest.mark.parametrize("typed", ["acme", "acme.json", "acme.journal", "./acme", "link.json"])
def test_a_board_may_be_named_in_any_of_these_ways(accord: Accord, acme: str, typed: str) -> None:
    Path("link.json").symlink_to("acme.json")
    before = Path("acme.journal").read_bytes()
    assert accord.ok("list", typed).startswith("Amis du Phare\n")
    assert Path("acme.journal").read_bytes() == before
    assert sorted(os.listdir()) == ["acme.journal", "acme.json", "link.json"]


def test_a_lost_checkpoint_is_made_again_and_told(accord: Accord, acme: str) -> None:
    Path("acme.json").unlink()
    ended = accord("list", "acme")
    assert ended.status == 0
    assert ended.out.startswith("Amis du Phare\n")
    assert ended.err == "acme.json was missing or damaged and was made again from its journal; nothing is lost.\n"
    assert Path("acme.json").exists()


@pytest.mark.parametrize("checkpoint", [True, False])
def test_a_damaged_board_can_be_read_and_not_changed(accord: Accord, acme: str, checkpoint: bool) -> None:
    journal = Path("acme.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:3], b"x" * 40 + b"\n", *lines[4:]]))
    if not checkpoint:
        Path(acme).unlink()
    ended = accord("list", acme)
    assert ended.status == 0
    assert ended.out.startswith("Amis du Phare\n")
    assert "acme.json is damaged from change 3 on" in ended.err
    assert "accord check --repair" in accord.refused("add", acme, "question", "More?", "--by", "client")


def test_a_word_that_is_no_command_is_a_board_to_open(accord: Accord, acme: str, opened: Opened) -> None:
    accord.ok("acme", lang="fr_CH.UTF-8")
    assert opened == [(Path("acme.json"), "fr", False)]


def test_no_word_opens_the_last_board_or_the_welcome(
    accord: Accord, acme: str, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    accord.ok()
    accord.ok("acme")
    monkeypatch.chdir("/")
    accord.ok()
    assert [path for path, _, _ in opened] == [None, Path("acme.json"), accord.folder / "acme.json"]


def test_what_is_no_board_is_not_opened_again(accord: Accord, acme: str, opened: Opened) -> None:
    accord.ok("acme")
    Path("notes.json").write_text('{"no": "board"}')
    assert "notes.json is no Accord board" in accord.refused("notes.json")
    accord.ok()
    assert opened[-1][0] == accord.folder / "acme.json"


@pytest.mark.parametrize("typed", ["acme", "acme.json", "folder/acme"])
def test_a_board_that_is_not_there_names_the_way_to_begin_one(accord: Accord, opened: Opened, typed: str) -> None:
    said = accord.refused(typed)
    assert typed in said
    assert "accord new" in said
    assert opened == []


def test_without_a_terminal_nothing_is_opened(accord: Accord, acme: str) -> None:
    assert "accord list" in accord.refused("acme")
    assert "accord list" in accord.refused("demo")


def test_the_demo_is_a_board_that_is_thrown_away(accord: Accord, opened: Opened) -> None:
    accord.ok("demo", "--lang", "fr")
    ((path, lang, demo),) = opened
    assert path is not None
    assert (lang, demo) == ("fr", True)
    assert not path.parent.exists()
    accord.ok()
    assert opened[-1][0] is None


# check


def test_a_sound_board_is_called_sound(accord: Accord, acme: str) -> None:
    assert accord.ok("check", "acme") == "acme.json and its journal are sound.\n"
    assert accord.ok("check", "acme", "--repair") == "acme.json and its journal are sound.\n"


def test_what_is_damaged_is_said_line_by_line_and_can_be_mended(accord: Accord, acme: str) -> None:
    journal = Path("acme.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:3], b"x" * len(lines[3][:-1]) + b"\n", *lines[4:]]))
    found = accord("check", acme)
    assert (found.status, found.err) == (1, "")
    assert "acme.journal is damaged in line 4 (change 3, byte " in found.out
    assert "is kept in" in accord.ok("check", acme, "--repair")
    assert "sound" in accord.ok("check", acme)
    accord.ok("add", acme, "question", "Again?", "--by", "client")


def test_a_check_says_where_there_is_nothing_to_check(accord: Accord) -> None:
    assert "nothere.json is not there" in accord.refused("check", "nothere.json")
    assert "nothere.json is not there" in accord.refused("check", "nothere.json", "--repair")


def test_a_board_that_is_there_keeps_its_own_questions(accord: Accord) -> None:
    mine = accord.folder / "mine.md"
    mine.write_text("- Why?\n", encoding="utf-8")
    accord.ok("new", "acme", "--questions", str(mine))
    own = Path("acme.questions.md")
    assert own.read_text(encoding="utf-8") == "- Why?\n"
    mine.write_text("- How?\n", encoding="utf-8")
    assert "acme" in accord.refused("new", "acme", "--questions", str(mine))
    assert own.read_text(encoding="utf-8") == "- Why?\n"
    own.unlink()
    assert "acme.json is there already" in accord.refused("new", "acme", "--questions", str(mine))
    assert not own.exists()


def test_the_questions_of_no_board_stop_one_from_being_begun_over_them(accord: Accord) -> None:
    Path("acme.questions.md").write_text("- How?\n", encoding="utf-8")
    mine = accord.folder / "mine.md"
    mine.write_text("- Why?\n", encoding="utf-8")
    accord.refused("new", "acme", "--questions", str(mine))
    assert not Path("acme.json").exists()
    assert not Path("acme.journal").exists()
