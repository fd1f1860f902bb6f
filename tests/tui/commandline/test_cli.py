from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

import tui.cli
from storage import Act, Record, new_board
from storage.journal import FileJournal, Head, Position
from storage.store import utc_now
from tui.cli import INTERRUPTED, READER_GONE, Program, main
from tui.commandline.calls import Call
from tui.words import interface_language

from .calling import Accord, Ended, Process

ESCAPE = "\x1b]52;c;aGVsbG8=\x07"
UNSAFE = f"Hi {ESCAPE}\x9b31m\u202e\x7f there"


@pytest.mark.parametrize(
    ("status", "argv", "words"),
    [
        (1, ("list", "nothere"), "nothere is not there"),
        (1, ("list", "."), "no Accord board"),
        (1, ("list", "garbage.json"), "no Accord board"),
        (1, ("list", "later.json"), "later version"),
        (1, ("list", "acme.json/x"), "not there"),
        (1, ("list", "x" * 5000), "too long for a file"),
        (1, ("show", "acme", "Q9"), "no card Q9"),
        (1, ("move", "acme", "D2", "nowhere", "--by", "client"), "no column “nowhere”"),
        (1, ("agree", "acme", "Q1", "--by", "client"), "Q1 is no decision"),
        (1, ("add", "acme", "answer", "x", "--by", "client", "--on", "D1"), "D1 is no question"),
        (1, ("add", "acme", "question", "", "--by", "client"), "title is empty"),
        (2, ("show", "acme", "Z1"), "“Z1” is no card's number"),
        (2, ("add", "acme", "idea", "x", "--by", "client"), "“idea” is none of these: question, answer, decision"),
        (2, ("add", "acme", "question", "x", "--by", "me"), "“me” is none of these: consultant, client"),
        (2, ("add", "acme", "question", "x"), "--by PARTY is missing. See: accord add -h"),
        (2, ("add", "acme", "question", "x", "--by"), "--by is missing, or is one too many. See: accord add -h"),
        (2, ("list",), "BOARD is missing. See: accord list -h"),
        (2, ("list", "acme", "--nope"), "no option --nope here; a text that begins with - goes"),
        (2, ("list", "acme", "too", "many"), "“too many” is one word too many"),
        (2, ("--nope",), "no option --nope here; a text that begins with - goes after --. See: accord -h"),
        (2, ("list", "acme", "--json=1"), "--json"),
        (2, ("acme", "more"), "“more” is one word too many. See: accord -h"),
        (2, ("export", "acme", "--as", "pdf"), "“pdf” is none of these: markdown, html, text, eml, json"),
    ],
)
def test_an_error_is_one_line(accord: Accord, acme: str, status: int, argv: tuple[str, ...], words: str) -> None:
    Path("garbage.json").write_bytes(bytes(range(256)) * 9)
    Path("later.json").write_text('{"board":{"1":{"accord":99,"title":"x"}}}')
    assert words in accord.refused(*argv, status=status)
    french = accord.refused(*argv, status=status, lang="fr_CH.UTF-8")
    assert words not in french or words == "--json"


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_board_that_may_not_be_read_is_one_line(accord: Accord, acme: str) -> None:
    Path(acme).chmod(0)
    with as_somebody_else():
        assert "You may not do that with" in accord.refused("list", acme)


