"""Changes: what a voice can do to a board. Each is a small frozen value that knows its rule and its effect.

A change writes acts into an :class:`~storage.acts.Edit`; their inverse is its inverse. It raises
:class:`~storage.refusal.Refused` before it writes where a rule forbids it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from .acts import Edit, Record
from .board import (
    ASSENT,
    PARTIES,
    PREFIX,
    REASONED,
    Card,
    Column,
    Correction,
    Kind,
    Link,
    LinkKind,
    Note,
    NoteKind,
    Opinion,
    OpinionKind,
    Party,
    PartyName,
    Person,
    Role,
    Trial,
    Wording,
    number_of,
    other,
    rank_after,
    rank_between,
)
from .merge import merge
from .refusal import Refused
from .text import LONGEST_BODY, LONGEST_TITLE, clean, clean_line


@dataclass(frozen=True)
class Moment:
    """When, by whom and where a change is made. ``log`` are the records since this session began, oldest first."""

    seq: int
    time: dt.datetime
    person: str
    session: str
    one_screen: bool
    log: Sequence[Record] = ()


class Change(Protocol):
    """Anything that a voice can commit."""

    @property
    def kind(self) -> str:
        """What the journal calls it."""

    def make(self, edit: Edit, at: Moment) -> None:
        """Check the rule against the board as it now is, and write the acts. :class:`Refused` where it may not be."""


def card_there(edit: Edit, identity: str) -> Card:
    """The card with this id, or a refusal."""
    card = edit.card(identity)
    if card is None:
        raise Refused("no-such-card", id=identity)
    return card


def decision_there(edit: Edit, identity: str) -> Card:
    """The decision with this id, or a refusal."""
    card = card_there(edit, identity)
    if card.kind != "decision":
        raise Refused("only-decisions", id=identity)
    return card


def line(text: str, empty: str = "empty-title") -> str:
    """A title, name or reason that may be kept: one line, not empty, not endless."""
    kept = clean_line(text)
    if not kept:
        raise Refused(empty)
    if len(kept) > LONGEST_TITLE:
        raise Refused("title-too-long", length=len(kept), longest=LONGEST_TITLE)
    return kept


def checked(wording: Wording) -> Wording:
    """A wording that may be kept."""
    line(wording.title)
    if len(wording.body) > LONGEST_BODY:
        raise Refused("body-too-long", length=len(wording.body), longest=LONGEST_BODY)
    return wording


def link_for(kind: Kind, target: Card) -> LinkKind:
    """How a new card of this kind is linked to the card that it was made from."""
    match kind, target.kind:
        case "question", _:
            return "raised_by"
        case "answer", "question":
            return "answers"
        case "decision", "decision":
            return "replaces"
        case "decision", _:
            return "rests_on"
    raise Refused("answer-needs-question", id=target.id)


def rank_at_end(edit: Edit, column: str) -> str:
    """A rank after all that stands in the column, or would stand there."""
    standing = edit.base.standing
    ends = [lanes[column][-1][0] for lanes in (standing.lanes, standing.settled) if lanes.get(column)]
    ends += [act.now["rank"] for act in edit.acts if _adds_to(act.path, act.now, column)]
    return rank_after(max(ends)) if ends else rank_between("", "")


def _adds_to(path: tuple[str, ...], now: object, column: str) -> bool:
    return len(path) == 2 and path[0] == "cards" and isinstance(now, dict) and now.get("column") == column


@dataclass(frozen=True)
class AddCard:
    """A new card. ``on`` are the cards that it was made from; ``column`` where it goes if not where its kind begins."""

    card_kind: Kind
    title: str
    body: str = ""
    on: tuple[str, ...] = ()
    column: str = ""
    theme: str = ""
    trial: Trial | None = None
    kind: ClassVar[str] = "add-card"

    def make(self, edit: Edit, at: Moment) -> None:
        """Any title but an empty one; links only where they mean something."""
        wording = checked(Wording(line(self.title), self.body, self.trial))
        links = {Link(link_for(self.card_kind, card_there(edit, i)), i) for i in self.on}
        roles = {column.role: column.id for column in edit.columns.values() if column.role}
        column = self.column or roles["discuss" if self.card_kind == "question" else "table"]
        if column not in edit.columns:
            raise Refused("no-such-column", column=column)
        if edit.columns[column].role in ("agreed", "trying"):
            raise Refused("agreed-is-computed")
        identity = edit.next_id(PREFIX[self.card_kind])
        card = Card(
            identity, self.card_kind, wording.title, column, rank_at_end(edit, column), at.person, at.time, at.seq, at.seq,
            body=wording.body, trial=wording.trial, theme=self.theme,
            links=tuple(sorted(links, key=lambda link: (link.kind, link.to[:1], number_of(link.to)))),
        )  # fmt: skip
        edit.put(("cards", identity), card)


@dataclass(frozen=True)
class Together:
    """Several changes as one: one journal line, one undo. All of them, or none."""

    changes: tuple[Change, ...]
    kind: str = "together"

    def make(self, edit: Edit, at: Moment) -> None:
        """Each on what the ones before it left."""
        for change in self.changes:
            change.make(edit, at)


@dataclass(frozen=True)
class Reword:
    """A new wording. ``base`` is the one that the editor was opened on: what changed since is merged.

    ``correct`` says that the meaning stays (an accent): an agreed decision then stays agreed to its present wording
    until both confirm the new spelling. ``both`` confirms for both, at one screen.
    """

    card: str
    wording: Wording
    base: Wording | None = None
    correct: bool = False
    both: bool = False

    @property
    def kind(self) -> str:
        """A correction has a name of its own."""
        return "correct" if self.correct else "reword"

    def make(self, edit: Edit, at: Moment) -> None:
        """Merge with what was saved meanwhile; a text that cannot be merged becomes a note of its author."""
        card = card_there(edit, self.card)
        asked = checked(self.wording)
        base = self.base or card.wording
        title = merge(base.title, card.title, asked.title)
        body = merge(base.body, card.body, asked.body)
        lost = [text for text, kept in ((asked.title, title), (asked.body, body)) if kept is None]
        trial = card.trial if asked.trial == base.trial else asked.trial
        wording = Wording(card.title if title is None else title, card.body if body is None else body, trial)
        if lost:
            note = Note(at.person, "\n\n".join(lost), at.seq, at.time)
            edit.put(("cards", card.id, "notes", note.key), note)
        if wording == card.wording:
            return
        if self.correct and card.agreed:
            _propose_correction(edit, at, card, Correction(wording, at.person, (), at.seq), both=self.both)
            return
        if card.correction is not None:
            edit.put(("cards", card.id, "correction"), None)
        put_wording(edit, card, wording, at.seq)
        if any(card.assents(party) for party in PARTIES):
            put_in_role(edit, card, "table")


def put_wording(edit: Edit, card: Card, wording: Wording, revision: int) -> None:
    """Give a card a wording, under a revision that it never had."""
    path = ("cards", card.id)
    edit.put((*path, "title"), wording.title)
    edit.put((*path, "body"), wording.body)
    edit.put((*path, "trial"), wording.trial)
    edit.put((*path, "revision"), revision)


def put_in_role(edit: Edit, card: Card, role: Role) -> None:
    """Store the column with this role as the card's."""
    column = next(c.id for c in edit.columns.values() if c.role == role)
    if card.column != column:
        edit.put(("cards", card.id, "rank"), rank_at_end(edit, column))
        edit.put(("cards", card.id, "column"), column)


