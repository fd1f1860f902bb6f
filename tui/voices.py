"""Whose words something is that comes onto the board at once: whoever speaks, unless somebody else is chosen."""

from __future__ import annotations

from storage.card import PARTIES

from .session import Session


def people_here(session: Session) -> tuple[str, ...]:
    """The people in whose voice can be spoken at this screen; none where the voice is fixed."""
    if not session.voice.one_screen:
        return ()
    return tuple(person.id for party in PARTIES for person in session.store.board.of_party(party))


def next_person(people: tuple[str, ...], person: str) -> str:
    """The person after this one, round and round; the same where there is nobody else."""
    if not people:
        return person
    return people[(people.index(person) + 1) % len(people)] if person in people else people[0]
