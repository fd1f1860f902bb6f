"""Painting lanes: faces and heads become strips in the colours of the theme. Faces are kept until something changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from operator import is_

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from storage import Board, Card, Language

from ..cells import cut, fill, wrap
from ..glyphs import Glyphs
from .cardface import Line, Manner, face, line_face, trail_of
from .lanes import Item, Lane, Visitor

TALL = 34
"""Rows from which there is room for longer titles and more of a trail."""

SPACED = 12
"""Rows from which there is room for air between cards."""


class Painter:
    """Paints for one board view. ``style`` gives the style of a part; ``question_key`` is pressed to add a question."""

    def __init__(
        self,
        board: Board,
        language: Language,
        glyphs: Glyphs,
        today: dt.date,
        question_key: str,
        style: Callable[[str], Style],
    ) -> None:
        self.board = board
        self._language = language
        self._glyphs = glyphs
        self._today = today
        self._question_key = question_key
        self._style_of = style
        self._styles: dict[str, Style] = {}
        self._faces: LRUCache[tuple[object, ...], tuple[list[object], list[Strip]]] = LRUCache(600)

    def restyled(self) -> bool:
        """Whether the styles have become others, with another theme; faces are then made again."""
        styles = {part: self._style_of(part) for part in self._styles}
        if styles == self._styles:
            return False
        self._styles = styles
        self._faces.clear()
        return True

    def style(self, part: str) -> Style:
        """The style of a part of the board."""
        found = self._styles.get(part)
        if found is None:
            found = self._styles[part] = self._style_of(part)
        return found

    def manner(self, width: int, height: int) -> Manner:
        """How faces are drawn in a lane of so many cells, on a board of so many rows."""
        tall = height >= TALL
        return Manner(
            width, 4 if tall else 3, 4 if tall else 2, height >= SPACED, self._language, self._glyphs, self._today
        )

    def face(
        self,
        lane: Lane,
        index: int,
        manner: Manner,
        *,
        cursor: bool,
        marked: bool,
        faded: bool,
        lit: bool = False,
        visitors: tuple[Visitor, ...] = (),
    ) -> list[Strip]:
        """A card of a lane, with the names of its ``visitors``.

        ``faded`` while it is being dragged, ``lit`` when somebody else has just changed it.
        """
        item = lane.items[index]
        drawn = (manner.width, manner.title_lines, manner.spaced, lane.compact)
        key = (item, drawn, cursor, marked, faded, lit, visitors)
        card = self.board.cards[item.card]
        made_of = self._made_of(card)
        found = self._faces.get(key)
        if found is not None and len(found[0]) == len(made_of) and all(map(is_, found[0], made_of)):
            return found[1]
        if lane.compact:
            lines = line_face(self.board, item, card, manner, cursor=cursor, marked=marked)
        else:
            lines = face(self.board, card, manner, cursor=cursor, marked=marked)
        ground = self.style("cursor") if cursor else self.style("lit") if lit else None
        strips = self._painted(item, lines, manner, ground=ground, faded=faded)
        if visitors:
            strips = self._visited(strips, visitors, manner, apart=manner.spaced and not lane.compact)
        self._faces[key] = made_of, strips
        return strips

    def _made_of(self, card: Card) -> list[object]:
        """All that a face shows something of. Boards share what did not change: the same objects, the same face."""
        board, standing = self.board, self.board.standing
        around = standing.incoming.get(card.id, ()) if card.kind == "question" else trail_of(board, card)
        place = standing.places[card.id]
        return [card, place.state, place.under, board.people, board.parties, *(board.cards[i] for i in around)]

    def _visited(self, strips: list[Strip], visitors: Sequence[Visitor], manner: Manner, *, apart: bool) -> list[Strip]:
        """A face with the names of those who are at it: ``apart`` in the air below it, else at the end of it.

        Whoever writes comes first; those for whom there is no room are counted.
        """
        width, gap = manner.width, self.style("gap")
        room = width - 4 if apart else width * 2 // 5
        names = []
        people = {visitor.name: visitor for visitor in sorted(visitors, key=lambda visitor: visitor.writing)}
        for visitor in sorted(people.values(), key=lambda visitor: not visitor.writing):
            words = self._language.say("{name} is writing", name=visitor.name) if visitor.writing else visitor.name
            names.append((f"{self._glyphs.left}{words} ", self.style(f"bar-{visitor.party}")))
        segments = []
        for number, (text, style) in enumerate(names):
            left = len(names) - number - 1
            kept = cell_len(f"+{left} ") if left else 0
            if number and cell_len(text) > room - kept:
                segments.append(Segment(cut(f"+{left + 1} ", room), self.style("meta")))
                break
            text = cut(text, max(1, room - kept))
            room -= cell_len(text)
            segments.append(Segment(text, style + Style(bold=True)))
        segments.insert(0, Segment("   " if apart else " ", gap))
        used = sum(cell_len(segment.text) for segment in segments)
        before = Strip([]) if apart else strips[-1].crop(0, max(0, width - used))
        last = Strip.join([before, Strip(segments, used)]).adjust_cell_length(width, gap)
        return [*strips[:-1], last]

    def _painted(
        self, item: Item, lines: list[Line], manner: Manner, *, ground: Style | None, faded: bool
    ) -> list[Strip]:
        card = self.board.cards[item.card]
        state = self.board.standing.places[card.id].state
        bar = self.style(f"bar-{self.board.party_of(card.voice)}")
        quiet = faded or state in ("settled", "not_chosen", "replaced")
        strips = []
        for line in lines:
            segments = []
            for span in line:
                part = "meta" if span.part == "line" else span.part
                style = bar if part == "bar" else self.style("settled" if quiet else part)
                if card.agreed and span.part in ("glyph", "state") and not quiet:
                    style = self.style("agreed")
                if ground is not None and len(line) > 1:
                    ink = self.style("cursor-meta") if span.part in ("line", "meta", "state", "opinion") else ground
                    ink = ink + Style(bgcolor=ground.bgcolor)
                    style = style + Style(bgcolor=ground.bgcolor) if span.part == "bar" else ink
                segments.append(Segment(span.text, style))
            strips.append(Strip(_joined(segments), manner.width))
        return strips

    def head(
        self,
        lane: Lane,
        width: int,
        *,
        here: bool,
        before: int,
        above: int,
        below: int,
        beyond: Sequence[Lane],
        settled: bool,
    ) -> Strip:
        """The head of a lane: its title and count, what is settled, and what is out of sight.

        ``before`` counts the lanes out of sight to the left, ``beyond`` are those to the right; ``above`` and
        ``below`` count cards.
        """
        glyphs = self._glyphs
        left = f"{glyphs.left}{before} " if before else " "
        arrows = (f" {glyphs.up}{above}" if above else "") + (f" {glyphs.down}{below}" if below else "")
        number = f" {len(lane.items)}"
        title = f"{left}{lane.title}"
        rights = [f"{arrows} {words} " for words in self._beyond(beyond)] or [f"{arrows} "]
        right = next((r for r in rights if cell_len(title + number + r) <= width), rights[-1])
        room = width - cell_len(right)
        text = cut(title, max(1, room - len(number))) + number
        gone = self._settled(lane.settled, room - cell_len(text)) if settled else ""
        rest = fill(gone, room - cell_len(text))
        style = self.style("head-cursor" if here else "head")
        segments = [Segment(text, style), Segment(rest + right, self.style("count"))]
        return Strip(segments, cell_len(text + rest + right)).adjust_cell_length(width, style)

    def _settled(self, count: int, room: int) -> str:
        """How many have left a lane because they are settled: in words where there is room for them."""
        if not count:
            return ""
        words = "  " + self._language.count("+{n} settled", "+{n} settled", count)
        return words if cell_len(words) <= room else f"  +{count}"

    def _beyond(self, lanes: Sequence[Lane]) -> list[str]:
        """Words for the lanes out of sight to the right, with their cards, the longest first; none if all are seen."""
        if not lanes:
            return []
        cards = sum(len(lane.items) for lane in lanes)
        arrow = self._glyphs.right
        words = self._language.count("{n} more ({cards})", "{n} more ({cards})", len(lanes), cards=cards)
        named = f"{cut(lanes[0].title, 12)} {cards}" if len(lanes) == 1 else words
        return [f"{named} {arrow}", f"{len(lanes)} ({cards}) {arrow}", arrow]

    def hint(self, lane: Lane, width: int, height: int, *, searching: bool) -> list[Strip]:
        """What an empty lane says."""
        say, key = self._language.say, self._question_key
        hints = {
            "discuss": say("Questions wait here. Press {key} to add one.", key=key)
            if key
            else say("Questions wait here."),
            "table": say("Answers and proposals are worked on here."),
            "agreed": say("What both of you agree to stands here."),
            "trying": say("What you try for a while stands here."),
        }
        text = say("Nothing found here.") if searching else hints.get(lane.role or "", say("Nothing here yet."))
        return [self._line(f"  {line}", width, "hint") for line in wrap(text, width - 3, min(4, height))]

    def drop_line(self, width: int) -> Strip:
        """Where a dragged card would go."""
        return self._line(self._glyphs.drop * (width - 1), width, "drop")

    def blank(self, width: int) -> Strip:
        """Nothing."""
        return self._line("", width, "gap")

    def _line(self, text: str, width: int, part: str) -> Strip:
        return Strip([Segment(fill(text, width), self.style(part))], width)


def _joined(segments: list[Segment]) -> list[Segment]:
    """Neighbours of one style as one segment: fewer bytes for the terminal."""
    found: list[Segment] = []
    for segment in segments:
        if found and found[-1].style == segment.style:
            found[-1] = Segment(found[-1].text + segment.text, segment.style)
        elif segment.text:
            found.append(segment)
    return found
