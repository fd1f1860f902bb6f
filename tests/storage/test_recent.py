from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from storage import Store, new_board
from storage.recent import last, remember, state_folder


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "acme.json"
    Store.create(path, new_board("Acme", "en", {"consultant": "Nadia", "client": "Paul"})).close()
    return path


def test_nothing_was_opened_at_first(tmp_path: Path) -> None:
    assert last(tmp_path / "state") is None


def test_the_last_board_is_remembered_from_wherever_it_was_opened(
    board: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(board.parent)
    remember(Path("acme.json"), tmp_path / "state" / "accord")
    monkeypatch.chdir("/")
    assert last(tmp_path / "state" / "accord") == board


def test_a_board_that_is_gone_is_not_offered(board: Path, tmp_path: Path) -> None:
    remember(board, tmp_path / "state")
    board.unlink()
    assert last(tmp_path / "state") is None


def test_what_is_no_board_is_not_remembered(board: Path, tmp_path: Path) -> None:
    remember(board, tmp_path / "state")
    (tmp_path / "notes.json").write_text("{}")
    remember(tmp_path / "notes.json", tmp_path / "state")
    remember(tmp_path / "nothere.json", tmp_path / "state")
    assert last(tmp_path / "state") == board


def test_any_file_name_can_be_remembered(board: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.json"))
    board.rename(odd)
    remember(odd, tmp_path / "state")
    assert last(tmp_path / "state") == odd


def test_a_state_that_cannot_be_kept_or_read_is_none(board: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remember(board, tmp_path / "file")
    assert last(tmp_path / "file") is None
    (tmp_path / "state" / "last-board").mkdir(parents=True)
    remember(board, tmp_path / "state")
    assert last(tmp_path / "state") is None
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "last-board").write_bytes(b"\0\xff")
    assert last(tmp_path / "other") is None


def test_it_is_for_its_owner_only_and_leaves_nothing_beside_it(board: Path, tmp_path: Path) -> None:
    remember(board, tmp_path / "state")
    remember(board, tmp_path / "state")
    (file,) = (tmp_path / "state").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_environment_may_name_another_place(tmp_path: Path) -> None:
    assert state_folder({"ACCORD_STATE": str(tmp_path)}) == tmp_path
    assert state_folder({}).name == "accord"
