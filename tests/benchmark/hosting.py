"""The host, measured by what its guests wait for: fifty of OpenSSH's clients, of which five are used at once.

A guest's screen is not drawn here but only read: what fifty terminals would do with it is not the host's.
"""

from __future__ import annotations

import fcntl
import os
import pty
import selectors
import statistics
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from storage.card import PartyName
from tests.terminal.driver import environment
from tests.terminal.keys import key_bytes
from tests.terminal.ssh import Hosted
from tui.screens.together_commands import FLASH_SECONDS

from .results import Result, percentile, ratio

if TYPE_CHECKING:
    from .measure import Bench

SESSIONS = (1, 10, 50)
ACTIVE = 5
"""Guests who press keys, whatever the number of those who look on."""

SIZE = (120, 35)
BETWEEN = 0.05
"""Seconds from one guest's key to the next one's: each of five presses four keys a second."""

QUIET = 0.15
"""Seconds without a byte after which a screen counts as settled."""

FADED = FLASH_SECONDS + 0.3
"""Seconds after which a card that was lit by a change is as it was: before that, it is painted once more."""

PATIENCE = 60.0
CURSOR = "┃".encode()
"""What is written anew whenever one's own cursor moves, and at no other time."""

Piece = tuple[float, bytes]


class Guests:
    """Clients of a host. One thread reads them all, and notes when which bytes came."""

    def __init__(self, hosted: Hosted, key: Path, users: Sequence[str]) -> None:
        self._hosted = hosted
        self._key = key
        self._users = users
        self._selector = selectors.DefaultSelector()
        self._stopping, self._stop = os.pipe()
        self._selector.register(self._stopping, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._ends: list[int] = []
        self.pieces: list[list[Piece]] = []

    def __enter__(self) -> Guests:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
        os.write(self._stop, b".")
        self._thread.join()
        for end in (*self._ends, self._stop, self._stopping):
            os.close(end)
        self._selector.close()

    def _read(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                try:
                    data = os.read(key.fd, 1 << 16)
                except OSError:  # the client has ended
                    data = b""
                if data:
                    self.pieces[key.data].append((time.perf_counter(), data))
                else:
                    self._selector.unregister(key.fd)

    def join(self, ready: bytes) -> float:
        """One more guest; milliseconds from the command to the first card on the screen."""
        number = len(self._processes)
        end, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        options = ("-tt", "-o", "PreferredAuthentications=publickey", "-i", str(self._key))
        command = self._hosted.command(self._users[number % len(self._users)], options=options)
        self.pieces.append([])
        self._ends.append(end)
        self._selector.register(end, selectors.EVENT_READ, number)
        began = time.perf_counter()
        env = environment(self._hosted.guest_home, "en_US.UTF-8", {})
        self._processes.append(
            subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=env, start_new_session=True)
        )
        os.close(terminal)
        while ready not in self.all_of(number):
            if time.perf_counter() - began > PATIENCE or self._processes[number].poll() is not None:
                raise SystemExit(f"guest {number} did not get to the board: {self.all_of(number)[-300:]!r}")
            time.sleep(0.001)
        return (self.pieces[number][-1][0] - began) * 1000

    def all_of(self, number: int) -> bytes:
        """All that a guest's terminal was sent since it was last forgotten."""
        return b"".join(data for _, data in self.pieces[number])

    def settle(self, seconds: float = QUIET) -> None:
        """Wait until nobody is sent anything any more."""
        while True:
            last = max((pieces[-1][0] for pieces in self.pieces if pieces), default=0.0)
            if (rest := last + seconds - time.perf_counter()) <= 0:
                return
            time.sleep(rest)

    def forget(self) -> None:
        """What came so far is not looked at again."""
        for pieces in self.pieces:
            pieces.clear()

    def press(self, number: int, key: str) -> float:
        """Press a key; the time."""
        began = time.perf_counter()
        os.write(self._ends[number], key_bytes(key))
        return began

    def until(self, number: int, began: float) -> float:
        """Milliseconds until a guest's terminal was sent something, and then nothing more for a while."""
        while not self.pieces[number]:
            if time.perf_counter() - began > PATIENCE:
                raise SystemExit(f"guest {number} was sent nothing")
            time.sleep(0.001)
        self.settle()
        return (self.pieces[number][-1][0] - began) * 1000

    def first(self, number: int, began: float, what: bytes) -> float:
        """Milliseconds until a guest's terminal was sent this."""
        while True:
            for at, data in list(self.pieces[number]):
                if at > began and what in data:
                    return (at - began) * 1000
            if time.perf_counter() - began > PATIENCE:
                raise SystemExit(f"guest {number} was not answered")
            time.sleep(0.002)


def measure_hosting(bench: Bench, small: int, large: int) -> Iterator[Result]:
    """Joining, memory, keys, and changes that are seen: on the small board and on the large one."""
    key = bench.folder / "id_guest"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.fspath(key)], check=True)
    yield _joins(bench, key, small)
    yield from _at_work(bench, key, large)


def _hosted(bench: Bench, cards: int) -> Hosted:
    folder = bench.folder / f"host{cards}"
    folder.mkdir()
    return Hosted(folder, bench.path(cards))


