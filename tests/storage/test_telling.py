from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from storage import Store, Update, Voice
from storage.journal import FORMAT, Head, encode
from storage.store import Sitting, journal_path

from .keeping import HERE, THERE, ask, board_of
from .table import NADIA


def test_subscribers_are_told_of_the_board_before_and_after(store: Store) -> None:
    told: list[Update] = []
    leave = store.subscribe(told.append)
    before = store.board
    record = store.commit(ask("Who?"), HERE)
    assert told == [Update(store.board, before, (record,))]
    leave()
    leave()
    store.commit(ask("How?"), HERE)
    assert len(told) == 1


def test_a_subscriber_that_fails_reaches_neither_the_one_who_commits_nor_the_others(store: Store) -> None:
    told: list[Update] = []

    def failing(update: Update) -> None:
        raise RuntimeError("a screen that is gone")

    store.subscribe(failing)
    store.subscribe(told.append)
    store.commit(ask("Who?"), HERE)
    store.commit(ask("How?"), HERE)
    assert [update.board.seq for update in told] == [2, 3]


@pytest.mark.parametrize("how", ["at once", "on the writer"])
def test_a_subscriber_may_commit_and_all_are_told_in_order(store: Store, how: str) -> None:
    voice = Voice(store, NADIA, "s1")
    told: list[int] = []

    def answering(update: Update) -> None:
        if len(update.board.cards) < 4:
            voice.commit_now(ask("And?")) if how == "at once" else voice.commit(ask("And?"))

    store.subscribe(answering)
    store.subscribe(lambda update: told.append(update.board.seq))
    voice.commit_now(ask("Who?"))
    store.close()
    assert told == [2, 3, 4, 5]


def test_subscribers_are_called_with_no_lock_held(path: Path) -> None:
    with board_of(path) as store, Store.open(path) as other:
        done = threading.Event()

        def elsewhere_too(update: Update) -> None:
            """Somebody else commits, and another thread of this process reads, while we are being told."""
            if update.board.seq > 2:
                return
            threads = [
                threading.Thread(target=lambda: other.commit(ask("Other?"), THERE)),
                threading.Thread(target=store.refresh),
            ]
            for thread in threads:
                thread.start()
                thread.join(10)
            if not any(thread.is_alive() for thread in threads):
                done.set()

        store.subscribe(elsewhere_too)
        store.commit(ask("Who?"), HERE)
        assert done.is_set()
        assert store.board.seq == 3


def test_updates_come_in_order_from_many_threads(store: Store) -> None:
    told: list[Update] = []
    store.subscribe(told.append)

    def write(session: str) -> None:
        for number in range(25):
            store.commit(ask(f"{session} {number}"), Sitting(NADIA, session, NADIA, True))

    threads = [threading.Thread(target=write, args=(f"s{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert [update.board.seq for update in told] == list(range(2, 102))
    assert all(one.board is two.before for one, two in itertools.pairwise(told))


def test_what_is_found_about_the_files_is_told_where_the_board_is_the_same(path: Path) -> None:
    told: list[Update] = []
    with board_of(path, "Who?") as store:
        store.subscribe(told.append)
        with journal_path(path).open("ab") as file:
            file.write(b"nonsense\n")
        store.refresh()
        (update,) = told
        assert update.board is update.before
        assert [notice.code for notice in update.notices] == ["damaged"]
        store.refresh()
        assert len(told) == 1


def test_a_torn_line_is_told_with_the_change_that_came_upon_it(path: Path) -> None:
    told: list[Update] = []
    with board_of(path, "Who?") as store:
        store.subscribe(told.append)
        with journal_path(path).open("ab") as file:
            file.write(b"half")
        store.commit(ask("How?"), HERE)
        store.commit(ask("When?"), HERE)
    assert [[notice.code for notice in update.notices] for update in told] == [["torn-line"], []]


def test_a_later_version_that_goes_on_is_told(path: Path) -> None:
    told: list[Update] = []
    with board_of(path, "Who?") as store:
        store.subscribe(told.append)
        line, _ = encode(Head(FORMAT + 1, store.board), store.digest)
        with journal_path(path).open("ab") as file:
            file.write(line)
        store.refresh()
        assert [notice.code for update in told for notice in update.notices] == ["later-version"]


def test_what_a_look_at_the_journal_raises_is_logged(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing() -> bool:
        raise OSError("no disk")

    with board_of(path, "Who?") as store:
        with journal_path(path).open("ab") as file:
            file.write(b"half")
        monkeypatch.setattr(store, "refresh", failing)
        store._look()
        store.on_writer(lambda: None).result()
    assert "no disk" in caplog.text