def _propose_correction(edit: Edit, at: Moment, card: Card, correction: Correction, *, both: bool) -> None:
    if both and not at.one_screen:
        raise Refused("both-needs-one-screen")
    own = edit.base.party_of(at.person)
    confirmed = set(PARTIES) if both else {*correction.confirmed, own}
    if confirmed != set(PARTIES):
        ordered = tuple(party for party in PARTIES if party in confirmed)
        edit.put(
            ("cards", card.id, "correction"),
            Correction(correction.wording, correction.person, ordered, correction.seq),
        )
        return
    given = {party: card.opinion(party) for party in PARTIES}
    edit.put(("cards", card.id, "correction"), None)
    put_wording(edit, card, correction.wording, at.seq)
    for party, before in given.items():
        assert before is not None  # the card is agreed
        person = at.person if party == own else before.person
        again = Opinion(party, person, before.kind, at.seq, at.seq, at.time, before.reason, one_screen=both)
        edit.put(("cards", card.id, "opinions", again.key), again)


@dataclass(frozen=True)
class Confirm:
    """Confirm, for one's own party, that a correction leaves the meaning alone; for ``both`` at one screen."""

    card: str
    both: bool = False
    kind: ClassVar[str] = "confirm"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only where a correction waits. The second confirmation puts it in force, with both assents renewed."""
        card = decision_there(edit, self.card)
        if card.correction is None:
            raise Refused("nothing-to-confirm", id=card.id)
        if not card.agreed:
            raise Refused("no-longer-agreed", id=card.id)
        _propose_correction(edit, at, card, card.correction, both=self.both)


@dataclass(frozen=True)
class DropCorrection:
    """Leave the agreed wording as it is."""

    card: str
    kind: ClassVar[str] = "drop-correction"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only where a correction waits."""
        if decision_there(edit, self.card).correction is None:
            raise Refused("nothing-to-confirm", id=self.card)
        edit.put(("cards", self.card, "correction"), None)


