"""The guests at the board, and what becomes of them when the app is left."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.app import App

from storage.invitations import Invitations
from storage.presence import Here, Presence
from storage.recent import state_folder
from storage.refusal import Refused
from storage.store import utc_now

from ..commands import shown_key
from ..host import child
from ..session import Session
from .asking import Choice, Choose


def guests_at(presence: Presence) -> list[Here]:
    """The sessions of guests, who have come over SSH."""
    return [here for here in presence.everybody() if here.session.startswith("ssh-")]


async def last_words(app: App[Any], session: Session) -> str | None:
    """Ask whether the guests stay, where the board's host was started from the app, and do as was answered.

    Gives what is worth knowing after leaving, empty where nothing is; nothing where nobody leaves after all. A host
    that was started on the command line is left alone.
    """
    board = session.store.path
    if board is None or not child.started_from_app(board, session.environ):
        return ""
    names = sorted({session.store.board.name_of(here.person) for here in guests_at(session.presence)})
    waiting = await asyncio.to_thread(_invited, session)
    if not names and not waiting:
        await _close(session)  # nobody would miss it
        return ""
    language, say = session.language, session.language.say
    if names:
        heading = say("You leave. Do the guests stay?")
        note = say("At the board now: {names}", names=", ".join(names))
        stay = say("They stay: the board stays open to them")
        close = say("Close the table: they are told, and nothing is lost")
    else:
        heading = say("You leave. Does the board stay open?")
        note = language.count(
            "Nobody is here as a guest; {n} invitation still holds.",
            "Nobody is here as a guest; {n} invitations still hold.",
            waiting,
        )
        stay = say("It stays open: they can come while you are away")
        close = say("Close the table; the invitations stay")
    choices = [Choice("stay", stay), Choice("close", close), Choice("no", say("Do not leave"))]
    chosen = await app.push_screen_wait(Choose(language, heading, choices, note=note))
    if chosen == "stay":
        key = shown_key("invite", session.keymap, language)
        return say(
            "The board stays open to guests. To close the table, open the board once more and press {key}.", key=key
        )
    if chosen == "close":
        await _close(session)
        return ""
    return None


def _invited(session: Session) -> int:
    """How many invitations still let somebody in; none where that cannot be known."""
    board = session.store.path
    assert board is not None
    try:
        return len(Invitations(state_folder(session.environ) / "invitations", board, clock=utc_now).holding())
    except Refused:
        return 0


async def _close(session: Session) -> None:
    assert session.store.path is not None
    await asyncio.to_thread(child.stop, session.store.path, session.environ)
