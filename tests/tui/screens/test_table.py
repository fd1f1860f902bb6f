"""Editing the table: title, language, parties, people, columns; every change through the voice, all of it undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from storage import Board, Store, Voice, changes
from tui.screens.asking import Ask, Choose
from tui.screens.board import BoardScreen
from tui.screens.line_input import LineInput
from tui.screens.table import TableScreen
from tui.screens.table_rows import Row
from tui.session import Session
from tui.widgets.bars import Bar

from .sitting import SIZES, app_at, on_screen, session_at, small_board, until


class Table:
    """The screen, and what a person does there."""

    def __init__(self, pilot: Pilot[None], session: Session) -> None:
        self.pilot = pilot
        self.session = session
        self.store = session.store

    @property
    def screen(self) -> TableScreen:
        return next(screen for screen in self.pilot.app.screen_stack if isinstance(screen, TableScreen))

    @property
    def board(self) -> Board:
        return self.store.board

    @property
    def news(self) -> str:
        return self.screen.query_one("#news", Bar).text.strip()

    @property
    def columns(self) -> list[str]:
        return [column.id for column in self.board.ordered_columns()]

    async def go(self, kind: str, of: str = "") -> None:
        """Put the cursor on a row, as somebody would: with the arrows."""
        await self.pilot.press("home")
        for _ in range(60):
            if self.screen.row == Row(kind, of):
                return
            await self.pilot.press("down")
        raise AssertionError(f"no row {kind} {of}")

    async def asked(self) -> str:
        """Wait until a line is asked for; what stands in it."""
        await until(self.pilot, lambda: isinstance(self.pilot.app.screen, Ask) and self.pilot.app.screen.query("#line"))
        return self.pilot.app.screen.query_one("#line", LineInput).value

    async def answer(self, text: str) -> None:
        """Write a line in the place of what stands there."""
        await self.asked()
        self.pilot.app.screen.query_one("#line", LineInput).value = text
        await self.pilot.press("enter")

    async def edit(self, kind: str, of: str, text: str) -> None:
        await self.go(kind, of)
        await self.pilot.press("enter")
        await self.answer(text)

    async def chosen(self, *keys: str) -> None:
        """Wait until something is to be chosen, and choose with these keys."""
        await until(
            self.pilot, lambda: isinstance(self.pilot.app.screen, Choose) and self.pilot.app.focused is not None
        )
        await self.pilot.press(*keys)

    async def until(self, condition: object) -> None:
        assert callable(condition)
        await until(self.pilot, condition)


@asynccontextmanager
async def at_table(
    tmp_path: Path, *, lang: str = "en", size: tuple[int, int] = (80, 24), store: Store | None = None
) -> AsyncIterator[Table]:
    with store or Store.in_memory(small_board(lang)) as kept:
        session = session_at(kept, tmp_path / "state", lang=lang)
        app = app_at(session)
        async with app.run_test(size=size) as pilot:
            await app.push_screen(TableScreen(session))
            await until(pilot, lambda: isinstance(app.screen, TableScreen) and app.screen.row is not None)
            yield Table(pilot, session)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("lang", "words"), [("en", "Add a column…"), ("fr", "Ajouter une colonne…")])
async def test_everything_is_on_one_screen(tmp_path: Path, lang: str, words: str, size: tuple[int, int]) -> None:
    async with at_table(tmp_path, lang=lang, size=size) as table:
        shown = on_screen(table.pilot)
        for text in ("Amis du Phare", "Nadia", "Paul", words):
            assert text in shown
        assert table.screen.row == Row("title")


async def test_the_title_is_edited(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.go("title")
        await table.pilot.press("enter")
        assert await table.asked() == "Amis du Phare"
        await table.answer("Jardins [fr] [/] <b>x</b>")
        await table.until(lambda: table.board.title == "Jardins [fr] [/] <b>x</b>")
        await table.until(lambda: "Jardins [fr] [/] <b>x</b>" in on_screen(table.pilot))
        assert table.board.lang == "en"


async def test_what_is_refused_is_said_and_asked_again_with_what_was_typed(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("add-person", "client", "NADIA")
        await table.until(lambda: "NADIA" in on_screen(table.pilot) and "already" in on_screen(table.pilot))
        assert await table.asked() == "NADIA"
        await table.answer("Marie")
        await table.until(lambda: len(table.board.people) == 3)
        assert table.board.people["p3"].party == "client"


async def test_an_empty_title_is_refused(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("title", "", "  ")
        await table.until(lambda: "empty" in on_screen(table.pilot))
        await table.pilot.press("escape")
        assert table.board.title == "Amis du Phare"


async def test_the_language_of_the_documents_is_chosen(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.go("lang")
        await table.pilot.press("enter")
        await table.chosen("down", "enter")
        await table.until(lambda: table.board.lang == "fr")
        assert table.board.title == "Amis du Phare"
        await table.until(lambda: table.news)


async def test_a_party_is_described(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("called", "consultant", "Studio Nadia")
        await table.until(lambda: table.board.parties["consultant"].name == "Studio Nadia")
        await table.edit("brings", "consultant", "social media")
        await table.until(lambda: table.board.parties["consultant"].expertise == "social media")
        assert table.board.parties["consultant"].name == "Studio Nadia"
        await table.edit("called", "consultant", "")
        await table.until(lambda: not table.board.parties["consultant"].name)
        assert table.board.parties["consultant"].expertise == "social media"


async def test_a_person_is_added_and_renamed(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("add-person", "consultant", "Ana")
        await table.until(lambda: table.screen.row == Row("person", "p3"))
        await table.edit("person", "p3", "Anna")
        await table.until(lambda: table.board.name_of("p3") == "Anna")
        await table.until(lambda: "Anna" in on_screen(table.pilot))


async def test_a_column_is_added_renamed_moved_and_taken_away(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("add-column", "", "Parked")
        await table.until(lambda: table.screen.row == Row("column", "c5"))
        assert table.columns == ["c1", "c2", "c3", "c4", "c5"]
        await table.pilot.press("shift+left", "shift+left")
        await table.until(lambda: table.columns == ["c1", "c2", "c5", "c3", "c4"])
        assert table.screen.row == Row("column", "c5")
        await table.pilot.press("shift+right")
        await table.until(lambda: table.columns == ["c1", "c2", "c3", "c5", "c4"])
        await table.edit("column", "c5", "Later")
        await table.until(lambda: table.board.columns["c5"].title == "Later")
        await table.pilot.press("delete")
        await table.until(lambda: "c5" not in table.board.columns)
        await table.until(lambda: "Later is taken away" in table.news)


async def test_a_column_stops_at_the_ends(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.go("column", "c1")
        await table.pilot.press("shift+left")
        await table.go("column", "c4")
        await table.pilot.press("shift+right")
        await table.edit("title", "", "Later")
        await table.until(lambda: table.board.title == "Later")
        assert table.columns == ["c1", "c2", "c3", "c4"]
        assert table.board.seq == 1


async def test_m_asks_where_a_column_goes(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.go("column", "c1")
        await table.pilot.press("m")
        await table.chosen("end", "enter")
        await table.until(lambda: table.columns == ["c2", "c3", "c4", "c1"])
        await table.pilot.press("m")
        await table.chosen("enter")
        await table.until(lambda: table.columns == ["c1", "c2", "c3", "c4"])


async def test_a_column_with_a_role_is_renamed_but_never_taken_away(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("column", "c2", "Sur le feu")
        await table.until(lambda: table.board.columns["c2"].title == "Sur le feu")
        await table.pilot.press("delete")
        await table.until(lambda: "renamed, not removed" in table.news)
        assert table.board.columns["c2"].role == "table"
        await table.edit("column", "c2", "")
        await table.until(lambda: table.board.columns["c2"].title == "")
        await table.until(lambda: "On the table" in on_screen(table.pilot))


async def test_taking_a_column_with_cards_away_asks_first(tmp_path: Path) -> None:
    store = Store.in_memory(small_board())
    voice = Voice(store, "p1", "before")
    voice.commit_now(changes.AddColumn("Parked"))
    voice.commit_now(changes.AddCard("question", "Who?", column="c5"))
    async with at_table(tmp_path, store=store) as table:
        await table.go("column", "c5")
        await table.pilot.press("delete")
        await table.chosen("enter")
        await table.until(lambda: isinstance(table.pilot.app.screen, TableScreen))
        assert "c5" in table.board.columns
        await table.pilot.press("delete")
        await table.chosen("down", "enter")
        await table.until(lambda: "c5" not in table.board.columns)
        assert table.board.cards["Q1"].column == "c1"


async def test_undo_and_redo_work_as_on_the_board(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.edit("title", "", "Other")
        await table.until(lambda: table.board.title == "Other")
        await table.pilot.press("ctrl+z")
        await table.until(lambda: "Undone" in table.news)
        assert table.board.title == "Amis du Phare"
        await table.until(lambda: "Amis du Phare" in on_screen(table.pilot))
        await table.pilot.press("ctrl+y")
        await table.until(lambda: "again" in table.news and "Undone" not in table.news)
        assert table.board.title == "Other"
        await table.pilot.press("ctrl+z", "ctrl+z")
        await table.until(lambda: "Nothing was typed here" in table.news)


async def test_undoing_what_the_other_has_agreed_to_asks_first(tmp_path: Path) -> None:
    store = Store.in_memory(small_board())
    async with at_table(tmp_path, store=store) as table:
        own = table.session.voice
        own.commit_now(changes.AddCard("decision", "Parents first"))
        own.commit_now(changes.Reword("D1", table.board.cards["D1"].wording.__class__("Parents of the quarter first")))
        Voice(store, "p2", "elsewhere").commit_now(changes.GiveOpinion("D1", "agree"))
        await table.pilot.press("ctrl+z")
        await table.chosen("down", "enter")
        await table.until(lambda: table.board.cards["D1"].title == "Parents first")


async def test_who_may_only_look_changes_nothing(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        table.session.voice.may_edit = False
        await table.edit("title", "", "Other")
        await table.until(lambda: "not change it" in on_screen(table.pilot))
        assert table.board.title == "Amis du Phare"


async def test_what_others_change_is_shown_and_the_cursor_stays(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.go("column", "c3")
        Voice(table.store, "p2", "elsewhere").commit_now(changes.AddPerson("Marie", "client"))
        await table.until(lambda: "Marie" in on_screen(table.pilot))
        assert table.screen.row == Row("column", "c3")


async def test_the_cursor_goes_on_where_its_row_is_gone(tmp_path: Path) -> None:
    store = Store.in_memory(small_board())
    Voice(store, "p1", "before").commit_now(changes.AddColumn("Parked"))
    async with at_table(tmp_path, store=store) as table:
        await table.go("column", "c5")
        Voice(store, "p2", "elsewhere").commit_now(changes.RemoveColumn("c5"))
        await table.until(lambda: table.screen.row == Row("add-column"))


async def test_the_keys_that_are_shown_are_those_of_the_row(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        keys = table.screen.query_one("#keys", Bar)
        assert "take away" not in keys.text
        await table.go("column", "c2")
        await table.until(lambda: "take away" in keys.text)
        await table.pilot.click(keys, offset=(keys.render_line(0).text.index("move"), 0))
        await table.chosen("escape")


async def test_a_row_can_be_clicked(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        rows = table.screen.query_one(OptionList)
        line = next(n for n in range(20) if "Paul" in rows.render_line(n).text)
        await table.pilot.click(rows, offset=(18, line))
        assert await table.asked() == "Paul"


async def test_escape_goes_back_to_the_board(tmp_path: Path) -> None:
    async with at_table(tmp_path) as table:
        await table.pilot.press("escape")
        await table.until(lambda: isinstance(table.pilot.app.screen, BoardScreen))


@pytest.mark.parametrize("size", [(40, 12), (20, 6)])
async def test_a_narrow_screen_shows_long_texts_in_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at_table(tmp_path, size=size) as table:
        await table.edit("title", "", "A title that goes on and on until the very end of its line")
        await table.until(lambda: table.board.title.startswith("A title"))
        await table.go("title")
        if size[0] == 40:
            await table.until(lambda: "end of its line" in on_screen(table.pilot))
        await table.go("add-column")
