"""What a file would bring to the board: seen before anything is added, and taken in as one change with Enter."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from storage import Refused
from storage.card import Kind
from storage.exports import document_language
from storage.imports import Found, Plan, plan
from storage.language import later
from storage.text import clean_line

from ..commands import key_words
from ..refusals import sentence
from ..session import Session
from ..taking_in_words import preview
from ..voices import next_person, people_here
from ..widgets.bars import Bar, Piece
from ..widgets.markdown import SafeMarkdown
from ..widgets.markdown_lines import Block, Blocks, Line, Run, lay_out
from .leaving import LeftOnce

_log = logging.getLogger(__name__)

OTHERS: tuple[Kind, ...] = ("decision", "answer")
"""What the cards can become that are no questions, the usual one first."""

_OTHERS_WORDS: Mapping[Kind, str] = {"decision": later("proposals"), "answer": later("answers")}


@dataclass(frozen=True)
class TakeIn:
    """All of a file is to be taken in: what was found in it, as what, and in whose voice."""

    found: Found
    others: Kind
    person: str
    cards: int


@dataclass(frozen=True)
class PickFrom:
    """It is rather a text to pick from."""


Taking = TakeIn | PickFrom | None


class TakingIn(LeftOnce[Taking]):
    """A preview; dismissed with what is to be done, or with nothing. ``may_pick`` where one could pick as well."""

    CSS_PATH = "taking_in.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [
        Binding("enter", "command('take')", show=False, priority=True),
        Binding("space,left,right", "command('others')", show=False, priority=True),
        Binding("ctrl+t", "command('voice')", show=False),
        Binding("f2", "command('pick')", show=False),
        Binding("escape,q,Q", "command('leave')", show=False),
    ]

    def __init__(self, session: Session, name: str, found: Found, *, may_pick: bool = False) -> None:
        super().__init__()
        self.session = session
        self._file = clean_line(name)
        self._found = found
        self._may_pick = may_pick
        self._others: Kind = OTHERS[0]
        self._person = session.voice.person
        self._plan: Plan | None = None

    def compose(self) -> ComposeResult:
        """What it is, what would become of it, and what can be pressed."""
        yield Bar("title")
        with VerticalScroll(id="page"):
            yield SafeMarkdown(glyphs=self.session.glyphs, id="document")
        yield Bar("others")
        yield Bar("voice")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Work it out when it is known how wide the page is."""
        self._show_bars()
        self.call_after_refresh(self._work_out)

    def on_resize(self, _: events.Resize) -> None:
        """Another width has room for other words."""
        self._show_bars()

    @work(exclusive=True)
    async def _work_out(self) -> None:
        """Work out what would become of the file, away from the keys."""
        document = self.query_one("#document", SafeMarkdown)
        width = max(1, document.content_size.width)
        try:
            made, blocks, lines = await asyncio.to_thread(self._planned, width)
        except Refused as refused:
            document.show_blocks([Block((Run(sentence(refused, self.session.language)),))])
            return
        except (LookupError, ValueError):
            # A file can hold what nobody thought of; that must not end the workshop.
            _log.exception("a file could not be planned")
            words = self.session.language.say("That did not work; nothing was lost. Please try again.")
            document.show_blocks([Block((Run(words),))])
            return
        if self.is_left:
            return
        self._plan = made
        document.show_blocks(blocks, lines, width)
        self._show_bars()

    def _planned(self, width: int) -> tuple[Plan, Blocks, list[Line]]:
        board = self.session.store.board
        made = plan(self._found, board, document_language(board.lang), others=self._others)
        blocks = preview(self.session.language, self.session.glyphs, self._found, made, board)
        return made, blocks, lay_out(blocks, width, self.session.glyphs)

    # Words around it

    def _show_bars(self) -> None:
        say, language, board = self.session.language.say, self.session.language, self.session.store.board
        title, becomes = say("Take in: {name}", name=self._file), say("What is no question becomes:")
        self.query_one("#title", Bar).show((Piece(f" {title}", "strong"),))
        made = self._plan
        others: tuple[Piece, ...] = ()
        if made is not None and made.cards > made.questions and self._found.source != "accord":
            others = (
                Piece(f" {key_words('space', language)}", "key", "others"),
                Piece(f" {becomes} ", "muted", "others"),
                *(self._choice(kind) for kind in OTHERS),
            )
        self.query_one("#others", Bar).show(others)
        party = board.party_of(self._person)
        said = say("said by {name}", name=board.name_of(self._person))
        voice: tuple[Piece, ...] = (Piece(f" {said}", party),)
        if len(people_here(self.session)) > 1:
            voice = (
                Piece(f" {key_words('ctrl+t', language)}", "key", "voice"),
                *(piece._replace(command="voice") for piece in voice),
            )
        self.query_one("#voice", Bar).show(voice)
        keys = [(key_words("escape", language), "leave", say("back"))]
        if made is not None and made.cards:
            keys.insert(0, (key_words("enter", language), "take", say("take in")))
        if self._may_pick:
            keys.append((key_words("f2", language), "pick", say("rather pick from the text")))
        pieces: list[Piece] = []
        for key, command, words in keys:
            pieces.append(Piece(f" {key}", "key", command))
            pieces.append(Piece(f" {words} ", "muted", command))
        self.query_one("#keys", Bar).show(tuple(pieces))

    def _choice(self, kind: Kind) -> Piece:
        glyphs, chosen = self.session.glyphs, kind == self._others
        sign = glyphs.here if chosen else glyphs.away
        words = self.session.language.say(_OTHERS_WORDS[kind])
        return Piece(f" {sign} {words} ", "strong" if chosen else "muted", f"others:{kind}")

    # Keys and clicks

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.action_command(message.command)

    def action_command(self, name: str) -> None:
        """Do what a key or a click says."""
        if name == "leave":
            self.dismiss(None)
        elif name == "pick" and self._may_pick:
            self.dismiss(PickFrom())
        elif name == "take" and self._plan is not None and self._plan.cards:
            self.dismiss(TakeIn(self._found, self._others, self._person, self._plan.cards))
        elif name == "voice":
            self._person = next_person(people_here(self.session), self._person)
            self._show_bars()
        elif name.startswith("others"):
            _, _, kind = name.partition(":")
            self._become(next(each for each in OTHERS if each == kind or (not kind and each != self._others)))

    def _become(self, kind: Kind) -> None:
        if kind != self._others and self._plan is not None:
            self._others = kind
            self._show_bars()
            self._work_out()
