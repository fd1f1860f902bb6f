"""Commands that change a card. Whose word it is, is always said."""

from __future__ import annotations

import uuid
from pathlib import Path

import click

from storage import LANGUAGES, Refused, Store, Voice, changes
from storage.board import ROLES, find_column
from storage.card import KINDS, PARTIES, Card, Kind, OpinionKind, Wording
from storage.changes import Change
from storage.text import clean

from ..words import column_title, interface_language, role_title
from .calls import (
    Call,
    CardId,
    Command,
    OneOf,
    board_argument,
    by_option,
    card_of,
    id_argument,
    party,
    text_from,
)


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_add(call), _move(call), _edit(call), _agree(call), _disagree(call)]


def commit(store: Store, by: str, change: Change) -> None:
    """Make a change in the voice of a party: that of its first person."""
    people = store.board.of_party(party(by))
    if not people:
        raise Refused("nobody-there", party=by)
    person = people[0].id
    voice = Voice(store, person, f"cli-{uuid.uuid4().hex[:12]}", typed_by=person, one_screen=False)
    voice.commit_now(change)


def standing_words(call: Call, store: Store, card: Card) -> str:
    """Where a card now stands, and what it waits for there."""
    say = call.language.say
    board = store.board
    place = board.standing.places[card.id]
    identity, column = call.shown(card.id), column_title(call.language, board.columns[place.column])
    if place.state == "agreed":
        return say("{id} is agreed, and stands in “{column}”.", id=identity, column=column)
    if place.under is not None:
        return say("{id} is settled, and stands under {decision}.", id=identity, decision=call.shown(place.under))
    missing = [board.party_name(p) for p in PARTIES if not card.assents(p)]
    if card.kind == "decision" and len(missing) < len(PARTIES):
        names = ", ".join(missing)
        return say("{id} stands in “{column}”, waiting for {names}.", id=identity, column=column, names=names)
    return say("{id} stands in “{column}”.", id=identity, column=column)


def _add(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, kind: Kind, title: str, by: str, links: tuple[str, ...], body: str) -> int:
        with call.opened(board) as store:
            commit(store, by, changes.AddCard(kind, title, text_from(body), on=tuple(dict.fromkeys(links))))
            # This store stands at its own change, so the newest card is the one that was added.
            call.out(max(store.board.in_order(kind), key=lambda card: card.born).id)
        return 0

    params = [
        board_argument(),
        click.Argument(["kind"], type=OneOf(call.language, KINDS), metavar="|".join(KINDS)),
        click.Argument(["title"], metavar="TITLE"),
        by_option(call),
        click.Option(
            ["--on", "links"],
            type=CardId(call.language),
            metavar="ID",
            multiple=True,
            help=say("What it is made from: an answer's question, what a decision rests on. May be repeated."),
        ),
        click.Option(
            ["--body"], metavar="TEXT|-", default="", help=say("Its text, as Markdown; - reads it from standard input.")
        ),
    ]
    usage = "BOARD question|answer|decision TITLE --by PARTY [--on ID]… [--body TEXT|-]"
    return Command(call, "add", usage, say("Add a card, and print its number."), run, params)


def _move(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, card: str, column: str, by: str) -> int:
        with call.opened(board) as store:
            spoken = [(role, role_title(interface_language(lang), role)) for lang in LANGUAGES for role in ROLES]
            found = find_column(store.board, column, spoken)
            if found is None:
                raise Refused("no-such-column", column=column)
            commit(store, by, changes.Move(card, found.id))
            call.out(standing_words(call, store, card_of(store, card)))
        return 0

    params = [board_argument(), id_argument(call), click.Argument(["column"], metavar="COLUMN"), by_option(call)]
    more = say("COLUMN is its title, or discuss, table, agreed or trying. Out of “Agreed” takes one's own assent back.")
    summary = say("Move a card to the end of a column.")
    return Command(call, "move", "BOARD ID COLUMN --by PARTY", summary, run, params, more=more)


def _edit(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, card: str, title: str | None, body: str | None, by: str) -> int:
        if title is None and body is None:
            words = say("There is nothing to reword: give a --title or a --body.")
            raise click.BadArgumentUsage(words, click.get_current_context())
        with call.opened(board) as store:
            base = card_of(store, card).wording
            text = base.body if body is None else clean(text_from(body))
            wording = Wording(base.title if title is None else title, text, base.trial)
            commit(store, by, changes.Reword(card, wording, base))
            call.out(standing_words(call, store, card_of(store, card)))
        return 0

    params = [
        board_argument(),
        id_argument(call),
        click.Option(["--title"], metavar="T", help=say("The new title.")),
        click.Option(["--body"], metavar="TEXT|-", help=say("The new text; - reads it from standard input.")),
        by_option(call),
    ]
    more = say("Rewording a decision that was agreed puts it back on the table: both are asked again.")
    usage = "BOARD ID --title T [--body TEXT|-] --by PARTY"
    return Command(call, "edit", usage, say("Reword a card."), run, params, more=more)


def _opinion(call: Call, board: Path, card: str, by: str, opinion: OpinionKind, why: str) -> int:
    with call.opened(board) as store:
        commit(store, by, changes.GiveOpinion(card, opinion, why))
        call.out(standing_words(call, store, card_of(store, card)))
    return 0


def _agree(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, card: str, by: str, why: str | None) -> int:
        return _opinion(call, board, card, by, "agree" if why is None else "concern", why or "")

    why = click.Option(["--why"], metavar="TEXT", help=say("A concern that goes with it."))
    params = [board_argument(), id_argument(call), by_option(call), why]
    usage = "BOARD ID --by PARTY [--why TEXT]"
    return Command(call, "agree", usage, say("Agree to a decision, with a concern if --why says one."), run, params)


def _disagree(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, card: str, by: str, why: str) -> int:
        return _opinion(call, board, card, by, "disagree", why)

    why = click.Option(["--why"], metavar="TEXT", required=True, help=say("The reason, in one line; it is needed."))
    params = [board_argument(), id_argument(call), by_option(call), why]
    usage = "BOARD ID --by PARTY --why TEXT"
    return Command(call, "disagree", usage, say("Disagree with a decision, and say why."), run, params)
