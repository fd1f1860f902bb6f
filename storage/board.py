"""What a board is: one engagement between two parties, with its columns and cards.

Everything here is immutable. A board changes by acts (:mod:`storage.acts`), which give a new board that shares what
did not change; what is computed from it (where a card stands, what is settled) is in :mod:`storage.standing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, cast

from immutables import Map
from msgspec import Struct
from msgspec.structs import force_setattr

from .card import (
    PARTIES,
    Card,
    Kind,
    PartyName,
    card_order,
    check_identity,
    number_of,
    other,
)
from .language import known
from .ranks import check_rank, ranked
from .standing import Standing
from .text import clean_line

Role = Literal["discuss", "table", "agreed", "trying"]
ROLES: tuple[Role, ...] = ("discuss", "table", "agreed", "trying")

COMPUTED: frozenset[Role | None] = frozenset({"agreed", "trying"})
"""The roles of the columns that only agreement leads into: no card is ever kept in one."""


class Party(Struct, frozen=True, omit_defaults=True):
    """One of the two sides: what it is called, and the expertise that it brings."""

    name: str = ""
    expertise: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "name", clean_line(self.name))
        force_setattr(self, "expertise", clean_line(self.expertise))


class Person(Struct, frozen=True, omit_defaults=True):
    """Someone of a party. The id (``p1``) never changes; several may sit on one side."""

    id: str
    name: str
    party: PartyName

    def __post_init__(self) -> None:
        check_identity(self.id, "p")
        force_setattr(self, "name", clean_line(self.name))


class Column(Struct, frozen=True, omit_defaults=True):
    """A stage of the dialogue. One with a role and no title is called what the reader's language calls the role."""

    id: str
    rank: str
    title: str = ""
    role: Role | None = None

    def __post_init__(self) -> None:
        check_identity(self.id, "c")
        check_rank(self.rank)
        force_setattr(self, "title", clean_line(self.title))


class Board(Struct, frozen=True, omit_defaults=True, dict=True):
    """One engagement. ``numbers`` are the highest ever given (``{"Q": 7}``); ``seq`` is the change it stands at.

    ``numbers`` and ``seq`` only grow, also when a change is undone; :meth:`same_as` leaves them out.
    """

    title: str
    lang: str
    parties: dict[PartyName, Party]
    people: dict[str, Person]
    columns: dict[str, Column]
    cards: Mapping[str, Card]
    numbers: dict[str, int]
    seq: int = 0

    def __post_init__(self) -> None:
        force_setattr(self, "title", clean_line(self.title))
        force_setattr(self, "lang", known(self.lang))
        if not isinstance(self.cards, Map):  # made anew or read from a file; after a change the acts have seen to it
            force_setattr(self, "numbers", _checked_numbers(self))
            _check(self)
            # Persistent: the board after a change shares all cards but one with the board before it.
            force_setattr(self, "cards", Map(self.cards))

    @property
    def standing(self) -> Standing:
        """Where each card stands: computed when first asked for, then carried from board to board by the acts."""
        found: Standing | None = self.__dict__.get("standing")
        if found is None:
            found = self.__dict__["standing"] = Standing.of(self)
        return found

    def same_as(self, board: Board) -> bool:
        """Whether people would see no difference: all but the counters."""
        names = ("title", "lang", "parties", "people", "columns", "cards")
        return all(getattr(self, name) == getattr(board, name) for name in names)

    def ordered_columns(self) -> list[Column]:
        """The columns from left to right."""
        return sorted(self.columns.values(), key=lambda column: (column.rank, column.id))

    def column_of_role(self, role: Role) -> Column:
        """The column that has the role; there always is one."""
        return next(column for column in self.columns.values() if column.role == role)

    def party_of(self, person: str) -> PartyName:
        """The side that a person sits on; an unknown one counts as the consultant's."""
        found = self.people.get(person)
        return found.party if found else "consultant"

    def name_of(self, person: str) -> str:
        """A person's name, or the id where there is none."""
        found = self.people.get(person)
        return found.name if found else person

    def of_party(self, party: PartyName) -> list[Person]:
        """The people of a party, in the order in which they came."""
        return sorted((p for p in self.people.values() if p.party == party), key=lambda p: number_of(p.id))

    def party_name(self, party: PartyName) -> str:
        """What a party is called: its name, or its first person's."""
        people = self.of_party(party)
        return self.parties[party].name or (people[0].name if people else party)

    def answering_party(self, question: Card) -> PartyName:
        """Whose answer is expected: whom the question asks, or whose expertise names its theme, or who did not ask."""
        if question.asks is not None:
            return question.asks
        theme = question.theme.casefold()
        knowing = [party for party in PARTIES if theme and theme in self.parties[party].expertise.casefold()]
        return knowing[0] if len(knowing) == 1 else other(self.party_of(question.voice))

    def in_order(self, kind: Kind | None = None) -> Iterator[Card]:
        """The cards by number, questions first; of one kind if asked."""
        return iter(sorted((c for c in self.cards.values() if kind in (None, c.kind)), key=card_order))


def _check(board: Board) -> None:
    """Whatever a file says, everything stands under its own id, in a column that there is, and nothing is missing."""
    tables: tuple[Mapping[str, Person | Column | Card], ...] = (board.people, board.columns, board.cards)
    if any(key != row.id for rows in tables for key, row in rows.items()):
        raise ValueError("something under an id that is not its own")
    if any(card.column not in board.columns for card in board.cards.values()):
        raise ValueError("a card in no column")
    computed = {column.id for column in board.columns.values() if column.role in COMPUTED}
    if any(card.column in computed for card in board.cards.values()):
        raise ValueError("a card put where only agreement leads")
    if board.parties.keys() != set(PARTIES):
        raise ValueError("not two parties")
    if sorted(column.role for column in board.columns.values() if column.role) != sorted(ROLES):
        raise ValueError("not the four columns that have a role")


def _checked_numbers(board: Board) -> dict[str, int]:
    """The highest numbers, none lower than one in use: no id is ever given twice."""
    numbers = dict(board.numbers)
    if any(letter not in tuple("QADpc") or not 0 <= number < 10**9 for letter, number in numbers.items()):
        raise ValueError("not the numbers of a board")
    for identity in (*board.people, *board.columns, *board.cards):
        numbers[identity[:1]] = max(numbers.get(identity[:1], 0), number_of(identity))
    return numbers


def new_board(
    title: str,
    lang: str,
    names: Mapping[PartyName, str],
    *,
    expertise: Mapping[PartyName, str] | None = None,
) -> Board:
    """An empty board with the four columns and one person on each side."""
    people = {f"p{i}": Person(f"p{i}", names[party], party) for i, party in enumerate(PARTIES, 1)}
    ranks = ranked(len(ROLES))
    return Board(
        title=title,
        lang=lang,
        parties={party: Party(expertise=(expertise or {}).get(party, "")) for party in PARTIES},
        people=people,
        columns={f"c{i}": Column(f"c{i}", ranks[i - 1], role=role) for i, role in enumerate(ROLES, 1)},
        cards={},
        numbers={"p": len(people), "c": len(ROLES)},
    )


def find_column(board: Board, typed: str, titles: Iterable[tuple[str, str]] = ()) -> Column | None:
    """The column that somebody named, by its role, its title or one of the (role, title) pairs of a language."""
    wanted = clean_line(typed).casefold()
    if not wanted:
        return None
    spoken = {title.casefold(): role for role, title in titles}
    for column in board.ordered_columns():
        if wanted in (column.title.casefold(), column.role, column.id):
            return column
    role = spoken.get(wanted)
    return board.column_of_role(cast("Role", role)) if role else None
