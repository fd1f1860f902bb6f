"""The words that everything people see has in common: kinds, stages, parties, opinions, days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from storage import Card, Language
from storage.board import Column, Role
from storage.card import Kind, NoteKind, OpinionKind, OutcomeKind, PartyName
from storage.language import known, later
from storage.standing import State

_ROLES: Mapping[Role, str] = {
    "discuss": later("To discuss"),
    "table": later("On the table"),
    "agreed": later("Agreed"),
    "trying": later("Trying"),
}
_KINDS: Mapping[Kind, str] = {
    "question": later("Question"),
    "answer": later("Answer"),
    "decision": later("Decision"),
}
_PARTIES: Mapping[PartyName, str] = {
    "consultant": later("consultant"),
    "client": later("client"),
}
_OPINIONS: Mapping[OpinionKind, str] = {
    "agree": later("agree"),
    "concern": later("agree, with a concern"),
    "disagree": later("disagree"),
    "withdrawn": later("opinion taken back"),
}
_NOTES: Mapping[NoteKind, str] = {
    "plain": later("note"),
    "for": later("note for it"),
    "against": later("note against it"),
    "seen": later("seen"),
}
_OUTCOMES: Mapping[OutcomeKind, str] = {
    "keep": later("we keep it"),
    "change": later("we change it"),
    "stop": later("we stop it"),
}
_STATES: Mapping[State, str] = {
    "open": later("open"),
    "agreed": later("agreed"),
    "settled": later("settled"),
    "not_chosen": later("not chosen"),
    "replaced": later("replaced"),
    "aside": later("set aside"),
}
_STATES_UNDER: Mapping[State, str] = {
    "settled": later("settled by {decision}"),
    "not_chosen": later("not chosen for {decision}"),
    "replaced": later("replaced by {decision}"),
}
_MONTHS = (
    later("Jan"), later("Feb"), later("Mar"), later("Apr"), later("May"), later("Jun"),
    later("Jul"), later("Aug"), later("Sep"), later("Oct"), later("Nov"), later("Dec"),
)  # fmt: skip


@lru_cache(maxsize=4)
def interface_language(code: str) -> Language:
    """The language of a session, for its code or locale name; English where we have no other."""
    return Language(known(code), Path(__file__).parent / "locale", "tui")


class GuestLanguage(Language):
    """The language of somebody who sits at another machine: where files lie on this one is not said in it."""


@lru_cache(maxsize=4)
def guest_language(code: str) -> GuestLanguage:
    """The language of a guest, as :func:`interface_language` finds it."""
    found = interface_language(code)
    return GuestLanguage(found.code, found.folder, found.domain)


def role_title(language: Language, role: Role) -> str:
    """What a stage of the dialogue is called: "To discuss", "On the table" …"""
    return language.say(_ROLES[role])


def column_title(language: Language, column: Column) -> str:
    """What a column is called: its own title, or its role's."""
    return column.title or (role_title(language, column.role) if column.role else column.id)


def kind_word(language: Language, card: Card | Kind) -> str:
    """What a card is, beginning with a capital. A decision is a proposal until both agree to it."""
    if isinstance(card, Card):
        if card.kind == "decision" and not card.agreed:
            return language.say("Proposal")
        return language.say(_KINDS[card.kind])
    return language.say(_KINDS[card])


def party_word(language: Language, party: PartyName) -> str:
    """Which side of the table: "consultant", "client"."""
    return language.say(_PARTIES[party])


def party_as_name(language: Language, party: PartyName) -> str:
    """What somebody is called whose name is not known: what their side is, as a name is written."""
    word = party_word(language, party)
    return word[:1].upper() + word[1:]


def opinion_word(language: Language, opinion: OpinionKind) -> str:
    """What somebody says of a decision, without the reason."""
    return language.say(_OPINIONS[opinion])


def note_word(language: Language, note: NoteKind) -> str:
    """What a remark is: "note", "note for it" …"""
    return language.say(_NOTES[note])


def outcome_word(language: Language, outcome: OutcomeKind) -> str:
    """What came of a trial: "we keep it" …"""
    return language.say(_OUTCOMES[outcome])


def said_words(language: Language, name: str, words: str) -> str:
    """Who says something, and what: "Paul: in spring"; or what it is, and how it reads: "seen: nobody came"."""
    return language.say("{name}: {words}", name=name, words=words)


def state_word(language: Language, state: State, under: str | None = None) -> str:
    """How a card stands: "settled"; with the shown id of the decision that it stands under, "settled by D1"."""
    if under is not None and state in _STATES_UNDER:
        return language.say(_STATES_UNDER[state], decision=under)
    return language.say(_STATES[state])


def short_date(language: Language, day: dt.date, *, today: dt.date | None = None) -> str:
    """A day as "12 May", with its year where that is not this one."""
    month = language.say(_MONTHS[day.month - 1])
    if day.day == 1:
        words = language.say("1 {month}", month=month)
    else:
        words = language.say("{day} {month}", day=day.day, month=month)
    this_year = (today or dt.date.today()).year
    return words if day.year == this_year else f"{words} {day.year}"
