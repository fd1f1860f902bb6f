"""What comes from a terminal: bytes that anybody may have sent become events, and nothing that is sent ends the app.

The only module that uses a private part of Textual, its parser of terminal sequences.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

_AT_ONCE = 4096
_TICK_SECONDS = 0.1
"""How often the parser is asked whether an Escape stands alone."""


class TerminalInput:
    """Turns bytes into events. What is no UTF-8 becomes a replacement sign; what breaks the parser is dropped."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._parser = XTermParser()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The events that these bytes complete."""
        text = self._decode(data)
        try:
            yield from (event for event in self._parser.feed(text) if _sound(event))
        except (ValueError, OverflowError, IndexError):
            # The parser is a generator: after an error it is dead, and a new one goes on.
            self._parser = XTermParser()

    def tick(self) -> Iterator[Message]:
        """The events that only time completes: an Escape with nothing behind it."""
        try:
            yield from (event for event in self._parser.tick() if _sound(event))
        except (ValueError, OverflowError, IndexError):
            self._parser = XTermParser()


def _sound(event: Message) -> bool:
    """Keys that stand for lone surrogates or control characters are no keys that anybody has."""
    if isinstance(event, events.Key) and event.character:
        code = ord(event.character[0])
        return not (0xD800 <= code <= 0xDFFF or 0x80 <= code < 0xA0)
    return True


class LocalDriver(LinuxDriver):
    """The driver for this machine's terminal, which reads through :class:`TerminalInput`."""

    def run_input_thread(self) -> None:
        """Read until the app ends, or the terminal is gone; then the app is told to leave."""
        source = TerminalInput()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_TICK_SECONDS):
                    try:
                        data = os.read(self.fileno, _AT_ONCE)
                    except OSError:
                        data = b""
                    if not data:
                        self._app.call_later(self._app.exit)
                        return
                    for event in source.feed(data):
                        self.process_message(event)
                for event in source.tick():
                    self.process_message(event)
