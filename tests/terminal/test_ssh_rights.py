"""What a guest may do and what not, with the ``ssh``, ``sftp`` and ``scp`` that people have."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, Voice, changes, new_board

from .driver import environment
from .ssh import Asked, Hosted, answer_code, ask, now, stands_at_board

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh here")


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "garden.json"
    with Store.create(path, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "before")
        voice.commit_now(changes.AddCard("question", "Who do we want to reach?"))
        voice.commit_now(changes.AddCard("decision", "Parents first"))
    return path


@pytest.fixture
def hosted(tmp_path: Path, board: Path) -> Iterator[Hosted]:
    with Hosted(tmp_path, board) as hosted:
        yield hosted


@pytest.fixture
def asked(hosted: Hosted) -> Asked:
    """The client's part, who may edit."""
    _, code = hosted.invite("client")
    return Asked(hosted, code)


# Coming in


@pytest.mark.parametrize("typed", [lambda c: c.replace("-", "").lower(), lambda c: c.upper().replace("-", " ")])
def test_a_line_and_a_code_and_one_sits_at_the_board(hosted: Hosted, typed: object) -> None:
    user, code = hosted.invite("client")
    assert callable(typed)
    guest = hosted.client(user, typed(code))
    guest.wait_for("PAUL speaking")


def test_both_sit_at_one_board_each_at_their_own_size(hosted: Hosted, board: Path) -> None:
    nadia = hosted.client(*hosted.invite("consultant"), size=(80, 24))
    paul = hosted.client(*hosted.invite("client"), size=(120, 35))
    nadia.wait_for("Paul is here")
    paul.wait_for("‹Nadia")  # her cursor, on the first card
    nadia.wait_for("‹Paul")

    ask(paul, "Who writes?")
    nadia.wait_for("Who writes?")

    paul.press("right")
    nadia.wait_until(lambda: any(x > 20 for x, _ in nadia.places("‹Paul")), "waited for Paul's cursor to move")
    paul.send(b"y")
    paul.wait_for("Paul agrees")
    paul.press("enter")
    nadia.wait_until(lambda: now(board).cards["D1"].opinions, "waited for the opinion")
    nadia.wait_for("P+")

    nadia.send(b"m")
    nadia.wait_for("Move Q1")
    nadia.send(b"\r")
    nadia.wait_until(lambda: now(board).cards["Q1"].column == "c2", "waited for the card to move")
    paul.wait_until(lambda: any(x > 30 for x, _ in paul.places("Who do we want")), "waited to see the card move")

    nadia.wait_for("On the table 2")
    before = nadia.line(1)
    paul.resize(100, 30)
    paul.wait_until(lambda: paul.line(-1) and "all keys" in paul.line(-1), "waited for the new size")
    nadia.settle()
    assert (nadia.screen.columns, nadia.screen.lines) == (80, 24)
    assert nadia.line(1) == before
    assert [card.voice for card in now(board).in_order("question")] == ["p1", "p2"]


@pytest.mark.parametrize("env", [{"LANG": "fr_FR.UTF-8"}, {"LC_ALL": "fr_CA.UTF-8"}], ids=["LANG", "LC_ALL"])
def test_the_language_is_that_of_the_client(hosted: Hosted, env: dict[str, str]) -> None:
    guest = hosted.client(*hosted.invite("client"), options=["-o", "SendEnv=LANG LC_ALL"], env=env)
    guest.wait_for("À discuter")


def test_a_public_key_takes_the_place_of_the_code(hosted: Hosted, tmp_path: Path) -> None:
    key = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    user, code = hosted.invite("client", keys=(key.with_suffix(".pub").read_text(),))
    assert not code
    guest = hosted.knock(user, options=["-i", str(key), "-o", "IdentitiesOnly=yes"])
    stands_at_board(guest)
    guest.wait_for("PAUL speaking")