@dataclass(frozen=True)
class GiveOpinion:
    """What the voice's party says of the present wording of a decision; with ``both``, the same for both parties."""

    card: str
    opinion: OpinionKind
    reason: str = ""
    both: bool = False
    kind: ClassVar[str] = "opinion"

    def make(self, edit: Edit, at: Moment) -> None:
        """A concern and a disagreement need their reason; both at once only with assent, and at one screen."""
        card = decision_there(edit, self.card)
        if card.aside:
            raise Refused("set-aside", id=card.id)
        reason = line(self.reason, "reason-missing") if self.opinion in REASONED else ""
        if self.both and not at.one_screen:
            raise Refused("both-needs-one-screen")
        if self.both and self.opinion != "agree":
            raise Refused("both-only-agree")
        own = edit.base.party_of(at.person)
        speakers = {own: at.person}
        if self.both:
            across = edit.base.of_party(other(own))
            if not across:
                raise Refused("nobody-there", party=other(own))
            speakers[other(own)] = across[0].id
        agreed_before = card.agreed
        for party, person in speakers.items():
            said = Opinion(party, person, self.opinion, card.revision, at.seq, at.time, reason, one_screen=self.both)
            held = card.opinion(party)
            if held is None and self.opinion == "withdrawn":
                raise Refused("nothing-to-withdraw", id=card.id)
            if held is None or (held.kind, held.reason, held.person) != (said.kind, said.reason, said.person):
                edit.put(("cards", card.id, "opinions", said.key), said)
        now = card_there(edit, card.id)
        if now.agreed and not agreed_before:
            home = next(c.id for c in edit.columns.values() if c.role == ("trying" if now.trial else "agreed"))
            edit.put(("cards", card.id, "rank"), rank_at_end(edit, home))
        elif agreed_before and not now.agreed and card.correction is not None:
            edit.put(("cards", card.id, "correction"), None)


