"""The checkpoint: the board as it stood at one change, in a TinyDB database that plain TinyDB opens.

Tables ``board``, ``parties``, ``people``, ``columns`` and ``cards``; the last one, ``checkpoint``, says which journal
line it stands for and carries the digest of all bytes before it, so that no damage passes for a board.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from tinydb.storages import Storage

from .board import Board, Column, Party, Person
from .card import Card, PartyName
from .files import refused_for, sweep_leftovers, write_whole
from .journal import FORMAT, Position
from .refusal import Refused

_TRAILER = re.compile(
    rb'"checkpoint":\{"1":\{"seq":([0-9]+),"offset":([0-9]+),"start":([0-9]+),"line":"([0-9a-f]*)"'
    rb',"digest":"([0-9a-f]{32})"\}\}\}\n\Z'
)
_TRAILER_LONGEST = 256
_ROWS_AT_ONCE = 200


class _BoardRow(Struct, omit_defaults=True):
    accord: int
    title: str
    lang: str
    seq: int
    numbers: dict[str, int]


class _PartyRow(Party, frozen=True, omit_defaults=True):
    party: PartyName = "consultant"


class _Tables(Struct):
    board: dict[str, _BoardRow]
    parties: dict[str, _PartyRow]
    people: dict[str, Person]
    columns: dict[str, Column]
    cards: dict[str, Card]


class Checkpoint(Struct, frozen=True):
    """A board, and the place in the journal that it stands at."""

    board: Board
    position: Position


class BadCheckpoint(Exception):
    """The file is not as it was written; the journal has to be asked. ``refusal`` is what to say where it is gone."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def read(path: Path) -> Checkpoint:
    """The checkpoint in a file.

    :class:`BadCheckpoint` where it is damaged, or no checkpoint at all; :class:`Refused` where it is missing, may not
    be read, or is of a later version.
    """
    try:
        if path.exists() and not path.is_file():
            raise Refused("not-a-board", path=str(path))
        data = path.read_bytes()
    except OSError as error:
        raise refused_for(error, path) from error
    trailer = _TRAILER.search(data, max(0, len(data) - _TRAILER_LONGEST))
    later = _of_later_version(path, data)
    if trailer is None or _digest(data[: trailer.start(5)]) != trailer[5].decode():
        ours = b'"accord":' in data[:200] or b'"columns"' in data
        code = "damaged-without-journal" if ours else "not-a-board"
        raise BadCheckpoint(later or Refused(code, path=str(path)))
    if later:
        raise later
    try:
        tables = msgspec.json.decode(data, type=_Tables)
        row = tables.board["1"]
        board = Board(
            title=row.title,
            lang=row.lang,
            parties={p.party: Party(p.name, p.expertise) for p in tables.parties.values()},
            people={person.id: person for person in tables.people.values()},
            columns={column.id: column for column in tables.columns.values()},
            cards={card.id: card for card in tables.cards.values()},
            numbers=row.numbers,
            seq=row.seq,
        )
        seq, offset, start = (int(trailer[i]) for i in (1, 2, 3))
    except (msgspec.MsgspecError, KeyError, ValueError) as error:
        raise BadCheckpoint(Refused("damaged-without-journal", path=str(path))) from error
    return Checkpoint(board, Position(offset, start, seq, trailer[4].decode()))


def _of_later_version(path: Path, data: bytes) -> Refused | None:
    found = re.match(rb'\{"board":\{"1":\{"accord":([0-9]{1,6}),', data)
    if found is None or int(found[1]) <= FORMAT:
        return None
    return Refused("later-version", path=str(path), version=int(found[1]), known=FORMAT)


def stands_at(path: Path) -> int:
    """The change that the checkpoint in a file stands at, from its last bytes alone; -1 where there is none."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TRAILER_LONGEST))
            trailer = _TRAILER.search(file.read())
    except OSError:
        return -1
    return int(trailer[1]) if trailer else -1


def write(
    path: Path,
    checkpoint: Checkpoint,
    locked: Callable[[], contextlib.AbstractContextManager[None]],
    *,
    even_if_older: bool = False,
    unless_sound: Callable[[], bool] | None = None,
    pause: float = 0.0,
) -> bool:
    """Write a checkpoint, in chunks with a pause (seconds) between; whether it was put in place.

    ``locked`` holds the journal's lock for the last step: an older checkpoint never replaces a newer one.
    ``unless_sound`` looks closer at the one that is there, where it need not be sound. Raises :class:`OSError`.
    """

    def may_be_replaced() -> bool:
        if unless_sound is not None:
            return not unless_sound()
        return even_if_older or stands_at(path) < checkpoint.position.seq

    @contextlib.contextmanager
    def guarded() -> Iterator[bool]:
        with locked():
            yield may_be_replaced()

    sweep_leftovers(path)
    if not may_be_replaced():
        return False
    return write_whole(path, _chunks(tables_of(checkpoint.board), checkpoint.position, pause), unless=guarded)


def tables_of(board: Board) -> dict[str, dict[str, Any]]:
    """A board as TinyDB tables; document ids are the numbers that TinyDB wants."""
    row = _BoardRow(FORMAT, board.title, board.lang, board.seq, board.numbers)
    parties = [_PartyRow(p.name, p.expertise, party=name) for name, p in board.parties.items()]
    return {
        "board": {"1": row},
        "parties": _numbered(parties),
        "people": _numbered(board.people.values()),
        "columns": _numbered(board.columns.values()),
        "cards": _numbered(board.in_order()),
    }


def _numbered(rows: Any) -> dict[str, Any]:
    return {str(number): row for number, row in enumerate(rows, 1)}


def _chunks(tables: Mapping[str, Mapping[str, Any]], position: Position, pause: float) -> Iterator[bytes]:
    """The file, piece by piece: one long encoding would hold up every key while it lasts."""
    encode = msgspec.json.encode
    running = hashlib.blake2b(digest_size=16)

    def chunk(data: bytes) -> bytes:
        running.update(data)
        return data

    yield chunk(b"{")
    for name, rows in tables.items():
        yield chunk(encode(name) + b":{")
        keys = list(rows)
        for first in range(0, len(keys), _ROWS_AT_ONCE):
            part = encode({key: rows[key] for key in keys[first : first + _ROWS_AT_ONCE]})
            yield chunk((b"," if first else b"") + part[1:-1])
            if pause:
                time.sleep(pause)
        yield chunk(b"},")
    place = {"seq": position.seq, "offset": position.offset, "start": position.start, "line": position.digest}
    end = b'"checkpoint":{"1":' + encode(place)[:-1] + b',"digest":"'
    yield chunk(end)
    yield f'{running.hexdigest()}"}}}}}}\n'.encode()


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


class CheckpointStorage(Storage):
    """A TinyDB storage for board files: ``TinyDB(path, storage=CheckpointStorage)``.

    What it writes is whole, durable, and carries its digest, as a checkpoint of the store does.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def read(self) -> dict[str, dict[str, Any]] | None:
        """All tables; nothing where there is no file, or an empty one."""
        data = self._path.read_bytes() if self._path.exists() else b""
        tables: dict[str, dict[str, Any]] | None = msgspec.json.decode(data) if data else None
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the file in one step. The place in the journal is kept from the data."""
        tables = {name: {str(k): dict(v) for k, v in rows.items()} for name, rows in data.items()}
        held = tables.pop("checkpoint", {}).get("1", {})
        position = Position(held.get("offset", 0), held.get("start", 0), held.get("seq", -1), held.get("line", ""))
        write_whole(self._path, _chunks(tables, position, 0.0))
