"""Whether a board is hosted: said by whoever hosts it, for as long as that process lives."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from storage import Refused
from tui.host.running import Running, alone, kept_at, last_port, running

THERE = Running(4711, "127.0.0.1", 9000, "SHA256:abc")


def test_a_host_is_found_while_it_is_at_work_and_not_afterwards(tmp_path: Path) -> None:
    board = tmp_path / "garden.json"
    assert running(tmp_path, board) is None
    with alone(tmp_path, board) as announce:
        assert running(tmp_path, board) is None  # nobody knows where it listens yet
        announce(THERE)
        assert running(tmp_path, board) == THERE
        assert running(tmp_path, tmp_path / "other.json") is None
    assert running(tmp_path, board) is None


def test_where_there_are_no_locks_nobody_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = tmp_path / "garden.json"
    with alone(tmp_path, board) as announce:
        announce(THERE)

        def no_locks(fd: int, how: int) -> None:
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

        monkeypatch.setattr("fcntl.flock", no_locks)
        assert running(tmp_path, board) is None


def test_a_board_has_one_host(tmp_path: Path) -> None:
    board = tmp_path / "garden.json"
    with alone(tmp_path, board) as announce:
        announce(THERE)
        with pytest.raises(Refused) as refused, alone(tmp_path, board):
            pass
        assert (refused.value.code, refused.value.facts) == ("hosted-already", {"port": 9000})
    with alone(tmp_path, board):
        pass


def test_a_second_name_of_the_file_is_the_same_board(tmp_path: Path) -> None:
    board = tmp_path / "garden.json"
    board.touch()
    (tmp_path / "link.json").symlink_to(board)
    with alone(tmp_path, board) as announce:
        announce(THERE)
        assert running(tmp_path, tmp_path / "link.json") == THERE


def test_the_port_of_last_time_is_remembered(tmp_path: Path) -> None:
    board = tmp_path / "garden.json"
    assert last_port(tmp_path, board) is None
    with alone(tmp_path, board) as announce:
        announce(THERE)
    assert last_port(tmp_path, board) == 9000


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff" * 9000])
def test_a_file_that_says_nothing_is_no_host(tmp_path: Path, content: bytes) -> None:
    board = tmp_path / "garden.json"
    with alone(tmp_path, board):
        kept_at(tmp_path, board, "json").write_bytes(content)
        assert running(tmp_path, board) is None
    assert last_port(tmp_path, board) is None


def test_a_host_that_cannot_say_where_it_listens_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with alone(tmp_path, tmp_path / "garden.json") as announce:
        monkeypatch.setattr(os, "pwrite", full)
        with pytest.raises(Refused) as refused:
            announce(THERE)
    assert refused.value.code == "disk-full"


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with alone(tmp_path, tmp_path / "garden.json"):
        kept = kept_at(tmp_path, tmp_path / "garden.json", "json")
        assert kept.stat().st_mode & 0o077 == 0
