from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from storage import Board, Record, Refused, Store, Update, Voice, new_board, watching
from storage import checkpoint as cp
from storage import journal as journal_module
from storage import store as store_module
from storage.changes import AddCard, AddNote, CorrectVoice, Move, SetAside, TakeBack
from storage.journal import FileJournal, Position
from storage.store import Sitting, journal_path

from .keeping import HERE, THERE, ask, board_of, codes
from .table import BEGIN, NADIA, PAUL, TABLE, three_people

# Committing


def test_a_change_is_on_the_board_and_in_the_history(store: Store) -> None:
    record = store.commit(ask("Who?"), HERE)
    assert record is not None
    assert store.board.cards["Q1"].title == "Who?"
    assert store.board.seq == record.seq
    assert list(store.history()) == store.log == [record]


def test_a_record_says_whose_word_it_is_who_typed_it_and_when(path: Path) -> None:
    with Store.create(path, three_people(), clock=lambda: BEGIN) as store:
        store.commit(ask("Who?"), Sitting(PAUL, "s1", NADIA, True))
    with Store.open(path) as store:
        (record,) = store.history()
    assert (record.voice, record.typed_by, record.session, record.time) == (PAUL, NADIA, "s1", BEGIN)
    assert record.kind == "add-card"
    assert record.cards == ["Q1"]


def test_a_record_names_what_it_takes_back_and_whose_voice_it_corrects(store: Store) -> None:
    added = store.commit(ask("Who?"), HERE)
    assert added is not None
    corrected = store.commit(CorrectVoice("Q1", PAUL), HERE)
    assert corrected is not None
    assert corrected.voice_of == added.seq
    undone = store.commit(TakeBack(corrected), HERE)
    assert undone is not None
    assert undone.undoes == corrected.seq


def test_what_a_rule_refuses_changes_nothing(store: Store) -> None:
    before = store.board
    with pytest.raises(Refused) as refused:
        store.commit(SetAside("Q9"), HERE)
    assert refused.value.code == "no-such-card"
    assert store.board is before
    assert list(store.history()) == []


def test_what_changes_nothing_is_no_change(store: Store) -> None:
    store.commit(ask("Who?"), HERE)
    before = store.board
    assert store.commit(CorrectVoice("Q1", NADIA), HERE) is None
    assert store.board is before


def test_the_digest_names_the_line_that_the_board_stands_at(store: Store) -> None:
    digests = {store.digest}
    for number in range(3):
        store.commit(ask(f"Who? {number}"), HERE)
        digests.add(store.digest)
    assert len(digests) == 4
    assert all(len(digest) == 32 for digest in digests)


