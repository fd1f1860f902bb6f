"""Boards of Obsidian's Kanban plugin. One that Accord wrote itself comes back whole, with what was changed since.

What has no place on a board is said in ``Found.left``, by these codes: ``text-outside`` (text that belongs to no
item), ``front-matter``, ``complete-marker`` (a lane whose cards count as done), ``lane-limit``, ``block-id``,
``settings-damaged`` and ``board-damaged`` (the note is then read as anybody's), and those of
:mod:`storage.imports.obsidian_edits`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from ..board import Board
from ..card import Card, PartyName
from ..exports.kept import Damaged, unpacked
from ..exports.obsidian import KEY
from ..exports.phrases import column_title
from .found import Found, FoundCard, FoundColumn, FoundNote, Left
from .obsidian_edits import with_edits
from .obsidian_items import Dates, card_of
from .obsidian_note import ListedLane, Note, read_note


def read_obsidian(text: str, *, party: PartyName = "consultant", now: dt.datetime | None = None) -> Found:
    """What a note holds. What was changed in a note of Accord's is put down as said by ``party``, at ``now`` (UTC)."""
    note = read_note(text)
    if note.settings is None:
        note.left.append(Left("board-damaged" if KEY in text else "settings-damaged", ""))
        return _foreign(note, {})
    word = note.settings.get(KEY)
    if word is None:
        return _foreign(note, note.settings)
    try:
        kept = unpacked(word if isinstance(word, str) else "")
    except Damaged:
        note.left.append(Left("board-damaged", ""))
        return _foreign(note, note.settings)
    if note.title:
        note.left.append(Left("text-outside", note.title))
    dates = Dates.of(note.settings)
    board, left = with_edits(kept, note.lanes, dates, party, now or dt.datetime.now(dt.UTC))
    return Found("accord", board.title, _columns(board), (*note.left, *left), board)


def _foreign(note: Note, settings: Mapping[str, Any]) -> Found:
    dates = Dates.of(settings)
    columns: list[FoundColumn] = []
    for lane in note.lanes:
        cards = tuple(card for item in lane.items if (card := card_of(item, dates, aside=lane.archive)))
        if cards or not lane.archive:  # the archive is no column: what lies there goes where its kind begins
            columns.append(FoundColumn("" if lane.archive else lane.title, cards, lane.archive))
        note.left.extend(_left_of(lane))
    return Found("obsidian", note.title, tuple(columns), tuple(note.left))


def _left_of(lane: ListedLane) -> list[Left]:
    """What a lane and its items have that has no place on a board."""
    left = [Left("lane-limit", lane.heading)] if lane.limit else []
    return left + [Left("block-id", f"^{item.name}") for item in lane.items if item.name]


def _columns(board: Board) -> tuple[FoundColumn, ...]:
    """The columns of a board, each with what stands in it, has left it settled, or was set aside from it."""
    from ..exports import document_language

    language = document_language(board.lang)
    rows: dict[str, list[Card]] = {column: [] for column in board.columns}
    for card in sorted(board.cards.values(), key=lambda card: (card.aside, card.rank, card.id)):
        rows[board.standing.places[card.id].column].append(card)
    return tuple(
        FoundColumn(column_title(column, language), tuple(_found(board, card) for card in rows[column.id]))
        for column in board.ordered_columns()
    )


def _found(board: Board, card: Card) -> FoundCard:
    return FoundCard(
        title=card.title,
        body=card.body,
        aside=card.aside,
        due=card.by_when,
        who=card.who,
        labels=(card.theme,) if card.theme else (),
        notes=tuple(FoundNote(note.text, board.name_of(note.person), note.time) for note in card.notes.values()),
    )
