"""What is chosen about an invitation before it is made, one question at a time.

Each gives the invitation as it is wanted now, or nothing where nothing was chosen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from textual.app import App

from storage import Refused
from storage.card import PARTIES
from storage.text import clean_line

from ..cells import cut
from ..host.reach import WAYS, Listen, exposed_in_short, in_a_network, tunnel_at, way_of, way_word
from ..session import Session
from ..words import party_word
from .asking import CHOICE_CELLS, Ask, Choice, Choose, keep_line, kept_line
from .invite_rows import LASTING, Wanted

NAME_KEY = "invite:name"
"""The draft of the name of somebody new, until they have been invited."""

_TUNNEL_KEY = "invite:tunnel"
_WAY_KEY = "invite:way"
_NEW = "new"

Choosing = Callable[[App[Any], Session, Wanted], Awaitable[Wanted | None]]


async def _one_of(app: App[Any], session: Session, heading: str, choices: list[Choice], at: str) -> str | None:
    keys = [choice.key for choice in choices]
    place = keys.index(at) if at in keys else 0
    return await app.push_screen_wait(Choose(session.language, heading, choices, at=place))


async def choose_who(app: App[Any], session: Session, wanted: Wanted) -> Wanted | None:
    """Somebody of the board, or somebody new; a new name that is at the board already is that person."""
    language, board = session.language, session.store.board
    say = language.say
    sides = (wanted.party, *(party for party in PARTIES if party != wanted.party))
    people = {person.id: person for party in sides for person in board.of_party(party)}
    choices = [
        Choice(person.id, cut(f"{person.name} ({party_word(language, person.party)})", CHOICE_CELLS))
        for person in people.values()
    ]
    choices.append(Choice(_NEW, say("Somebody new…")))
    chosen = await _one_of(app, session, say("Who is invited?"), choices, wanted.person or _NEW)
    name = ""
    if chosen == _NEW:
        typed = await app.push_screen_wait(Ask(session, say("What are they called?"), NAME_KEY))
        name = clean_line(typed or "")
        chosen = next((i for i, person in people.items() if person.name.casefold() == name.casefold()), None)
    if chosen is not None:
        return replace(wanted, person=chosen, name=people[chosen].name, party=people[chosen].party)
    if not name:
        return None
    heading = say("Whose side does {name} sit on?", name=name)
    choices = [Choice(party, party_word(language, party)) for party in PARTIES]
    side = await _one_of(app, session, heading, choices, wanted.party)
    party = next((party for party in PARTIES if party == side), None)
    return replace(wanted, person="", name=name, party=party) if party is not None else None


async def choose_rights(app: App[Any], session: Session, wanted: Wanted) -> Wanted | None:
    """Edit or view."""
    say = session.language.say
    choices = [Choice("edit", say("see and change everything")), Choice("view", say("look, and change nothing"))]
    heading = say("What can {name} do?", name=wanted.name)
    chosen = await _one_of(app, session, heading, choices, "edit" if wanted.may_edit else "view")
    return replace(wanted, may_edit=chosen == "edit") if chosen is not None else None


async def choose_lasting(app: App[Any], session: Session, wanted: Wanted) -> Wanted | None:
    """How long."""
    say = session.language.say
    choices = [Choice(words, say(words)) for words in LASTING]
    chosen = await _one_of(app, session, say("How long does the invitation hold?"), choices, wanted.lasts)
    return replace(wanted, lasts=chosen) if chosen is not None else None


async def choose_way(app: App[Any], session: Session, wanted: Wanted, port: int) -> Wanted | None:
    """From where guests can come, and what that opens to whom. ``port`` is the one that a tunnel leads to.

    It begins at what was chosen the last time; the first time, at the network that this machine is in.
    """
    language, dot = session.language, session.glyphs.dot
    choices = [Choice(way, f"{way_word(way, language)} {dot}", exposed_in_short(way, language)) for way in WAYS]
    heading = language.say("From where does {name} come?", name=wanted.name)
    likely = wanted.way or kept_line(session, _WAY_KEY) or ("network" if in_a_network() else "machine")
    chosen = await _one_of(app, session, heading, choices, likely)
    way = next((way for way in WAYS if way == chosen), None)
    if way is None:
        return None
    tunnel = await _ask_tunnel(app, session, port) if way == "tunnel" else wanted.tunnel
    if way == "tunnel" and tunnel is None:
        return None
    keep_line(session, _WAY_KEY, way)
    return replace(wanted, way=way, tunnel=tunnel, leads_to=port)


def way_there(session: Session, wanted: Wanted, hosted: Listen) -> Wanted:
    """The way in that a board has which is hosted already; to be asked, where the last one was a tunnel.

    Where that begins may have changed meanwhile, and its old address be somebody else's.
    """
    tunnel = hosted.loopback and kept_line(session, _WAY_KEY) == "tunnel"
    return replace(wanted, way=None if tunnel else way_of(hosted))


async def _ask_tunnel(app: App[Any], session: Session, port: int) -> Listen | None:
    """Where the tunnel takes guests in; asked again where that is no address. An address is offered next time."""
    say = session.language.say
    note = "\n".join(
        (
            say(
                "A tunnel leads from an address on the internet to port {port} of this machine. You start it in a "
                "second terminal, with one of these for example:",
                port=port,
            ),
            f"  ngrok tcp {port}",
            f"  ssh -N -R 0.0.0.0:{port}:localhost:{port} " + say("you@server"),
            say(
                "Here goes the address where it begins, like example.org:{port}. Whoever finds it can ask to come in; "
                "only the code opens.",
                port=port,
            ),
        )
    )
    while True:
        typed = await app.push_screen_wait(Ask(session, say("Where does the tunnel begin?"), _TUNNEL_KEY, note=note))
        if not typed:
            return None
        try:
            found = tunnel_at(typed, port)
        except Refused:
            note = say("“{address}” is no address; write it like example.org:{port}.", address=typed, port=port)
        else:
            keep_line(session, _TUNNEL_KEY, typed)
            return found
