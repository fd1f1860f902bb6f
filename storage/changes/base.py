"""What all changes share: their protocol, the moment they are made at, and the questions they ask of a board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from ..acts import Edit, Record
from ..board import Column, Role
from ..card import Card, Kind, LinkKind, PartyName, Wording
from ..ranks import rank_after, rank_between
from ..refusal import Refused
from ..text import LONGEST_BODY, LONGEST_TITLE, can_be_seen, clean_line


class Moment(Struct, frozen=True):
    """When, by whom and where a change is made. ``log`` are the records since this session began, oldest first."""

    seq: int
    time: dt.datetime
    person: str
    session: str
    one_screen: bool
    log: Sequence[Record] = ()


class Change(Protocol):
    """Anything that a voice can commit."""

    @property
    def kind(self) -> str:
        """What the journal calls it."""

    def make(self, edit: Edit, at: Moment) -> None:
        """Check the rule against the board as it now is, and write the acts. :class:`Refused` where it may not be."""


def card_there(edit: Edit, identity: str) -> Card:
    """The card with this id, or a refusal."""
    card = edit.card(identity)
    if card is None:
        raise Refused("no-such-card", id=identity)
    return card


def decision_there(edit: Edit, identity: str) -> Card:
    """The decision with this id, or a refusal."""
    card = card_there(edit, identity)
    if card.kind != "decision":
        raise Refused("only-decisions", id=identity)
    return card


def column_there(edit: Edit, identity: str) -> Column:
    """The column with this id, or a refusal."""
    column = edit.columns.get(identity)
    if column is None:
        raise Refused("no-such-column", column=identity)
    return column


def column_with(edit: Edit, role: Role) -> str:
    """The id of the column that has the role."""
    return next(column.id for column in edit.columns.values() if column.role == role)


def party_speaking(edit: Edit, at: Moment) -> PartyName:
    """The party whose word it is: nobody assents for one that they do not belong to."""
    person = edit.people.get(at.person)
    if person is None:
        raise Refused("no-such-person", person=at.person)
    return person.party


def line(text: str, empty: str = "empty-title") -> str:
    """A title, name or reason that may be kept: one line, with something to be seen, not endless."""
    kept = clean_line(text)
    if not can_be_seen(kept):
        raise Refused(empty)
    if len(kept) > LONGEST_TITLE:
        raise Refused("title-too-long", length=len(kept), longest=LONGEST_TITLE)
    return kept


def line_or_nothing(text: str) -> str:
    """A line that may also be left out."""
    return line(text) if can_be_seen(clean_line(text)) else ""


def checked(wording: Wording) -> Wording:
    """A wording that may be kept."""
    line(wording.title)
    if len(wording.body) > LONGEST_BODY:
        raise Refused("body-too-long", length=len(wording.body), longest=LONGEST_BODY)
    if wording.trial is not None:
        line_or_nothing(wording.trial.watch)
        line_or_nothing(wording.trial.stop_if)
    return wording


def link_for(kind: Kind, target: Card) -> LinkKind:
    """How a card of this kind is linked to another, which it was made from."""
    match kind, target.kind:
        case "question", _:
            return "raised_by"
        case "answer", "question":
            return "answers"
        case "decision", "decision":
            return "replaces"
        case "decision", _:
            return "rests_on"
    raise Refused("answer-needs-question", id=target.id)


def rank_at_end(edit: Edit, column: str) -> str:
    """A rank after all that stands in the column, or would stand there, or has just been put there."""
    standing = edit.base.standing
    ends = [lanes[column][-1][0] for lanes in (standing.lanes, standing.settled) if lanes.get(column)]
    ends += [edit.ends[column]] if column in edit.ends else []
    rank = edit.ends[column] = rank_after(max(ends)) if ends else rank_between("", "")
    return rank


def home_of(edit: Edit, card: Card) -> str:
    """The id of the column that a card stands in, settled or not."""
    if card.agreed:
        return column_with(edit, "trying" if card.on_trial else "agreed")
    return card.column


def rank_where_it_goes(edit: Edit, before: Card) -> None:
    """Give a card that now stands in another column than before a place at its end."""
    now = card_there(edit, before.id)
    home = home_of(edit, now)
    if home != home_of(edit, before):
        edit.put(("cards", now.id, "rank"), rank_at_end(edit, home))
