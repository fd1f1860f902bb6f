"""After the meeting: what was decided leaves the board, in a real terminal, and other programs can read it."""

from __future__ import annotations

import stat
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .conftest import Terminals
from .driver import Terminal

LOCALES = {"en": "en_US.UTF-8", "fr": "fr_FR.UTF-8"}


class Headings(HTMLParser):
    """The headings of a page, by level."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._tag: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._tag = tag if tag in ("h1", "h2", "h3") else None

    def handle_data(self, data: str) -> None:
        if self._tag:
            self.found.append((self._tag, data))
            self._tag = None


def demo(terminal: Terminals, accord: list[str], lang: str, folder: Path) -> Terminal:
    """The sample board, with the share screen open."""
    screen = terminal([*accord, "demo", "--lang", lang], size=(100, 30), lang=LOCALES[lang], cwd=folder)
    screen.wait_for(lambda: "●" in screen.line(0))
    screen.settle()
    screen.press("p")
    return screen


def choose(screen: Terminal, key: str, words: str) -> None:
    """Open a list and click one of its lines."""
    screen.press(key)
    screen.click(words)
    screen.settle()


def save(screen: Terminal, name: str, done: str) -> None:
    """Save under another name than the suggested one."""
    screen.press("s")
    screen.wait_for("musee-des-bateliers")
    screen.press("ctrl+u")
    screen.type(f"{name}\n")
    screen.wait_for(done)


def test_a_trail_is_copied_and_saved_as_a_mail_and_as_a_page(
    terminal: Terminals, accord: list[str], tmp_path: Path
) -> None:
    screen = demo(terminal, accord, "fr", tmp_path)
    screen.wait_for("La stratégie")
    choose(screen, "w", "Un cheminement")
    screen.wait_for("Le cheminement de quelle décision")
    screen.type("familles")
    screen.wait_for("1 sur")
    screen.press("enter")
    screen.wait_for("Le cheminement de D1")
    screen.wait_for("La question")

    screen.press("c")
    screen.wait_for("Texte pour un e-mail ·")
    (copied,) = screen.copied
    assert "Qui voulons-nous revoir en premier" in " ".join(copied.split())
    assert "##" not in copied

    choose(screen, "a", "Brouillon d'e-mail")
    screen.wait_for("Objet\u00a0:")
    save(screen, "trail.eml", "Enregistré")
    mail = message_from_bytes((tmp_path / "trail.eml").read_bytes(), policy=default)
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().split() == copied.split()
    assert "Nous parlons d'abord aux familles des Quais" in mail["subject"]

    choose(screen, "a", "Page web")
    screen.wait_for("en page web")
    save(screen, "trail.html", "trail.html")
    headings = Headings((tmp_path / "trail.html").read_text("utf-8")).found
    assert headings[0] == ("h1", "Nous parlons d'abord aux familles des Quais")
    assert ("h2", "La question") in headings

    screen.press("h")
    screen.wait_for("Ce qui a été partagé d'ici")
    assert screen.text().count("Le cheminement de D1") == 3
    screen.press("escape", "escape", "ctrl+q")
    assert screen.wait_exit() == 0


def test_what_is_for_the_browser_is_read_by_nobody_else(
    terminal: Terminals, accord: list[str], tmp_path: Path, home: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n', "utf-8")
    opener.chmod(0o755)
    env = {"DISPLAY": ":97", "PATH": f"{programs}:/usr/bin:/bin"}
    screen = terminal([*accord, "demo"], size=(100, 30), cwd=tmp_path, env=env)
    screen.wait_for(lambda: "●" in screen.line(0))
    screen.settle()
    screen.press("p")
    screen.wait_for("What we decided")
    screen.click("open in the browser")
    screen.wait_for("select all and copy")
    page = home / ".local/state/accord/shared.html"
    assert (tmp_path / "opened").read_text("utf-8").strip() == str(page)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert ("h2", "What we decided") in Headings(page.read_text("utf-8")).found


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_list_is_left_as_it_was_entered(
    terminal: Terminals, accord: list[str], tmp_path: Path, lang: str
) -> None:
    screen = demo(terminal, accord, lang, tmp_path)
    words = {"en": "The strategy", "fr": "La stratégie"}[lang]
    screen.wait_for(words)
    for key in ("w", "a", "s", "h"):
        before = screen.text()
        screen.press(key)
        assert screen.text() != before
        screen.press("escape")
        assert screen.text() == before
    screen.press("escape", "ctrl+q")
    assert screen.wait_exit() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
