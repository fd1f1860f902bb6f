"""Commands that show what is on a board and how it came there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import msgspec
from rich.cells import cell_len

from storage import Board, Card, Record
from storage.card import PARTIES, LinkKind, Outcome, PartyName, other
from storage.language import later
from storage.sessions import voices
from storage.text import clean_line

from ..telling import told
from ..words import (
    column_title,
    kind_word,
    note_word,
    opinion_word,
    outcome_word,
    party_word,
    said_words,
    short_date,
    state_word,
)
from .calls import Call, Command, board_argument, card_of, id_argument

_WIDEST_NAME = 20
"""Cells that names are filled up to at most; longer ones push their own line."""

_LINKS: dict[LinkKind, str] = {
    "answers": later("answers"),
    "rests_on": later("rests on"),
    "replaces": later("replaces"),
    "raised_by": later("raised by"),
}


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_list(call), _show(call), _history(call)]


def _json_option(call: Call) -> click.Option:
    return click.Option(["--json", "as_json"], is_flag=True, help=call.language.say("As JSON, for other programs."))


def _out_json(call: Call, value: object) -> None:
    call.out(json.dumps(value, ensure_ascii=call.plain_ascii, indent=1))


# list


def _list(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, as_json: bool) -> int:
        with call.opened(board) as store:
            if as_json:
                from storage.exports.json import card_as_json

                _out_json(call, [card_as_json(store.board, card) for card in store.board.in_order()])
            else:
                call.out("\n".join(_listing(call, store.board)))
        return 0

    more = say("With --json it is an array of cards; settled ones and those set aside are in it, and marked.")
    summary = say("List the cards of a board.")
    return Command(call, "list", "BOARD [--json]", summary, run, [board_argument(), _json_option(call)], more=more)


def _listing(call: Call, board: Board) -> Iterator[str]:
    standing = board.standing
    yield board.title
    for column in board.ordered_columns():
        ids = [identity for _, identity in standing.lanes.get(column.id, [])]
        yield from _part(call, board, column_title(call.language, column), ids)
    settled = [identity for column in board.ordered_columns() for _, identity in standing.settled.get(column.id, [])]
    if settled:
        yield from _part(call, board, call.language.say("Settled cards"), settled)
    if standing.aside:
        yield from _part(call, board, call.language.say("Cards set aside"), standing.aside)


def _part(call: Call, board: Board, title: str, ids: Iterable[str]) -> Iterator[str]:
    cards = [board.cards[identity] for identity in ids]
    names = {card.id: board.name_of(card.voice) for card in cards}
    numbers = max((len(card.id) for card in cards), default=0)
    voices = max((cell_len(name) for name in names.values()), default=0)
    yield ""
    yield f"{title} ({len(cards)})"
    for card in cards:
        about = ", ".join(_about(call, board, card))
        number, voice = _filled(call.shown(card.id), numbers), _filled(names[card.id], min(voices, _WIDEST_NAME))
        yield f"  {number}  {voice}  {card.title}" + (f"  ({about})" if about else "")


def _filled(text: str, cells: int) -> str:
    return text + " " * (cells - cell_len(text))


def _about(call: Call, board: Board, card: Card) -> Iterator[str]:
    language, place = call.language, board.standing.places[card.id]
    if place.under is not None:
        yield state_word(language, place.state, call.shown(place.under))
    if card.frame:
        yield language.say("frame")
    if card.kind == "question" and place.state == "open":
        count = len(board.standing.answers_to(board, card.id))
        yield language.count("{n} answer", "{n} answers", count) if count else language.say("unanswered")
    if card.kind == "decision" and place.state != "aside":
        yield _opinions_in_short(call, board, card)
    if card.links:
        yield f"{call.glyphs.rests} " + " ".join(call.shown(link.to) for link in card.links)


def _opinions_in_short(call: Call, board: Board, card: Card) -> str:
    say = call.language.say
    at = card.agreed_at
    if card.on_trial:
        outcome, until = card.open_outcome, card.trial.until if card.trial is not None else None
        if outcome is not None:
            return say("outcome: waits for {name}", name=board.party_name(other(outcome.party)))
        return say("trial until {date}", date=short_date(call.language, until)) if until is not None else say("trial")
    if at is not None:
        return say("agreed {date}", date=short_date(call.language, at.astimezone().date()))
    against = [o for o in (card.opinion(party) for party in PARTIES) if o is not None and o.kind == "disagree"]
    if against:
        return say("proposal: {name} disagrees", name=board.name_of(against[0].person))
    missing = ", ".join(board.party_name(party) for party in PARTIES if not card.assents(party))
    return say("proposal: waits for {name}", name=missing)


# show


def _show(call: Call) -> Command:
    def run(board: Path, card: str, as_json: bool) -> int:
        with call.opened(board) as store:
            found = card_of(store, card)
            if as_json:
                from storage.exports.json import card_as_json

                _out_json(call, card_as_json(store.board, found))
            else:
                call.out("\n".join(_shown(call, store.board, found)))
        return 0

    params = [board_argument(), id_argument(call), _json_option(call)]
    summary = call.language.say("Show one card, with all that is on it.")
    return Command(call, "show", "BOARD ID [--json]", summary, run, params)


def _shown(call: Call, board: Board, card: Card) -> Iterator[str]:
    yield f"{kind_word(call.language, card)} {call.shown(card.id)}"
    yield card.title
    if card.body:
        yield ""
        yield card.body.rstrip("\n")
    facts = list(_facts(call, board, card))
    widest = max(cell_len(name) for name, _ in facts)
    yield ""
    for name, value in facts:
        yield f"{_filled(name, widest)}  {value}"


def _facts(call: Call, board: Board, card: Card) -> Iterator[tuple[str, str]]:
    language = call.language
    say = language.say
    place = board.standing.places[card.id]
    side = party_word(language, board.party_of(card.voice))
    day = short_date(language, card.created.astimezone().date())
    yield say("said by"), f"{board.name_of(card.voice)} ({side}), {day}"
    column = column_title(language, board.columns[place.column])
    if place.state == "aside":
        column = say("set aside from {column}", column=column)
    elif place.under is not None:
        column = f"{state_word(language, place.state)}, {call.shown(place.under)} {board.cards[place.under].title}"
    yield say("stands in"), column
    if card.frame:
        yield say("frame"), say("yes")
    for link in card.links:
        yield say(_LINKS[link.kind]), _named(call, board, link.to)
    for identity in board.standing.incoming.get(card.id, ()):
        yield say("leads to"), _named(call, board, identity)
    for name, value in ((say("theme"), card.theme), (say("who does it"), card.who)):
        if value:
            yield name, value
    if card.by_when is not None:
        yield say("by when"), short_date(language, card.by_when)
    if card.trial is not None:
        yield from _trial(call, card)
    if card.kind == "decision":
        for party in PARTIES:
            yield say("opinion"), _opinion(call, board, card, party)
    if card.subject_to:
        yield say("subject to"), card.subject_to
    if card.correction is not None:
        yield say("new spelling"), card.correction.wording.title
    if card.reworded is not None:
        yield say("reworded by"), board.name_of(card.reworded.person)
        yield say("wording before"), " ".join(f"{card.reworded.wording.title} {card.reworded.wording.body}".split())
    for outcome in card.outcomes.values():
        yield say("outcome"), _outcome(call, board, card, outcome)
    for note in sorted(card.notes.values(), key=lambda note: note.seq):
        words = " ".join(note.text.split())
        yield note_word(language, note.kind), said_words(language, board.name_of(note.person), words)


def _named(call: Call, board: Board, identity: str) -> str:
    card = board.cards.get(identity)
    return f"{call.shown(identity)} {card.title}" if card is not None else call.shown(identity)


def _trial(call: Call, card: Card) -> Iterator[tuple[str, str]]:
    say = call.language.say
    assert card.trial is not None
    yield say("we watch"), card.trial.watch or say("nothing said yet")
    if card.trial.until is not None:
        yield say("until"), short_date(call.language, card.trial.until)
    if card.trial.stop_if:
        yield say("we stop if"), card.trial.stop_if


def _opinion(call: Call, board: Board, card: Card, party: PartyName) -> str:
    opinion, name = card.opinion(party), board.party_name(party)
    if opinion is None:
        if any(o.party == party for o in card.opinions.values()):
            return call.language.say("{name}: waited for (spoke on an earlier wording)", name=name)
        return call.language.say("{name}: waited for", name=name)
    word = opinion_word(call.language, opinion.kind)
    said = said_words(call.language, word, opinion.reason) if opinion.reason else word
    return said_words(call.language, board.name_of(opinion.person), said)


def _outcome(call: Call, board: Board, card: Card, outcome: Outcome) -> str:
    say = call.language.say
    words = said_words(call.language, outcome_word(call.language, outcome.kind), outcome.saw)
    said = said_words(call.language, board.name_of(outcome.person), words)
    if outcome.confirmed:
        return f"{said} ({say('confirmed by {name}', name=board.name_of(outcome.confirmed))})"
    if outcome == card.outcome:
        return f"{said} ({say('waits for {name}', name=board.party_name(other(outcome.party)))})"
    return said


# history


def _history(call: Call) -> Command:
    def run(board: Path, as_json: bool) -> int:
        with call.opened(board) as store:
            records = list(store.history())
            said_by = voices(records)
            if as_json:
                right = [msgspec.structs.replace(record, voice=said_by[record.seq]) for record in records]
                _out_json(call, msgspec.to_builtins(right))
            elif records:
                call.out("\n".join(_lines(call, store.board, records, said_by)))
            else:
                call.out(call.language.say("Nothing has been done on this board yet."))
        return 0

    summary = call.language.say("Show everything that was done, oldest first, by whom.")
    return Command(call, "history", "BOARD [--json]", summary, run, [board_argument(), _json_option(call)])


def _lines(call: Call, board: Board, records: Sequence[Record], said_by: Mapping[int, str]) -> Iterator[str]:
    numbers = len(str(records[-1].seq))
    names = {person: board.name_of(person) for person in set(said_by.values())}
    widest = min(max(cell_len(name) for name in names.values()), _WIDEST_NAME)
    for record in records:
        voice = said_by[record.seq]
        when = record.time.astimezone().strftime("%Y-%m-%d %H:%M")
        words = clean_line(told(record, board, call.language))
        line = f"{record.seq:>{numbers}}  {when}  {_filled(names[voice], widest)}  {words}"
        if record.typed_by and record.typed_by != voice:
            line += "  " + call.language.say("(typed by {name})", name=board.name_of(record.typed_by))
        yield line
