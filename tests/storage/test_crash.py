"""Programs that are killed at any moment: what was acknowledged is there, and the files are whole."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tinydb import TinyDB

from storage import Board, Store
from storage import checkpoint as cp
from storage import files as files_module
from storage import store as store_module
from storage.changes import AddCard, Change, Describe, GiveOpinion, Move
from storage.journal import FileJournal, Position
from storage.replay import Replay
from storage.store import Sitting, journal_path

from .child import Child, Tell
from .table import DISCUSS, NADIA, PAUL, TABLE, three_people

KILLS = 200
MOST_CARDS = 60


def change_for(board: Board, number: int) -> Change:
    """The next of many changes, on a board that does not grow for ever."""
    card = f"Q{number % MOST_CARDS + 1}"
    if card not in board.cards:
        return AddCard("question", f"How? {number}", body="It came up at the market.\n")
    match number % 3:
        case 0:
            return Move(card, TABLE if board.cards[card].column == DISCUSS else DISCUSS)
        case 1:
            return Describe(card, theme=f"theme {number}")
    return Describe(card, who=f"Nadia {number}")


def write_in_pieces(journal: FileJournal, data: bytes) -> None:
    """As the system may write a line: a kill in between leaves half of it."""
    third = len(data) // 3
    for piece in (data[:third], data[third:-1], data[-1:]):
        os.write(journal._fd, piece)
        time.sleep(0.0003)
    files_module.make_durable(journal._fd)


def keep_writing(path: Path, *, in_pieces: bool) -> object:
    """A process that commits as fast as it can, with a checkpoint at every few changes."""

    def work(tell: Tell) -> None:
        store_module.CHECKPOINT_EVERY = 4
        files_module.LEFTOVER_SECONDS = 0.0
        if in_pieces:
            FileJournal._write = write_in_pieces
        store = Store.open(path)
        sitting = Sitting(NADIA, "s1", NADIA, True)
        while True:
            record = store.commit(change_for(store.board, store.board.seq), sitting)
            assert record is not None
            tell(record.seq)

    return work


def test_what_was_acknowledged_survives_a_kill_at_any_moment(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = random.Random(7)
    board = three_people()
    Store.create(path, board).close()
    journal = FileJournal(journal_path(path))
    replay = Replay(journal, path)  # our own account of the journal, read on after each kill
    found: list[str] = []
    for kill in range(KILLS):
        with Child(keep_writing(path, in_pieces=kill % 2 == 1)) as child:
            first = child.says()
            time.sleep(moments.uniform(0.0, 0.012))
            child.signal(signal.SIGKILL)
            acknowledged = [first, *child.rest()]
            assert child.ends() == -signal.SIGKILL
        with TinyDB(path) as db:
            assert len(db.table("cards")) <= MOST_CARDS
            assert db.table("board").get(doc_id=1)["title"] == board.title
        lost_checkpoint = kill % 10 == 9
        if lost_checkpoint:
            path.unlink()
        known = replay.position.seq
        with Store.open(path) as store:
            found += [notice.code for notice in store.notices]
            replay.read_on(records := [])
            seqs = [record.seq for record in records]
            assert set(acknowledged) <= set(seqs)
            assert seqs == list(range(max(known, board.seq) + 1, store.board.seq + 1))
            assert len(seqs) <= len(acknowledged) + 1
            assert store.board == replay.board
            assert store.read_only is None
        assert cp.read(path).board == replay.board
    journal.close()
    assert set(found) <= {"torn-line", "checkpoint-rebuilt"}
    assert found.count("checkpoint-rebuilt") == KILLS // 10
    assert "torn-line" in found
    monkeypatch.setattr(files_module, "LEFTOVER_SECONDS", 0.0)
    files_module.sweep_leftovers(path)
    assert sorted(os.listdir(path.parent)) == ["acme.journal", "acme.journal.torn", "acme.json"]


def test_a_kill_while_a_board_begins_leaves_a_board_or_none(path: Path) -> None:
    """Whatever is left can be opened, or begun anew."""
    moments = random.Random(3)
    for number in range(30):
        file = path.with_name(f"{number}.json")

        def work(tell: Tell, file: Path = file) -> None:
            tell("ready")
            Store.create(file, three_people())
            time.sleep(30)

        with Child(work) as child:
            child.says()
            time.sleep(moments.uniform(0.0, 0.003))
            child.signal(signal.SIGKILL)
            child.ends()
        journal = journal_path(file)
        begun = journal.exists() and journal.stat().st_size > 0
        with Store.open(file) if begun else Store.create(file, three_people()) as store:
            assert store.board == three_people()
            assert store.read_only is None


def test_a_power_cut_may_take_the_checkpoint_but_not_the_journal(path: Path) -> None:
    """Where the disk was told in the right order, a checkpoint never stands for a line that is not there."""
    with Store.create(path, three_people()) as store:
        for number in range(5):
            store.commit(change_for(store.board, number), Sitting(PAUL, "s2", PAUL, False))
    held = cp.read(path)
    journal = FileJournal(journal_path(path))
    lines = [position for _, position in journal.read_from(Position())]
    journal.close()
    assert held.position in lines


@pytest.mark.parametrize("step", ["write", "durable", "replaced"])
def test_a_kill_at_each_step_of_a_checkpoint_leaves_one_that_is_whole(path: Path, step: str) -> None:
    with Store.create(path, three_people()) as store:
        store.commit(AddCard("decision", "A newsletter"), Sitting(NADIA, "s1", NADIA, True))
    before = cp.read(path)

    def work(tell: Tell) -> None:
        def stop(*_: object, **__: object) -> None:
            tell("there")
            time.sleep(30)

        store = Store.open(path)
        store.commit(GiveOpinion("D1", "agree", both=True), Sitting(NADIA, "s1", NADIA, True))
        if step == "write":
            cp.msgspec.json.encode = stop
        elif step == "durable":
            files_module.make_durable = stop
        else:
            files_module.make_folder_durable = stop
        store.close()

    with Child(work) as child:
        assert child.says() == "there"
        child.signal(signal.SIGKILL)
        child.ends()
    assert (cp.read(path) == before) == (step != "replaced")
    with Store.open(path) as store:
        assert store.board.cards["D1"].agreed
        assert store.notices == []
