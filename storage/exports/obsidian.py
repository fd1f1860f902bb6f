"""The whole board as a note of Obsidian, which its Kanban plugin shows as a board and a person can read and edit.

Each card is an item in its column: title, body, and what was said of it in short lines. All of the board travels along
in the settings at the end of the note, which the plugin keeps when it saves: :mod:`storage.imports.obsidian` reads it,
and sees from what was written here what somebody has changed since.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import get_args

from ..board import Board
from ..card import PARTIES, Card, LinkKind, card_order, shown_id
from ..language import Language
from .cards import linked
from .escape import at_start, within
from .kept import Kept, Lane, Written, packed
from .phrases import Phrases, column_title

KEY = "accord"
"""The key in the plugin's settings under which the board travels along."""

# The plugin takes this word for the archive below a rule, in English and in French.
_ARCHIVE = "Archive"
# Dates are then read and shown as they are written here, whatever else is set for other boards.
_SETTINGS = {
    "kanban-plugin": "board",
    "date-trigger": "@",
    "date-format": "YYYY-MM-DD",
    "prepend-archive-date": False,
}

# What means something to Obsidian or its plugin, beyond CommonMark: comments, highlights, formulas, tags, dates, a
# block's name at the end of a line, and the line break that the plugin makes of one tag.
_SIGN = re.compile(r"(<br>|%(?=%)|(?<=%)%|=(?==)|(?<==)=|\$|(?<!\S)#(?=[^\s#])|(?<=\S)\{|\^(?=\S*$))")
_SIGNS = re.compile(r"[<%=$#{^]")
_WRITTEN_SIGN = re.compile(r"\\([!-/:-@\[-`{-~])|&lt;(?=br>)")
_LIMIT = re.compile(r"\((\d+)\)$")
_NAMED = re.compile(r"\^\S+$", re.MULTILINE)


def as_obsidian(board: Board, language: Language) -> str:
    """The board as a note, in a language of the domain ``storage``."""
    return _Writer(board, language).note()


def plain(line: str) -> str:
    """One line of text, to be read as it stands by Obsidian and its plugin."""
    return at_start(_within(line))


def typed(line: str) -> str:
    """The line that :func:`plain` was given; what somebody typed in between stays."""
    return _WRITTEN_SIGN.sub(lambda found: found[1] or "<", line)


def as_saved(text: str) -> str:
    """A text as it is once the plugin has saved it, for comparison."""
    return "\n".join(line.rstrip() for line in text.replace("<br>", "\n").split("\n")).strip("\ufeff \t\n")


def _within(line: str) -> str:
    if not _SIGNS.search(line):  # as most lines are, and far quicker to see
        return within(line)
    pieces = _SIGN.split(line)
    pieces[::2] = map(within, pieces[::2])
    pieces[1::2] = ("&lt;br>" if sign == "<br>" else f"\\{sign}" for sign in pieces[1::2])
    return "".join(pieces)


def _heading(title: str) -> str:
    """A title after the signs of a heading, in which nothing is a closing sign, or a limit."""
    return _LIMIT.sub(r"(\1\\)", _within(f" {title}")[1:])


def _body(body: str) -> str:
    """A body, without what would hide the rest of the note, or give the item another name when the plugin saves."""
    body = body.replace("%%", r"\%\%")
    return _NAMED.sub(r"\g<0> ", body) if "^" in body else body


class _Writer:
    """One note in the making."""

    def __init__(self, board: Board, language: Language) -> None:
        self.board, self.language = board, language
        self.standing = board.standing
        # The day is only asked for where there is no card, and then nothing is dated.
        self.words = Phrases(board, language, names=True, today=dt.date.today())

    def note(self) -> str:
        """The lanes, the archive and the settings, in the form in which the plugin writes them."""
        lanes = list(self._lanes())
        written = {card.id: self._written(card) for card in self.board.cards.values()}
        parts = ["---\n\nkanban-plugin: board\n\n---\n\n"]
        for lane in lanes:
            heading = "***\n\n## " if lane.place == "aside" else "## "
            parts.append(f"{heading}{lane.title}\n\n")
            parts.extend(_item(identity, written[identity]) for identity in lane.cards)
            parts.append("\n\n\n" if lane.place != "aside" else "")
        as_shown = {
            identity: Written(as_saved(card.head), as_saved(card.body), tuple(map(as_saved, card.facts)))
            for identity, card in written.items()
        }
        settings = {**_SETTINGS, KEY: packed(Kept(self.board, tuple(lanes), as_shown))}
        parts.append(f"\n\n%% kanban:settings\n```\n{json.dumps(settings, separators=(',', ':'))}\n```\n%%\n")
        return "".join(parts)

    def _lanes(self) -> Iterator[Lane]:
        """The columns as the board shows them; what has left them because it is settled stands in a lane of its own."""
        columns = self.board.ordered_columns()
        for column in columns:
            yield Lane(
                _heading(column_title(column, self.language)),
                column.id,
                tuple(i for _, i in self.standing.lanes.get(column.id, ())),
            )
        if settled := [i for column in columns for _, i in self.standing.settled.get(column.id, ())]:
            yield Lane(self.language.say("Settled"), "settled", tuple(settled))
        if aside := sorted((self.board.cards[i] for i in self.standing.aside), key=card_order):
            yield Lane(_ARCHIVE, "aside", tuple(card.id for card in aside))

    def _written(self, card: Card) -> Written:
        due = f" @{{{card.by_when.isoformat()}}}" if card.by_when else ""
        return Written(plain(card.title) + due, _body(card.body), tuple(map(plain, self._facts(card))))

    def _facts(self, card: Card) -> Iterator[str]:
        """What a person wants to see of a card besides its words, one thing a line."""
        yield f"{shown_id(card.id, self.language.code)} · {self.words.came(card)}"
        yield from self.words.about(card)
        for kind in get_args(LinkKind):
            cards = linked(self.board, card, kind)
            yield from (f"{self.words.link(kind)} {self.words.quote(each.title)}" for each in cards)
        if card.kind == "question":
            yield from (self.words.said(answer) for answer in self.standing.answers_to(self.board, card.id))
        if card.kind == "decision":
            yield from self._decision(card)
        yield from self.words.said_of(card)

    def _decision(self, card: Card) -> Iterator[str]:
        yield from self.words.terms(card.trial)
        yield from self.words.tasks(card)
        yield from (self.words.opinion(opinion) for opinion in map(card.opinion, PARTIES) if opinion is not None)
        if card.agreed:
            yield self.words.both_agreed(card)


def _item(identity: str, card: Written) -> str:
    """An item of a list. A blank line parts title and body, or a line of the body could make a heading of the title."""
    blocks = [f"- [ ] {card.head} ^{identity.lower()}"]
    if as_saved(card.body):
        blocks.append(_indented(card.body.strip("\n").split("\n")))
    blocks.append(_indented([f"> - {fact}" for fact in card.facts]))
    return "\n\n".join(blocks) + "\n"


def _indented(lines: list[str]) -> str:
    return "\n".join(f"\t{line}" if line.strip() else "" for line in lines)
