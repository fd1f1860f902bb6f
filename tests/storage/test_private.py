"""What is kept about a board, apart from it: one name for one board, and nobody else looks in."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import Store, new_board, recent
from storage.drafts import Draft, Drafts
from storage.invitations import Invitations
from storage.private import kept_name, make_private, write_private
from storage.seen import Seen

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """Whatever is made may be read and written by everybody, unless somebody sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_board_has_one_name_however_it_is_reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = tmp_path / "garden.json"
    board.touch()
    (tmp_path / "link.json").symlink_to(board)
    monkeypatch.chdir(tmp_path)
    assert kept_name(board) == kept_name(tmp_path / "link.json") == kept_name(Path("garden.json"))
    assert kept_name(board) != kept_name(tmp_path / "other.json")
    assert len(kept_name(board)) == 24


def test_a_folder_of_any_bytes_has_a_name(tmp_path: Path) -> None:
    assert kept_name(tmp_path / os.fsdecode(b"\xff.json"))


def test_all_folders_that_were_missing_are_the_owners_alone(tmp_path: Path, open_to_all: None) -> None:
    make_private(tmp_path / "a" / "b" / "c")
    make_private(tmp_path / "a" / "b" / "c")
    for made in ("a", "a/b", "a/b/c"):
        assert (tmp_path / made).stat().st_mode & 0o777 == 0o700


def _invite(state: Path, board: Path) -> None:
    invitations = Invitations(state / "invitations", board, clock=lambda: NOW)
    invitations.make("paul", "client", "p2", lasting=dt.timedelta(hours=1))


def _draft(state: Path, board: Path) -> None:
    Drafts(state / "drafts", board).keep(Draft("new:question", "question", "", "Who?", "", (), "p1", None, NOW))


@pytest.mark.parametrize(
    "keep",
    [_invite, _draft, lambda state, board: Seen(state / "seen", board).mark(3), lambda s, b: recent.remember(b, s)],
)
def test_nobody_else_can_look_at_what_is_kept_or_put_another_in_its_place(
    tmp_path: Path, open_to_all: None, keep: Callable[[Path, Path], None]
) -> None:
    board = tmp_path / "garden.json"
    Store.create(board, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})).close()
    state = tmp_path / "home" / "state"
    keep(state, board)
    found = [state.parent, state, *state.rglob("*")]
    assert len(found) > 2
    assert [path for path in found if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_private_is_read_by_its_owner_alone(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "state" / "deep" / "copied.txt"
    before = os.umask(umask)
    try:
        write_private(path, "dear Paul")
    finally:
        os.umask(before)
    assert path.read_text("utf-8") == "dear Paul"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_neither_a_link_nor_the_mode_of_an_old_file_is_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched", "utf-8")
    elsewhere.chmod(0o666)
    path = tmp_path / "copied.txt"
    path.symlink_to(elsewhere)
    write_private(path, "dear Paul")
    assert elsewhere.read_text("utf-8") == "untouched"
    assert not path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
