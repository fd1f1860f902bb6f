"""A host as a process of its own, and guests who come to it with the ``ssh`` that everybody has.

with Hosted(tmp_path, board) as hosted:
    user, code = hosted.invite("client")
    guest = hosted.client(user, code, size=(100, 30))
    guest.press("q")
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from storage import Board, Store
from storage.card import PartyName
from storage.invitations import Invitations
from storage.store import utc_now

from .driver import PATIENCE, Terminal, environment
from .screen import MOUSE

ROOT = Path(__file__).parents[2]


class Hosted:
    """A board that is hosted on a free port of this machine, until it is stopped. ``folder`` is the test's own."""

    def __init__(self, folder: Path, board: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.board = board
        self.home = folder / "host-home"
        self.state = folder / "host-state"
        self.guest_home = folder / "guest-home"
        self.known_hosts = folder / "known_hosts"
        for needed in (self.home, self.guest_home):
            needed.mkdir(exist_ok=True)
        self.port = 0
        self._log = folder / "host.log"
        self._env = dict(env or {})
        self._terminals: list[Terminal] = []
        with Store.open(board) as store:
            self._people = {side: store.board.of_party(side)[0].id for side in ("consultant", "client")}
        self.invitations = Invitations(self.state / "invitations", board, clock=utc_now)
        self.start()

    def __enter__(self) -> Hosted:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # The host

    def start(self) -> None:
        """Start the host; where it ran before, on the same port."""
        command = [sys.executable, "-m", "tui", "host", str(self.board), "--listen", f"127.0.0.1:{self.port}"]
        said = self._log.with_suffix(".out")
        with self._log.open("ab") as log, said.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                cwd=self.home,
                env=environment(
                    self.home, "en_US.UTF-8", {"PYTHONPATH": str(ROOT), "ACCORD_STATE": str(self.state), **self._env}
                ),
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while (found := re.search(r"port\D+(\d+)", said.read_text("utf-8"))) is None:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"the host did not start:\n{self.log}")
            time.sleep(0.02)
        self.port = int(found[1])

    @property
    def log(self) -> str:
        """What the host has said of who came, who left and what failed."""
        return self._log.read_text("utf-8", errors="replace")

    def wait_log(self, text: str) -> None:
        """Wait until the host's log says something."""
        end = time.monotonic() + PATIENCE
        while text not in self.log:
            if time.monotonic() > end:
                raise AssertionError(f"the log does not say {text!r}:\n{self.log}")
            time.sleep(0.02)

    @property
    def memory(self) -> int:
        """Bytes of memory that the host has (Linux)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1]) * 1024

    def kill(self) -> None:
        """End the host at once, as a crash would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Stop the host as its owner does, and close what clients are left; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        for terminal in self._terminals:
            terminal.close()
        self._terminals.clear()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    # Guests

    def invite(
        self,
        party: PartyName,
        view: bool = False,
        *,
        lasting: dt.timedelta = dt.timedelta(hours=1),
        keys: tuple[str, ...] = (),
    ) -> tuple[str, str]:
        """Invite the first person of a party: the user name and the code."""
        made, code = self.invitations.make(
            party, party, self._people[party], lasting=lasting, may_edit=not view, keys=keys
        )
        return made.user, code

    def command(self, user: str, *more: str, program: str = "ssh", options: Sequence[str] = ()) -> list[str]:
        """A client's command, which knows nothing of the configuration and the keys of who runs the tests."""
        settings = (
            f"UserKnownHostsFile={self.known_hosts}",
            "GlobalKnownHostsFile=none",
            "StrictHostKeyChecking=accept-new",
            "IdentityAgent=none",
            "IdentityFile=none",
            f"Port={self.port}",
        )
        given = [part for setting in settings for part in ("-o", setting)]
        target = [f"{user}@127.0.0.1"] if program == "ssh" else []
        return [program, "-F", "none", *given, *options, *target, *more]

    def knock(
        self,
        user: str,
        *more: str,
        size: tuple[int, int] = (80, 24),
        options: Sequence[str] = (),
        lang: str = "en_US.UTF-8",
        env: Mapping[str, str | None] | None = None,
        program: str = "ssh",
    ) -> Terminal:
        """A client that has been started, and nothing more."""
        terminal = Terminal(
            self.command(user, *more, options=options, program=program),
            home=self.guest_home,
            size=size,
            lang=lang,
            env=env,
        )
        self._terminals.append(terminal)
        return terminal

    def client(
        self,
        user: str,
        code: str,
        *more: str,
        size: tuple[int, int] = (80, 24),
        options: Sequence[str] = (),
        lang: str = "en_US.UTF-8",
        env: Mapping[str, str | None] | None = None,
    ) -> Terminal:
        """A client that has typed the code and stands at the board."""
        terminal = self.knock(user, *more, size=size, options=options, lang=lang, env=env)
        answer_code(terminal, code)
        stands_at_board(terminal)
        return terminal


def answer_code(terminal: Terminal, code: str) -> None:
    """Type a code where it is asked for."""
    terminal.wait_until(
        lambda: "invitation" in terminal.text() or not terminal.running, "waited to be asked for a code"
    )
    terminal.send(f"{code}\r".encode())


def stands_at_board(terminal: Terminal) -> None:
    """Wait until a client has the board before it."""
    terminal.wait_until(lambda: terminal.asked_for(MOUSE) and "┃" in terminal.text(), "waited for the board")
    terminal.settle()


def now(path: Path) -> Board:
    """The board as its files have it."""
    with Store.open(path) as store:
        return store.board


def ask(screen: Terminal, title: str) -> None:
    """Ask a question, as a person does."""
    screen.send(b"q")
    screen.wait_for("A new question")
    screen.type(title)
    screen.wait_for(title)
    screen.send(b"\r")
    screen.wait_gone("A new question")


class Asked:
    """A client that runs once, without a terminal, and has the code from a program, as scripts do."""

    def __init__(self, hosted: Hosted, code: str) -> None:
        self.hosted = hosted
        helper = hosted.guest_home / "askpass"
        helper.write_text(f"#!/bin/sh\necho '{code}'\n", encoding="utf-8")
        helper.chmod(0o700)
        more = {"SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
        self.env = environment(hosted.guest_home, "en_US.UTF-8", more)

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.hosted.guest_home,
            env=self.env,
        )

    def __call__(self, command: list[str]) -> tuple[int, bytes, str]:
        """The status, the output and the errors."""
        process = self.start(command)
        out, err = process.communicate(timeout=PATIENCE)
        return process.returncode, out, err.decode("utf-8", "replace")
