"""What somebody typed and did not save: kept per person and board, outside the board's folder, until it is saved.

Drafts are private and small; losing one would lose a sentence. They survive the end of the process, not a power cut.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from .board import Wording
from .files import refused_for, write_whole
from .text import clean


class Draft(Struct, frozen=True):
    """A text that was begun. ``key`` says for what: ``new:question``, ``edit:Q7``; one draft for each key.

    ``base`` is the wording that the editor was opened on, so that what others changed meanwhile can be merged.
    """

    key: str
    kind: str
    card: str
    title: str
    body: str
    on: tuple[str, ...]
    person: str
    base: Wording | None
    time: dt.datetime

    def __post_init__(self) -> None:
        for name in ("key", "kind", "card", "title", "body", "person"):
            force_setattr(self, name, clean(getattr(self, name)))


class Drafts:
    """The drafts of one person on one board, in a file that only this person can read."""

    def __init__(self, folder: Path, board: Path) -> None:
        name = hashlib.blake2b(str(board.resolve()).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
        self._path = folder / f"{name}.json"

    def all(self) -> list[Draft]:
        """The drafts, newest first; none where the file is missing or cannot be read, which is then set apart."""
        return sorted(self._read().values(), key=lambda draft: draft.time, reverse=True)

    def keep(self, draft: Draft) -> None:
        """Keep a draft in place of the one with its key. :class:`~storage.refusal.Refused` where that fails."""
        self._change(draft.key, draft)

    def drop(self, key: str) -> None:
        """Forget the draft with this key: it was saved, or is not wanted."""
        if key in self._read():
            self._change(key, None)

    def _change(self, key: str, draft: Draft | None) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked():
                drafts = self._read()
                drafts.pop(key, None)
                if draft is not None:
                    drafts[key] = draft
                write_whole(self._path, [msgspec.json.encode(list(drafts.values()))], mode=0o600, durable=False)
        except OSError as error:
            raise refused_for(error, self._path) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Two windows on one board change the file one after the other. Held for a moment only, so waited for."""
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, Draft]:
        try:
            data = self._path.read_bytes()
        except OSError:
            return {}
        try:
            return {draft.key: draft for draft in msgspec.json.decode(data, type=list[Draft])}
        except msgspec.MsgspecError:
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_suffix(".damaged"))
            return {}
