"""How the document speaks of people, days and their words, in its language."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..board import Board, Column, Person, Role
from ..card import PARTIES, Card, LinkKind, Note, Opinion, Outcome, PartyName, Trial, other
from ..dates import day, local_day
from ..language import Language, later, of_name

_ROLES: Mapping[Role, str] = {
    "discuss": later("To discuss"),
    "table": later("On the table"),
    "agreed": later("Agreed"),
    "trying": later("Trying"),
}
_LINKS: Mapping[LinkKind, str] = {
    "answers": later("To the question:"),
    "rests_on": later("It rests on:"),
    "replaces": later("It replaces:"),
    "raised_by": later("It came up with:"),
}

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
        return _day(date, self.language.code, date.year != self.workshop.year)

    def on(self, time: dt.datetime) -> str:
        """The day on which a moment fell."""
        return self.day(local_day(time))

    def provenance(self, digest: str) -> str:
        """Which board a document was read off, and at which change."""
        say, number = self.language.say, self.board.seq
        if digest:
            return say("Accord, change {number}, fingerprint {digest}", number=number, digest=digest[:8])
        return say("Accord, change {number}", number=number)

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

    def said_on(self, card: Card) -> str:
        """The same, with the day on which it was said."""
        facts = {"whom": self.whom(card.voice), "day": self.on(card.created), "quote": self.quote(card.title)}
        if card.kind == "question":
            return self.language.say("Question from {whom}, {day}: {quote}", **facts)
        if card.kind == "answer":
            return self.language.say("Answer from {whom}, {day}: {quote}", **facts)
        return self.language.say("Proposal from {whom}, {day}: {quote}", **facts)

    def came(self, card: Card) -> str:
        """Whose card it is, and when it came."""
        facts = {"whom": self.whom(card.voice), "day": self.on(card.created)}
        if card.kind == "question":
            return self.language.say("Question from {whom}, {day}.", **facts)
        if card.kind == "answer":
            return self.language.say("Answer from {whom}, {day}.", **facts)
        return self.language.say("Proposal from {whom}, {day}.", **facts)

    def about(self, card: Card) -> Iterator[str]:
        """Whether it is part of the frame, and its theme."""
        if card.frame:
            yield self.language.say("It is part of the frame.")
        if card.theme:
            yield self.language.say("Theme: {theme}", theme=card.theme)

    def link(self, kind: LinkKind) -> str:
        """What stands before the cards that one links to in this way."""
        return self.language.say(_LINKS[kind])

    def said_of(self, card: Card) -> list[str]:
        """Remarks and what came of a trial, in the order in which they were said."""
        said = [(note.seq, self.remark(note)) for note in card.notes.values()]
        said += [(outcome.seq, self.result(card, outcome)) for outcome in card.outcomes.values()]
        return [words for _, words in sorted(said, key=lambda row: row[0])]

    def not_chosen(self, card: Card) -> str:
        """An answer that no decision rests on, though its question is settled."""
        facts = {"whom": self.whom(card.voice), "quote": self.quote(card.title)}
        return self.language.say("Not chosen, from {whom}: {quote}", **facts)

    def opinion(self, opinion: Opinion) -> str:
        """What a party said of a decision, with its reason and its day."""
        say = self.language.say
        facts = {"name": self.speaker(opinion.person), "day": self.on(opinion.time)}
        if opinion.kind == "agree":
            return say("{name} agreed, {day}.", **facts)
        if opinion.kind == "withdrawn":
            return say("{name} took that opinion back, {day}.", **facts)
        facts["quote"] = self.quote(opinion.reason)
        if opinion.kind == "concern":
            return say("{name} agreed, with a concern, {day}: {quote}", **facts)
        return say("{name} disagreed, {day}: {quote}", **facts)

    def remark(self, note: Note) -> str:
        """A remark on a card, or what was seen of a trial, with its day."""
        say = self.language.say
        facts = {"name": self.speaker(note.person), "day": self.on(note.time), "quote": self.quote(note.text)}
        if note.kind == "for":
            return say("{name}, for it, {day}: {quote}", **facts)
        if note.kind == "against":
            return say("{name}, against it, {day}: {quote}", **facts)
        if note.kind == "seen":
            return say("{name} saw, {day}: {quote}", **facts)
        return say("{name}, {day}: {quote}", **facts)

    def outcome(self, outcome: Outcome) -> str:
        """What was seen of a trial, and what follows from it."""
        say = self.language.say
        facts = {"name": self.speaker(outcome.person), "quote": self.quote(_unstopped(outcome.saw))}
        if outcome.kind == "keep":
            return say("{name}: {quote}. So we keep it.", **facts)
        if outcome.kind == "change":
            return say("{name}: {quote}. So we change it.", **facts)
        return say("{name}: {quote}. So we stop it.", **facts)

    def result(self, card: Card, outcome: Outcome) -> str:
        """The same, with its day, and whether it was confirmed or still waits for that."""
        say, parts = self.language.say, [self.outcome(outcome), f"({self.on(outcome.time)})"]
        if outcome.confirmed:
            parts.append(say("{name} has confirmed it.", name=self.speaker(outcome.confirmed)))
        elif outcome == card.open_outcome:
            parts.append(say("Waiting for {whom} to confirm it.", whom=self.whom_of(other(outcome.party))))
        return " ".join(parts)

    def terms(self, trial: Trial | None) -> list[str]:
        """What is watched, until when, and when it would be stopped."""
        say, terms = self.language.say, []
        if trial is not None and trial.watch:
            terms.append(say("We watch: {what}", what=ended(trial.watch)))
        if trial is not None and trial.until:
            terms.append(say("Until: {day}.", day=self.day(trial.until)))
        if trial is not None and trial.stop_if:
            terms.append(say("We stop if: {what}", what=ended(trial.stop_if)))
        return terms

    def tasks(self, card: Card) -> list[str]:
        """Who does what was decided and by when, and who else still has to agree."""
        tasks = [task] if (task := self.task(card.who, card.by_when)) else []
        if whom := self._unnamed(card.subject_to):
            tasks.append(self.language.say("Subject to: {whom}.", whom=whom))
        return tasks

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
        person = self._called(who) if self.names else None
        who = self._unnamed(who)
        if person and until:
            return say("{name} takes care of it, by {day}.", name=person.name, day=until)
        if person:
            return say("{name} takes care of it.", name=person.name)
        if who and until:
            return say("Who takes care of it: {who}, by {day}.", who=who, day=until)
        if who:
            return ended(say("Who takes care of it: {who}", who=who))
        return say("To be done by {day}.", day=until) if until else ""

    def _called(self, name: str) -> Person | None:
        return next((p for p in self.board.people.values() if p.name.casefold() == name.casefold()), None)

    def _unnamed(self, who: str) -> str:
        """Who was named in a field, if names are told; else the side of whoever it is, and nothing of several."""
        if self.names or not any(_within(person.name, who) for person in self.board.people.values() if person.name):
            return who
        person = self._called(who)
        return self._of_side(person.party) if person else ""

    def both_agreed(self, card: Card) -> str:
        """That both agreed, and on which day."""
        assert card.agreed_at is not None  # only asked of what stands agreed
        date = self.day(local_day(card.agreed_at))
        if len(self.board.people) == 2:
            return self.language.say("Both agreed, on {day}.", day=date)
        return self.language.say("Both sides agreed, on {day}.", day=date)

    def _of(self, name: str) -> str:
        return of_name(name) if self.language.code == "fr" else name

    def _of_side(self, party: PartyName) -> str:
        return self.language.say("the client") if party == "client" else self.language.say("the consultant")

    def _one_of(self, names: Sequence[str]) -> str:
        if len(names) < 2:
            return "".join(names)
        return self.language.say("{some} or {last}", some=", ".join(names[:-1]), last=names[-1])


def column_title(column: Column, language: Language) -> str:
    """What a column is called: its title, or what the language calls its role."""
    return column.title or (language.say(_ROLES[column.role]) if column.role else column.id)


def ended(words: str) -> str:
    """The words as a sentence: with a full stop where they end without any sign, but for an address."""
    if not words or "://" in words.rsplit(" ", 1)[-1]:
        return words
    last = words[-1]
    open_end = last == "%" or last.isalnum() or unicodedata.category(last) in ("Sc", "Pe", "Pf")
    return f"{words}." if open_end else words


def _unstopped(words: str) -> str:
    """The words without their full stop, for a sentence that goes on after them."""
    return words[:-1] if words.endswith(".") and not words.endswith("..") else words


@lru_cache(maxsize=1_000)
def _day(date: dt.date, code: str, year: bool) -> str:
    return day(date, code, year=year)


def _within(name: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE) is not None
