from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

import msgspec
import pytest
from tinydb import TinyDB, where

from storage import Board, Refused
from storage import checkpoint as cp
from storage.card import Card
from storage.checkpoint import BadCheckpoint, Checkpoint, CheckpointStorage
from storage.journal import Position
from storage.ranks import ranked

from .table import BEGIN, in_conversation

PLACE = Position(4711, 4200, 12, "a" * 32)
nobody = contextlib.nullcontext


def large(cards: int) -> Board:
    board = in_conversation()
    more = {
        f"Q{n}": Card(f"Q{n}", "question", f"Où? {n}", "c1", rank, "p1", BEGIN, n, n, body="- [x]\n\n«é»")
        for n, rank in enumerate(ranked(cards), 1000)
    }
    return msgspec.structs.replace(board, cards={**board.cards, **more})


def write(path: Path, board: Board | None = None, place: Position = PLACE, **how: object) -> bool:
    return cp.write(path, Checkpoint(board or in_conversation(), place), nobody, **how)


def test_what_is_read_is_what_was_written(path: Path) -> None:
    assert write(path)
    assert cp.read(path) == Checkpoint(in_conversation(), PLACE)
    assert cp.stands_at(path) == 12


def test_plain_tinydb_opens_it(path: Path) -> None:
    board = in_conversation()
    write(path, board)
    with TinyDB(path) as db:
        assert db.tables() == {"board", "parties", "people", "columns", "cards", "checkpoint"}
        assert len(db.table("cards")) == len(board.cards)
        (found,) = db.table("cards").search(where("id") == "D1")
        assert found["title"] == "Parents first"
        assert db.table("board").get(doc_id=1)["title"] == board.title


@pytest.mark.parametrize("pause", [0.0, 0.0001])
def test_thousands_of_cards_are_written_in_pieces_that_make_one_digest(path: Path, pause: float) -> None:
    board = large(3_000)
    pieces = []

    class Counting:
        def __call__(self, file: Path, chunks: object, **how: object) -> bool:
            pieces.extend(list(chunks))
            file.write_bytes(b"".join(pieces))
            return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cp, "write_whole", Counting())
        write(path, board, pause=pause)
    data = path.read_bytes()
    before = data[: data.rindex(b'"digest":"') + len(b'"digest":"')]
    assert data == before + hashlib.blake2b(before, digest_size=16).hexdigest().encode() + b'"}}}\n'
    assert len(pieces) > 15
    assert max(map(len, pieces)) < len(data) / 10
    assert cp.read(path) == Checkpoint(board, PLACE)
    with TinyDB(path) as db:
        assert len(db.table("cards")) == len(board.cards)


def test_an_older_one_never_takes_the_place_of_a_newer_one(path: Path) -> None:
    newer, older = (Position(9, 5, seq, "b" * 32) for seq in (20, 19))
    assert write(path, place=newer)
    assert not write(path, place=older)
    assert not write(path, place=newer)
    assert cp.read(path).position == newer
    assert write(path, place=older, even_if_older=True)
    assert cp.read(path).position == older


def test_whether_it_is_newer_is_decided_while_the_journal_is_locked(path: Path) -> None:
    """Another process may have written one while this one was being made."""

    @contextlib.contextmanager
    def overtaken():
        write(path, place=Position(9, 5, 30, "c" * 32))
        yield

    assert not cp.write(path, Checkpoint(in_conversation(), PLACE), overtaken)
    assert cp.stands_at(path) == 30


def test_one_that_is_not_sound_is_replaced_whatever_it_claims(path: Path) -> None:
    write(path, place=Position(9, 5, 99, "c" * 32))
    assert not write(path, unless_sound=lambda: True)
    assert write(path, unless_sound=lambda: False)
    assert cp.stands_at(path) == 12


