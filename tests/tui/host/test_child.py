"""The host as a child process: found, started, stopped; and what it says where it cannot be."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import Refused, Store, new_board
from tui.host import child
from tui.host.running import Running, alone, running

PATIENCE = 30.0


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "garden.json"
    Store.create(path, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})).close()
    return path


@pytest.fixture
def environ(tmp_path: Path, board: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setattr(child, "PORT", an_open_port())
    found = {**os.environ, "ACCORD_STATE": str(tmp_path / "state")}
    yield found
    child.stop(board, found)


def an_open_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def answers(found: Running) -> bool:
    with socket.create_connection((found.host, found.port), timeout=PATIENCE) as line:
        return line.recv(64).startswith(b"SSH-2.0-Accord")


def test_a_board_is_hosted_and_no_longer(board: Path, environ: dict[str, str], tmp_path: Path) -> None:
    found = child.start(board, "127.0.0.1", environ, "en")
    assert found == running(tmp_path / "state", board)
    assert found.fingerprint.startswith("SHA256:")
    assert answers(found)
    assert child.started_from_app(board, environ)
    assert os.getsid(found.pid) == found.pid  # closing our terminal does not end it
    log = child.log_path(tmp_path / "state", board)
    assert "Garden" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0
    child.stop(board, environ)
    assert running(tmp_path / "state", board) is None
    assert not child.started_from_app(board, environ)
    with pytest.raises(OSError, match="refused"):
        answers(found)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_on_a_full_disk_it_is_said_why_no_host_starts(board: Path, environ: dict[str, str], tmp_path: Path) -> None:
    log = child.log_path(tmp_path / "state", board)
    log.parent.mkdir(parents=True)
    log.symlink_to("/dev/full")
    with pytest.raises(Refused) as refused:
        child.start(board, "127.0.0.1", environ, "en")
    assert refused.value.code == "disk-full"
    assert running(tmp_path / "state", board) is None


def test_a_board_that_is_hosted_already_gets_no_second_host(board: Path, environ: dict[str, str]) -> None:
    assert child.start(board, "127.0.0.1", environ, "en") == child.start(board, "0.0.0.0", environ, "en")


def test_a_host_comes_back_on_the_port_that_was_sent(
    board: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = child.start(board, "127.0.0.1", environ, "en")
    child.stop(board, environ)
    monkeypatch.setattr(child, "PORT", an_open_port())
    assert child.start(board, "127.0.0.1", environ, "en").port == first.port


def test_a_host_that_was_killed_is_no_longer_found(board: Path, environ: dict[str, str], tmp_path: Path) -> None:
    found = child.start(board, "127.0.0.1", environ, "en")
    os.kill(found.pid, signal.SIGKILL)
    until(lambda: running(tmp_path / "state", board) is None)
    until(lambda: not child.started_from_app(board, environ))
    child.stop(board, environ)


def test_a_host_that_was_started_elsewhere_is_stopped_as_well(
    board: Path, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child.start(board, "127.0.0.1", environ, "en")
    elsewhere = child._children.pop(board.resolve())
    assert child.started_from_app(board, environ)  # by an app that has ended since, as far as this process knows
    child.stop(board, environ)
    assert running(tmp_path / "state", board) is None
    assert elsewhere.wait(PATIENCE) == 0


@pytest.mark.parametrize(("lang", "word"), [("en", "choose"), ("fr", "choisir")])
def test_why_a_host_does_not_start_is_one_sentence(
    lang: str, word: str, board: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(child, "free_port", lambda host, last: taken.getsockname()[1])
        with pytest.raises(child.HostFailedError) as failed:
            child.start(board, "127.0.0.1", environ, lang)
    assert "127.0.0.1" in failed.value.words
    assert word in failed.value.words
    assert "\n" not in failed.value.words
    assert "Traceback" not in failed.value.words
    assert not child.started_from_app(board, environ)


def test_a_port_that_is_taken_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(child, "PORT", port)
        assert child.free_port("127.0.0.1") in range(port + 1, port + child.PORTS)
        assert child.free_port("127.0.0.1", port) != port


def test_nothing_is_stopped_where_nothing_is_hosted(board: Path, environ: dict[str, str]) -> None:
    child.stop(board, environ)


def test_a_state_folder_that_is_named_from_here_is_the_hosts_as_well(
    board: Path, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(child, "STARTING_SECONDS", PATIENCE)
    environ["ACCORD_STATE"] = "state"
    child.start(board, "127.0.0.1", environ, "en")
    assert child.started_from_app(board, environ)
    assert (tmp_path / "state" / "host_key").exists()


def test_a_host_of_another_account_is_not_stopped_and_that_is_said(
    board: Path, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ours(*_: int) -> None:
        raise PermissionError

    with alone(tmp_path / "state", board) as announce:
        announce(Running(os.getpid(), "127.0.0.1", 1, "SHA256:abc"))
        with monkeypatch.context() as patched:
            patched.setattr(os, "kill", not_ours)
            with pytest.raises(child.HostFailedError):
                child.stop(board, environ)


def test_a_log_does_not_grow_for_ever(board: Path, environ: dict[str, str], tmp_path: Path) -> None:
    log = child.log_path(tmp_path / "state", board)
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * (child.LONGEST_LOG + 1))
    child.start(board, "127.0.0.1", environ, "en")
    assert log.stat().st_size < child.LONGEST_LOG