def test_an_interrupted_command_ends_as_shells_expect(
    accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.commandline.cards.text_from", interrupted)
    ended = accord("add", acme, "question", "x", "--by", "client", "--body", "-")
    assert ended == Ended(INTERRUPTED, "", "")


def test_what_nobody_foresaw_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ValueError(f"a\n{ESCAPE}b")

    monkeypatch.setattr(tui.cli, "run", broken)
    monkeypatch.delenv("ACCORD_TRACEBACK", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.count("\n") == 1
    assert "ValueError: a ]52;c;aGVsbG8=b" in said


# What people type never reaches the terminal as a command


def unsafe(text: str) -> list[str]:
    return [repr(c) for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u2066\u2028")]


def test_control_bytes_that_are_typed_reach_no_output(accord: Accord) -> None:
    accord.ok("new", "acme", "--title", UNSAFE, "--consultant", f"N{ESCAPE}", "--client", f"P{ESCAPE}")
    accord.ok("add", "acme", "question", UNSAFE, "--by", "client", "--body", UNSAFE)
    accord.ok("add", "acme", "decision", UNSAFE, "--by", "client", "--on", "Q1")
    accord.ok("agree", "acme", "D1", "--by", "client", "--why", UNSAFE)
    calls = [
        ("list", "acme"), ("list", "acme", "--json"), ("show", "acme", "D1"), ("show", "acme", "Q1", "--json"),
        ("history", "acme"), ("history", "acme", "--json"), ("export", "acme"), ("export", "acme", "--as", "text"),
        ("export", "acme", "--as", "json"), ("edit", "acme", "D1", "--title", UNSAFE, "--by", "client"),
        ("move", "acme", "Q1", UNSAFE, "--by", "client"), ("show", "acme", UNSAFE), (UNSAFE,), ("list", UNSAFE),
        ("add", "acme", UNSAFE, "x"), ("list", "acme", f"--{UNSAFE}"), ("list", "acme", UNSAFE),
    ]  # fmt: skip
    for argv in calls:
        ended = accord(*argv)
        assert unsafe(ended.out + ended.err) == [], argv
        assert ended.out or ended.err


def test_control_bytes_in_a_foreign_journal_reach_no_output(accord: Accord) -> None:
    """What storage does not read as text of a board (the acts of the history) is cleaned on its way out."""
    board = new_board("acme", "en", {"consultant": "Nadia", "client": "Paul"})
    journal = FileJournal(Path("acme.journal"), create=True)
    position = journal.append(Head(1, board), Position())
    act = Act(("board", "title"), "acme", UNSAFE)
    journal.append(Record(1, utc_now(), "p1", f"s{ESCAPE}", "board", (act,)), position)
    for argv in (("list", "acme"), ("history", "acme"), ("history", "acme", "--json")):
        ended = accord(*argv)
        assert unsafe(ended.out) == [], argv
        assert "Hi ]52" in ended.out or "\\u001b" in ended.out


# Help, version, completion


@pytest.mark.parametrize("lang", ["en_US.UTF-8", "fr_CH.UTF-8"])
def test_help_is_everywhere_and_in_the_language_of_the_environment(accord: Accord, lang: str) -> None:
    call = Call(interface_language(lang), {})
    program = Program(call)
    usage, show = {"en": ("Usage: ", "Show this help."), "fr": ("Usage\u00a0: ", "Afficher cette aide.")}[lang[:2]]
    whole = accord.ok("-h", lang=lang)
    for name, command in program.commands.items():
        assert f"\n  {name} " in whole
        said = accord.ok(name, "-h", lang=lang)
        assert said.startswith(f"{usage}accord {name} ")
        assert said == accord.ok(name, "--help", lang=lang)
        assert show in said
        for option in command.params:
            assert not isinstance(option, click.Option) or all(opt in said for opt in option.opts)
    assert accord.ok("whatever", "-h", lang=lang) == whole


def test_every_french_help_text_is_french(accord: Accord) -> None:
    english, french = (Program(Call(interface_language(code), {})) for code in ("en", "fr"))
    for name, command in english.commands.items():
        other = french.commands[name]
        assert other.help != command.help, name
        for one, two in zip(command.params, other.params, strict=True):
            if isinstance(one, click.Option) and isinstance(two, click.Option):
                assert one.help != two.help, (name, one.name)


def test_the_version_is_said(accord: Accord) -> None:
    assert accord.ok("--version").startswith("accord ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_what_completes_commands(accord: Accord, shell: str) -> None:
    assert "_ACCORD_COMPLETE" in accord.ok("completion", shell)


def complete(accord: Accord, *words: str) -> list[str]:
    line = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), "_ACCORD_COMPLETE": "bash_complete"}
    accord.environ |= line
    return [found.partition(",")[2] for found in accord.ok().splitlines() if found]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("accord", "dis"), ["disagree", "dis"]),
        (("accord", "add", "acme", "de"), ["decision"]),
        (("accord", "add", "acme", "decision", "x", "--by", "c"), ["consultant", "client"]),
        (("accord", "show", "acme.json", "d"), ["D1", "D2"]),
        (("accord", "show", "acme.json", "r"), ["A1"]),
        (("accord", "show", "nothere.json", "d"), []),
        (("accord", "export", "acme", "--as", "t"), ["text"]),
    ],
)
def test_words_are_completed(
    accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], found: list[str]
) -> None:
    for name, value in {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}.items():
        monkeypatch.setenv(name, value)
    assert complete(accord, *words) == found


# In a process of its own


def test_commands_do_not_wait_for_what_draws_screens(acme: str, process: Process) -> None:
    code = (
        "import os, sys; from tui.cli import run; status = run(sys.argv[1:], os.environ);"
        "sys.exit(status or int(bool({'textual', 'babel', 'markdown_it', 'asyncssh'} & set(sys.modules))))"
    )
    ended = process("list", acme, command=("-c", code))
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_terminal_that_has_only_ascii_is_no_reason_to_stop(accord: Accord, acme: str, process: Process) -> None:
    accord.ok("add", acme, "question", "Où ça ?", "--by", "client")
    ended = process("list", acme, environ={"PYTHONIOENCODING": "ascii"})
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"O? ?a ?" in ended.stdout
    ended = process("list", acme, "--json", environ={"PYTHONIOENCODING": "ascii"})
    assert "Où ça ?" in [card["title"] for card in json.loads(ended.stdout)]
    ended = process("export", acme, "--as", "json", environ={"PYTHONIOENCODING": "ascii"})
    assert "Où ça ?" in [card["title"] for card in json.loads(ended.stdout)["cards"]]


def test_a_reader_that_goes_away_ends_it_quietly(accord: Accord, acme: str, process: Process) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        ended = process("list", acme, capture_output=False, stdout=write, stderr=subprocess.PIPE)
    finally:
        os.close(write)
    assert (ended.returncode, ended.stderr) == (READER_GONE, b"")


def test_a_full_disk_behind_standard_output_is_one_line(acme: str, process: Process) -> None:
    with open("/dev/full", "wb") as full:
        ended = process("list", acme, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 1
    assert ended.stderr.count(b"\n") == 1
    assert b"The disk is full: standard output" in ended.stderr


def test_an_error_of_a_real_process_is_one_line_and_its_status(accord: Accord, process: Process) -> None:
    ended = process("list", "nothere.json")
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert ended.stderr == b"nothere.json is not there; check the name, or begin a board with: accord new\n"
