from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest

from storage import Record, Refused, Store, Update
from storage import checkpoint as cp
from storage import journal as journal_module
from storage import store as store_module
from storage.journal import FileJournal
from storage.store import journal_path

from .child import Tell, elsewhere
from .keeping import HERE, THERE, ask, board_of, codes
from .table import BEGIN, NADIA

# Disks that fail


def test_a_disk_that_does_not_confirm_refuses_and_forgets_the_change(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "storage")
    with board_of(path, "Who?") as store:
        before, size = store.board, journal_path(path).stat().st_size

        def failing(fd: int) -> None:
            raise OSError(errno.EIO, "no disk")

        with monkeypatch.context() as patch:
            patch.setattr(journal_module, "make_durable", failing)
            for _ in range(3):
                with pytest.raises(Refused) as refused:
                    store.commit(ask("Lost?"), HERE)
                assert refused.value.code == "disk-failed"
        assert store.board is before
        assert caplog.text.count("a change was not written: disk-failed") == 3
        assert "Lost?" not in caplog.text
        assert journal_path(path).stat().st_size == size
        record = store.commit(ask("How?"), HERE)
        assert record is not None
        assert record.seq == before.seq + 1
        board = store.board
    with Store.open(path) as store:
        assert store.board == board
        assert [record.seq for record in store.history()] == [2, 3]


@pytest.mark.parametrize("much", [20, 100_000], ids=["half a line", "a whole line"])
def test_what_can_neither_be_written_nor_taken_back_ends_writing_here(
    path: Path, monkeypatch: pytest.MonkeyPatch, much: int
) -> None:
    with board_of(path, "Who?") as store:
        before = store.board

        def failing(*_: object) -> int:
            raise OSError(errno.EIO, "no disk")

        def half(fd: int, data: bytes) -> int:
            os.pwrite(fd, data[:much], os.fstat(fd).st_size)
            raise OSError(errno.EIO, "no disk")

        with monkeypatch.context() as patch:
            patch.setattr(journal_module.os, "write", half)
            patch.setattr(journal_module.os, "ftruncate", failing)
            with pytest.raises(Refused) as refused:
                store.commit(ask("Lost?"), HERE)
            assert refused.value.code == "journal-stuck"
        assert codes(store) == ["journal-stuck"]
        with pytest.raises(Refused) as refused:
            store.commit(ask("How?"), HERE)
        assert refused.value.code == "journal-stuck"
        store.refresh()
        assert store.board is before
    with Store.open(path) as store:
        assert codes(store) == (["torn-line"] if much == 20 else [])
        store.commit(ask("How?"), HERE)


def test_a_full_disk_refuses_and_takes_the_next_change_when_there_is_room(path: Path) -> None:
    with board_of(path, "Who?"):
        pass

    def work(tell: Tell) -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = Store.open(path)
        size = journal_path(path).stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1_000, resource.RLIM_INFINITY))
        made = 0
        try:
            while True:
                store.commit(ask(f"How? {made}"), HERE)
                made += 1
        except Refused as refused:
            tell([refused.code, made, store.board.seq, len(list(store.history()))])
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        record = store.commit(ask("Now?"), HERE)
        assert record is not None
        tell(record.seq)
        store.close()

    (code, made, seq, kept), last = elsewhere(work)
    assert code == "disk-full"
    assert made >= 1
    assert (seq, kept, last) == (2 + made, 1 + made, 3 + made)
    with Store.open(path) as store:
        assert codes(store) == []
        assert [record.seq for record in store.history()] == list(range(2, last + 1))
        assert store.board.cards[f"Q{made + 2}"].title == "Now?"


