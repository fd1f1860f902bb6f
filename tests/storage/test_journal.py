from __future__ import annotations

import datetime as dt
import errno
import fcntl
import os
import threading
from pathlib import Path

import pytest

from storage import Record, Refused, new_board
from storage import journal as journal_module
from storage.acts import Act
from storage.journal import (
    FORMAT,
    Damaged,
    FileJournal,
    Head,
    Journal,
    Position,
    claimed_version,
    decode,
    digest_of,
    encode,
)
from storage.memory import MemoryJournal

from .table import three_people

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def record(seq: int, text: str = "") -> Record:
    return Record(seq, NOW, "p1", "s1", "note", (Act(("board", "title"), text, f"{text}{seq}"),), typed_by="p2")


def head(seq: int = 0) -> Head:
    board = new_board("Amis du Phare", "fr", {"consultant": "Nadia", "client": "Paul"})
    return Head(FORMAT, type(board)(**{**{f: getattr(board, f) for f in board.__struct_fields__}, "seq": seq}))


@pytest.fixture(params=["file", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    return FileJournal(tmp_path / "acme.journal", create=True) if request.param == "file" else MemoryJournal()


@pytest.fixture
def file(tmp_path: Path) -> FileJournal:
    return FileJournal(tmp_path / "acme.journal", create=True)


def written(journal: Journal, count: int, text: str = "") -> list[Position]:
    """A journal that begins with a board, with so many changes after it; the position after each line."""
    positions = [journal.append(head(), Position())]
    for seq in range(1, count + 1):
        positions.append(journal.append(record(seq, text), positions[-1]))
    return positions


def test_what_was_appended_is_read_in_its_order(journal: Journal) -> None:
    positions = written(journal, 5)
    read = list(journal.read_from(Position()))
    assert [line for line, _ in read] == [head(), *(record(seq) for seq in range(1, 6))]
    assert [position for _, position in read] == positions
    assert [line for line, _ in journal.read_from(positions[3])] == [record(4), record(5)]


def test_it_knows_whether_something_came_after_a_position(journal: Journal) -> None:
    positions = written(journal, 2)
    assert journal.ends_at(positions[-1])
    assert not journal.ends_at(positions[0])
    assert all(journal.holds(position) for position in (Position(), *positions))


def test_whoever_watches_is_called_for_what_others_append(journal: Journal) -> None:
    called = threading.Event()
    stop = journal.watch(called.set)
    journal.append(head(), Position())
    assert called.wait(10)
    stop()


def test_a_line_says_everything_of_a_change() -> None:
    full = Record(7, NOW, "p1", "s1", "undo", (Act(("cards", "Q1", "aside"), True, None),), "p2", 5, 3)
    line, digest = encode(full, "")
    assert line.endswith(b"\n")
    read, again = decode(line[:-1], "")
    assert (read, again) == (full, digest)
    assert digest_of(line[:-1]) == digest


def test_a_line_is_chained_to_the_one_before() -> None:
    line, _ = encode(record(1), "a" * 32)
    with pytest.raises(ValueError, match="digest"):
        decode(line[:-1], "b" * 32)


@pytest.mark.parametrize("at", [0, 20, -3, -20, -40, -46])
def test_no_changed_byte_passes(at: int) -> None:
    line = bytearray(encode(record(1), "")[0][:-1])
    line[at] ^= 1
    with pytest.raises(ValueError):
        decode(bytes(line), "")


def test_nothing_that_was_read_comes_before_a_damaged_line(file: FileJournal) -> None:
    positions = written(file, 5)
    data = bytearray(file.path.read_bytes())
    data[positions[2].offset + 5] ^= 1
    file.path.write_bytes(data)
    read = []
    with pytest.raises(Damaged) as damaged:
        read.extend(line for line, _ in file.read_from(Position()))
    assert read == [head(), record(1), record(2)]
    assert damaged.value.position == positions[2]


def test_a_number_that_does_not_follow_is_damage(journal: Journal, file: FileJournal) -> None:
    positions = written(file, 2)
    file.append(record(4), positions[-1])
    with pytest.raises(Damaged, match="change 4 where 3 was expected"):
        list(file.read_from(Position()))


def test_a_line_with_a_board_may_come_anywhere_but_not_from_the_past(file: FileJournal) -> None:
    positions = written(file, 2)
    last = file.append_all([head(9), record(10)], positions[-1])
    assert [line.seq for line, _ in file.read_from(Position())] == [0, 1, 2, 9, 10]
    file.append(head(8), last)
    with pytest.raises(Damaged):
        list(file.read_from(last))


def test_lines_longer_than_what_is_read_at_once_come_whole(file: FileJournal) -> None:
    text = "ü" * 700_000
    positions = written(file, 4, text)
    assert [line for line, _ in file.read_from(positions[0])] == [record(seq, text) for seq in range(1, 5)]


def test_half_a_line_is_not_read_yet(file: FileJournal) -> None:
    positions = written(file, 2)
    line, _ = encode(record(3), positions[-1].digest)
    with file.path.open("ab") as other:
        other.write(line[:-1])
        other.flush()
        assert list(file.read_from(positions[-1])) == []
        other.write(b"\n")
    assert [line for line, _ in file.read_from(positions[-1])] == [record(3)]


def test_a_torn_line_is_set_apart(file: FileJournal) -> None:
    positions = written(file, 2)
    torn = encode(record(3), positions[-1].digest)[0][:50]
    with file.path.open("ab") as other:
        other.write(torn)
    assert file.settle_tail(positions[-1]) == torn
    assert file.ends_at(positions[-1])
    assert file.path.with_name("acme.journal.torn").read_bytes() == torn + b"\n"
    file.append(record(3), positions[-1])
    assert [line.seq for line, _ in file.read_from(Position())] == [0, 1, 2, 3]


@pytest.mark.parametrize("end", [b"", b"\x0b"])
def test_a_line_that_only_lacks_its_end_is_kept(file: FileJournal, end: bytes) -> None:
    positions = written(file, 2)
    line, _ = encode(record(3), positions[-1].digest)
    with file.path.open("ab") as other:
        other.write(line[:-1] + end)
    assert file.settle_tail(positions[-1]) == b""
    assert [line for line, _ in file.read_from(positions[-1])] == [record(3)]
    assert not file.path.with_name("acme.journal.torn").exists()


def test_nothing_is_settled_where_nothing_is_torn(journal: Journal) -> None:
    positions = written(journal, 2)
    assert journal.settle_tail(positions[-1]) == b""
    assert journal.ends_at(positions[-1])


@pytest.mark.parametrize("step", ["write", "make_durable"])
def test_a_failed_append_leaves_the_file_as_it_was(
    file: FileJournal, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions = written(file, 2)
    before = file.path.read_bytes()

    def failing(fd: int, data: bytes = b"") -> int:
        if data:
            os.pwrite(fd, data[:20], len(before))
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(journal_module.os if step == "write" else journal_module, step, failing)
        with pytest.raises(Refused) as refused:
            file.append(record(3), positions[-1])
    assert refused.value.code == "disk-full"
    assert file.path.read_bytes() == before
    file.append(record(3), positions[-1])
    assert [line.seq for line, _ in file.read_from(Position())] == [0, 1, 2, 3]


def test_what_is_written_in_pieces_is_whole(file: FileJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(journal_module.os, "write", lambda fd, data: write(fd, data[:7]))
    written(file, 3)
    assert [line.seq for line, _ in file.read_from(Position())] == [0, 1, 2, 3]


def test_a_locked_journal_is_refused_to_others_after_a_while(
    file: FileJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.05)
    other = FileJournal(file.path)
    with file.locked():
        for shared in (False, True):
            with pytest.raises(Refused) as refused, other.locked(shared=shared):
                pass
            assert refused.value.code == "busy"
    with other.locked():
        pass


def test_threads_of_one_process_keep_each_other_out(file: FileJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.05)
    codes = []

    def try_it() -> None:
        try:
            with file.locked():
                codes.append("had")
        except Refused as refused:
            codes.append(refused.code)

    with file.locked():
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
        with file.path.open("rb") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert codes == ["busy"]


def test_readers_share_the_lock(file: FileJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.05)
    other = FileJournal(file.path)
    with file.locked(shared=True), other.locked(shared=True):
        pass


def test_where_locks_do_not_work_it_is_refused(file: FileJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(fd: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    with monkeypatch.context() as patch:
        patch.setattr(fcntl, "flock", failing)
        with pytest.raises(Refused) as refused, file.locked():
            pass
    assert refused.value.code == "disk-failed"
    with file.locked():
        pass


def test_it_notices_that_the_file_was_cut(file: FileJournal) -> None:
    positions = written(file, 3)
    os.truncate(file.path, positions[2].offset)
    assert not file.holds(positions[3])
    assert file.holds(positions[2])


def test_it_notices_that_the_file_has_another_line_there(file: FileJournal) -> None:
    positions = written(file, 3)
    os.truncate(file.path, positions[2].offset)
    file.append(record(3, "x"), positions[2])
    assert not file.holds(positions[3])


def test_it_notices_that_another_file_stands_in_its_place_and_keeps_a_copy(file: FileJournal) -> None:
    positions = written(file, 3)
    data = file.path.read_bytes()
    other = file.path.with_name("other")
    other.write_bytes(data)
    assert not file.rescue()
    other.replace(file.path)
    assert not file.holds(positions[3])
    assert file.rescue()
    (copy,) = file.path.parent.glob("acme.journal.replaced-*")
    assert copy.read_bytes() == data


def test_it_notices_that_its_file_is_gone(file: FileJournal) -> None:
    positions = written(file, 3)
    file.path.unlink()
    assert not file.holds(positions[3])
    assert not file.rescue()
    assert len(list(file.path.parent.glob("acme.journal.replaced-*"))) == 1


def test_a_new_journal_never_takes_the_place_of_another(file: FileJournal) -> None:
    written(file, 1)
    with pytest.raises(Refused) as refused:
        FileJournal(file.path, create=True)
    assert refused.value.code == "file-exists"


def test_one_that_was_begun_and_left_empty_is_used(file: FileJournal) -> None:
    written(FileJournal(file.path, create=True), 1)
    assert [line.seq for line, _ in file.read_from(Position())] == [0, 1]


@pytest.mark.parametrize("kind", ["folder", "pipe", "nothing"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "acme.journal"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(Refused) as refused:
        FileJournal(path)
    assert refused.value.code == ("no-such-file" if kind == "nothing" else "not-a-board")


def test_nothing_is_done_to_a_file_after_the_close(file: FileJournal) -> None:
    positions = written(file, 1)
    file.close()
    reused = os.open(os.devnull, os.O_RDWR)
    try:
        for use in (
            lambda: list(file.read_from(Position())),
            lambda: file.append(record(2), positions[-1]),
            lambda: file.holds(positions[-1]),
            lambda: file.locked().__enter__(),
        ):
            with pytest.raises(Refused) as refused:
                use()
            assert refused.value.code == "closed"
    finally:
        os.close(reused)
    file.close()


def test_a_first_line_says_what_format_it_is_in() -> None:
    line = encode(Head(12, three_people()), "")[0]
    assert claimed_version(line) == 12
    assert claimed_version(encode(record(1), "")[0]) is None
    assert claimed_version(b"hello") is None
