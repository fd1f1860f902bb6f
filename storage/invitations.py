"""Invitations: who may come to a board over SSH, as whom and until when. Kept by the host, outside the board's folder.

A code is shown once and kept as a salted digest. The file is read anew whenever somebody knocks, so that an invitation
that was withdrawn by another process is withdrawn at once.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import fcntl
import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from .card import PartyName, check_identity
from .files import refused_for, take_lock, write_whole
from .private import kept_name, make_private
from .refusal import Refused
from .text import clean_line

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""What codes are made of: no letter that can be taken for a digit. (Crockford's base 32)"""

CODE_LENGTH = 12
"""Letters of a code, each of 5 random bits: 60 bits, of which nobody can try one a second for long enough."""

MOST = 200
"""Invitations that are kept for one board; of those that have ended the oldest are forgotten first."""

LONGEST_KEY = 20_000
"""Characters of a public key: more than the longest has."""

_USER = re.compile(r"[a-z][a-z0-9-]{0,30}")
_LOOKS_LIKE = str.maketrans("oil", "011")
LOCK_SECONDS = 5.0
"""How long a change waits for another one to be written."""


class Invitation(Struct, frozen=True, omit_defaults=True):
    """Who may come in: ``user`` is the name before the @, ``person`` whose voice they have.

    ``digest`` and ``salt`` are those of the code (hexadecimal), ``keys`` public keys in OpenSSH's form.
    """

    user: str
    party: PartyName
    person: str
    made: dt.datetime
    expires: dt.datetime
    may_edit: bool = True
    salt: str = ""
    digest: str = ""
    keys: tuple[str, ...] = ()
    withdrawn: bool = False

    def __post_init__(self) -> None:
        check_identity(self.person, "p")
        if not _USER.fullmatch(self.user):
            raise ValueError("not a user name")
        if self.made.tzinfo is None or self.expires.tzinfo is None:
            raise ValueError("not a moment")

    def holds(self, now: dt.datetime) -> bool:
        """Whether it still lets anybody in."""
        return not self.withdrawn and now < self.expires

    def opens_with(self, code: str) -> bool:
        """Whether this is its code; how it was typed does not matter."""
        return bool(self.digest) and hmac.compare_digest(
            _digest(self.salt, plain_code(code)).encode(), self.digest.encode("utf-8", "replace")
        )


def plain_code(typed: str) -> str:
    """A code as it is compared: letters and digits alone, without case, and with the digit for a letter like it.

    >>> plain_code("K7QM-2xv9 h4tc-oooo.")
    'k7qm2xv9h4tc0000'
    """
    folded = unicodedata.normalize("NFKC", typed[:200]).casefold()
    return "".join(filter(str.isalnum, folded)).translate(_LOOKS_LIKE)


def new_code() -> str:
    """A code that nobody has seen, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def user_name(text: str) -> str:
    """A name as it can stand before the @: ``Gaëlle Roux`` is ``gaelle-roux``. Empty where nothing is left of it."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-").lstrip("0123456789-")[:24].rstrip("-")


class Invitations:
    """The invitations to one board, of one host."""

    def __init__(self, folder: Path, board: Path, *, clock: Callable[[], dt.datetime]) -> None:
        self.path = folder / f"{kept_name(board)}.json"
        self._clock = clock

    def all(self) -> tuple[Invitation, ...]:
        """Those that hold, those that ended and those that were withdrawn; the newest first.

        ``Refused("invitations-damaged")`` where the file cannot be understood: nobody is let in by a guess.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise refused_for(error, self.path) from error
        try:
            return msgspec.json.decode(data, type=tuple[Invitation, ...])
        except (msgspec.MsgspecError, ValueError) as error:
            raise Refused("invitations-damaged", path=str(self.path)) from error

    def holding(self) -> tuple[Invitation, ...]:
        """Those that let somebody in now."""
        now = self._clock()
        return tuple(invitation for invitation in self.all() if invitation.holds(now))

    def of(self, user: str) -> Invitation | None:
        """The invitation that lets this user in now."""
        return next((invitation for invitation in self.holding() if invitation.user == user), None)

    def make(
        self,
        user: str,
        party: PartyName,
        person: str,
        *,
        lasting: dt.timedelta,
        may_edit: bool = True,
        keys: tuple[str, ...] = (),
    ) -> tuple[Invitation, str]:
        """A new invitation, and its code, which nobody can ask for again. With a public key there is no code.

        Where the user name is in use, a number is put behind it. ``Refused("bad-user-name" | "bad-key")``, or
        ``Refused("too-many-invitations")`` where as many hold already as are kept.
        """
        if not _USER.fullmatch(user):
            raise Refused("bad-user-name", name=clean_line(user))
        kept_keys = tuple(map(_sound_key, keys))
        code = "" if kept_keys else new_code()
        salt = secrets.token_hex(16)
        with self._changing() as held:
            now = self._clock()
            taken = {invitation.user for invitation in held if invitation.holds(now)}
            if len(taken) >= MOST:
                raise Refused("too-many-invitations", most=MOST)
            names = [user, *(f"{user[:26]}{n}" for n in range(2, MOST + 2))]
            free = next(name for name in names if name not in taken)
            invitation = Invitation(
                user=free,
                party=party,
                person=person,
                made=now,
                expires=now + lasting,
                may_edit=may_edit,
                salt=salt if code else "",
                digest=_digest(salt, plain_code(code)) if code else "",
                keys=kept_keys,
            )
            held.insert(0, invitation)
            ended = [old for old in held if not old.holds(now)]
            for old in ended[len(ended) - max(0, len(held) - MOST) :]:
                held.remove(old)
        return invitation, code

    def withdraw(self, user: str) -> None:
        """End an invitation. ``Refused("no-such-invitation")`` where none holds under this name."""
        with self._changing() as held:
            now = self._clock()
            found = [n for n, invitation in enumerate(held) if invitation.user == user and invitation.holds(now)]
            if not found:
                raise Refused("no-such-invitation", name=clean_line(user))
            held[found[0]] = msgspec.structs.replace(held[found[0]], withdrawn=True)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[list[Invitation]]:
        """The list, to be changed; written whole at the end, with no other process at it meanwhile."""
        try:
            make_private(self.path.parent)
            lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refused_for(error, self.path) from error
        try:
            if not take_lock(lock, LOCK_SECONDS):
                raise Refused("busy", path=str(self.path), seconds=round(LOCK_SECONDS))
            held = list(self.all())
            yield held
            write_whole(self.path, [msgspec.json.encode(held)], mode=0o600)
        except OSError as error:
            raise refused_for(error, self.path) from error
        finally:
            with contextlib.suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)
            os.close(lock)


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode("utf-8", "replace")).hexdigest()


def _sound_key(text: str) -> str:
    """A public key as it is kept: its kind and its data, without what its owner wrote behind them."""
    parts = clean_line(text[:LONGEST_KEY]).split()
    try:
        data = base64.b64decode(parts[1], validate=True)
        named = data[4 : 4 + int.from_bytes(data[:4], "big")].decode("ascii")
    except (IndexError, ValueError) as error:
        raise Refused("bad-key") from error
    if named != parts[0]:
        raise Refused("bad-key")
    return " ".join(parts[:2])
