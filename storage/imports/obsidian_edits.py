"""What somebody changed in Obsidian of a board that Accord wrote, as changes to that board, all of them one change.

They follow the rules of every change: nothing is put where only agreement leads, other words are another revision, and
nothing is deleted. What the rules do not allow is said, by these codes: ``only-agreement`` (a card put into *Agreed* or
*Trying*), ``settled-stays`` (put into or out of what is settled; there only the agreement counts), ``column-stays``
(one of the four that stay was taken out), ``lane-title`` (another title for what is settled or the archive),
``no-title``, ``too-long``, and ``not-kept`` for what else is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from ..acts import Edit
from ..board import COMPUTED, Board
from ..card import PREFIX, Card, Opinion, Outcome, PartyName, Wording
from ..changes import (
    AddColumn,
    AddNote,
    AddPerson,
    BringBack,
    Change,
    Describe,
    ImportCards,
    Move,
    MoveColumn,
    RemoveColumn,
    RenameColumn,
    Reword,
    SetAside,
)
from ..changes.base import Moment, card_there
from ..changes.importing import NewCard
from ..exports import document_language
from ..exports.kept import Kept
from ..exports.obsidian import typed
from ..refusal import Refused
from ..text import can_be_seen, clean_line
from .found import Found, FoundColumn, Left
from .obsidian_items import Dates, card_of
from .obsidian_note import Item, ListedLane
from .obsidian_pairs import in_order, paired_items, paired_lanes
from .obsidian_words import Words, words_of
from .plan import plan


def with_edits(
    kept: Kept, lanes: Sequence[ListedLane], dates: Dates, party: PartyName, now: dt.datetime
) -> tuple[Board, list[Left]]:
    """The board with what was changed in its lanes, and what could not be kept. The same board where nothing was."""
    edits = _Edits(kept, lanes, dates, _moment(kept.board, now))
    edits.sit_down(party)
    edits.columns()
    edits.bring_back()
    edits.add_cards()
    edits.move()
    edits.describe()
    edits.set_aside()
    edits.remove_columns()
    board = edits.edit.board(edits.at.seq) if edits.changed else kept.board
    return board, edits.left


def _moment(board: Board, now: dt.datetime) -> Moment:
    """A change after all that the board knows of: its revisions are those of no wording that was assented to."""
    known = [board.seq]
    for card in board.cards.values():
        known += [card.born, card.revision]
        said: tuple[Opinion | Outcome, ...] = (*card.opinions.values(), *card.outcomes.values())
        known += [number for each in said for number in (each.seq, each.revision)]
        known += [note.seq for note in card.notes.values()]
    return Moment(max(known) + 1, now, "", "obsidian", one_screen=True)


class _Edits:
    """One board that came back, with the changes in the making. ``places`` has the column of each lane by now."""

    def __init__(self, kept: Kept, lanes: Sequence[ListedLane], dates: Dates, at: Moment) -> None:
        self.kept, self.lanes, self.dates, self.at = kept, lanes, dates, at
        self.edit = Edit(kept.board)
        self.left: list[Left] = []
        self.changed = False
        self.was = {identity: lane.place for lane in kept.lanes for identity in lane.cards}
        self.cards = paired_items(kept, lanes)
        self.places = paired_lanes(kept, lanes, self.cards)
        self.say = document_language(kept.board.lang).say

    def sit_down(self, party: PartyName) -> None:
        """Whose word the changes are: the party's first person, somebody new where it has none."""
        people = self.kept.board.of_party(party)
        if people:
            self.at = msgspec.structs.replace(self.at, person=people[0].id)
            return
        self.at = msgspec.structs.replace(self.at, person=self.edit.next_id("p"))
        AddPerson(self.kept.board.party_name(party), party).make(self.edit, self.at)

    def _makes(self, change: Change, code: str, text: str) -> bool:
        """Make a change; where a rule forbids it, say so."""
        tried = Edit(self.edit.so_far())
        tried.ends = self.edit.ends
        try:
            change.make(tried, self.at)
        except Refused:
            self.left.append(Left(code, text))
            return False
        for act in tried.acts:
            self.edit.apply(act)
        self.changed = self.changed or bool(tried.acts)
        return True

    def columns(self) -> None:
        """New titles, new columns, another order of the columns."""
        written = {lane.place: lane for lane in self.kept.lanes}
        for number, lane in enumerate(self.lanes):
            place = self.places[number]
            before = written.get(place)
            whole = f"{lane.title} ({lane.limit})" if lane.limit else lane.title
            if before is not None and before.title.strip() in (lane.title, whole):
                if lane.limit and before.title.strip() != whole:
                    self.left.append(Left("lane-limit", lane.heading))
                continue
            if lane.limit:
                self.left.append(Left("lane-limit", lane.heading))
            if place in self.edit.columns:
                self._makes(RenameColumn(place, typed(lane.title)), "lane-title", lane.heading)
            elif place and before is not None:
                self.left.append(Left("lane-title", lane.heading))
        self._order_columns([lane.place for lane in self.kept.lanes])

    def _order_columns(self, order: list[str]) -> None:
        stay = in_order([order.index(place) if place in self.edit.columns else None for place in self.places])
        following: str | None = None
        for number in range(len(self.lanes) - 1, -1, -1):
            place, lane = self.places[number], self.lanes[number]
            if not place and lane.heading:
                identity = self.edit.next_id("c")
                if self._makes(AddColumn(typed(lane.title), following), "lane-title", lane.heading):
                    place = self.places[number] = identity
            elif place in self.edit.columns and number not in stay:
                self._makes(MoveColumn(place, following), "lane-title", lane.heading)
            following = place if place in self.edit.columns else following

    def remove_columns(self) -> None:
        """Columns that were deleted go, but for the four that stay."""
        for lane in self.kept.lanes:
            column = self.edit.columns.get(lane.place)
            if column is not None and lane.place not in self.places:
                self._makes(RemoveColumn(column.id), "column-stays", typed(lane.title))

    def _items(self) -> Iterator[tuple[int, str, Item]]:
        """The items that are cards, each with the number of its lane and its id."""
        for number, lane in enumerate(self.lanes):
            yield from ((number, self.cards[id(item)], item) for item in lane.items if id(item) in self.cards)

    def bring_back(self) -> None:
        """What was taken out of the archive."""
        for number, identity, _ in self._items():
            if self.was[identity] == "aside" != self.places[number]:
                self._makes(BringBack(identity), "only-agreement", self._title(identity))

    def add_cards(self) -> None:
        """New items, in their order; the last of all cards of their columns for now."""
        new = [
            (number, item, card)
            for number, lane in enumerate(self.lanes)
            for item in lane.items
            if id(item) not in self.cards
            and (card := card_of(item, self.dates, aside=self.places[number] == "aside")) is not None
        ]
        if not new:
            return
        found = Found("obsidian", "", (FoundColumn("", tuple(card for _, _, card in new)),))
        made = plan(found, self.kept.board, document_language(self.kept.board.lang)).change.cards
        for (number, item, _), made_of in zip(new, made, strict=True):
            if item.name:
                self.left.append(Left("block-id", f"^{item.name}"))
            identity = self.edit.next_id(PREFIX[made_of.card_kind])
            if self._makes(ImportCards((), (self._placed(made_of, number),)), "not-kept", "\n".join(item.lines)):
                self.cards[id(item)] = identity
                self.was[identity] = "new"

    def _placed(self, card: NewCard, number: int) -> NewCard:
        """A new card in the column of its lane; where its kind begins, if no card is put there by hand."""
        place = self.places[number]
        column = self.edit.columns.get(place)
        if column is not None and column.role not in COMPUTED:
            return msgspec.structs.replace(card, column=column.id)
        if column is not None or place == "settled":
            self.left.append(Left("settled-stays" if column is None else "only-agreement", card.title))
        return card

    def move(self) -> None:
        """What stands in another lane, or elsewhere in its own."""
        index = {identity: n for lane in self.kept.lanes for n, identity in enumerate(lane.cards)}
        for number, lane in enumerate(self.lanes):
            place = self.places[number]
            row = [self.cards[id(item)] for item in lane.items if id(item) in self.cards]
            if place in self.edit.columns:
                self._arrange(place, row, index)
                continue
            standing = self.edit.so_far().standing.places
            for identity in row if place == "settled" else ():
                if standing[identity].state in ("open", "agreed") and self.was[identity] not in ("settled", "new"):
                    self.left.append(Left("settled-stays", self._title(identity)))

    def _arrange(self, place: str, row: list[str], index: dict[str, int]) -> None:
        end = len(index)
        here = [
            index[i] if self.was[i] == place else end + n if self._added_to(i, place) else None
            for n, i in enumerate(row)
        ]
        stay = in_order(here)
        following: str | None = None
        for n in range(len(row) - 1, -1, -1):
            identity = row[n]
            if self.was[identity] == "new" and not self._added_to(identity, place):
                continue  # where its kind begins, which has been said
            if n not in stay:
                if self.was[identity] == "settled":
                    self.left.append(Left("settled-stays", self._title(identity)))
                if not self._makes(Move(identity, place, following), "only-agreement", self._title(identity)):
                    continue
            following = identity

    def _added_to(self, identity: str, place: str) -> bool:
        return self.was[identity] == "new" and card_there(self.edit, identity).column == place

    def describe(self) -> None:
        """Other words, another date, a ticked box, and what was written below."""
        for _, identity, item in list(self._items()):
            if self.was[identity] == "new":
                continue
            card = card_there(self.edit, identity)
            words = words_of(item, self.kept.written[identity], self.kept.board.cards[identity], self.dates)
            if item.name.upper() not in ("", identity):
                self.left.append(Left("block-id", f"^{item.name}"))
            self._reword(card, words)
            if words.due != card.by_when and words.head_changed:
                date = Describe(identity, by_when=words.due, no_date=words.due is None)
                self._makes(date, "not-kept", str(words.due))
            if words.added:
                self._makes(AddNote(identity, words.added), "too-long", words.added)
            if item.box not in (None, " "):
                ticked = self.say("Ticked off.") if item.box in "xX" else f"[{item.box}]"
                self._makes(AddNote(identity, ticked), "not-kept", ticked)

    def _reword(self, card: Card, words: Words) -> None:
        if not can_be_seen(clean_line(words.title)):
            self.left.append(Left("no-title", card.title))
            words = msgspec.structs.replace(words, title=card.title)
        wording = Wording(words.title, words.body, card.trial)
        if wording != card.wording:
            self._makes(Reword(card.id, wording), "too-long", f"{words.title}\n\n{words.body}".strip())

    def set_aside(self) -> None:
        """What was put into the archive, and what was deleted."""
        standing = {identity for number, identity, _ in self._items() if self.places[number] != "aside"}
        for identity in self.was:
            if identity not in standing and not card_there(self.edit, identity).aside:
                self._makes(SetAside(identity), "not-kept", self._title(identity))

    def _title(self, identity: str) -> str:
        return card_there(self.edit, identity).title
