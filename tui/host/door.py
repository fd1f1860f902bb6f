"""The door: who is let in. A code typed where it can be read, or a public key; nothing else is ever asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncssh

from storage import Refused
from storage.text import clean_line

from ..words import interface_language
from .guest import Guest

if TYPE_CHECKING:
    from storage.invitations import Invitation

    from .host import Host

TRIES = 5
"""Wrong codes after which a connection is closed. The next one may try again: nobody is ever locked out."""

MOST_CHANNELS = 8
"""Sessions within one connection."""

_log = logging.getLogger(__name__)


class Door(asyncssh.SSHServer):
    """One connection, from its first byte to its end."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._conn: asyncssh.SSHServerConnection | None = None
        self._user = ""
        self._wrong = 0
        self._invitation: Invitation | None = None
        self._guests = 0

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody knocks."""
        self._conn = conn
        self._host.knocked(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone, whether they came in or not."""
        if self._conn is not None:
            self._host.went(self._conn)

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in unasked."""
        self._user = username
        return True

    def auth_completed(self) -> None:
        """They are in."""
        if self._conn is not None:
            self._host.came_in(self._conn)

    def public_key_auth_supported(self) -> bool:
        """Yes."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether an invitation holds for this key."""
        invitation = self._invitation_of(username)
        if invitation is None or not invitation.keys:
            return False
        given = b" ".join(key.export_public_key("openssh").split()[:2]).decode("ascii")
        if given not in invitation.keys:
            return False
        self._invitation = invitation
        return True

    def password_auth_supported(self) -> bool:
        """No: a code that cannot be seen while it is typed is typed wrongly."""
        return False

    def kbdint_auth_supported(self) -> bool:
        """Yes."""
        return True

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        """One question, the answer to which can be seen."""
        say = interface_language(self._host.store.board.lang).say
        return "Accord", "", "", [(say("The code of your invitation:") + " ", True)]

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """Whether that is the code. A wrong one takes its time; a right one never waits for the wrong ones."""
        invitation = self._invitation_of(username)
        if invitation is not None and len(responses) == 1 and invitation.opens_with(responses[0]):
            self._invitation = invitation
            return True
        self._wrong += 1
        _log.warning("a wrong code for %s from %s", clean_line(username)[:40], self._address)
        await self._host.slow_down()
        if self._wrong >= TRIES and self._conn is not None:
            asyncio.get_running_loop().call_soon(
                self._conn.disconnect, asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "too many wrong codes"
            )
        return False

    def _invitation_of(self, user: str) -> Invitation | None:
        try:
            return self._host.invitations.of(user)
        except Refused as refused:
            _log.error("invitations cannot be read: %s", refused.code)
            return None

    @property
    def _address(self) -> str:
        peer = self._conn.get_extra_info("peername") if self._conn is not None else None
        return clean_line(str(peer[0])) if peer else "?"

    def session_requested(self) -> Guest | bool:
        """A place at the table, for an invitation that still holds."""
        invitation = self._invitation
        if invitation is None or self._invitation_of(invitation.user) != invitation:
            return False
        if self._guests >= MOST_CHANNELS:
            return False
        self._guests += 1
        return self._host.place_for(invitation, self._address)
