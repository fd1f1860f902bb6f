"""The board itself: one focusable widget that draws its own lines and has its own cursor.

It is given the board and says what its user wants (open this card, put it there). After every change of state it
composes the rows anew from cached faces, and repaints only those that differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from storage import Board, Language

from ..burst import Burst
from ..glyphs import Glyphs
from .canvas import Canvas
from .cardface import Manner
from .lanes import Lane, View, Visitor, in_sight_of, lanes
from .painting import Painter

MOST_LANES = 10
"""Lanes that are seen at once, however wide the screen is."""

LANE_WIDTH = 26
"""Cells below which a lane is not drawn; a narrower board shows fewer lanes."""


_COMING = 6
"""Rows that are kept for a card that comes into a lane."""


@dataclass(frozen=True)
class Spot:
    """A place in a lane: before the card with this id, or at the end."""

    lane: str
    before: str | None


class BoardView(Widget, can_focus=True):
    """The lanes of one view, side by side.

    While ``remaking``, the cursor moves because the board is another, and not because somebody has moved it.
    """

    BINDINGS = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        Binding("left", "across(-1)", show=False),
        Binding("right", "across(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("shift+left", "carry(-1,0)", show=False),
        Binding("shift+right", "carry(1,0)", show=False),
        Binding("shift+up", "carry(0,-1)", show=False),
        Binding("shift+down", "carry(0,1)", show=False),
    ]

    COMPONENT_CLASSES = {
        "board--head",
        "board--head-cursor",
        "board--count",
        "board--bar-consultant",
        "board--bar-client",
        "board--glyph",
        "board--id",
        "board--title",
        "board--meta",
        "board--state",
        "board--opinion",
        "board--agreed",
        "board--settled",
        "board--cursor",
        "board--cursor-meta",
        "board--drop",
        "board--lit",
        "board--gap",
        "board--hint",
    }

    class KeyPressed(Message):
        """A printable key, by its name: a command."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class TextPasted(Message):
        """Text that was pasted onto the board."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class CardOpened(Message):
        """A card is to be opened."""

        def __init__(self, card: str) -> None:
            super().__init__()
            self.card = card

    class CardCarried(Message):
        """The cursor's card is to go this many lanes to the right and this many places down."""

        def __init__(self, card: str, lanes: int, places: int) -> None:
            super().__init__()
            self.card = card
            self.lanes = lanes
            self.places = places

    class CardDropped(Message):
        """A card was dragged to a spot."""

        def __init__(self, card: str, spot: Spot) -> None:
            super().__init__()
            self.card = card
            self.spot = spot

    class SettledClicked(Message):
        """The count of what is settled was clicked."""

    in_hand: reactive[str | None] = reactive(None, repaint=False)
    """The card under the cursor, to be watched: what is told of it is then painted together with the cursor."""

    def __init__(
        self, board: Board, language: Language, glyphs: Glyphs, today: dt.date, *, question_key: str = ""
    ) -> None:
        super().__init__(id="board")
        self._board = board
        self._language = language
        self._painter = Painter(board, language, glyphs, today, question_key, self._style_of)
        self.view: View = "columns"
        self.show_settled = False
        self.needle = ""
        self.marked: frozenset[str] = frozenset()
        self.remaking = False
        self._visiting: Mapping[str, tuple[Visitor, ...]] = {}
        self._visitors: Mapping[str, tuple[Visitor, ...]] = {}
        self._lit: frozenset[str] = frozenset()
        self.lanes: list[Lane] = []
        self._lane = 0
        self._index: dict[str, int] = {}
        self._tops: dict[str, int] = {}
        self._first = 0
        self._shown: list[Lane] = []
        self._widths: list[int] = []
        self._hits: list[list[tuple[int, int, int]]] = []
        self._burst = Burst(self, self._key, self._text)
        self._dragged: str | None = None
        self._drag_spot: Spot | None = None
        self._pressed: tuple[int, int, str] | None = None

    # State, from outside

    @property
    def board(self) -> Board:
        """The board that is shown."""
        return self._board

    def show(self, board: Board, *, lit: frozenset[str] = frozenset()) -> None:
        """Show another board, with these cards lit: the cursor stays on its card."""
        self._lit |= lit
        self._board = self._painter.board = board
        self.remake()

    def remake(self, *, keep: str | None = None) -> None:
        """Make the lanes anew after a change of board, view, search or marks; ``keep`` is where the cursor goes."""
        wanted = keep or self.cursor
        near = self.cursor_place
        self.lanes = lanes(self._board, self.view, self._language, show_settled=self.show_settled, needle=self.needle)
        if wanted is None or not self.seek(wanted, repaint=False):
            self._stay_near(near)
        self._visitors = self._seen_visitors()
        self.remaking = True
        missing = min(MOST_LANES, len(self.lanes)) - len(self.children)
        if missing > 0 and self.is_mounted:
            self.mount(*(Canvas() for _ in range(missing)))
            self.call_after_refresh(self._repaint)
        self._repaint()
        self.remaking = False

    def seek(self, card: str, *, repaint: bool = True) -> bool:
        """Put the cursor on a card, if it is shown."""
        found = self._board.cards.get(card)
        if found is None:
            return False
        for number, lane in enumerate(self.lanes):
            index = lane.find(found)
            if index is not None:
                self._lane = number
                self._index[lane.key] = index
                if repaint:
                    self._repaint()
                return True
        return False

    def to_first_card(self) -> None:
        """Put the cursor on the first card that there is."""
        first = next((item.card for lane in self.lanes for item in lane.items), None)
        if first is not None:
            self.seek(first)

    def last_in_sight(self, key: str) -> str | None:
        """The card before which one that comes into a lane is last in sight; nothing where it can go to the end."""
        number = next((n for n, lane in enumerate(self.lanes) if lane.key == key), None)
        if number is None or not self.lanes[number].items:
            return None
        lane, shown = self.lanes[number], number - self._first
        if not 0 <= shown < len(self._hits) or not self._hits[shown]:
            return lane.items[min(self._tops.get(key, 0), len(lane.items) - 1)].card
        room = self.size.height - _COMING
        fitting = [index for _, bottom, index in self._hits[shown] if bottom <= room]
        after = fitting[-1] + 1 if fitting else self._hits[shown][0][2]
        return lane.items[after].card if after < len(lane.items) else None

    def mark(self, cards: Iterable[str]) -> None:
        """Mark these cards and no others."""
        if frozenset(cards) != self.marked:
            self.marked = frozenset(cards)
            self._repaint()

    def show_visitors(self, visitors: Mapping[str, tuple[Visitor, ...]]) -> None:
        """Show who else is at which card."""
        if visitors == self._visiting:
            return
        self._visiting = visitors
        before, self._visitors = self._visitors, self._seen_visitors()
        cards = before.keys() | self._visitors.keys()
        self._repaint_if_in_sight(card for card in cards if before.get(card) != self._visitors.get(card))

    def _seen_visitors(self) -> Mapping[str, tuple[Visitor, ...]]:
        """Who is shown at which card, in this view."""
        found: dict[str, tuple[Visitor, ...]] = {}
        settled = self.show_settled or bool(self.needle)
        for card, visitors in self._visiting.items():
            shown = in_sight_of(self._board, card, self.view, show_settled=settled)
            if shown is not None:
                found[shown] = (*found.get(shown, ()), *visitors)
        return found

    def light(self, cards: frozenset[str]) -> None:
        """Light these cards."""
        self._lit |= cards
        self._repaint_if_in_sight(cards)

    def unlight(self, cards: frozenset[str]) -> None:
        """Light them no longer."""
        self._lit -= cards
        self._repaint_if_in_sight(cards)

    def _repaint_if_in_sight(self, cards: Iterable[str]) -> None:
        """Repaint the lanes on which one of these cards is in sight; they look different, and stand where they were."""
        wanted = set(cards)
        for shown, (canvas, hits) in enumerate(zip(self._canvases, self._hits, strict=False)):
            items = self._shown[shown].items
            if not wanted.isdisjoint(items[index].card for _, _, index in hits):
                rows, self._hits[shown] = self._compose_lane(shown, self.size.height)
                canvas.draw(rows)

    @property
    def cursor(self) -> str | None:
        """The card under the cursor."""
        lane = self._cursor_lane
        if lane is None or not lane.items:
            return None
        return lane.items[min(self._index.get(lane.key, 0), len(lane.items) - 1)].card

    @property
    def cursor_place(self) -> tuple[int, int]:
        """The lane of the cursor and its place there."""
        lane = self._cursor_lane
        return self._lane, self._index.get(lane.key, 0) if lane else 0

    @property
    def cursor_lane(self) -> Lane | None:
        """The lane of the cursor."""
        return self._cursor_lane

    @property
    def _cursor_lane(self) -> Lane | None:
        return self.lanes[self._lane] if self._lane < len(self.lanes) else None

    def _stay_near(self, place: tuple[int, int]) -> None:
        self._lane = max(0, min(place[0], len(self.lanes) - 1))
        lane = self._cursor_lane
        if lane is not None:
            self._index[lane.key] = max(0, min(place[1], len(lane.items) - 1))

    # Keys

    def action_step(self, by: int) -> None:
        """Move the cursor within its lane."""
        lane = self._cursor_lane
        if lane is not None and lane.items:
            self._index[lane.key] = max(0, min(len(lane.items) - 1, self._index.get(lane.key, 0) + by))
            self._repaint()

    def action_across(self, by: int) -> None:
        """Move the cursor to the lane beside, to the card at the same height."""
        target = self._lane + by
        if not 0 <= target < len(self.lanes):
            return
        height = self._cursor_height()
        self._lane = target
        lane = self.lanes[target]
        at_height = self._at_height(target, height)
        if at_height is not None:
            self._index[lane.key] = at_height
        self._repaint()

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first or the last card of its lane."""
        lane = self._cursor_lane
        if lane is not None and lane.items:
            self._index[lane.key] = 0 if end < 0 else len(lane.items) - 1
            self._repaint()

    def action_page(self, by: int) -> None:
        """Move the cursor by about a screenful."""
        self.action_step(by * max(1, (self.size.height - 1) // 4))

    def action_carry(self, lanes_: int, places: int) -> None:
        """Ask to move the card under the cursor."""
        if self.cursor is not None:
            self.post_message(self.CardCarried(self.cursor, lanes_, places))

    def on_key(self, event: events.Key) -> None:
        """Printable keys are commands, unless they come in a burst: then they are a text."""
        if event.key == "enter" or event.is_printable or (event.key == "tab" and self._burst.holding):
            event.stop()
            event.prevent_default()
            text = "\n" if event.key == "enter" else "\t" if event.key == "tab" else event.character or ""
            self._burst.feed("enter" if event.key == "enter" else _name(event), text)

    def on_paste(self, event: events.Paste) -> None:
        """A bracketed paste: cards are offered for it."""
        event.stop()
        if event.text:
            self.post_message(self.TextPasted(event.text))

    def _key(self, key: str) -> None:
        self.post_message(self.KeyPressed(key))

    def _text(self, text: str) -> None:
        self.post_message(self.TextPasted(text))

    # Mouse

    def _cell(self, event: events.MouseEvent) -> tuple[int, int]:
        """Where on the board a mouse event was, whichever canvas it came by."""
        return int(event.screen_x) - self.region.x, int(event.screen_y) - self.region.y

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose a card, and get ready to drag it."""
        event.stop()
        if event.button != 1:
            return
        at_x, at_y = self._cell(event)
        if at_y == 0:
            self._click_head(at_x)
            return
        found = self._card_at(at_x, at_y)
        if found is None:
            return
        number, index = found
        self._lane = number
        self._index[self.lanes[number].key] = index
        card = self.lanes[number].items[index].card
        self._pressed = (at_x, at_y, card)
        self.capture_mouse()
        self._repaint()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the card that was pressed; where it would go is shown."""
        if self._pressed is None or self.view != "columns":
            return
        x, y, card = self._pressed
        at_x, at_y = self._cell(event)
        if self._dragged is None and abs(at_x - x) + abs(at_y - y) < 2:
            return
        self._dragged = card
        spot = self._spot_at(at_x, at_y)
        if spot != self._drag_spot:
            self._drag_spot = spot
            self._repaint()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Drop what is dragged."""
        event.stop()
        self.release_mouse()
        dragged, spot = self._dragged, self._drag_spot
        self._pressed = self._dragged = self._drag_spot = None
        if dragged is not None:
            self._repaint()
            if spot is not None and spot.before != dragged:
                self.post_message(self.CardDropped(dragged, spot))

    def on_click(self, event: events.Click) -> None:
        """The second click of two opens the card."""
        event.stop()
        at_x, at_y = self._cell(event)
        if event.chain == 2 and at_y > 0:
            found = self._card_at(at_x, at_y)
            if found is not None:
                self.post_message(self.CardOpened(self.lanes[found[0]].items[found[1]].card))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the lane under the pointer."""
        self._scroll(self._cell(event)[0], 1)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the lane under the pointer."""
        self._scroll(self._cell(event)[0], -1)
        event.stop()

    def _scroll(self, x: int, by: int) -> None:
        shown = self._lane_at(x)
        if shown is not None:
            self._lane = self._first + shown
            self.action_step(by)

    def _click_head(self, x: int) -> None:
        shown = self._lane_at(x)
        if shown is None:
            return
        left = sum(self._widths[:shown])
        if shown == 0 and self._first > 0 and x - left < 4:
            self.action_across(-1 - (self._lane - self._first))
        elif shown == len(self._shown) - 1 and self._beyond and x >= left + self._widths[shown] - 14:
            self.action_across(self._first + len(self._shown) - self._lane)
        elif self._shown[shown].settled:
            self.post_message(self.SettledClicked())

    def _lane_at(self, x: int) -> int | None:
        left = 0
        for number, width in enumerate(self._widths):
            if left <= x < left + width:
                return number
            left += width
        return None

    def _card_at(self, x: int, y: int) -> tuple[int, int] | None:
        shown = self._lane_at(x)
        if shown is None or shown >= len(self._hits):
            return None
        for top, bottom, index in self._hits[shown]:
            if top <= y < bottom:
                return self._first + shown, index
        return None

    def _spot_at(self, x: int, y: int) -> Spot | None:
        shown = self._lane_at(x)
        if shown is None:
            return None
        lane = self._shown[shown]
        for top, bottom, index in self._hits[shown]:
            if y < top + max(1, (bottom - top) // 2):
                return Spot(lane.key, lane.items[index].card)
        hits = self._hits[shown]
        after = hits[-1][2] + 1 if hits else 0
        return Spot(lane.key, lane.items[after].card if after < len(lane.items) else None)

    # Drawing

    def on_mount(self) -> None:
        """Begin with the board that was given."""
        self.remake()

    def on_resize(self) -> None:
        """Another size: other widths."""
        self._repaint()

    def notify_style_update(self) -> None:
        """Another theme, perhaps. The styles of the parts are brought up to date only after this is called."""
        super().notify_style_update()
        self.call_later(self._restyle)

    def _restyle(self) -> None:
        if self._painter.restyled():
            self._repaint()

    def compose(self) -> ComposeResult:
        """A canvas for each lane that may be seen at once."""
        for _ in range(min(MOST_LANES, len(self._board.columns))):
            yield Canvas()

    @property
    def _canvases(self) -> Iterator[Canvas]:
        return (child for child in self.children if isinstance(child, Canvas))

    def _repaint(self) -> None:
        """Compose the rows of each lane; its canvas repaints those that differ from what is on the screen."""
        width, height = self.size
        if not width or not height:
            return
        self._choose_lanes(width)
        self._hits = []
        for shown, canvas in enumerate(self._canvases):
            if shown < len(self._shown):
                rows, hits = self._compose_lane(shown, height)
                self._hits.append(hits)
                canvas.styles.width = self._widths[shown]
                canvas.draw(rows)
            canvas.display = shown < len(self._shown)
        self.in_hand = self.cursor

    @property
    def _beyond(self) -> list[Lane]:
        """The lanes out of sight to the right."""
        return self.lanes[self._first + len(self._shown) :]

    def _choose_lanes(self, width: int) -> None:
        fit = max(1, min(len(self.lanes), width // LANE_WIDTH, len(self.children)))
        self._first = max(0, min(self._first, len(self.lanes) - fit))
        if self._lane < self._first:
            self._first = self._lane
        elif self._lane >= self._first + fit:
            self._first = self._lane - fit + 1
        self._shown = self.lanes[self._first : self._first + fit]
        share, extra = divmod(width, fit)
        self._widths = [share + (1 if number < extra else 0) for number in range(len(self._shown))]

    def _compose_lane(self, shown: int, height: int) -> tuple[list[Strip], list[tuple[int, int, int]]]:
        lane, width = self._shown[shown], self._widths[shown]
        number = self._first + shown
        manner = self._painter.manner(width, self.size.height)
        cursor = min(self._index.get(lane.key, 0), max(0, len(lane.items) - 1))
        top = self._settle_top(lane, number, cursor, manner, height - 1)
        rows: list[Strip] = []
        hits: list[tuple[int, int, int]] = []
        drop = self._drag_spot if self._drag_spot and self._drag_spot.lane == lane.key else None
        index = top
        while index < len(lane.items) and len(rows) < height - 1:
            if drop is not None and drop.before == lane.items[index].card:
                rows.append(self._painter.drop_line(width))
            strips = self._face(lane, index, manner, cursor=number == self._lane and index == cursor)
            hits.append((len(rows) + 1, len(rows) + 1 + len(strips), index))
            rows.extend(strips)
            index += 1
        if drop is not None and drop.before is None and len(rows) < height - 1:
            rows.append(self._painter.drop_line(width))
        cut_off = len(rows) > height - 1
        below = len(lane.items) - index + cut_off
        if not lane.items:
            rows.extend(self._painter.hint(lane, width, height - 1, searching=bool(self.needle)))
        del rows[height - 1 :]
        rows.extend([self._painter.blank(width)] * (height - 1 - len(rows)))
        head = self._painter.head(
            lane,
            width,
            here=number == self._lane,
            before=0 if shown else self._first,
            above=top,
            below=below,
            beyond=self._beyond if shown == len(self._shown) - 1 else (),
            settled=not self.show_settled,
        )
        return [head, *rows], hits

    def _settle_top(self, lane: Lane, number: int, cursor: int, manner: Manner, height: int) -> int:
        """The first card to draw, so that the cursor's is whole; half a screen further, so that few keys scroll."""
        top = min(self._tops.get(lane.key, 0), max(0, len(lane.items) - 1))
        here = number == self._lane and len(lane.items) > 0
        if here and (cursor < top or not self._fits(lane, top, cursor, manner, height)):
            top = self._start_for(lane, cursor, manner, height // 2)
        last = len(lane.items) - 1
        if top + height > last:  # a card takes a row at least: where more of them follow, no room is left over
            top = min(top, self._start_for(lane, last, manner, height)) if lane.items else 0
        self._tops[lane.key] = top
        return top

    def _fits(self, lane: Lane, top: int, cursor: int, manner: Manner, height: int) -> bool:
        if cursor - top > height:
            return False
        used = 0
        for index in range(top, cursor + 1):
            used += len(self._face(lane, index, manner))
            if used - manner.spaced > height:
                return cursor == top
        return True

    def _start_for(self, lane: Lane, cursor: int, manner: Manner, above: int) -> int:
        """The first card of a screen that has the cursor's about ``above`` rows down."""
        used, index = len(self._face(lane, cursor, manner)), cursor
        while index > 0:
            used += len(self._face(lane, index - 1, manner))
            if used > above:
                break
            index -= 1
        return index

    def _face(self, lane: Lane, index: int, manner: Manner, *, cursor: bool = False) -> list[Strip]:
        card = lane.items[index].card
        marked, faded = card in self.marked, card == self._dragged
        return self._painter.face(
            lane,
            index,
            manner,
            cursor=cursor,
            marked=marked,
            faded=faded,
            lit=card in self._lit and not cursor,
            visitors=self._visitors.get(card, ()),
        )

    def _style_of(self, part: str) -> Style:
        return self.get_component_rich_style(f"board--{part}")

    # Places on the screen

    def _cursor_height(self) -> int:
        shown = self._lane - self._first
        if 0 <= shown < len(self._hits):
            index = self.cursor_place[1]
            for top, _, hit in self._hits[shown]:
                if hit == index:
                    return top
        return 1

    def _at_height(self, number: int, height: int) -> int | None:
        shown = number - self._first
        if not 0 <= shown < len(self._hits):
            return None
        for _, bottom, index in self._hits[shown]:
            if height < bottom:
                return index
        return self._hits[shown][-1][2] if self._hits[shown] else None


def _name(event: events.Key) -> str:
    return "space" if event.key == "space" else event.character or event.key
