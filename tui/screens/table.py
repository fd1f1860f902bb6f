"""The table itself: what the board is called, who sits at it, and its columns. Everything is a row to choose."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from textual.binding import Binding

from storage import Board, Refused, Update, changes
from storage.changes import Change

from ..commands import key_words
from ..refusals import sentence
from ..session import Session
from ..widgets.bars import Bar, key_pieces
from ..words import column_title
from .asking import Ask, Choice, Choose
from .rows_screen import RowsScreen
from .table_rows import ASKING, LANGUAGE_NAMES, Row, Rows, about, changed, held

TALL = 34
"""Rows from which there is air between the parts."""


class TableScreen(RowsScreen[Row]):
    """The title, the people, the columns, each a row."""

    chosen = "edit"
    BINDINGS = [
        Binding("escape,q,Q,t,T", "back", show=False),
        Binding("shift+left,shift+up", "command('left')", show=False),
        Binding("shift+right,shift+down", "command('right')", show=False),
        Binding("m,M", "command('move')", show=False),
        Binding("delete,backspace", "command('remove')", show=False),
        Binding("ctrl+z", "command('undo')", show=False),
        Binding("ctrl+y", "command('redo')", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._turn = asyncio.Lock()
        self._leave_store: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Show what there is, and follow the store."""
        self._leave_store = self.session.store.subscribe(self._updated)
        self.show()

    def on_unmount(self) -> None:
        """No longer follow the store."""
        self._leave_store()

    def _updated(self, _: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self.show)

    # What is shown

    def show(self, at: Row | None = None) -> None:
        """Show the board as it now is, with the cursor on the row where it was, or on another one."""
        if not self.is_attached:
            return
        self.show_title(self.session.language.say("The board: title, people, columns"))
        rows = Rows(self.session.language, self.session.glyphs, self.room, self.size.height >= TALL)
        self.show_rows(rows.of(self.session.store.board), at, _in_its_place)

    def show_keys(self) -> None:
        """The keys that are useful on the row under the cursor."""
        language, row = self.session.language, self.row
        say = language.say
        keys = [("escape", say("back"), "back")]
        keys.append(("enter", say("add") if row is not None and row.adds else say("edit"), "edit"))
        if row is not None and row.kind == "column":
            keys += [("m", say("move"), "move"), ("delete", say("take away"), "remove")]
        keys.append(("ctrl+z", say("undo"), "undo"))
        shown = key_pieces(*((key_words(key, language), words, command) for key, words, command in keys))
        self.query_one("#keys", Bar).show(shown)

    # Keys and clicks

    def action_back(self) -> None:
        """Back to the board."""
        self.dismiss(None)

    def action_command(self, name: str) -> None:
        """Do something with the row under the cursor, in a worker: it may ask questions on the way."""
        if name == "back":
            self.action_back()
            return
        row = self.row
        todo = {
            "edit": lambda: self._edit(row),
            "left": lambda: self._shift(row, -1),
            "right": lambda: self._shift(row, 1),
            "move": lambda: self._move(row),
            "remove": lambda: self._remove(row),
            "undo": lambda: self._take_back(again=False),
            "redo": lambda: self._take_back(again=True),
        }
        self.run_worker(todo[name](), group="command")

    # Changes

    async def _commit(self, make: Callable[[Board], Change | None], at: Row | None = None) -> Refused | None:
        """Make a change when its turn comes, and show what came of it; or why it was refused."""
        try:
            async with self._turn:
                change = make(self.session.store.board)
                if change is None:
                    return None
                await asyncio.wrap_future(self.session.voice.commit(change))
        except Refused as refused:
            self.tell(sentence(refused, self.session.language), "alert")
            return refused
        self.show(at)
        return None

    async def _edit(self, row: Row | None) -> None:
        """Ask for what stands in a row, again and with what was typed where it is refused."""
        if row is None:
            return
        if row.kind == "lang":
            await self._edit_language()
            return
        board, language = self.session.store.board, self.session.language
        stood = held(row, board, language)
        note, value = about(row, board, language), stood
        while True:
            typed = await self.app.push_screen_wait(
                Ask(self.session, language.say(ASKING[row.kind]), f"table:{row.kind}:{row.of}", note=note, value=value)
            )
            if typed is None or (typed == stood and not row.adds):
                return
            refused = await self._commit(partial(changed, row=row, words=typed))
            if refused is None:
                break
            note, value = sentence(refused, language), typed
        self._tell_edited(row)

    def _tell_edited(self, row: Row) -> None:
        board, say = self.session.store.board, self.session.language.say
        if row.kind == "add-person":
            person = board.of_party(row.party)[-1]
            self.show(Row("person", person.id))
            self.tell(say("{name} sits at the table.", name=person.name), "good")
        elif row.kind == "add-column":
            column = max(board.columns.values(), key=lambda c: int(c.id[1:]))
            self.show(Row("column", column.id))
            self.tell(say("Added at the right. Shift and arrows move it."), "good")
        else:
            self.tell(say("Kept."), "good")

    async def _edit_language(self) -> None:
        say, held = self.session.language.say, self.session.store.board.lang
        choices = [Choice(lang, name) for lang, name in LANGUAGE_NAMES.items()]
        lang = await self.app.push_screen_wait(
            Choose(
                self.session.language,
                say("In which language is the strategy written?"),
                choices,
                at=list(LANGUAGE_NAMES).index(held) if held in LANGUAGE_NAMES else 0,
            )
        )
        if lang is None or lang == held:
            return
        if await self._commit(lambda board: changes.DescribeBoard(board.title, lang)) is None:
            self.tell(say("The strategy is written in this language from now on."), "good")

    # Columns

    async def _shift(self, row: Row | None, by: int) -> None:
        """Put a column one place to the left or to the right."""
        if row is None or row.kind != "column":
            return

        def make(board: Board) -> Change | None:
            ids = [column.id for column in board.ordered_columns()]
            if row.of not in ids:
                return None
            to = ids.index(row.of) + by
            ids.remove(row.of)
            if not 0 <= to <= len(ids):
                return None
            return changes.MoveColumn(row.of, ids[to] if to < len(ids) else None)

        await self._commit(make, row)

    async def _move(self, row: Row | None) -> None:
        """Choose where a column goes."""
        board, language = self.session.store.board, self.session.language
        if row is None or row.kind != "column" or row.of not in board.columns:
            return
        others = [column for column in board.ordered_columns() if column.id != row.of]
        titles = [column_title(language, column) for column in others]
        choices = [
            Choice(column.id, language.say("Left of {column}", column=title))
            for column, title in zip(others, titles, strict=True)
        ]
        choices.append(Choice("", language.say("At the right end")))
        heading = language.say("Where does {column} go?", column=column_title(language, board.columns[row.of]))
        before = await self.app.push_screen_wait(Choose(language, heading, choices))
        if before is not None:
            await self._commit(lambda _: changes.MoveColumn(row.of, before or None), row)

    async def _remove(self, row: Row | None) -> None:
        """Take a column away; where cards stand in it, say where they go, and ask."""
        board, language = self.session.store.board, self.session.language
        if row is None or row.kind != "column" or row.of not in board.columns:
            return
        column = board.columns[row.of]
        title = column_title(language, column)
        cards = sum(card.column == row.of for card in board.cards.values())
        if cards and column.role is None:
            count = language.count(
                "Its card goes back: a question to be discussed, anything else onto the table.",
                "Its {n} cards go back: questions to be discussed, the others onto the table.",
                cards,
            )
            choices = [Choice("no", language.say("Leave it")), Choice("yes", language.say("Take it away"))]
            heading = language.say("Take {column} away?", column=title)
            if await self.app.push_screen_wait(Choose(language, heading, choices, note=count)) != "yes":
                return
        if await self._commit(lambda _: changes.RemoveColumn(row.of)) is None:
            self.tell(language.say("{column} is taken away. Ctrl+Z brings it back.", column=title), "good")

    # Undo

    async def _take_back(self, *, again: bool, sure: bool = False) -> None:
        """Undo or redo the last change typed at this screen, as on the board."""
        voice, language = self.session.voice, self.session.language
        say = language.say
        try:
            async with self._turn:
                turned: Future[Board] = voice.redo(sure=sure) if again else voice.undo(sure=sure)
                await asyncio.wrap_future(turned)
        except Refused as refused:
            words = sentence(refused, language)
            if refused.code != "assented-since":
                self.tell(words, "alert")
                return
            choices = [Choice("no", say("Leave it")), Choice("yes", say("Undo all the same"))]
            if await self.app.push_screen_wait(Choose(language, words, choices)) == "yes":
                await self._take_back(again=again, sure=True)
            return
        self.show()
        self.tell(say("Done again.") if again else say("Undone. Ctrl+Y does it again."), "good")


def _in_its_place(rows: Sequence[Row | None], place: int) -> Row | None:
    """The row that took the place of one that is gone, or the last one."""
    return next((row for row in rows[place:] if row is not None), rows[-1])
