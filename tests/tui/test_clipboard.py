"""Where copied text goes is decided without doing it; what is said of it is never more than is known."""

from __future__ import annotations

import base64
import re
import stat
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.text import clean
from tui.clipboard import (
    LONGEST_SENT,
    Outcome,
    Route,
    copy,
    desktop_mechanism,
    osc52,
    plan,
    sentence,
)
from tui.words import interface_language

TEXT = "Stratégie médias sociaux 🌱\n\n« D’abord la lettre »\n\tpuis Instagram\n"
SSH = {"SSH_CONNECTION": "10.0.0.7 50112 10.0.0.1 22", "SSH_TTY": "/dev/pts/3"}
TMUX = {"TMUX": "/tmp/tmux-1000/default,41,0", "TMUX_PANE": "%0"}
X11 = {"DISPLAY": ":0"}
WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}
WSL = {"WSL_DISTRO_NAME": "Debian"}
XTERM = {"TERM": "xterm-256color"}

Run = Callable[[Sequence[str], bytes, Mapping[str, str]], bytes | None]


def which_of(*programs: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in programs else None


LINUX = which_of("xclip", "xsel", "wl-copy", "wl-paste", "tmux")


def refuse(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bytes | None:
    """Nothing that is started succeeds."""
    return None


class Programs:
    """What would have been started: the commands, what they were given, and their environment."""

    def __init__(self, answers: Mapping[str, bytes | None]) -> None:
        self.answers = answers
        self.calls: list[tuple[list[str], bytes, Mapping[str, str]]] = []

    def __call__(self, command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bytes | None:
        self.calls.append((list(command), data, environ))
        return next((answer for word, answer in self.answers.items() if word in command), None)


# Which way


@pytest.mark.parametrize(
    ("environ", "which", "platform", "routes"),
    [
        pytest.param(XTERM, which_of("pbcopy", "pbpaste"), "darwin", ["desktop", "terminal", "file"], id="macOS"),
        pytest.param(XTERM | WAYLAND, LINUX, "linux", ["desktop", "terminal", "file"], id="Wayland"),
        pytest.param(XTERM | X11, LINUX, "linux", ["desktop", "terminal", "file"], id="X11"),
        pytest.param(XTERM | X11, which_of("tmux"), "linux", ["desktop", "terminal", "file"], id="X11 without xclip"),
        pytest.param(XTERM | WAYLAND, which_of("wl-copy"), "linux", ["terminal", "file"], id="no wl-paste"),
        pytest.param(XTERM, LINUX, "linux", ["terminal", "file"], id="no desktop"),
        pytest.param(XTERM | SSH | X11, LINUX, "linux", ["terminal", "file"], id="SSH with X11 forwarded"),
        pytest.param(XTERM | SSH, which_of("pbcopy", "pbpaste"), "darwin", ["terminal", "file"], id="SSH into a Mac"),
        pytest.param(XTERM | SSH | TMUX, LINUX, "linux", ["tmux", "terminal", "file"], id="SSH and tmux"),
        pytest.param(XTERM | TMUX, LINUX, "linux", ["tmux", "terminal", "file"], id="tmux"),
        pytest.param(XTERM | TMUX, which_of(), "linux", ["terminal", "file"], id="tmux out of reach"),
        pytest.param(XTERM | TMUX | X11, LINUX, "linux", ["desktop", "tmux", "terminal", "file"], id="tmux, desktop"),
        pytest.param({"TERM": "screen", "STY": "41.pts-0"}, LINUX, "linux", ["terminal", "file"], id="screen"),
        pytest.param({"TERM": "linux"}, LINUX, "linux", ["file"], id="text console"),
        pytest.param({"TERM": "dumb"}, LINUX, "linux", ["file"], id="dumb terminal"),
    ],
)
def test_the_best_way_comes_first(
    environ: dict[str, str], which: Callable[[str], str | None], platform: str, routes: list[Route]
) -> None:
    assert plan(environ, which, TEXT, remote=False, platform=platform) == routes


@pytest.mark.parametrize("environ", [XTERM, XTERM | X11 | WAYLAND | TMUX, SSH, {}], ids=["bare", "host", "ssh", "none"])
def test_a_guest_has_a_terminal_and_nothing_of_the_host(environ: dict[str, str]) -> None:
    assert plan(environ, LINUX, TEXT, remote=True, platform="linux") == ["terminal", "screen"]


def test_what_is_too_long_for_a_terminal_goes_to_the_desktop_or_a_file() -> None:
    fits, too_long = "é" * (LONGEST_SENT // 2), "é" * (LONGEST_SENT // 2) + "!"
    environ = XTERM | X11 | TMUX
    assert plan(environ, LINUX, fits, remote=False, platform="linux") == ["desktop", "tmux", "terminal", "file"]
    assert plan(environ, LINUX, too_long, remote=False, platform="linux") == ["desktop", "file"]
    assert plan(environ, LINUX, too_long, remote=True, platform="linux") == ["screen"]


def test_the_longest_that_is_sent_makes_a_sequence_of_a_hundred_thousand_characters() -> None:
    assert len(osc52("x" * LONGEST_SENT, XTERM, remote=False)) == 100_000


def test_an_empty_text_empties_nobodys_clipboard() -> None:
    assert plan(XTERM | X11 | TMUX, LINUX, "", remote=False, platform="linux") == ["file"]
    assert plan(XTERM, LINUX, "", remote=True, platform="linux") == ["screen"]


@pytest.mark.parametrize(
    ("environ", "which", "platform", "mechanism"),
    [
        ({}, which_of("pbcopy", "pbpaste", "xclip"), "darwin", "pbcopy"),
        (WAYLAND | X11, LINUX, "linux", "wl-clipboard"),
        (WAYLAND | X11, which_of("xclip", "xsel"), "linux", "xclip"),
        (X11, which_of("xsel"), "linux", "xsel"),
        (X11, which_of("wl-copy", "wl-paste"), "linux", "x11"),
        ({}, LINUX, "linux", None),
        (WSL, which_of("clip.exe", "powershell.exe"), "linux", "wsl"),
        (WSL, which_of("clip.exe"), "linux", None),
        (WSL | SSH, which_of("clip.exe", "powershell.exe"), "linux", None),
    ],
)
def test_the_desktop_is_reached_by_what_is_there(
    environ: dict[str, str], which: Callable[[str], str | None], platform: str, mechanism: str | None
) -> None:
    assert desktop_mechanism(environ, which, platform) == mechanism


@pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"])
def test_each_sign_of_ssh_keeps_away_from_the_desktop(variable: str) -> None:
    assert desktop_mechanism(X11 | {variable: "x"}, LINUX, "linux") is None


# What a terminal gets


def taken(sequences: str) -> list[str]:
    """What terminals put on their clipboard for these bytes."""
    return [
        base64.b64decode(found, validate=True).decode() for found in re.findall("\x1b]52;c;([^\x07]*)\x07", sequences)
    ]


def through_tmux(sequences: str) -> str:
    """What a tmux that passes sequences through gives to its terminal."""
    return "".join(re.findall("\x1bPtmux;(.*?)(?<!\x1b)\x1b\\\\", sequences, re.DOTALL)).replace("\x1b\x1b", "\x1b")


def through_screen(sequences: str) -> str:
    """What GNU screen gives to its terminal."""
    return "".join(re.findall("\x1bP(.*?)\x1b\\\\", sequences, re.DOTALL))


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=3_000).map(clean)


@given(texts)
def test_every_form_carries_the_text_as_it_is(text: str) -> None:
    bare = osc52(text, XTERM, remote=False)
    assert taken(bare) == [text]
    assert "\x1bP" not in bare
    tmux = osc52(text, XTERM | TMUX, remote=False)
    assert tmux.startswith(bare)
    assert taken(through_tmux(tmux)) == [text]
    assert taken(through_screen(osc52(text, {"STY": "41.pts-0"}, remote=False))) == [text]


@pytest.mark.parametrize(
    ("environ", "remote", "through"),
    [
        ({"TERM": "tmux-256color"}, True, through_tmux),
        ({"TERM": "tmux-256color"} | SSH, False, through_tmux),
        ({"TERM": "screen-256color"} | TMUX, False, through_tmux),
        ({"TERM": "screen.xterm-256color"}, True, through_screen),
        ({"TERM": "screen"} | SSH, False, through_screen),
        ({"TERM": "xterm", "STY": "41.pts-0"}, False, through_screen),
    ],
)
def test_in_a_multiplexer_both_the_bare_and_the_wrapped_form_are_sent(
    environ: dict[str, str], remote: bool, through: Callable[[str], str]
) -> None:
    sent = osc52(TEXT, environ, remote=remote)
    assert sent.startswith(osc52(TEXT, XTERM, remote=False))
    assert taken(through(sent)) == [TEXT]


def test_a_guest_is_not_taken_to_sit_in_the_multiplexer_of_the_host() -> None:
    assert osc52(TEXT, XTERM | TMUX | {"STY": "41.pts-0"}, remote=True) == osc52(TEXT, XTERM, remote=False)


def test_screen_gets_only_strings_that_it_can_hold() -> None:
    # Longer ones it writes on the screen as letters.
    sent = osc52("é" * 10_000, {"TERM": "screen"}, remote=True)
    assert max(len(string) for string in sent.split("\x1b\\")) < 768
    assert max(len(string) for string in re.split("\x1b[P\\\\]", sent)) < 768


# What is said of it


OUTCOMES = [
    Outcome("desktop", certain=True),
    Outcome("desktop", certain=True, carried="both"),
    Outcome("desktop", certain=True, carried="html"),
    Outcome("desktop", certain=True, carried="html", path=Path("/s/copied.txt")),
    Outcome("desktop", certain=True, carried="plain"),
    Outcome("desktop", certain=False),
    Outcome("desktop", certain=False, path=Path("/s/copied.txt")),
    Outcome("tmux", certain=False, carried="plain", path=Path("/s/copied.txt")),
    Outcome("terminal", certain=False, carried="plain"),
    Outcome("terminal", certain=False, carried="plain", path=Path("/s/copied.txt")),
    Outcome("tmux", certain=False, path=Path("/s/copied.txt")),
    Outcome("tmux", certain=False),
    Outcome("terminal", certain=False, path=Path("/s/copied.txt")),
    Outcome("terminal", certain=False),
    Outcome("file", certain=False, path=Path("/s/copied.txt")),
    Outcome("file", certain=False, path=Path("/s/copied.txt"), too_long=True),
    Outcome("screen", certain=False),
    Outcome("screen", certain=False, too_long=True),
]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
def test_only_what_is_known_is_called_copied(outcome: Outcome) -> None:
    said = {code: sentence(outcome, interface_language(code)) for code in ("en", "fr")}
    assert ("Copied" in said["en"]) == outcome.certain
    assert ("Copié" in said["fr"]) == outcome.certain
    assert not re.search(r"\b(the|text)\b", said["fr"])
    for words in said.values():
        assert (str(outcome.path) in words) == (outcome.path is not None)
        assert "None" not in words


def test_every_outcome_has_words_of_its_own() -> None:
    for code in ("en", "fr"):
        assert len({sentence(outcome, interface_language(code)) for outcome in OUTCOMES}) == len(OUTCOMES)


def test_without_a_clipboard_that_is_known_or_a_file_the_text_is_shown() -> None:
    assert [outcome.wants_screen for outcome in OUTCOMES] == [not o.certain and o.path is None for o in OUTCOMES]
    english = interface_language("en")
    for outcome in OUTCOMES:
        assert ("elect the text shown here" in sentence(outcome, english)) == outcome.wants_screen


def test_headings_are_promised_only_where_they_went() -> None:
    for outcome in OUTCOMES:
        said = sentence(outcome, interface_language("en")), sentence(outcome, interface_language("fr"))
        went = outcome.carried in ("both", "html")
        assert ["with its headings" in said[0], "avec ses titres" in said[1]] == [went, went]


def test_what_is_copied_in_x11_is_not_said_to_be_on_the_clipboard_of_wayland(folder: Path) -> None:
    do = partial(copy, TEXT, write=None, remote=False, fallback_dir=folder, which=which_of("xclip"), platform="linux")
    assert do(environ=X11, run=Programs({"xclip": b""})) == Outcome("desktop", certain=True)
    under_wayland = do(environ=X11 | WAYLAND, run=Programs({"xclip": b""}))
    assert under_wayland == Outcome("desktop", certain=False, path=folder / "copied.txt")


def test_a_path_cannot_reach_the_terminal_as_a_command() -> None:
    said = sentence(Outcome("file", certain=False, path=Path("/s/\x1b[2J{x}\n.txt")), interface_language("en"))
    assert said.endswith("/s/[2J{x} .txt")


# Doing it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "accord"


def test_the_desktop_is_asked_with_the_text_on_standard_input(folder: Path) -> None:
    run = Programs({"xclip": b""})
    sent: list[str] = []
    outcome = copy(
        TEXT, environ=X11, write=sent.append, remote=False, fallback_dir=folder, which=LINUX, run=run, platform="linux"
    )
    assert outcome == Outcome("desktop", certain=True)
    [(command, data, _)] = run.calls
    assert command[0] == sys.executable
    assert data == TEXT.encode()
    assert sent == []
    assert not folder.exists()


def test_on_a_mac_the_clipboard_is_spoken_to_in_utf_8(folder: Path) -> None:
    run = Programs({"pbcopy": b""})
    which = which_of("pbcopy", "pbpaste")
    environ = {"LANG": "C", "LC_CTYPE": "C"}
    copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, which=which, run=run, platform="darwin")
    [(command, _, given)] = run.calls
    assert command[-1] == "pbcopy"
    assert given["LC_ALL"] == "en_US.UTF-8"


def test_every_way_that_fails_leads_to_the_next(folder: Path) -> None:
    environ = XTERM | X11 | TMUX
    do = partial(copy, TEXT, environ=environ, remote=False, fallback_dir=folder, which=LINUX, platform="linux")
    sent: list[str] = []

    desktop = do(write=sent.append, run=Programs({"xclip": b"", "load-buffer": b""}))
    assert desktop.route == "desktop"

    tmux = Programs({"load-buffer": b""})
    assert do(write=sent.append, run=tmux).route == "tmux"
    assert tmux.calls[-1][:2] == (["tmux", "load-buffer", "-w", "-"], TEXT.encode())
    assert sent == []

    assert do(write=sent.append, run=refuse).route == "terminal"
    assert [taken(each)[0] for each in sent] == [TEXT]

    assert do(write=None, run=refuse).route == "file"


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError("closed"), RuntimeError("no loop")], ids=repr)
def test_a_terminal_that_is_gone_leads_to_a_file(folder: Path, error: Exception) -> None:
    def write(sequence: str) -> None:
        raise error

    outcome = copy(TEXT, environ=XTERM, write=write, remote=False, fallback_dir=folder, run=refuse, platform="linux")
    assert outcome.route == "file"
    guest = copy(TEXT, environ=XTERM, write=write, remote=True, fallback_dir=folder, run=refuse, platform="linux")
    assert guest == Outcome("screen", certain=False)


