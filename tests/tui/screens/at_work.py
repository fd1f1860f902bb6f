"""An editor that is open in a test: on its own, or opened from the board."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Static, TextArea

from storage import Store, Voice
from storage.changes import Change
from storage.drafts import Draft, Drafts
from tests.storage.table import NADIA, PAUL, in_conversation
from tui.app import AccordApp
from tui.screens.board import BoardScreen
from tui.screens.editor import Editor
from tui.screens.line_input import LineInput
from tui.screens.writing import Task, Written
from tui.session import Session

from .sitting import app_at, session_at, small_board, until


class Writing:
    """An editor that is open, and what came of it."""

    def __init__(self, pilot: Pilot[None], app: AccordApp, session: Session, editor: Editor) -> None:
        self.pilot = pilot
        self.app = app
        self.session = session
        self.editor = editor
        self.given: list[Written | None] = []

    @property
    def title(self) -> LineInput:
        return self.editor.query_one("#title", LineInput)

    @property
    def text(self) -> TextArea:
        return self.editor.query_one("#text", TextArea)

    @property
    def voice(self) -> str:
        return str(self.editor.query_one("#voice", Static).content)

    @property
    def says(self) -> str:
        return str(self.editor.query_one("#says", Static).content)

    def paste(self, text: str) -> None:
        assert self.app._driver is not None
        self.app._driver.process_message(events.Paste(text))

    def kept(self) -> list[Draft]:
        """The drafts as another process would find them."""
        return Drafts(self.session.drafts._folder, Path("memory")).all()

    async def until(self, condition: Callable[[], object]) -> None:
        await until(self.pilot, condition)


def new_question(**more: object) -> Task:
    return Task("new:question", "question", "A new question", people=(NADIA, PAUL), **more)  # type: ignore[arg-type]


@asynccontextmanager
async def writing(tmp_path: Path, task: Task | None = None, *, store: Store | None = None) -> AsyncIterator[Writing]:
    session = session_at(store or Store.in_memory(small_board()), tmp_path)
    app = app_at(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        editor = Editor(session, task or new_question())
        at_work = Writing(pilot, app, session, editor)
        app.push_screen(editor, at_work.given.append)
        await until(pilot, lambda: editor.is_mounted and editor.focused is not None)
        yield at_work


@asynccontextmanager
async def rewording(tmp_path: Path, card: str, board_before: tuple[Change, ...] = ()) -> AsyncIterator[Writing]:
    """The editor of a card, opened from the board."""
    store = Store.in_memory(in_conversation())
    for change in board_before:
        Voice(store, NADIA, "before").commit_now(change)
    session = session_at(store, tmp_path)
    app = app_at(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        (screen,) = (each for each in app.screen_stack if isinstance(each, BoardScreen))
        assert screen.view.seek(card)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.focused is not None)
        assert isinstance(app.screen, Editor)
        yield Writing(pilot, app, session, app.screen)


def news(at_work: Writing) -> str:
    (screen,) = (each for each in at_work.app.screen_stack if isinstance(each, BoardScreen))
    return screen.query_one("#news").text  # type: ignore[attr-defined,no-any-return]
