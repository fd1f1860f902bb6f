"""A note of Obsidian's Kanban plugin, taken apart into lanes and items: what stands where, as the file has it.

The plugin shows the list below each heading as a lane, and the one below a rule, at the end, as its archive. What
belongs to no item it shows nowhere; here it is kept as :attr:`Note.left`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ..text import clean
from .found import Left

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_CLOSING = re.compile(r"(?:^|(?<=[ \t]))#+[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}")
_ITEM = re.compile(r"( {0,3})(?:[-*+]|\d{1,9}[.)])(?:[ \t]+(.*))?")
_BOX = re.compile(r"\[(.)\](?:[ \t]+(.*))?")
_NAME = re.compile(r"(?:^|[ \t])\^([A-Za-z0-9-]+)$")
_LIMIT = re.compile(r"\((\d+)\)$")
_COMPLETE = re.compile(r"[ \t]*\*\*[^*]+\*\*[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT_LINE = re.compile(r"([^\s:#][^:]*):(.*)")
_SETTINGS = "%% kanban:settings"

# What the archive is called in the languages of the plugin; it stays in English in most of them.
_ARCHIVES = frozenset(
    {"archive", "archiv", "archivio", "archivo", "arquivo", "архив", "归档", "已归档", "存檔", "アーカイブ"}
)
_VALUES_WITHOUT_WORDS = re.compile(r"|true|false|null|~|[-+.\d]+|\[\s*\]|\{\s*\}", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """One item. ``box`` is the sign in its box, if it has one; ``name`` is its block id; ``lines`` are its text."""

    lines: tuple[str, ...]
    box: str | None = None
    name: str = ""


@dataclass
class ListedLane:
    """One lane. ``heading`` is its line in the file, ``limit`` how many cards it should hold at most."""

    title: str = ""
    heading: str = ""
    limit: str = ""
    archive: bool = False
    items: list[Item] = field(default_factory=list)


@dataclass
class Note:
    """All that a note holds. ``settings`` is nothing where they cannot be read."""

    title: str
    lanes: list[ListedLane]
    settings: dict[str, Any] | None
    left: list[Left]


def read_note(text: str) -> Note:
    """Take a note apart, whatever it holds."""
    lines = clean(text.removeprefix("\ufeff")).split("\n")
    lines, settings = _settings(lines)
    front, lines = _front(lines)
    reader = _Reader()
    title = _about(front, reader.left)
    for line in lines:
        reader.take(line)
    reader.end()
    lanes = reader.lanes
    if len(lanes) > 1 and re.match(r" {0,3}#(?!#)", lanes[0].heading) and not lanes[0].items:
        title = title or lanes[0].title
        lanes = lanes[1:] if title == lanes[0].title else lanes
    return Note(title, lanes, settings, reader.left)


def _settings(lines: list[str]) -> tuple[list[str], dict[str, Any] | None]:
    """The lines without the last block of settings, and what these say."""
    begin = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].rstrip() == _SETTINGS), None)
    if begin is None:
        return lines, {}
    end = next((i for i in range(begin + 1, len(lines)) if lines[i].rstrip() == "%%"), len(lines))
    said = "\n".join(line for line in lines[begin + 1 : end] if not line.startswith("```"))
    try:
        settings = msgspec.json.decode(said)
    except (msgspec.DecodeError, RecursionError):
        settings = None
    return lines[:begin] + lines[end + 1 :], settings if isinstance(settings, dict) else None


def _front(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of the front matter, and the others."""
    if lines and lines[0].rstrip() == "---":
        for number, line in enumerate(lines[1:], 1):
            if line.rstrip() in ("---", "..."):
                return lines[1:number], lines[number + 1 :]
    return [], lines


def _about(front: list[str], left: list[Left]) -> str:
    """The title that the front matter gives; its other words are left."""
    title = ""
    entries: list[list[str]] = []
    for line in front:
        if _FRONT_LINE.fullmatch(line) or not entries:
            entries.append([])
        entries[-1].append(line)
    for entry in entries:
        found = _FRONT_LINE.fullmatch(entry[0])
        value = found[2].strip() if found else ""
        said = "\n".join(entry).strip()
        if found and found[1].strip() == "title" and len(said.split("\n")) == 1 and not title:
            title = value.strip("\"'")
        elif found and (found[1].strip() == "kanban-plugin" or _is_setting(found[1], value)):
            continue
        elif said and not (found and len(entry) == 1 and _VALUES_WITHOUT_WORDS.fullmatch(value)):
            left.append(Left("front-matter", said))
    return title


