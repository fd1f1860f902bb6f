"""What a board is: one engagement between two parties, with its columns and cards.

Everything here is immutable. A board changes by acts (:mod:`storage.acts`), which give a new board that shares what
did not change; what is computed from it (where a card stands, what is settled) is in :mod:`storage.standing`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, cast

import msgspec
from immutables import Map
from msgspec import Struct
from msgspec.structs import force_setattr

from .standing import Standing
from .text import clean, clean_line

PartyName = Literal["consultant", "client"]
PARTIES: tuple[PartyName, PartyName] = ("consultant", "client")

Kind = Literal["question", "answer", "decision"]
KINDS: tuple[Kind, Kind, Kind] = ("question", "answer", "decision")
PREFIX: Mapping[Kind, str] = {"question": "Q", "answer": "A", "decision": "D"}

Role = Literal["discuss", "table", "agreed", "trying"]
ROLES: tuple[Role, ...] = ("discuss", "table", "agreed", "trying")

LinkKind = Literal["answers", "rests_on", "replaces", "raised_by"]
OpinionKind = Literal["agree", "concern", "disagree", "withdrawn"]
NoteKind = Literal["plain", "for", "against"]

ASSENT: frozenset[OpinionKind] = frozenset({"agree", "concern"})
REASONED: frozenset[OpinionKind] = frozenset({"concern", "disagree"})


_IDENTITY = re.compile(r"[QADpc][1-9][0-9]{0,8}")


def _identity(text: str) -> None:
    """Ids are shown and typed: whatever a file says, they are a letter and a number."""
    if not _IDENTITY.fullmatch(text):
        raise ValueError("not an id")


def other(party: PartyName) -> PartyName:
    """The party across the table."""
    return "client" if party == "consultant" else "consultant"


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
        _identity(self.id)
        force_setattr(self, "name", clean_line(self.name))


class Column(Struct, frozen=True, omit_defaults=True):
    """A stage of the dialogue. One with a role and no title is called what the reader's language calls the role."""

    id: str
    rank: str
    title: str = ""
    role: Role | None = None

    def __post_init__(self) -> None:
        _identity(self.id)
        force_setattr(self, "title", clean_line(self.title))


class Link(Struct, frozen=True, order=True):
    """From the card that holds it to another: this answer *answers* that question."""

    kind: LinkKind
    to: str

    def __post_init__(self) -> None:
        _identity(self.to)

    @property
    def key(self) -> str:
        """What names the link within its card."""
        return f"{self.kind}:{self.to}"


class Trial(Struct, frozen=True, omit_defaults=True):
    """The terms of trying and seeing. ``until`` is a day, on which the trial is due."""

    watch: str = ""
    until: dt.date | None = None
    stop_if: str = ""

    def __post_init__(self) -> None:
        force_setattr(self, "watch", clean_line(self.watch))
        force_setattr(self, "stop_if", clean_line(self.stop_if))


class Wording(Struct, frozen=True, omit_defaults=True):
    """What parties assent to, to the letter: title, body and the terms of a trial."""

    title: str
    body: str = ""
    trial: Trial | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "title", clean_line(self.title))
        force_setattr(self, "body", clean(self.body))


class Opinion(Struct, frozen=True, omit_defaults=True):
    """What one party said of one wording of a decision, by the voice of one of its people.

    ``revision`` is the wording it was given to; ``seq`` the change it came with, which orders opinions;
    ``one_screen`` says that both gave it in one step at one screen.
    """

    party: PartyName
    person: str
    kind: OpinionKind
    revision: int
    seq: int
    time: dt.datetime
    reason: str = ""
    one_screen: bool = False

    def __post_init__(self) -> None:
        force_setattr(self, "reason", clean_line(self.reason))

    @property
    def key(self) -> str:
        """What names the opinion within its card."""
        return f"{self.seq}:{self.party}"


class Note(Struct, frozen=True, omit_defaults=True):
    """A remark on a card: plain, for, or against."""

    person: str
    text: str
    seq: int
    time: dt.datetime
    kind: NoteKind = "plain"

    def __post_init__(self) -> None:
        force_setattr(self, "text", clean(self.text))

    @property
    def key(self) -> str:
        """What names the note within its card."""
        return f"{self.seq}:{self.person}"


class Correction(Struct, frozen=True):
    """A new spelling of an agreed wording, until both have confirmed it. The agreed wording stands meanwhile."""

    wording: Wording
    person: str
    confirmed: tuple[PartyName, ...]
    seq: int