def test_what_a_terminal_was_sent_is_in_a_file_as_well(folder: Path) -> None:
    outcome = copy(TEXT, environ=XTERM, write=[].append, remote=False, fallback_dir=folder, run=refuse)
    assert outcome.route == "terminal"
    assert outcome.path is not None
    assert outcome.path.read_bytes() == TEXT.encode()


def test_the_file_is_for_its_owner_alone_whatever_was_there(folder: Path, tmp_path: Path) -> None:
    do = partial(copy, environ={"TERM": "dumb"}, write=None, remote=False, fallback_dir=folder, run=refuse)
    first = do(TEXT).path
    assert first is not None
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    first.chmod(0o644)
    second = do("Une autre").path
    assert second == first
    assert second.read_text(encoding="utf-8") == "Une autre"
    assert stat.S_IMODE(second.stat().st_mode) == 0o600

    other = tmp_path / "other"
    other.write_text("not ours")
    second.unlink()
    second.symlink_to(other)
    assert do(TEXT).path == first
    assert other.read_text() == "not ours"
    assert not first.is_symlink()


def test_where_no_file_can_be_written_the_text_is_to_be_shown(tmp_path: Path) -> None:
    in_the_way = tmp_path / "accord"
    in_the_way.write_text("a file")
    do = partial(copy, TEXT, remote=False, fallback_dir=in_the_way, run=refuse, platform="linux")
    assert do(environ={"TERM": "dumb"}, write=None) == Outcome("screen", certain=False)
    sent = do(environ=XTERM, write=[].append)
    assert sent == Outcome("terminal", certain=False)
    assert sent.wants_screen


