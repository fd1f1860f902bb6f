"""Inviting, in real terminals: from ``i`` in the app to the client's first card with the ``ssh`` that everybody has."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Store, new_board
from tui.host.child import stop
from tui.host.running import running

from .conftest import Terminals
from .driver import Terminal


@dataclass(frozen=True)
class Words:
    """What is on the screens, in one language."""

    lang: str
    locale: str
    from_where: str
    send: str
    asked: str
    question: str
    here: str
    left_by: str
    withdraw: str
    ended: str
    guests_stay: str
    closed: str


EN = Words(
    "en", "en_US.UTF-8", "From where does Paul come?", "Send this to Paul", "The code of your invitation:", "Who answers?", "here now",
    "You have left the board", "Withdraw the invitation of Paul?", "Your invitation has ended",
    "Do the guests stay?", "The host has closed the table",
)  # fmt: skip
FR = Words(
    "fr", "fr_FR.UTF-8", "D'où vient Paul", "À envoyer à Paul", "Le code de votre invitation", "Qui répond ?", "au tableau",
    "Vous avez quitté le tableau", "Retirer l'invitation de Paul", "invitation a pris fin",
    "Les invités restent-ils", "fermé la table",
)  # fmt: skip

App = Callable[..., Terminal]


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return tmp_path / "garden.json"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def app(
    terminal: Terminals, script: Callable[[str], list[str]], board: Path, state: Path, tmp_path: Path
) -> Iterator[App]:
    """Opens the board in an app that begins to look for a port at one that is free here."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = script(f"import tui.host\ntui.host.PORT = {port}\nfrom tui.start import main\nmain()\n")

    def open_(words: Words, **env: str) -> Terminal:
        if not board.exists():
            Store.create(board, new_board("Jardin", words.lang, {"consultant": "Nadia", "client": "Paul"})).close()
        screen = terminal([*program, str(board)], lang=words.locale, env={"ACCORD_STATE": str(state), **env})
        screen.wait_for("Nadia")
        screen.settle()
        return screen

    yield open_
    if board.exists():
        stop(board, {"ACCORD_STATE": str(state)})


def invited(screen: Terminal, words: Words, state: Path) -> tuple[list[str], str]:
    """Press ``i`` and Enter, copy the text; the line to paste and the code, as the client finds them in it."""
    screen.press("i")
    screen.wait_for("Paul (")
    screen.press("enter")
    screen.wait_for(words.from_where)
    screen.press("end", "enter")  # this machine
    screen.wait_for(words.send)
    screen.press("c")
    screen.wait_for(lambda: screen.copied)
    text = (state / "copied.txt").read_text("utf-8")
    line = re.search(r"^ +(ssh .+)$", text, re.MULTILINE)
    code = re.search(r"^ +(\w{4}-\w{4}-\w{4})$", text, re.MULTILINE)
    fingerprint = re.search(r"^ +(SHA256:\S+)$", text, re.MULTILINE)
    assert line is not None
    assert code is not None
    assert fingerprint is not None
    assert screen.copied[-1] == text
    screen.press("escape")
    screen.wait_gone(words.send)
    return line[1].split(), code[1]


