"""What comes next in a conversation: a sentence half-written, an opinion waited for, a question without answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from storage import Card
from storage.card import other, shown_id
from storage.drafts import Draft

from ..cells import cut
from ..session import Session


@dataclass(frozen=True)
class Step:
    """What comes next, in words, and where it is."""

    words: str
    card: str | None = None
    draft: Draft | None = None


def next_up(session: Session) -> Step | None:
    """The next step; nothing where nobody waits for anything."""
    say, board = session.language.say, session.store.board
    for draft in session.drafts.free():
        if draft.kind != "line":
            words = draft.title or draft.body.strip().partition("\n")[0]
            return Step(say("a draft, “{words}”", words=cut(words, 24)), draft=draft)
    standing = board.standing
    tried = _tried(session)
    if tried is not None:
        return tried
    if standing.awaited:
        identity = standing.awaited[0]
        party = board.cards[identity].awaits
        name = board.party_name(party) if party else ""
        return Step(say("{id}, opinion of {name}", id=shown_id(identity, session.language.code), name=name), identity)
    if standing.disputed:
        identity = standing.disputed[0]
        return Step(say("{id}, a disagreement", id=shown_id(identity, session.language.code)), identity)
    if standing.unanswered:
        identity = standing.unanswered[0]
        return Step(say("{id}, unanswered", id=shown_id(identity, session.language.code)), identity)
    return None


def due(session: Session, today: dt.date) -> Iterator[Card]:
    """The trials that have come to their day, or whose outcome waits for the other party."""
    board = session.store.board
    lane = board.standing.lanes.get(board.column_of_role("trying").id, [])
    cards = (board.cards[identity] for _, identity in lane)
    return (card for card in cards if card.due(today) or card.open_outcome is not None)


def _tried(session: Session) -> Step | None:
    say, board = session.language.say, session.store.board
    for card in due(session, dt.date.today()):
        named = shown_id(card.id, session.language.code)
        if card.open_outcome is None:
            return Step(say("{id}, review due", id=named), card.id)
        name = board.party_name(other(card.open_outcome.party))
        return Step(say("{id}, outcome: {name} confirms", id=named, name=name), card.id)
    return None
