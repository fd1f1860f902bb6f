"""Choosing a file to take in: from the likely ones, by walking through folders, by typing, or by dropping it here."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import platformdirs
from rich.cells import cell_len
from textual import events
from textual.binding import Binding
from textual.content import Content

from storage.opening import journal_path
from storage.text import clean_line

from ..cells import cut, fill
from ..commands import key_words
from ..dropped import file_dropped, file_named
from ..likely_files import Entry, entries_of, likely_files
from ..session import Session
from ..words import short_date
from .search_input import SearchInput
from .search_list import AROUND, MOST_ROWS, TALL, Key, Row, SearchList, heading, remark

_DAY_CELLS = 14
"""Cells of the day on which a file was last changed."""

_NARROW = 50
"""Cells below which there is no room for it."""

_ELSEWHERE, _ABOVE = -1, -2
"""What is no file in the list: the way to the other folders, and the way up."""


class PathLine(SearchInput):
    """A line for a path. A file that is dropped here stands in it alone."""

    def on_paste(self, event: events.Paste) -> None:
        """What was dropped takes the place of what was typed."""
        if file_dropped(event.text) is not None:
            self.value = ""
        super().on_paste(event)


class FileChoice(SearchList[Path | None]):
    """Dismissed with the file that was chosen. ``at`` is where the cursor begins, if it is among the likely ones."""

    BINDINGS = [Binding("tab", "command('complete')", show=False, priority=True)]

    def __init__(self, session: Session, at: Path | None = None) -> None:
        super().__init__(session)
        store = session.store
        self._here = session.downloads
        own = [store.path, journal_path(store.path)] if store.path is not None else []
        self._folders = [self._here, platformdirs.user_downloads_path(), platformdirs.user_documents_path()]
        self._without = own
        self._at = at
        self._folder: Path | None = None
        self._entries: list[Entry] = []
        self._names: list[str] = []
        self._listing = self._listed = False
        self._walked: dict[str, Path] = {}
        self._words = ""
        self._moved = False
        """Whether the cursor was moved since something was typed: then it says what is meant, not the line."""

    @property
    def placeholder(self) -> str:
        """What can be done with the line."""
        return self.session.language.say("Type a name, or drop a file here")

    def line(self) -> SearchInput:
        """A line for a path."""
        return PathLine(placeholder=self.placeholder)

    # What is shown

    def show_all(self) -> None:
        """Show the files there are for what was typed; a folder is looked at away from the keys."""
        say, language = self.session.language.say, self.session.language
        self.show_title(say("Take in a file"), "Trello · Obsidian · taskell · Markdown" if self.width >= 70 else "")
        self.show_keys(
            (
                Key(key_words("enter", language), say("choose"), "take"),
                Key(self.session.glyphs.up + self.session.glyphs.down, say("go")),
                Key(key_words("tab", language), say("complete"), "complete"),
                Key(key_words("escape", language), say("back"), "leave"),
            )
        )
        folder, _ = self._split()
        if folder != self._folder or not self._listing:
            self._folder, self._listing, self._listed = folder, True, False
            self.run_worker(self._list(folder), group="listing", exclusive=True)
        if self._listed:
            self._show_rows()

    def _split(self) -> tuple[Path | None, str]:
        """The folder that a typed path is in, and the name that is begun; of no path, none, and the whole line."""
        text = self.typed.strip()
        if text == "~":
            text = "~/"
        before, slash, name = text.rpartition("/")
        if not slash or before.startswith(("'", '"', "file:")):
            return None, text
        walked = self._walked.get(before + slash)  # its name is not always written as it is on the disk
        return walked or self._here / os.path.expanduser(before + slash), name

    async def _list(self, folder: Path | None) -> None:
        if folder is None:
            found = await asyncio.to_thread(likely_files, self._folders, self._without)
        else:
            found = await asyncio.to_thread(entries_of, folder)
        if self.is_left:
            return
        self._entries, self._listed = found, True
        self._names = [clean_line(entry.path.name).casefold() for entry in found]
        self._show_rows(another=True)

    def _fitting(self) -> list[int]:
        """The numbers of the entries that what was typed can mean."""
        _, words = self._split()
        words = clean_line(words).casefold()
        if self._folder is not None:
            return [number for number, name in enumerate(self._names) if name.startswith(words)]
        return [number for number, name in enumerate(self._names) if all(word in name for word in words.split())]

    def _show_rows(self, *, another: bool = False) -> None:
        """Show what fits, with the cursor where it was; of ``another`` folder, on the first."""
        say, glyphs = self.session.language.say, self.session.glyphs
        above, elsewhere = say("the folder above"), say("Look in the other folders")
        found = self._fitting()
        fitting = found[:MOST_ROWS]
        rows: list[Row] = []
        shown: Path | None = None
        if self._folder is not None:
            rows.append(heading(_short(self._folder), self.width))
            if self._folder.parent != self._folder:
                rows.append(Row(_ABOVE, Content(f"{glyphs.left} {above}")))
            rows += [self._row(number) for number in fitting]
        else:
            for number in fitting:
                folder = self._entries[number].path.parent
                if folder != shown:
                    shown = folder
                    rows.append(heading(_short(folder), self.width))
                rows.append(self._row(number))
            if not fitting and not self.typed:
                rows.append(remark(say("No .md, .json or .txt file in the usual folders."), self.width))
            rows.append(heading(say("Elsewhere"), self.width))
            rows.append(Row(_ELSEWHERE, Content(f"{glyphs.right} {elsewhere}")))
        kept = None if another else self.item
        if kept is None or kept not in [row.item for row in rows] or (self.typed and kept < 0):
            first = fitting[0] if fitting else None if self.typed else _ELSEWHERE
            kept = next((n for n in fitting if self._entries[n].path == self._at), first)
        self.show_rows(rows, kept, more=len(found) - len(fitting))

    def _row(self, number: int) -> Row:
        entry = self._entries[number]
        name = clean_line(entry.path.name) + ("/" if entry.is_folder else "")
        room = self.width - AROUND
        if room < _NARROW:
            return Row(number, Content(f"  {cut(name, room - 2)}"))
        day = "" if entry.is_folder else short_date(self.session.language, entry.day)
        gap = " " * (_DAY_CELLS - cell_len(day))
        return Row(number, Content.assemble("  ", fill(name, room - _DAY_CELLS - 2), gap, (day, "$foreground 70%")))

    @property
    def about_lines(self) -> int:
        """One, or two where there is room."""
        return 2 if self.size.height >= TALL else 1

    def about(self) -> str:
        """What was wrong, or how else it can be done."""
        return self._words or self.session.language.say(
            "A board from another program, or a text to pick questions from. It is only read, never changed."
        )

    # What is done

    def on_input_changed(self, event: SearchInput.Changed) -> None:
        """Typing narrows, or walks on."""
        self._words, self._moved = "", False
        super().on_input_changed(event)

    def action_go(self, where: str) -> None:
        """Moving the cursor chooses."""
        self._moved = self.item is not None
        super().action_go(where)

    def do(self, command: str) -> None:
        """Take the file that was typed or is under the cursor, or go into the folder that is."""
        if command == "leave":
            self.dismiss(None)
        elif command == "complete":
            self._complete()
        elif command == "click" or self._moved or not self._take_typed():
            self._choose()

    def _take_typed(self) -> bool:
        text = self.typed
        path = file_named(text, self._here) if clean_line(text) else None
        if path is None:
            return False
        self.dismiss(path)
        return True

    def _choose(self) -> None:
        item = self.item
        if not self._listed:
            return  # what is shown is of the folder before
        if item == _ELSEWHERE:
            self._walk(Path.home())
        elif item == _ABOVE and self._folder is not None:
            # Above a typed ".." is not what stands before it.
            folder = Path(os.path.realpath(self._folder)) if self._folder.name == ".." else self._folder
            self._walk(folder.parent)
        elif item is None:
            self._words = self.session.language.say("There is no such file here; choose one of the list.")
            self.show_about()
        elif self._entries[item].is_folder:
            self._walk(self._entries[item].path)
        else:
            self.dismiss(self._entries[item].path)

    def _walk(self, folder: Path) -> None:
        typed = os.path.join(_short(folder), "")
        self._walked[typed] = folder
        self.typed = typed

    def _complete(self) -> None:
        """Write out what is under the cursor."""
        item = self.item
        if item is None or item < 0 or not self._listed:
            return
        entry = self._entries[item]
        if entry.is_folder:
            self._walk(entry.path)
        else:
            self.typed = _short(entry.path)


def _short(path: Path) -> str:
    """A path as people read it: ``~`` for the home folder."""
    home = Path.home()
    if path == home:
        return "~"
    return clean_line(f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path))