@dataclass(frozen=True)
class Move:
    """Put a card into a column, before another card of it (or at the end)."""

    card: str
    column: str
    before: str | None = None
    kind: ClassVar[str] = "move"

    def make(self, edit: Edit, at: Moment) -> None:
        """*Agreed* and *Trying* are computed: into them only by opinions; out of them withdraws one's own assent."""
        card = card_there(edit, self.card)
        if card.aside:
            raise Refused("set-aside", id=card.id)
        if self.column not in edit.columns:
            raise Refused("no-such-column", column=self.column)
        role = edit.columns[self.column].role
        home = ("trying" if card.trial else "agreed") if card.agreed else None
        path = ("cards", card.id)
        if role in ("agreed", "trying"):
            if role != home:
                raise self._not_into(edit, card, role)
        else:
            if home is not None:
                GiveOpinion(card.id, "withdrawn").make(edit, at)
                if edit.card(card.id) == card:
                    raise Refused("nothing-to-withdraw", id=card.id)
            edit.put((*path, "column"), self.column)
        rank = self._rank(edit, card)
        if rank is not None:
            edit.put((*path, "rank"), rank)

    def _not_into(self, edit: Edit, card: Card, role: Role) -> Refused:
        if card.kind != "decision":
            return Refused("only-decisions-agreed", id=card.id)
        if card.agreed:
            return Refused("trial-needs-terms" if role == "trying" else "trial-stands-in-trying", id=card.id)
        missing = [edit.base.party_name(party) for party in PARTIES if not card.assents(party)]
        return Refused("opinion-missing", id=card.id, missing=missing)

    def _rank(self, edit: Edit, card: Card) -> str | None:
        """A rank just before the other card, leaving the moved one itself out of account."""
        lane = edit.base.standing.lanes.get(self.column, [])
        target = edit.base.cards.get(self.before or "")
        if self.before == card.id:
            return None
        position = len(lane) if target is None else bisect_left(lane, (target.rank, target.id))
        below = position - 1
        if below >= 0 and lane[below][1] == card.id:
            below -= 1
        low = lane[below][0] if below >= 0 else ""
        if target is None or position == len(lane):
            return rank_after(low) if low else rank_between("", "")
        return rank_between(low, target.rank) if low < target.rank else rank_after(target.rank)


@dataclass(frozen=True)
class SetAside:
    """Take a card off the board. It is kept, and can be brought back."""

    card: str
    kind: ClassVar[str] = "set-aside"

    def make(self, edit: Edit, at: Moment) -> None:
        """Once."""
        if card_there(edit, self.card).aside:
            raise Refused("set-aside", id=self.card)
        edit.put(("cards", self.card, "aside"), True)


@dataclass(frozen=True)
class BringBack:
    """Put a card that was set aside back to where it stood."""

    card: str
    kind: ClassVar[str] = "bring-back"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only what was set aside."""
        if not card_there(edit, self.card).aside:
            raise Refused("not-set-aside", id=self.card)
        edit.put(("cards", self.card, "aside"), False)


@dataclass(frozen=True)
class LinkCards:
    """Link a card to another, or take the link away."""

    card: str
    to: str
    remove: bool = False
    kind: ClassVar[str] = "link"

    def make(self, edit: Edit, at: Moment) -> None:
        """No card to itself; the kinds of both say what the link is."""
        card, target = card_there(edit, self.card), card_there(edit, self.to)
        if card.id == target.id:
            raise Refused("link-to-itself", id=card.id)
        link = Link(link_for(card.kind, target), target.id)
        edit.put(("cards", card.id, "links", link.key), None if self.remove else link)


@dataclass(frozen=True)
class Describe:
    """A card's theme, who does it and by when. What is ``None`` stays; ``""`` empties a text, ``no_date`` the date."""

    card: str
    theme: str | None = None
    who: str | None = None
    by_when: dt.date | None = None
    no_date: bool = False
    kind: ClassVar[str] = "describe"

    def make(self, edit: Edit, at: Moment) -> None:
        """All of it is optional."""
        card_there(edit, self.card)
        for name, value in (("theme", self.theme), ("who", self.who)):
            if value is not None:
                edit.put(("cards", self.card, name), line(value) if clean_line(value) else "")
        if self.by_when is not None or self.no_date:
            edit.put(("cards", self.card, "by_when"), self.by_when)


