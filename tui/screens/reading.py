"""Reading a file that is to be taken in: on a thread, with how far it is; Escape leaves it at once."""

from __future__ import annotations

import threading
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from storage import Refused
from storage.text import clean_line

from ..cells import cut
from ..incoming import FileRead, read_file
from ..session import Session
from ..widgets.clickable import clickable
from .leaving import LeftOnce

SLOW_SECONDS = 0.25
"""Seconds after which it is worth saying that a file is being read."""

_TICK_SECONDS = 0.1
_BAR_CELLS = 50


class _NotWanted(Exception):
    """Nobody waits for it any longer."""


class Reading(ModalScreen[FileRead | Exception | None], LeftOnce[FileRead | Exception | None]):
    """Dismissed with what was read, why nothing was (:class:`Refused`, mostly), or nothing where it was left."""

    CSS_PATH = "reading.tcss"
    BINDINGS = [Binding("escape", "cancel", show=False, priority=True)]

    def __init__(self, session: Session, path: Path) -> None:
        super().__init__()
        self._session = session
        self._path = path
        self._party = session.store.board.party_of(session.voice.person)
        self._left = threading.Event()
        self._share = 0.0

    def compose(self) -> ComposeResult:
        """What is read, how far it is, and how to leave it."""
        say = self._session.language.say
        with Vertical(id="box"):
            yield Static(Content(say("Reading {name}", name=cut(clean_line(self._path.name), 48))), id="heading")
            yield Static(id="bar")
            yield Static(clickable((say("Esc cancel"), "cancel")), id="keys")

    def on_mount(self) -> None:
        """Begin; where that takes a while, say so."""
        self.query_one("#box").display = False
        self.set_timer(SLOW_SECONDS, self._say_so)
        self.set_interval(_TICK_SECONDS, self._show)
        self.run_worker(self._read, thread=True, exit_on_error=False)

    def _say_so(self) -> None:
        self.query_one("#box").display = True

    def _show(self) -> None:
        done = round(_BAR_CELLS * min(1.0, self._share))
        glyphs = self._session.glyphs
        shown = Content.assemble((glyphs.here * done, "$primary"), (glyphs.none * (_BAR_CELLS - done), "$muted"))
        self.query_one("#bar", Static).update(shown)

    def action_cancel(self) -> None:
        """Leave it; the thread ends when it next says how far it is."""
        self._left.set()
        self.dismiss(None)

    def on_unmount(self) -> None:
        """However it was left."""
        self._left.set()

    def _read_it(self, result: FileRead | Exception) -> None:
        if not self._left.is_set():
            self.dismiss(result)

    # On the thread

    def _read(self) -> None:
        try:
            result: FileRead | Exception = read_file(self._path, self._progress, self._party)
        except _NotWanted:
            return
        except Refused as refused:
            result = refused
        except Exception as error:
            result = error  # whoever waits for the file is told, whatever was in it
        if not self._left.is_set():
            self.call_later(self._read_it, result)

    def _progress(self, share: float) -> None:
        if self._left.is_set():
            raise _NotWanted
        self._share = share
