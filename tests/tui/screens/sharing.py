"""The share screen in a test: a small board on it, and what it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from storage import Store, Voice, changes
from storage.exports import document_language, export
from tui.screens.share import ShareScreen
from tui.session import Session
from tui.widgets.bars import Bar
from tui.widgets.markdown import SafeMarkdown

from .sitting import app_at, session_at, small_board, until

HOSTILE = "Les [fr] [/] <b>x</b> {x} \x1b[31m d'abord"
SHOWN = "Les [fr] [/] <b>x</b> {x} [31m d'abord"


@asynccontextmanager
async def shared(
    tmp_path: Path, *, lang: str = "en", size: tuple[int, int] = (80, 24), remote: bool = False, card: str | None = None
) -> AsyncIterator[tuple[Pilot[None], Session, list[str | None]]]:
    """The share screen of a board with one agreed decision, on its question and its answer."""
    with Store.create(tmp_path / "vallon.json", small_board(lang)) as store:
        voice = Voice(store, "p1", "before")
        voice.commit_now(changes.AddCard("question", "Who do we want to reach first?"))
        voice.commit_now(changes.AddCard("answer", "Parents of the quarter", on=("Q1",)), person="p2")
        voice.commit_now(changes.AddCard("decision", HOSTILE, "**Body** of [fr] <i>", on=("A1",)))
        voice.commit_now(changes.GiveOpinion("D1", "agree", both=True))
        session = session_at(store, tmp_path / "state", lang=lang, remote=remote)
        app = app_at(session)
        said: list[str | None] = []
        async with app.run_test(size=size) as pilot:
            app.push_screen(ShareScreen(session, card), said.append)
            await until(pilot, lambda: "Phare" in document(pilot))
            yield pilot, session, said


def document(pilot: Pilot[None]) -> str:
    for screen in pilot.app.screen_stack:
        if isinstance(screen, ShareScreen) and screen.is_mounted:
            return screen.query_one(SafeMarkdown).text
    return ""


def news(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#news", Static).content)


def exported(session: Session, form: str, **options: Any) -> str:
    store = session.store
    language = document_language(store.board.lang)
    return export(store.board, form, language, today=dt.date.today(), digest=store.digest, **options)  # type: ignore[arg-type]


def title(pilot: Pilot[None]) -> str:
    """What is shared, and how, as the bar above says it."""
    return pilot.app.screen.query_one("#title", Bar).text


async def choose(pilot: Pilot[None], key: str, words: str) -> None:
    """Open a list with a key, and choose the line that begins with some words."""
    await pilot.press(key)
    await until(pilot, lambda: pilot.app.screen.query("#choices"))
    choices = pilot.app.screen.query_one("#choices", OptionList)
    lines = [str(choices.get_option_at_index(number).prompt) for number in range(choices.option_count)]
    choices.highlighted = next(number for number, line in enumerate(lines) if line.startswith(words))
    await pilot.press("enter")
    await until(pilot, lambda: not pilot.app.screen.query("#choices"))
