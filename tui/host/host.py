"""The host of a board: it listens, lets in whoever is invited, and gives each a seat at the same store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import asyncssh

from storage import Refused, Store, Update, Voice
from storage.drafts import Drafts
from storage.files import refused_for, take_lock, write_whole
from storage.invitations import Invitation, Invitations
from storage.presence import Presence
from storage.private import make_private
from storage.seen import Seen
from storage.store import utc_now

from ..glyphs import glyphs_for
from ..session import Session
from .connections import MOST_EACH, Connections
from .door import Door
from .faults import where
from .guest import STOPPED, WITHDRAWN, Guest
from .reach import Listen

LOGIN_SECONDS = 120
"""How long somebody may take to type a code."""

MOST_GUESTS = 100
"""Sessions at once."""

SLOW_SECONDS = 1.0
"""How long a wrong code takes; they are answered one after the other, however many connections bring them."""

ALIVE_SECONDS = 15
"""How often a quiet line is asked whether it is still there; the fourth silence ends it."""

WRONG_SECONDS = 1.0
"""Seconds between two lines of the log about wrong codes, at least: whoever guesses fills no disk."""

KEY_SECONDS = 10.0
"""How long a host waits for another one that makes the key of this account."""

LOOK_SECONDS = 0.5
"""How often it is looked whether an invitation still holds."""

LEAVING_SECONDS = 5.0
"""How long the host waits for its guests' sessions to end."""

CLOSING_SECONDS = 1.0
"""How long it then waits for their last bytes to go out."""

WINDOW = 128 * 1024
"""Bytes that a client may send on a channel before it is told to go on."""

