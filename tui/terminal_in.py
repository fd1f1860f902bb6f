"""What comes from a terminal: bytes that anybody may have sent become events, and nothing that is sent ends the app.

The only module that uses a private part of Textual, its parser of terminal sequences.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from storage.text import clean

LARGEST = Size(500, 200)
"""The largest size that a terminal is believed to have, in cells."""

PASTE, PASTED = "\x1b[200~", "\x1b[201~"
"""How a terminal begins and ends a paste, where it marks one."""

_AT_ONCE = 4096
_TICK_SECONDS = 0.1
"""How often the parser is asked whether an Escape stands alone."""


class TerminalInput:
    """Turns bytes into events. What is no UTF-8 becomes a replacement sign; what breaks the parser is dropped."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._parser = XTermParser()
        self._before = ""
        """The last of what came before: a mark may be cut in two."""
        self._paste: list[str] | None = None

    def feed(self, data: bytes) -> Iterator[Message]:
        """The events that these bytes complete."""
        text = self._decode(data)
        while text:  # half a character is none yet, and to the parser an empty text is the end of all input
            if self._paste is None:
                text = yield from self._keys(text)
            else:
                text = yield from self._pasted(self._paste, text)

    def close(self) -> None:
        """Nothing more will come. What the toolkit keeps of what it has parsed would keep the whole app."""
        XTermParser._parse_extended_key.cache_clear()

    def _keys(self, text: str) -> Generator[Message, None, str]:
        """The events of what is no paste; gives what comes after the mark that begins one."""
        seen = self._before + text
        at = seen.find(PASTE)
        end = at + len(PASTE) - len(self._before) if at >= 0 else len(text)
        self._before = seen[1 - len(PASTE) :]
        if at >= 0:
            self._before, self._paste = "", []
        yield from self._parsed(self._parser.feed(text[:end]))
        return text[end:]

    def _pasted(self, paste: list[str], text: str) -> Generator[Message, None, str]:
        """A paste, once it has ended; gives what comes after it.

        The parser does not see what is in it: of an Escape and what follows, it would make keys.
        """
        seen = self._before + text
        paste.append(text)
        self._before = seen[1 - len(PASTED) :]
        if PASTED not in seen:
            return ""
        pasted, _, rest = "".join(paste).partition(PASTED)
        self._before, self._paste = "", None
        yield events.Paste(clean(pasted))
        for event in self._parsed(self._parser.feed(PASTED)):
            if not isinstance(event, events.Paste):
                yield event
        return rest

    def tick(self) -> Iterator[Message]:
        """The events that only time completes: an Escape with nothing behind it."""
        yield from self._parsed(self._parser.tick())

    def _parsed(self, events_: Iterable[Message]) -> Iterator[Message]:
        try:
            yield from filter(None, map(_sound, events_))
        except Exception:
            # Anybody may have sent this, and there is nothing that the parser would not stumble over somewhere. It is
            # a generator: after an error it is dead, and a new one goes on, with what the terminal said of itself.
            old, self._parser = self._parser, XTermParser()
            if old.terminal_size and old.terminal_pixel_size:
                self._parser.terminal_size = old.terminal_size
                self._parser.terminal_pixel_size = old.terminal_pixel_size
                self._parser.mouse_pixels = old.mouse_pixels


def _sound(event: Message) -> Message | None:
    """The event as it may go on: sizes within bounds; keys that nobody has go nowhere."""
    if isinstance(event, events.Key) and event.character:
        code = ord(event.character[0])
        return None if 0xD800 <= code <= 0xDFFF or 0x80 <= code < 0xA0 else event
    if isinstance(event, events.Resize):
        size = Size(*(max(1, min(asked, most)) for asked, most in zip(event.size, LARGEST, strict=True)))
        return events.Resize(size, size, size, event.pixel_size)
    return event


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
