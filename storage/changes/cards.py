"""Changes to cards: adding them, linking and describing them, remarks, whose voice they are."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from msgspec import Struct

from ..acts import Edit
from ..board import COMPUTED
from ..card import PREFIX, Card, Kind, Link, Note, NoteKind, PartyName, Trial, Wording, number_of
from ..refusal import Refused
from ..text import LONGEST_BODY, can_be_seen, clean
from .base import (
    Change,
    Moment,
    card_there,
    checked,
    column_there,
    column_with,
    line,
    line_or_nothing,
    link_for,
    rank_at_end,
)


class AddCard(Struct, frozen=True):
    """A new card. ``on`` are the cards that it was made from; ``column`` where it goes if not where its kind begins."""

    card_kind: Kind
    title: str
    body: str = ""
    on: tuple[str, ...] = ()
    column: str = ""
    theme: str = ""
    trial: Trial | None = None
    asks: PartyName | None = None
    kind: ClassVar[str] = "add-card"

    def make(self, edit: Edit, at: Moment) -> None:
        """Any title but an empty one; links only where they mean something."""
        wording = checked(Wording(line(self.title), self.body, self.trial))
        links = {Link(link_for(self.card_kind, card_there(edit, i)), i) for i in self.on}
        column = self.column or column_with(edit, "discuss" if self.card_kind == "question" else "table")
        if column_there(edit, column).role in COMPUTED:
            raise Refused("agreed-is-computed")
        identity = edit.next_id(PREFIX[self.card_kind])
        card = Card(
            id=identity,
            kind=self.card_kind,
            title=wording.title,
            column=column,
            rank=rank_at_end(edit, column),
            voice=at.person,
            created=at.time,
            born=at.seq,
            revision=at.seq,
            body=wording.body,
            trial=wording.trial,
            theme=line_or_nothing(self.theme),
            asks=self.asks if self.card_kind == "question" else None,
            links=tuple(sorted(links, key=lambda link: (link.kind, link.to[:1], number_of(link.to)))),
        )
        edit.put(("cards", identity), card)


class Together(Struct, frozen=True):
    """Several changes as one: one journal line, one undo. All of them, or none."""

    changes: tuple[Change, ...]
    kind: str = "together"

    def make(self, edit: Edit, at: Moment) -> None:
        """Each on what the ones before it left."""
        for change in self.changes:
            change.make(edit, at)


class SetAside(Struct, frozen=True):
    """Take a card off the board. It is kept, and can be brought back."""

    card: str
    kind: ClassVar[str] = "set-aside"

    def make(self, edit: Edit, at: Moment) -> None:
        """Once."""
        if card_there(edit, self.card).aside:
            raise Refused("set-aside", id=self.card)
        edit.put(("cards", self.card, "aside"), True)


class BringBack(Struct, frozen=True):
    """Put a card that was set aside back to where it stood; a trial that was stopped, on the table."""

    card: str
    kind: ClassVar[str] = "bring-back"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only what was set aside. The assents to a trial end with its stop: what comes back waits for both."""
        card = card_there(edit, self.card)
        if not card.aside:
            raise Refused("not-set-aside", id=card.id)
        path = ("cards", card.id)
        edit.put((*path, "aside"), False)
        outcome = card.outcome
        if outcome is not None and outcome.kind == "stop" and outcome.confirmed:
            table = column_with(edit, "table")
            edit.put((*path, "rank"), rank_at_end(edit, table))
            edit.put((*path, "column"), table)
            edit.put((*path, "revision"), at.seq)


class LinkCards(Struct, frozen=True):
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


class Describe(Struct, frozen=True):
    """A card's theme, who does it and by when, and who is not at the table and still has to agree.

    What is ``None`` stays; ``""`` empties a text, ``no_date`` the date.
    """

    card: str
    theme: str | None = None
    who: str | None = None
    by_when: dt.date | None = None
    no_date: bool = False
    subject_to: str | None = None
    kind: ClassVar[str] = "describe"

    def make(self, edit: Edit, at: Moment) -> None:
        """All of it is optional."""
        card_there(edit, self.card)
        for name, value in (("theme", self.theme), ("who", self.who), ("subject_to", self.subject_to)):
            if value is not None:
                edit.put(("cards", self.card, name), line_or_nothing(value))
        if self.by_when is not None or self.no_date:
            edit.put(("cards", self.card, "by_when"), self.by_when)


class AddNote(Struct, frozen=True):
    """A remark on a card."""

    card: str
    text: str
    note: NoteKind = "plain"
    kind: ClassVar[str] = "note"

    def make(self, edit: Edit, at: Moment) -> None:
        """Not empty."""
        card = card_there(edit, self.card)
        text = clean(self.text).strip()
        if not can_be_seen(text):
            raise Refused("empty-note")
        if len(text) > LONGEST_BODY:
            raise Refused("body-too-long", length=len(text), longest=LONGEST_BODY)
        put_note(edit, at, card.id, text, self.note)


def put_note(edit: Edit, at: Moment, card: str, text: str, kind: NoteKind = "plain") -> None:
    """Add a remark, beside those that the same person made in the same change."""
    held = card_there(edit, card).notes.values()
    part = sum(note.seq == at.seq and note.person == at.person for note in held)
    note = Note(at.person, text, at.seq, at.time, kind, part)
    edit.put(("cards", card, "notes", note.key), note)


class CorrectVoice(Struct, frozen=True):
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
