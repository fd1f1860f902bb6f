from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.exports import BOARD, STRATEGY, Subject
from storage.shared import Shared
from tui.clipboard import Outcome
from tui.commandline import share

from .calling import Accord, Process


@pytest.mark.parametrize("form", share.FORMS)
def test_export_writes_the_same_to_standard_output_and_to_a_file(accord: Accord, acme: str, form: str) -> None:
    said = accord.ok("export", acme, "--as", form)
    assert "Newsletter first" in said
    assert accord.ok("export", acme, "--as", form, "-o", "out") == ""
    assert Path("out").read_bytes().decode() == said


def test_a_mail_that_is_piped_keeps_the_ends_of_its_lines(accord: Accord, acme: str, process: Process) -> None:
    mail = process("export", acme, "--as", "eml").stdout
    assert mail.count(b"\n") == mail.count(b"\r\n") > 10
    accord.ok("export", acme, "-o", "draft.eml")
    assert Path("draft.eml").read_bytes() == mail


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.md", "markdown"),
        ("a.HTML", "html"),
        ("a.txt", "text"),
        ("a.eml", "eml"),
        ("a.json", "json"),
        ("a", "markdown"),
    ],
)
def test_the_ending_of_the_file_says_the_form_unless_the_call_does(
    accord: Accord, acme: str, name: str, form: str
) -> None:
    accord.ok("export", acme, "-o", name)
    assert Path(name).read_bytes().decode() == accord.ok("export", acme, "--as", form)
    accord.ok("export", acme, "--as", "text", "-o", name)
    assert Path(name).read_text() == accord.ok("export", acme, "--as", "text")


def test_the_whole_board_a_trail_and_what_has_changed_can_be_exported(accord: Accord, acme: str) -> None:
    board = accord.ok("export", acme, "--board")
    assert "## On the table\n" in board
    assert "On *Instagram*." not in board
    assert "On *Instagram*." in accord.ok("export", acme, "--board", "--full")
    trail = accord.ok("export", acme, "--trail", "d1")
    assert trail.startswith("# Newsletter first\n")
    assert "## Opinions\n" in trail
    assert accord.ok("export", acme, "--trail", "R1") == trail
    since = accord.ok("export", acme, "--since", "5")
    assert "## Agreed since\n" in since
    assert "Two stories a week" not in since
    assert "Paul" not in accord.ok("export", acme, "--trail", "D1", "--no-names")
    assert "no card D9" in accord.refused("export", acme, "--trail", "D9")


def test_a_trail_shows_the_wordings_that_were_agreed_to(accord: Accord, acme: str) -> None:
    accord.ok("edit", acme, "D1", "--title", "Newsletter in May", "--by", "client")
    assert "“Newsletter first”" in accord.ok("export", acme, "--trail", "D1")


def test_what_has_changed_since_it_was_last_shared(accord: Accord, acme: str) -> None:
    everything = accord.ok("export", acme, "--since", "last", "-o", "first.md") + Path("first.md").read_text()
    assert "Newsletter first" in everything
    assert accord.ok("export", acme, "--since", "last").splitlines()[2].startswith("Nothing has changed since ")
    accord.ok("add", acme, "question", "Who films?", "--by", "client")
    accord.ok("export", acme, "--as", "json", "-o", "kept.json")  # keeping a copy is not sharing it
    accord.refused("export", acme, "--trail", "D9", "-o", "x.md")
    since = accord.ok("export", acme, "--since", "LAST")
    assert "Who films?" in since
    assert "Newsletter first" not in since


def test_what_was_shared_is_kept_with_where_it_went(accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    accord.ok("export", acme, "--board", "-o", "out.txt")
    accord.ok("export", acme)
    monkeypatch.setattr("tui.clipboard.copy", Clipboard(Outcome("desktop", certain=True)).copy)
    accord.ok("copy", acme, "--trail", "D1")
    monkeypatch.setattr("tui.clipboard.copy", Clipboard(Outcome("terminal", certain=False)).copy)
    accord.ok("copy", acme, "--as", "html")
    monkeypatch.setattr("tui.clipboard.copy", Clipboard(Outcome("file", certain=False, path=Path("x"))).copy)
    accord.ok("copy", acme)
    found = Shared(accord.folder / "state" / "shared", Path(acme)).all()
    assert [(each.subject, each.form, each.route, each.where) for each in found] == [
        (STRATEGY, "html", "sent-to-terminal", ""),
        (Subject("trail", card="D1"), "text", "copied", ""),
        (STRATEGY, "markdown", "piped", ""),
        (BOARD, "text", "saved", str(accord.folder / "out.txt")),
    ]
    assert {each.seq for each in found} == {6}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--board", "--since", "3"), "--board, --since do not go together"),
        (("--board", "--trail", "D1"), "--board, --trail do not go together"),
        (("--as", "json", "--trail", "D1"), "--trail does not go with json"),
        (("-o", "a.json", "--since", "1"), "--since does not go with json"),
        (("--as", "obsidian", "--no-names"), "--no-names does not go with obsidian"),
        (("--since", "yesterday"), "“yesterday” is neither the number of a change nor “last”"),
        (("--since", "-1"), "“-1” is neither"),
        (("--trail", "X1"), "“X1” is no card's number"),
    ],
)
def test_what_does_not_go_together_is_a_wrong_call(
    accord: Accord, acme: str, options: tuple[str, ...], words: str
) -> None:
    assert words in accord.refused("export", acme, *options, status=2)
    assert not Path("a.json").exists()


