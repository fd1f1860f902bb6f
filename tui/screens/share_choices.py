"""What can be shared and in which form, as people choose it: the words, the lists, and the names of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from storage import Board, Language
from storage.card import shown_id
from storage.exports import BOARD, STRATEGY, Form, Subject
from storage.language import later
from storage.shared import Sharing

from ..cells import cut, fill
from ..words import short_date
from .asking import CHOICE_CELLS, Choice

Shown = Literal["read", "letter", "source"]
"""How a form is looked at: laid out as it will be read, as a letter with its subject, or character by character."""


@dataclass(frozen=True)
class Shape:
    """One way in which something leaves. ``copied`` and ``saved`` are the forms for the clipboard and for a file.

    ``rich`` copies with headings. ``words`` and ``about`` name it in the list, ``by`` where it is said what was done,
    ``copying`` where the key that copies is named.
    """

    id: str
    copied: Form
    saved: Form
    ending: str
    shown: Shown
    words: str
    about: str
    by: str
    copying: str
    rich: bool = False


_FOR_AN_EMAIL = later("copy for an e-mail")

SHAPES: tuple[Shape, ...] = (
    Shape("read", "text", "html", ".html", "read", later("As it will be read"),
          later("to look at together"), later("as it will be read"), _FOR_AN_EMAIL),
    Shape("text", "text", "text", ".txt", "source", later("Text for an e-mail"),
          later("plain: it arrives everywhere"), later("as plain text"), _FOR_AN_EMAIL),
    Shape("rich", "html", "html", ".html", "read", later("With headings"),
          later("for a formatted e-mail, a document"), later("with headings"), later("copy with headings"), rich=True),
    Shape("eml", "text", "eml", ".eml", "letter", later("Mail draft"),
          later("a file that mail programs open"), later("as a mail draft"), _FOR_AN_EMAIL),
    Shape("html", "html", "html", ".html", "read", later("Web page"),
          later("a file to open or to print"), later("as a web page"), later("copy the HTML")),
    Shape("markdown", "markdown", "markdown", ".md", "source", later("Markdown"),
          later("for notes and wikis"), later("as Markdown"), later("copy as Markdown")),
    Shape("json", "json", "json", ".json", "source", later("JSON"),
          later("everything, for programs"), later("as JSON"), later("copy the JSON")),
    Shape("obsidian", "obsidian", "obsidian", ".md", "source", later("Obsidian"),
          later("everything, as a board to go on with"), later("for Obsidian"), later("copy for Obsidian")),
)  # fmt: skip

SHAPE: Mapping[str, Shape] = {shape.id: shape for shape in SHAPES}
READ = SHAPE["read"]

_AROUND_CHOICES = 8
_FEW_WORDS = 16
"""Cells that a second column of words needs to be worth having."""

_FILE_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"strategy": "strategy", "board": "board", "trail": "trail", "since": "changes"},
    "fr": {"strategy": "strategie", "board": "tableau", "trail": "cheminement", "since": "nouveautes"},
}


def form_words(language: Language, sharing: Sharing) -> str:
    """In which form something was shared: "as Markdown". A page that was copied is a text with headings."""
    rich = sharing.form == "html" and sharing.route in ("copied", "sent-to-terminal")
    shape = SHAPE["rich"] if rich else SHAPE[sharing.form]
    return language.say(shape.by)


def subject_words(language: Language, subject: Subject) -> str:
    """What is shared: "The trail of D2"."""
    say = language.say
    match subject.kind:
        case "strategy":
            return say("The strategy")
        case "board":
            return say("The whole board")
        case "trail":
            return say("The trail of {id}", id=shown_id(subject.card, language.code))
        case "since":
            day = short_date(language, subject.day) if subject.day else ""
            return say("What changed since {date}", date=day) if day else say("What changed")


def file_name(stem: str, subject: Subject, shape: Shape, lang: str) -> str:
    """A name for the file: the board's, what is in it in the language of the board, and the ending of its form."""
    words = _FILE_WORDS["fr" if lang == "fr" else "en"]
    parts = [stem, words[subject.kind], shown_id(subject.card, lang) if subject.kind == "trail" else ""]
    return "-".join(filter(None, parts)) + shape.ending


def shape_choices(language: Language, screen: int) -> list[Choice]:
    """The forms, for a list on a screen of so many cells."""
    return _aligned([(shape.id, language.say(shape.words), language.say(shape.about)) for shape in SHAPES], screen)


def subject_choices(board: Board, language: Language, screen: int, near: str | None, since: str | None) -> list[Choice]:
    """What can be shared, for a list on a screen of so many cells.

    ``near`` is the decision at hand; ``since`` says when something was shared last, nothing where it never was, and is
    ``None`` where that is not known.
    """
    say = language.say
    rows = [("strategy", subject_words(language, STRATEGY), say("what was decided, and why"))]
    if since is not None:
        rows.append(
            ("since", say("What changed"), say("since {when}", when=since) if since else say("nothing was shared yet"))
        )
    if near is not None:
        rows.append(("near", subject_words(language, Subject("trail", near)), board.cards[near].title))
    if any(card.kind == "decision" and card.id != near for card in board.cards.values()):
        words = say("The trail of another decision …") if near else say("The trail of a decision …")
        rows.append(("trail", words, say("from the question on")))
    rows.append(("board", subject_words(language, BOARD), say("everything that stands on it")))
    return _aligned(rows, screen)


def _aligned(rows: Sequence[tuple[str, str, str]], screen: int) -> list[Choice]:
    """Choices whose second words stand below each other; without these on a screen of too few cells."""
    width = max(cell_len(words) for _, words, _ in rows)
    room = min(CHOICE_CELLS, screen - _AROUND_CHOICES) - width
    if room < _FEW_WORDS:
        return [Choice(key, words) for key, words, _ in rows]
    return [Choice(key, fill(words, width), cut(more, room)) for key, words, more in rows]


def decision_near(board: Board, identity: str | None) -> str | None:
    """The decision that a card is, stands under or is the base of; nothing where there are several, or none."""
    card = board.cards.get(identity or "")
    if card is None or card.kind == "decision":
        return card.id if card else None
    if under := board.standing.places[card.id].under:
        return under
    resting = {decision.id for decision in board.standing.resting_on(board, card.id)}
    return resting.pop() if len(resting) == 1 else None
