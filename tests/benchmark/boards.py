"""Large boards with a long history, in seconds: the lines of the journal without a wait for the disk at each."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

from storage import Board, Card, Record, checkpoint, new_board
from storage.acts import Edit
from storage.card import PARTIES, PREFIX, Kind, Link, Note, Opinion, Trial
from storage.journal import FORMAT, Head, Position, encode
from storage.ranks import rank_after
from storage.store import journal_path

BEGAN = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
UNTOUCHED = 40
"""Questions, and answers, that nothing happens to: so the same cards stand at the top of every board."""

_SUBJECTS = (
    "families of the quarter", "people who cook at home", "parents, 30 to 45", "the readers of the newsletter",
    "visitors of the Saturday market", "former customers", "the schools nearby", "neighbours who never came",
)  # fmt: skip
_TITLES: dict[Kind, str] = {
    "question": "How do we reach {subject} before the spring?",
    "answer": "With short portraits, for {subject}",
    "decision": "One story a week from the garden for {subject}",
}
# Of ten cards: four questions, four answers, two decisions.
_PATTERN: tuple[Kind, ...] = (
    "question", "answer", "answer", "question", "decision", "question", "answer", "question", "answer", "decision",
)  # fmt: skip


class _Writer:
    """A board in the making, and the journal lines of how it came about."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        self.first = new_board("A large board", "en", {"consultant": "Nadia", "client": "Paul"})
        self.edit = Edit(self.first)
        self.records: list[Record] = []
        self.ids: dict[Kind, list[str]] = {"question": [], "answer": [], "decision": []}
        self.last_rank: dict[str, str] = {}
        self.homes = {column.role: column.id for column in self.first.columns.values()}

    @property
    def seq(self) -> int:
        """The number of the change being made."""
        return len(self.records) + 1

    @property
    def time(self) -> dt.datetime:
        """A change every forty seconds, two hundred to a session, a session each day."""
        session, change = divmod(self.seq, 200)
        return BEGAN + dt.timedelta(days=session, seconds=40 * change)

    @property
    def person(self) -> str:
        """Both sides take turns."""
        return f"p{1 + self.seq % 2}"

    def rank(self, column: str) -> str:
        """The next rank at the end of a column."""
        self.last_rank[column] = rank_after(self.last_rank[column]) if column in self.last_rank else "V"
        return self.last_rank[column]

    def record(self, kind: str) -> None:
        """What was put since the last time is one change."""
        person, session = self.person, f"s-{self.seq // 200}"
        acts = tuple(self.edit.acts)
        self.records.append(Record(self.seq, self.time, person, session, kind, acts, typed_by="p1"))
        self.edit.acts.clear()

    def add(self, kind: Kind, *, elsewhere: bool) -> None:
        """A card of this kind on one of the last cards that it can be made from."""
        identity = f"{PREFIX[kind]}{len(self.ids[kind]) + 1}"
        links: tuple[Link, ...] = ()
        if kind == "answer":
            links = (Link("answers", self.random.choice(self.ids["question"][-8:])),)
        elif kind == "decision":
            links = (Link("rests_on", self.random.choice(self.ids["answer"][-8:])),)
        column = self.homes["discuss" if (kind == "question") != elsewhere else "table"]
        title = f"{_TITLES[kind].format(subject=self.random.choice(_SUBJECTS))} ({identity})"
        body = "It came up at the market.\n\n- in their words\n- and in ours" if self.seq % 3 == 0 else ""
        trial = None
        if kind == "decision" and len(self.ids[kind]) % 6 == 5:
            trial = Trial("how many answer", (BEGAN + dt.timedelta(days=3650)).date(), "nobody does")
        card = Card(
            identity, kind, title, column, self.rank(column), self.person, self.time, self.seq, self.seq,
            body=body, trial=trial, links=links,
        )  # fmt: skip
        self.edit.put(("cards", identity), card)
        self.ids[kind].append(identity)
        self.record("add-card")

    def agree(self, identity: str) -> None:
        """Both parties assent to a decision, at one screen."""
        card = self.edit.card(identity)
        assert card is not None
        for party, person in zip(PARTIES, ("p1", "p2"), strict=True):
            opinion = Opinion(party, person, "agree", card.revision, self.seq, self.time, one_screen=True)
            self.edit.put(("cards", identity, "opinions", opinion.key), opinion)
        self.edit.put(("cards", identity, "rank"), self.rank(self.homes["trying" if card.trial else "agreed"]))
        self.record("opinion")

    def talk(self) -> None:
        """One of the small changes that make up most of a history."""
        kind: Kind = self.random.choice(("question", "answer"))
        card = self.edit.card(self.random.choice(self.ids[kind][UNTOUCHED:]))
        assert card is not None
        path = ("cards", card.id)
        match self.random.randrange(4):
            case 0:
                note = Note(self.person, "We tried that in the autumn, and it rained.", self.seq, self.time)
                self.edit.put((*path, "notes", note.key), note)
                self.record("note")
            case 1:
                self.edit.put((*path, "theme"), self.random.choice(("reach", "tone", "means", "rhythm")))
                self.record("describe")
            case 2:
                self.edit.put((*path, "title"), f"{card.title.split(' · ')[0]} · {self.seq}")
                self.edit.put((*path, "revision"), self.seq)
                self.record("reword")
            case _:
                self.edit.put((*path, "rank"), self.rank(card.column))
                self.record("move")


def _played(cards: int, changes: int) -> tuple[Board, Board, list[Record]]:
    writer = _Writer()
    for number in range(cards):
        writer.add(_PATTERN[number % len(_PATTERN)], elsewhere=number % 7 == 0)
    agreed = [identity for i, identity in enumerate(writer.ids["decision"]) if i % 3 == 2]
    while len(writer.records) < changes - len(agreed):
        writer.talk()
    for identity in agreed:
        writer.agree(identity)
    return writer.first, writer.edit.board(len(writer.records)), writer.records


def write_board(path: Path, cards: int, changes: int = 0) -> Board:
    """Write a board of so many cards, with a journal of so many changes (at least one for each card); the board."""
    first, board, records = _played(cards, changes)
    position = Position()
    lines: list[Head | Record] = [Head(FORMAT, first), *records]
    with journal_path(path).open("wb") as journal:
        for line in lines:
            data, digest = encode(line, position.digest)
            journal.write(data)
            position = Position(position.offset + len(data), position.offset, line.seq, digest)
    checkpoint.write(path, checkpoint.Checkpoint(board, position), contextlib.nullcontext, even_if_older=True)
    return board


def shown(board: Board, role: str = "discuss") -> Iterator[Card]:
    """The cards that stand in the column with this role, from the top."""
    column = next(c.id for c in board.columns.values() if c.role == role)
    return (board.cards[identity] for _, identity in board.standing.lanes[column])