class Card(Struct, frozen=True, omit_defaults=True):
    """A question, an answer or a decision.

    ``column`` and ``rank`` are where it stands while it is not agreed and not settled. ``born`` is the number of
    the change that added it, ``revision`` of the one that gave it its present wording; no two wordings of a card ever
    share one.
    """

    id: str
    kind: Kind
    title: str
    column: str
    rank: str
    voice: str
    created: dt.datetime
    born: int
    revision: int
    body: str = ""
    trial: Trial | None = None
    theme: str = ""
    who: str = ""
    by_when: dt.date | None = None
    frame: bool = False
    aside: bool = False
    links: tuple[Link, ...] = ()
    opinions: dict[str, Opinion] = {}
    notes: dict[str, Note] = {}
    correction: Correction | None = None

    def __post_init__(self) -> None:
        _identity(self.id)
        _identity(self.column)
        _identity(self.voice)
        force_setattr(self, "title", clean_line(self.title))
        force_setattr(self, "body", clean(self.body))
        force_setattr(self, "theme", clean_line(self.theme))
        force_setattr(self, "who", clean_line(self.who))

    @property
    def wording(self) -> Wording:
        """What an opinion is about."""
        return Wording(self.title, self.body, self.trial)

    def linked(self, kind: LinkKind) -> tuple[str, ...]:
        """The ids of the cards that it links to in this way."""
        return tuple(link.to for link in self.links if link.kind == kind)

    def opinion(self, party: PartyName) -> Opinion | None:
        """What the party says of the present wording: the latest of its people, or nothing."""
        said = [o for o in self.opinions.values() if o.party == party and o.revision == self.revision]
        return max(said, key=lambda o: o.seq, default=None)

    def assents(self, party: PartyName) -> bool:
        """Whether the party assents to the present wording."""
        opinion = self.opinion(party)
        return opinion is not None and opinion.kind in ASSENT

    @property
    def agreed(self) -> bool:
        """Whether both parties assent to the present wording of this decision."""
        return (
            self.kind == "decision" and not self.aside and bool(self.opinions) and all(self.assents(p) for p in PARTIES)
        )

    @property
    def agreed_at(self) -> dt.datetime | None:
        """When the second of the two assents was given (UTC)."""
        given = [self.opinion(party) for party in PARTIES]
        return max(o.time for o in given if o is not None) if self.agreed else None


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

    def in_order(self, kind: Kind | None = None) -> Iterator[Card]:
        """The cards by number, questions first; of one kind if asked."""
        return iter(sorted((c for c in self.cards.values() if kind in (None, c.kind)), key=card_order))


def number_of(identity: str) -> int:
    """The number in an id: 7 for ``Q7``."""
    digits = identity.lstrip("QADpc")
    return int(digits) if digits.isdecimal() else 0


def card_order(card: Card) -> tuple[int, int]:
    """Sorts cards by kind and number."""
    return KINDS.index(card.kind), number_of(card.id)


_CARD_ID = re.compile(r"([QqAaRrDd])([0-9]{1,9})")


def card_id(typed: str) -> str | None:
    """The id that somebody typed: case does not matter, and R is the French A. Nothing where it is none.

    >>> card_id("r4"), card_id("Q12"), card_id("x")
    ('A4', 'Q12', None)
    """
    match = _CARD_ID.fullmatch(typed.strip())
    if match is None:
        return None
    letter = match[1].upper()
    return f"{'A' if letter == 'R' else letter}{int(match[2])}"


def shown_id(identity: str, lang: str) -> str:
    """An id as people of a language see it: answers are R1, R2 … in French."""
    return "R" + identity[1:] if lang == "fr" and identity.startswith("A") else identity


# Ranks are fractions in base 62, written without the leading "0.", never ending in "0": between any two there is
# always another, so that one card moves without touching its neighbours.
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_WIDTH = 4


def rank_between(low: str, high: str) -> str:
    """A rank after ``low`` ("" is the start) and before ``high`` ("" is the end).

    >>> rank_between("", ""), rank_between("V", ""), rank_between("V", "W")
    ('V', 'k', 'VV')
    """
    rank = ""
    position = 0
    bounded = bool(high)
    while True:
        below = _VALUE[low[position]] if position < len(low) else 0
        above = _VALUE[high[position]] if bounded and position < len(high) else (0 if bounded else 62)
        if above - below > 1:
            return rank + _DIGITS[(below + above) // 2]
        rank += _DIGITS[below]
        if above != below:
            bounded = False
        position += 1


def rank_after(last: str) -> str:
    """A rank after the last one, which stays short also when ten thousand cards are added one by one.

    >>> rank_after("V"), rank_after("V00z")
    ('V001', 'V01')
    """
    value = 0
    for digit in last[:_WIDTH].ljust(_WIDTH, "0"):
        value = value * 62 + _VALUE[digit]
    if value + 1 == 62**_WIDTH:
        return last + "1"
    digits = ""
    value += 1
    for _ in range(_WIDTH):
        value, digit_value = divmod(value, 62)
        digits = _DIGITS[digit_value] + digits
    return digits.rstrip("0")


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


def ranked(count: int) -> list[str]:
    """That many ranks, in order."""
    ranks: list[str] = []
    for _ in range(count):
        ranks.append(rank_after(ranks[-1]) if ranks else rank_between("", ""))
    return ranks


def find_column(board: Board, typed: str, titles: Iterable[tuple[str, str]] = ()) -> Column | None:
    """The column that somebody named, by its role, its title or one of the (role, title) pairs of a language."""
    wanted = clean_line(typed).casefold()
    spoken = {title.casefold(): role for role, title in titles}
    for column in board.ordered_columns():
        if wanted in (column.title.casefold(), column.role, column.id):
            return column
    role = spoken.get(wanted)
    return board.column_of_role(cast("Role", role)) if role else None


def as_builtins(value: object) -> object:
    """A value as plain JSON types."""
    return msgspec.to_builtins(value, enc_hook=dict)
