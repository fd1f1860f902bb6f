"""What comes next in a conversation: a sentence half-written, an opinion waited for, a question without answer."""

from __future__ import annotations

from dataclasses import dataclass

from storage.board import shown_id
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
    for draft in session.drafts.all():
        if draft.kind != "line":
            words = draft.title or draft.body.strip().partition("\n")[0]
            return Step(say("a draft, “{words}”", words=cut(words, 24)), draft=draft)
    standing = board.standing
    if standing.awaited:
        identity = standing.awaited[0]
        party = board.cards[identity].awaits
        name = board.party_name(party) if party else ""
        return Step(say("{id}, opinion of {name}", id=shown_id(identity, session.language.code), name=name), identity)
    if standing.unanswered:
        identity = standing.unanswered[0]
        return Step(say("{id}, unanswered", id=shown_id(identity, session.language.code)), identity)
    return None
