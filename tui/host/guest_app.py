"""The app of a guest: the same as at home, drawn on a line, in the colours of its terminal."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from rich.console import Console
from textual.filter import LineFilter, Monochrome

from ..app import AccordApp
from ..session import Session
from .driver import Line, RemoteDriver
from .faults import where

Colours = Literal["truecolor", "256", "standard"]

_log = logging.getLogger(__name__)

_TRUE = re.compile(r"truecolor|24bit|direct|kitty|alacritty|ghostty|wezterm|foot")
_FEW = frozenset({"dumb", "linux", "vt100", "vt102", "vt220", "ansi", "xterm", "xterm-color", "screen", "cygwin"})


def colours_of(environ: Mapping[str, str]) -> Colours:
    """How many colours a terminal has, by its TERM and COLORTERM."""
    term = environ.get("TERM", "").lower()
    if _TRUE.search(environ.get("COLORTERM", "").lower()) or _TRUE.search(term):
        return "truecolor"
    return "standard" if term in _FEW else "256"


class GuestApp(AccordApp):
    """One guest at the board. It owns nothing of the process: no signal, no stream, no file of the host."""

    def __init__(self, session: Session, line: Line) -> None:
        self.line = line
        self.failed = False
        super().__init__(session, environ=session.environ, driver_class=RemoteDriver)
        self.console = Console(
            color_system=colours_of(session.environ),
            file=io.StringIO(),
            markup=True,
            highlight=False,
            emoji=False,
            legacy_windows=False,
            force_terminal=True,
            safe_box=False,
            soft_wrap=False,
            _environ={},
        )
        # What the toolkit says of an error has people's words in it: nobody is told, the log has the rest.
        self.error_console = Console(file=io.StringIO(), markup=False, highlight=False, _environ={})
        self._without_colour = [Monochrome()] if "NO_COLOR" in session.environ else []

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Shades of grey where the guest wants no colour."""
        return [*super().get_line_filters(), *self._without_colour]

    def _handle_exception(self, error: Exception) -> None:
        """End this app alone. The log says where it failed, without anybody's words; what was being typed is kept."""
        # The public way (what run_async raises) does not exist: the toolkit prints, with the locals, and returns.
        if not self.failed:
            self.failed = True
            _log.error("the app of %s failed: %s", self.line, where(error))
            try:
                self.leave()
            except Exception as another:
                _log.error("what %s was typing could not be kept: %s", self.line, where(another))
        self.exit(return_code=1)
