"""The app: one session at one board."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from storage import Store
from storage.recent import state_folder

from .glyphs import PLAIN, glyphs_for, terminal_encoding
from .screens.board import BoardScreen
from .session import Session, default_environ, local_session
from .terminal_in import LocalDriver
from .themes import THEMES
from .words import interface_language


class AccordApp(App[None]):
    """Accord in a terminal. Without a session it begins with the welcome.

    ``last_words`` are for the terminal that its user is back at.
    """

    ENABLE_COMMAND_PALETTE = True
    CSS = """
    CommandPalette SearchIcon, CommandPalette CommandInput > .input--placeholder { color: $foreground 80%; }
    OptionList, VerticalScroll, TextArea {
        scrollbar-size-vertical: 1;
        scrollbar-color: $panel;
        scrollbar-color-hover: $muted;
        scrollbar-color-active: $primary;
        scrollbar-background: $background;
        scrollbar-background-hover: $background;
        scrollbar-background-active: $background;
    }
    /* Without a cell to stand on, its placeholder would end the program. */
    TextArea { min-width: 8; }
    """
    BINDINGS = [Binding("ctrl+q", "leave", show=False, priority=True)]

    def __init__(
        self,
        session: Session | None,
        *,
        lang: str = "en",
        environ: Mapping[str, str] | None = None,
        driver_class: type[Driver] = LocalDriver,
    ) -> None:
        super().__init__(driver_class=driver_class)
        self.session = session
        self._lang = lang
        self._leaving = False
        self.last_words = ""
        self._environ = dict(environ or {})
        encoding = "utf-8" if session is not None and session.remote else terminal_encoding()
        glyphs = glyphs_for(self._environ, encoding) if session is None else session.glyphs
        self._plain_signs: list[LineFilter] = []
        if glyphs is PLAIN:
            from .plain_signs import PlainSigns

            self._plain_signs.append(PlainSigns(encoding))
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = "accord-light" if self._environ.get("ACCORD_THEME") == "light" else "accord-dark"

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What lines pass through last: signs become plain ones for a terminal that has no others."""
        return [*super().get_line_filters(), *self._plain_signs]

    def on_mount(self) -> None:
        """Open the board, or ask who is there."""
        if self.session is not None:
            self.push_screen(BoardScreen(self.session))
        else:
            from .screens.welcome import WelcomeScreen

            welcome = WelcomeScreen(self._lang)
            self.push_screen(welcome, lambda made: self._begin(made, demo=welcome.demo))

    def _begin(self, made: tuple[Store, str] | None, *, demo: bool) -> None:
        """The welcome has made a board, or nobody wanted one."""
        if made is None:
            self.exit()
            return
        store, lang = made
        self.session = local_session(store, lang, self._environ, demo=demo)
        self.push_screen(BoardScreen(self.session))

    def action_leave(self) -> None:
        """Leave, from wherever one is; what is half-written stays as a draft. Guests are asked about first."""
        if self.session is None or self.session.remote:
            self.leave()
        elif not self._leaving:
            self._leaving = True
            self.run_worker(self._leave_if_sure(self.session), group="leave")

    async def _leave_if_sure(self, session: Session) -> None:
        from .screens.invite_guests import last_words

        try:
            words = await last_words(self, session)
            if words is not None:
                self.last_words = words
                self.leave()
        finally:
            self._leaving = False

    def leave(self) -> None:
        """End the app, with the last words that were typed on the disk."""
        for screen in self.screen_stack:
            flush = getattr(screen, "flush", None)  # of the editor, which is imported when it is opened
            if flush is not None:
                flush()
        self.exit()

    def _fatal_error(self) -> None:
        """Say in one sentence that something went wrong. What the toolkit prints instead has people's words in it.

        There is no public way to have its traceback without the values of variables. Where it comes to call another
        method than this, it prints that again, and the test of this tells.
        """
        from .crash import interrupted, unexpected

        error = sys.exception() or RuntimeError()
        if self._environ.get("ACCORD_TRACEBACK"):
            words = "".join(traceback.format_exception(error)).rstrip()
        elif self.session is not None and self.session.remote:  # no file of the host's for a guest
            words = unexpected(error, self.session.language)
        else:
            language = interface_language(self._lang if self.session is None else self.session.language.code)
            words = interrupted(error, language, state_folder(self._environ))
        self.panic(Text(words))

    def action_command_palette(self) -> None:
        """Find a command by its name, in the session's language."""
        if self.session is not None and isinstance(self.screen, BoardScreen):
            self.push_screen(CommandPalette(placeholder=self.session.language.say("Which command?")))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette has what the board's commands are, and nothing that belongs to the toolkit."""
        if isinstance(screen, BoardScreen):
            yield from screen.offered_commands()


class LocalApp(AccordApp):
    """The app of this machine's terminal, which has the process to itself."""

    def on_mount(self) -> None:
        """End in good order when the terminal is closed; look for no garbage in what has just been loaded."""
        for number in (signal.SIGHUP, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not on the main thread
                asyncio.get_running_loop().add_signal_handler(number, self.leave)
        gc.freeze()
        gc.enable()


def run_app(path: Path | None, lang: str, *, demo: bool = False) -> int:
    """Open a board, or the welcome, and stay until its user leaves. The exit status.

    :class:`~storage.refusal.Refused` where the board cannot be opened.
    """
    environ = default_environ()
    session = None
    # Nothing of what is loaded becomes garbage; looking for it would take longer than the loading.
    gc.disable()
    if path is not None:
        session = local_session(Store.open(path), lang, environ, demo=demo)
    app = LocalApp(session, lang=lang, environ=environ)
    try:
        app.run()
    finally:
        if app.session is not None:
            if app.session.seen is not None:
                app.session.seen.mark(app.session.store.board.seq)
            app.session.presence.close()
            app.session.store.close()
    if app.last_words:
        print(app.last_words)
    return app.return_code or 0
