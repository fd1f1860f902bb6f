"""What stands side by side on the board: the lanes of the three views, from the board alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, overload

from storage import Board, Card, Language
from storage.board import Role
from storage.card import KINDS, PartyName, shown_id
from storage.language import later
from storage.standing import Ranked

from ..words import column_title

View = Literal["columns", "kinds", "outline"]
VIEWS: tuple[View, View, View] = ("columns", "kinds", "outline")

VIEW_NAMES = {"columns": later("columns"), "kinds": later("questions, answers, decisions"), "outline": later("outline")}
_KIND_TITLES = {"question": later("Questions"), "answer": later("Answers"), "decision": later("Decisions")}


class Item(NamedTuple):
    """A card in a lane; ``depth`` is how far the outline indents it."""

    card: str
    depth: int = 0


class Visitor(NamedTuple):
    """Somebody else whose cursor stands on a card, or who is writing there."""

    name: str
    party: PartyName
    writing: bool


def in_sight_of(board: Board, card: str, view: View, *, show_settled: bool) -> str | None:
    """The card at which somebody who looks at a card is seen in a view: where it is settled, what it stands under.

    Nothing where it stands nowhere.
    """
    place = board.standing.places.get(card)
    if place is None or place.state == "aside":
        return None
    if view == "outline" or show_settled or place.state in ("open", "agreed"):
        return card
    return place.under


class RankedItems(Sequence[Item]):
    """The items of a column, straight from the sorted lane of the standing: nothing is copied at a change."""

    def __init__(self, ranked: Sequence[Ranked]) -> None:
        self._ranked = ranked

    def __len__(self) -> int:
        return len(self._ranked)

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        if isinstance(index, slice):
            return [Item(card) for _, card in self._ranked[index]]
        return Item(self._ranked[index][1])

    def find(self, card: Card) -> int | None:
        """The place of a card, by its rank."""
        at = bisect_left(self._ranked, (card.rank, card.id))
        return at if at < len(self._ranked) and self._ranked[at][1] == card.id else None


@dataclass(frozen=True)
class Lane:
    """One lane. ``key`` names it (a column's id, a kind, ``outline``); ``settled`` counts what has left it."""

    key: str
    title: str
    items: Sequence[Item]
    settled: int = 0
    role: Role | None = None
    compact: bool = False

    def find(self, card: Card) -> int | None:
        """The place of a card in the lane; nothing where it is not there."""
        if isinstance(self.items, RankedItems):
            return self.items.find(card)
        return next((index for index, item in enumerate(self.items) if item.card == card.id), None)


def lanes(board: Board, view: View, language: Language, *, show_settled: bool, needle: str = "") -> list[Lane]:
    """The lanes of a view, with the cards that the search leaves."""
    if view == "columns":
        found = _columns(board, language, show_settled or bool(needle))
    elif view == "kinds":
        found = _kinds(board, language, show_settled or bool(needle))
    else:
        found = [Lane("outline", language.say("Outline"), list(_outline(board)), compact=True)]
    if not needle:
        return found
    wanted = needle.casefold()
    matching = {card.id for card in board.cards.values() if matches(card, wanted, language.code)}
    return [
        Lane(lane.key, lane.title, [i for i in lane.items if i.card in matching], 0, lane.role, lane.compact)
        for lane in found
    ]


def matches(card: Card, wanted: str, lang: str) -> bool:
    """Whether a card has what is searched for, in its title, text, theme or number; ``wanted`` is case-folded."""
    return (
        wanted in card.title.casefold()
        or wanted in card.body.casefold()
        or wanted in card.theme.casefold()
        or wanted == shown_id(card.id, lang).casefold()
    )


def _columns(board: Board, language: Language, show_settled: bool) -> list[Lane]:
    standing = board.standing
    found = []
    for column in board.ordered_columns():
        ranked = standing.lanes.get(column.id, [])
        settled = standing.settled.get(column.id, [])
        if show_settled and settled:
            ranked = sorted([*ranked, *settled])
        title = column_title(language, column)
        found.append(Lane(column.id, title, RankedItems(ranked), len(settled), column.role))
    return found


def _kinds(board: Board, language: Language, show_settled: bool) -> list[Lane]:
    places = board.standing.places
    found = []
    for kind in KINDS:
        items, settled = [], 0
        for card in board.in_order(kind):
            state = places[card.id].state
            if state == "aside":
                continue
            settled += state in ("settled", "not_chosen", "replaced")
            if show_settled or state in ("open", "agreed"):
                items.append(Item(card.id))
        found.append(Lane(kind, language.say(_KIND_TITLES[kind]), items, settled))
    return found


def _outline(board: Board) -> Iterator[Item]:
    """The trails: each question with its answers, each with the decisions on it; then what has no question.

    A card that belongs to several is shown with the first: the cursor is on one line.
    """
    seen: set[str] = set()
    for card in board.in_order():
        if not card.aside:
            yield from _branch(board, card, 0, seen)


def _branch(board: Board, card: Card, depth: int, seen: set[str]) -> Iterator[Item]:
    if card.id in seen:
        return
    seen.add(card.id)
    yield Item(card.id, depth)
    if card.kind == "question":
        for answer in board.standing.answers_to(board, card.id):
            yield from _branch(board, answer, depth + 1, seen)
    if card.kind != "decision":
        for decision in board.standing.resting_on(board, card.id):
            yield from _branch(board, decision, depth + 1, seen)