@dataclass(frozen=True)
class AddNote:
    """A remark on a card."""

    card: str
    text: str
    note: NoteKind = "plain"
    kind: ClassVar[str] = "note"

    def make(self, edit: Edit, at: Moment) -> None:
        """Not empty."""
        card = card_there(edit, self.card)
        text = clean(self.text).strip()
        if not text:
            raise Refused("empty-note")
        if len(text) > LONGEST_BODY:
            raise Refused("body-too-long", length=len(text), longest=LONGEST_BODY)
        note = Note(at.person, text, at.seq, at.time, self.note)
        edit.put(("cards", card.id, "notes", note.key), note)


@dataclass(frozen=True)
class CorrectVoice:
    """It was somebody else who said it: whose voice a card is, on the board and in the history.

    Opinions are not corrected in this way: one is withdrawn, the other given.
    """

    card: str
    person: str
    kind: ClassVar[str] = "correct-voice"

    def make(self, edit: Edit, at: Moment) -> None:
        """Somebody of the board."""
        card_there(edit, self.card)
        if self.person not in edit.people:
            raise Refused("no-such-person", person=self.person)
        edit.put(("cards", self.card, "voice"), self.person)


@dataclass(frozen=True)
class AddPerson:
    """One more person at the table."""

    name: str
    party: PartyName
    kind: ClassVar[str] = "add-person"

    def make(self, edit: Edit, at: Moment) -> None:
        """A name that is not taken: voices are told apart by it."""
        name = _free_name(edit, self.name)
        identity = edit.next_id("p")
        edit.put(("people", identity), Person(identity, name, self.party))


@dataclass(frozen=True)
class RenamePerson:
    """Another name for the same person."""

    person: str
    name: str
    kind: ClassVar[str] = "rename-person"

    def make(self, edit: Edit, at: Moment) -> None:
        """A name that is not taken."""
        held = edit.people.get(self.person)
        if held is None:
            raise Refused("no-such-person", person=self.person)
        edit.put(("people", held.id), Person(held.id, _free_name(edit, self.name, held.id), held.party))


def _free_name(edit: Edit, name: str, own: str = "") -> str:
    kept = line(name, "empty-name")
    if any(p.name.casefold() == kept.casefold() and p.id != own for p in edit.people.values()):
        raise Refused("name-taken", name=kept)
    return kept


@dataclass(frozen=True)
class DescribeParty:
    """What a party is called, and the expertise that it brings."""

    party: PartyName
    name: str = ""
    expertise: str = ""
    kind: ClassVar[str] = "party"

    def make(self, edit: Edit, at: Moment) -> None:
        """Both are optional."""
        for text in (self.name, self.expertise):
            if clean_line(text):
                line(text)
        edit.put(("parties", self.party), Party(self.name, self.expertise))


@dataclass(frozen=True)
class DescribeBoard:
    """The board's title, and the language of its documents."""

    title: str
    lang: str
    kind: ClassVar[str] = "board"

    def make(self, edit: Edit, at: Moment) -> None:
        """A title, and a language that we have."""
        edit.put(("board", "title"), line(self.title))
        if self.lang not in ("en", "fr"):
            raise Refused("no-such-language", lang=self.lang)
        edit.put(("board", "lang"), self.lang)


