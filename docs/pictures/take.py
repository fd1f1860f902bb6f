"""Take the pictures of the README: ``python -m docs.pictures.take`` in the repository's root, then look at them.

Each is what a terminal shows of the sample board (``accord demo``) after some keys. Wants the fonts of the packages
fonts-dejavu-core and fonts-noto-cjk; dates on them are those of the day.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.terminal.driver import Terminal

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


@dataclass(frozen=True)
class Picture:
    """One picture: its name, the size of the terminal, the language, and how to come to what it shows."""

    name: str
    size: tuple[int, int]
    lang: str
    go: Callable[[Terminal], None]


def stay(terminal: Terminal) -> None:
    """The board as it opens."""


def open_decision(terminal: Terminal) -> None:
    """A decision that both agreed to, with what it rests on."""
    terminal.click("● D")
    terminal.press("enter")


def give_opinion(terminal: Terminal) -> None:
    """The panel for the opinions on a proposal that one party agrees to."""
    terminal.click("○ D5")
    terminal.press("y")


def share(terminal: Terminal) -> None:
    """The strategy as it will be read."""
    terminal.press("p")


PICTURES = (
    Picture("board-en", (80, 24), "en", stay),
    Picture("board-fr", (120, 35), "fr", stay),
    Picture("card-fr", (120, 35), "fr", open_decision),
    Picture("opinion-fr", (120, 35), "fr", give_opinion),
    Picture("share-fr", (120, 35), "fr", share),
    Picture("wide-en", (160, 45), "en", stay),
)


def take(picture: Picture, folder: Path) -> None:
    """Start the demo in a terminal of its own, go there, and save what is seen."""
    locale = {"en": "en_US.UTF-8", "fr": "fr_FR.UTF-8"}[picture.lang]
    command = [sys.executable, "-m", "tui", "demo", "--lang", picture.lang]
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(command, home=Path(home), size=picture.size, lang=locale, env={"PYTHONPATH": str(ROOT)}) as terminal,
    ):
        terminal.wait_for(lambda: "●" in terminal.line(0))
        terminal.settle(0.3)
        picture.go(terminal)
        terminal.settle(0.3)
        terminal.picture(folder / f"{picture.name}.png")
        terminal.press("escape", "ctrl+q")
        terminal.wait_exit()


def main(names: list[str]) -> None:
    """Take all of them, or those that are named."""
    for picture in PICTURES:
        if not names or picture.name in names:
            take(picture, FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])
