"""Copying over SSH, with the real ssh and sshd: what reaches the terminal in front of the person, byte for byte."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .conftest import ROOT, Terminals
from .copying import HTML, LONG, TEXT, Tmux, copying_program, in_tmux, needs
from .driver import Terminal

# Not on everybody's PATH, and it wants to be called by its whole path.
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")

pytestmark = [
    needs("ssh", "ssh-keygen"),
    pytest.mark.skipif(SSHD is None, reason="sshd not installed"),
]

SETTINGS = """\
HostKey {folder}/host
AuthorizedKeysFile {folder}/person.pub
PidFile none
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
SetEnv LC_ALL=C.UTF-8 PYTHONPATH={root} PATH={path}
"""


@pytest.fixture(scope="module")
def ssh() -> Iterator[Callable[[list[str]], list[str]]]:
    """The command that runs another one over SSH, in a terminal of the far side.

    The server is started by the client, on a pipe, and ends with it: there is no port that anybody could meet.
    """
    with tempfile.TemporaryDirectory(prefix="ssh") as name:
        folder = Path(name)
        for key in ("host", "person"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)], timeout=30, check=True
            )
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd of root wants this one, and no other
        settings = folder / "settings"
        settings.write_text(SETTINGS.format(folder=folder, root=ROOT, path=os.environ["PATH"]))
        options = {
            "ProxyCommand": f"{SSHD} -i -f {settings}",
            "IdentityFile": f"{folder}/person",
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
        }
        given = [part for option, value in options.items() for part in ("-o", f"{option}={value}")]

        def command(inside: list[str]) -> list[str]:
            return ["ssh", "-F", "none", "-tt", *given, f"{getpass.getuser()}@far", shlex.join(inside)]

        yield command


@pytest.fixture
def near() -> Iterator[Tmux]:
    """The tmux on the person's own machine."""
    with tempfile.TemporaryDirectory(prefix="near") as folder:
        server = Tmux(Path(folder))
        yield server
        subprocess.run([*server.command, "kill-server"], capture_output=True, timeout=30, check=False)


@pytest.fixture
def far() -> Iterator[Tmux]:
    """The tmux on the machine at the other end."""
    with tempfile.TemporaryDirectory(prefix="far") as folder:
        server = Tmux(Path(folder))
        yield server
        subprocess.run([*server.command, "kill-server"], capture_output=True, timeout=30, check=False)


def wait_for_copy(terminal: Terminal, text: str) -> None:
    terminal.wait_until(lambda: terminal.copied, "waited for the terminal to be given something")
    assert set(terminal.copied) == {text}


@pytest.mark.parametrize("text", [TEXT, LONG], ids=["accents", "long"])
def test_over_ssh_the_terminal_in_front_is_given_the_text(
    terminal: Terminals,
    ssh: Callable[[list[str]], list[str]],
    script: Callable[[str], list[str]],
    text: str,
    tmp_path: Path,
) -> None:
    # A display there is somebody else's, or a forwarded one: it is not asked.
    command = ["env", "DISPLAY=:0", *copying_program(script, tmp_path, text, html=HTML)]
    shown = terminal(ssh(command))
    shown.wait_for("route terminal end")
    assert shown.copied == [text]
    assert (tmp_path / "said").read_text() == (
        "Sent to your terminal's clipboard. Only the plain text: a terminal takes no headings and lists. "
        f"If pasting gives nothing, the text is also here: {tmp_path}/kept/copied.txt"
    )
    assert (tmp_path / "kept/copied.txt").read_bytes() == text.encode()


@needs("tmux")
@pytest.mark.parametrize("setting", ["", "set -s set-clipboard on", "set -g allow-passthrough on"], ids=repr)
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["accents", "long"])
def test_from_a_tmux_on_the_far_side_the_text_reaches_the_terminal_in_front(
    terminal: Terminals,
    ssh: Callable[[list[str]], list[str]],
    script: Callable[[str], list[str]],
    far: Tmux,
    text: str,
    setting: str,
    tmp_path: Path,
) -> None:
    far.settings.write_text(f"{setting}\n")
    shown = terminal(ssh(in_tmux(far, copying_program(script, tmp_path, text))))
    shown.wait_for("route tmux end")
    wait_for_copy(shown, text)
    assert far("show-buffer") == text.encode()
    assert (tmp_path / "said").read_text() == (
        "Put into the buffer of tmux, and given to it for your terminal's clipboard. "
        f"If pasting gives nothing, the text is also here: {tmp_path}/kept/copied.txt"
    )


@needs("tmux")
@pytest.mark.parametrize("setting", ["set -s set-clipboard on", "set -g allow-passthrough on"])
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["accents", "long"])
def test_out_of_a_tmux_on_the_near_side_that_lets_the_text_through(
    terminal: Terminals,
    ssh: Callable[[list[str]], list[str]],
    script: Callable[[str], list[str]],
    near: Tmux,
    text: str,
    setting: str,
    tmp_path: Path,
) -> None:
    near.settings.write_text(f"set -g default-terminal tmux-256color\n{setting}\n")
    shown = terminal(in_tmux(near, ssh(copying_program(script, tmp_path, text))), env={"SHELL": "/bin/sh"})
    shown.wait_for("route terminal end")
    wait_for_copy(shown, text)


@needs("tmux")
def test_where_a_tmux_on_the_near_side_lets_nothing_through_the_text_is_where_it_is_said_to_be(
    terminal: Terminals,
    ssh: Callable[[list[str]], list[str]],
    script: Callable[[str], list[str]],
    near: Tmux,
    tmp_path: Path,
) -> None:
    shown = terminal(in_tmux(near, ssh(copying_program(script, tmp_path, TEXT))), env={"SHELL": "/bin/sh"})
    shown.wait_for("route terminal end")
    assert shown.copied == []
    said = (tmp_path / "said").read_text()
    assert "Copied" not in said
    assert said.endswith(f"If pasting gives nothing, the text is also here: {tmp_path}/kept/copied.txt")
    assert (tmp_path / "kept/copied.txt").read_bytes() == TEXT.encode()


@needs("tmux")
@pytest.mark.parametrize("text", [TEXT, LONG], ids=["accents", "long"])
def test_through_one_tmux_within_another(
    terminal: Terminals,
    ssh: Callable[[list[str]], list[str]],
    script: Callable[[str], list[str]],
    near: Tmux,
    far: Tmux,
    text: str,
    tmp_path: Path,
) -> None:
    near.settings.write_text("set -g default-terminal tmux-256color\nset -s set-clipboard on\n")
    command = ssh(in_tmux(far, copying_program(script, tmp_path, text)))
    shown = terminal(in_tmux(near, command), env={"SHELL": "/bin/sh"})
    shown.wait_for("route tmux end")
    assert far("show-buffer") == text.encode()
    wait_for_copy(shown, text)
