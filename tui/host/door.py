"""The door: who is let in. A code typed where it can be read, or a public key; nothing else is ever asked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncssh

from storage import Refused
from storage.language import later
from storage.text import clean_line

from ..words import interface_language
from .connections import take_in_turns
from .guest import Guest

if TYPE_CHECKING:
    from storage.invitations import Invitation

    from .host import Host

TRIES = 3
"""Wrong codes after which a connection is closed, which says how to go on; OpenSSH's client asks no more often.

The next connection may try again: nobody is ever locked out.
"""

MOST_NAMES = 20
"""User names and public keys that one connection may try."""

LONGEST_NAME = 40
"""Characters of a user name that are logged."""

CODE = later("The code of your invitation:")
WRONG_CODE = later("That is not the code, or the invitation has ended.")
TOO_MANY_TRIES = later("That was not the code either. Paste the line once more to go on, or ask for a new invitation.")
TOO_MANY_NAMES = later("Too many keys were tried. Paste the line with -o IdentitiesOnly=yes behind ssh.")
NO_PLACE = later("There is no free place at the board; try again later.")

_log = logging.getLogger(__name__)


class Door(asyncssh.SSHServer):
    """One connection, from its first byte to its end."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._conn: asyncssh.SSHServerConnection | None = None
        self._wrong = 0
        self._names = 0
        self._invitation: Invitation | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody knocks."""
        self._conn = conn
        take_in_turns(conn)
        self._host.connections.knocked(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone, whether they came in or not."""
        if self._conn is not None:
            self._host.connections.went(self._conn)

    # Who it is

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in unasked."""
        self._invitation = None
        if self._another_name() and self._conn is not None and self._invitation_of(username) is not None:
            self._host.connections.expected(self._conn)
        return True

    def auth_completed(self) -> None:
        """They are in, as whom they have shown to be: a key that was only asked about proves nothing."""
        if self._conn is None or self._invitation is None:
            return
        if self._conn.get_extra_info("username") != self._invitation.user:
            self._invitation = None
        else:
            self._host.connections.came_in(self._conn, self._invitation)

    def public_key_auth_supported(self) -> bool:
        """Yes."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether an invitation holds for this key."""
        invitation = self._invitation_of(username) if self._another_name() else None
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
        again = self._say(WRONG_CODE) if self._wrong else ""
        return "Accord", again, "", [(self._say(CODE) + " ", True)]

    async def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        """Whether that is the code. A wrong one takes its time; a right one never waits for the wrong ones."""
        if self._wrong >= TRIES:
            return False  # what was sent ahead, while the connection is being closed
        invitation = self._invitation_of(username)
        if invitation is not None and len(responses) == 1 and invitation.opens_with(responses[0]):
            self._invitation = invitation
            return True
        self._wrong += 1
        self._host.wrong_code(clean_line(username)[:LONGEST_NAME], self._address)
        try:
            await self._host.slow_down()
        finally:
            # Also where a client does not wait for the answer, and asks again at once.
            if self._wrong >= TRIES:
                self._close(TOO_MANY_TRIES)
        return False

    def _another_name(self) -> bool:
        """Whether this client may try one more name or key."""
        self._names += 1
        if self._names == MOST_NAMES + 1:
            self._close(TOO_MANY_NAMES)
        return self._names <= MOST_NAMES

    def _invitation_of(self, user: str) -> Invitation | None:
        try:
            return self._host.invitations.of(user)
        except Refused as refused:
            _log.error("invitations cannot be read: %s", refused.code)
            return None

    def _close(self, words: str) -> None:
        if self._conn is not None:
            self._conn.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, self._say(words))

    def _say(self, words: str) -> str:
        said = interface_language(self._host.store.board.lang).say(words)
        # OpenSSH shows what its locale does not know by its bytes; no space of ours is worth that.
        return said.replace("\u202f", " ").replace("\u00a0", " ")

    @property
    def _address(self) -> str:
        peer = self._conn.get_extra_info("peername") if self._conn is not None else None
        return clean_line(str(peer[0])) if peer else "?"

    # What they want

    def session_requested(self) -> Guest:
        """A place at the table, for an invitation that still holds."""
        invitation, conn = self._invitation, self._conn
        if conn is not None and invitation is not None and self._invitation_of(invitation.user) == invitation:
            guest = self._host.place_for(invitation, self._address, conn)
            if guest is not None:
                return guest
        raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, self._say(NO_PLACE))
