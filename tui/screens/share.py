"""What is shared, as it will be read, and the ways out for it: into an e-mail, a file, the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Literal

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storage import Refused, Update
from storage.exports import BOARD, STRATEGY, Subject

from ..cells import CUT
from ..commands import key_words
from ..refusals import sentence
from ..session import Session
from ..widgets.bars import Bar, Piece
from ..widgets.markdown import SafeMarkdown
from ..widgets.markdown_lines import Blocks, Line
from .asking import Choose
from .share_choices import READ, SHAPE, decision_near, shape_choices, subject_choices, subject_words
from .share_history import SharesScreen, last_words, moment_words, since
from .share_making import Wanted
from .share_pick import DecisionPicker
from .share_ways import WaysOut

PATIENCE = 0.3
"""Seconds after which what was shown before goes, where something else takes longer to be made."""


class ShareScreen(WaysOut):
    """A preview; dismissed with the last thing that was said of what went where.

    ``card`` is the one at hand: the trail that is offered first is its decision's. ``subject`` is what it begins with.
    """

    CSS_PATH = "share.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [
        Binding("escape,q,Q,p,P", "command('back')", show=False),
        Binding("c,C", "command('copy')", show=False),
        Binding("k,K", "command('copy_source')", show=False),
        Binding("s,S", "command('save')", show=False),
        Binding("b,B", "command('browse')", show=False),
        Binding("h,H", "command('shares')", show=False),
        Binding("w,W", "command('what')", show=False),
        Binding("a,A", "command('shape')", show=False),
        Binding("m,M", "command('source')", show=False),
        Binding("f,F", "command('full')", show=False),
        Binding("n,N", "command('names')", show=False),
    ]

    def __init__(self, session: Session, card: str | None = None, subject: Subject = STRATEGY) -> None:
        super().__init__(session, subject)
        self._card = card
        self._stale = self._making = False
        self._quiet = True
        self._shown: Wanted | None = None
        self._said: str | None = None
        self._leave_store: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The document, and below it what happened and what to press."""
        yield Bar("title")
        with VerticalScroll(id="page"):
            yield SafeMarkdown(CUT, glyphs=self.session.glyphs, id="document")
        yield Static(id="news")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Show it; what others do meanwhile is in it."""
        self._leave_store = self.session.store.subscribe(self._updated)
        self._show_bars()
        self._show_last()
        self.call_after_refresh(self._make)  # when it is known how wide the page is

    def on_unmount(self) -> None:
        """No longer follow the store."""
        self._leave_store()

    def _updated(self, _: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self._catch_up)

    def _catch_up(self) -> None:
        if not self.is_left:
            self._make()
            if self._quiet:
                self._show_last()

    def on_resize(self, _: events.Resize) -> None:
        """Another width has room for other words."""
        self._show_bars()

    # The document

    def _make(self) -> None:
        """Make the document anew: away from the keys, one at a time, and the last one asked for is the one shown."""
        self._stale = True
        if not self._making:
            self._make_until_fresh()

    @work
    async def _make_until_fresh(self) -> None:
        self._making = True
        document = self.query_one("#document", SafeMarkdown)
        while self._stale and not self.is_left:
            self._stale = False
            wanted, width = self.wanted, max(1, document.content_size.width)
            waiting = self.set_timer(PATIENCE, partial(document.show, CUT), pause=wanted == self._shown)
            try:
                made = await asyncio.to_thread(self._read, wanted, width)
            except Refused as refused:
                self._refused(refused)
            else:
                if self.is_left:
                    return
                document.show_blocks(*made, width)
                self._shown = wanted
            waiting.stop()
        self._making = False

    def _read(self, wanted: Wanted, width: int) -> tuple[Blocks, list[Line]]:
        return self.maker.preview(wanted, width, self.session.language, self.session.glyphs)

    def _refused(self, refused: Refused) -> None:
        """What was to be shown is gone, or cannot be read: say so, and show the strategy instead, which always can."""
        self.tell(sentence(refused, self.session.language), alert=True)
        if self.wanted.subject != STRATEGY and not self.is_left:
            self._want(self.wanted.of(STRATEGY), quiet=True)

    # Words around it

    def _show_bars(self) -> None:
        language, width = self.session.language, self.size.width
        say, wanted = language.say, self.wanted
        about = [("a", "shape", say(wanted.shape.by))]
        if not wanted.whole:
            about.append(("f", "full", say("in full") if wanted.full else say("in short")))
            about.append(("n", "names", say("with names") if wanted.names else say("without names")))
        left = (
            Piece(f" {key_words('w', language)}", "key", "what"),
            Piece(f" {subject_words(language, wanted.about)} ", "strong", "what"),
        )
        while about and _cells((*left, *self._pieces(about))) > width:
            about.pop()
        self.query_one("#title", Bar).show(left, self._pieces(about))
        self.query_one("#keys", Bar).show(self._keys())

    def _keys(self) -> tuple[Piece, ...]:
        """The keys at the foot: in many words, in few, or without those that matter less, as there is room."""
        say, remote = self.session.language.say, self.session.remote
        back, copying = ("escape", "back", say("back")), ("c", "copy", say(self.wanted.shape.copying))
        save, source = ("s", "save", say("save")), ("k", "copy_source", say("copy as Markdown"))
        sources = [] if self.wanted.shape.copied == "markdown" else [source]
        if remote:
            return self._first_that_fits([back, copying, *sources], [back, ("c", "copy", say("copy"))])
        browse, shares = ("b", "browse", say("open in the browser")), ("h", "shares", say("what was shared"))
        browse_short, shares_short = ("b", "browse", say("browser")), ("h", "shares", say("history"))
        copy_short = ("c", "copy", say("copy"))
        return self._first_that_fits(
            [back, copying, save, browse, shares, *sources],
            [back, copying, save, browse, shares],
            [back, copying, save, browse, shares_short],
            [back, copying, save, browse_short, shares_short],
            [back, copy_short, save, browse_short, shares_short],
            [back, copy_short, save, browse_short],
            [back, copy_short],
        )

    def _first_that_fits(self, *rows: Iterable[tuple[str, str, str]]) -> tuple[Piece, ...]:
        found = [self._pieces(row) for row in rows]
        return next((pieces for pieces in found if _cells(pieces) <= self.size.width), found[-1])

    def _pieces(self, keys: Iterable[tuple[str, str, str]]) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        for key, command, words in keys:
            pieces.append(Piece(f" {key_words(key, self.session.language)}", "key", command))
            pieces.append(Piece(f" {words} ", "muted", command))
        return tuple(pieces)

    def tell(self, words: str, *, alert: bool = False, keep: bool = True) -> None:
        """Say what happened, if the screen is still there."""
        if self.is_left:
            return
        self._news(words, "alert" if alert else "good")
        if keep and not alert:
            self._said = words

    def _show_last(self) -> None:
        """Say when this was shared last, until there is something newer to say."""
        if self.shared is None:
            self._news("", "quiet")
            return
        last = self.last_sharing(self.wanted.about)
        changes = self.maker.changes_since(last.seq) if last else 0
        self._news(last_words(self.session.language, last, changes, self.session.glyphs.dot), "quiet")

    def _news(self, words: str, manner: Literal["good", "alert", "quiet"]) -> None:
        self._quiet = manner == "quiet"
        news = self.query_one("#news", Static)
        news.set_classes(manner)
        news.update(Content(words))

    # Commands

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.action_command(message.command)

    def action_command(self, name: str) -> None:
        """Do what a key or a click says."""
        wanted = self.wanted
        match name:
            case "back":
                self.dismiss(self._said)
            case "copy":
                self.copy(wanted.shape)
            case "copy_source":
                self.copy(SHAPE["markdown"])
            case "save":
                self.save()
            case "browse":
                self.browse()
            case "shares":
                self._shares()
            case "what":
                self._choose_subject()
            case "shape":
                self._choose_shape()
            case "source":
                self._want(replace(wanted, shape=READ if wanted.shape.id == "markdown" else SHAPE["markdown"]))
            case "full":
                self._want(replace(wanted, full=not wanted.full))
            case "names":
                self._want(replace(wanted, names=not wanted.names))

    def _want(self, wanted: Wanted, *, quiet: bool = False) -> None:
        """Show something else, from its beginning on."""
        another = wanted.about != self.wanted.about
        self.wanted = wanted
        self._show_bars()
        if another and not quiet:
            self._show_last()
        self._make()
        self.query_one("#page", VerticalScroll).scroll_home(animate=False)

    @work(exclusive=True, group="choice")
    async def _choose_shape(self) -> None:
        language, at = self.session.language, list(SHAPE).index(self.wanted.shape.id)
        choices = shape_choices(language, self.size.width)
        chosen = await self.app.push_screen_wait(Choose(language, language.say("In which form?"), choices, at=at))
        if chosen is not None:
            self._want(replace(self.wanted, shape=SHAPE[chosen]))

    @work(exclusive=True, group="choice")
    async def _choose_subject(self) -> None:
        session, language = self.session, self.session.language
        board, last = session.store.board, self.last_sharing(STRATEGY)
        near = decision_near(board, self._card)
        when = None if session.remote else moment_words(language, last.time) if last else ""
        choices = subject_choices(board, language, self.size.width, near, when)
        keys = [choice.key for choice in choices]
        subject = self.wanted.about
        at = "near" if subject.kind == "trail" and subject.card == near else subject.kind
        chosen = await self.app.push_screen_wait(
            Choose(language, language.say("What is shared?"), choices, at=keys.index(at) if at in keys else 0)
        )
        match chosen:
            case "strategy":
                self._want(self.wanted.of(STRATEGY))
            case "board":
                self._want(self.wanted.of(BOARD))
            case "near" if near is not None:
                self._want(self.wanted.of(Subject("trail", card=near)))
            case "trail":
                card = await self.app.push_screen_wait(DecisionPicker(session))
                if card is not None:
                    self._want(self.wanted.of(Subject("trail", card=card)))
            case "since":
                self._since_last()

    def _since_last(self) -> None:
        """What changed since something was shared last; where nothing was, the strategy, which can be."""
        last = self.last_sharing(STRATEGY)
        if last is None:
            self._want(self.wanted.of(STRATEGY))
            say = self.session.language.say
            self.tell(say("Nothing was shared from here yet, so this is the strategy, whole."), keep=False)
            return
        self._want(self.wanted.of(since(last)))

    @work(exclusive=True, group="choice")
    async def _shares(self) -> None:
        """What was shared when; one of them chosen, what changed since."""
        if self.shared is None:
            return
        chosen = await self.app.push_screen_wait(SharesScreen(self.session, self.shared.all()))
        if chosen is not None:
            self._want(self.wanted.of(since(chosen)))


def _cells(pieces: Iterable[Piece]) -> int:
    return sum(cell_len(piece.text) for piece in pieces)
