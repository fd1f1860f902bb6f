"""A long text of which questions and headings are picked: what is marked becomes cards, with its text."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding
from textual.content import Content

from storage import Board
from storage.card import shown_id
from storage.imports.brief import Offer
from storage.text import clean_line, folded

from ..cells import wrap
from ..commands import key_words
from ..incoming import Brief
from ..session import Session
from ..voices import next_person, people_here
from ..words import kind_word
from .search_input import SearchInput
from .search_list import AROUND, MOST_ROWS, TALL, Key, Row, SearchList, remark

_LINES = 3
"""Lines of a long title that are shown."""

_DEEPEST = 3
"""Headings above something that push it to the right."""

_BODY_SHOWN = 4_000
"""Characters of a text that are looked at for the few lines of it that are shown."""


@dataclass(frozen=True)
class Picked:
    """What was picked, in the order of the text, and in whose voice."""

    offers: tuple[Offer, ...]
    person: str


@dataclass(frozen=True)
class TakeWhole:
    """It is rather to be taken in as a whole."""


class WordLine(SearchInput):
    """A line for words to search for, which leaves the space bar to the list."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Every key that writes something, but space."""
        return key != "space" and super().check_consume_key(key, character)


class BriefPicker(SearchList["Picked | TakeWhole | None"]):
    """Dismissed with what was picked, or with nothing. ``may_take_whole`` where all of it could be taken in as well."""

    BINDINGS = [
        Binding("space", "command('mark')", show=False, priority=True),
        Binding("ctrl+t", "command('voice')", show=False, priority=True),
        Binding("f2", "command('whole')", show=False, priority=True),
    ]

    def __init__(self, session: Session, name: str, brief: Brief, *, may_take_whole: bool = False) -> None:
        super().__init__(session)
        self._file = clean_line(name)
        self._offers = brief.offers
        self._words = brief.words
        self._may_take_whole = may_take_whole
        self._marked: set[int] = set()
        self._there: dict[int, str] = {}
        self._board: Board | None = None
        self._cards: dict[str, str] = {}
        self._person = session.voice.person

    @property
    def placeholder(self) -> str:
        """What can be searched for."""
        return self.session.language.say("Search in the text")

    def line(self) -> SearchInput:
        """A line to search in."""
        return WordLine(placeholder=self.placeholder)

    # What is shown

    def show_all(self) -> None:
        """Show what has the words that were typed."""
        say = self.session.language.say
        words = folded(self.typed).split()
        found = [n for n, text in enumerate(self._words) if all(word in text for word in words)]
        shown, there = found[:MOST_ROWS], self._on_the_board()
        self._there = {n: there[title] for n in shown if (title := folded(self._offers[n].title)) in there}
        rows = [self._row(number) for number in shown]
        if not rows:
            rows = [remark(say("Nothing in the text has these words."), self.width)]
        first = next((n for n in shown if n not in self._there), shown[0] if shown else None)
        self.show_rows(rows, self.item if self.item in shown else first, more=len(found) - len(shown))
        self._show_title()
        self._show_keys()

    def _on_the_board(self) -> dict[str, str]:
        """The cards that there are, by their titles as they are searched; worked out once for each board."""
        board = self.session.store.board
        if board is not self._board:
            self._board = board
            self._cards = {folded(card.title): card.id for card in board.cards.values() if not card.aside}
        return self._cards

    def _show_title(self) -> None:
        language = self.session.language
        count = language.count("{n} marked", "{n} marked", len(self._marked)) if self._marked else ""
        name = self.session.store.board.name_of(self._person)
        said = language.say("said by {name}", name=name)
        self.show_title(
            language.say("Pick from: {name}", name=self._file),
            f" {self.session.glyphs.dot} ".join(filter(None, (count, said))),
        )

    def _show_keys(self) -> None:
        say, language = self.session.language.say, self.session.language
        count = max(1, len(self._marked))
        keys = [
            Key(key_words("enter", language), language.count("add it", "add {n}", count), "take"),
            Key(key_words("space", language), say("mark"), "mark"),
            Key(self.session.glyphs.up + self.session.glyphs.down, say("go")),
        ]
        if len(self._people) > 1:
            keys.append(Key(key_words("ctrl+t", language), say("voice"), "voice"))
        if self._may_take_whole:
            keys.append(Key(key_words("f2", language), say("take all of it"), "whole"))
        keys.append(Key(key_words("escape", language), say("back"), "leave"))
        self.show_keys(keys)

    def _row(self, number: int) -> Row:
        """A sign whether it is marked, what it would be, and its words; fainter where the board has it already."""
        offer, glyphs = self._offers[number], self.session.glyphs
        there = self._there.get(number)
        mark = f"{glyphs.marked} " if number in self._marked else "  "
        sign = {"question": glyphs.question, "answer": glyphs.answer, "decision": glyphs.proposal}[offer.kind]
        tail = f" ({shown_id(there, self.session.language.code)})" if there else ""
        indent = 2 * min(len(offer.path), _DEEPEST)
        lines = wrap(clean_line(offer.title) + tail, self.width - AROUND - 4 - indent, _LINES)
        style = "$foreground 70%" if there else ""
        shown = Content.assemble(
            (mark, "bold $primary"), " " * indent, (f"{sign} ", style or "bold"), (lines[0], style)
        )
        for line in lines[1:]:
            shown = Content.assemble(shown, f"\n    {' ' * indent}", (line, style))
        return Row(number, shown)

    @property
    def about_lines(self) -> int:
        """A third of the screen, where there is room."""
        return max(3, self.size.height // 3) if self.size.height >= TALL else 1

    def about(self) -> str:
        """What the card would be, and the text that comes along."""
        if self.item is None:
            return ""
        offer, language = self._offers[self.item], self.session.language
        # What nobody has agreed to yet is no decision.
        kind = language.say("Proposal") if offer.kind == "decision" else kind_word(language, offer.kind)
        body = offer.body[:_BODY_SHOWN].strip()
        if not body:
            return language.say("{kind}, without a text.", kind=kind)
        first = language.say("{kind}, with this text:", kind=kind)
        return f"{first}\n{body}" if self.about_lines > 1 else f"{first} {clean_line(body)}"

    @property
    def _people(self) -> tuple[str, ...]:
        return people_here(self.session)

    # What is done

    def do(self, command: str) -> None:
        """Mark what is under the cursor, or leave with what is marked."""
        if command == "leave":
            self.dismiss(None)
        elif command == "whole" and self._may_take_whole:
            self.dismiss(TakeWhole())
        elif command in ("mark", "click"):
            self._mark()
        elif command == "voice":
            self._person = next_person(self._people, self._person)
            self._show_title()
        elif command == "take":
            chosen = sorted(self._marked) or ([self.item] if self.item is not None else [])
            if chosen:
                self.dismiss(Picked(tuple(self._offers[number] for number in chosen), self._person))

    def _mark(self) -> None:
        if self.item is not None:
            self._marked ^= {self.item}
            self.change_row(self._row(self.item))
            self._show_title()
            self._show_keys()