def test_a_closed_board_takes_nothing_more(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(Refused) as refused:
        store.commit(ask("Who?"), HERE)
    assert refused.value.code == "closed"
    assert not store.refresh()


def test_what_was_begun_is_finished_before_the_close(path: Path) -> None:
    store = Store.create(path, three_people())
    voice = Voice(store, NADIA, "s1")
    futures = [voice.commit(ask(f"Who? {number}")) for number in range(50)]
    store.close()
    assert all(future.result() for future in futures)
    with Store.open(path) as store:
        assert len(store.board.cards) == 50


def test_the_close_waits_for_a_commit_on_another_thread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file must not be closed between two steps of a commit."""
    store = Store.create(path, three_people())
    half_way, closed = threading.Event(), threading.Event()
    kept: list[Record | None] = []
    write = journal_module.os.write

    def slow(fd: int, data: bytes) -> int:
        written = write(fd, data)
        half_way.set()
        closed.wait(0.2)  # what must not come before we are done
        return written

    monkeypatch.setattr(journal_module.os, "write", slow)
    thread = threading.Thread(target=lambda: kept.append(store.commit(ask("Who?"), HERE)))

    def at_the_last_moment() -> None:
        thread.start()
        assert half_way.wait(10)

    monkeypatch.setattr(store, "_save_quietly", at_the_last_moment)
    store.close()
    closed.set()
    thread.join(10)
    assert len(kept) == 1
    with Store.open(path) as store:
        assert len(store.board.cards) == 1
        assert codes(store) == []


def test_a_board_is_never_changed_once_it_was_given(store: Store) -> None:
    boards: list[tuple[Board, int]] = []
    for number in range(5):
        store.commit(ask(f"Who? {number}"), HERE)
        boards.append((store.board, len(store.board.cards)))
    assert [len(board.cards) for board, _ in boards] == [count for _, count in boards] == [1, 2, 3, 4, 5]


def test_time_is_utc_to_the_millisecond() -> None:
    now = store_module.utc_now()
    assert now.tzinfo is dt.UTC
    assert now.microsecond % 1000 == 0


def test_an_empty_board_has_a_person_on_each_side(path: Path) -> None:
    board = new_board("T", "fr", {"consultant": "Nadia", "client": "Paul"})
    with Store.create(path, board):
        pass
    with Store.open(path) as store:
        assert store.board == board


# Checkpoints


def test_a_closed_board_is_opened_without_reading_its_history(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with board_of(path, *(f"Who? {n}" for n in range(20))) as store:
        board = store.board
    read = []
    next_line = journal_module.next_line

    def counting(data: bytes, position: Position) -> object:
        read.append(data)
        return next_line(data, position)

    monkeypatch.setattr(journal_module, "next_line", counting)
    with Store.open(path) as store:
        assert store.board == board
        assert read == []
        store.commit(ask("More?"), HERE)
    assert cp.stands_at(path) == 22


def test_now_and_then_a_checkpoint_is_written_while_the_board_is_open(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = threading.Event()
    write = cp.write

    def noticing(*args: object, **how: object) -> bool:
        made = write(*args, **how)
        written.set()
        return made

    with board_of(path) as store:
        monkeypatch.setattr(store_module, "CHECKPOINT_EVERY", 10)
        monkeypatch.setattr(cp, "write", noticing)
        for number in range(9):
            store.commit(ask(f"Who? {number}"), HERE)
        assert not written.is_set()
        store.commit(ask("Who? 9"), HERE)
        assert written.wait(10)
        assert cp.stands_at(path) >= 11


def test_who_closes_later_does_not_put_an_older_checkpoint_in_place(path: Path) -> None:
    with board_of(path, "Who?") as behind:
        with Store.open(path) as ahead:
            for number in range(5):
                ahead.commit(ask(f"How? {number}"), THERE)
            board = ahead.board
        assert cp.stands_at(path) == board.seq
        assert behind.board.seq < board.seq
    assert cp.read(path).board == board


def test_a_checkpoint_stands_where_replay_leads(path: Path) -> None:
    with board_of(path, "Who?", "How?") as store:
        store.commit(AddCard("answer", "Parents", on=("Q1",)), THERE)
        store.commit(AddNote("A1", "and their parents"), HERE)
        store.commit(Move("Q2", TABLE), HERE)
    held = cp.read(path)
    path.unlink()
    with Store.open(path) as store:
        assert store.board == held.board
    assert cp.read(path) == held


# Several stores on one board


def test_a_commit_is_made_on_what_others_have_appended(path: Path) -> None:
    with board_of(path, "Who?") as one, Store.open(path) as two:
        told: list[Update] = []
        two.subscribe(told.append)
        one.commit(ask("How?"), HERE)
        record = two.commit(AddCard("answer", "Weekly", on=("Q2",)), THERE)
        assert record is not None
        assert record.seq == 4
        assert [record.seq for record in two.log] == [3, 4]
        assert [r.seq for update in told for r in update.records] == [3, 4]
        assert one.refresh()
        assert not one.refresh()
        assert one.board == two.board


def test_what_others_appended_is_told_also_when_the_own_change_is_refused(path: Path) -> None:
    with board_of(path, "Who?") as one, Store.open(path) as two:
        told: list[Update] = []
        two.subscribe(told.append)
        one.commit(ask("How?"), HERE)
        with pytest.raises(Refused):
            two.commit(SetAside("Q9"), THERE)
        assert [(update.board.seq, update.before.seq) for update in told] == [(3, 2)]
        assert two.board == one.board


def test_two_stores_follow_each_other(path: Path) -> None:
    with board_of(path, "Who?") as one, Store.open(path) as two:
        seen = {one: threading.Event(), two: threading.Event()}
        for store, event in seen.items():
            store.subscribe(lambda update, event=event: len(update.board.cards) == 3 and event.set())
            store.follow()
        one.commit(ask("How?"), HERE)
        two.commit(ask("When?"), THERE)
        assert all(event.wait(20) for event in seen.values())
        assert one.board == two.board


def test_what_could_not_be_read_at_once_is_read_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is told of a line before its writer has finished comes back, also if nothing more is written."""
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.01)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    with board_of(path, "Who?") as store:
        looked, seen = threading.Event(), threading.Event()
        refresh = store.refresh

        def refreshing() -> bool:
            made = refresh()
            looked.set()
            return made

        monkeypatch.setattr(store, "refresh", refreshing)
        store.subscribe(lambda update: seen.set())
        store.follow()
        journal = FileJournal(journal_path(path))
        with journal.locked():
            journal.append(Record(3, BEGIN, NADIA, "s9", "note", ()), store._position)
            looked.clear()
            assert looked.wait(10)
            assert not seen.is_set()
        journal.close()
        assert seen.wait(10)
        assert store.board.seq == 3


def test_nothing_is_told_after_the_close(path: Path) -> None:
    with Store.create(path, three_people()) as one:
        two = Store.open(path)
        told: list[Update] = []
        two.subscribe(told.append)
        two.follow()
        two.close()
        two.follow()
        one.commit(ask("Who?"), HERE)
        one.follow()
        assert told == []


def test_nobody_commits_who_is_not_on_the_board(store: Store) -> None:
    before = store.board
    with pytest.raises(Refused) as refused:
        store.commit(ask("Who?"), Sitting("p9", "s1", "p9", True))
    assert (refused.value.code, refused.value.facts) == ("no-such-person", {"person": "p9"})
    assert store.board is before
