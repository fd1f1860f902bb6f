"""Sessions: the sittings that a board's changes fall into, and what each of them brought. Computed, never stored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .acts import Record
from .board import Board
from .card import PARTIES, PartyName

GAP = dt.timedelta(hours=4)
"""A pause that is longer than this ends a session."""

QUIET = frozenset({"look"})
"""Changes that are no part of the conversation."""


@dataclass(frozen=True)
class Session:
    """Changes with no pause of more than four hours between them."""

    records: tuple[Record, ...]

    @property
    def begin(self) -> dt.datetime:
        """When the first of them was made (UTC)."""
        return self.records[0].time

    @property
    def end(self) -> dt.datetime:
        """When the last of them was made (UTC)."""
        return self.records[-1].time


@dataclass(frozen=True)
class Brought:
    """What changes brought, counted: cards by kind, opinions, notes, cards that are agreed; and each party's share.

    ``shares`` count changes by the party whose word they are.
    """

    cards: Mapping[str, int]
    opinions: int
    notes: int
    outcomes: int
    shares: Mapping[PartyName, int]


def sessions(records: Iterable[Record]) -> list[Session]:
    """The sessions that changes fall into, oldest first."""
    found: list[list[Record]] = []
    for record in records:
        if not found or record.time - found[-1][-1].time > GAP:
            found.append([])
        found[-1].append(record)
    return [Session(tuple(each)) for each in found]


def brought(records: Sequence[Record], board: Board, spoken: Mapping[int, str]) -> Brought:
    """What these changes brought and left: what was undone among them is none of it.

    ``spoken`` has whose voice each was (see ``voices``).
    """
    cards: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    shares: Counter[PartyName] = Counter(dict.fromkeys(PARTIES, 0))
    undone = taken_back(records)
    for record in records:
        if record.kind in QUIET or record.undoes is not None or record.seq in undone:
            continue
        shares[board.party_of(spoken.get(record.seq, record.voice))] += 1
        for act in record.acts:
            if len(act.path) == 2 and act.path[0] == "cards" and act.was is None and isinstance(act.now, dict):
                cards[str(act.now.get("kind"))] += 1
            elif len(act.path) == 4 and act.was is None:
                counted[act.path[2]] += 1
    return Brought(cards, counted["opinions"], counted["notes"], counted["outcomes"], shares)


def taken_back(records: Sequence[Record]) -> set[int]:
    """The numbers of the changes that others among them have taken back, and not made again.

    To redo is to take back the undo, so the last word is read first.
    """
    found: set[int] = set()
    for record in reversed(records):
        if record.undoes is not None and record.seq not in found:
            found.add(record.undoes)
    return found


def voices(records: Iterable[Record]) -> dict[int, str]:
    """Whose voice each change was, with every correction that came later, undone or not: change number → person."""
    found: dict[int, str] = {}
    born: dict[str, int] = {}
    for record in records:
        found[record.seq] = record.voice
        for act in record.acts:
            if act.path[0] == "cards" and len(act.path) == 2 and act.now:
                born.setdefault(act.path[1], record.seq)
            elif act.path[2:] == ("voice",) and act.now and act.path[1] in born:
                found[born[act.path[1]]] = str(act.now)
    return found


def one_voice(board: Board, identity: str) -> PartyName | None:
    """The party whose voice alone is heard in a decision's trail; nothing where both are, or it rests on nothing."""
    card = board.cards[identity]
    based = [board.cards[i] for i in card.linked("rests_on") if i in board.cards]
    asked = [board.cards[i] for answer in based for i in answer.linked("answers") if i in board.cards]
    if card.kind != "decision" or not based:
        return None
    heard = {board.party_of(each.voice) for each in (card, *based, *asked)}
    return heard.pop() if len(heard) == 1 else None
