"""The first start: a board in a few keys, and nothing typed is lost."""

from __future__ import annotations

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from storage import Board, Store, recent
from tui.screens import welcome
from tui.screens.welcome import LanguageChoice, WelcomeScreen, file_stem
from tui.themes import DARK

from .sitting import SIZES, on_screen, small_board, until

Made = list[tuple[Store, str] | None]


@asynccontextmanager
async def welcomed(
    tmp_path: Path, *, lang: str = "en", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[None], Made]]:
    """The welcome as the only screen of an app, and what it was dismissed with."""
    app = App[None]()
    app.register_theme(DARK)
    app.theme = DARK.name
    made: Made = []
    environ = {"ACCORD_STATE": str(tmp_path / "state"), "TERM": "xterm-256color"}
    async with app.run_test(size=size) as pilot:
        app.push_screen(WelcomeScreen(lang, environ=environ, documents=tmp_path), made.append)
        await until(pilot, lambda: pilot.app.screen.query("#keys") and pilot.app.focused)
        yield pilot, made
    for found in made:
        if found is not None:
            found[0].close()


def value(pilot: Pilot[None], field: str) -> str:
    return pilot.app.screen.query_one(f"#{field}", Input).value


def says(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#says", Static).content)


def focused(pilot: Pilot[None]) -> str | None:
    return pilot.app.focused.id if pilot.app.focused is not None else None


async def fill_in(pilot: Pilot[None], *texts: str) -> None:
    for text in texts:
        await pilot.press(*text, "enter")


@pytest.mark.parametrize("size", SIZES)
async def test_names_a_title_and_enter_make_a_board(tmp_path: Path, size: tuple[int, int]) -> None:
    async with welcomed(tmp_path, size=size) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins", "")
        await until(pilot, lambda: made)
        assert made[0] is not None
        store, lang = made[0]
        assert lang == "en"
        assert store.path == tmp_path / "Accord" / "jardins.json"
        assert store.path.exists()
        assert store.board.title == "Jardins"
        assert store.board.lang == "en"
        assert [(p.name, p.party) for p in store.board.people.values()] == [("Nadia", "consultant"), ("Paul", "client")]
        assert recent.last(tmp_path / "state") == store.path


async def test_only_the_title_is_needed(tmp_path: Path) -> None:
    async with welcomed(tmp_path, lang="fr") as (pilot, made):
        await fill_in(pilot, "", "", "Été", "")
        await until(pilot, lambda: made)
        assert made[0] is not None
        board = made[0][0].board
        assert [p.name for p in board.people.values()] == ["Consultant", "Client"]


async def test_a_missing_title_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "", "")
        await until(pilot, lambda: says(pilot))
        assert focused(pilot) == "title"
        assert (value(pilot, "consultant"), value(pilot, "client")) == ("Nadia", "Paul")
        assert not (tmp_path / "Accord").exists()
        await fill_in(pilot, "Jardins", "")
        await until(pilot, lambda: made)


