"""The rest of the dialogue: what frames it, what is tried and learned, what the other has reworded."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import Struct

from ..acts import Edit
from ..card import Card, Outcome, OutcomeKind, other
from ..refusal import Refused
from .base import (
    Moment,
    card_there,
    column_with,
    decision_there,
    line,
    party_speaking,
    rank_where_it_goes,
)


class SetFrame(Struct, frozen=True):
    """Make an answer part of the frame (a constraint, a means of the organisation), or no longer."""

    card: str
    frame: bool = True
    kind: ClassVar[str] = "frame"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only answers: the frame is what somebody who knows the organisation says of it."""
        if card_there(edit, self.card).kind != "answer":
            raise Refused("only-answers-frame", id=self.card)
        edit.put(("cards", self.card, "frame"), self.frame)


class GiveOutcome(Struct, frozen=True):
    """Say what was seen of a trial, and so whether to keep, change or stop it.

    It takes effect when the other party confirms it; with ``both``, at one screen, at once.
    """

    card: str
    outcome: OutcomeKind
    saw: str
    both: bool = False
    kind: ClassVar[str] = "outcome"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only of what is being tried, at any time; what was seen has to be said."""
        card = decision_there(edit, self.card)
        if not card.on_trial:
            raise Refused("not-on-trial", id=card.id)
        if self.both and not at.one_screen:
            raise Refused("both-needs-one-screen")
        party = party_speaking(edit, at)
        given = Outcome(self.outcome, line(self.saw, "empty-outcome"), at.person, party, card.revision, at.seq, at.time)
        edit.put(("cards", card.id, "outcomes", given.key), given)
        if self.both:
            across = edit.so_far().of_party(other(party))
            if not across:
                raise Refused("nobody-there", party=other(party))
            _take_effect(edit, at, card, given, across[0].id)


class ConfirmOutcome(Struct, frozen=True):
    """Confirm what the other party said to come of a trial; it then takes effect.

    ``seq`` is that of the outcome that was read: another one has to be read first.
    """

    card: str
    seq: int | None = None
    kind: ClassVar[str] = "confirm-outcome"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only the other party, and only while the trial runs."""
        card = decision_there(edit, self.card)
        given = card.outcome
        if given is None or given.confirmed or not card.on_trial:
            raise Refused("no-outcome", id=card.id)
        if self.seq not in (None, given.seq):
            raise Refused("outcome-changed", id=card.id)
        if party_speaking(edit, at) == given.party:
            raise Refused("outcome-waits", id=card.id, name=edit.base.party_name(other(given.party)))
        _take_effect(edit, at, card, given, at.person)


def _take_effect(edit: Edit, at: Moment, card: Card, given: Outcome, person: str) -> None:
    """Keep: it stands in *Agreed*. Change: the assents end, and it is on the table. Stop: set aside, and learned."""
    path = ("cards", card.id)
    edit.put((*path, "outcomes", given.key), msgspec.structs.replace(given, confirmed=person))
    if card.correction is not None:
        edit.put((*path, "correction"), None)
    if given.kind == "change":
        # The wording is the same to the letter, but the assents were given to trying it, and that has been done.
        edit.put((*path, "revision"), at.seq)
        edit.put((*path, "column"), column_with(edit, "table"))
    elif given.kind == "stop":
        edit.put((*path, "aside"), True)
        return
    rank_where_it_goes(edit, card)


class Look(Struct, frozen=True):
    """The party whose card was reworded has looked at both wordings; at one screen, both look at once."""

    card: str
    kind: ClassVar[str] = "look"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only the party that the card belongs to; nothing where there is nothing to look at."""
        card = card_there(edit, self.card)
        if card.reworded is None:
            return
        if not at.one_screen and party_speaking(edit, at) != edit.base.party_of(card.voice):
            raise Refused("not-yours-to-look", id=card.id)
        edit.put(("cards", card.id, "reworded"), None)
