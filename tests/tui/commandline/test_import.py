"""``accord import``: a file from elsewhere comes onto a board, or becomes one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from storage import Store
from storage.imports import recognise

from .calling import Accord, Process

MARKDOWN = "# Garden\n\nFor whom.\n\n## To discuss\n\n- Who reads us?\n- [x] How often?\n\n## Doing\n\n- A newsletter\n"
TRELLO = {
    "name": "Lighthouse",
    "lists": [{"id": "l1", "name": "Agreed"}, {"id": "l2", "name": "Old", "closed": True}],
    "cards": [{"id": "a", "idList": "l1", "name": "Paint it"}, {"id": "b", "idList": "l2", "name": "Sell it"}],
}


@pytest.fixture
def todo(accord: Accord) -> str:
    Path("TODO.md").write_text(MARKDOWN, encoding="utf-8")
    return "TODO.md"


def bytes_of(board: str) -> tuple[bytes, bytes]:
    return Path(board).read_bytes(), Path(board).with_suffix(".journal").read_bytes()


def test_a_file_comes_onto_a_board(accord: Accord, acme: str, todo: str) -> None:
    assert accord.ok("import", "acme", todo) == (
        "3 cards were taken in, of which 2 are questions, into “To discuss”; new column: “Doing”.\n"
        "What could not be kept:\n"
        "- Text that belongs to no card: For whom.\n"
    )
    cards = accord.cards()
    assert [(cards[i]["title"], cards[i]["column"], cards[i]["party"]) for i in ("Q2", "Q3", "D3")] == [
        ("Who reads us?", "discuss", "consultant"),
        ("How often?", "discuss", "consultant"),
        ("A newsletter", "Doing", "consultant"),
    ]
    with Store.open(Path(acme)) as store:
        assert [record.kind for record in store.history()][-1] == "import"


def test_it_is_said_by_whom_one_says(accord: Accord, acme: str, todo: str) -> None:
    accord.ok("import", "acme", todo, "--by", "client")
    assert accord.cards()["D3"]["voice_name"] == "Paul"


def test_it_says_so_in_french(accord: Accord, todo: str) -> None:
    said = accord.ok("import", "jardin", todo, lang="fr_FR.UTF-8").split("\n")
    assert said[1] == "3 cartes importées, dont 2 questions, dans «\u202fÀ discuter\u202f»\u202f; nouvelle colonne\u00a0: «\u202fDoing\u202f»."  # fmt: skip
    assert said[2] == "Ce qui n'a pas pu être gardé\u00a0:"
    assert said[3].endswith("For whom.")
    with Store.open(Path("jardin.json")) as store:
        assert (store.board.title, store.board.lang) == ("Garden", "fr")
        assert [person.name for person in store.board.people.values()] == ["Consultant", "Client"]
        assert [n.text for n in store.board.cards["Q2"].notes.values()] == ["Coché dans «\u202fGarden\u202f»."]


def test_a_board_is_begun_where_there_is_none(accord: Accord, todo: str) -> None:
    said = accord.ok("import", "garden", todo)
    assert said.startswith("A board is begun: garden.json\n3 cards were taken in")
    assert set(accord.cards("garden")) == {"Q1", "Q2", "D1"}
    assert "Garden" in accord.ok("list", "garden")


def test_archived_cards_are_set_aside_and_nothing_is_agreed(accord: Accord) -> None:
    Path("trello.json").write_text(json.dumps(TRELLO), encoding="utf-8")
    said = accord.ok("import", "acme", "trello.json")
    assert "2 cards were taken in, 1 is set aside, into “On the table”.\n" in said
    assert said.count("\n- ") == 2
    cards = accord.cards()
    assert (cards["D1"]["column"], cards["D1"]["agreed"], cards["D2"]["aside"]) == ("table", False, True)


def test_standard_input_is_a_file_too(accord: Accord) -> None:
    said = accord.ok("import", "my-garden", "-", stdin=b"- a?\n- b\n- c\n")
    assert "3 cards were taken in, of which 1 is a question, into “To discuss”, “On the table”." in said
    with Store.open(Path("my-garden.json")) as store:
        assert store.board.title == "my-garden"


def test_a_board_of_accord_becomes_the_same_board_again(accord: Accord, acme: str) -> None:
    accord.ok("export", "acme", "--as", "obsidian", "-o", "acme.md")
    assert accord.ok("import", "again", "acme.md") == "The whole board is taken in: again.json\n"
    assert accord.cards("again") == accord.cards()
    assert accord.ok("show", "again", "D1") == accord.ok("show", "acme", "D1")


def test_a_board_of_accord_comes_onto_another_without_what_was_agreed(accord: Accord, acme: str) -> None:
    accord.ok("export", "acme", "--as", "obsidian", "-o", "acme.md")
    accord.ok("new", "other")
    accord.ok("import", "other", "acme.md")
    cards = accord.cards("other")
    assert sorted(str(card["title"]) for card in cards.values()) == sorted(str(c["title"]) for c in accord.cards().values())  # fmt: skip
    assert not any(card["agreed"] or card["opinions"] for card in cards.values())
    assert "Nadia agreed on" in accord.ok("show", "other", "D1") + accord.ok("show", "other", "D2")


@pytest.mark.parametrize("source", ["markdown", "MARKDOWN"])
def test_one_can_say_what_it_is(accord: Accord, acme: str, source: str) -> None:
    Path("x.md").write_text("## A\n- a\n    > b\n", encoding="utf-8")
    accord.ok("import", "acme", "x.md", "--from", source)
    assert accord.cards()["D3"]["body"] == "> b"


@pytest.mark.parametrize(
    ("content", "argv", "words"),
    [
        (b"\xff\xfe\x00", (), "no text in UTF-8"),
        (b"Only words.\n", (), "could become a card"),
        (b'{"lists": [}', (), "line 1, column 12"),
        (b'{"a": 1}', (), "not what Trello writes"),
        (b"- a\n", ("--from", "trello"), "not what Trello writes"),
    ],
)
@pytest.mark.parametrize("board", ["acme", "fresh"])
def test_what_cannot_be_taken_in_changes_nothing(
    accord: Accord, acme: str, board: str, content: bytes, argv: tuple[str, ...], words: str
) -> None:
    Path("file").write_bytes(content)
    before = bytes_of(acme)
    assert words in accord.refused("import", board, "file", *argv)
    assert bytes_of(acme) == before
    assert sorted(os.listdir()) == ["acme.journal", "acme.json", "file"]


def test_a_file_has_to_be_there(accord: Accord, acme: str) -> None:
    before = bytes_of(acme)
    assert "nowhere.md is not there" in accord.refused("import", "acme", "nowhere.md")
    assert "acme.json/x is not there" in accord.refused("import", "acme", "acme.json/x")
    assert "is a folder" in accord.refused("import", "acme", ".")
    assert "x" * 300 + " is not there; check the name of the file" in accord.refused("import", "acme", "x" * 300)
    assert bytes_of(acme) == before


def test_a_board_of_accord_is_opened_and_not_taken_in(accord: Accord, acme: str) -> None:
    Path("my board.json").write_bytes(Path(acme).read_bytes())
    before = bytes_of(acme)
    for file in (acme, "acme.journal", "my board.json"):
        said = accord.refused("import", "other", file, *(["--from", "trello"] if file == acme else []))
        opens = f"accord {file}" if " " not in file else "accord 'my board.json'"
        assert said == f"That is a board of Accord; open it with: {opens}"
    assert "ouvrir avec\u00a0: accord acme.json" in accord.refused("import", acme, acme, lang="fr_FR.UTF-8")
    ended = accord("import", "other", "-", stdin=Path(acme).read_bytes())
    assert (ended.status, ended.err) == (1, "That is a board of Accord; open it with: accord BOARD\n")
    assert bytes_of(acme) == before
    assert not Path("other.json").exists()


def test_a_file_that_is_taken_in_twice_is_taken_in_and_said_to_be_there_already(
    accord: Accord, acme: str, todo: str
) -> None:
    accord.ok("import", "acme", todo)
    Path("more.md").write_text("- WHO FIRST?\n- Newsletter FIRST\n- a poster\n", encoding="utf-8")
    ended = accord("import", "acme", todo)
    assert (ended.status, ended.err) == (0, "All of these 3 cards have the same title as a card of the board.\n")
    assert ended.out.startswith("3 cards were taken in")
    assert [card["title"] for card in accord.cards().values()].count("A newsletter") == 2
    ended = accord("import", "acme", "more.md", lang="fr_FR.UTF-8")
    assert (ended.status, ended.err) == (0, "2 de ces 3 cartes ont le même titre qu'une carte du tableau.\n")


def test_a_file_that_is_too_large_is_not_read(accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognise, "LARGEST", 10)
    Path("file").write_text("- a\n" * 3)
    assert "too large" in accord.refused("import", "acme", "file")


def test_a_name_that_no_board_can_have_is_refused(accord: Accord, todo: str) -> None:
    assert "no name for a board" in accord.refused("import", "garden.journal", todo)
    assert "The folder nowhere" in accord.refused("import", "nowhere/garden", todo)
    assert os.listdir() == [todo]


@pytest.mark.parametrize("argv", [("import",), ("import", "acme"), ("import", "acme", "a.md", "--from", "jira")])
def test_a_wrong_call_is_told(accord: Accord, argv: tuple[str, ...]) -> None:
    assert "accord import -h" in accord.refused(*argv, status=2)


def test_what_is_left_reaches_no_terminal_as_a_command(accord: Accord, acme: str) -> None:
    Path("x.md").write_text("\x1b]0;title\x07 one\n\x1b[2J two\n\n- a\n", encoding="utf-8")
    said = accord.ok("import", "acme", "x.md")
    assert "\x1b" not in said
    assert said.split("\n")[-2].endswith("]0;title one [2J two")


def test_a_file_through_a_pipe_is_read(process: Process, accord: Accord, acme: str) -> None:
    ended = process("import", "acme", "/dev/stdin", input=b"- a\n")
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "D3" in accord.cards()


def test_a_long_text_is_picked_from_and_not_poured_onto_the_board(accord: Accord, acme: str) -> None:
    sentence = "The organisation has spoken to its neighbours for years, and nobody has ever written down how.\n\n"
    Path("brief.md").write_text(f"# A brief\n\n{sentence * 6}## What now?\n\n- one thing\n", encoding="utf-8")
    before = bytes_of(acme)
    assert "pick from it" in accord.refused("import", "acme", "brief.md")
    assert bytes_of(acme) == before
    accord.refused("import", "new-one", "brief.md")
    assert not Path("new-one.json").exists()
    accord.ok("import", "acme", "brief.md", "--from", "markdown")
    assert bytes_of(acme) != before
