"""Other processes for tests: forked, so that starting two hundred of them takes seconds."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0
"""Seconds after which a child that says nothing has hung."""

Tell = Callable[[Any], None]
NOBODY = 65534


class Child:
    """A forked process that does some work, and tells its parent about it by a pipe, a line of JSON at a time."""

    def __init__(self, work: Callable[[Tell], object]) -> None:
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(reading)
                work(lambda value: _write_line(writing, value))
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        os.close(writing)
        self._pipe = reading
        self._data = b""
        self._ended = False

    def says(self) -> Any:
        """The next thing that it tells."""
        while b"\n" not in self._data:
            assert self._read(), "it ended without a word"
        line, self._data = self._data.split(b"\n", 1)
        return json.loads(line)

    def rest(self) -> list[Any]:
        """All that it has told, once it has ended; half a line does not count."""
        while self._read():
            pass
        *lines, _ = self._data.split(b"\n")
        return [json.loads(line) for line in lines]

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def ends(self) -> int:
        """Wait for its end; its exit status, negative for the signal that ended it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._ended = True
                os.close(self._pipe)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.001)
        raise AssertionError("it does not end")

    def _read(self) -> bool:
        ready, _, _ = select.select([self._pipe], [], [], PATIENCE)
        assert ready, "it hangs"
        chunk = os.read(self._pipe, 65536)
        self._data += chunk
        return bool(chunk)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._ended:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self.ends()


def _write_line(pipe: int, value: Any) -> None:
    os.write(pipe, json.dumps(value).encode() + b"\n")


def elsewhere(work: Callable[[Tell], object]) -> list[Any]:
    """Do some work in a process of its own, which has to go well; all that it told."""
    with Child(work) as child:
        told = child.rest()
        assert child.ends() == 0
        return told


def become_nobody() -> None:
    """Give up the rights of root, who may write everything. Only in a child."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
