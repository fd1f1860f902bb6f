"""The text that an invitation is sent with."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from rich.cells import cell_len

from storage.invitations import Invitations
from tui.host.letter import WIDTH, Letter
from tui.host.reach import Listen, Way
from tui.words import interface_language

NOW = dt.datetime(2026, 5, 12, 9, 30, tzinfo=dt.UTC)
FINGERPRINT = "SHA256:ohY1nY5FcSjmJbcyCKPoXW5r9Hf3/rJdLxKGnY5Z0Tc"


def letter(folder: Path, *, may_edit: bool = True, way: Way = "machine", title: str = "Amis du Phare") -> Letter:
    invitations = Invitations(folder, folder / "garden.json", clock=lambda: NOW)
    made, code = invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=3), may_edit=may_edit)
    return Letter("Nadia", title, made, code, Listen("127.0.0.1", 9000), way, FINGERPRINT)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_letter_has_all_that_a_guest_needs(tmp_path: Path, lang: str) -> None:
    sent = letter(tmp_path)
    text = sent.text(interface_language(lang))
    lines = [line.strip() for line in text.splitlines()]
    for alone in ("ssh -p 9000 paul@localhost", FINGERPRINT, sent.code):
        assert alone in lines
    ends = (NOW + dt.timedelta(days=3)).astimezone()
    for words in ("Nadia", "Amis du Phare", "yes", "PowerShell", "Ctrl+Q", f"{ends:%H:%M}", str(ends.day)):
        assert words in text
    assert "{" not in text


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("title", ["x" * 300, "Les [fr] {x} <b>", "日本" * 60])
def test_no_line_is_longer_than_a_mail_carries(tmp_path: Path, lang: str, title: str) -> None:
    text = letter(tmp_path, title=title, way="network").text(interface_language(lang))
    assert max(cell_len(line) for line in text.splitlines()) <= WIDTH
    assert "".join(title.split()) in "".join(text.split())


def test_whoever_may_only_look_is_told_so(tmp_path: Path) -> None:
    language = interface_language("en")
    assert "change nothing" in letter(tmp_path, may_edit=False).text(language)
    assert "change nothing" not in letter(tmp_path).text(language)


def test_a_letter_says_from_where_it_works(tmp_path: Path) -> None:
    language = interface_language("en")
    assert "same machine" in letter(tmp_path, way="machine").text(language)
    assert "Wi-Fi" in letter(tmp_path, way="network").text(language)
    through = letter(tmp_path, way="tunnel").text(language)
    assert "same machine" not in through
    assert "tell Nadia" in through
    assert "Wi-Fi" not in through
