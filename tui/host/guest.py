"""One guest's session: a channel of a connection, which carries either the app or one export."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, NamedTuple

import asyncssh
from textual.geometry import Size

from storage import Language
from storage.language import later
from storage.text import for_terminal

from ..words import guest_language
from .connections import MOST_UNREAD, unread
from .driver import RemoteDriver, believed
from .faults import where

if TYPE_CHECKING:
    from .guest_app import GuestApp
    from .host import Host, Invited

MOST_AT_ONCE = 1_000_000
"""Bytes that a guest may send without a pause: a paste that is longer is none."""

LEAK = 50_000
"""Bytes a second that are forgotten of those."""

MOST_PENDING = 8
"""Messages that an app has not come to, above which no more is given to it."""

MOST_ENVIRONMENT = 100_000
"""Bytes of environment that a client may send; nearly all of it is forgotten."""

RESIZE_SECONDS = 0.1
"""How often a window may change its size."""

CHUNK = 32 * 1024
"""Bytes of a document that are sent at once."""

KEYS = 32
"""Bytes of keys that are taken at once: an app does all that it has to do before the others have their turn."""

PAUSE_SECONDS = 0.002
"""How long an app that has not come to all its keys is waited for: less than what tells a paste from typing."""

PASTED = 4096
"""Bytes of a paste that are taken at once."""


class Farewell(NamedTuple):
    """Why a session ends, and what has become of what was typed there, where that could be kept."""

    why: str
    kept: str


TOO_MUCH = Farewell(later("That was too much at once."), later("Join again; what was typed before is kept as a draft."))
GOODBYE = Farewell(later("You have left the board."), later("Everything is kept; the same command comes back to it."))
FAILED = Farewell(
    later("Something went wrong here, for you alone."),
    later("Nothing is lost; the same command comes back to the board."),
)
WITHDRAWN = Farewell(later("Your invitation has ended."), later("What you were typing is kept."))
STOPPED = Farewell(later("The host has closed the table."), later("Everything is kept."))
UNKEPT = later("What you were typing could not be kept: the disk of the host is full, or failing.")
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
        self._resizing: asyncio.TimerHandle | None = None
        self._farewell: Farewell | None = None
        self._ending = False
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
        """The window has another size. Of many in a moment, the last one counts."""
        self._size = believed(width, height)
        if self._resizing is None:
            self._resizing = asyncio.get_running_loop().call_later(RESIZE_SECONDS, self._resize)

    def _resize(self) -> None:
        self._resizing = None
        if self._driver is not None:
            self._driver.resized(self._size)

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Keys and pastes: taken in pieces, and not without end."""
        if self._ending:
            return
        now = time.monotonic()
        self._level = max(0.0, self._level - (now - self._leaked) * LEAK) + len(data)
        self._leaked = now
        if max(self._level, len(self._waiting)) > MOST_AT_ONCE:
            self._too_much()
            return
        self._waiting += data
        if self._reading is None and self._driver is not None:
            self._reading = asyncio.get_running_loop().create_task(self._read())

    def eof_received(self) -> bool:
        """Nothing more will come: whoever sits at the board has left."""
        self.end()
        return True

    def pause_writing(self) -> None:
        """Too much waits to be read: the line is dead, or as good as that."""
        self.drop("stopped reading")

    def drop(self, why: str) -> None:
        """End the session without a word: nobody would read it. What was being typed is kept."""
        if not self._gone:
            _log.warning("%s %s and was dropped", self, why)
            self._gone = True
            self.end()
            # Not at once: this may be called by the channel in the middle of its work.
            asyncio.get_running_loop().call_soon(self.invited.conn.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone. What was being typed is kept."""
        self._gone = True
        self.end()
        if self._running is None:
            self.host.left(self)

    @property
    def bloated(self) -> bool:
        """Whether the client has sent more of an environment than any has."""
        sent = self._chan.get_environment_bytes() if self._chan is not None else {}
        return sum(len(name) + len(value) for name, value in sent.items()) > MOST_ENVIRONMENT

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
            if unread(self.invited.conn) > MOST_UNREAD:
                self.drop("stopped reading")

    def listen(self, driver: RemoteDriver | None) -> None:
        """Who hears what comes in."""
        self._driver = driver
        if driver is not None:
            if self._ending:
                self._leave()  # what ended it came before the app was there
            elif self._waiting and self._reading is None:
                self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self) -> None:
        """Give what came in to the app, in pieces, and no faster than it takes them."""
        try:
            while self._waiting and self._driver is not None:
                piece = self._piece()
                self._unfinished = 0 if self._driver.received(piece) else self._unfinished + len(piece)
                if self._unfinished > MOST_AT_ONCE:
                    self._too_much()
                    return
                await self._caught_up()
        finally:
            self._reading = None

    def _too_much(self) -> None:
        """Nobody types like that."""
        _log.warning("%s sent too much at once", self)
        self.end(TOO_MUCH)

    def _piece(self) -> bytes:
        """The next bytes: a few, or more in the midst of a paste, in which no key can come before an Escape."""
        size = KEYS
        if self._unfinished >= KEYS:
            escape = self._waiting.find(b"\x1b", 1, PASTED)
            size = escape if escape > 0 else PASTED
        piece = bytes(self._waiting[:size])
        del self._waiting[:size]
        return piece

    async def _caught_up(self) -> None:
        await asyncio.sleep(0)
        app = self._app
        while app is not None and not self._gone and app.is_running and _pending(app) > MOST_PENDING:
            await asyncio.sleep(PAUSE_SECONDS)

    # What happens

    def _begin(self, doing: Coroutine[None, None, None]) -> None:
        self._running = asyncio.get_running_loop().create_task(doing)
        self._running.add_done_callback(lambda _: self.host.left(self))

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
        named = code[:2].isalpha() and code.partition(".")[0] not in ("C", "POSIX")
        return guest_language(code if named else self.host.store.board.lang)

    async def _sit(self) -> None:
        """The board, until it is left."""
        from .guest_app import GuestApp

        status, session = 0, None
        _log.info("%s has come", self)
        try:
            session = self.host.session_of(self)
            self._app = app = GuestApp(session, self)
            await app.run_async()
            status = app.return_code or 0
            if session.seen is not None:
                session.seen.mark(session.store.board.seq)
        except Exception as error:
            _log.error("the session of %s failed: %s", self, where(error))
            status = 1
        finally:
            self.host.streams_back()
            self._app = None
            _log.info("%s has left", self)
            unkept = session is not None and bool(session.drafts.unkept)
            if unkept:
                _log.warning("what %s was typing could not be kept", self)
            self._finish(status, self._said(self._farewell or (FAILED if status else GOODBYE), unkept))

    def _said(self, farewell: Farewell, unkept: bool = False) -> str:
        say = self.language.say
        return f"{say(farewell.why)} {say(UNKEPT if unkept else farewell.kept)}"

    async def _refuse(self, words: str) -> None:
        self._finish(2, self.language.say(words), error=True)

    async def _export(self, words: list[str]) -> None:
        from .guest_export import exported

        loop = asyncio.get_running_loop()
        try:
            text, status = await loop.run_in_executor(
                self.host.exporting, exported, words, self.host.store, self.language
            )
        except Exception as error:
            _log.error("an export for %s failed: %s", self, where(error))
            text, status = self._said(FAILED), 1
        if status:
            self._finish(status, text, error=True)
        else:
            await self._send_all(text.replace("\r\n", "\n").replace("\n", "\r\n") if self._term else text)
            if self._farewell:  # half a document is none
                self._finish(1, self._said(self._farewell), error=True)
            else:
                self._finish(0)

    async def _send_all(self, text: str) -> None:
        """Send a document as fast as it is read."""
        data = text.encode()
        for start in range(0, len(data), CHUNK):
            while not self._stopped and self._unsent > MOST_UNREAD // 2:
                await asyncio.sleep(0.01)
            if self._stopped:
                return
            self.write(data[start : start + CHUNK])

    @property
    def _stopped(self) -> bool:
        """Whether nobody is to have the rest of a document: they are gone, or were sent away.

        That no more input will come is neither: an export wants none.
        """
        return self._gone or self._farewell is not None

    @property
    def _unsent(self) -> int:
        held = self._chan.get_write_buffer_size() if self._chan is not None else 0
        return held + unread(self.invited.conn)

    def end(self, farewell: Farewell | None = None) -> None:
        """End the session; what was being typed is kept. The farewell is said to the guest, in their language."""
        self._farewell = self._farewell or farewell
        self._waiting.clear()
        if self._ending:
            return
        self._ending = True
        if self._running is not None:
            self._leave()
        elif self._chan is not None:
            self._chan.close()  # opened, and nothing asked for yet

    def _leave(self) -> None:
        app = self._app
        if app is not None and app.is_running:
            app.call_later(app.leave)

    def _finish(self, status: int, words: str = "", *, error: bool = False) -> None:
        chan = self._chan
        if chan is None or self._gone or chan.is_closing():
            return
        if words:
            line = f"{for_terminal(words)}\r\n".encode()
            if error and not self._term:
                chan.write_stderr(line.replace(b"\r\n", b"\n"))
            else:
                self.write(line)
        if not self._gone:
            chan.exit(status)


def _pending(app: GuestApp) -> int:
    screen = app.screen if app.screen_stack else None
    focused = screen.focused if screen is not None else None
    return sum(pump.message_queue_size for pump in (app, screen, focused) if pump is not None)
