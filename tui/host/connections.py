"""The connections of a host: some knock, some have come in. There are never too many of either, and none is kept that
does not read what it is sent."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import asyncssh

if TYPE_CHECKING:
    from storage.invitations import Invitation

MOST_KNOCKING = 96
"""Connections that have not come in yet; with more, one of them has to go."""

MOST_EACH = 8
"""Connections that come in by one invitation, and sessions on all of them."""

MOST_UNREAD = 1_000_000
"""Bytes that wait for a client to read them, above which the line counts as dead."""


TURN = 4096
"""Bytes that are read from one client before the others have their turn."""


def _transport(conn: asyncssh.SSHServerConnection) -> asyncio.Transport | None:
    # The public way (pause_writing of the connection) does nothing, and nothing else leads to it.
    transport: asyncio.Transport | None = getattr(conn, "_transport", None)
    return transport


def take_in_turns(conn: asyncssh.SSHServerConnection) -> None:
    """Read a client's bytes in small pieces: all packets of a piece are dealt with while everybody else waits."""
    transport = _transport(conn)
    if hasattr(transport, "max_size"):  # of the event loop that Python has on Unix
        setattr(transport, "max_size", TURN)  # noqa: B010


def unread(conn: asyncssh.SSHServerConnection) -> int:
    """Bytes that have been sent to a client and wait in this process, because it does not read.

    What a channel holds back comes on top of that; but how much it may send at once is the client's to say.
    """
    transport = _transport(conn)
    return transport.get_write_buffer_size() if transport is not None else 0


class Connections:
    """Everybody who is connected to one host."""

    def __init__(self) -> None:
        self._knocking: dict[asyncssh.SSHServerConnection, bool] = {}
        self._inside: dict[asyncssh.SSHServerConnection, Invitation] = {}

    @property
    def inside(self) -> dict[asyncssh.SSHServerConnection, Invitation]:
        """Those that have come in, and by which invitation."""
        return dict(self._inside)

    def knocked(self, conn: asyncssh.SSHServerConnection) -> None:
        """A new one; it stays, and where there are too many now, another goes.

        That is one which asks for nobody who is invited, or else any of them: nobody can keep all the places.
        """
        if len(self._knocking) >= MOST_KNOCKING:
            strangers = [conn for conn, expected in self._knocking.items() if not expected]
            self._end(random.choice(strangers or list(self._knocking)))
        self._knocking[conn] = False

    def expected(self, conn: asyncssh.SSHServerConnection) -> None:
        """It asks for the place of somebody who is invited."""
        if conn in self._knocking:
            self._knocking[conn] = True

    def came_in(self, conn: asyncssh.SSHServerConnection, invitation: Invitation) -> None:
        """It has come in; where too many have by this invitation, the one that was there first has to go."""
        self._knocking.pop(conn, None)
        same = [other for other, by in self._inside.items() if by.user == invitation.user]
        if len(same) >= MOST_EACH:
            self._end(same[0])
        self._inside[conn] = invitation

    def went(self, conn: asyncssh.SSHServerConnection) -> None:
        """It is gone."""
        self._knocking.pop(conn, None)
        self._inside.pop(conn, None)

    def drop_deaf(self) -> None:
        """End those that send and do not read the answers."""
        for conn in [*self._knocking, *self._inside]:
            if unread(conn) > MOST_UNREAD:
                self._end(conn)

    def _end(self, conn: asyncssh.SSHServerConnection) -> None:
        self.went(conn)
        asyncio.get_running_loop().call_soon(conn.abort)

    async def close(self) -> None:
        """End all of them, once what they were sent has gone out."""
        for conn in self._knocking:
            conn.abort()
        inside = list(self._inside)
        for conn in inside:
            conn.close()
        await asyncio.gather(*(conn.wait_closed() for conn in inside), return_exceptions=True)
