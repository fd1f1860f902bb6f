"""What is to be written, and what was: between a command that asks for words and the editor that takes them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from storage.card import PartyName, Wording

from ..cells import cut
from ..session import Session


@dataclass(frozen=True)
class Task:
    """What is to be written: the key of its draft, the words over it, and what it begins with."""

    draft_key: str
    kind: str
    heading: str
    about: str = ""
    card: str = ""
    on: tuple[str, ...] = ()
    person: str = ""
    title: str = ""
    body: str = ""
    base: Wording | None = None
    people: tuple[str, ...] = ()
    theme: str = ""
    asks: PartyName | None = None


@dataclass(frozen=True)
class Written:
    """What was written, and whose words they are; ``on`` and ``base`` as in the draft that it may have begun with."""

    title: str
    body: str
    person: str
    on: tuple[str, ...] = ()
    base: Wording | None = None


def about_cards(session: Session, cards: tuple[str, ...], width: int = 70) -> str:
    """The cards that a new one is made from, each on a line."""
    board = session.store.board
    lines = []
    for identity in cards:
        card = board.cards.get(identity)
        if card is not None:
            head = f"{session.glyphs.rests} "
            lines.append(head + cut(card.title, width - cell_len(head)))
    return "\n".join(lines)
