"""What a host does as a process: what it writes into its log, and which signals it hears."""

from __future__ import annotations

import asyncio
import io
import logging
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import Refused
from tui.commandline.calls import Call
from tui.host import serving
from tui.host.reach import LOOPBACK, Listen
from tui.words import interface_language

from .hosting import board_file

SECRET = "Who knows about the takeover?"


def _logged(log: Callable[[logging.Logger], None]) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(serving.Wordless("%(levelname)s %(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    log(logger)
    return out.getvalue()


def test_an_error_is_logged_by_its_kind_and_place_and_without_its_words() -> None:
    def fail(logger: logging.Logger) -> None:
        try:
            raise LookupError(SECRET)
        except LookupError:
            logger.exception("a command failed")

    logged = _logged(fail)
    assert "ERROR a command failed" in logged
    assert "LookupError" in logged
    assert "test_serving.py" in logged
    assert "takeover" not in logged


def test_nothing_in_the_log_moves_the_cursor_of_whoever_reads_it() -> None:
    assert _logged(lambda logger: logger.warning("from %s", "\x1b]0;evil\x07\u202ex")) == "WARNING from ]0;evilx\n"


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], set[int]]:
    """Begins a host, which is refused its port; gives the signals that it would have ended at."""
    heard: set[int] = set()

    async def refuse(*_: object) -> None:
        heard.update(
            number
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
            if asyncio.get_running_loop().remove_signal_handler(number)
        )
        raise Refused("cannot-listen", address="", reason="")

    def begin() -> set[int]:
        call = Call(interface_language("en"), {"ACCORD_STATE": str(tmp_path / "state")})
        with pytest.raises(Refused):
            serving.serve(board_file(tmp_path / "garden.json"), Listen(LOOPBACK, 0), call)
        return heard

    monkeypatch.setattr(serving, "_log_to_stderr", lambda: None)
    monkeypatch.setattr(serving.Host, "open", refuse)
    return begin


def test_a_terminal_that_is_closed_ends_a_host(begun: Callable[[], set[int]]) -> None:
    assert begun() == {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def test_a_host_that_was_told_to_outlive_its_terminal_does(begun: Callable[[], set[int]]) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert begun() == {signal.SIGINT, signal.SIGTERM}
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_that_fails_is_logged_without_words(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(threading, "excepthook", serving._log_thread)
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "a thread failed: builtins.ValueError" in caplog.text
    assert "takeover" not in caplog.text