async def test_two_of_the_same_name_are_told_apart_first(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Paul", "paul", "Jardins", "")
        await until(pilot, lambda: says(pilot))
        assert focused(pilot) == "client"
        assert not made


async def test_a_file_that_is_there_is_not_offered_and_never_replaced(tmp_path: Path) -> None:
    taken = tmp_path / "Accord" / "jardins.json"
    taken.parent.mkdir()
    taken.write_text("mine", "utf-8")
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins")
        assert value(pilot, "path").endswith("jardins-2.json")
        pilot.app.screen.query_one("#path", Input).value = str(taken)
        await pilot.press("enter")
        await until(pilot, lambda: says(pilot))
        assert str(taken) in says(pilot)
        assert taken.read_text("utf-8") == "mine"
        assert value(pilot, "title") == "Jardins"
        assert not made


@pytest.mark.parametrize(
    ("typed", "path"), [("plan", "plan.json"), ("sub/", "sub/jardins.json"), ("sub/x.json", "sub/x.json")]
)
async def test_another_place_can_be_chosen(tmp_path: Path, typed: str, path: str) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins")
        pilot.app.screen.query_one("#path", Input).value = f"{tmp_path}/{typed}"
        await pilot.press("enter")
        await until(pilot, lambda: made)
        assert made[0] is not None
        assert made[0][0].path == tmp_path / path


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("x" * 300, "That name is too long for a file here; choose a shorter one."),
        ("x" * 300 + "/board.json", "That name is too long for a file here; choose a shorter one."),
        ("board.journal", "is no name for a board"),
        ("file/board.json", "file"),
    ],
)
async def test_a_place_that_cannot_be_is_said(tmp_path: Path, typed: str, words: str) -> None:
    (tmp_path / "file").touch()
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins")
        pilot.app.screen.query_one("#path", Input).value = f"{tmp_path}/{typed}"
        await pilot.press("enter")
        await until(pilot, lambda: words in says(pilot))
        assert not made
        assert value(pilot, "title") == "Jardins"


async def test_the_place_follows_the_title_until_it_is_chosen(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, _):
        await fill_in(pilot, "", "")
        await pilot.press(*"Les été")
        assert Path(value(pilot, "path")).name == "les-ete.json"
        await pilot.press("down", "end", "backspace")
        kept = value(pilot, "path")
        await pilot.press("up", *"x")
        await pilot.pause()
        assert value(pilot, "path") == kept