def test_a_checkpoint_that_does_not_fit_on_the_disk_is_no_reason_to_refuse(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(store_module, "CHECKPOINT_EVERY", 1)
    with board_of(path, "Who?") as store, monkeypatch.context() as patch:
        patch.setattr(cp, "write_whole", failing)
        store.commit(ask("How?"), HERE)
        store.close()
    with Store.open(path) as store:
        assert len(store.board.cards) == 2


# What other programs may do to the files of an open board


def replaced(path: Path) -> None:
    data = path.read_bytes()
    path.with_name("new").write_bytes(data)
    path.with_name("new").replace(path)


def older(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.with_name("new").write_bytes(b"".join(lines[:-2]))
    path.with_name("new").replace(path)


def cut(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    os.truncate(path, len(b"".join(lines[:-2])))


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-40, os.SEEK_END)
        file.write(b"x" * 40)


def removed(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("what", [replaced, older, cut, overwritten, removed])
@pytest.mark.parametrize("seen", ["by a commit", "by following"])
def test_a_journal_that_another_program_touches_takes_nothing_more_and_nothing_is_lost(
    path: Path, what: object, seen: str
) -> None:
    with board_of(path, "Who?", "How?", "When?") as store:
        board = store.board
        assert callable(what)
        what(journal_path(path))
        left = journal_path(path).read_bytes() if journal_path(path).exists() else None
        if seen == "by following":
            store.refresh()
            assert codes(store) == ["journal-replaced"]
        with pytest.raises(Refused) as refused:
            store.commit(ask("Lost?"), HERE)
        assert refused.value.code == "journal-replaced"
        assert store.board == board
        assert codes(store) == ["journal-replaced"]
    assert (journal_path(path).read_bytes() if left is not None else None) == left
    copies = list(path.parent.glob("acme.journal.replaced-*"))
    assert len(copies) == (what in (replaced, older, removed))
    assert all(b"When?" in copy.read_bytes() for copy in copies)
    with Store.open(path) as store:
        assert store.board == board or what is older
        assert store.notices or what in (replaced, older)


def test_a_checkpoint_is_not_written_for_a_journal_that_is_no_longer_there(path: Path) -> None:
    with board_of(path, "Who?"):
        before = path.read_bytes()
        older(journal_path(path))
    assert path.read_bytes() == before


def test_damage_while_the_board_is_open_stops_the_changes_and_keeps_what_is_sound(path: Path) -> None:
    with board_of(path, "Who?") as store:
        told: list[Update] = []
        store.subscribe(told.append)
        with Store.open(path) as other:
            other.commit(ask("How?"), THERE)
            other.commit(ask("When?"), THERE)
        with journal_path(path).open("r+b") as file:
            file.seek(-80, os.SEEK_END)
            file.write(b"\0")
        with pytest.raises(Refused) as refused:
            store.commit(ask("Lost?"), HERE)
        assert refused.value.code == "damaged"
        assert refused.value.facts["seq"] == 4
        assert [card.title for card in store.board.in_order()] == ["Who?", "How?"]
        assert [record.seq for update in told for record in update.records] == [3]
        assert codes(store) == ["damaged"]


def test_a_line_that_is_taken_back_was_never_seen(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer whose disk fails takes its line back: nobody may have read it meanwhile."""
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.02)
    with board_of(path, "Who?") as store:
        journal = FileJournal(journal_path(path))
        record = Record(3, BEGIN, NADIA, "s9", "add-card", (), typed_by=NADIA)
        with journal.locked():
            end = journal.append(record, store._position)
            assert not store.refresh()
            with pytest.raises(Refused) as refused:
                store.commit(ask("How?"), HERE)
            assert refused.value.code == "busy"
            os.truncate(journal.path, store._position.offset)
        assert end.offset > journal.size()
        journal.close()
        assert not store.refresh()
        store.commit(ask("How?"), HERE)
        assert codes(store) == []
    with Store.open(path) as store:
        assert len(store.board.cards) == 2


def test_a_board_can_be_opened_while_somebody_writes_a_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is half-written under the lock is not torn, and left alone."""
    with board_of(path, "Who?") as store:
        board = store.board
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.02)
    record = Record(3, BEGIN, NADIA, "s9", "note", ())
    journal = FileJournal(journal_path(path))
    with journal.locked(), journal_path(path).open("ab") as file:
        line, _ = journal_module.encode(record, cp.read(path).position.digest)
        file.write(line[:40])
        file.flush()
        store = Store.open(path)
        assert store.board == board
        assert store.read_only is None
        assert codes(store) == []
        file.write(line[40:])
    journal.close()
    with store:
        assert store.refresh()
        assert store.log == [record]