@pytest.mark.parametrize("change", ["first", "title", "place", "digest", "newline", "cut", "more", "spaces"])
def test_no_damage_passes_for_a_board(path: Path, change: str) -> None:
    write(path)
    data = path.read_bytes()
    at = {
        "first": 0,
        "title": data.index(b"title") + 9,
        "place": data.rindex(b'"seq":12') + 6,
        "digest": -6,
        "newline": -1,
    }
    if change in at:
        index = at[change] % len(data)
        data = data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]
    elif change == "cut":
        data = data[:-1]
    else:
        data += b"x" if change == "more" else b" \n"
    path.write_bytes(data)
    with pytest.raises(BadCheckpoint) as bad:
        cp.read(path)
    assert bad.value.refusal.code == "damaged-without-journal"


@pytest.mark.parametrize("data", [b"", b"hello", b'{"name": "acme"}', os.urandom(3000), b"\0" * 512])
def test_what_was_never_a_checkpoint_is_told_from_one_that_was(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(BadCheckpoint) as bad:
        cp.read(path)
    assert bad.value.refusal.code == "not-a-board"
    assert cp.stands_at(path) == -1


def test_one_that_plain_tinydb_has_written_is_not_taken_for_ours(path: Path) -> None:
    write(path)
    with TinyDB(path) as db:
        db.table("cards").update({"title": "x"}, where("id") == "Q1")
    with pytest.raises(BadCheckpoint):
        cp.read(path)


def later(path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cp, "FORMAT", 2)
        write(path)


def test_one_of_a_later_version_is_refused(path: Path) -> None:
    later(path)
    with pytest.raises(Refused) as refused:
        cp.read(path)
    assert refused.value.code == "later-version"
    assert (refused.value.facts["version"], refused.value.facts["known"]) == (2, 1)


def test_a_later_version_that_is_sealed_in_another_way_is_only_a_claim(path: Path) -> None:
    later(path)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(BadCheckpoint) as bad:
        cp.read(path)
    assert bad.value.refusal.code == "later-version"


@pytest.mark.parametrize("kind", ["nothing", "folder", "pipe"])
def test_what_is_no_file_is_refused(path: Path, kind: str) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(Refused) as refused:
        cp.read(path)
    assert refused.value.code == ("no-such-file" if kind == "nothing" else "not-a-board")


def test_mode_and_group_are_kept(path: Path) -> None:
    write(path)
    group = 12345 if os.geteuid() == 0 else os.getegid()
    os.chown(path, -1, group)
    path.chmod(0o660)
    write(path, place=Position(9, 5, 99, "c" * 32))
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_gid) == (0o660, group)


def test_a_tinydb_storage_of_our_own_reads_and_writes_the_same_file(path: Path) -> None:
    board = in_conversation()
    write(path, board)
    with TinyDB(path, storage=CheckpointStorage) as db:
        assert len(db.table("cards")) == len(board.cards)
        db.table("cards").update({"title": "Whom do we reach?"}, where("id") == "Q1")
    held = cp.read(path)
    assert held.position == PLACE
    assert held.board.cards["Q1"].title == "Whom do we reach?"
    assert {i: c for i, c in held.board.cards.items() if i != "Q1"} == {
        i: c for i, c in board.cards.items() if i != "Q1"
    }


def test_the_storage_begins_and_empties_a_file(path: Path) -> None:
    with TinyDB(path, storage=CheckpointStorage) as db:
        assert db.all() == []
        db.insert({"a": [1, {"b": "é"}]})
    with TinyDB(path) as db:
        assert db.all() == [{"a": [1, {"b": "é"}]}]
    with TinyDB(path, storage=CheckpointStorage) as db:
        db.drop_tables()
    with TinyDB(path, storage=CheckpointStorage) as db:
        assert db.tables() <= {"checkpoint"}
    assert cp.stands_at(path) == -1
    path.write_bytes(b"")
    with TinyDB(path, storage=CheckpointStorage) as db:
        assert db.all() == []
