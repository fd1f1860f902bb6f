"""A board and who sits at it, for tests: changes are made one after the other as a store makes them, without files."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from storage.acts import Edit, Record
from storage.board import Board, new_board
from storage.card import Card, Trial, Wording
from storage.changes import AddCard, AddPerson, Change, GiveOpinion, Moment
from storage.refusal import Refused

NADIA, PAUL, ZOE = "p1", "p2", "p3"
"""The consultant, the client, and a second person of the client's."""

DISCUSS, TABLE, AGREED, TRYING = "c1", "c2", "c3", "c4"

BEGIN = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def three_people() -> Board:
    """An empty board with Nadia on one side, Paul and Zoé on the other."""
    board = new_board("Amis du Phare", "en", {"consultant": "Nadia", "client": "Paul"})
    edit = Edit(board)
    AddPerson("Zoé", "client").make(edit, Moment(1, BEGIN, NADIA, "setup", True))
    return edit.board(1)


class Table:
    """The three at one board, a minute between changes; ``does`` gives the record, ``refuses`` the facts."""

    def __init__(self, board: Board | None = None) -> None:
        self.board = three_people() if board is None else board
        self.records: list[Record] = []

    def card(self, identity: str) -> Card:
        return self.board.cards[identity]

    def place(self, identity: str) -> tuple[str, str]:
        """The column that a card stands in, and how."""
        return self.board.standing.places[identity][:2]

    def lane(self, column: str) -> list[str]:
        """The ids that stand in a column, from the top."""
        return [identity for _, identity in self.board.standing.lanes[column]]

    def settled_lane(self, column: str) -> list[str]:
        return [identity for _, identity in self.board.standing.settled[column]]

    def _made(self, change: Change, person: str, session: str, one_screen: bool) -> tuple[Board, Record]:
        seq = self.board.seq + 1
        at = Moment(seq, BEGIN + dt.timedelta(minutes=seq), person, session, one_screen, self.records)
        edit = Edit(self.board)
        change.make(edit, at)
        return edit.board(seq), Record(seq, at.time, person, session, change.kind, tuple(edit.acts))

    def does(self, change: Change, person: str = NADIA, *, session: str = "s1", one_screen: bool = True) -> Record:
        """Make a change."""
        board, record = self._made(change, person, session, one_screen)
        if record.acts:
            self.board = board
            self.records.append(record)
        return record

    def refuses(
        self, change: Change, code: str, person: str = NADIA, *, session: str = "s1", one_screen: bool = True
    ) -> dict[str, Any]:
        """Try a change that has to be refused with this code."""
        with pytest.raises(Refused) as refused:
            self._made(change, person, session, one_screen)
        assert refused.value.code == code
        return refused.value.facts

    def adds(self, change: Change, person: str = NADIA, *, session: str = "s1") -> str:
        """Add a card; its id."""
        return self.does(change, person, session=session).acts[0].path[1]


def wording(card: Card, **parts: Any) -> Wording:
    """A card's wording with some of it changed."""
    held = card.wording
    return Wording(parts.get("title", held.title), parts.get("body", held.body), parts.get("trial", held.trial))


def in_conversation() -> Board:
    """A small board on which something is agreed, something is tried, and something is open."""
    table = Table()
    for change, person in (
        (AddCard("question", "Who do we want to reach?"), PAUL),
        (AddCard("answer", "Parents", on=("Q1",)), NADIA),
        (AddCard("answer", "Gardeners", on=("Q1",)), PAUL),
        (AddCard("question", "How often?"), NADIA),
        (AddCard("answer", "Two stories a week", on=("Q2",)), PAUL),
        (AddCard("decision", "Parents first", "Then we look again.", on=("A1",)), NADIA),
        (AddCard("decision", "Two stories a week", on=("A3", "Q2")), PAUL),
        (AddCard("decision", "A newsletter", trial=Trial("who reads it", None, "nobody does")), NADIA),
        (GiveOpinion("D1", "agree", both=True), NADIA),
        (GiveOpinion("D3", "concern", "who writes it?"), PAUL),
        (GiveOpinion("D3", "agree"), NADIA),
    ):
        table.does(change, person)
    return table.board
