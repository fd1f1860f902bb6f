"""What this account has shared of a board, and when: so that it can be told what has changed since.

Kept outside the board's folder, for this account alone. What cannot be kept or read is only not known.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from .exports import Form
from .exports.subjects import Subject, SubjectKind
from .files import write_whole
from .private import kept_name, make_private
from .text import clean_line

MOST = 200
"""How many times are kept; older ones go."""

Route = Literal["copied", "sent-to-terminal", "saved", "opened", "piped"]
"""Which way it went: onto the clipboard, to a terminal that may have put it there, into a file, to a mail program or a
browser, to another program."""


class Sharing(Struct, frozen=True):
    """Something that was shared. ``seq`` and ``digest`` are those of the board, ``time`` is UTC.

    ``name`` is whose voice it was, where that is known; ``where`` the file, or what it was opened with.
    """

    time: dt.datetime
    seq: int
    digest: str
    subject: Subject
    form: Form
    route: Route
    name: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        if self.seq < 0 or self.time.tzinfo is None:
            raise ValueError("no change of a board, or at no certain time")
        for field in ("digest", "name", "where"):
            force_setattr(self, field, clean_line(getattr(self, field)))
        force_setattr(self, "subject", dataclasses.replace(self.subject, card=clean_line(self.subject.card)))


class Shared:
    """What was shared of one board."""

    def __init__(self, folder: Path, board: Path) -> None:
        self._path = folder / f"{kept_name(board)}.json"

    def all(self) -> list[Sharing]:
        """Everything that is known to have been shared, newest first. What is damaged is left out."""
        try:
            rows = msgspec.json.decode(self._path.read_bytes(), type=list[msgspec.Raw])
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return []
        found = []
        for row in rows[:MOST]:
            with contextlib.suppress(msgspec.MsgspecError, ValueError, RecursionError):
                found.append(msgspec.json.decode(row, type=Sharing))
        return found

    def last(self, kind: SubjectKind | None = None) -> Sharing | None:
        """What was shared last, of one kind of subject if asked; nothing where nothing was."""
        return next((sharing for sharing in self.all() if kind in (None, sharing.subject.kind)), None)

    def add(self, sharing: Sharing) -> None:
        """Keep that something was shared. What cannot be kept is only not known later."""
        kept = [sharing, *self.all()][:MOST]
        with contextlib.suppress(OSError):
            make_private(self._path.parent)
            write_whole(self._path, [msgspec.json.encode(kept)], mode=0o600, durable=False)
