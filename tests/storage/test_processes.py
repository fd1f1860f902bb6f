"""Several processes at one board at the same time."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from storage import Refused, Store, Voice
from storage import checkpoint as cp
from storage import store as store_module
from storage.changes import AddCard, AddNote
from storage.journal import LOCK_SECONDS, FileJournal, Position
from storage.store import Sitting, journal_path

from .child import Child, Tell
from .table import NADIA, PAUL, three_people

PROCESSES = 8
CHANGES = 200


def test_eight_processes_at_once_lose_nothing_and_end_with_the_same_board(path: Path) -> None:
    start = three_people()
    Store.create(path, start).close()
    waiting, go_on = os.pipe()

    def writing(number: int) -> object:
        def work(tell: Tell) -> None:
            os.close(go_on)
            store_module.CHECKPOINT_EVERY = 150
            with Store.open(path) as store:
                voice = Voice(store, NADIA if number % 2 else PAUL, f"s{number}")
                own = []
                for change in range(CHANGES):
                    if change % 4 == 3:
                        voice.commit_now(AddNote(own[-1], f"a remark on {change}"))
                    else:
                        voice.commit_now(AddCard("question", f"{number}: {change}?"))
                        own.append(store.log[-1].cards[0])
                tell(own)
                os.read(waiting, 1)  # until all have written
                store.refresh()
                tell([store.board.seq, store.digest, [notice.code for notice in store.notices]])

        return work

    children = [Child(writing(number)) for number in range(PROCESSES)]
    try:
        own = [child.says() for child in children]
        os.close(go_on)
        ends = [child.says() for child in children]
    finally:
        for child in children:
            with child:
                child.ends()
        os.close(waiting)
    with Store.open(path) as store:
        board = store.board
        assert ends == [[start.seq + PROCESSES * CHANGES, store.digest, []]] * PROCESSES
        assert [record.seq for record in store.history()] == list(range(start.seq + 1, board.seq + 1))
        titles = {card.id: card.title for card in board.cards.values()}
        assert store.notices == []
    ids = [identity for ids in own for identity in ids]
    assert len(set(ids)) == len(ids) == len(board.cards) == PROCESSES * CHANGES * 3 // 4
    for number, of_one in enumerate(own):
        assert [titles[identity].partition(":")[0] for identity in of_one] == [str(number)] * len(of_one)
    path.unlink()
    with Store.open(path) as store:
        assert store.board == board


def test_a_stopped_process_that_holds_the_lock_stops_nobody_for_long(path: Path) -> None:
    with Store.create(path, three_people()) as store:
        store.commit(AddCard("question", "Who?"), Sitting(NADIA, "s1", NADIA, True))
        waiting, go_on = os.pipe()

        def work(tell: Tell) -> None:
            os.close(go_on)
            other = Store.open(path)
            journal = other._journal
            with journal.locked():
                tell("locked")
                os.read(waiting, 1)
            other.commit(AddNote("Q1", "said after the stop"), Sitting(PAUL, "s2", PAUL, False))
            tell(other.board.seq)
            other.close()

        with Child(work) as child:
            assert child.says() == "locked"
            child.signal(signal.SIGSTOP)
            before = store.board
            began = time.monotonic()
            with pytest.raises(Refused) as refused:
                store.commit(AddCard("question", "How?"), Sitting(NADIA, "s1", NADIA, True))
            took = time.monotonic() - began
            assert refused.value.code == "busy"
            assert refused.value.facts["seconds"] == 2
            assert LOCK_SECONDS * 0.9 <= took < LOCK_SECONDS + 8
            assert store.board is before
            child.signal(signal.SIGCONT)
            os.close(go_on)
            assert child.says() == 3
            store.commit(AddCard("question", "How?"), Sitting(NADIA, "s1", NADIA, True))
            assert child.ends() == 0
        os.close(waiting)
        assert [record.kind for record in store.history()] == ["add-card", "note", "add-card"]
        assert [note.text for note in store.board.cards["Q1"].notes.values()] == ["said after the stop"]


def test_a_process_that_dies_holding_the_lock_gives_it_back(path: Path) -> None:
    with Store.create(path, three_people()) as store:

        def work(tell: Tell) -> None:
            with FileJournal(journal_path(path)).locked():
                tell("locked")
                time.sleep(30)

        with Child(work) as child:
            assert child.says() == "locked"
            child.signal(signal.SIGKILL)
            child.ends()
        store.commit(AddCard("question", "Who?"), Sitting(NADIA, "s1", NADIA, True))


def test_a_process_sees_what_another_writes(path: Path) -> None:
    with Store.create(path, three_people()) as store:
        seen = threading.Event()
        store.subscribe(lambda update: update.board.seq >= 11 and seen.set())
        store.follow()

        def work(tell: Tell) -> None:
            with Store.open(path) as other:
                for number in range(10):
                    other.commit(AddCard("question", f"Who? {number}"), Sitting(PAUL, "s2", PAUL, False))

        with Child(work) as child:
            assert seen.wait(30)
            assert child.ends() == 0
        assert len(store.board.cards) == 10
        assert [record.voice for record in store.log] == [PAUL] * 10


def test_processes_that_open_a_board_without_a_journal_begin_one(path: Path) -> None:
    with Store.create(path, three_people()) as store:
        store.commit(AddCard("question", "Who?"), Sitting(NADIA, "s1", NADIA, True))
    for _ in range(5):
        journal_path(path).unlink()
        waiting, go_on = os.pipe()

        def work(tell: Tell, go_on: int = go_on, waiting: int = waiting) -> None:
            os.close(go_on)
            tell("ready")
            os.read(waiting, 1)
            with Store.open(path) as store:
                tell(store.read_only is None)
                store.commit(AddNote("Q1", str(os.getpid())), Sitting(PAUL, "s2", PAUL, False))

        children = [Child(work) for _ in range(4)]
        for child in children:
            assert child.says() == "ready"
        os.close(go_on)
        for child in children:
            with child:
                assert child.says() is True
                assert child.ends() == 0
        os.close(waiting)
        journal = FileJournal(journal_path(path))
        assert len(list(journal.read_from(Position()))) == 5
        journal.close()
    with Store.open(path) as store:
        assert len(store.board.cards["Q1"].notes) == 20
        assert store.notices == []


def test_checkpoints_of_several_processes_never_go_back(path: Path) -> None:
    Store.create(path, three_people()).close()
    done = threading.Event()
    stood: list[int] = []

    def watch() -> None:
        while not done.wait(0.001):
            stood.append(cp.stands_at(path))

    def work(tell: Tell) -> None:
        store_module.CHECKPOINT_EVERY = 5
        with Store.open(path) as store:
            for number in range(60):
                store.commit(AddCard("question", f"{number}?"), Sitting(PAUL, "s2", PAUL, False))

    children = [Child(work) for _ in range(3)]
    watcher = threading.Thread(target=watch)
    watcher.start()
    for child in children:
        assert child.ends() == 0
    done.set()
    watcher.join()
    assert stood == sorted(stood)
    assert min(stood) >= 1
    assert cp.stands_at(path) == 181
