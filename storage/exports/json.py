"""A whole board as JSON, for other programs.

The form, schema 1, is an object with ``format`` (``"accord-board"``), ``schema`` (1, raised when something changes its
meaning or goes), ``title``, ``lang``, ``change`` (how many changes led to it), ``parties``, ``people``, ``columns``
(from left to right) and ``cards`` (see :func:`card_as_json`). Days are ``2026-05-12``, times are UTC as in
``2026-05-12T14:03:00Z``; what is not there is ``null``, ``""`` or an empty array, never left out.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from ..board import Board
from ..card import PARTIES, Card, Correction, Note, Opinion, Outcome, Trial

FORMAT = "accord-board"
SCHEMA = 1


def dumps(board: Board) -> str:
    """The board as JSON text, ending with a newline."""
    return json.dumps(board_as_json(board), ensure_ascii=False, indent=2) + "\n"


def board_as_json(board: Board) -> dict[str, Any]:
    """The board in plain JSON types; the cards by number, questions first."""
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "title": board.title,
        "lang": board.lang,
        "change": board.seq,
        "parties": {
            party: {"name": board.parties[party].name, "expertise": board.parties[party].expertise} for party in PARTIES
        },
        "people": [
            {"id": person.id, "name": person.name, "party": person.party}
            for party in PARTIES
            for person in board.of_party(party)
        ],
        "columns": [
            {"id": column.id, "title": column.title, "role": column.role} for column in board.ordered_columns()
        ],
        "cards": [card_as_json(board, card) for card in board.in_order()],
    }


def card_as_json(board: Board, card: Card) -> dict[str, Any]:
    """A card in plain JSON types.

    ``column`` is the role of the column that it stands in, or its title where it has no role; ``state`` is ``open``,
    ``agreed``, ``settled``, ``not_chosen``, ``replaced`` or ``aside``, and ``under`` the decision that a settled or
    replaced card stands under. An opinion with ``current`` was given to the present wording.
    """
    place = board.standing.places[card.id]
    column = board.columns.get(place.column)
    return {
        "id": card.id,
        "kind": card.kind,
        "title": card.title,
        "body": card.body,
        "column": (column.role or column.title) if column else "",
        "party": board.party_of(card.voice),
        "voice": card.voice,
        "voice_name": board.name_of(card.voice),
        "links": [{"kind": link.kind, "to": link.to} for link in card.links],
        "state": place.state,
        "agreed": place.state == "agreed",
        "settled": place.state == "settled",
        "not_chosen": place.state == "not_chosen",
        "aside": card.aside,
        "under": place.under,
        "agreed_at": _plain(card.agreed_at),
        "frame": card.frame,
        "theme": card.theme,
        "who": card.who,
        "by_when": _plain(card.by_when),
        "trial": _trial(card.trial),
        "opinions": [_opinion(board, card, o) for o in sorted(card.opinions.values(), key=lambda o: (o.seq, o.party))],
        "notes": [_note(board, note) for note in sorted(card.notes.values(), key=lambda n: (n.seq, n.person))],
        "correction": _correction(board, card.correction),
        "outcomes": [_outcome(board, outcome) for outcome in sorted(card.outcomes.values(), key=lambda o: o.seq)],
        "subject_to": card.subject_to,
        "reworded": _plain(card.reworded),
        "created": _plain(card.created),
        "born": card.born,
        "revision": card.revision,
        "rank": card.rank,
    }


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def _trial(trial: Trial | None) -> dict[str, Any] | None:
    if trial is None:
        return None
    return {"watch": trial.watch, "until": _plain(trial.until), "stop_if": trial.stop_if}


def _outcome(board: Board, outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome.kind,
        "saw": outcome.saw,
        "party": outcome.party,
        "voice": outcome.person,
        "voice_name": board.name_of(outcome.person),
        "confirmed": outcome.confirmed,
        "revision": outcome.revision,
        "created": _plain(outcome.time),
    }


def _opinion(board: Board, card: Card, opinion: Opinion) -> dict[str, Any]:
    return {
        "party": opinion.party,
        "voice": opinion.person,
        "voice_name": board.name_of(opinion.person),
        "opinion": opinion.kind,
        "reason": opinion.reason,
        "current": opinion == card.opinion(opinion.party),
        "one_screen": opinion.one_screen,
        "revision": opinion.revision,
        "time": _plain(opinion.time),
    }


def _note(board: Board, note: Note) -> dict[str, Any]:
    return {
        "note": note.kind,
        "text": note.text,
        "party": board.party_of(note.person),
        "voice": note.person,
        "voice_name": board.name_of(note.person),
        "time": _plain(note.time),
    }


def _correction(board: Board, correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return {
        "title": correction.wording.title,
        "body": correction.wording.body,
        "trial": _trial(correction.wording.trial),
        "voice": correction.person,
        "voice_name": board.name_of(correction.person),
        "confirmed": list(correction.confirmed),
    }