def test_what_is_too_long_is_said_to_be(folder: Path) -> None:
    long = "é" * LONGEST_SENT
    sent: list[str] = []
    do = partial(copy, long, environ=XTERM, write=sent.append, fallback_dir=folder, run=refuse, platform="linux")
    assert do(remote=True) == Outcome("screen", certain=False, too_long=True)
    kept = do(remote=False)
    assert (kept.route, kept.too_long) == ("file", True)
    assert kept.path is not None
    assert kept.path.read_text(encoding="utf-8") == long
    assert sent == []


def test_a_guest_starts_no_program_and_leaves_no_file(folder: Path) -> None:
    run = Programs({"tmux": b"", "xclip": b""})
    sent: list[str] = []
    environ = XTERM | X11 | TMUX
    outcome = copy(
        TEXT,
        environ=environ,
        write=sent.append,
        remote=True,
        fallback_dir=folder,
        which=LINUX,
        run=run,
        platform="linux",
    )
    assert outcome == Outcome("terminal", certain=False)
    assert [taken(each) for each in sent] == [[TEXT]]
    assert run.calls == []
    assert not folder.exists()


def test_text_is_cleaned_before_it_leaves(folder: Path) -> None:
    sent: list[str] = []
    copy("a\x1b[31m\ud800b\r\n", environ=XTERM, write=sent.append, remote=True, fallback_dir=folder)
    assert taken(sent[0]) == ["a[31mb\n"]