def test_who_has_no_code_that_holds_stays_outside(hosted: Hosted) -> None:
    user, code = hosted.invite("client")
    expired, late = hosted.invite("consultant", lasting=dt.timedelta(seconds=-1))
    for name, typed in ((user, "wrong-wrong-wrong"), (expired, late), ("nobody", code)):
        guest = hosted.knock(name, options=["-o", "NumberOfPasswordPrompts=1"])
        answer_code(guest, typed)
        assert guest.wait_exit() == 255
        assert "Permission denied" in guest.text()
    hosted.invitations.withdraw(user)
    guest = hosted.knock(user, options=["-o", "NumberOfPasswordPrompts=1"])
    answer_code(guest, code)
    assert guest.wait_exit() == 255
    assert "a wrong code for nobody from 127.0.0.1" in hosted.log
    assert code not in hosted.log


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "That was not the code either."), ("fr", "Ce n'est toujours pas le code.")]
)
def test_after_the_last_wrong_code_it_is_said_how_to_go_on(tmp_path: Path, lang: str, words: str) -> None:
    path = tmp_path / "jardin.json"
    Store.create(path, new_board("Jardin", lang, {"consultant": "Nadia", "client": "Paul"})).close()
    with Hosted(tmp_path, path) as hosted:
        guest = hosted.knock(hosted.invite("client")[0])
        asked = re.compile("invitation ?:")
        for tries in range(1, 4):
            guest.wait_until(lambda tries=tries: len(asked.findall(guest.text())) == tries, "waited to be asked")
            guest.send(b"nope\r")
        assert guest.wait_exit() == 255
        assert "".join(words.split()) in "".join(guest.text().split())  # the line is wrapped anywhere
        assert "\\" not in guest.text()  # how ssh shows what is no ASCII


def test_a_withdrawn_invitation_ends_what_it_began(hosted: Hosted) -> None:
    user, code = hosted.invite("client")
    guest = hosted.client(user, code)
    hosted.invitations.withdraw(user)
    guest.wait_exit()
    assert "Your invitation has ended." in guest.text()
    assert not guest.asked_for(1049)
    assert not guest.asked_for(1000)


# Only looking


def test_who_may_only_look_changes_nothing_by_any_way(hosted: Hosted, board: Path) -> None:
    before = now(board)
    guest = hosted.client(*hosted.invite("client", view=True), size=(100, 30))

    def try_(*keys: bytes) -> None:
        for key in keys:
            guest.send(key)
            guest.settle(at_least=0.08)
        guest.press("escape", "escape")
        assert now(board) == before, keys

    for letter in "abcdefghijklmnopqrstuvwxyz":
        try_(letter.encode(), b"Mine?", b"\r", b"\r")
    for keys in ((b"\x1a",), (b"\x19",), (b"\x1b[3~", b"\r"), (b"\x1b[1;2C",), (b" ", b"m", b"\x1b[C", b"\r")):
        try_(*keys)
    try_(b"\x1b[200~one\ntwo\x1b[201~", b"\x1b[B", b"\x1b[B", b"\r")
    for word in (b"undo", b"aside", b"question", b"opinion", b"invite"):
        try_(b"\x10", word, b"\r", b"\r", b"\r")
    guest.drag("Who do we want", (90, 10))
    assert now(board) == before

    guest.send(b"q")
    guest.settle(at_least=0.2)
    if "A new question" in guest.text():
        guest.type("Mine?")
        guest.press("enter")
    guest.wait_for("You may look at this board, not change it")
    assert now(board) == before


def test_who_is_invited_invites_nobody(hosted: Hosted) -> None:
    before = hosted.invitations.all()
    guest = hosted.client(*hosted.invite("client"))
    guest.send(b"i")
    guest.wait_until(lambda: "invite" in guest.line(-3) + guest.line(-2) + guest.text(), "waited for a word about it")
    guest.press("escape", "enter", "escape")
    assert len(hosted.invitations.all()) == len(before) + 1


