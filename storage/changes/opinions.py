"""Opinions, and moving cards: out of *Agreed* a move withdraws an assent, and into it only opinions lead."""

from __future__ import annotations

from bisect import bisect_left
from typing import ClassVar

from msgspec import Struct

from ..acts import Edit
from ..board import COMPUTED, Role
from ..card import PARTIES, REASONED, Card, Opinion, OpinionKind, PartyName, other
from ..ranks import make_room, rank_between
from ..refusal import Refused
from ..standing import Ranked
from .base import (
    Moment,
    card_there,
    column_there,
    decision_there,
    home_of,
    line,
    party_speaking,
    rank_at_end,
    rank_where_it_goes,
)


class GiveOpinion(Struct, frozen=True):
    """What the voice's party says of the present wording of a decision; with ``both``, the same for both parties.

    ``revision`` is that of the wording that was read: what has been reworded meanwhile has to be read first.
    """

    card: str
    opinion: OpinionKind
    reason: str = ""
    both: bool = False
    revision: int | None = None
    kind: ClassVar[str] = "opinion"

    def make(self, edit: Edit, at: Moment) -> None:
        """A concern and a disagreement need their reason; both at once only with assent, and at one screen."""
        card = decision_there(edit, self.card)
        if card.aside:
            raise Refused("set-aside", id=card.id)
        if self.revision not in (None, card.revision):
            raise Refused("reworded-since", id=card.id)
        reason = line(self.reason, "reason-missing") if self.opinion in REASONED else ""
        if self.both and not at.one_screen:
            raise Refused("both-needs-one-screen")
        if self.both and self.opinion != "agree":
            raise Refused("both-only-agree")
        own = party_speaking(edit, at)
        # Whoever assents already has said it in words of their own, a concern perhaps.
        if not (self.both and card.assents(own)):
            _say(edit, at, card, own, at.person, self.opinion, reason, one_screen=self.both)
        if self.both:
            self._across(edit, at, card, other(own))
        rank_where_it_goes(edit, card)

    def _across(self, edit: Edit, at: Moment, card: Card, party: PartyName) -> None:
        people = edit.so_far().of_party(party)
        if not people:
            raise Refused("nobody-there", party=party)
        if not card.assents(party):
            _say(edit, at, card, party, people[0].id, "agree", "", one_screen=True)


def _say(
    edit: Edit,
    at: Moment,
    card: Card,
    party: PartyName,
    person: str,
    kind: OpinionKind,
    reason: str = "",
    *,
    one_screen: bool = False,
) -> None:
    """Put one party's opinion on the card; a correction that waits ends with the agreement."""
    held = card.opinion(party)
    if kind == "withdrawn" and (held is None or held.kind == "withdrawn"):
        raise Refused("nothing-to-withdraw", id=card.id)
    if held is not None and (held.kind, held.reason, held.person) == (kind, reason, person):
        return
    said = Opinion(party, person, kind, card.revision, at.seq, at.time, reason, one_screen)
    edit.put(("cards", card.id, "opinions", said.key), said)
    if card.correction is not None and not card_there(edit, card.id).agreed:
        edit.put(("cards", card.id, "correction"), None)


class Move(Struct, frozen=True):
    """Put a card into a column, before another card of it (or at the end)."""

    card: str
    column: str
    before: str | None = None
    kind: ClassVar[str] = "move"

    def make(self, edit: Edit, at: Moment) -> None:
        """*Agreed* and *Trying* are computed: into them only by opinions; out of them withdraws one's own assent."""
        card = card_there(edit, self.card)
        if card.aside:
            raise Refused("set-aside", id=card.id)
        role = column_there(edit, self.column).role
        if role in COMPUTED and self.column != home_of(edit, card):
            raise self._not_into(edit, card, role)
        self._place(edit, card)
        if role not in COMPUTED:
            if card.agreed:
                _say(edit, at, card, party_speaking(edit, at), at.person, "withdrawn")
            edit.put(("cards", card.id, "column"), self.column)

    def _not_into(self, edit: Edit, card: Card, role: Role | None) -> Refused:
        if card.kind != "decision":
            return Refused("only-decisions-agreed", id=card.id)
        if card.agreed:
            return Refused("trial-needs-terms" if role == "trying" else "trial-stands-in-trying", id=card.id)
        missing = [edit.base.party_name(party) for party in PARTIES if not card.assents(party)]
        return Refused("opinion-missing", id=card.id, missing=missing)

    def _place(self, edit: Edit, card: Card) -> None:
        """Give the card its rank, unless it stands there already."""
        standing = edit.so_far().standing
        lanes = [lanes.get(self.column, []) for lanes in (standing.lanes, standing.settled)]
        target = edit.card(self.before) if self.before else None
        if target is None or standing.places[target.id].column != self.column or target.aside:
            if not (lanes[0] and lanes[0][-1][1] == card.id):
                edit.put(("cards", card.id, "rank"), rank_at_end(edit, self.column))
            return
        key = (target.rank, target.id)
        if target.id == card.id or any(_last_before(lane, key)[1] == card.id for lane in lanes):
            return
        low = max(_last_before(lane, key, card.id)[0] for lane in lanes)
        if low < target.rank:
            edit.put(("cards", card.id, "rank"), rank_between(low, target.rank))
            return
        line_up = sorted(each for lane in lanes for each in lane if each[1] != card.id)
        position = bisect_left(line_up, key)
        ranks = make_room([rank for rank, _ in line_up], position)
        for identity, rank in zip((card.id, *(i for _, i in line_up[position:])), ranks, strict=False):
            edit.put(("cards", identity, "rank"), rank)


def _last_before(lane: list[Ranked], key: Ranked, besides: str = "") -> Ranked:
    """The last of a lane before a place in it, one card left out of account; empty where there is none."""
    position = bisect_left(lane, key) - 1
    if position >= 0 and lane[position][1] == besides:
        position -= 1
    return lane[position] if position >= 0 else ("", "")
