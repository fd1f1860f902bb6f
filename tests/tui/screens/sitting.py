"""Sitting at a board in a test: an app without a terminal, and waiting for what its workers do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot
from textual.widget import Widget

from storage import Board, Store, new_board
from tui.app import AccordApp
from tui.glyphs import FULL
from tui.session import Session, local_session

SIZES = [(80, 24), (160, 45)]

PATIENCE = 20.0
"""Seconds until a condition that does not come true fails: long, for two busy cores."""


def session_at(store: Store, state: Path, *, lang: str = "en", remote: bool = False) -> Session:
    """Both parties at one screen, or a guest over SSH, with a terminal that can do what most can."""
    session = local_session(store, lang, {"ACCORD_STATE": str(state), "TERM": "xterm-256color"})
    session.glyphs = FULL
    session.remote = remote
    return session


def small_board(lang: str = "en") -> Board:
    """Nadia and Paul, and no card yet."""
    return new_board("Amis du Phare", lang, {"consultant": "Nadia", "client": "Paul"})


def app_at(session: Session) -> AccordApp:
    """The app, with the board as its first screen."""
    return AccordApp(session, lang=session.language.code, environ=session.environ)


async def until(pilot: Pilot[None], condition: Callable[[], object]) -> None:
    """Wait until something is true; ``AssertionError`` if it does not come true in time."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause(0.01)


def on_screen(pilot: Pilot[None]) -> str:
    """What a person sees, as lines."""
    screen = pilot.app.screen
    return "\n".join(strip.text for strip in screen._compositor.render_strips())


def words_of(widget: Widget) -> str:
    """What a widget shows, as lines without what is around them."""
    lines = widget.render_lines(widget.size.region)
    return "\n".join(line.text.strip() for line in lines).strip()