def test_nothing_of_what_is_shared_goes_into_a_file_of_the_host(hosted: Hosted, tmp_path: Path) -> None:
    def files() -> set[Path]:
        folders = (hosted.home, tmp_path)
        return {path for folder in folders for path in folder.rglob("*") if hosted.state not in path.parents}

    guest = hosted.client(*hosted.invite("client"), size=(100, 30))
    guest.wait_for("PAUL speaking")
    before = {path for path in files() if ".here" not in str(path)}
    for keys in (b"s", b"o", b"c", b"k", b"m", b"f"):
        guest.send(b"p")
        guest.settle(at_least=0.3)
        guest.send(keys)
        guest.settle(at_least=0.3)
        guest.send(b"/etc/evil.md\r")
        guest.settle(at_least=0.2)
        guest.press("escape", "escape", "escape", "escape")
    guest.send(b"\x10")
    guest.settle(at_least=0.3)
    guest.type("screenshot")
    guest.press("enter", "escape", "escape")
    assert {path for path in files() if ".here" not in str(path)} == before
    assert not Path("/etc/evil.md").exists()
    assert guest.running


# Everything else that ssh can ask for


@pytest.mark.parametrize(
    "command",
    [["sh"], ["/bin/bash", "-i"], ["cat /etc/passwd"], ["accord", "list", "other.json"], ["other.json"],
     ["scp -t ."], ["export;id"], ["x" * 20_000]],
    ids=lambda words: " ".join(words)[:16],
)  # fmt: skip
def test_there_is_no_other_command(asked: Asked, command: list[str]) -> None:
    status, out, err = asked(asked.hosted.command("client", *command))
    if command[0] == "export;id":
        assert b"uid=" not in out
    assert (status, out) == (2, b"")
    assert err.splitlines()[-1] == "Here is a board and one command: export. Without a command, the board opens."


def test_a_command_with_a_terminal_is_refused_as_well(hosted: Hosted) -> None:
    user, code = hosted.invite("client")
    guest = hosted.knock(user, "sh", "-i", options=["-t"])
    answer_code(guest, code)
    assert guest.wait_exit() == 2
    assert "Here is a board and one command: export." in guest.text()


def test_there_is_no_shell_without_a_terminal(asked: Asked) -> None:
    status, out, err = asked(asked.hosted.command("client", options=["-T"]))
    assert (status, out) == (2, b"")
    assert "The board wants a terminal" in err


def test_files_go_neither_way(asked: Asked, tmp_path: Path) -> None:
    hosted = asked.hosted
    mine = tmp_path / "mine"
    mine.write_text("evil", encoding="utf-8")
    there = hosted.home / "there"
    for options in ([], ["-O"]):
        to = hosted.command("client", str(mine), f"client@127.0.0.1:{there}", program="scp", options=options)
        away = hosted.command("client", f"client@127.0.0.1:{hosted.board}", str(tmp_path / "away"), program="scp", options=options)  # fmt: skip
        assert asked(to)[0] != 0
        assert asked(away)[0] != 0
    batch = tmp_path / "batch"
    batch.write_text(f"put {mine} {there}\n", encoding="utf-8")
    assert asked(hosted.command("client", "client@127.0.0.1", program="sftp", options=["-b", str(batch)]))[0] != 0
    assert not there.exists()
    assert not (tmp_path / "away").exists()
    assert "Traceback" not in hosted.log


@contextlib.contextmanager
def listening() -> Iterator[tuple[socket.socket, int]]:
    """Something that could be reached from the host."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        yield server, server.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def open_through(port: int) -> None:
    """Knock at a forwarded port, if the client has opened it."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as through:
        through.sendall(b"\x05\x01\x00GET / HTTP/1.0\r\n\r\n")
        through.settimeout(0.5)
        through.recv(10)