def _users(hosted: Hosted, key: Path) -> list[str]:
    """Invitations enough: a host lets only a few in with the same one."""
    public = key.with_suffix(".pub").read_text()
    parties: tuple[PartyName, ...] = ("client", "consultant") * (max(SESSIONS) // 8)
    return [hosted.invite(party, keys=(public,))[0] for party in parties]


def _joins(bench: Bench, key: Path, cards: int) -> Result:
    """A guest who comes, in turns with a start of the same board here."""
    joined: list[float] = []
    started: list[float] = []
    ready = bench.ready(cards)
    with _hosted(bench, cards) as hosted:
        users = _users(hosted, key)
        for number in range(bench.starts + 1):
            with Guests(hosted, key, users) as guests:
                join = guests.join(ready.encode())
                guests.settle()
            with bench.accord(cards) as terminal:
                terminal.wait_for(ready)
                start = (terminal.last_read - terminal.started) * 1000
                terminal.settle()
                terminal.send(key_bytes("ctrl+q"))
                terminal.wait_exit()
            if number:  # the first time fills caches on both sides
                joined.append(join)
                started.append(start)
    return ratio("a guest joins", statistics.median(joined), statistics.median(started), 0.7, "a local start")


def _at_work(bench: Bench, key: Path, cards: int) -> Iterator[Result]:
    ready = "To discuss"  # which card stands first changes with what is measured
    with ExitStack() as stack:
        hosted = stack.enter_context(_hosted(bench, cards))
        guests = stack.enter_context(Guests(hosted, key, _users(hosted, key)))
        memory: dict[int, int] = {}
        for count in SESSIONS:
            _join_up_to(guests, count, ready)
            if sys.platform.startswith("linux"):
                memory[count] = hosted.memory
            yield _keys(guests, count, bench.rounds)
            if count == min(SESSIONS):
                _join_up_to(guests, 2, ready)
            yield from _changes(bench, guests, ready, cards, bound=count == min(SESSIONS))
        if memory:
            few, most = min(SESSIONS), max(SESSIONS)
            each = (memory[most] - memory[few]) / (most - few) / 1e6
            yield Result("memory of a session", "≤ 6 MB", f"{each:.1f} MB", each <= 6)


def _join_up_to(guests: Guests, count: int, ready: str) -> None:
    while len(guests.pieces) < count:
        guests.join(ready.encode())
    guests.settle(0.6)
    guests.forget()


def _keys(guests: Guests, count: int, rounds: int) -> Result:
    """Cursor keys of the active guests, one after the other without waiting for the answer."""
    active = min(ACTIVE, count)
    late: list[float] = []
    for number in range(rounds):
        pressed = []
        for guest in range(active):
            pressed.append((guest, guests.press(guest, "up" if number % 2 else "down")))
            time.sleep(BETWEEN)
        late += [guests.first(guest, began, CURSOR) for guest, began in pressed]
        guests.forget()
    what = f"keys of {active} guests of {count}" if count > 1 else "keys of the only guest"
    slow = percentile(late, 0.95)
    measured = f"{slow:.1f} ms (median {statistics.median(late):.1f})"
    return Result(f"{what}, 95th percentile", "≤ 50 ms", measured, slow <= 50)


def _changes(bench: Bench, guests: Guests, ready: str, cards: int, *, bound: bool) -> Iterator[Result]:
    """A card that is moved, seen on another guest's screen: by a guest, and by another process.

    All guests are shown it, one after the other: the bound is for the two of a conversation.
    """
    moves = ("shift+right", "shift+left")
    faded, rounds = (FADED, max(5, bench.rounds // 3)) if bound else (0.0, bench.rounds)
    keys: list[float] = []
    seen: list[float] = []
    for _ in range(rounds):
        for key, move in zip(("down", "up"), moves, strict=True):  # in turns, each after the same rest
            keys.append(_at_rest(guests, 0, key, faded))
            seen.append(_at_rest(guests, 1, move, faded))
    there: list[float] = []
    with bench.accord(cards) as terminal:
        terminal.wait_for(ready)
        for key in moves * rounds:
            terminal.settle(QUIET)
            time.sleep(faded)
            guests.settle()
            guests.forget()
            began = time.perf_counter()
            terminal.send(key_bytes(key))
            there.append(guests.until(1, began))
        terminal.send(key_bytes("ctrl+q"))
        terminal.wait_exit()
    what = f"a change seen by a guest of {len(guests.pieces)}"
    own, slow = statistics.median(keys), percentile(there, 0.95)
    same = ratio(f"{what}, same process", statistics.median(seen), own, 2, "a guest's key")
    measured = f"{slow:.1f} ms (median {statistics.median(there):.1f})"
    other = Result(f"{what}, another process, 95th percentile", "≤ 60 ms", measured, slow <= 60)
    for result in (same, other):
        yield result if bound else replace(result, bound="–", kept=None)


def _at_rest(guests: Guests, seeing: int, key: str, rest: float = 0.0) -> float:
    """Milliseconds from a key of the first guest until the screen of one of them has settled."""
    time.sleep(rest)
    guests.settle()
    guests.forget()
    return guests.until(seeing, guests.press(0, key))
