"""The first start: a language, two names, a title, and the table is laid. Or the board of last time, or a demo."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import shutil
import tempfile
import unicodedata
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Static

from storage import Refused, Store, new_board
from storage.board import Board
from storage.card import PARTIES, PartyName
from storage.changes.base import line
from storage.files import refused_for
from storage.recent import last, remember, state_folder
from storage.text import LONGEST_TITLE, clean_line

from ..cells import cut
from ..glyphs import Glyphs, glyphs_for, terminal_encoding
from ..refusals import sentence
from ..session import default_environ
from ..words import interface_language, party_word

NARROW = 60
"""Cells below which a field stands under its label."""

TALL = 34
"""Rows from which everything stands in the middle."""

_NAME_CELLS = 26
_NAMES = {"en": "English", "fr": "Français"}
_FIELDS = ("consultant", "client", "title", "path")


class LanguageChoice(Widget, can_focus=True):
    """The languages side by side, each by its own name; arrows or a click choose."""

    BINDINGS = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
    ]

    class Chosen(Message):
        """Another language."""

        def __init__(self, lang: str) -> None:
            super().__init__()
            self.lang = lang

    def __init__(self, lang: str, glyphs: Glyphs) -> None:
        super().__init__(id="language")
        self._lang = lang
        self._glyphs = glyphs

    def _words(self) -> list[tuple[str, str]]:
        return [
            (lang, f" {self._glyphs.here if lang == self._lang else self._glyphs.away} {name} ")
            for lang, name in _NAMES.items()
        ]

    def render(self) -> Content:
        """The names, the chosen one marked by a sign and by weight."""
        return Content.assemble(*((words, "bold" if lang == self._lang else "") for lang, words in self._words()))

    def action_step(self, by: int) -> None:
        """The next one, or the one before."""
        langs = list(_NAMES)
        self._choose(langs[(langs.index(self._lang) + by) % len(langs)])

    def on_click(self, event: events.Click) -> None:
        """The one that was clicked."""
        end = 0
        for lang, words in self._words():
            end += len(words)
            if event.x < end:
                self._choose(lang)
                return

    def _choose(self, lang: str) -> None:
        if lang != self._lang:
            self._lang = lang
            self.refresh()
            self.post_message(self.Chosen(lang))


class WelcomeScreen(Screen[tuple[Store, str] | None]):
    """Dismissed with a board and the language to show it in, or with nothing where nobody wants one.

    ``demo`` then says whether it is the sample board.
    """

    CSS_PATH = "welcome.tcss"
    AUTO_FOCUS = "#consultant"
    BINDINGS = [
        Binding("down", "app.focus_next", show=False, priority=True),
        Binding("up", "app.focus_previous", show=False, priority=True),
        Binding("enter", "app.focus_next", show=False),
        Binding("escape", "leave", show=False),
    ]

    def __init__(self, lang: str, *, environ: Mapping[str, str] | None = None, documents: Path | None = None) -> None:
        super().__init__()
        environ = default_environ() if environ is None else environ
        self._language = interface_language(lang)
        # The app has taken the present standard output; the terminal is behind the one that the process began with.
        self._glyphs = glyphs_for(environ, terminal_encoding())
        self._folder = (documents or platformdirs.user_documents_path()) / "Accord"
        self._state = state_folder(environ)
        self._last = last(self._state)
        self.demo = False
        self._offered = ""
        self._busy = self._warned = False

    def compose(self) -> ComposeResult:
        """From top to bottom: what it is, the language, the fields, what else could be done."""
        with VerticalScroll(id="page", can_focus=False):
            yield Static(Content("Accord"), id="name")
            yield Static(id="about")
            with Horizontal(classes="row"):
                yield Label(id="label-language", classes="label")
                yield LanguageChoice(self._language.code, self._glyphs)
            for field in _FIELDS:
                with Horizontal(classes="row"):
                    yield Label(id=f"label-{field}", classes="label")
                    yield Input(id=field, compact=True, max_length=LONGEST_TITLE)
            with Horizontal(id="begin-row"):
                yield Button(id="begin", compact=True)
            yield Static(id="says")
            with Horizontal(id="others"):
                yield Label(id="label-others", classes="label")
                with Vertical(id="ways"):
                    if self._last is not None:
                        yield Button(id="last", compact=True)
                    yield Button(id="demo", compact=True)
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Say everything, and offer a place."""
        self._say_all()
        self._offer_path()

    def on_resize(self, event: events.Resize) -> None:
        """Where there is little room, fields stand under their labels; where there is much, in the middle."""
        self.set_class(event.size.width < NARROW, "narrow")
        self.set_class(event.size.height >= TALL, "tall")

    # Words

    def _say_all(self) -> None:
        say = self._language.say
        words = {
            "#about": say("A table for two: questions, answers and decisions become a strategy."),
            "#label-language": say("Language"),
            "#label-consultant": say("Consultant"),
            "#label-client": say("Client"),
            "#label-title": say("Title"),
            "#label-path": say("Kept in"),
            "#label-others": say("Or"),
            "#keys": say("Enter next · Arrows, Tab or the mouse choose · Esc leave"),
        }
        for selector, text in words.items():
            self.query_one(selector, Static).update(Content(text))
        hints = {
            "#consultant": say("the name of whoever brings the craft"),
            "#client": say("the name of whoever knows the organisation"),
            "#title": say("what it is about, in a few words"),
            "#path": "",
        }
        for selector, text in hints.items():
            self.query_one(selector, Input).placeholder = text
        self._label("#begin", say("Begin"))
        self._label("#demo", say("See a demo"))
        if self._last is not None:
            self._label("#last", say("Open the last one: {name}", name=cut(clean_line(self._last.stem), _NAME_CELLS)))

    def _label(self, selector: str, words: str) -> None:
        button = self.query_one(selector, Button)
        button.label = Content(words)
        button.refresh(layout=True)

    def _says(self, words: str) -> None:
        self.query_one("#says", Static).update(Content(words))

    def on_language_choice_chosen(self, message: LanguageChoice.Chosen) -> None:
        """Everything in that language, at once."""
        message.stop()
        self._language = interface_language(message.lang)
        self._says("")
        self._say_all()
        self._offer_path()

    # Fields

    def _value(self, field: str) -> str:
        return clean_line(self.query_one(f"#{field}", Input).value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """The place follows the title, until somebody chooses another."""
        event.stop()
        self._warned = False
        self._says("")
        if event.input.id == "title":
            self._offer_path()

    def _offer_path(self) -> None:
        field = self.query_one("#path", Input)
        if field.value != self._offered:
            return
        stem = file_stem(self._value("title")) or file_stem(self._language.say("board"))
        self._offered = _short(free_path(self._folder / f"{stem}.json"))
        field.value = self._offered

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to the next field; in the last one it begins the board."""
        event.stop()
        if event.input.id == "path":
            self._begin()
        else:
            self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """One of the three ways on."""
        event.stop()
        if event.button.id == "begin":
            self._begin()
        elif event.button.id == "last" and self._last is not None:
            path = self._last
            self._hand_on(lambda: Store.open(path))
        elif event.button.id == "demo":
            self._hand_on(self._open_demo)

    def action_leave(self) -> None:
        """Leave; where something was typed, only when asked twice."""
        if not self._warned and any(self._value(field) for field in ("consultant", "client", "title")):
            self._warned = True
            self._says(self._language.say("Nothing is kept yet. Esc again leaves."))
        else:
            self.dismiss(None)

    # Ways on

    def _begin(self) -> None:
        """Make the board, or say what is missing and go there. Only the title is needed."""
        field = "title"
        try:
            title = line(self._value("title"))
            names: dict[PartyName, str] = {}
            for party in PARTIES:
                field = party
                names[party] = line(self._value(party) or party_word(self._language, party).capitalize(), "empty-name")
            if names["client"].casefold() == names["consultant"].casefold():
                raise Refused("name-taken", name=names["client"])
        except Refused as refused:
            self._refuse(refused)
            self.query_one(f"#{field}", Input).focus()
            return
        path, board = self._path(), new_board(title, self._language.code, names)
        self._hand_on(lambda: _create(path, board, self._state))

    def _path(self) -> Path:
        """Where the board goes: a folder gets a file name, a name its ending."""
        typed = self._value("path") or self._offered
        # Not the methods of Path: they raise where a name is too long or is none.
        path = Path(os.path.expanduser(typed))
        if typed.endswith("/") or os.path.isdir(path):
            path /= f"{file_stem(self._value('title')) or 'board'}.json"
        return path if path.suffix else path.with_name(f"{path.name}.json")

    def _open_demo(self) -> Store:
        """The sample board, in a folder that goes when nobody has the store any longer."""
        from storage import demo

        folder = Path(tempfile.mkdtemp(prefix="accord-"))
        try:
            demo.write(folder / "demo.json", self._language.code, now=dt.datetime.now(dt.UTC))
            store = Store.open(folder / "demo.json")
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        self.demo = True
        return store

    def _refuse(self, refused: Refused) -> None:
        self._says(sentence(refused, self._language))

    @work
    async def _hand_on(self, make: Callable[[], Store]) -> None:
        """Make or open a store, away from the keys, and hand it on. Once, however often Enter is pressed."""
        if self._busy:
            return
        self._busy = True
        try:
            store = await asyncio.to_thread(make)
        except Refused as refused:
            self._refuse(refused)
        else:
            self.dismiss((store, self._language.code))
        finally:
            self._busy = False


def _create(path: Path, board: Board, state: Path) -> Store:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused_for(error, path.parent) from error
    store = Store.create(path, board)
    remember(path, state)
    return store


def _short(path: Path) -> str:
    """A path as people read it: ``~`` for the home folder."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def free_path(path: Path) -> Path:
    """The path, or the first one numbered from 2 where that is taken."""
    number, found = 1, path
    while found.exists() or found.with_suffix(".journal").exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def file_stem(title: str) -> str:
    """A title as the name of a file: small letters, digits and hyphens; empty where it has none of them.

    >>> file_stem("Stratégie d'été : réseaux"), file_stem("日本")
    ('strategie-d-ete-reseaux', '')
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")
