from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.clipboard import Outcome

from .calling import Accord


@pytest.mark.parametrize("form", ["markdown", "text", "json"])
def test_export_writes_the_same_to_standard_output_and_to_a_file(accord: Accord, acme: str, form: str) -> None:
    said = accord.ok("export", acme, "--as", form)
    assert "Newsletter first" in said
    assert accord.ok("export", acme, "--as", form, "-o", "out") == ""
    assert Path("out").read_text() == said


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


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (".", ". is a folder"),
        ("nowhere/out.md", "The folder nowhere is not there"),
        ("acme.json", "acme.json is the board itself"),
        ("acme.journal", "acme.journal is the board itself"),
        ("again.json", "again.json is the board itself"),
    ],
)
def test_an_export_says_where_it_cannot_go(accord: Accord, acme: str, target: str, words: str) -> None:
    Path("again.json").symlink_to("acme.json")
    before = {path: path.read_bytes() for path in Path().glob("acme.*")}
    assert words in accord.refused("export", acme, "-o", target)
    assert {path: path.read_bytes() for path in Path().glob("acme.*")} == before
    assert sorted(os.listdir()) == ["acme.journal", "acme.json", "again.json"]


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
    from tui.commandline import share

    assert share.FORMS == exports.FORMS
