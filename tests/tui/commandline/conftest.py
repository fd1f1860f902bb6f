"""What tests of the command line share."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from storage import Store
from tui.commandline import boards

from .calling import ROOT, Accord, Opened, Process


@pytest.fixture
def accord(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Accord:
    monkeypatch.chdir(tmp_path)
    return Accord(tmp_path, capsys, monkeypatch)


@pytest.fixture
def acme(accord: Accord) -> str:
    """A board on which there is a question, an answer, a proposal, and a decision that settles others."""
    accord.ok("new", "acme", "--title", "Amis du Phare", "--consultant", "Nadia", "--client", "Paul")
    accord.ok("add", "acme", "question", "Who first?", "--by", "consultant")
    accord.ok("add", "acme", "answer", "Parents", "--by", "client", "--on", "Q1")
    accord.ok("add", "acme", "decision", "Newsletter first", "--by", "consultant", "--on", "A1")
    accord.ok("add", "acme", "decision", "Two stories a week", "--by", "consultant", "--body", "On *Instagram*.")
    accord.ok("agree", "acme", "D1", "--by", "consultant")
    accord.ok("agree", "acme", "D1", "--by", "client")
    return "acme.json"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What the app was asked to open, in place of the app; a terminal is there."""
    calls: Opened = []

    def run_app(path: Path | None, lang: str, *, demo: bool = False) -> int:
        if path is not None:
            Store.open(path).close()
        calls.append((path, lang, demo))
        return 0

    app = types.ModuleType("tui.app")
    app.run_app = run_app  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tui.app", app)
    monkeypatch.setattr(boards, "_need_terminal", lambda: None)
    return calls


@pytest.fixture
def process(accord: Accord) -> Process:
    """Runs ``accord`` as a shell would."""

    def start(*argv: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **accord.environ}
        environ |= options.pop("environ", {})  # type: ignore[arg-type]
        command = [sys.executable, *(options.pop("command", None) or ("-m", "tui")), *argv]  # type: ignore[misc]
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            command, env=environ, timeout=60, check=False, **{"capture_output": True, **options}
        )

    return start
