"""Calls commands in this process, and says how they ended."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.cli import run

ROOT = Path(__file__).parents[3]

Opened = list[tuple[Path | None, str, bool]]
"""What the app was asked to open: the file, the language, whether it is the demo."""

Process = Callable[..., subprocess.CompletedProcess[bytes]]


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Accord:
    """Calls commands in a folder of the test's own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.environ = {"LANG": "en_US.UTF-8", "ACCORD_STATE": str(folder / "state")}
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *argv: str, lang: str = "", stdin: bytes = b"") -> Ended:
        environ = {**self.environ, "LANG": lang} if lang else self.environ
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        status = run(argv, environ)
        said = self._capsys.readouterr()
        return Ended(status, said.out, said.err)

    def ok(self, *argv: str, lang: str = "", stdin: bytes = b"") -> str:
        """What a command says that must end well."""
        ended = self(*argv, lang=lang, stdin=stdin)
        assert (ended.status, ended.err) == (0, ""), ended
        return ended.out

    def refused(self, *argv: str, lang: str = "", status: int = 1) -> str:
        """The one line of a command that must not do anything."""
        ended = self(*argv, lang=lang)
        assert ended.status == status, ended
        assert ended.out == ""
        assert ended.err.count("\n") == 1
        assert ended.err.endswith("\n")
        assert "Traceback" not in ended.err
        return ended.err.strip()

    def cards(self, board: str = "acme.json") -> dict[str, dict[str, object]]:
        """The cards, as ``list --json`` has them."""
        return {card["id"]: card for card in json.loads(self.ok("list", board, "--json"))}
