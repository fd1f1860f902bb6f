from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec
import pytest

from storage import Refused, Store, Update
from storage import checkpoint as cp
from storage.changes import AddCard
from storage.journal import FORMAT, FileJournal, Head, Position
from storage.store import journal_path

from .keeping import HERE, THERE, ask, board_of, codes, refusal
from .table import in_conversation, three_people

# Creating and opening


def test_a_board_that_is_opened_again_is_the_same(path: Path) -> None:
    with board_of(path, "Who?", "How?") as store:
        store.commit(AddCard("answer", "Parents", on=("Q1",)), THERE)
        board = store.board
    with Store.open(path) as store:
        assert store.board == board
        assert store.board.standing.lanes == board.standing.lanes
        assert codes(store) == []
        assert store.read_only is None
        assert store.log == []
        assert [record.seq for record in store.history()] == [2, 3, 4]


def test_a_board_can_begin_at_any_change(path: Path) -> None:
    board = msgspec.structs.replace(in_conversation(), seq=40)
    with Store.create(path, board) as store:
        store.commit(ask("More?"), HERE)
        assert store.board.seq == 41
    with Store.open(path) as store:
        assert store.board.seq == 41


@pytest.mark.parametrize("there", ["board", "journal"])
def test_nothing_that_is_there_is_overwritten(path: Path, there: str) -> None:
    file = path if there == "board" else journal_path(path)
    file.write_bytes(b"precious")
    with pytest.raises(Refused) as refused:
        Store.create(path, three_people())
    assert refused.value.code == "file-exists"
    assert file.read_bytes() == b"precious"
    assert os.listdir(path.parent) == [file.name]


def test_a_board_whose_beginning_was_interrupted_can_be_begun_again(path: Path) -> None:
    journal_path(path).touch()
    with Store.create(path, three_people()) as store:
        store.commit(ask("Who?"), HERE)
    with Store.open(path) as store:
        assert codes(store) == []


def test_a_board_that_cannot_be_begun_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(cp, "write_whole", failing)
    with pytest.raises(Refused) as refused:
        Store.create(path, three_people())
    assert refused.value.code == "disk-full"
    assert os.listdir(path.parent) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("acme.journal", "not-a-board-name"),
        ("a\0b.json", "not-a-board-name"),
        ("missing/acme.json", "no-such-folder"),
        ("", "file-exists"),
    ],
)
def test_no_board_can_begin_under_some_names(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        Store.create(tmp_path / name, three_people())
    assert refused.value.code == code


def test_a_journal_is_never_opened_as_a_board(path: Path) -> None:
    """It would take the checkpoint's place, which is written over."""
    with board_of(path, "Who?"):
        pass
    assert refusal(journal_path(path)) == "not-a-board-name"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "no-such-file"),
        (b"", "not-a-board"),
        (b"hello", "not-a-board"),
        (b'{"name": "accord", "version": "1"}', "not-a-board"),
        (os.urandom(5_000), "not-a-board"),
        (b"\0" * 4096, "not-a-board"),
        (b"[" * 100_000, "not-a-board"),
    ],
)
def test_what_is_no_board_is_refused(path: Path, data: bytes | None, code: str) -> None:
    if data is not None:
        path.write_bytes(data)
    assert refusal(path) == code
    assert not journal_path(path).exists()
    assert not path.exists() or path.read_bytes() == data


@pytest.mark.parametrize("data", [b"hello\n", os.urandom(5_000), b"[2026-03-02] wrote a journal\n"])
def test_the_files_of_another_program_are_refused_and_left_alone(path: Path, data: bytes) -> None:
    path.write_bytes(b'{"entries": []}')
    journal_path(path).write_bytes(data)
    assert refusal(path) == "not-a-board"
    assert path.read_bytes() == b'{"entries": []}'
    assert journal_path(path).read_bytes() == data


def test_a_folder_is_no_board(path: Path) -> None:
    path.mkdir()
    assert refusal(path) == "not-a-board"