def _is_setting(key: str, value: str) -> bool:
    """Whether it is a choice of the plugin, in a word of its own."""
    kinds = ("date-", "time-", "show-", "hide-", "lane-", "new-", "max-", "prepend-", "move-", "archive-", "full-")
    return key.startswith(kinds) and " " not in value


class _Reader:
    """One note being read, line by line."""

    def __init__(self) -> None:
        self.lanes: list[ListedLane] = []
        self.left: list[Left] = []
        self._item: list[str] | None = None
        self._indent = 0
        self._blank = False
        self._rule = False
        self._outside: list[str] = []
        self._fence = ""
        self._comment = False

    def take(self, line: str) -> None:
        """The next line."""
        if self._fence or self._comment:
            self._go_on(line)
        elif not line.strip():
            self._blank = True
            (self._outside if self._item is None else self._item).append("")
        elif self._item is not None and self._belongs(line):
            self._item.append(line)
            self._blank = False
        else:
            self._top(line)
            self._blank = False

    def _go_on(self, line: str) -> None:
        """A line of a comment or of code, outside of any item."""
        self._outside.append(line)
        if self._comment:
            self._comment = "%%" not in line
        elif line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
            self._fence = ""

    def _belongs(self, line: str) -> bool:
        """Whether a line is indented below the item, or goes on with its paragraph."""
        if line.startswith(("\t", " " * (self._indent + 2))):
            return True
        begins = (_HEADING, _RULE, _ITEM)
        return not (
            self._blank or any(sign.fullmatch(line) for sign in begins) or line.startswith(("```", "~~~", "%%"))
        )

    def _top(self, line: str) -> None:
        """A line that belongs to no item so far."""
        heading = _HEADING.fullmatch(line)
        if heading or (_UNDERLINE.fullmatch(line) and self._outside and self._outside[-1]):
            above = "" if heading else self._outside.pop()
            self._close()
            self._begin_lane((heading[2] or "") if heading else above.strip(), line if heading else f"{above}\n{line}")
        elif _RULE.fullmatch(line):
            self._close()
            self._rule = True
        elif item := _ITEM.fullmatch(line):
            self._close()
            self._rule = False
            if not self.lanes:
                self.lanes.append(ListedLane())
            self._item, self._indent = [item[2] or ""], len(item[1])
        else:
            self._stray(line)

    def _stray(self, line: str) -> None:
        if self._item is not None:
            self._close()
        if _COMPLETE.fullmatch(line) and self.lanes and not self.lanes[-1].items:
            self._close()
            self.left.append(Left("complete-marker", line.strip()))
            return
        self._rule = False
        self._outside.append(line)
        if fence := _FENCE.match(line):
            self._fence = fence[1]
        elif line.startswith("%%"):
            self._comment = "%%" not in line[2:]

    def _begin_lane(self, title: str, heading: str) -> None:
        title = _CLOSING.sub("", title).replace("<br>", " ").strip()
        limit = _LIMIT.search(title)
        shown = title[: limit.start()].rstrip(" \t") if limit else title
        lane = ListedLane(shown, heading.strip(), limit[1] if limit else "", self._rule)
        self._rule = False
        self.lanes.append(lane)

    def _close(self) -> None:
        """Put away the item that ends here, or the text outside of items."""
        if self._item is not None:
            self.lanes[-1].items.append(_item(self._item))
        elif said := "\n".join(self._outside).strip():
            self.left.append(Left("text-outside", said))
        self._item, self._outside = None, []

    def end(self) -> None:
        """Put away what is left, and tell the archive from a lane that a rule happens to stand above."""
        self._close()
        for lane in self.lanes:
            lane.archive = lane.archive and (lane is self.lanes[-1] or lane.title.casefold() in _ARCHIVES)


def _item(raw: Sequence[str]) -> Item:
    box = _BOX.fullmatch(raw[0])
    first = (box[2] or "") if box else raw[0]
    first, name = _named(first.rstrip())
    lines = [line.rstrip() for line in "\n".join([first, *_dedented(raw[1:])]).replace("<br>", "\n").split("\n")]
    if not name:
        lines[0], name = _named(lines[0])
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return Item((lines[0].strip(), *lines[1:]), box[1] if box else None, name)


def _named(line: str) -> tuple[str, str]:
    """A line without the block id at its end, and that."""
    found = _NAME.search(line)
    return (line[: found.start()].rstrip(), found[1]) if found else (line, "")


def _dedented(lines: Sequence[str]) -> list[str]:
    """The lines below an item's first, moved to the left: the plugin indents by a tab or four spaces."""
    spaces = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip() and line.startswith("  ")]
    width = min([4, *spaces])
    return [
        line[1:] if line.startswith("\t") else line[min(width, len(line) - len(line.lstrip(" "))) :] for line in lines
    ]