def test_no_way_leads_through_the_host(hosted: Hosted) -> None:
    user, code = hosted.invite("client")
    with listening() as (server, target):
        local, dynamic, remote = free_port(), free_port(), free_port()
        guest = hosted.client(
            user,
            code,
            options=["-L", f"{local}:127.0.0.1:{target}", "-D", str(dynamic), "-R", f"{remote}:127.0.0.1:{target}"],
        )
        for port in (local, dynamic, remote):
            open_through(port)
        with pytest.raises(TimeoutError):
            server.accept()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", remote), 2)
        guest.press("down")
        assert guest.running


def test_a_refused_way_back_is_said_to_who_insists(asked: Asked) -> None:
    forward = f"{free_port()}:127.0.0.1:22"
    options = ["-N", "-R", forward, "-o", "ExitOnForwardFailure=yes"]
    status, _, err = asked(asked.hosted.command("client", options=options))
    assert status == 255
    assert "remote port forwarding failed" in err


@pytest.mark.parametrize("option", ["-A", "-X", "-Y"])
def test_neither_an_agent_nor_a_display_is_taken_along(hosted: Hosted, option: str, tmp_path: Path) -> None:
    agent = tmp_path / "agent"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(agent))
        listener.listen()
        listener.settimeout(0.3)
        before = set(os.listdir("/tmp"))
        options = [option, "-o", "ForwardX11Trusted=yes", "-o", "XAuthLocation=/bin/true"]
        env = {"DISPLAY": "127.0.0.1:77", "SSH_AUTH_SOCK": str(agent)}
        guest = hosted.client(*hosted.invite("client"), options=options, env=env)
        with pytest.raises(TimeoutError):
            listener.accept()
        assert not {name for name in set(os.listdir("/tmp")) - before if name.startswith("asyncssh-")}
        assert guest.running


def test_no_tunnel_of_packets(asked: Asked) -> None:
    options = ["-w", "any:any", "-o", "ExitOnForwardFailure=yes"]
    status, out, err = asked(asked.hosted.command("client", "export", options=options))
    assert status == 255 or b"Garden" in out
    assert not [name for name in os.listdir("/sys/class/net") if name.startswith("tun")]
    assert "Traceback" not in err


def test_no_environment_that_a_client_sends_has_an_effect(hosted: Hosted, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    sent = {
        "LD_PRELOAD": str(evil / "a.so"),
        "ACCORD_STATE": str(evil),
        "XDG_STATE_HOME": str(evil),
        "PYTHONPATH": str(evil),
        "TEXTUAL_LOG": str(evil / "log"),
        "TEXTUAL_DRIVER": "evil:Driver",
        "TMUX": "/tmp/evil,1,1",
    }
    options = ["-o", "SetEnv=" + " ".join(f"{name}={value}" for name, value in sent.items())]
    guest = hosted.client(*hosted.invite("client"), options=options)
    ask(guest, "How often?")
    assert not evil.exists()


# Exporting


def test_an_export_is_the_document_to_the_byte(asked: Asked, accord: list[str], tmp_path: Path) -> None:
    hosted = asked.hosted
    for words in ([], ["--as", "text", "--no-names"], ["--as", "json"]):
        local = subprocess.run(
            [*accord, "export", str(hosted.board), *words],
            capture_output=True,
            check=True,
            env=environment(hosted.home, "en_US.UTF-8", {"PYTHONPATH": os.getcwd()}),
        )
        status, out, err = asked(hosted.command("client", "export", *words))
        assert (status, out) == (0, local.stdout)
        assert "Traceback" not in err


def test_an_export_that_is_called_wrongly_is_one_sentence(asked: Asked) -> None:
    status, out, err = asked(asked.hosted.command("client", "export", "-o", "/tmp/evil.md"))
    assert (status, out) == (2, b"")
    assert "export -h" in err.splitlines()[-1]
    assert not Path("/tmp/evil.md").exists()