@dataclass(frozen=True)
class AddColumn:
    """One more stage, left of another column (or at the end)."""

    title: str
    before: str | None = None
    kind: ClassVar[str] = "add-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """A title."""
        title = line(self.title)
        identity = edit.next_id("c")
        edit.put(("columns", identity), Column(identity, _column_rank(edit, self.before, identity), title))


@dataclass(frozen=True)
class RenameColumn:
    """Another title. An empty one gives a column with a role its own name back."""

    column: str
    title: str
    kind: ClassVar[str] = "rename-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """Empty only where the role has a name."""
        held = _column_there(edit, self.column)
        title = line(self.title) if clean_line(self.title) or held.role is None else ""
        edit.put(("columns", held.id), Column(held.id, held.rank, title, held.role))


@dataclass(frozen=True)
class MoveColumn:
    """Put a column left of another (or at the end)."""

    column: str
    before: str | None = None
    kind: ClassVar[str] = "move-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """Any."""
        held = _column_there(edit, self.column)
        if self.before != held.id:
            rank = _column_rank(edit, self.before, held.id)
            edit.put(("columns", held.id), Column(held.id, rank, held.title, held.role))


@dataclass(frozen=True)
class RemoveColumn:
    """Take a column away; its cards go to where their kind begins."""

    column: str
    kind: ClassVar[str] = "remove-column"

    def make(self, edit: Edit, at: Moment) -> None:
        """Not one of the four that have a role."""
        held = _column_there(edit, self.column)
        if held.role is not None:
            raise Refused("column-has-role", column=held.id)
        for card in sorted(edit.base.cards.values(), key=lambda card: card.rank):
            if card.column == held.id:
                put_in_role(edit, card, "discuss" if card.kind == "question" else "table")
        edit.put(("columns", held.id), None)


def _column_there(edit: Edit, identity: str) -> Column:
    column = edit.columns.get(identity)
    if column is None:
        raise Refused("no-such-column", column=identity)
    return column


def _column_rank(edit: Edit, before: str | None, own: str) -> str:
    others = sorted((c.rank, c.id) for c in edit.columns.values() if c.id != own)
    ids = [identity for _, identity in others]
    position = ids.index(before) if before in ids else len(ids)
    low = others[position - 1][0] if position else ""
    return rank_between(low, others[position][0]) if position < len(others) else rank_after(low)


@dataclass(frozen=True)
class TakeBack:
    """Undo a change by appending its inverse; or redo one, which is to take back its undo.

    ``sure`` is the answer to the question whether a wording may go that somebody else has since assented to.
    """

    record: Record
    again: bool = False
    sure: bool = False
    at_seq: int = field(default=0, compare=False)

    @property
    def kind(self) -> str:
        """What the journal calls it."""
        return "redo" if self.again else "undo"

    def make(self, edit: Edit, at: Moment) -> None:
        """Refused where a later change of another session touched the same thing."""
        for act in self.record.acts:
            if edit.value_at(act.path) != act.now:
                raise Refused("touched-since", **self._by_whom(edit, at, act.path))
            if act.was is None and len(act.path) == 2 and act.path[0] == "cards":
                self._alone(edit, at, act.path[1])
            if len(act.path) == 3 and act.path[2] == "revision" and not self.sure:
                self._not_assented(edit, at, act.path[1])
        for act in reversed(self.record.acts):
            edit.put(act.path, act.was)

    def _by_whom(self, edit: Edit, at: Moment, path: tuple[str, ...]) -> dict[str, object]:
        later = [r for r in at.log if r.seq > self.record.seq and any(_overlap(a.path, path) for a in r.acts)]
        person = later[-1].voice if later else ""
        return {"id": path[1], "name": edit.base.name_of(person)}

    def _alone(self, edit: Edit, at: Moment, identity: str) -> None:
        gone = set(self.record.cards)
        linking = [i for i in edit.base.standing.incoming.get(identity, ()) if i not in gone]
        if linking:
            card = card_there(edit, linking[0])
            raise Refused("linked-since", id=identity, by=card.id, name=edit.base.name_of(card.voice))

    def _not_assented(self, edit: Edit, at: Moment, identity: str) -> None:
        card = card_there(edit, identity)
        own = {f"{r.seq}:" for r in at.log if r.session == at.session}
        for opinion in card.opinions.values():
            given_here = any(opinion.key.startswith(prefix) for prefix in own)
            if opinion.revision == card.revision and opinion.kind in ASSENT and not given_here:
                raise Refused("assented-since", id=identity, name=edit.base.name_of(opinion.person))


def _overlap(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(two))
    return one[:shorter] == two[:shorter]