def test_a_folder_is_no_journal(path: Path) -> None:
    with board_of(path):
        pass
    journal_path(path).unlink()
    journal_path(path).mkdir()
    assert refusal(path) == "not-a-board"


@pytest.mark.parametrize("gone", ["neither", "board", "journal"])
def test_a_board_of_a_later_version_is_refused_whichever_file_is_left(path: Path, gone: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cp, "FORMAT", 2)
        patch.setattr("storage.opening.FORMAT", 2)
        with board_of(path, "Who?"):
            pass
    if gone != "neither":
        (path if gone == "board" else journal_path(path)).unlink()
    assert refusal(path) == "later-version"


def test_a_board_that_a_later_version_has_gone_on_with_is_refused(path: Path) -> None:
    with board_of(path, "Who?") as store:
        position = Position(*store._position)
        board = store.board
    journal = FileJournal(journal_path(path))
    journal.append(Head(FORMAT + 1, board), position)
    journal.close()
    assert refusal(path) == "later-version"


def test_a_later_version_that_goes_on_while_it_is_open_ends_the_changes_here(path: Path) -> None:
    with board_of(path, "Who?") as store:
        journal = FileJournal(journal_path(path))
        journal.append(Head(FORMAT + 1, store.board), store._position)
        with pytest.raises(Refused) as refused:
            store.commit(ask("How?"), HERE)
        assert refused.value.code == "later-version"
        assert len(store.board.cards) == 1
        journal.close()


def test_a_link_leads_to_the_board_and_its_journal(path: Path) -> None:
    folder = path.parent / "shared"
    folder.mkdir()
    with board_of(folder / "real.json", "Who?"):
        pass
    path.symlink_to(folder / "real.json")
    with Store.open(path) as store:
        store.commit(ask("How?"), HERE)
    assert path.is_symlink()
    assert sorted(os.listdir(path.parent)) == ["acme.json", "shared"]
    with Store.open(folder / "real.json") as store:
        assert len(store.board.cards) == 2
        assert codes(store) == []


def test_the_ending_need_not_be_typed(path: Path) -> None:
    with board_of(path, "Who?"):
        pass
    with Store.open(path.with_suffix("")) as store:
        assert store.path == path
    path.unlink()
    with Store.open(path.with_suffix("")) as store:
        assert store.path == path
    assert sorted(os.listdir(path.parent)) == ["acme.journal", "acme.json"]


def test_boards_of_different_endings_do_not_share_a_journal(path: Path) -> None:
    names = [path, path.with_suffix(".old"), path.with_suffix(".bak")]
    assert len({journal_path(name) for name in names}) == 3
    for name in names:
        with board_of(name, name.suffix):
            pass
    for name in names:
        with Store.open(name) as store:
            assert store.board.cards["Q1"].title == name.suffix


# What the files may lack


def test_a_lost_checkpoint_is_made_again_from_the_journal(path: Path) -> None:
    with board_of(path, "Who?", "How?") as store:
        board = store.board
    path.unlink()
    with Store.open(path) as store:
        assert store.board == board
        assert codes(store) == ["checkpoint-rebuilt"]
        assert cp.read(path).board == board
    with Store.open(path) as store:
        assert codes(store) == []


@pytest.mark.parametrize("data", [b"", b"{}", b"hello", os.urandom(600)])
def test_a_checkpoint_that_something_else_took_the_place_of_is_made_again_and_that_is_kept(
    path: Path, data: bytes
) -> None:
    with board_of(path, "Who?") as store:
        board = store.board
    path.write_bytes(data)
    with Store.open(path) as store:
        assert store.board == board
        assert codes(store) == ["checkpoint-rebuilt"]
        assert Path(str(store.notices[0].facts["apart"])).read_bytes() == data
    assert cp.read(path).board == board