QUICK = "-diffie-hellman-*,rsa*"
"""Key exchanges that take the host a blink, whatever the client asks for."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invited:
    """Who has come in, and from where."""

    invitation: Invitation
    address: str
    conn: asyncssh.SSHServerConnection


class Host:
    """One board's host. It owns the listening socket and the guests; the store is the caller's."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.path = store.path or Path("memory")
        self.folder = folder
        self.invitations = Invitations(folder / "invitations", self.path, clock=utc_now)
        self.key = host_key(folder / "host_key")
        self.presence = Presence(store.path)
        self.guests: set[Guest] = set()
        self.connections = Connections()
        self.exporting = ThreadPoolExecutor(1, thread_name_prefix="accord-export")
        """One export at a time, so that no number of them keeps the others waiting."""
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._slow = asyncio.Lock()
        self._streams: tuple[TextIO, TextIO] = (sys.stdout, sys.stderr)
        self._looking: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._unreadable = self._closing = False
        self._wrong = 0
        self._wrong_told = -WRONG_SECONDS

    @property
    def fingerprint(self) -> str:
        """What a client is shown of this host before it trusts it."""
        return self.key.get_fingerprint("sha256")

    @property
    def port(self) -> int:
        """The port that it listens on, once it does."""
        return self._acceptor.get_port() if self._acceptor is not None else 0

    # Opening and closing

    async def open(self, listen: Listen) -> None:
        """Begin to listen. ``Refused("cannot-listen")`` where that is not possible."""
        try:
            self._acceptor = await asyncssh.listen(
                listen.host,
                listen.port,
                config=[],
                server_factory=lambda: Door(self),
                server_host_keys=[self.key],
                encoding=None,
                window=WINDOW,
                line_editor=False,
                agent_forwarding=False,
                x11_forwarding=False,
                allow_scp=False,
                sftp_factory=None,
                gss_host=None,
                login_timeout=LOGIN_SECONDS,
                keepalive_interval=ALIVE_SECONDS,
                keepalive_count_max=4,
                compression_algs=None,
                kex_algs=QUICK,
                server_version="Accord",
                reuse_address=True,
                backlog=256,
            )
        except OSError as error:
            # asyncio's own words repeat the address.
            reason = os.strerror(error.errno) if error.errno else ""
            raise Refused("cannot-listen", address=f"{listen.host}:{listen.port}", reason=reason) from error
        self._unsubscribe = self.store.subscribe(_log_notices)
        self.store.follow()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_quietly)
        self._looking = loop.create_task(self._look())

    async def close(self) -> None:
        """Tell everybody, wait for what they were typing to be kept, and stop listening."""
        self._closing = True
        self._unsubscribe()
        if self._acceptor is not None:
            self._acceptor.close()
        if self._looking is not None:
            self._looking.cancel()
        for guest in list(self.guests):
            guest.end(STOPPED)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_SECONDS):
                while self.guests:
                    await asyncio.sleep(0.02)
        self.presence.close()
        self.exporting.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.connections.close()

    async def _look(self) -> None:
        """Now and then, end what should be no more."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self.connections.drop_deaf()
                for guest in [guest for guest in self.guests if guest.bloated]:
                    guest.drop("sent what nobody needs")
                self._end_withdrawn()
            except Exception as error:
                # Whatever it was: the next look has to come, or nobody could be sent away any more.
                _log.error("looking after the guests failed: %s", where(error))

    def _end_withdrawn(self) -> None:
        """End the sessions of whoever is no longer invited, and their connections."""
        inside = self.connections.inside
        if not inside:
            return
        try:
            holding = set(self.invitations.holding())
        except Refused as refused:
            if not self._unreadable:
                _log.error("invitations cannot be read: %s", refused.code)
            self._unreadable = True
            return
        self._unreadable = False
        for guest in [guest for guest in self.guests if guest.invited.invitation not in holding]:
            guest.end(WITHDRAWN)
        sitting = {guest.invited.conn for guest in self.guests}
        for conn in [conn for conn, by in inside.items() if by not in holding and conn not in sitting]:
            conn.close()

    # The door

    def wrong_code(self, user: str, address: str) -> None:
        """Log that somebody has typed a wrong code; of many in a moment the last one, with how many there were."""
        self._wrong += 1
        now = time.monotonic()
        if now - self._wrong_told < WRONG_SECONDS:
            return
        more = f" ({self._wrong - 1} more since the last line)" if self._wrong > 1 else ""
        _log.warning("a wrong code for %s from %s%s", user, address, more)
        self._wrong, self._wrong_told = 0, now

    async def slow_down(self) -> None:
        """What a wrong code costs."""
        async with self._slow:
            await asyncio.sleep(SLOW_SECONDS)

    # Guests

    def place_for(self, invitation: Invitation, address: str, conn: asyncssh.SSHServerConnection) -> Guest | None:
        """A session for somebody who has come in, if there is room."""
        same = sum(guest.invited.invitation.user == invitation.user for guest in self.guests)
        if (
            self._closing
            or len(self.guests) >= MOST_GUESTS
            or same >= MOST_EACH
            or invitation.person not in self.store.board.people
        ):
            return None
        guest = Guest(self, Invited(invitation, address, conn))
        self.guests.add(guest)
        return guest

    def left(self, guest: Guest) -> None:
        """A session has ended."""
        self.guests.discard(guest)

    def session_of(self, guest: Guest) -> Session:
        """What a guest's app knows of who uses it: one fixed voice, and nothing of this machine."""
        invitation, environ = guest.invited.invitation, guest.environ
        # By the person: whoever is invited under the same name another time need not be the same one.
        folder = self.folder / "guests" / invitation.person
        seen = Seen(folder / "seen", self.path)
        voice = Voice(
            self.store,
            invitation.person,
            f"ssh-{uuid.uuid4().hex[:12]}",
            one_screen=False,
            may_edit=invitation.may_edit,
        )
        return Session(
            store=self.store,
            voice=voice,
            language=guest.language,
            drafts=Drafts(folder / "drafts", self.path),
            glyphs=glyphs_for(environ, "utf-8"),
            environ=environ,
            remote=True,
            presence=self.presence,
            seen=seen,
            seen_before=seen.last(),
        )

    def streams_back(self) -> None:
        """Give the process its streams back: apps that end in any order leave those of a dead one."""
        sys.stdout, sys.stderr = self._streams


def _log_notices(update: Update) -> None:
    """Log what is found about the files of the board: guests cannot mend them, whoever reads the log can."""
    for notice in update.notices:
        _log.warning("the files of the board: %s", notice.code)


def _log_quietly(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong outside any session; the loop's own way would have people's words in it."""
    error = context.get("exception")
    _log.error("something failed: %s", where(error) if isinstance(error, BaseException) else context["message"])


def host_key(path: Path) -> asyncssh.SSHKey:
    """The key by which clients know this host: made once, kept for good.

    :class:`Refused` where it cannot be kept, or what is there is no key.
    """
    try:
        if not path.exists():
            _make_host_key(path)
        return asyncssh.read_private_key(path)
    except OSError as error:
        raise refused_for(error, path) from error
    except (ValueError, asyncssh.KeyImportError) as error:
        raise Refused("host-key-damaged", path=str(path)) from error


def _make_host_key(path: Path) -> None:
    """Make it, if no other host has meanwhile: guests would be shown the one, and next time warned of the other."""
    make_private(path.parent)
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not take_lock(lock, KEY_SECONDS):
            raise Refused("busy", path=str(path), seconds=round(KEY_SECONDS))
        if not path.exists():
            made = asyncssh.generate_private_key("ssh-ed25519", comment="accord")
            write_whole(path, [made.export_private_key()], mode=0o600)
    finally:
        os.close(lock)
