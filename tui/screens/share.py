"""The strategy as it will be read, and the ways out for it: into an e-mail, into a file."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from rich.cells import cell_len
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from storage import Refused, Update
from storage.exports import Form, document_language, export
from storage.recent import state_folder
from storage.text import clean_line

from .. import clipboard
from ..cells import CUT
from ..commands import key_words
from ..refusals import sentence
from ..session import Session
from ..terminal_out import to_terminal
from ..widgets.bars import Bar, Piece
from ..widgets.markdown import SafeMarkdown
from ..widgets.markdown_lines import Blocks, Line, lay_out, read_markdown, read_plain
from .asking import Ask, Choice, Choose
from .plain import PlainScreen
from .welcome import file_stem

ENDINGS: Mapping[str, Form] = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".json": "json"}
"""The form that the ending of a file's name asks for."""


class ShareScreen(Screen[str | None]):
    """A preview; dismissed with the last thing that was said of what went where."""

    CSS_PATH = "share.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [
        Binding("escape,q,Q,p,P", "command('back')", show=False),
        Binding("c,C", "command('copy')", show=False),
        Binding("k,K", "command('copy_source')", show=False),
        Binding("m,M", "command('source')", show=False),
        Binding("s,S", "command('save')", show=False),
        Binding("f,F", "command('full')", show=False),
        Binding("n,N", "command('names')", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._full = False
        self._names = True
        self._source = False
        self._stale = self._making = False
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
        self.call_after_refresh(self._make)  # when it is known how wide the page is

    def on_unmount(self) -> None:
        """No longer follow the store."""
        self._leave_store()

    def _updated(self, _: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self._make)

    def on_resize(self, _: events.Resize) -> None:
        """Another width has room for other words."""
        self._show_bars()

    # The document

    def _export(self, form: Form) -> str:
        """The document; slow enough on a large board to be made in a thread."""
        store = self.session.store
        board, digest = store.board, store.digest
        language = document_language(board.lang)
        today = dt.date.today()
        return export(board, form, language, today=today, full=self._full, names=self._names, digest=digest)

    def _make(self) -> None:
        """Make the document anew: away from the keys, one at a time, and the last one asked for is the one shown."""
        self._stale = True
        if not self._making:
            self._make_until_fresh()

    @work
    async def _make_until_fresh(self) -> None:
        self._making = True
        document = self.query_one("#document", SafeMarkdown)
        while self._stale:
            self._stale = False
            width = max(1, document.content_size.width)
            document.show_blocks(*await asyncio.to_thread(self._read, width), width)
        self._making = False

    def _read(self, width: int) -> tuple[Blocks, list[Line]]:
        text, glyphs = self._export("markdown"), self.session.glyphs
        blocks = read_plain(text.rstrip("\n")) if self._source else read_markdown(text, glyphs)
        return blocks, lay_out(blocks, width, glyphs)

    # Words around it

    def _show_bars(self) -> None:
        say, width = self.session.language.say, self.size.width
        about = (
            ("f", "full", say("in full") if self._full else say("in short")),
            ("n", "names", say("with names") if self._names else say("without names")),
            ("m", "source", say("as Markdown") if self._source else say("as it will be read")),
        )
        left, right = (Piece(" " + say("The strategy"), "strong"),), self._pieces(about)
        self.query_one("#title", Bar).show(left, right if _cells((*left, *right)) <= width else ())
        back = ("escape", "back", say("back"))
        long = [
            back,
            ("c", "copy", say("copy for an e-mail")),
            ("k", "copy_source", say("copy as Markdown")),
            ("s", "save", say("save")),
        ]
        short = [back, ("c", "copy", say("copy")), ("s", "save", say("save")), ("k", "copy_source", say("Markdown"))]
        for keys in (long, short):
            pieces = self._pieces([key for key in keys if key[1] != "save" or not self.session.remote])
            if _cells(pieces) <= width:
                break
        self.query_one("#keys", Bar).show(pieces)

    def _pieces(self, keys: Iterable[tuple[str, str, str]]) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        for key, command, words in keys:
            pieces.append(Piece(f" {key_words(key, self.session.language)}", "key", command))
            pieces.append(Piece(f" {words} ", "muted", command))
        return tuple(pieces)

    def _tell(self, words: str, *, alert: bool = False, keep: bool = True) -> None:
        news = self.query_one("#news", Static)
        news.set_class(alert, "alert")
        news.update(Content(words))
        if keep and not alert:
            self._said = words

    # Commands

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.action_command(message.command)

    def action_command(self, name: str) -> None:
        """Do what a key or a click says."""
        match name:
            case "back":
                self.dismiss(self._said)
            case "copy":
                self._copy("text")
            case "copy_source":
                self._copy("markdown")
            case "save":
                self._save()
            case "source":
                self._source = not self._source
                self._changed()
            case "full":
                self._full = not self._full
                self._changed()
            case "names":
                self._names = not self._names
                self._changed()

    def _changed(self) -> None:
        self._show_bars()
        self._make()
        self.query_one("#page", VerticalScroll).scroll_home(animate=False)

    @work(exclusive=True, group="out")
    async def _copy(self, form: Form) -> None:
        """Copy the document, and say truly what became of it."""
        session, say = self.session, self.session.language.say
        text = await asyncio.to_thread(self._export, form)
        copying = partial(
            clipboard.copy,
            text,
            environ=session.environ,
            write=partial(to_terminal, self.app),
            remote=session.remote,
            fallback_dir=state_folder(session.environ),
        )
        # A guest's terminal is written to by the loop alone; here programs are asked, which takes its time.
        outcome = copying() if session.remote else await asyncio.to_thread(copying)
        what = say("Text for an e-mail") if form == "text" else say("Markdown")
        words = f"{what} {session.glyphs.dot} {clipboard.sentence(outcome, session.language)}"
        self._tell(words)
        if outcome.wants_screen:
            await self.app.push_screen_wait(PlainScreen(session, text, words))

    @work(exclusive=True, group="out")
    async def _save(self) -> None:
        """Ask for a name and write the file; what is there already is replaced only after a yes."""
        session, say = self.session, self.session.language.say
        if session.remote:
            self._tell(say("Files are saved where the board is hosted. Here it can be copied."), keep=False)
            return
        folder = session.downloads
        note = say(
            "In {folder}. The ending says the form: {endings}.", folder=folder, endings=", ".join(_shown_endings())
        )
        name, words = self._file_name(), ""
        while True:
            heading = say("Save the strategy under which name?")
            asked = await self.app.push_screen_wait(
                Ask(session, heading, "save:strategy", note=f"{words}\n{note}" if words else note, value=name)
            )
            if not asked:
                return
            name, path = asked, _path_for(asked, folder, self._file_name())
            if os.path.isfile(path) and not await self._may_replace(path):
                continue
            try:
                await asyncio.to_thread(self._write, path)
            except Refused as refused:
                words = sentence(refused, session.language)
                continue
            self._tell(say("Saved: {path}", path=clean_line(str(path))))
            return

    def _file_name(self) -> str:
        store = self.session.store
        stem = file_stem(store.board.title) if store.path is None or self.session.demo else clean_line(store.path.stem)
        word = "strategie" if store.board.lang == "fr" else "strategy"
        return f"{stem}-{word}.md" if stem else f"{word}.md"

    async def _may_replace(self, path: Path) -> bool:
        say = self.session.language.say
        choices = [Choice("no", say("Choose another name")), Choice("yes", say("Replace it"))]
        heading = say("{name} is there already.", name=clean_line(path.name))
        note = clean_line(str(path.parent))
        return await self.app.push_screen_wait(Choose(self.session.language, heading, choices, note=note)) == "yes"

    def _write(self, path: Path) -> None:
        from ..commandline.share import write_out

        store = self.session.store
        write_out(path, self._export(ENDINGS[path.suffix.lower()]), store.path or Path("memory"))


def _cells(pieces: Iterable[Piece]) -> int:
    return sum(cell_len(piece.text) for piece in pieces)


def _shown_endings() -> list[str]:
    return [ending for ending in ENDINGS if ending != ".markdown"]


def _path_for(typed: str, folder: Path, name: str) -> Path:
    """Where a file goes that somebody named: beside the board, unless a folder was named; Markdown, unless said."""
    path = folder / os.path.expanduser(typed)
    # Not the methods of Path: they raise where a name is too long or is none.
    if os.path.isdir(path):
        return path / name
    return path if path.suffix.lower() in ENDINGS else path.with_name(f"{path.name}.md")