async def test_another_language_renames_everything_at_once(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        assert "Begin" in on_screen(pilot)
        await pilot.press("N", "up", "right")
        await until(pilot, lambda: "Commencer" in on_screen(pilot))
        assert "Begin" not in on_screen(pilot)
        assert Path(value(pilot, "path")).name == "tableau.json"
        assert value(pilot, "consultant") == "N"
        await pilot.press("down")
        await fill_in(pilot, "", "Paul", "Été", "")
        await until(pilot, lambda: made)
        assert made[0] is not None
        assert made[0][1] == made[0][0].board.lang == "fr"


async def test_a_language_can_be_clicked(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, _):
        words = pilot.app.screen.query_one(LanguageChoice)
        await pilot.click(words, offset=(str(words.render()).index("Français") + 2, 0))
        await until(pilot, lambda: "Commencer" in on_screen(pilot))


async def test_arrows_and_tab_go_through_everything(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, _):
        seen = []
        for key in ("down", "tab", "down", "down", "down", "down", "up"):
            await pilot.press(key)
            seen.append(focused(pilot))
        assert seen == ["client", "title", "path", "begin", "demo", "language", "demo"]


async def test_the_button_begins_too(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins")
        await pilot.click("#begin")
        await until(pilot, lambda: made)


async def test_pressing_enter_often_makes_one_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    go_on = threading.Event()

    def slowly(path: Path, board: Board, state: Path) -> Store:
        asked.append(path)
        go_on.wait()
        return Store.in_memory(board)

    monkeypatch.setattr(welcome, "_create", slowly)
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins")
        await pilot.press("enter", "enter", "enter")
        await until(pilot, lambda: asked)
        await pilot.pause()
        go_on.set()
        await until(pilot, lambda: made)
        assert len(asked) == 1


async def test_the_last_board_can_be_opened(tmp_path: Path) -> None:
    Store.create(tmp_path / "old.json", small_board()).close()
    recent.remember(tmp_path / "old.json", tmp_path / "state")
    async with welcomed(tmp_path) as (pilot, made):
        assert "old" in on_screen(pilot)
        await pilot.click("#last")
        await until(pilot, lambda: made)
        assert made[0] is not None
        assert made[0][0].board.title == "Amis du Phare"


async def test_a_last_board_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    Store.create(tmp_path / "old.json", small_board()).close()
    recent.remember(tmp_path / "old.json", tmp_path / "state")
    async with welcomed(tmp_path) as (pilot, made):
        (tmp_path / "old.json").unlink()
        (tmp_path / "old.journal").unlink()
        await pilot.click("#last")
        await until(pilot, lambda: says(pilot))
        assert not made


async def test_without_a_last_board_none_is_offered(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, _):
        assert not pilot.app.screen.query("#last")


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_the_demo_is_a_board_in_a_folder_that_goes_with_it(
    tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    monkeypatch.setattr(welcome.tempfile, "mkdtemp", lambda **_: str(folder))
    async with welcomed(tmp_path, lang=lang) as (pilot, made):
        screen = pilot.app.screen
        assert isinstance(screen, WelcomeScreen)
        assert not screen.demo
        await pilot.click("#demo")
        await until(pilot, lambda: made)
        assert screen.demo
        assert folder.exists()
        found = made.pop()
        assert found is not None
        assert found[0].board.lang == lang
        assert found[0].board.cards
        assert recent.last(tmp_path / "state") is None
        found[0].close()
        del found
        # What the app still holds goes with the app; then nobody has the store any longer.
    gc.collect()
    assert not folder.exists()


async def test_escape_leaves_at_once_where_nothing_was_typed(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        await pilot.press("escape")
        await until(pilot, lambda: made)
        assert made == [None]


async def test_escape_throws_nothing_away_without_being_asked_twice(tmp_path: Path) -> None:
    async with welcomed(tmp_path) as (pilot, made):
        await fill_in(pilot, "Nadia")
        await pilot.press("escape")
        await until(pilot, lambda: says(pilot))
        assert not made
        await pilot.press("P", "escape")
        assert not made
        await pilot.press("escape")
        await until(pilot, lambda: made)
        assert made == [None]


@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_everything_is_seen_at_80_by_24(tmp_path: Path, lang: str) -> None:
    Store.create(tmp_path / "a-board-with-a-rather-long-name.json", small_board()).close()
    recent.remember(tmp_path / "a-board-with-a-rather-long-name.json", tmp_path / "state")
    async with welcomed(tmp_path, lang=lang) as (pilot, _):
        page = pilot.app.screen.query_one("#page")
        assert page.max_scroll_y == 0
        for widget in pilot.app.screen.query(Button):
            assert page.region.contains_region(widget.region), widget.id


@pytest.mark.parametrize("size", [(40, 12), (20, 6)])
async def test_a_small_terminal_scrolls_to_where_one_types(tmp_path: Path, size: tuple[int, int]) -> None:
    async with welcomed(tmp_path, size=size) as (pilot, made):
        await fill_in(pilot, "Nadia", "Paul", "Jardins")
        await until(pilot, lambda: "jardins" in on_screen(pilot) or size[0] < 40)
        await pilot.press("enter")
        await until(pilot, lambda: made)


async def test_names_are_text_and_not_markup(tmp_path: Path) -> None:
    path = tmp_path / "[fr] [b] <b>.json"
    Store.create(path, small_board()).close()
    recent.remember(path, tmp_path / "state")
    async with welcomed(tmp_path) as (pilot, made):
        assert "[fr] [b] <b>" in on_screen(pilot)
        for field, text in (("consultant", "[fr] [/]"), ("client", "<b>x</b>\x1b[31m"), ("title", "{x} [bold]")):
            pilot.app.screen.query_one(f"#{field}", Input).value = text
        await pilot.click("#begin")
        await until(pilot, lambda: made)
        assert made[0] is not None
        board = made[0][0].board
        assert board.title == "{x} [bold]"
        assert [p.name for p in board.people.values()] == ["[fr] [/]", "<b>x</b>[31m"]


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Stratégie d'été : réseaux", "strategie-d-ete-reseaux"),
        ("日本", ""),
        ("../../etc", "etc"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_title_makes_a_file_name_that_every_disk_takes(title: str, stem: str) -> None:
    assert file_stem(title) == stem
