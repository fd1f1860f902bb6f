"""What a guest may send, break or suffer: it ends with that guest, and the others go on."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, Voice, changes, new_board

from .driver import PATIENCE, Terminal
from .screen import MOUSE
from .ssh import Asked, Hosted, answer_code, ask, now, stands_at_board

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh here")

ALTERNATE_SCREEN = 1049
GIGABYTE = 1_000_000_000
SECRET = "Who knows about the takeover?"


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "garden.json"
    with Store.create(path, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        Voice(store, "p1", "before").commit_now(changes.AddCard("question", SECRET))
    return path


@pytest.fixture
def hosted(tmp_path: Path, board: Path) -> Iterator[Hosted]:
    with Hosted(tmp_path, board) as hosted:
        yield hosted


@pytest.fixture
def nadia(hosted: Hosted) -> Terminal:
    """Somebody who just wants to go on."""
    return hosted.client(*hosted.invite("consultant"))


def titles(hosted: Hosted) -> list[str]:
    return [card.title for card in now(hosted.board).in_order()]


def sound(hosted: Hosted) -> None:
    """The host runs, its board is whole, and its log has neither cards nor codes."""
    assert hosted.process.poll() is None
    with Store.open(hosted.board) as store:
        assert not store.notices
    assert "takeover" not in hosted.log
    assert "Traceback" not in hosted.log


# At the door


def test_guessing_is_slowed_and_logged_and_a_right_code_is_not(hosted: Hosted, nadia: Terminal) -> None:
    user, code = hosted.invite("client")
    guessing = Asked(hosted, "guess-guess-guess")
    options = ["-o", "NumberOfPasswordPrompts=5"]
    guesses = [guessing.start(hosted.command(user, "export", options=options)) for _ in range(8)]
    hosted.wait_log("a wrong code for client from 127.0.0.1")
    paul = hosted.client(user, code)
    ask(paul, "Who writes?")
    ask(nadia, "How often?")
    answered = hosted.log.count("a wrong code for client from 127.0.0.1")
    assert any(guess.poll() is None for guess in guesses)
    for guess in guesses:
        guess.kill()
        guess.communicate()
    assert answered < 8 * 5
    assert "guess-guess" not in hosted.log
    assert code not in hosted.log
    assert {"Who writes?", "How often?"} < set(titles(hosted))
    sound(hosted)


def test_two_hundred_that_knock_and_say_nothing_keep_nobody_out(hosted: Hosted, nadia: Terminal) -> None:
    user, code = hosted.invite("client")
    with contextlib.ExitStack() as crowd:
        for n in range(200):
            one = crowd.enter_context(socket.create_connection(("127.0.0.1", hosted.port), PATIENCE))
            if n % 2:
                one.sendall(b"SSH-2.0-silent\r\n")
        paul = hosted.client(user, code)
        ask(paul, "Who writes?")
        nadia.wait_for("Who writes?")
    sound(hosted)


@pytest.mark.parametrize(
    "said",
    [b"GET / HTTP/1.1\r\n\r\n", b"SSH-1.5-old\r\n", b"\xff" * 70_000, b"SSH-2.0-x\r\n" + b"\xff\xff\xff\xff" * 20_000,
     b"SSH-2.0-x\r\n" + b"\0\0\0\x0c\x0a\x14" + b"\0" * 5_000],
    ids=["http", "old", "noise", "length", "exchange"],
)  # fmt: skip
def test_what_is_no_ssh_is_shown_the_door(hosted: Hosted, nadia: Terminal, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hosted.port), PATIENCE) as stranger:
        stranger.settimeout(PATIENCE)
        with contextlib.suppress(ConnectionError):
            stranger.sendall(said)
            while stranger.recv(10_000):
                pass
    ask(nadia, "How often?")
    sound(hosted)


# Floods


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("begin", [b"", b"\x1b[200~"], ids=["as keys", "as a paste"])
def test_a_paste_of_a_gigabyte_ends_its_session_and_fills_nothing(
    hosted: Hosted, nadia: Terminal, begin: bytes
) -> None:
    user, code = hosted.invite("client")
    asked = Asked(hosted, code)
    command = hosted.command(user, options=["-tt"])
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=asked.env
    )
    assert process.stdin is not None
    assert process.stdout is not None
    said = bytearray()
    while b"Nadia" not in said:
        said += process.stdout.read1(65_536)  # type: ignore[attr-defined]
    before = hosted.memory
    most = before

    def pour() -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.write(begin)
            for _ in range(GIGABYTE // 100_000):
                process.stdin.write(b"Les phares de la baie. " * 4_348)
        with contextlib.suppress(OSError):
            process.stdin.close()

    def listen() -> None:
        assert process.stdout is not None
        while piece := process.stdout.read1(65_536):  # type: ignore[attr-defined]
            said.extend(piece)

    threads = [threading.Thread(target=pour), threading.Thread(target=listen)]
    for thread in threads:
        thread.start()
    ask(nadia, "How often?")
    most = max(most, hosted.memory)
    process.wait(PATIENCE)
    for thread in threads:
        thread.join(PATIENCE)
    ask(nadia, "Where?")
    most = max(most, hosted.memory)
    assert "That was too much at once." in said.decode("utf-8", "replace")
    assert most - before < 60_000_000
    nadia.wait_for(lambda: titles(hosted) == [SECRET, "How often?", "Where?"])
    assert "client (127.0.0.1) sent too much at once" in hosted.log
    sound(hosted)


def test_a_client_that_is_stopped_keeps_nobody_waiting(hosted: Hosted, nadia: Terminal) -> None:
    paul = hosted.client(*hosted.invite("client"), size=(200, 60))
    paul.kill(signal.SIGSTOP)
    for n in range(3):
        ask(nadia, f"Round {n}?")
    paul.kill(signal.SIGCONT)
    paul.wait_for("Round 2?")
    ask(paul, "Who writes?")
    nadia.wait_for("Who writes?")
    sound(hosted)


def test_a_window_that_never_stops_changing_keeps_nobody_waiting(hosted: Hosted, nadia: Terminal) -> None:
    paul = hosted.client(*hosted.invite("client"))
    stop = threading.Event()

    def shake() -> None:
        import fcntl
        import struct
        import termios

        while not stop.wait(0.001):
            for columns in (60, 90):
                fcntl.ioctl(paul._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    shaking = threading.Thread(target=shake)
    shaking.start()
    try:
        ask(nadia, "How often?")
        ask(nadia, "Where?")
    finally:
        stop.set()
        shaking.join()
    paul.resize(80, 24)
    paul.wait_for("Where?")
    assert (nadia.screen.columns, nadia.screen.lines) == (80, 24)
    sound(hosted)


def test_a_large_export_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with Store.create(path, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "before")
        question = [changes.AddCard("question", f"Question {n}?") for n in range(2_000)]
        voice.commit_now(changes.Together(tuple(question)))
    with Hosted(tmp_path, path) as hosted:
        nadia = hosted.client(*hosted.invite("consultant"))
        user, code = hosted.invite("client", view=True)
        asked = Asked(hosted, code)
        exports = [asked.start(hosted.command(user, "export", "--as", "json")) for _ in range(4)]
        ask(nadia, "How often?")
        for export in exports:
            out, _ = export.communicate(timeout=PATIENCE)
            assert export.returncode == 0
            assert b"Question 1999?" in out
        sound(hosted)


# Ends


def test_a_client_that_dies_in_the_midst_of_a_sentence_finds_it_again(hosted: Hosted, nadia: Terminal) -> None:
    user, code = hosted.invite("client")
    paul = hosted.client(user, code)
    paul.press("q")
    paul.type("Half a quest")
    paul.wait_for("Half a quest")
    paul.kill()
    nadia.wait_for("Paul has left.")
    again = hosted.client(user, code)
    again.wait_for("Half a quest")
    assert titles(hosted) == [SECRET]
    ask(nadia, "How often?")
    sound(hosted)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_host_that_is_stopped_tells_everybody_and_loses_nothing(hosted: Hosted, number: int) -> None:
    (paul_user, paul_code), (nadia_user, nadia_code) = hosted.invite("client"), hosted.invite("consultant")
    paul, nadia = hosted.client(paul_user, paul_code), hosted.client(nadia_user, nadia_code)
    ask(nadia, "How often?")
    paul.press("q")
    paul.type("Half a quest")
    paul.wait_for("Half a quest")
    hosted.process.send_signal(number)
    assert hosted.process.wait(PATIENCE) == 0
    for guest in (paul, nadia):
        guest.wait_exit()
        assert "The host has closed the table." in guest.text()
        assert not guest.asked_for(ALTERNATE_SCREEN)
        assert not guest.asked_for(MOUSE)
    nadia.wait_for(lambda: titles(hosted) == [SECRET, "How often?"])
    hosted.start()
    again = hosted.client(paul_user, paul_code)
    again.wait_for("Half a quest")
    assert "Traceback" not in hosted.log


def test_a_host_that_dies_comes_back_with_the_same_key_and_the_same_codes(hosted: Hosted) -> None:
    user, code = hosted.invite("client")
    paul = hosted.client(user, code)
    ask(paul, "Who writes?")
    paul.wait_for(lambda: "Who writes?" in titles(hosted))  # what is on the screen may still be on its way to the disk
    known = hosted.known_hosts.read_text()
    hosted.kill()
    paul.wait_exit()
    hosted.start()
    again = hosted.client(user, code)  # a key that had changed would be refused
    again.wait_for("Who writes?")
    assert hosted.known_hosts.read_text() == known
    assert titles(hosted) == [SECRET, "Who writes?"]
    sound(hosted)


def test_a_guest_whose_terminal_is_closed_has_left(hosted: Hosted, nadia: Terminal) -> None:
    paul = hosted.client(*hosted.invite("client"))
    nadia.wait_for("Paul is here.")
    paul.hang_up()
    nadia.wait_for("Paul has left.")
    sound(hosted)


def test_one_who_leaves_has_a_terminal_that_is_as_before(hosted: Hosted) -> None:
    paul = hosted.client(*hosted.invite("client"))
    paul.press("ctrl+q")
    assert paul.wait_exit() == 0
    assert "You have left the board." in paul.text()
    for mode in (ALTERNATE_SCREEN, 1000, 1002, 1003, 1006, 1004, 2004):
        assert not paul.asked_for(mode)
    assert re.search(rb"\x1b\[\?25h[^\x1b]*You have left", paul.raw)


def test_many_sessions_of_one_connection_are_as_good_as_many_connections(hosted: Hosted, tmp_path: Path) -> None:
    user, code = hosted.invite("client")
    control = Path(os.path.relpath(tmp_path / "c", hosted.guest_home))
    shared = ["-o", f"ControlPath={control}", "-o", "ControlMaster=auto", "-o", "ControlPersist=no"]
    first = hosted.knock(user, options=shared)
    answer_code(first, code)
    stands_at_board(first)
    others = [hosted.knock(user, options=shared) for _ in range(3)]
    for other in others:
        stands_at_board(other)
    ask(others[0], "How often?")
    for other in (first, *others):
        other.wait_for("How often?")
    others[1].kill()
    ask(first, "Where?")
    others[2].wait_for("Where?")
    sound(hosted)
