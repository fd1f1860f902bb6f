"""The host of a board: it listens, lets in whoever is invited, and gives each a seat at the same store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import asyncssh

from storage import Refused, Store, Voice
from storage.drafts import Drafts
from storage.files import refused_for, write_whole
from storage.invitations import Invitation, Invitations
from storage.language import later
from storage.presence import Presence
from storage.seen import Seen
from storage.store import utc_now

from ..glyphs import glyphs_for
from ..session import Session
from .door import Door
from .guest import Guest
from .reach import Listen

PORT = 8022
"""The port of a host that is not told otherwise."""

LOGIN_SECONDS = 120
"""How long somebody may take to type a code."""

MOST_KNOCKING = 64
"""Connections that have not come in yet; with more, one of them has to go."""

MOST_GUESTS = 100
"""Sessions at once."""

SLOW_SECONDS = 1.0
"""How long a wrong code takes; they are answered one after the other, however many connections bring them."""

ALIVE_SECONDS = 15
"""How often a quiet line is asked whether it is still there; the fourth silence ends it."""

LOOK_SECONDS = 0.5
"""How often it is looked whether an invitation still holds."""

LEAVING_SECONDS = 5.0
"""How long the host waits for its guests' sessions to end."""

WITHDRAWN = later("Your invitation has ended. What you were typing is kept.")
STOPPED = later("The host has closed the table. Everything is kept.")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invited:
    """Who has come in, and from where."""

    invitation: Invitation
    address: str


class Host:
    """One board's host. It owns the listening socket and the guests; the store is the caller's."""

    def __init__(self, store: Store, folder: Path, *, environ: Mapping[str, str] | None = None) -> None:
        self.store = store
        self.path = store.path or Path("memory")
        self.folder = folder
        self.environ = dict(environ or {})
        self.invitations = Invitations(folder / "invitations", self.path, clock=utc_now)
        self.key = host_key(folder / "host_key")
        self.presence = Presence(store.path)
        self.guests: set[Guest] = set()
        self._knocking: dict[asyncssh.SSHServerConnection, None] = {}
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._slow = asyncio.Lock()
        self._streams: tuple[TextIO, TextIO] = (sys.stdout, sys.stderr)
        self._looking: asyncio.Task[None] | None = None

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
                server_version="Accord",
                reuse_address=True,
                backlog=256,
            )
        except OSError as error:
            raise Refused(
                "cannot-listen", address=f"{listen.host}:{listen.port}", reason=error.strerror or ""
            ) from error
        self.store.follow()
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def close(self) -> None:
        """Tell everybody, wait for what they were typing to be kept, and stop listening."""
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
        if self._acceptor is not None:
            for conn in list(self._knocking):
                conn.abort()
            with contextlib.suppress(TimeoutError, OSError):
                async with asyncio.timeout(1.0):
                    await self._acceptor.wait_closed()

    async def _look(self) -> None:
        """End the sessions of whoever is no longer invited."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self.guests:
                continue
            try:
                holding = set(self.invitations.holding())
            except Refused as refused:
                _log.error("invitations cannot be read: %s", refused.code)
                continue
            for guest in [guest for guest in self.guests if guest.invited.invitation not in holding]:
                guest.end(WITHDRAWN)

    # The door

    def knocked(self, conn: asyncssh.SSHServerConnection) -> None:
        """A connection that has not come in yet: there are not many of those at once."""
        self._knocking[conn] = None
        if len(self._knocking) > MOST_KNOCKING:
            # Any of them, so that nobody can keep all places by being first, or last.
            unlucky = random.choice(list(self._knocking))
            self._knocking.pop(unlucky, None)
            asyncio.get_running_loop().call_soon(unlucky.abort)

    def came_in(self, conn: asyncssh.SSHServerConnection) -> None:
        """A connection that has come in."""
        self._knocking.pop(conn, None)

    def went(self, conn: asyncssh.SSHServerConnection) -> None:
        """A connection that is gone."""
        self._knocking.pop(conn, None)

    async def slow_down(self) -> None:
        """What a wrong code costs."""
        async with self._slow:
            await asyncio.sleep(SLOW_SECONDS)

    # Guests

    def place_for(self, invitation: Invitation, address: str) -> Guest | bool:
        """A session for somebody who has come in, if there is room."""
        if len(self.guests) >= MOST_GUESTS or invitation.person not in self.store.board.people:
            return False
        guest = Guest(self, Invited(invitation, address))
        self.guests.add(guest)
        return guest

    def left(self, guest: Guest) -> None:
        """A session has ended."""
        self.guests.discard(guest)

    def session_of(self, guest: Guest) -> Session:
        """What a guest's app knows of who uses it: one fixed voice, and nothing of this machine."""
        invitation, environ = guest.invited.invitation, guest.environ
        folder = self.folder / "guests" / invitation.user
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


def host_key(path: Path) -> asyncssh.SSHKey:
    """The key by which clients know this host: made once, kept for good.

    :class:`Refused` where it cannot be kept, or what is there is no key.
    """
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = asyncssh.generate_private_key("ssh-ed25519", comment="accord")
            write_whole(path, [made.export_private_key()], mode=0o600)
        return asyncssh.read_private_key(path)
    except OSError as error:
        raise refused_for(error, path) from error
    except (ValueError, asyncssh.KeyImportError) as error:
        raise Refused("host-key-damaged", path=str(path)) from error
