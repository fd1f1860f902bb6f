"""One guest's session: a channel of a connection, which carries either the app or one export."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import asyncssh
from textual.geometry import Size

from storage import Language
from storage.language import later
from storage.text import for_terminal

from ..words import interface_language
from .driver import RemoteDriver, believed

if TYPE_CHECKING:
    from .guest_app import GuestApp
    from .host import Host, Invited

MOST_AT_ONCE = 1_000_000
"""Bytes that a guest may send without a pause: a paste that is longer is none."""

LEAK = 50_000
"""Bytes a second that are forgotten of those."""

MOST_UNREAD = 1_000_000
"""Bytes that wait for a guest to read them, above which the line counts as dead."""

MOST_PENDING = 200
"""Messages that an app has not come to, above which no more is read from its guest."""

PIECE = 4096
"""Bytes of input that are taken at once, so that one guest's flood lets the others' keys through."""

TOO_MUCH = later("That was too much at once. Join again; what was typed before is kept as a draft.")
GOODBYE = later("You have left the board. Everything is kept; the same command comes back to it.")
FAILED = later("Something went wrong here, for you alone. Nothing is lost; the same command comes back to the board.")
NO_TERMINAL = later("The board wants a terminal: ssh -t …")
ONLY_EXPORT = later("Here is a board and one command: export. Without a command, the board opens.")

_VALUE = re.compile(r"[A-Za-z0-9@._:+-]{1,64}")
_TAKEN = ("LANG", "LC_ALL", "LC_MESSAGES", "COLORTERM", "NO_COLOR")
"""What is taken of the environment that a client sends: language and colour."""

_log = logging.getLogger(__name__)


class Guest(asyncssh.SSHServerSession[bytes]):
    """A guest at the table; :class:`~tui.host.driver.Line` to their terminal."""

    def __init__(self, host: Host, invited: Invited) -> None:
        self.host = host
        self.invited = invited
        self._chan: asyncssh.SSHServerChannel[bytes] | None = None
        self._term = ""
        self._size = Size(80, 24)
        self._driver: RemoteDriver | None = None
        self._app: GuestApp | None = None
        self._running: asyncio.Task[None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting = bytearray()
        self._level = 0.0
        self._leaked = time.monotonic()
        self._unfinished = 0
        self._farewell = ""
        self._gone = False

    def __str__(self) -> str:
        return f"{self.invited.invitation.user} ({self.invited.address})"

    # What the client asks for

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel is there."""
        self._chan = chan
        chan.set_write_buffer_limits(high=MOST_UNREAD)

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        """A terminal, of this kind and size."""
        self._term = term_type if _VALUE.fullmatch(term_type) else "dumb"
        self._size = believed(*term_size[:2])
        return True

    def shell_requested(self) -> bool:
        """There is no shell; what one gets by asking for it is the board."""
        if self._term:
            self._begin(self._sit())
        else:
            self._begin(self._refuse(NO_TERMINAL))
        return True

    def exec_requested(self, command: str) -> bool:
        """One command: export."""
        words = command.split()
        if words[:1] == ["accord"]:
            words = words[1:]
        self._begin(self._export(words[1:]) if words[:1] == ["export"] else self._refuse(ONLY_EXPORT))
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """None: no SFTP, nothing."""
        return False

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """The window has another size."""
        self._size = believed(width, height)
        if self._driver is not None:
            self._driver.resized(self._size)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Keys and pastes: taken in pieces, and not without end."""
        now = time.monotonic()
        self._level = max(0.0, self._level - (now - self._leaked) * LEAK) + len(data)
        self._leaked = now
        if self._level > MOST_AT_ONCE:
            self.end(TOO_MUCH)
            return
        self._waiting += data
        if self._reading is None and self._driver is not None:
            self._reading = asyncio.get_running_loop().create_task(self._read())

    def eof_received(self) -> bool:
        """Nothing more will come: whoever sits at the board has left."""
        self.end("")
        return True

    def pause_writing(self) -> None:
        """Too much waits to be read: the line is dead, or as good as that."""
        _log.warning("%s stopped reading and was dropped", self)
        self._gone = True
        self.end("")
        if self._chan is not None:
            self._chan.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone. What was being typed is kept."""
        self._gone = True
        self.end("")
        if self._running is None or self._running.done():
            self.host.left(self)

    # The line

    @property
    def size(self) -> Size:
        """The size of the guest's terminal in cells, within bounds."""
        return self._size

    def write(self, data: bytes) -> None:
        """Send bytes to the terminal."""
        if self._chan is not None and not self._gone and not self._chan.is_closing():
            try:
                self._chan.write(data)
            except OSError:  # closed this moment
                self._gone = True

    def listen(self, driver: RemoteDriver | None) -> None:
        """Who hears what comes in."""
        self._driver = driver
        if driver is not None and self._waiting and self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        """Give what came in to the app, in pieces, and no faster than it takes them."""
        try:
            while self._waiting and self._driver is not None:
                piece = bytes(self._waiting[:PIECE])
                del self._waiting[:PIECE]
                self._unfinished = 0 if self._driver.received(piece) else self._unfinished + len(piece)
                if self._unfinished > MOST_AT_ONCE:
                    self.end(TOO_MUCH)
                    return
                await self._caught_up()
        finally:
            self._reading = None

    async def _caught_up(self) -> None:
        await asyncio.sleep(0)
        app = self._app
        while app is not None and not self._gone and app.is_running and _pending(app) > MOST_PENDING:
            await asyncio.sleep(0.01)

    # What happens

    def _begin(self, doing: object) -> None:
        self._running = asyncio.get_running_loop().create_task(doing)  # type: ignore[arg-type]

    @property
    def environ(self) -> Mapping[str, str]:
        """What is known of the guest's terminal."""
        sent = self._chan.get_environment() if self._chan is not None else {}
        kept = {name: value for name in _TAKEN if _VALUE.fullmatch(value := sent.get(name, ""))}
        return {**kept, "TERM": self._term or "dumb", "SSH_CONNECTION": "guest"}

    @property
    def language(self) -> Language:
        """The guest's own language, or the board's where the client does not say."""
        sent = self.environ
        code = next((sent[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if name in sent), "")
        return interface_language(code if code[:2].isalpha() and code[:2] != "C." else self.host.store.board.lang)

    async def _sit(self) -> None:
        """The board, until it is left."""
        from .guest_app import GuestApp

        session = self.host.session_of(self)
        self._app = app = GuestApp(session, self)
        status = 0
        try:
            _log.info("%s has come", self)
            await app.run_async()
            status = app.return_code or 0
            if status and not self._farewell:
                self._farewell = FAILED
        except Exception:
            _log.exception("the session of a guest failed")
            status, self._farewell = 1, self._farewell or FAILED
        finally:
            self.host.streams_back()
            if session.seen is not None:
                session.seen.mark(session.store.board.seq)
            self._app = None
            _log.info("%s has left", self)
            self._finish(status, self._farewell or GOODBYE)

    async def _refuse(self, words: str) -> None:
        self._finish(2, words, error=True)

    async def _export(self, words: list[str]) -> None:
        from .guest_export import exported

        try:
            text, status = await asyncio.to_thread(exported, words, self.host.store, self.language)
        except Exception:
            _log.exception("an export failed")
            text, status = self.language.say(FAILED) + "\n", 1
        if status == 0:
            await self._send_all(text.encode())
            self._finish(0)
        else:
            self._finish(status, text.rstrip("\n"), error=True)

    async def _send_all(self, data: bytes) -> None:
        """Send a document as fast as it is read."""
        for start in range(0, len(data), 64 * 1024):
            while self._chan is not None and not self._gone and self._chan.get_write_buffer_size() > MOST_UNREAD // 2:
                await asyncio.sleep(0.01)
            self.write(data[start : start + 64 * 1024])

    def end(self, words: str) -> None:
        """End the session; what was being typed is kept. The words are said to the guest, in their language."""
        self._farewell = self._farewell or words
        self._waiting.clear()
        app = self._app
        if app is not None and app.is_running:
            app.call_later(app.leave)
        elif self._running is not None and not self._running.done() and app is None and self._gone:
            self._running.cancel()

    def _finish(self, status: int, words: str = "", *, error: bool = False) -> None:
        chan = self._chan
        if chan is not None and not self._gone and not chan.is_closing():
            if words:
                line = f"{for_terminal(self.language.say(words))}\r\n".encode()
                if error and not self._term:
                    chan.write_stderr(line.replace(b"\r\n", b"\n"))
                else:
                    self.write(line)
            chan.exit(status)
        self.host.left(self)


def _pending(app: GuestApp) -> int:
    screen = app.screen if app.screen_stack else None
    focused = screen.focused if screen is not None else None
    return sum(pump.message_queue_size for pump in (app, screen, focused) if pump is not None)
