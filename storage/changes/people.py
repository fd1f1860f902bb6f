"""Changes to who sits at the table, and to the board's own title."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from ..acts import Edit
from ..board import Party, Person
from ..card import PartyName
from ..language import LANGUAGES
from ..refusal import Refused
from .base import Moment, line, line_or_nothing


class AddPerson(Struct, frozen=True):
    """One more person at the table."""

    name: str
    party: PartyName
    kind: ClassVar[str] = "add-person"

    def make(self, edit: Edit, at: Moment) -> None:
        """A name that is not taken: voices are told apart by it."""
        name = _free_name(edit, self.name)
        identity = edit.next_id("p")
        edit.put(("people", identity), Person(identity, name, self.party))


class RenamePerson(Struct, frozen=True):
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
    if name_taken(edit, kept, own):
        raise Refused("name-taken", name=kept)
    return kept


def name_taken(edit: Edit, name: str, own: str) -> bool:
    """Whether somebody else is called that."""
    return any(p.name.casefold() == name.casefold() and p.id != own for p in edit.people.values())


class DescribeParty(Struct, frozen=True):
    """What a party is called, and the expertise that it brings."""

    party: PartyName
    name: str = ""
    expertise: str = ""
    kind: ClassVar[str] = "party"

    def make(self, edit: Edit, at: Moment) -> None:
        """Both are optional."""
        edit.put(("parties", self.party), Party(line_or_nothing(self.name), line_or_nothing(self.expertise)))


class DescribeBoard(Struct, frozen=True):
    """The board's title, and the language of its documents."""

    title: str
    lang: str
    kind: ClassVar[str] = "board"

    def make(self, edit: Edit, at: Moment) -> None:
        """A title, and a language that we have."""
        title = line(self.title)
        if self.lang not in LANGUAGES:
            raise Refused("no-such-language", lang=self.lang)
        edit.put(("board", "title"), title)
        edit.put(("board", "lang"), self.lang)
