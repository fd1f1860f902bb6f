"""The desktop's clipboard by the programs of each system: what is started, what is believed, what is ended."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tui.clipboard import Outcome, copy, run_program

TEXT = "Stratégie médias sociaux 🌱\n\n« D’abord la lettre »\n\tpuis Instagram\n"
X11 = {"DISPLAY": ":0"}
WSL = {"WSL_DISTRO_NAME": "Debian"}
PATIENT = partial(run_program, patience=30.0)
"""As in use, but no busy machine makes it fail."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "accord"


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def environment(programs: Path) -> dict[str, str]:
    return {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(programs)}


def test_on_a_mac_pbcopy_is_called_and_pbpaste_asked(folder: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    program(programs, "pbcopy", f'cat > {tmp_path}/board; echo "$LC_ALL" > {tmp_path}/locale')
    program(programs, "pbpaste", f"cat {tmp_path}/board")
    environ = environment(programs)
    do = partial(copy, TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, platform="darwin")
    assert do(run=PATIENT) == Outcome("desktop", certain=True)
    assert (tmp_path / "board").read_bytes() == TEXT.encode()
    assert (tmp_path / "locale").read_text() == "en_US.UTF-8\n"


def test_under_windows_clip_exe_is_called_and_powershell_asked(folder: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    program(programs, "clip.exe", f"cat > {tmp_path}/board")
    program(
        programs,
        "powershell.exe",
        f"iconv -f UTF-16LE -t UTF-8 {tmp_path}/board | awk '{{printf \"%s\\r\\n\", $0}}' | base64",
    )
    environ = environment(programs) | WSL
    do = partial(copy, TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, platform="linux")
    assert do(run=PATIENT) == Outcome("desktop", certain=True)
    assert (tmp_path / "board").read_bytes() == TEXT.encode("utf-16-le")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("cat > /dev/null; echo 'Error: cannot open display' >&2; exit 1", id="no display"),
        pytest.param("cat > /dev/null", id="takes it and gives nothing back"),
        pytest.param("cat > /dev/null; echo other", id="gives something else back"),
        pytest.param("printf '\\377'", id="gives back what is no text"),
        pytest.param("exit 0", id="does not read"),
    ],
)
def test_a_desktop_that_does_not_give_the_text_back_has_not_got_it(script: str, folder: Path, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    program(programs, "xclip", script)
    environ = environment(programs) | X11
    do = partial(copy, TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, platform="linux")
    assert do(run=PATIENT).route == "file"


def test_a_desktop_may_take_a_moment_to_give_the_text_back(folder: Path, tmp_path: Path) -> None:
    # xclip's copy of itself takes the clipboard over a little after xclip has ended.
    programs = tmp_path / "bin"
    late = f'case "$*" in *-o*) test -e {tmp_path}/asked && cat {tmp_path}/board || touch {tmp_path}/asked;;'
    program(programs, "xclip", f"{late} *) cat > {tmp_path}/board;; esac")
    environ = environment(programs) | X11
    do = partial(copy, TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, platform="linux")
    assert do(run=PATIENT) == Outcome("desktop", certain=True)


def test_without_pyperclip_it_goes_on(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "site"
    broken.mkdir()
    (broken / "pyperclip.py").write_text("raise ImportError('broken')")
    program(tmp_path / "bin", "xclip", "cat")
    environ = environment(tmp_path / "bin") | X11 | {"PYTHONPATH": str(broken)}
    do = partial(copy, TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, platform="linux")
    assert do(run=PATIENT).route == "file"


def test_a_pyperclip_in_the_present_folder_is_not_taken_for_the_library(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyperclip.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    program(tmp_path / "bin", "xclip", "cat")
    monkeypatch.chdir(tmp_path)
    environ = environment(tmp_path / "bin") | X11
    copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, run=PATIENT, platform="linux")
    assert not (tmp_path / "ran").exists()


def test_programs_write_nothing_on_the_screen(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program(tmp_path / "bin", "xclip", "cat > /dev/null; echo noise; echo noise >&2; exit 1")
    environ = environment(tmp_path / "bin") | X11
    copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, run=PATIENT, platform="linux")
    assert capfd.readouterr() == ("", "")


def test_a_program_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    fifo = tmp_path / "held"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        hang = f"(echo started; exec sleep 600) > {fifo} & wait"
        more_than_a_pipe_holds = b"x" * 1_000_000
        assert run_program(["/bin/sh", "-c", hang], more_than_a_pipe_holds, os.environ, patience=1.0) is None
        assert os.read(reader, 100) == b"started\n"
        ended, _, _ = select.select([reader], [], [], 30.0)
        assert ended, "what it started still runs"
        assert os.read(reader, 100) == b""
    finally:
        os.close(reader)


@pytest.mark.parametrize(
    ("command", "wrote"),
    [
        (["/bin/sh", "-c", "cat"], b"text"),
        (["/bin/sh", "-c", "exec <&-; echo done"], b"done\n"),
        (["/bin/sh", "-c", "cat; exit 3"], None),
        (["/nowhere/at/all"], None),
    ],
)
def test_a_program_has_succeeded_only_if_it_says_so(command: list[str], wrote: bytes | None) -> None:
    assert run_program(command, b"text", os.environ, patience=30.0) == wrote


def test_pyperclip_is_not_imported_before_something_is_copied() -> None:
    check = "import sys, tui.clipboard; sys.exit('pyperclip' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", check], cwd=root, check=False).returncode == 0
