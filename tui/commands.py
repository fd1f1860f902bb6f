"""Every command, declared once: its key, its words, where it is offered.

The board, the footer, the help screen, the palette and the README's table are all made from this list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from storage import Language
from storage.language import later

Group = Literal["look", "cards", "together", "out", "board"]


@dataclass(frozen=True)
class Command:
    """One thing that a person can do on the board.

    ``keys`` are in Textual's names; the first is the one that is shown. ``short`` is what the footer says, ``long``
    what help and palette say. Letters only open something: what they open is confirmed with Enter.
    """

    id: str
    keys: tuple[str, ...]
    short: str
    long: str
    group: Group

    @property
    def changes(self) -> bool:
        """Whether it leads to a change of the board: whoever may only look is told so before typing anything."""
        return self.id in _CHANGING


GROUPS: Mapping[Group, str] = {
    "look": later("Look around"),
    "cards": later("Cards"),
    "together": later("Both of you"),
    "out": later("Share and leave"),
    "board": later("The board"),
}

COMMANDS: tuple[Command, ...] = (
    Command(
        "open", ("enter",), later("open"), later("Open the card, with its text, its trail and its history"), "look"
    ),
    Command(
        "next",
        ("n",),
        later("next"),
        later("Go to what comes next: a draft, an opinion waited for, a question"),
        "look",
    ),
    Command("search", ("/",), later("search"), later("Search: the board narrows as you type"), "look"),
    Command("view", ("v",), later("view"), later("Change the view: columns, kinds, outline"), "look"),
    Command("settled", ("h",), later("settled"), later("Show or hide what is settled"), "look"),
    Command(
        "summary",
        ("u",),
        later("summary"),
        later("The summary: since last time, and what this session brought"),
        "look",
    ),
    Command("journal", ("j",), later("journal"), later("Read everything that was done, by whom"), "look"),
    Command("question", ("q",), later("question"), later("Add a question"), "cards"),
    Command("guide", ("g",), later("guide"), later("Take a question from the guide, one at a time"), "cards"),
    Command("answer", ("a",), later("answer"), later("Answer the question under the cursor"), "cards"),
    Command(
        "decision",
        ("d",),
        later("proposal"),
        later("Propose a decision, resting on the card or the marked cards"),
        "cards",
    ),
    Command("edit", ("e",), later("edit"), later("Reword the card, or correct its spelling"), "cards"),
    Command("note", ("r",), later("note"), later("Add a note: plain, for or against"), "cards"),
    Command("frame", ("c",), later("frame"), later("See the frame; make the answer part of it"), "cards"),
    Command("task", ("k",), later("who and when"), later("Say who does it, by when, and subject to whom"), "cards"),
    Command("link", ("l",), later("link"), later("Link the card to another, or take a link away"), "cards"),
    Command("move", ("m",), later("move"), later("Move the card (Shift and arrows do it at once)"), "cards"),
    Command("mark", ("space",), later("mark"), later("Mark the card, to do something with several"), "cards"),
    Command(
        "aside",
        ("delete", "backspace"),
        later("set aside"),
        later("Set the card aside; it can be brought back"),
        "cards",
    ),
    Command("back", ("b",), later("bring back"), later("See what was set aside, and bring it back"), "cards"),
    Command(
        "opinion",
        ("y",),
        later("opinion"),
        later("Say what you think of a proposal: agree, a concern, disagree"),
        "together",
    ),
    Command(
        "try", ("x",), later("try"), later("Try and see: what we watch, until when, when we would stop"), "together"
    ),
    Command("outcome", ("o",), later("outcome"), later("Say what came of a trial: keep, change or stop"), "together"),
    Command("voice", ("s",), later("hand over"), later("Hand over: the next words are the other party's"), "together"),
    Command(
        "follow",
        ("f",),
        later("follow"),
        later("Follow somebody who is at the board too, or have the others look here"),
        "together",
    ),
    Command("invite", ("i",), later("invite"), later("Invite somebody to come to this board over SSH"), "together"),
    Command(
        "who", ("w",), later("who said it"), later("It was somebody else who said it: correct the voice"), "together"
    ),
    Command("undo", ("ctrl+z",), later("undo"), later("Take back the last change that was typed here"), "together"),
    Command("redo", ("ctrl+y",), later("redo"), later("Make the change again that was taken back"), "together"),
    Command("share", ("p",), later("share"), later("Share the strategy: read it, copy it, save it"), "out"),
    Command("leave", ("ctrl+q",), later("leave"), later("Leave; everything is kept"), "out"),
    Command(
        "import",
        ("ctrl+o",),
        later("take in"),
        later("Take in a file: a board from elsewhere, or a text to pick questions from"),
        "board",
    ),
    Command("table", ("t",), later("table"), later("Edit the board: title, people, columns"), "board"),
    Command("light", (), later("light or dark"), later("Change between the light and the dark theme"), "board"),
    Command("help", ("?", "f1"), later("all keys"), later("Show all keys; any of them can be clicked"), "board"),
    Command("palette", ("ctrl+p",), later("find a command"), later("Find a command by its name"), "board"),
)

_CHANGING = frozenset(
    {
        "question", "guide", "answer", "decision", "edit", "note", "task", "link", "move", "aside", "back",
        "opinion", "try", "outcome", "voice", "who", "undo", "redo", "import", "table",
    }
)  # fmt: skip

BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}


def keys_of(command: Command, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys of a command, as the person's keymap (``{"question": "x, f3"}``) has them.

    A key that the keymap gives to another command is no longer this one's.
    """
    if own := _split(keymap.get(command.id, "")):
        return own
    taken = {key for identity in BY_ID.keys() & keymap.keys() for key in _split(keymap[identity])}
    return tuple(key for key in command.keys if key not in taken)


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip().lower() for key in keys.split(",") if key.strip())


def by_key(keymap: Mapping[str, str]) -> dict[str, Command]:
    """Which command a key stands for; letters in either case, so that Caps Lock changes nothing."""
    found: dict[str, Command] = {}
    for command in COMMANDS:
        for key in keys_of(command, keymap):
            found[key] = command
            if len(key) == 1:
                found[key.upper()] = command
    return found


_KEY_NAMES = {
    "enter": later("Enter"),
    "escape": later("Esc"),
    "delete": later("Del"),
    "space": later("Space"),
    "backspace": later("Backspace"),
    "tab": later("Tab"),
}


def key_words(key: str, language: Language) -> str:
    """A key as it is written on a keyboard of the language: Entrée, Suppr, Ctrl+Z."""
    if key in _KEY_NAMES:
        return language.say(_KEY_NAMES[key])
    prefix, plus, last = key.rpartition("+")
    if plus:
        return f"{prefix.capitalize()}+{last.upper()}"
    return key.upper() if len(key) > 1 else key


def shown_key(identity: str, keymap: Mapping[str, str], language: Language) -> str:
    """The key that is shown for a command; empty where it has none."""
    keys = keys_of(BY_ID[identity], keymap)
    return key_words(keys[0], language) if keys else ""
