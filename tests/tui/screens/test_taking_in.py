"""Taking a file in: nothing before a yes, all of it as one change, or what is picked from a text."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from storage import Refused, Store, changes
from storage.card import Kind
from tests.incoming import BRIEF, trello
from tui import incoming
from tui.app import AccordApp
from tui.incoming import FileRead, Progress, brief_of, read_file
from tui.screens import reading
from tui.screens.board import BoardScreen
from tui.screens.brief import BriefPicker
from tui.screens.file_choice import FileChoice
from tui.screens.pasting import Pasting
from tui.screens.reading import Reading
from tui.screens.taking_in import TakingIn
from tui.widgets.bars import Bar
from tui.widgets.markdown import SafeMarkdown

from .sitting import SIZES, app_at, on_screen, session_at, small_board, until

EXPORT = trello(
    "Le Phare",
    {
        "À discuter": ["Qui vient ?", "Où sont-ils ?"],
        "Doing [fr]": ["Une affiche", "Pourquoi [/] nous ?"],
        "On the table": ["Un stand"],
    },
    desc="Ce que nous voulions",
)


class Table:
    """A board, its app, and what a person does there."""

    def __init__(self, pilot: Pilot[None], app: AccordApp, store: Store, folder: Path) -> None:
        self.pilot = pilot
        self.app = app
        self.store = store
        self.folder = folder

    @property
    def screen(self) -> BoardScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, BoardScreen))

    @property
    def news(self) -> str:
        return self.screen.query_one("#news", Bar).text.strip()

    @property
    def titles(self) -> dict[str, str]:
        return {card.id: card.title for card in self.store.board.cards.values()}

    @property
    def page(self) -> str:
        return self.app.screen.query_one("#document", SafeMarkdown).text

    def put(self, name: str, data: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def drop(self, path: Path | str) -> None:
        self.screen.view.post_message(self.screen.view.TextPasted(f"'{path}' "))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def shows(self, kind: type) -> None:
        await until(self.pilot, lambda: isinstance(self.app.screen, kind) and on_screen(self.pilot).strip())

    async def sees(self, words: str) -> None:
        await until(self.pilot, lambda: words in on_screen(self.pilot))

    async def says(self, words: str) -> None:
        await until(self.pilot, lambda: words in self.news)

    async def preview_of(self, name: str, data: bytes | str) -> None:
        self.drop(self.put(name, data))
        await self.shows(TakingIn)
        await until(self.pilot, lambda: self.page)

    async def click(self, bar: str, words: str) -> None:
        place = self.app.screen.query_one(f"#{bar}", Bar).text.index(words)
        await self.pilot.click(f"#{bar}", offset=(place, 0))


@asynccontextmanager
async def seated(
    tmp_path: Path, *, lang: str = "en", size: tuple[int, int] = (80, 24), remote: bool = False
) -> AsyncIterator[Table]:
    with Store.create(tmp_path / "phare.json", small_board(lang)) as store:
        app = app_at(session_at(store, tmp_path / "state", lang=lang, remote=remote))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, BoardScreen))
            yield Table(pilot, app, store, tmp_path)


# All of a file


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_before_anything_is_added_it_is_said_what_a_file_would_bring(
    tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, lang=lang, size=size) as table:
        await table.preview_of("export.json", EXPORT)
        said = {
            "en": ["A board of Trello.", "5 cards: 3 questions, 2 proposals", "What cannot be kept (1)", "a new column"],
            "fr": ["Un tableau de Trello.", "5 cartes\u00a0: 3 questions, 2 propositions", "Ce qui ne peut pas être gardé (1)", "nouvelle colonne"],
        }  # fmt: skip
        stages = {"en": ("To discuss", "On the table"), "fr": ("À discuter", "Sur la table")}[lang]
        for words in (*said[lang], "Le Phare", "Ce que nous voulions", "? Pourquoi [/] nous ?", "○ Un stand"):
            assert words in table.page
        assert f"À discuter › {stages[0]}" in table.page
        assert f"On the table › {stages[1]}" in table.page
        assert "Doing [fr] › " in table.page
        assert not table.store.board.cards


async def test_enter_takes_all_of_it_as_one_change_that_is_undone_and_redone_at_once(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        await table.press("enter")
        await table.says("5 cards taken in; Ctrl+Z takes them back.")
        taken = {"Q1": "Qui vient ?", "Q2": "Où sont-ils ?", "D1": "Une affiche", "Q3": "Pourquoi [/] nous ?", "D2": "Un stand"}  # fmt: skip
        assert table.titles == taken
        assert [column.title for column in table.store.board.ordered_columns()][-1] == "Doing [fr]"
        assert table.store.board.seq == 1
        await table.press("ctrl+z")
        await table.says("Undone")
        assert not table.titles
        assert len(table.store.board.columns) == 4
        await table.press("ctrl+y")
        await table.says("Done again")
        assert table.titles == taken


async def test_escape_takes_nothing(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        await table.press("escape")
        await table.shows(BoardScreen)
        assert table.store.board.seq == 0


@pytest.mark.parametrize("way", ["space", "right", "click"])
async def test_what_is_no_question_can_become_answers(tmp_path: Path, way: str) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        await (table.click("others", "answers") if way == "click" else table.press(way))
        await until(table.pilot, lambda: "3 questions, 2 answers" in table.page)
        await table.press("enter")
        await table.says("5 cards taken in")
        assert table.titles["A2"] == "Un stand"
        assert "D1" not in table.titles


async def test_whose_words_they_are_can_be_chosen(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        await table.sees("said by Nadia")
        await table.press("ctrl+t")
        await table.sees("said by Paul")
        await table.press("enter")
        await table.says("5 cards taken in")
        assert {card.voice for card in table.store.board.cards.values()} == {"p2"}


async def test_the_words_below_can_be_clicked(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        await table.click("voice", "Nadia")
        await table.click("keys", "take in")
        await table.says("5 cards taken in")
        assert {card.voice for card in table.store.board.cards.values()} == {"p2"}
        await table.preview_of("export.json", EXPORT)
        await table.click("keys", "back")
        await table.shows(BoardScreen)
        assert len(table.titles) == 5


async def test_it_is_planned_for_the_board_as_it_is_when_it_is_taken_in(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        table.screen.session.voice.commit_now(changes.AddColumn("Doing [fr]"))
        await table.press("enter")
        await table.says("5 cards taken in")
        assert [column.title for column in table.store.board.ordered_columns()].count("Doing [fr]") == 1


@pytest.mark.parametrize("size", SIZES)
async def test_what_the_board_has_already_is_said_and_taken_in_all_the_same(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with seated(tmp_path, size=size) as table:
        await table.preview_of("export.json", EXPORT)
        assert "the same title" not in table.page
        await table.press("enter")
        await table.says("5 cards taken in")
        await table.preview_of("export.json", EXPORT)
        await table.sees("All of these 5 cards have the same title as a card of the board.")
        await table.press("space")
        await table.sees("3 of these 5 cards have the same title as a card of the board.")
        await table.press("enter")
        await until(table.pilot, lambda: len(table.titles) == 10)


async def test_a_board_of_accord_is_said_to_be_one_and_how_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    other = tmp_path / "Nos tableaux" / "other.json"
    other.parent.mkdir()
    with Store.create(other, small_board()):
        pass
    words = "That is a board of Accord: leave this one with Ctrl+Q, then open it: accord ~/'Nos tableaux/other"
    async with seated(tmp_path, size=(160, 45)) as table:
        for path in (other, other.with_suffix(".journal")):
            table.drop(path)
            await table.says(f"{words}{path.suffix}'")
        for path in (tmp_path / "phare.json", tmp_path / "phare.journal"):
            table.screen.tell("")
            table.drop(path)
            await table.says("That is this very board: it is open here already.")
        assert isinstance(table.app.screen, BoardScreen)
        assert table.store.board.seq == 0


async def test_what_is_taken_in_cannot_be_taken_by_two_quick_enters_twice(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("export.json", EXPORT)
        table.app.post_message(events.Key("enter", "\r"))
        table.app.post_message(events.Key("enter", "\r"))
        await table.says("5 cards taken in")
        assert len(table.titles) == 5


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("cut.json", EXPORT[:-40], "breaks off"),
        ("other.json", b'{"a": 1}', "other.json"),
        ("image.md", b"\x89PNG\r\n\x1a\n\x00\xff", "no text"),
        ("empty.txt", b"", "could become a card"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_a_sentence_and_the_board_stays(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    async with seated(tmp_path) as table:
        table.drop(table.put(name, data))
        await table.says(words)
        assert isinstance(table.app.screen, BoardScreen)
        assert table.store.board.seq == 0


async def test_a_file_that_nobody_thought_of_does_not_end_the_workshop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: Path, progress: Progress, party: str) -> FileRead:
        raise TypeError(path)

    monkeypatch.setattr(reading, "read_file", broken)
    async with seated(tmp_path) as table:
        table.drop(table.put("export.json", EXPORT))
        await table.says("That did not work; nothing was lost.")


# Reading


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[float]]:
    """Reading that goes on until it is left; gives the shares that it could still tell."""
    told: list[float] = []

    def read_slowly(path: Path, progress: Progress, party: str) -> FileRead:
        for step in range(10_000):
            progress(0.5)
            told.append(step)
            threading.Event().wait(0.005)
        raise Refused("no-cards", path=path.name)

    monkeypatch.setattr(reading, "read_file", read_slowly)
    return lambda: told


@pytest.mark.parametrize("way", ["escape", "click"])
async def test_a_long_file_shows_how_far_it_is_and_can_be_left(
    tmp_path: Path, slowly: Callable[[], list[float]], way: str
) -> None:
    async with seated(tmp_path) as table:
        table.drop(table.put("export.json", EXPORT))
        await table.shows(Reading)
        await until(table.pilot, lambda: "●" * 25 + "·" * 25 in on_screen(table.pilot))
        await table.sees("Reading export.json")
        if way == "click":
            y = next(y for y, line in enumerate(on_screen(table.pilot).split("\n")) if "Esc cancel" in line)
            await table.pilot.click(offset=(on_screen(table.pilot).split("\n")[y].index("Esc cancel") + 2, y))
        else:
            await table.press("escape")
        await table.shows(BoardScreen)
        await table.app.workers.wait_for_complete()
        steps = len(slowly())
        await table.pilot.pause(0.1)
        assert len(slowly()) == steps
        assert table.store.board.seq == 0


# The way there


async def test_the_command_asks_for_a_file_and_begins_with_the_last_one(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        table.put("a.md", "- x\n")
        table.put("export.json", EXPORT)
        await table.press("ctrl+o")
        await table.shows(FileChoice)
        await until(table.pilot, lambda: "export.json" in on_screen(table.pilot))
        await table.press(*"export", "enter")
        await table.shows(TakingIn)
        await until(table.pilot, lambda: table.page)
        await table.press("enter")
        await table.says("5 cards taken in")
        table.put("later.md", "- x\n")
        await table.press("ctrl+o")
        await table.shows(FileChoice)
        await until(table.pilot, lambda: "later.md" in on_screen(table.pilot))
        await table.press("enter")
        await table.shows(TakingIn)
        await until(table.pilot, lambda: "A board of Trello." in table.page)


async def test_an_empty_board_says_that_a_file_can_be_taken_in(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.click("keys", "take in")
        await table.shows(FileChoice)


async def test_from_a_remote_session_no_file_is_named_but_a_text_can_be_pasted(tmp_path: Path) -> None:
    async with seated(tmp_path, remote=True) as table:
        await table.press("ctrl+o")
        await table.says("paste the text")
        assert isinstance(table.app.screen, BoardScreen)
        table.drop(table.put("export.json", EXPORT))
        await table.shows(Pasting)
        await table.press("escape")
        table.screen.view.post_message(table.screen.view.TextPasted(BRIEF))
        await table.shows(BriefPicker)


# A brief


async def test_a_text_is_offered_part_by_part_and_what_is_marked_is_added_with_its_text(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        table.drop(table.put("brief.md", BRIEF))
        await table.shows(BriefPicker)
        await table.sees("Pick from: brief.md")
        for words in ("› Notre public", "? Ils demandent souvent : qui répond", "? Avec quelles photos ?"):
            assert words in on_screen(table.pilot)
        assert not table.titles
        await table.press(*"moyens", "space")
        await table.sees("1 marked")
        await table.sees("Trois heures par semaine")
        for _ in "moyens":
            await table.press("backspace")
        await table.press(*"photos", "space", "enter")
        await table.says("2 cards taken in; Ctrl+Z takes them back.")
        assert set(table.titles.values()) == {"Nos moyens", "Avec quelles photos ?"}
        kinds: dict[str, Kind] = {card.title: card.kind for card in table.store.board.cards.values()}
        assert kinds == {"Nos moyens": "answer", "Avec quelles photos ?": "question"}
        bodies = {card.title: card.body for card in table.store.board.cards.values()}
        assert bodies["Nos moyens"].startswith("Trois heures par semaine")
        assert table.store.board.seq == 1
        await table.press("ctrl+z")
        await table.says("Undone")
        assert not table.titles


async def test_what_the_board_has_is_marked_when_the_text_is_opened_again(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        path = table.put("brief.md", BRIEF)
        table.drop(path)
        await table.shows(BriefPicker)
        await table.press("enter")
        await table.says("1 card taken in; Ctrl+Z takes it back.")
        assert table.titles == {"A1": "Communiquer au jardin"}
        table.drop(path)
        await table.shows(BriefPicker)
        await table.sees("Communiquer au jardin (A1)")
        await table.press("enter")
        await table.says("1 card taken in")
        await until(table.pilot, lambda: len(table.titles) == 2)
        assert "Notre public" in table.titles.values()


async def test_a_click_marks_and_unmarks(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        table.drop(table.put("brief.md", BRIEF))
        await table.shows(BriefPicker)
        await table.sees("Nos moyens")
        lines = on_screen(table.pilot).split("\n")
        y = next(y for y, line in enumerate(lines) if "Nos moyens" in line)
        await table.pilot.click(offset=(10, y))
        await table.sees("1 marked")
        await table.pilot.click(offset=(10, y))
        await until(table.pilot, lambda: "marked" not in on_screen(table.pilot))
        await table.pilot.click(offset=(10, y))
        await table.click("keys", "add it")
        await table.says("1 card taken in")
        assert list(table.titles.values()) == ["Nos moyens"]


async def test_a_text_that_has_no_such_words_adds_nothing(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        table.drop(table.put("brief.md", BRIEF))
        await table.shows(BriefPicker)
        await table.press(*"zzz", "space", "enter")
        await table.sees("Nothing in the text has these words.")
        assert isinstance(table.app.screen, BriefPicker)
        await table.press("escape")
        await table.shows(BoardScreen)
        assert table.store.board.seq == 0


async def test_a_list_is_taken_in_and_can_be_picked_from_instead_and_the_other_way_round(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        await table.preview_of("list.md", "# Idées\n\n- Une affiche\n- Qui vient ?\n")
        await table.press("f2")
        await table.shows(BriefPicker)
        await table.press("f2")
        await table.shows(TakingIn)
        await until(table.pilot, lambda: table.page)
        await table.press("enter")
        await table.says("2 cards taken in")
        assert table.titles == {"D1": "Une affiche", "Q1": "Qui vient ?"}


async def test_pasted_lines_stay_lines(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        table.screen.view.post_message(table.screen.view.TextPasted("- one\n- two ?\n- /etc/hosts"))
        await table.shows(Pasting)


async def test_a_pasted_brief_can_be_taken_as_lines_as_well(tmp_path: Path) -> None:
    async with seated(tmp_path) as table:
        table.screen.view.post_message(table.screen.view.TextPasted(BRIEF))
        await table.shows(BriefPicker)
        await table.press("f2")
        await table.shows(Pasting)


# What a text is


def never(_: float) -> None:
    """Nobody asked how far it is."""


def test_a_text_to_read_is_a_brief_and_a_list_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    for text, is_brief in (
        (BRIEF, True),
        ("# Idées\n\nVoici ce que nous avons trouvé hier soir tous ensemble :\n\n- a\n- b\n- c\n", False),
        (BRIEF + "".join(f"- une chose à faire {n}\n" for n in range(200)), False),
        (f"---\ntitle: x\n---\n{BRIEF}", True),
    ):
        path.write_text(text)
        assert read_file(path, never, "client").is_brief is is_brief
    assert brief_of(BRIEF) is not None
    assert brief_of("word " * 600) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_brief_from_a_word_processor_is_read_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(BRIEF.encode(encoding))
    brief = read_file(path, never, "client").brief
    assert brief is not None
    assert "Notre public" in [offer.title for offer in brief.offers]


def test_what_has_no_end_or_is_no_file_is_never_read(tmp_path: Path) -> None:
    for path, code in ((Path("/dev/zero"), "not-text"), (tmp_path, "is-a-folder"), (tmp_path / "x", "no-such-source")):
        with pytest.raises(Refused) as refused:
            read_file(path, never, "client")
        assert refused.value.code == code


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(Refused) as refused:
        read_file(path, never, "client")
    assert refused.value.code == "file-too-large"


def test_a_file_that_grows_while_it_is_read_is_not_read_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    path.write_text("- ten bytes\n")
    small = os.stat(path)
    path.write_text("- ten bytes\n" * 20)
    monkeypatch.setattr(incoming, "LARGEST", 100)
    monkeypatch.setattr(incoming.os, "stat", lambda *_, **__: small)
    with pytest.raises(Refused) as refusal:
        read_file(path, never, "client")
    assert refusal.value.code == "file-too-large"
