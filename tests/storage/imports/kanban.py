"""What Obsidian's Kanban plugin does when it opens a note and saves it again, by what is known of its format.

It reads the note as CommonMark: headings and the first list below each. The text of an item is what stands in the file
from its box to the end of its last block; the name of the item is the last block id in it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

_CODE = re.compile("`[^`]*`")
_BLOCK_ID = re.compile(r"(?<!\\)\^(\S+)$")


@dataclass
class Lane:
    title: str
    items: list[Item] = field(default_factory=list)
    archive: bool = False


@dataclass
class Item:
    """``text`` is what a person sees and edits on the card."""

    text: str
    box: str = " "
    name: str = ""


@dataclass
class Opened:
    """The board that the plugin shows; tests change it as a person would."""

    lanes: list[Lane]
    settings: dict[str, object]
    front: str = "kanban-plugin: board"

    def lane(self, title: str) -> Lane:
        return next(lane for lane in self.lanes if lane.title == title)

    def item(self, name: str) -> Item:
        return next(item for lane in self.lanes for item in lane.items if item.name == name)

    def take(self, name: str) -> Item:
        """Take an item out of its lane."""
        item = self.item(name)
        for lane in self.lanes:
            lane.items[:] = [each for each in lane.items if each is not item]
        return item

    def archive(self) -> Lane:
        """The archive, made where there is none."""
        if not any(lane.archive for lane in self.lanes):
            self.lanes.append(Lane("Archive", [], archive=True))
        return next(lane for lane in self.lanes if lane.archive)

    def saved(self, *, indent: str = "\t") -> str:
        """The note as the plugin writes it."""
        parts = [f"---\n\n{self.front}\n\n---\n\n"]
        for lane in (lane for lane in self.lanes if not lane.archive):
            parts.append(
                "\n".join([f"## {lane.title}", "", *(_written(item, indent) for item in lane.items), "", "", ""])
            )
        for lane in (lane for lane in self.lanes if lane.archive and lane.items):
            parts.append("\n".join(["***", "", "## Archive", "", *(_written(item, indent) for item in lane.items)]))
        settings = json.dumps(self.settings, ensure_ascii=False, separators=(",", ":"))
        return "".join(parts) + f"\n\n%% kanban:settings\n```\n{settings}\n```\n%%"


def _written(item: Item, indent: str) -> str:
    lines = item.text.strip().split("\n")
    lines[0] += f" ^{item.name}" if item.name else ""
    return f"- [{item.box}] " + f"\n{indent}".join(lines)


def opened(note: str) -> Opened:
    """A note as the plugin shows it."""
    front, body = note.removeprefix("---").split("\n---\n", 1)
    body, footer = body.rsplit("\n%% kanban:settings\n```\n", 1)
    lines = body.split("\n")
    tree = SyntaxTreeNode(MarkdownIt("commonmark").parse(body))
    lanes: list[Lane] = []
    rule = False
    for node in tree.children:
        if node.type == "heading":
            assert node.map is not None
            title = lines[node.map[0]].lstrip("#").strip()
            lanes.append(Lane(title, archive=rule and title == "Archive"))
        elif node.type in ("bullet_list", "ordered_list") and lanes:
            lanes[-1].items += [_item(item, lines) for item in node.children]
        rule = node.type == "hr"
    return Opened(lanes, json.loads(footer.split("\n```\n", 1)[0]), front.strip())


def _item(node: SyntaxTreeNode, lines: list[str]) -> Item:
    assert node.map is not None
    source = "\n".join(lines[node.map[0] : node.map[1]]).rstrip()
    found = re.match(r"- \[(.)\] ?", source)
    assert found is not None, source
    names: list[str] = []
    for inline in (each for each in node.walk() if each.type == "inline"):
        assert inline.map is not None
        # From the file itself: a space at the end of a line is one for the plugin.
        rows = [_CODE.sub("x", line) for line in lines[inline.map[0] : inline.map[1]]]
        names += [name[1] for name in map(_BLOCK_ID.search, rows) if name]
    text = re.sub(r"\n(?: {4}|\t)", "\n", source[found.end() :].replace("<br>", "\n").strip())
    first, *rest = text.split("\n")
    first = re.sub(r"\s+\^([a-zA-Z0-9-]+)$", "", first)
    return Item("\n".join([first, *rest]), found[1], names[-1] if names else "")
