"""What every document asks of the cards of a board."""

from __future__ import annotations

from ..board import Board
from ..card import PARTIES, Card, LinkKind, Note, PartyName


def as_they_stand(board: Board) -> list[Card]:
    """The cards as the board shows them: by column, and within it from top to bottom."""
    position = {column.id: number for number, column in enumerate(board.ordered_columns())}
    places = board.standing.places

    def order(card: Card) -> tuple[int, str, str]:
        return position.get(places[card.id].column, 0), card.rank, card.id

    return sorted(board.cards.values(), key=order)


def linked(board: Board, card: Card, kind: LinkKind) -> list[Card]:
    """The cards that a card links to in this way; an undone one can be missing."""
    cards = board.cards
    return [cards[link.to] for link in card.links if link.kind == kind and link.to in cards]


def linking(board: Board, card: Card, kind: LinkKind) -> list[Card]:
    """The cards that link to a card in this way, but for those set aside."""
    cards = (board.cards[identity] for identity in board.standing.incoming.get(card.id, ()))
    return [each for each in cards if card.id in each.linked(kind) and not each.aside]


def silent_on(card: Card) -> list[PartyName]:
    """The parties that say nothing of the present wording, or no longer do."""
    return [p for p in PARTIES if (opinion := card.opinion(p)) is None or opinion.kind == "withdrawn"]


def seen_of(card: Card) -> list[Note]:
    """What was seen of a trial while it ran: observations, and the notes made since both assented to it."""
    assents = [opinion.seq for opinion in map(card.opinion, PARTIES) if opinion is not None]
    since = max(assents) if card.agreed and card.trial is not None else card.revision if card.aside else None
    notes = [n for n in card.notes.values() if n.kind == "seen" or (since is not None and n.seq > since)]
    return sorted(notes, key=lambda note: note.seq)
