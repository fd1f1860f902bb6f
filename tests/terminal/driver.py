"""Drive a program in a real pseudo-terminal, as a person would: keys, mouse, paste, resizing, and looking.

    with Terminal([sys.executable, "-m", "tui", "acme.json"], home=tmp_path) as terminal:
        terminal.wait_for("To discuss")
        terminal.press("q")
        terminal.type("Who do we want to reach?")
        terminal.press("enter")
        terminal.click("Agreed")

Nothing here waits a fixed time where a condition can be waited for: a key has settled when the program, and what it
started, sleeps and has written nothing more. What comes later (a timer, another process) wants ``wait_for``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import queue
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from wcwidth import wcswidth

from . import picture
from .keys import key_bytes
from .screen import BRACKETED_PASTE, MOUSE, MOUSE_SGR, Reader, Screen

Where = str | tuple[int, int]
"""A text on the screen (its first place, the middle of it), or a cell as (x, y) from the upper left, from 0."""

PATIENCE = 30.0
"""Seconds until a condition that does not come true fails: long, for two busy cores."""

_QUIET = 0.04
_TYPING = 0.035
# A program cannot tell Escape from the start of a sequence until nothing follows it; Textual looks every 100 ms
# whether 100 ms have passed.
_AFTER_ESCAPE = 0.25


class Terminal:
    """One program in a pseudo-terminal of its own, with the screen that a person would see.

    The environment is a clean one: ``home`` stands for HOME and holds the XDG folders; ``env`` adds to it, and takes
    away what it gives as ``None``. ``size`` is (columns, rows).
    """

    def __init__(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        home: Path,
        size: tuple[int, int] = (80, 24),
        cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
        lang: str = "en_US.UTF-8",
    ) -> None:
        columns, rows = size
        self.command = [os.fspath(part) for part in command]
        self.screen = Screen(columns, rows, self._answer)
        self._reader = Reader(self.screen)
        self._raw = bytearray()
        self._pieces: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self._ended = False
        self._fd, slave = pty.openpty()
        name = os.ttyname(slave)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = self.last_read = time.perf_counter()
        # The shell opens the terminal once more, as the leader of a new session: that makes it the controlling one.
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1', name, *self.command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd or home,
            env=environment(home, lang, env or {}),
            start_new_session=True,
        )
        os.close(slave)
        self._closing, self._close_signal = os.pipe()
        self._thread = threading.Thread(target=self._read, name="terminal-reader", daemon=True)
        self._thread.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Reading goes on in a thread, so that a program never waits for somebody to look at it; the screen is brought up
    # to date by whoever looks.

    def _read(self) -> None:
        while True:
            ready, _, _ = select.select([self._fd, self._closing], [], [])
            if self._closing in ready:
                break
            try:
                data = os.read(self._fd, 1 << 16)
            except OSError:  # how Linux says that nobody has the other end open
                data = b""
            self._pieces.put((time.perf_counter(), data))
            if not data:
                break

    def pump(self, timeout: float = 0.0) -> int:
        """Show what the program wrote, waiting so many seconds for the first of it; the number of bytes."""
        count = 0
        while not self._ended:
            try:
                at, data = self._pieces.get(block=timeout > 0 and not count, timeout=timeout)
            except queue.Empty:
                break
            if not data:
                self._ended = True
                break
            self.last_read = at
            count += len(data)
            self._raw += data
            self._reader.feed(data)
        return count

    def _answer(self, text: str) -> None:
        self._send(text.encode())

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._fd, view) :]
            except OSError:
                return  # the program has ended, as whoever looks for the effect will see

    # Looking.

    @property
    def raw(self) -> bytes:
        """Every byte that the program has written so far."""
        self.pump()
        return bytes(self._raw)

    @property
    def copied(self) -> list[str]:
        """What the program put on the clipboard by way of the terminal (OSC 52), in order."""
        self.pump()
        return self.screen.copied

    @property
    def title(self) -> str:
        """The title of the window."""
        self.pump()
        return self.screen.title

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    def text(self) -> str:
        """The screen as text, line by line."""
        self.pump()
        return self.screen.text()

    def line(self, y: int) -> str:
        """A line of the screen, from the top; negative from the bottom."""
        self.pump()
        return self.screen.line(y % self.screen.lines)

    def places(self, text: str) -> list[tuple[int, int]]:
        """Every place where a text stands on one line: (x, y) of its beginning, in cells from 0."""
        self.pump()
        return list(self.screen.places(text))

    def find(self, text: str) -> tuple[int, int]:
        """The first place of a text; waits for it."""
        self.wait_for(text)
        return self.places(text)[0]

    def picture(self, path: Path) -> None:
        """Save the screen as a PNG. :class:`~tests.terminal.picture.NoFont` where the machine has no font for it."""
        self.pump()
        picture.save(self.screen, path)

    # Waiting.

    def wait_until(self, condition: Callable[[], object], what: str, timeout: float = PATIENCE) -> None:
        """Wait until the condition holds; ``AssertionError`` with the screen if it does not in time."""
        end = time.perf_counter() + timeout
        while not condition():
            if time.perf_counter() > end:
                raise AssertionError(f"{what}: not within {timeout:g} s\n{self}")
            if self._ended:
                time.sleep(0.03)
            self.pump(0.03)

    def wait_for(self, wanted: str | Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait until a text is on the screen, or something is true."""
        if callable(wanted):
            self.wait_until(wanted, f"waited for {getattr(wanted, '__name__', wanted)}", timeout)
        else:
            what = f"waited for {wanted!r}"
            self.wait_until(lambda: wanted in self.text() or self._ended, what, timeout)
            if wanted not in self.text():
                raise AssertionError(f"{what}: not before the program ended\n{self}")

    def wait_gone(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait until a text is no longer on the screen."""
        self.wait_until(lambda: text not in self.text(), f"waited for {text!r} to go", timeout)

    def settle(self, quiet: float = _QUIET, at_least: float = 0.0, timeout: float = 10.0) -> int:
        """Wait until the program has nothing more to do or to write; the number of bytes that came.

        It has not if it wrote within the last ``quiet`` seconds or any of its threads runs. ``at_least`` is how long
        to wait in any case. A program that never rests is left alone after ``timeout``.
        """
        began = time.perf_counter()
        count = 0
        while (now := time.perf_counter()) < began + timeout and not self._ended:
            rest = max(began + at_least, quiet + max(began, self.last_read)) - now
            if rest <= 0:
                # Looked at twice: a program that a busy machine has not come to yet sleeps as one that has nothing to do.
                if not _busy(self.pid):
                    more = self.pump(quiet / 2)
                    count += more
                    if not more and not _busy(self.pid):
                        break
                rest = quiet / 4
            count += self.pump(rest)
        return count + self.pump()

    # Keys and text.

    def press(self, *keys: str) -> None:
        """Press keys, each when the one before it has settled."""
        for key in keys:
            data = key_bytes(key)
            self._send(data)
            self.settle(at_least=_AFTER_ESCAPE if data == b"\x1b" else 0.0)

    def type(self, text: str) -> None:
        """Type a text as a person does: no two characters within 30 ms, a new line is Enter."""
        for character in text:
            self._send(_typed(character))
            self.settle(at_least=_TYPING)

    def burst(self, text: str) -> None:
        """Send a text all at once, as a paste arrives in a terminal that does not mark it as one."""
        self._send(_typed(text))
        self.settle()

    def paste(self, text: str) -> None:
        """Paste a text, marked as one. Waits for the program to ask for that (bracketed paste), as terminals do."""
        self.wait_until(lambda: self.asked_for(BRACKETED_PASTE), "waited for the program to ask for marked pastes")
        self._send(b"\x1b[200~" + _typed(text) + b"\x1b[201~")
        self.settle()

    def send(self, data: bytes) -> None:
        """Send bytes as they are, and wait for nothing."""
        self._send(data)

    def asked_for(self, mode: int) -> bool:
        """Whether the program has this private mode on now."""
        self.pump()
        return self.screen.asked_for(mode)

    # The mouse.

    def click(self, where: Where) -> None:
        """Click with the left button."""
        x, y = self._cell(where)
        self._mouse((0, x, y, "M"), (0, x, y, "m"))

    def double_click(self, where: Where) -> None:
        """Click twice, quickly."""
        x, y = self._cell(where)
        self._mouse((0, x, y, "M"), (0, x, y, "m"), (0, x, y, "M"), (0, x, y, "m"))

    def drag(self, start: Where, to: Where, *, steps: int = 4) -> None:
        """Press the left button, move in so many steps, release."""
        (x, y), (to_x, to_y) = self._cell(start), self._cell(to)
        self._mouse((0, x, y, "M"))
        for step in range(1, steps + 1):
            self._mouse((32, x + (to_x - x) * step // steps, y + (to_y - y) * step // steps, "M"))
        self._mouse((0, to_x, to_y, "m"))

    def hover(self, where: Where) -> None:
        """Move the pointer there, with no button held."""
        self._mouse((35, *self._cell(where), "M"))

    def wheel(self, where: Where, notches: int = 1) -> None:
        """Turn the wheel over a place: down so many notches, up if negative."""
        x, y = self._cell(where)
        for _ in range(abs(notches)):
            self._mouse((65 if notches > 0 else 64, x, y, "M"))

    def _cell(self, where: Where) -> tuple[int, int]:
        if not isinstance(where, str):
            return where
        x, y = self.find(where)
        return x + wcswidth(where) // 2, y

    def _mouse(self, *events: tuple[int, int, int, str]) -> None:
        self.wait_until(
            lambda: self.asked_for(MOUSE) and self.asked_for(MOUSE_SGR), "waited for the program to ask for the mouse"
        )
        self._send("".join(f"\x1b[<{button};{x + 1};{y + 1}{end}" for button, x, y, end in events).encode())
        self.settle()

    # The window and the process.

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; the program is told (SIGWINCH)."""
        self.pump()
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settle()

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send the program a signal."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window: the program loses its terminal."""
        self._stop_reading()

    @property
    def running(self) -> bool:
        """Whether the program still runs."""
        return self._process.poll() is None

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Wait until the program has ended and show its last words; its status, negative for a signal."""
        self.wait_until(lambda: not self.running, "waited for the program to end", timeout)
        end = time.perf_counter() + 1
        while not self._ended and time.perf_counter() < end:  # a child may keep the terminal open
            self.pump(0.05)
        return self._process.wait()

    def close(self) -> None:
        """End the program, and what it started in its session, if they still run."""
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._stop_reading()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _stop_reading(self) -> None:
        if self._fd < 0:
            return
        os.write(self._close_signal, b"\0")
        self._thread.join()
        self.pump()
        for fd in (self._fd, self._closing, self._close_signal):
            os.close(fd)
        self._fd, self._ended = -1, True

    def __str__(self) -> str:
        """The screen in a frame, for whoever reads why a test failed."""
        columns = self.screen.columns
        shown = [f"|{line}" for line in self.text().split("\n")]
        return "\n".join([f"+{'-' * columns}", *shown, f"+{'-' * columns}"])


def environment(home: Path, lang: str, more: Mapping[str, str | None]) -> dict[str, str]:
    """An environment that knows nothing of who runs the tests: no display, no multiplexer, no settings."""
    clean: dict[str, str | None] = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(home / ".run"),
        "SHELL": "/bin/sh",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": lang,
        **more,
    }
    return {name: value for name, value in clean.items() if value is not None}


def _typed(text: str) -> bytes:
    """The text as a keyboard sends it: lines end with a carriage return."""
    return text.replace("\r\n", "\r").replace("\n", "\r").encode("utf-8", "surrogatepass")


def _busy(pid: int) -> bool:
    """Whether a thread of the process, or of one that it started, runs or waits for a disk (Linux; else unknown)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return False
    for thread in threads:
        try:
            stat = Path(f"/proc/{pid}/task/{thread}/stat").read_text()
            children = Path(f"/proc/{pid}/task/{thread}/children").read_text()
        except OSError:
            continue
        if stat.rpartition(")")[2].split()[0] in "RD" or any(_busy(int(child)) for child in children.split()):
            return True
    return False
