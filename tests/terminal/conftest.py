"""What tests in a real terminal share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from .driver import Terminal

ROOT = Path(__file__).parents[2]


class Terminals:
    """Opens terminals for one test: the program runs in ``home``, and finds the packages of this repository."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.open: list[Terminal] = []

    def __call__(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        size: tuple[int, int] = (80, 24),
        cwd: Path | None = None,
        env: Mapping[str, str | None] | None = None,
        lang: str = "en_US.UTF-8",
    ) -> Terminal:
        found = {"PYTHONPATH": str(ROOT), **(env or {})}
        terminal = Terminal(command, home=self.home, size=size, cwd=cwd, env=found, lang=lang)
        self.open.append(terminal)
        return terminal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder of its own, with the XDG folders."""
    folder = tmp_path / "home"
    for name in (".config", ".local/share", ".local/state", ".cache", ".run"):
        (folder / name).mkdir(parents=True)
    (folder / ".run").chmod(0o700)
    return folder


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminals]:
    """Opens terminals; all of them are closed when the test ends."""
    terminals = Terminals(home)
    yield terminals
    for one in terminals.open:
        one.close()


@pytest.fixture
def accord() -> list[str]:
    """The command that starts Accord."""
    return [sys.executable, "-m", "tui"]


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], list[str]]:
    """Writes a small Python program and gives the command that starts it."""

    def write(source: str) -> list[str]:
        path = tmp_path / f"program{len(list(tmp_path.glob('program*.py')))}.py"
        path.write_text(source, encoding="utf-8")
        return [sys.executable, str(path)]

    return write


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what was on its screens."""
    report = yield
    terminals = getattr(item, "funcargs", {}).get("terminal")
    if report.when == "call" and report.failed and isinstance(terminals, Terminals):
        for one in terminals.open:
            report.sections.append((f"screen of {' '.join(one.command)}", str(one)))
    return report