def test_the_whole_board_goes_with_the_forms_that_always_have_it(accord: Accord, acme: str) -> None:
    assert accord.ok("export", acme, "--board", "--as", "json") == accord.ok("export", acme, "--as", "json")


def test_export_speaks_the_language_of_the_board(accord: Accord, acme: str) -> None:
    accord.ok("new", "fr", "--lang", "fr")
    assert accord.ok("export", "fr", lang="en_US.UTF-8") == accord.ok("export", "fr", lang="fr_CH.UTF-8")
    assert accord.ok("export", acme, lang="en_US.UTF-8") == accord.ok("export", acme, lang="fr_CH.UTF-8")


def test_export_can_leave_names_out_and_tell_more(accord: Accord, acme: str) -> None:
    assert "Paul" in accord.ok("export", acme, "--full")
    assert "Paul" not in accord.ok("export", acme, "--no-names")


def test_an_export_keeps_the_mode_of_the_file_that_it_replaces_and_follows_a_link(accord: Accord, acme: str) -> None:
    Path("real.md").write_text("old")
    Path("real.md").chmod(0o640)
    Path("link.md").symlink_to("real.md")
    accord.ok("export", acme, "-o", "link.md")
    assert Path("link.md").is_symlink()
    assert "Newsletter" in Path("real.md").read_text()
    assert stat.S_IMODE(Path("real.md").stat().st_mode) == 0o640


def test_an_export_goes_through_a_device_and_does_not_replace_it(accord: Accord, acme: str) -> None:
    assert accord.ok("export", acme, "-o", os.devnull) == ""
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "-"])
def test_standard_output_has_several_names(accord: Accord, acme: str, process: Process, name: str) -> None:
    document = accord.ok("export", acme).encode()
    assert process("export", acme, "-o", name).stdout == document
    with Path("log").open("wb") as log:
        log.write(b"before\n")
        log.flush()
        assert process("export", acme, "-o", name, capture_output=False, stdout=log).returncode == 0
    assert Path("log").read_bytes() == b"before\n" + document


def test_what_a_shell_gives_as_a_file_is_written_to(accord: Accord, acme: str, process: Process) -> None:
    reading, writing = os.pipe()
    ended = process("export", acme, "-o", f"/dev/fd/{writing}", pass_fds=[writing])
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert pipe.read() == accord.ok("export", acme).encode()
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (".", ". is a folder"),
        ("nowhere/out.md", "The folder nowhere is not there"),
        ("acme.json", "acme.json is the board itself"),
        ("acme.journal", "acme.journal is the board itself"),
        ("again.json", "again.json is the board itself"),
        ("other.md", "other.md is the board itself"),
        ("round.md", "round.md is not there"),
        ("acme.json/out.md", "The folder acme.json is not there"),
        ("x" * 300, "That name is too long for a file here; choose a shorter one."),
        ("é" * 120, "That name is too long for a file here; choose a shorter one."),
    ],
)
def test_an_export_says_where_it_cannot_go(accord: Accord, acme: str, target: str, words: str) -> None:
    Path("again.json").symlink_to("acme.json")
    Path("other.md").hardlink_to("acme.journal")
    Path("round.md").symlink_to("round.md")
    before = {path: path.read_bytes() for path in Path().glob("acme.*")}
    assert words in accord.refused("export", acme, "-o", target)
    assert {path: path.read_bytes() for path in Path().glob("acme.*")} == before
    assert sorted(os.listdir()) == ["acme.journal", "acme.json", "again.json", "other.md", "round.md"]


@dataclass
class Clipboard:
    """Stands in for the clipboard, and remembers what it was given."""

    outcome: Outcome
    text: str = ""
    environ: object = None
    write: object = None

    def copy(self, text: str, **given: object) -> Outcome:
        assert given["remote"] is False
        self.text, self.environ, self.write = text, given["environ"], given["write"]
        return self.outcome


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome("desktop", certain=True), "Copied to the clipboard.\n"),
        (Outcome("file", certain=False, path=Path("copied.txt")), "The text is here: copied.txt\n"),
    ],
)
def test_copy_gives_plain_text_and_says_where_it_truly_went(
    accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, said: str
) -> None:
    clipboard = Clipboard(outcome)
    monkeypatch.setattr("tui.clipboard.copy", clipboard.copy)
    assert accord.ok("copy", acme).endswith(said)
    assert clipboard.text == accord.ok("export", acme, "--as", "text")
    assert clipboard.environ == accord.environ
    assert clipboard.write is None  # standard output is no terminal here
    accord.ok("copy", acme, "--as", "markdown")
    assert clipboard.text == accord.ok("export", acme)
    accord.ok("copy", acme, "--board", "--full", "--no-names")
    assert clipboard.text == accord.ok("export", acme, "--board", "--full", "--no-names", "--as", "text")


def test_what_could_be_put_nowhere_is_shown_to_be_selected(
    accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.clipboard.copy", Clipboard(Outcome("screen", certain=False)).copy)
    said = accord.ok("copy", acme)
    assert said.startswith(accord.ok("export", acme, "--as", "text"))
    assert said.endswith("Select the text shown here.\n")


def test_copy_without_any_clipboard_keeps_a_file(accord: Accord, acme: str) -> None:
    accord.environ |= {"PATH": "", "TERM": "dumb"}
    said = accord.ok("copy", acme)
    assert str(accord.folder / "state" / "copied.txt") in said
    assert (accord.folder / "state" / "copied.txt").read_text() == accord.ok("export", acme, "--as", "text")


def test_the_forms_offered_are_those_that_there_are() -> None:
    from storage import exports

    assert share.FORMS == exports.FORMS
