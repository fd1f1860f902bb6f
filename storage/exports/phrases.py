"""How the document speaks of people, days and their words, in its language."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..board import Board
from ..card import PARTIES, Card, PartyName
from ..dates import day, local_day
from ..language import Language

# A vowel, or a mute h, or a y that sounds as one: "d'Anne", "d'Hélène", "d'Yves", but "de Yasmine".
_ELIDED = re.compile(r"[aeiouœæ]|h[aeiouy]|y[^aeiou]")

# Not the spaces that hold words together: French has them before its signs.
_BLANK = re.compile(r"[ \t\n]+")


@dataclass(frozen=True)
class Phrases:
    """The recurring phrases of one document. Without ``names``, people are the side that they sit on."""

    board: Board
    language: Language
    names: bool
    today: dt.date

    @cached_property
    def workshop(self) -> dt.date:
        """The day on which a card or an opinion was last added; today on an empty board."""
        latest: dt.datetime | None = None
        for card in self.board.cards.values():
            for time in (card.created, *(opinion.time for opinion in card.opinions.values())):
                if latest is None or time > latest:
                    latest = time
        return local_day(latest) if latest else self.today

    def day(self, date: dt.date) -> str:
        """A day, with its year where that is not the workshop's."""
        return day(date, self.language.code, year=date.year != self.workshop.year)

    def quote(self, words: str) -> str:
        """Somebody's words between quotation marks. Several lines become one."""
        return self.language.say("“{words}”", words=_BLANK.sub(" ", words))

    def speaker(self, person: str) -> str:
        """Who says what follows."""
        if self.names:
            return self.board.name_of(person)
        if self.board.party_of(person) == "client":
            return self.language.say("The client")
        return self.language.say("The consultant")

    def whom(self, person: str) -> str:
        """Of whom something is or comes."""
        return self._of(self.board.name_of(person)) if self.names else self._of_side(self.board.party_of(person))

    def whom_of(self, party: PartyName) -> str:
        """Of whom something of a party is awaited: any of its people."""
        people = self.board.of_party(party)
        if not self.names or not people:
            return self._of_side(party)
        return self._one_of([self._of(person.name) for person in people])

    def one_of(self, party: PartyName) -> str:
        """Who of a party could do something; empty where nobody is named."""
        return self._one_of([person.name for person in self.board.of_party(party)]) if self.names else ""

    def said(self, card: Card) -> str:
        """A question or an answer in its author's words, and whose it is."""
        facts = {"whom": self.whom(card.voice), "quote": self.quote(card.title)}
        if card.kind == "question":
            return self.language.say("Question from {whom}: {quote}", **facts)
        if card.kind == "answer":
            return self.language.say("Answer from {whom}: {quote}", **facts)
        return self.language.say("Proposal from {whom}: {quote}", **facts)

    def everybody(self) -> str:
        """All at the table, each side with what it brings, or what it is called; empty without names."""
        present: list[str] = []
        if self.names:
            for party in PARTIES:
                people = [person.name for person in self.board.of_party(party)]
                about = self.board.parties[party].expertise or self.board.parties[party].name
                if people and about and about not in people:
                    people[-1] = f"{people[-1]} ({about})"
                present.extend(people or [about] * bool(about))
        if len(present) < 2:
            return "".join(present)
        return self.language.say("{some} and {last}", some=", ".join(present[:-1]), last=present[-1])

    def task(self, who: str, by_when: dt.date | None) -> str:
        """Who does something, and by when; empty where neither is said."""
        say = self.language.say
        until = self.day(by_when) if by_when else ""
        person = next((p for p in self.board.people.values() if p.name.casefold() == who.casefold()), None)
        if not self.names and who and any(_within(p.name, who) for p in self.board.people.values()):
            who = self._of_side(person.party) if person else ""
            person = None
        if person and until:
            return say("{name} takes care of it, by {day}.", name=person.name, day=until)
        if person:
            return say("{name} takes care of it.", name=person.name)
        if who and until:
            return say("Who takes care of it: {who}, by {day}.", who=who, day=until)
        if who:
            return ended(say("Who takes care of it: {who}", who=who))
        return say("To be done by {day}.", day=until) if until else ""

    def both_agreed(self, card: Card) -> str:
        """That both agreed, and on which day."""
        assert card.agreed_at is not None  # only asked of what stands agreed
        date = self.day(local_day(card.agreed_at))
        if len(self.board.people) == 2:
            return self.language.say("Both agreed, on {day}.", day=date)
        return self.language.say("Both sides agreed, on {day}.", day=date)

    def _of(self, name: str) -> str:
        if self.language.code != "fr":
            return name
        plain = unicodedata.normalize("NFD", name.casefold())
        return f"d'{name}" if _ELIDED.match(plain) else f"de {name}"

    def _of_side(self, party: PartyName) -> str:
        return self.language.say("the client") if party == "client" else self.language.say("the consultant")

    def _one_of(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return self.language.say("{some} or {last}", some=", ".join(names[:-1]), last=names[-1])


def ended(words: str) -> str:
    """The words as a sentence: with a full stop where they end without any sign, but for an address."""
    if not words or "://" in words.rsplit(" ", 1)[-1]:
        return words
    last = words[-1]
    open_end = last == "%" or last.isalnum() or unicodedata.category(last) in ("Sc", "Pe", "Pf")
    return f"{words}." if open_end else words


def _within(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) is not None