def test_a_checkpoint_that_claims_to_stand_further_but_is_damaged_is_replaced(path: Path) -> None:
    with board_of(path, "Who?"):
        pass
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Who?", b"Why?"))
    assert cp.stands_at(path) == 2
    with Store.open(path) as store:
        assert store.board.cards["Q1"].title == "Who?"
    with Store.open(path) as store:
        assert codes(store) == []


def test_the_checkpoint_of_another_board_does_not_pass_for_this_one(path: Path, tmp_path: Path) -> None:
    with board_of(path, "Who?", "How?"):
        pass
    with board_of(tmp_path / "other.json", "Else?"):
        pass
    (tmp_path / "other.json").replace(path)
    with Store.open(path) as store:
        assert store.read_only is not None
        assert codes(store) == ["foreign-journal"]


def test_a_lost_journal_is_begun_again_and_said(path: Path) -> None:
    with board_of(path, "Who?") as store:
        board = store.board
    journal_path(path).unlink()
    with Store.open(path) as store:
        assert store.board == board
        assert codes(store) == ["journal-lost"]
        store.commit(ask("How?"), HERE)
    with Store.open(path) as store:
        assert codes(store) == []
        assert [record.seq for record in store.history()] == [3]


def test_an_emptied_journal_is_a_lost_one(path: Path) -> None:
    with board_of(path, "Who?") as store:
        board = store.board
    os.truncate(journal_path(path), 0)
    with Store.open(path) as store:
        assert store.board == board
        assert codes(store) == ["journal-lost"]
        store.commit(ask("How?"), HERE)
    with Store.open(path) as store:
        assert codes(store) == []


def test_a_damaged_checkpoint_without_a_journal_is_refused(path: Path) -> None:
    with board_of(path, "Who?"):
        pass
    journal_path(path).unlink()
    path.write_bytes(path.read_bytes()[:-9])
    assert refusal(path) == "damaged-without-journal"


def test_a_torn_line_is_set_apart_when_the_board_is_opened(path: Path) -> None:
    with board_of(path, "Who?") as store:
        board = store.board
    with journal_path(path).open("ab") as file:
        file.write(b'{"line":"change","seq":3,"ti')
    with Store.open(path) as store:
        assert store.board == board
        assert codes(store) == ["torn-line"]
        store.commit(ask("How?"), HERE)
    assert journal_path(path).with_name("acme.journal.torn").exists()
    with Store.open(path) as store:
        assert codes(store) == []
        assert len(store.board.cards) == 2


def test_a_torn_line_of_another_process_is_set_apart_by_the_next_writer(path: Path) -> None:
    with board_of(path, "Who?") as store:
        with journal_path(path).open("ab") as file:
            file.write(b'{"line":"change","seq":3,"ti')
        assert not store.refresh()
        store.commit(ask("How?"), HERE)
        assert codes(store) == ["torn-line"]
    with Store.open(path) as store:
        assert len(store.board.cards) == 2


def test_a_line_that_only_lacks_its_end_counts_for_the_next_writer(path: Path) -> None:
    with board_of(path, "Who?") as store:
        with Store.open(path) as other:
            other.commit(ask("How?"), THERE)
        os.truncate(journal_path(path), journal_path(path).stat().st_size - 1)
        told: list[Update] = []
        store.subscribe(told.append)
        store.commit(ask("When?"), HERE)
        assert [card.title for card in store.board.in_order()] == ["Who?", "How?", "When?"]
        assert [record.seq for update in told for record in update.records] == [3, 4]
        assert codes(store) == []
    with Store.open(path) as store:
        assert [record.seq for record in store.history()] == [2, 3, 4]


def test_a_line_that_only_lacks_its_end_counts_when_the_board_is_opened(path: Path) -> None:
    with board_of(path, "Who?", "How?") as store:
        board = store.board
    os.truncate(journal_path(path), journal_path(path).stat().st_size - 1)
    with Store.open(path) as store:
        assert store.board == board
        assert codes(store) == []
        store.commit(ask("When?"), HERE)
    with Store.open(path) as store:
        assert len(store.board.cards) == 3
