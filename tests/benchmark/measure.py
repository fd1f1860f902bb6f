"""Measure Accord against the floor, in one run, on this machine: ``python -m tests.benchmark.measure``.

Everything is measured in turns with what it is compared to, in real pseudo-terminals, and told as medians. The floor
(``floor.py``) is the least that a Textual app can do; a bound is a ratio to it, so that it holds on any machine.
Writes a table in Markdown; the exit status is 1 where a bound is not kept.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from storage import Board, Store, Update, Voice, changes
from storage.exports import FORMS, Form, document_language, export
from storage.store import Sitting, journal_path
from tests.plain import as_builtins
from tests.terminal.driver import Terminal
from tests.terminal.keys import key_bytes

from .boards import BEGAN, shown, write_board
from .hosting import measure_hosting
from .results import Result, percentile, ratio, table

ROOT = Path(__file__).parents[2]
SIZE = (160, 45)
SMALL, LARGE, HISTORY = 100, 10_000, 50_000
"""Cards of the two boards, and the changes behind the large one."""

ARROWS = ("down", "right", "up", "left")
QUIET = 0.15
"""Seconds without a byte after which a screen counts as settled."""

SLOW_ENOUGH = 0.1
"""Milliseconds that a disk's fsync takes at least where the bound on a commit holds."""

_FOLLOWER = """
import sys, time
from pathlib import Path
from storage import Store
store = Store.open(Path(sys.argv[1]))
store.subscribe(lambda update: print(update.board.seq, time.monotonic(), flush=True))
store.follow()
print("ready", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Sample:
    """What one key did: milliseconds until the screen had settled, and the bytes that were written for it."""

    settled: float
    size: int


@dataclass
class Bench:
    """Two boards in a folder, and how often to measure. What is compared to the floor takes its turns with it."""

    folder: Path
    rounds: int
    starts: int
    boards: dict[int, Board] = field(default_factory=dict)

    def path(self, cards: int) -> Path:
        """The file of the board with so many cards."""
        return self.folder / f"board{cards}.json"

    def make(self) -> None:
        """Write both boards, each time anew."""
        for cards, history in ((SMALL, 0), (LARGE, HISTORY)):
            self.path(cards).unlink(missing_ok=True)
            journal_path(self.path(cards)).unlink(missing_ok=True)
            self.boards[cards] = write_board(self.path(cards), cards, history)

    def ready(self, cards: int) -> str:
        """What is on the screen when the board can be used: its first card."""
        return f"{next(shown(self.boards[cards])).id} "

    def start(self, command: Sequence[str | os.PathLike[str]]) -> Terminal:
        """Start a program at the size that everything is measured at."""
        return Terminal(command, home=self.folder, size=SIZE, env={"PYTHONPATH": str(ROOT)})

    def floor(self, cards: int) -> Terminal:
        """Start the floor."""
        return self.start([sys.executable, Path(__file__).with_name("floor.py"), str(cards)])

    def accord(self, cards: int) -> Terminal:
        """Start Accord on a board."""
        return self.start([sys.executable, "-m", "tui", self.path(cards)])

    @contextmanager
    def running(self, *sizes: int) -> Iterator[tuple[Terminal, dict[int, Terminal]]]:
        """The floor, and Accord on boards of these sizes, all at rest."""
        with ExitStack() as stack:
            floor = stack.enter_context(leaving(self.floor(LARGE)))
            floor.wait_for("Card 0 ")
            apps = {}
            for cards in sizes:
                apps[cards] = stack.enter_context(leaving(self.accord(cards)))
                apps[cards].wait_for(self.ready(cards))
            for terminal in (floor, *apps.values()):
                terminal.settle(0.6)
            yield floor, apps


@contextmanager
def leaving(terminal: Terminal) -> Iterator[Terminal]:
    """A program that is left as a person leaves it, so that the next one finds nothing of it."""
    with terminal:
        yield terminal
        leave(terminal)


def leave(terminal: Terminal) -> None:
    """Ctrl+Q, and wait for the end."""
    terminal.send(key_bytes("ctrl+q"))
    terminal.wait_exit()
    terminal.close()


def press(terminal: Terminal, key: str) -> Sample:
    """Press a key and wait until the screen has settled."""
    terminal.pump()
    began = time.perf_counter()
    terminal.send(key_bytes(key))
    size = terminal.pump(5)
    if not size:
        raise SystemExit(f"{key} changed nothing within 5 s\n{terminal}")
    while more := terminal.pump(QUIET):
        size += more
    return Sample((terminal.last_read - began) * 1000, size)


def settled(samples: Sequence[Sample]) -> float:
    """The median of milliseconds."""
    return statistics.median(sample.settled for sample in samples)


def measure_keys(bench: Bench) -> Iterator[Result]:
    """Cursor keys and moved cards, against the floor's Down, at both sizes of board."""
    with bench.running(SMALL, LARGE) as (floor, apps):
        down: list[Sample] = []
        taken: dict[tuple[int, str], list[Sample]] = {}

        def turn(keys: Sequence[str]) -> None:
            down.append(press(floor, "down"))
            press(floor, "up")  # not measured: the floor stays where it is, as the cursor does in a round of arrows
            for key in keys:
                for cards in (SMALL, LARGE) if len(down) % 2 else (LARGE, SMALL):
                    taken.setdefault((cards, key), []).append(press(apps[cards], key))

        for _ in range(bench.rounds):
            turn(ARROWS)
        base = settled(down)
        for key in ARROWS:
            large = settled(taken[LARGE, key])
            yield ratio(f"{key}, {LARGE:,} cards", large, base, 1.5, "the floor's Down")
            yield ratio(f"{key}, {LARGE:,} cards", large, settled(taken[SMALL, key]), 1.15, f"at {SMALL} cards")
        size, key = max((statistics.median(s.size for s in samples), key) for (_, key), samples in taken.items())
        yield Result("bytes for a move of the cursor, at most", "≤ 1,500", f"{size:,.0f} ({key})", size <= 1500)
        down.clear()
        for _ in range(bench.rounds):
            turn(("shift+right", "shift+left"))
        for cards in apps:
            moves = taken[cards, "shift+right"] + taken[cards, "shift+left"]
            yield ratio(f"a card moved, {cards:,} cards", settled(moves), settled(down), 4, "the floor's Down")


