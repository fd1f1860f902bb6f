"""Where each card stands: computed from the board, never stored, never in the journal.

A decision stands in *Agreed* or *Trying* while both assent to its wording. What it rests on is settled and stands
under it; other answers to a settled question that no decision rests on are not chosen, and go with it. A change
touches few cards, so a standing is carried from one board to the next by looking again at those and their neighbours.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from immutables import Map

if TYPE_CHECKING:
    from .board import Board
    from .card import Card

State = Literal["open", "agreed", "settled", "not_chosen", "replaced", "aside"]

Ranked = tuple[str, str]
"""A card in a lane: its rank and its id."""


def _by_number(identity: str) -> tuple[str, int]:
    return identity[:1], int(identity[1:])


def _roles(board: Board) -> dict[str, str | None]:
    return {column.id: column.role for column in board.columns.values()}


def _listed(ids: list[str], identity: str, there: bool) -> list[str]:
    """The ids, with this one or without it; the same list where nothing changes."""
    at = bisect_left(ids, _by_number(identity), key=_by_number)
    if there == (at < len(ids) and ids[at] == identity):
        return ids
    return [*ids[:at], identity, *ids[at:]] if there else [*ids[:at], *ids[at + 1 :]]


class Place(NamedTuple):
    """Where a card stands: its column, how, and the agreed decision that it stands under."""

    column: str
    state: State
    under: str | None = None


class Standing:
    """The places of all cards of one board, and the lanes that follow from them. Never changed once made.

    ``lanes`` has for each column the cards that stand in it, ``settled`` those that have left it because they are
    settled or not chosen; both are sorted. ``incoming`` has for each card the ids of those that link to it.
    ``unanswered`` are the open questions without an answer, ``awaited`` the proposals to which one party assents and
    the other has said nothing, ``disputed`` those with which somebody disagrees; all by number.
    """

    __slots__ = ("aside", "awaited", "disputed", "incoming", "lanes", "places", "settled", "unanswered")

    def __init__(
        self,
        places: Map[str, Place],
        incoming: Map[str, tuple[str, ...]],
        lanes: dict[str, list[Ranked]],
        settled: dict[str, list[Ranked]],
        aside: tuple[str, ...],
    ) -> None:
        self.places = places
        self.incoming = incoming
        self.lanes = lanes
        self.settled = settled
        self.aside = aside
        self.unanswered: list[str] = []
        self.awaited: list[str] = []
        self.disputed: list[str] = []

    @classmethod
    def of(cls, board: Board) -> Standing:
        """The standing of a whole board."""
        incoming: dict[str, tuple[str, ...]] = {}
        for card in board.cards.values():
            for link in card.links:
                incoming[link.to] = (*incoming.get(link.to, ()), card.id)
        incoming = {target: tuple(sorted(set(ids), key=_by_number)) for target, ids in incoming.items()}
        self = cls(Map(), Map(incoming), {c: [] for c in board.columns}, {c: [] for c in board.columns}, ())
        aside: list[str] = []
        places: dict[str, Place] = {}
        for card in board.cards.values():
            place = places[card.id] = self._place(board, card)
            if place.state == "aside":
                aside.append(card.id)
                continue
            lanes = self.lanes if place.state in ("open", "agreed") else self.settled
            lanes.setdefault(place.column, []).append((card.rank, card.id))
        for lane in (*self.lanes.values(), *self.settled.values()):
            lane.sort()
        self.places = Map(places)
        self.unanswered = sorted((i for i, p in places.items() if self._unanswered(board, i, p)), key=_by_number)
        self.awaited = sorted((i for i, p in places.items() if _awaited(board, i, p)), key=_by_number)
        self.disputed = sorted((i for i, p in places.items() if _disputed(board, i, p)), key=_by_number)
        self.aside = tuple(sorted(aside))
        return self

    def after(self, old: Board, new: Board, touched: Iterable[str]) -> Standing:
        """The standing of ``new``, which differs from ``old`` in the touched cards alone."""
        if _roles(old) != _roles(new):
            return Standing.of(new)
        touched = set(touched)
        incoming = self._relinked(old, new, touched)
        next_ = Standing(self.places, incoming, self.lanes.copy(), self.settled.copy(), self.aside)
        next_.unanswered, next_.awaited, next_.disputed = self.unanswered, self.awaited, self.disputed
        fresh: set[int] = set()
        for identity in self._affected(old, touched) | next_._affected(new, touched):
            next_._replace(old, new, identity, fresh)
        return next_

    def answers_to(self, board: Board, question: str) -> list[Card]:
        """The answers to a question, in the order in which they came, without those set aside."""
        cards = (board.cards[i] for i in self.incoming.get(question, ()))
        return [c for c in cards if question in c.linked("answers") and not c.aside]

    def resting_on(self, board: Board, identity: str) -> list[Card]:
        """The decisions that rest on a card, without those set aside."""
        cards = (board.cards[i] for i in self.incoming.get(identity, ()))
        return [c for c in cards if identity in c.linked("rests_on") and not c.aside]

    def _relinked(self, old: Board, new: Board, touched: set[str]) -> Map[str, tuple[str, ...]]:
        incoming = self.incoming
        for identity in touched:
            before = old.cards[identity].links if identity in old.cards else ()
            now = new.cards[identity].links if identity in new.cards else ()
            if before == now:
                continue
            for target in {link.to for link in (*before, *now)}:
                rest = tuple(i for i in incoming.get(target, ()) if i != identity)
                if any(link.to == target for link in now):
                    incoming = incoming.set(target, tuple(sorted((*rest, identity), key=_by_number)))
                elif rest:
                    incoming = incoming.set(target, rest)
                elif target in incoming:
                    incoming = incoming.delete(target)
        return incoming

    def _affected(self, board: Board, touched: set[str]) -> set[str]:
        """The touched cards and those whose place can depend on them: decision → answer → question → answer."""
        found = set(touched)
        edge = touched
        for _ in range(3):
            further: set[str] = set()
            for identity in edge:
                card = board.cards.get(identity)
                if card is None or card.kind == "question":
                    if card is not None:
                        further.update(self.incoming.get(identity, ()))
                    continue
                further.update(link.to for link in card.links if link.kind != "raised_by")
            edge = further - found
            found |= edge
        return found

    def _replace(self, old: Board, new: Board, identity: str, fresh: set[int]) -> None:
        before, card = self.places.get(identity), new.cards.get(identity)
        place = self._place(new, card) if card is not None else None
        self.unanswered = _listed(self.unanswered, identity, self._unanswered(new, identity, place))
        self.awaited = _listed(self.awaited, identity, _awaited(new, identity, place))
        self.disputed = _listed(self.disputed, identity, _disputed(new, identity, place))
        was = (old.cards[identity].rank, identity) if identity in old.cards else None
        now = (card.rank, identity) if card is not None else None
        if place == before and was == now:
            return
        if before is not None and was is not None:
            self._lane(before, fresh, lambda lane: lane.pop(bisect_left(lane, was)))
            if before.state == "aside":
                self.aside = tuple(i for i in self.aside if i != identity)
        if place is None or now is None:
            if before is not None:
                self.places = self.places.delete(identity)
            return
        self.places = self.places.set(identity, place)
        self._lane(place, fresh, lambda lane: insort(lane, now))
        if place.state == "aside":
            self.aside = tuple(sorted((*self.aside, identity)))

    def _lane(self, place: Place, fresh: set[int], change: Callable[[list[Ranked]], object]) -> None:
        if place.state == "aside":
            return
        lanes = self.lanes if place.state in ("open", "agreed") else self.settled
        lane = lanes.get(place.column, [])
        if id(lane) not in fresh:
            lane = lanes[place.column] = list(lane)
            fresh.add(id(lane))
        change(lane)

    def _unanswered(self, board: Board, identity: str, place: Place | None) -> bool:
        if place is None or place.state != "open" or board.cards[identity].kind != "question":
            return False
        return not self.answers_to(board, identity)

    def _place(self, board: Board, card: Card) -> Place:
        if card.aside:
            return Place(card.column, "aside")
        if card.kind == "decision":
            if not card.opinions or not card.agreed:
                return Place(card.column, "open")
            home = board.column_of_role("trying" if card.on_trial else "agreed").id
            newer = self._replaced_by(board, card)
            return Place(home, "agreed") if newer is None else Place(home, "replaced", newer)
        under = self._settled_under(board, card)
        if under is not None:
            return Place(card.column, "settled", under)
        if card.kind == "answer" and not self.resting_on(board, card.id):
            for question in card.linked("answers"):
                asked = board.cards.get(question)
                under = self._settled_under(board, asked) if asked is not None else None
                if under is not None:
                    return Place(card.column, "not_chosen", under)
        return Place(card.column, "open")

    def _replaced_by(self, board: Board, card: Card) -> str | None:
        """The agreed decision that stands in the place of this one: a later one, so no two replace each other."""
        for identity in self.incoming.get(card.id, ()):
            newer = board.cards[identity]
            if newer.agreed and newer.born > card.born and card.id in newer.linked("replaces"):
                return identity
        return None

    def _settled_under(self, board: Board, card: Card) -> str | None:
        """The first agreed decision that rests on the card, or on one of its answers if it is a question.

        An answer that was set aside counts: the question stays settled as long as the agreement lasts.
        """
        incoming = self.incoming.get(card.id)
        if not incoming:
            return None
        for decision in self.resting_on(board, card.id):
            if decision.agreed:
                return decision.id
        if card.kind == "question":
            answers = (i for i in incoming if card.id in board.cards[i].linked("answers"))
            for answer in answers:
                for decision in self.resting_on(board, answer):
                    if decision.agreed:
                        return decision.id
        return None


def _awaited(board: Board, identity: str, place: Place | None) -> bool:
    return place is not None and place.state == "open" and board.cards[identity].awaits is not None


def _disputed(board: Board, identity: str, place: Place | None) -> bool:
    return place is not None and place.state == "open" and board.cards[identity].disputed
