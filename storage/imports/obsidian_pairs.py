"""Which lane of a note is which of those that Accord wrote, and which item is which card, whatever was changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..exports.kept import Kept, Lane
from ..exports.obsidian import as_saved
from .obsidian_note import Item, ListedLane


def paired_items(kept: Kept, lanes: Iterable[ListedLane]) -> dict[int, str]:
    """The card of each item that was one, by the item's ``id()``: by its block id, else by its unchanged first line.

    Where a card was copied, the item that still reads as it was written is the card, and the others are new.
    """
    items = [item for lane in lanes for item in lane.items]
    named: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if (identity := item.name.upper()) in kept.written:
            named[identity].append(item)
    found = {}
    for identity, named_so in named.items():
        head = kept.written[identity].head
        item = next((item for item in named_so if as_saved(item.lines[0]) == head), named_so[0])
        found[id(item)] = identity
    heads: dict[str, list[str]] = defaultdict(list)
    for identity, written in kept.written.items():
        if identity not in named:
            heads[written.head].append(identity)
    for item in items:
        head = as_saved(item.lines[0])
        if item.name.upper() not in kept.written and heads.get(head):
            found[id(item)] = heads[head].pop(0)
    return found


def paired_lanes(kept: Kept, lanes: Sequence[ListedLane], cards: dict[int, str]) -> list[str]:
    """The place that each lane stands for; "" for a new one.

    By title, then by the cards that came along, then by the lanes beside it.
    """
    waiting = {lane.place: lane for lane in kept.lanes}
    found = ["aside" if lane.archive else "" for lane in lanes]
    if "aside" in found:
        waiting.pop("aside", None)

    def settle(number: int, place: str) -> None:
        found[number] = place
        del waiting[place]

    for number, lane in enumerate(lanes):
        # Whoever has written "(3)" behind a title has set a limit; it may have been part of the title before.
        titles = (lane.title, f"{lane.title} ({lane.limit})")
        same = [place for place, written in waiting.items() if written.title.strip() in titles]
        if not found[number] and same and (lane.title or lane.heading):
            settle(number, same[0])
    for place, number in _by_cards(lanes, found, waiting, cards):
        if place in waiting and not found[number]:
            settle(number, place)
    order = [lane.place for lane in kept.lanes]
    for number, lane in enumerate(lanes):
        if found[number] or not lane.heading or any(id(item) in cards for item in lane.items):
            continue
        before = order.index(found[number - 1]) if number and found[number - 1] in order else -1
        beside = order[before + 1] if before + 1 < len(order) and (before >= 0 or not number) else ""
        if beside in waiting and beside not in ("settled", "aside"):
            settle(number, beside)
    return found


def _by_cards(
    lanes: Sequence[ListedLane], found: Sequence[str], waiting: dict[str, Lane], cards: dict[int, str]
) -> list[tuple[str, int]]:
    """Places and lanes that share more than half of the lane's cards, those that share most first."""
    home = {identity: place for place, lane in waiting.items() for identity in lane.cards}
    shared: list[tuple[int, int, str]] = []
    for number, lane in enumerate(lanes):
        known = [cards[id(item)] for item in lane.items if id(item) in cards]
        counts: dict[str, int] = defaultdict(int)
        for identity in known:
            if not found[number] and identity in home:
                counts[home[identity]] += 1
        shared += [(-count, number, place) for place, count in counts.items() if 2 * count > len(known)]
    return [(place, number) for _, number, place in sorted(shared)]


def in_order(numbers: Sequence[int | None]) -> set[int]:
    """The indices of a longest row of rising numbers: what need not be moved."""
    ends: list[int] = []
    at: list[int] = []
    before: dict[int, int | None] = {}
    for index, number in enumerate(numbers):
        if number is None:
            continue
        length = bisect_left(ends, number)
        before[index] = at[length - 1] if length else None
        if length == len(ends):
            ends.append(number)
            at.append(index)
        else:
            ends[length], at[length] = number, index
    row: set[int] = set()
    last = at[-1] if at else None
    while last is not None:
        row.add(last)
        last = before[last]
    return row