def measure_starts(bench: Bench) -> Iterator[Result]:
    """From the command to the first card on the screen."""
    programs: dict[tuple[str, int], tuple[Callable[[int], Terminal], str]] = {}
    for cards in (SMALL, LARGE):
        programs["floor", cards] = (bench.floor, "Card 0 ")
        programs["accord", cards] = (bench.accord, bench.ready(cards))
    taken: dict[tuple[str, int], list[float]] = {name: [] for name in programs}
    for number in range(bench.starts + 1):
        for name, (start, ready) in programs.items():
            with start(name[1]) as terminal:
                terminal.wait_for(ready)
                if number:  # the first time compiles, and fills the caches of the disk
                    taken[name].append((terminal.last_read - terminal.started) * 1000)
                terminal.settle()
                leave(terminal)
    for cards, most in ((SMALL, 1.6), (LARGE, 2.5)):
        base, mine = (statistics.median(taken[name, cards]) for name in ("floor", "accord"))
        history = f", {HISTORY:,} changes" if cards == LARGE else ""
        yield ratio(f"start, {cards:,} cards{history}", mine, base, most, "the floor's")


def measure_commits(bench: Bench) -> Iterator[Result]:
    """A commit, against an append and an fsync of the same bytes on the same disk."""
    taken: dict[str, list[float]] = {"bare": [], str(SMALL): [], str(LARGE): []}
    with ExitStack() as stack:
        voices = {}
        for cards in (SMALL, LARGE):
            store = stack.enter_context(Store.open(bench.path(cards)))
            store.board.standing  # noqa: B018 - carried from here on, as on a screen
            voices[cards] = Voice(store, "p1", "benchmark")
        gc.freeze()  # as the app does once a board is open
        stack.callback(gc.unfreeze)
        sitting = Sitting("p1", "benchmark", "p1", one_screen=True)
        probe = os.open(bench.folder / "probe", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        stack.callback(os.close, probe)
        for number in range(200):
            for cards, voice in voices.items():
                change = _there_and_back(voice.store.board, number)
                before = journal_path(bench.path(cards)).stat().st_size
                began = time.perf_counter()
                voice.store.commit(change, sitting)
                taken[str(cards)].append((time.perf_counter() - began) * 1000)
                with journal_path(bench.path(cards)).open("rb") as journal:
                    journal.seek(before)
                    line = journal.read()
            began = time.perf_counter()
            os.write(probe, line)
            os.fsync(probe)
            taken["bare"].append((time.perf_counter() - began) * 1000)
    bare, small, large = (statistics.median(taken[name]) for name in ("bare", str(SMALL), str(LARGE)))
    slow = bare >= SLOW_ENOUGH
    for cards, value in ((SMALL, small), (LARGE, large)):
        bound = f"≤ 3 × append + fsync ({bare:.3f} ms)" + ("" if slow else "; not held to it on so fast a disk")
        kept = value <= 3 * bare if slow else None
        yield Result(f"commit, {cards:,} cards", bound, f"{value:.3f} ms = {value / bare:.2f} ×", kept)
    yield Result(f"commit, {LARGE:,} cards, by way of the writer thread", "–", f"{_by_thread(bench):.3f} ms", None)
    growth = f"≤ 1.5 × at {SMALL} cards ({small:.3f} ms)"
    yield Result(f"commit, {LARGE:,} cards", growth, f"{large:.3f} ms = {large / small:.2f} ×", large <= 1.5 * small)


def _by_thread(bench: Bench) -> float:
    """What a session waits for a commit: the way to the writer thread and back is added (ms, median)."""
    taken = []
    with Store.open(bench.path(LARGE)) as store:
        voice = Voice(store, "p1", "benchmark")
        for number in range(100):
            change = _there_and_back(store.board, number)
            began = time.perf_counter()
            voice.commit_now(change)
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def _there_and_back(board: Board, number: int) -> changes.Move:
    """A card moved to the end of the next column, and back the next time."""
    if number % 2 == 0:
        return changes.Move(next(shown(board, "discuss")).id, board.column_of_role("table").id)
    *_, last = shown(board, "table")
    return changes.Move(last.id, board.column_of_role("discuss").id)


def measure_following(bench: Bench) -> Iterator[Result]:
    """A change seen by another session: of the same process, of another process, and on its screen."""
    here: list[float] = []
    there: list[float] = []
    with Store.open(bench.path(LARGE)) as store, _follower(bench.path(LARGE)) as lines:
        voice = Voice(store, "p1", "benchmark")
        told: list[float] = []
        seen = threading.Event()

        def tell(update: Update) -> None:
            told.append(time.monotonic())
            seen.set()

        store.subscribe(tell)
        for number in range(bench.rounds * 3):
            change = _there_and_back(store.board, number)
            seen.clear()
            began = time.monotonic()
            voice.commit(change)
            seen.wait(10)
            here.append((told[-1] - began) * 1000)
            seq, at = next(lines).split()
            if int(seq) != store.board.seq:
                raise SystemExit(f"change {store.board.seq} was expected, {seq} was seen")
            there.append((float(at) - began) * 1000)
        bench.boards[LARGE] = store.board
    with bench.running(LARGE) as (floor, apps):
        base = settled([press(floor, key) for _ in range(bench.rounds) for key in ("down", "up")])
        with leaving(bench.accord(LARGE)) as other:
            other.wait_for(bench.ready(LARGE))
            other.settle(0.6)
            shown_there = [
                _seen(apps[LARGE], key, other) for _ in range(bench.rounds) for key in ("shift+right", "shift+left")
            ]
    yield ratio("a change seen, same process", statistics.median(here), base, 2, "the floor's Down")
    for what, values in (("another process", there), ("another process, from a key to its screen", shown_there)):
        late = percentile(values, 0.95)
        measured = f"{late:.1f} ms (median {statistics.median(values):.1f})"
        yield Result(f"a change seen, {what}, 95th percentile", "≤ 60 ms", measured, late <= 60)


@contextmanager
def _follower(path: Path) -> Iterator[Iterator[str]]:
    """Another process that follows a board: a line for each change that it sees, with the time."""
    command = [sys.executable, "-c", _FOLLOWER, os.fspath(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        if process.stdout.readline() != "ready\n":
            raise SystemExit("the other process did not start")
        yield iter(process.stdout)
        process.stdin.close()


def _seen(acting: Terminal, key: str, other: Terminal) -> float:
    """Milliseconds from a key in one terminal until the screen of the other has settled."""
    other.pump()
    began = time.perf_counter()
    acting.send(key_bytes(key))
    if not other.pump(5):
        raise SystemExit(f"{key} was not seen within 5 s\n{other}")
    while other.pump(QUIET):
        pass
    late = (other.last_read - began) * 1000
    acting.settle(QUIET)
    return late


def measure_export(bench: Bench) -> Iterator[Result]:
    """The large board in each form, against ``json.dumps`` of the board; the strategy in full besides."""
    board = bench.boards[LARGE]
    language = document_language("en")
    values = as_builtins(board)
    wanted = [(form, False) for form in FORMS] + [("markdown", True), ("html", True)]
    base: list[float] = []
    taken: dict[tuple[Form, bool], list[float]] = {each: [] for each in wanted}
    for _ in range(max(3, bench.rounds // 3)):
        began = time.perf_counter()
        json.dumps(values)
        base.append((time.perf_counter() - began) * 1000)
        for form, full in wanted:
            began = time.perf_counter()
            export(board, form, language, full=full, today=BEGAN.date())
            taken[form, full].append((time.perf_counter() - began) * 1000)
    for (form, full), times in taken.items():
        what = f"{LARGE:,} cards as {form}" + (", in full" if full else "")
        result = ratio(what, statistics.median(times), statistics.median(base), 10, "json.dumps")
        yield replace(result, bound="–", kept=None) if full else result


PARTS: dict[str, Callable[[Bench], Iterator[Result]]] = {
    "keys": measure_keys,
    "start": measure_starts,
    "commit": measure_commits,
    "follow": measure_following,
    "export": measure_export,
    "host": lambda bench: measure_hosting(bench, SMALL, LARGE),
}


def machine() -> str:
    """What the numbers depend on, and nothing that names the machine."""
    facts = (
        f"{platform.system()} on {platform.machine()}",
        f"{os.cpu_count()} cores",
        f"load {os.getloadavg()[0]:.1f} at the start",
        f"Python {platform.python_version()}",
        f"Textual {version('textual')}",
        f"a terminal of {SIZE[0]}×{SIZE[1]}",
    )
    return ", ".join(facts)


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="Measure Accord against the floor, on this machine.")
    parser.add_argument("--quick", action="store_true", help="few rounds: to see that it works, not to believe it")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--folder", type=Path, help="where to keep the boards meanwhile; its disk is the one measured")
    asked = parser.parse_args()
    parts = asked.only.split(",")
    if unknown := set(parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    facts = machine()
    results: list[Result] = []
    for part in parts:
        with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
            bench = Bench(Path(folder), *((3, 3) if asked.quick else (31, 11)))
            bench.make()
            results += PARTS[part](bench)
    print(f"{facts}.\n\n{table(results)}")
    return 1 if any(result.kept is False for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
