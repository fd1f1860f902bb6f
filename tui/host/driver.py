"""The terminal of a guest: Textual's driver over a line that somebody else holds the other end of.

Nothing that comes in ends the host, and nothing that a guest does not read is kept for ever.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Literal, Protocol, TextIO

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer

from ..terminal_in import LARGEST, TerminalInput

TICK_SECONDS = 0.05
"""How often the parser is asked whether an Escape stands alone."""

_MOUSE = ("\x1b[?1000", "\x1b[?1003", "\x1b[?1015", "\x1b[?1006")
# Report all keys, tell Escape from the start of a sequence, and say which text a key stands for.
# (https://sw.kovidgoyal.net/kitty/keyboard-protocol/)
_KEYS = 1 | 8 | 16

ENTER = (
    "\x1b[?1049h",  # the alternate screen
    *(f"{mode}h" for mode in _MOUSE),
    "\x1b[?25l",  # no cursor
    "\x1b[?1004h",  # focus
    f"\x1b[>{_KEYS}u",
    "\x1b[?2026$p",  # can it show a picture at once?
    "\x1b[?2004h",  # bracketed paste
    "\x1b[?7l",  # no wrapping
)
LEAVE = (
    "\x1b[?2004l",
    "\x1b[?7h",
    "\x1b[<u",
    *(f"{mode}l" for mode in _MOUSE),
    "\x1b[?1004l",
    "\x1b[?1049l",
    "\x1b[?25h",
)


class Line(Protocol):
    """What carries a guest's terminal: bytes out, and whoever wants to hear what comes in."""

    @property
    def size(self) -> Size:
        """The terminal's size in cells, within bounds."""

    def write(self, data: bytes) -> None:
        """Send bytes to the terminal. Never waits, never raises."""

    def listen(self, driver: RemoteDriver | None) -> None:
        """Bytes and sizes go to this driver from now on; to nobody, if there is none."""


def believed(width: int, height: int) -> Size:
    """The size that a terminal says it has, as far as it is believed; 80 by 24 where it says nothing."""
    if width <= 0 or height <= 0:
        return Size(80, 24)
    return Size(min(width, LARGEST.width), min(height, LARGEST.height))


class RemoteDriver(Driver):
    """Draws an app on a guest's terminal. The app has the ``line`` to it (:class:`~tui.host.guest_app.GuestApp`)."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self._line: Line = app.line  # type: ignore[attr-defined]
        super().__init__(app, debug=debug, mouse=mouse, size=(self._line.size.width, self._line.size.height))
        self._input = TerminalInput()
        self._ticking: Timer | None = None
        self._listening = True

    # Out

    def write(self, data: str) -> None:
        """Send text to the terminal."""
        self._line.write(data.encode("utf-8", "replace"))

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self.write("".join(ENTER))
        self._line.listen(self)
        self._ticking = self._app.set_interval(TICK_SECONDS, self._tick)

    def disable_input(self) -> None:
        """Hear nothing more."""
        self._listening = False
        self._line.listen(None)

    def stop_application_mode(self) -> None:
        """Leave the terminal as it was found."""
        self.disable_input()
        if self._ticking is not None:
            self._ticking.stop()
        self.write("".join(LEAVE))
        self._input.close()

    # In

    def received(self, data: bytes) -> bool:
        """Bytes from the terminal. Whether they completed anything: what never does is no input."""
        return self._send(list(self._input.feed(data)))

    def resized(self, size: Size) -> None:
        """The terminal has another size."""
        self._size = (size.width, size.height)
        self._send([events.Resize(size, size)])

    def _tick(self) -> None:
        self._send(list(self._input.tick()))

    def _send(self, found: list[Message]) -> bool:
        for event in found:
            # Sizes come from the client's SSH, not from what its terminal is made to say.
            if self._listening and not (isinstance(event, events.Resize) and event.size != self._line.size):
                self.process_message(event)
        return bool(found)

    # What a guest never does on the host

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Nothing: the browser would be the host's."""

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: object,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Nothing: the file would be the host's."""
        binary.close()
