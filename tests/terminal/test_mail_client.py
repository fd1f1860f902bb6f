"""The draft of a mail in a mail program that people have: mutt shows the text, and offers the HTML beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.exports.document import Document, Entry, Line, Section
from storage.exports.mail import as_mail
from storage.exports.text import as_text

from .conftest import Terminals

DOCUMENT = Document(
    "fr",
    "Les Amis du Phare\u00a0: stratégie 🌱",
    "Atelier du 12 mai 2026, avec Nadia et Paul",
    "atelier du 12 mai",
    (
        Section("En bref", (Line("D'abord les parents du quartier, [fr] <b>pas</b> les abonnés."),)),
        Section(
            "Ce que nous avons décidé", entries=(Entry("L'été à la œuvrette", (Line("D'accord"),)),), numbered=True
        ),
    ),
    "Accord, modification 27",
)


@pytest.fixture
def box(home: Path) -> Path:
    """A mailbox with the draft in it; a mailbox has the line ends of the machine."""
    for name in ("cur", "new", "tmp"):
        (home / "box" / name).mkdir(parents=True)
    (home / "box/new/1").write_bytes(as_mail(DOCUMENT).replace("\r\n", "\n").encode("ascii"))
    (home / "muttrc").write_text('set charset=utf-8 folder="~"\nset index_format="%s"\nset wrap=0\n', encoding="utf-8")
    return home / "box"


def test_mutt_shows_the_text_and_lists_both_parts(terminal: Terminals, box: Path) -> None:
    command = ["mutt", "-n", "-R", "-F", str(box.parent / "muttrc"), "-f", str(box)]
    mutt = terminal(command, size=(100, 40), lang="C.UTF-8")
    mutt.wait_for("Les Amis du Phare\u00a0: stratégie 🌱 (atelier du 12 mai)")

    mutt.press("enter")
    mutt.wait_for("Accord, modification 27")
    shown = [line.rstrip() for line in mutt.text().splitlines()]
    written = as_text(DOCUMENT).splitlines()
    start = shown.index(written[0])
    assert shown[start : start + len(written)] == written
    assert "<div" not in mutt.text()
    assert "<h1" not in mutt.text()

    mutt.press("v")
    mutt.wait_for("text/html")
    kinds = [line for line in mutt.text().splitlines() if "utf-8" in line]
    assert ["text/plain" in kinds[0], "text/html" in kinds[1], len(kinds)] == [True, True, 2]

    mutt.press("down", "enter")
    mutt.wait_for("Accord, modification 27")
    assert "<div" not in mutt.text()