def joins(terminal: Terminals, line: list[str], code: str, words: Words, folder: Path) -> Terminal:
    """Paste the line, answer what is asked, be at the board."""
    program, *rest = line
    known = ("-F", "none", "-o", f"UserKnownHostsFile={folder / 'known_hosts'}", "-o", "GlobalKnownHostsFile=none",
             "-o", "IdentityAgent=none", "-o", "IdentityFile=none")  # fmt: skip
    client = terminal([program, *known, *rest], lang=words.locale)
    client.wait_until(lambda: "yes/no" in client.text() or words.asked in client.text(), "waited for a question")
    if "yes/no" in client.text():
        client.send(b"yes\r")
        client.wait_for(words.asked)
    client.send(code.encode() + b"\r")
    client.wait_for("● Paul")
    client.settle()
    return client


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_a_client_is_invited_adds_a_card_and_is_sent_away(
    words: Words, app: App, terminal: Terminals, board: Path, state: Path, tmp_path: Path
) -> None:
    consultant = app(words)
    line, code = invited(consultant, words, state)
    # Whatever the capitals and the dashes were.
    client = joins(terminal, line, code.replace("-", "").lower(), words, tmp_path)

    client.press("q")
    client.wait_for("Ctrl+S")
    client.type(words.question)
    client.press("enter")
    client.wait_for(words.question)

    consultant.wait_for(words.here)
    consultant.press("escape")
    consultant.wait_for(words.question)

    # Withdrawn: the client's session ends, with its sentence.
    consultant.press("i")
    consultant.wait_for("● paul")
    consultant.press("end", "delete")
    consultant.wait_for(words.withdraw)
    consultant.press("down", "enter")
    client.wait_for(words.ended)
    assert client.wait_exit() == 0
    consultant.wait_gone(words.here)


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_leaving_asks_and_the_table_is_closed_with_a_word(
    words: Words, app: App, terminal: Terminals, board: Path, state: Path, tmp_path: Path
) -> None:
    consultant = app(words)
    line, code = invited(consultant, words, state)
    client = joins(terminal, line, code.upper(), words, tmp_path)
    consultant.wait_for(words.here)
    consultant.press("ctrl+q")
    consultant.wait_for(words.guests_stay)
    consultant.press("down", "enter")
    client.wait_for(words.closed)
    assert consultant.wait_exit() == 0
    client.wait_exit()
    assert running(state, board) is None


def test_a_host_outlives_the_app_and_the_next_start_finds_it(
    app: App, terminal: Terminals, board: Path, state: Path, tmp_path: Path
) -> None:
    consultant = app(EN)
    line, code = invited(consultant, EN, state)
    client = joins(terminal, line, code, EN, tmp_path)
    found = running(state, board)
    assert found is not None
    os.killpg(consultant.pid, signal.SIGKILL)
    consultant.wait_exit()

    client.press("q")
    client.wait_for("Ctrl+S")
    client.type(EN.question)
    client.press("enter")
    client.wait_for(EN.question)
    assert running(state, board) == found

    again = app(EN)
    again.wait_for(EN.question)
    again.press("i")
    again.wait_for(f"on port {found.port}")
    again.wait_for(EN.here)
    again.press("escape")
    again.settle()
    # Another app began it; whoever leaves is still asked, for nobody else would close it.
    again.press("ctrl+q")
    again.wait_for(EN.guests_stay)
    again.press("enter")
    assert again.wait_exit() == 0
    again.wait_for("press i")  # what the terminal says then: how to close it later
    assert running(state, board) == found
    client.press("ctrl+q")
    client.wait_for(EN.left_by)


def test_how_to_close_the_table_is_said_on_a_terminal_without_accents_too(app: App, board: Path, state: Path) -> None:
    consultant = app(FR, PYTHONIOENCODING="ascii")
    consultant.press("i")
    consultant.wait_for("Paul (")
    consultant.press("enter")
    consultant.wait_for("vient Paul")
    consultant.press("end", "enter")
    consultant.wait_for("SHA256")
    consultant.press("escape", "escape")
    consultant.wait_gone("SHA256")
    consultant.press("escape", "ctrl+q")
    consultant.wait_for("reste ouvert")
    consultant.press("enter")
    assert consultant.wait_exit() == 0
    consultant.wait_for("reste ouvert aux invit?s")
    assert running(state, board) is not None


def test_closing_the_terminal_leaves_the_guests_where_they_are(
    app: App, terminal: Terminals, board: Path, state: Path, tmp_path: Path
) -> None:
    consultant = app(EN)
    line, code = invited(consultant, EN, state)
    client = joins(terminal, line, code, EN, tmp_path)
    consultant.wait_for(EN.here)
    consultant.close()
    client.press("q")
    client.wait_for("Ctrl+S")
    assert running(state, board) is not None
