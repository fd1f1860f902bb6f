"""An invitation that has been made: the whole text to send. The code in it is shown only here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storage import LANGUAGES
from storage.recent import state_folder

from .. import clipboard
from ..commands import key_words
from ..host.letter import Letter
from ..session import Session
from ..terminal_out import to_terminal
from ..themes import FAINT
from ..widgets.bars import Bar, Piece, key_pieces
from ..words import interface_language
from .invite_guests import guests_at
from .leaving import LeftOnce
from .plain import PlainScreen


class LetterScreen(LeftOnce[None]):
    """The text in the language of the board, or another; copied with one key."""

    CSS_PATH = "invite_letter.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [
        Binding("escape,q,Q", "command('back')", show=False),
        Binding("c,C,enter", "command('copy')", show=False),
        Binding("l,L", "command('language')", show=False),
        Binding("m,M", "command('select')", show=False),
    ]

    def __init__(self, session: Session, letter: Letter) -> None:
        super().__init__()
        self.session = session
        self._letter = letter
        self._lang = session.store.board.lang
        self._safe = False
        self._came = False
        self._here: frozenset[str] = frozenset()
        self._leave_presence: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """What to know, the text, what happened, what to press."""
        yield Bar("title")
        with VerticalScroll(id="page"):
            yield Static(id="about")
            yield Static(id="letter")
        yield Static(id="news")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Show it."""
        say = self.session.language.say
        name = self.session.store.board.name_of(self._letter.invitation.person)
        self.query_one("#title", Bar).show((Piece(" " + say("Send this to {name}", name=name), "strong"),))
        about = say("{key} copies this; then paste it into a message. The code is not shown again.", key="c")
        self.query_one("#about", Static).update(Content(about))
        self._show_text()
        self._show_keys()
        self._here = frozenset(guest.session for guest in guests_at(self.session.presence))
        self._leave_presence = self.session.presence.subscribe(self._presence_changed)

    def on_unmount(self) -> None:
        """No longer look who comes."""
        self._leave_presence()

    def _presence_changed(self) -> None:
        """Told on any thread: only hand over to this screen."""
        self.call_later(self._see_whether_they_came)

    def _see_whether_they_came(self) -> None:
        """Say that whom it is for has come, with a session that was not there before the letter was."""
        person = self._letter.invitation.person
        come = (guest for guest in guests_at(self.session.presence) if guest.session not in self._here)
        if not self._came and self.is_attached and any(guest.person == person for guest in come):
            self._came = self._safe = True
            say, board = self.session.language.say, self.session.store.board
            self._tell(say("{name} is at the board.", name=board.name_of(person)))

    @property
    def text(self) -> str:
        """The text, in the language that was chosen."""
        return self._letter.text(interface_language(self._lang))

    def _show_text(self) -> None:
        lines = self.text.rstrip("\n").split("\n")
        # What has to be pasted, compared and typed stands out; whoever sends it has nothing to read.
        shown = [Content.styled(line, "bold $accent" if line.startswith(" ") else FAINT) for line in lines]
        self.query_one("#letter", Static).update(Content("\n").join(shown))

    def _show_keys(self) -> None:
        language, say = self.session.language, self.session.language.say
        keys = [
            ("escape", say("back"), "back"),
            ("c", say("copy"), "copy"),
            ("m", say("select"), "select"),
            ("l", say("other language"), "language"),
        ]
        pieces = key_pieces(*((key_words(key, language), words, command) for key, words, command in keys))
        read_on = say("read on")
        arrows = f"{self.session.glyphs.up}{self.session.glyphs.down} {read_on} "
        self.query_one("#keys", Bar).show(pieces, (Piece(arrows, "muted"),))

    def _tell(self, words: str) -> None:
        self.query_one("#news", Static).update(Content(words))

    # Keys and clicks

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.action_command(message.command)

    def action_command(self, name: str) -> None:
        """Do what a key or a click says."""
        match name:
            case "copy":
                self._copy()
            case "select":
                self._select()
            case "language":
                self._lang = LANGUAGES[(LANGUAGES.index(self._lang) + 1) % len(LANGUAGES)]
                self._show_text()
            case "back":
                self._go_back()

    def _go_back(self) -> None:
        """Leave; with the code still nowhere else, only when asked twice."""
        if self._safe:
            self.dismiss(None)
            return
        self._safe = True
        self._tell(self.session.language.say("Not copied yet, and the code is not shown again. Esc again leaves."))

    @work(exclusive=True, group="out")
    async def _copy(self) -> None:
        """Copy the text, and say truly what became of it."""
        session, text = self.session, self.text
        copying = partial(
            clipboard.copy,
            text,
            environ=session.environ,
            write=partial(to_terminal, self.app),
            remote=session.remote,
            fallback_dir=state_folder(session.environ),
        )
        outcome = await asyncio.to_thread(copying)
        words = clipboard.sentence(outcome, session.language)
        self._safe = True
        self._tell(words)
        if outcome.wants_screen:
            await self.app.push_screen_wait(PlainScreen(session, text, words))

    @work(exclusive=True, group="out")
    async def _select(self) -> None:
        """The text with nothing around it, to be selected with the terminal's own mouse."""
        self._safe = True
        title = self.query_one("#title", Bar).text.strip()
        await self.app.push_screen_wait(PlainScreen(self.session, self.text, title))