# Who sits before tmux


def routes_in_tmux(told: bytes, environ: Mapping[str, str], folder: Path) -> Iterable[str]:
    run = Programs({"show-environment": told, "xclip": b"", "load-buffer": b""})
    copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, which=LINUX, run=run, platform="linux")
    return [command[-1] if "xclip" in command else command[1] for command, _, _ in run.calls[1:]]


def test_whoever_looks_at_the_pane_over_ssh_does_not_copy_to_the_desktop_where_it_began(folder: Path) -> None:
    begun_at_the_desktop = TMUX | X11
    assert routes_in_tmux(b"DISPLAY=:0\n-SSH_CONNECTION\n", begun_at_the_desktop, folder) == ["xclip"]
    over_ssh = b"-DISPLAY\nSSH_CONNECTION=10.0.0.7 50112 10.0.0.1 22\n"
    assert routes_in_tmux(over_ssh, begun_at_the_desktop, folder) == ["load-buffer"]


def test_whoever_is_back_at_the_desktop_copies_to_it(folder: Path) -> None:
    assert routes_in_tmux(b"DISPLAY=:0\n-SSH_CONNECTION\n", TMUX | SSH, folder) == ["xclip"]


def test_tmux_changes_nothing_else_of_the_environment(folder: Path) -> None:
    run = Programs({"show-environment": b"PATH=/elsewhere\nDISPLAY=:7\n-HOME\nodd line\n", "xclip": b""})
    environ = TMUX | {"PATH": "/usr/bin", "HOME": "/home/nadia"}
    copy(TEXT, environ=environ, write=None, remote=False, fallback_dir=folder, which=LINUX, run=run, platform="linux")
    assert run.calls[-1][2] == environ | {"DISPLAY": ":7"}
