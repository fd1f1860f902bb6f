"""What a card is: a question, an answer or a decision, with all that was said of it.

Everything here is immutable. What two parties assent to is a :class:`Wording`; each has a revision of its own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import force_setattr

from .ranks import check_rank
from .text import clean, clean_line

PartyName = Literal["consultant", "client"]
PARTIES: tuple[PartyName, PartyName] = ("consultant", "client")

Kind = Literal["question", "answer", "decision"]
KINDS: tuple[Kind, Kind, Kind] = ("question", "answer", "decision")
PREFIX: Mapping[Kind, str] = {"question": "Q", "answer": "A", "decision": "D"}

LinkKind = Literal["answers", "rests_on", "replaces", "raised_by"]
OpinionKind = Literal["agree", "concern", "disagree", "withdrawn"]
NoteKind = Literal["plain", "for", "against", "seen"]
"""``seen`` is an observation: what was seen of a trial while it ran."""

OutcomeKind = Literal["keep", "change", "stop"]

ASSENT: frozenset[OpinionKind] = frozenset({"agree", "concern"})
REASONED: frozenset[OpinionKind] = frozenset({"concern", "disagree"})


def check_identity(text: str, letters: str) -> None:
    """Ids are shown and typed: whatever a file says, they are a letter (one of these) and a number."""
    digits = text[1:]
    sound = digits.isdecimal() and digits.isascii() and digits[0] != "0" and len(digits) < 10
    if not sound or text[0] not in letters:
        raise ValueError("not an id")


def other(party: PartyName) -> PartyName:
    """The party across the table."""
    return "client" if party == "consultant" else "consultant"


class Link(Struct, frozen=True, order=True):
    """From the card that holds it to another: this answer *answers* that question."""

    kind: LinkKind
    to: str

    def __post_init__(self) -> None:
        check_identity(self.to, "QAD")

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
        check_identity(self.person, "p")
        force_setattr(self, "reason", clean_line(self.reason))

    @property
    def key(self) -> str:
        """What names the opinion within its card."""
        return f"{self.seq}:{self.party}"


class Note(Struct, frozen=True, omit_defaults=True):
    """A remark on a card: plain, for, or against. ``part`` tells those apart that one person made in one change."""

    person: str
    text: str
    seq: int
    time: dt.datetime
    kind: NoteKind = "plain"
    part: int = 0

    def __post_init__(self) -> None:
        check_identity(self.person, "p")
        force_setattr(self, "text", clean(self.text))

    @property
    def key(self) -> str:
        """What names the note within its card."""
        return f"{self.seq}:{self.person}:{self.part}" if self.part else f"{self.seq}:{self.person}"


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What came of a trial: what was seen, and so whether to keep, change or stop it.

    It is given by one party, and takes effect when the other has confirmed it (``confirmed`` is the person).
    """

    kind: OutcomeKind
    saw: str
    person: str
    party: PartyName
    revision: int
    seq: int
    time: dt.datetime
    confirmed: str = ""

    def __post_init__(self) -> None:
        check_identity(self.person, "p")
        if self.confirmed:
            check_identity(self.confirmed, "p")
        force_setattr(self, "saw", clean_line(self.saw))

    @property
    def key(self) -> str:
        """What names the outcome within its card."""
        return f"{self.seq}:{self.party}"


class Reworded(Struct, frozen=True):
    """What somebody reworded of the other party's card: the wording before, until that party has looked."""

    wording: Wording
    person: str
    seq: int

    def __post_init__(self) -> None:
        check_identity(self.person, "p")


class Correction(Struct, frozen=True):
    """A new spelling of an agreed wording, until both have confirmed it. The agreed wording stands meanwhile."""

    wording: Wording
    person: str
    confirmed: tuple[PartyName, ...]
    seq: int

    def __post_init__(self) -> None:
        check_identity(self.person, "p")


class Card(Struct, frozen=True, omit_defaults=True):
    """A question, an answer or a decision.

    ``column`` and ``rank`` are where it stands while it is not agreed and not settled. ``born`` is the number of
    the change that added it, ``revision`` of the one that gave it its present wording; no two wordings of a card ever
    share one. ``subject_to`` is somebody who is not at the table, and still has to agree;
    ``asks`` the party whose knowledge a question asks for, where it says so.
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
    outcomes: dict[str, Outcome] = {}
    subject_to: str = ""
    asks: PartyName | None = None
    reworded: Reworded | None = None

    def __post_init__(self) -> None:
        check_identity(self.id, PREFIX[self.kind])
        check_identity(self.column, "c")
        check_identity(self.voice, "p")
        check_rank(self.rank)
        rows: Iterable[tuple[str, Opinion | Note | Outcome]] = (
            *self.opinions.items(),
            *self.notes.items(),
            *self.outcomes.items(),
        )
        if any(key != row.key for key, row in rows):
            raise ValueError("a remark under a name that is not its own")
        force_setattr(self, "title", clean_line(self.title))
        force_setattr(self, "body", clean(self.body))
        force_setattr(self, "theme", clean_line(self.theme))
        force_setattr(self, "who", clean_line(self.who))
        force_setattr(self, "subject_to", clean_line(self.subject_to))

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
    def awaits(self) -> PartyName | None:
        """The party that has not spoken on this wording of a proposal, where the other assents to it."""
        if not self.opinions:
            return None
        silent = [p for p in PARTIES if (said := self.opinion(p)) is None or said.kind == "withdrawn"]
        return silent[0] if len(silent) == 1 and self.assents(other(silent[0])) else None

    @property
    def disputed(self) -> bool:
        """Whether somebody disagrees with the present wording."""
        return bool(self.opinions) and any(o is not None and o.kind == "disagree" for o in map(self.opinion, PARTIES))

    @property
    def outcome(self) -> Outcome | None:
        """What was last said to come of the trial in its present terms, confirmed or not."""
        if not self.outcomes:
            return None
        given = [outcome for outcome in self.outcomes.values() if outcome.revision == self.revision]
        return max(given, key=lambda outcome: outcome.seq, default=None)

    @property
    def open_outcome(self) -> Outcome | None:
        """The outcome that waits for the other party to confirm it."""
        outcome = self.outcome
        return None if outcome is None or outcome.confirmed else outcome

    @property
    def on_trial(self) -> bool:
        """Whether it is being tried: agreed with the terms of a trial, which both have not yet said to keep."""
        outcome = self.outcome
        kept = outcome is not None and outcome.kind == "keep" and outcome.confirmed
        return self.agreed and self.trial is not None and not kept

    def due(self, today: dt.date) -> bool:
        """Whether the trial has come to its day, and no outcome waits for it to be confirmed."""
        until = self.trial.until if self.trial else None
        # The day first: it is asked of every trial whenever the board changes.
        return until is not None and until <= today and self.on_trial and self.open_outcome is None

    @property
    def agreed_at(self) -> dt.datetime | None:
        """When the second of the two assents was given (UTC)."""
        given = [self.opinion(party) for party in PARTIES]
        return max(o.time for o in given if o is not None) if self.agreed else None


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
