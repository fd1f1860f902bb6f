"""A poor terminal: all that Accord draws is ASCII, on every screen, and words are as its encoding has them."""

from __future__ import annotations

import pytest

from .conftest import Terminals
from .driver import Terminal

SCREENS = {
    "enter": "History",
    "?": "All keys",
    "v": "View:",
    "u": "Session of",
    "j": "newest first",
    "g": "Purpose",
    "q": "In one line",
    "r": "A note against",
    "c": "hours, people, money",
    "l": "Link D5",
    "m": "Move D5",
    "b": "Bring back",
    "y": "Both agree",
    "e": "Ctrl+S",
    "s": "Who speaks now?",
    "w": "D5 WhatsApp",
    "i": "Guests at this board",
    "p": "The strategy",
    "ctrl+o": "Take in a file",
    "t": "Add somebody",
    "ctrl+p": "Which command?",
    "/": "the board narrows",
}
"""Keys of the board, at the card that comes next, and what each brings."""


def foreign(screen: Terminal) -> str:
    """What is on the screen that is not ASCII."""
    return "".join(sorted({sign for sign in screen.text() if not sign.isascii()}))


def test_every_screen_is_drawn_with_ascii(terminal: Terminals, accord: list[str]) -> None:
    screen = terminal([*accord, "demo", "--lang", "en"], size=(100, 30), env={"ACCORD_ASCII": "1"})
    screen.wait_for("@ Ruth")
    screen.settle()
    assert foreign(screen) == ""
    screen.press("n")
    for key, words in SCREENS.items():
        screen.press(key)
        screen.wait_for(words)
        screen.settle()
        assert foreign(screen) == "", key
        screen.press("escape")
        screen.wait_for("@ Ruth")
    screen.press("q")
    screen.wait_for("In one line")
    assert "+----" in screen.text()


def test_the_welcome_is_drawn_with_ascii(terminal: Terminals, accord: list[str]) -> None:
    screen = terminal(accord, env={"ACCORD_ASCII": "1"})
    screen.wait_for("Enter next - ")
    assert foreign(screen) == "ç"  # of "Français"


def test_what_people_write_stays_as_it_is(terminal: Terminals, accord: list[str]) -> None:
    screen = terminal([*accord, "demo", "--lang", "en"], env={"ACCORD_ASCII": "1"})
    screen.wait_for("@ Ruth")
    screen.press("q")
    screen.wait_for("In one line")
    screen.paste("Où sont les élèves\u202f? «\u202fÀ Zürich\u202f» 日本")
    screen.wait_for("Où sont les élèves\u202f? «\u202fÀ Zürich\u202f» 日本")


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "Entree garder - Tab texte - "),
        ({"LC_ALL": "C", "PYTHONUTF8": "0"}, "Entree garder - Tab texte - "),
        ({"LC_ALL": "C", "ACCORD_ASCII": "1"}, "Entrée garder - Tab texte - "),
    ],
    ids=["ascii", "C", "C, taken for UTF-8"],
)
def test_french_is_drawn_as_the_encoding_has_it(
    terminal: Terminals, accord: list[str], env: dict[str, str], words: str
) -> None:
    screen = terminal([*accord, "demo", "--lang", "fr"], size=(100, 30), env=env)
    screen.wait_for("@ ")
    screen.settle()
    for key, wanted in (("p", "En bref"), ("?", "Toutes les touches"), ("q", words)):
        screen.press(key)
        screen.wait_for(wanted)
        screen.settle()
        assert "Entrée" in words or foreign(screen) == "", key
        if key != "q":
            screen.press("escape")
    # No letter has taken more cells than it should: the frame stands.
    (left, top), rows = screen.find("+----"), screen.text().split("\n")
    right = rows[top].index("+", left + 1)
    bottom = next(y for y, row in enumerate(rows) if y > top and row[left] == "+")
    assert bottom > top + 5
    assert all(row[left] + row[right] == "||" for row in rows[top + 1 : bottom])
    screen.press("escape", "ctrl+q")
    assert screen.wait_exit() == 0
    assert "Traceback" not in screen.text()
