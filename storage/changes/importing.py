"""Cards that come from a file: all of them as one change, one journal line, one undo."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from msgspec import Struct

from ..acts import Edit
from ..board import COMPUTED
from ..card import PREFIX, Card, Kind, Link, Note, NoteKind, PartyName, Trial, Wording
from ..refusal import Refused
from ..text import LONGEST_BODY, can_be_seen
from .base import (
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
from .columns import AddColumn


class NewNote(Struct, frozen=True):
    """A remark on a card that comes in. ``person`` is whose it is if not that of the change's voice."""

    text: str
    note: NoteKind = "plain"
    person: str = ""


class NewCard(Struct, frozen=True):
    """A card that comes in.

    ``column`` is an id, or the place of a title among the change's columns, or ``""`` for where its kind begins;
    ``on`` the places of those among the change's cards that it is linked to. ``voice`` is who said it, if not the
    change's voice. It has no opinions: what was agreed to elsewhere was not agreed to here.
    """

    card_kind: Kind
    title: str
    body: str = ""
    column: str | int = ""
    theme: str = ""
    who: str = ""
    by_when: dt.date | None = None
    aside: bool = False
    frame: bool = False
    trial: Trial | None = None
    asks: PartyName | None = None
    subject_to: str = ""
    voice: str = ""
    notes: tuple[NewNote, ...] = ()
    on: tuple[int, ...] = ()


class ImportCards(Struct, frozen=True):
    """Columns, by their titles, and cards with all that belongs to them."""

    columns: tuple[str, ...]
    cards: tuple[NewCard, ...]
    kind: ClassVar[str] = "import"

    def make(self, edit: Edit, at: Moment) -> None:
        """What holds for cards added by hand: titles, no column that only agreement leads into, links that fit."""
        # Somebody else may have added a column of that title since this was worked out.
        there = {column.title.casefold(): column.id for column in edit.columns.values() if column.title}
        columns = [there.get(title.casefold()) or self._column(edit, at, title) for title in self.columns]
        ids: list[str] = []
        for new in self.cards:
            ids.append(edit.next_id(PREFIX[new.card_kind]))
            edit.put(("cards", ids[-1]), _card(edit, at, new, ids[-1], columns))
        # Links come last, and so go first when it is taken back: a card goes only when none is linked to it.
        for identity, new in zip(ids, self.cards, strict=True):
            for target in new.on:
                _link(edit, identity, ids[target])

    def _column(self, edit: Edit, at: Moment, title: str) -> str:
        identity = edit.next_id("c")
        AddColumn(title).make(edit, at)
        return identity


def _card(edit: Edit, at: Moment, new: NewCard, identity: str, columns: list[str]) -> Card:
    wording = checked(Wording(line(new.title), new.body, new.trial if new.card_kind == "decision" else None))
    column = columns[new.column] if isinstance(new.column, int) else new.column
    column = column or column_with(edit, "discuss" if new.card_kind == "question" else "table")
    if column_there(edit, column).role in COMPUTED:
        raise Refused("agreed-is-computed")
    notes = [_note(edit, at, note, part) for part, note in enumerate(new.notes)]
    return Card(
        id=identity,
        kind=new.card_kind,
        title=wording.title,
        column=column,
        rank=rank_at_end(edit, column),
        voice=_person(edit, new.voice or at.person),
        created=at.time,
        born=at.seq,
        revision=at.seq,
        body=wording.body,
        trial=wording.trial,
        theme=line_or_nothing(new.theme),
        who=line_or_nothing(new.who),
        by_when=new.by_when,
        frame=new.frame and new.card_kind == "answer",
        aside=new.aside,
        notes={note.key: note for note in notes},
        subject_to=line_or_nothing(new.subject_to),
        asks=new.asks if new.card_kind == "question" else None,
    )


def _note(edit: Edit, at: Moment, new: NewNote, part: int) -> Note:
    if not can_be_seen(new.text):
        raise Refused("empty-note")
    note = Note(_person(edit, new.person or at.person), new.text, at.seq, at.time, new.note, part)
    if len(note.text) > LONGEST_BODY:
        raise Refused("body-too-long", length=len(note.text), longest=LONGEST_BODY)
    return note


def _person(edit: Edit, person: str) -> str:
    if person not in edit.people:
        raise Refused("no-such-person", person=person)
    return person


def _link(edit: Edit, identity: str, target: str) -> None:
    if identity == target:
        raise Refused("link-to-itself", id=identity)
    link = Link(link_for(card_there(edit, identity).kind, card_there(edit, target)), target)
    edit.put(("cards", identity, "links", link.key), link)
