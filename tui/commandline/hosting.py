"""Commands that let others in: host a board over SSH, and invite to it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storage import Board, Refused, Store, Voice, changes
from storage.card import PARTIES, PartyName
from storage.invitations import Invitation, Invitations, user_name
from storage.recent import state_folder
from storage.store import utc_now
from storage.text import clean_line

from ..host import PORT
from ..words import party_word, short_date
from .calls import Call, Command, OneOf, board_argument, party

if TYPE_CHECKING:
    from ..host.reach import Listen

LONGEST = dt.timedelta(days=90)
"""How long an invitation lasts at most."""

_LASTING = re.compile(r"(\d{1,4})\s*([mhdwjs])", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "j": "days", "w": "weeks", "s": "weeks"}


def commands(call: Call) -> list[Command]:
    """The commands of this file."""
    return [_host(call), _invite(call)]


def lasting(typed: str) -> dt.timedelta:
    """How long: ``30m``, ``24h``, ``3d`` (or ``3j``), ``2w``. ``Refused("bad-duration")`` where it is none."""
    match = _LASTING.fullmatch(typed.strip())
    if match is None:
        raise Refused("bad-duration", value=clean_line(typed))
    found = dt.timedelta(**{_UNITS[match[2].lower()]: int(match[1])})
    if not dt.timedelta(0) < found <= LONGEST:
        raise Refused("bad-duration", value=clean_line(typed))
    return found


def person_for(store: Store, side: PartyName, name: str) -> str:
    """The id of whom an invitation is for: somebody of the party by that name, who comes to the board if need be.

    Without a name it is the party's first person.
    """
    board = store.board
    if not name:
        return board.of_party(side)[0].id if board.of_party(side) else _added(store, board.party_name(side), side)
    wanted = clean_line(name).casefold()
    found = next((p for p in board.of_party(side) if p.name.casefold() == wanted), None)
    return found.id if found is not None else _added(store, name, side)


def _added(store: Store, name: str, side: PartyName) -> str:
    board = store.board
    host = next((p.id for which in PARTIES for p in board.of_party(which)), "p1")
    voice = Voice(store, host, "invite")
    after = voice.commit_now(changes.AddPerson(name, side))
    return next(p.id for p in after.of_party(side) if p.id not in board.people)


def _host(call: Call) -> Command:
    say = call.language.say

    def run(board: Path, listen: str) -> int:
        from ..host.reach import LOOPBACK, listen_from
        from ..host.serving import serve

        return serve(board, listen_from(listen or f"{LOOPBACK}:{PORT}", PORT), call)

    option = click.Option(
        ["--listen"],
        metavar="HOST:PORT",
        default="",
        help=say("Where to listen; without it, this machine alone on port {port}.", port=PORT),
    )
    summary = say("Let guests come to a board over SSH, by invitation, until it is stopped.")
    return Command(call, "host", "BOARD [--listen HOST:PORT]", summary, run, [board_argument(), option])


def _invite(call: Call) -> Command:
    say = call.language.say

    def run(
        board: Path,
        side: str | None,
        name: str,
        view: bool,
        expires: str,
        key: Path | None,
        listed: bool,
        withdraw: str,
    ) -> int:
        folder = state_folder(call.environ)
        with call.opened(board) as store:
            invitations = Invitations(folder / "invitations", store.path or board, clock=utc_now)
            if listed:
                for invitation in invitations.all():
                    call.out(listed_words(invitation, store.board, call))
                return 0
            if withdraw:
                invitations.withdraw(withdraw)
                call.out(say("The invitation of {user} is withdrawn.", user=withdraw))
                return 0
            if side is None:
                raise click.UsageError(say("{what} is missing.", what="--party PARTY"), click.get_current_context())
            keys = (_key_in(key),) if key is not None else ()
            lasts = lasting(expires)
            person = person_for(store, party(side), name)
            user = user_name(name) or side
            invitation, code = invitations.make(user, party(side), person, lasting=lasts, may_edit=not view, keys=keys)
            where, hosted = _listening(folder, store.path or board)
        call.out(where.line(invitation.user))
        if code:
            call.out(code)
        for line in _notes(where, hosted, call):
            call.err(line)
        return 0

    params = [
        board_argument(),
        click.Option(
            ["--party", "side"],
            type=OneOf(call.language, PARTIES),
            metavar="PARTY",
            help=say("Whose side they sit on."),
        ),
        click.Option(["--name"], default="", metavar="NAME", help=say("Who it is for, if not the first of the party.")),
        click.Option(["--view"], is_flag=True, help=say("They can look, and change nothing.")),
        click.Option(
            ["--expires"],
            default="24h",
            metavar="24h",
            help=say("How long it holds: 30m, 24h, 3d, 2w; without it, 24h."),
        ),
        click.Option(
            ["--key"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help=say("A public key, instead of a code to type."),
        ),
        click.Option(["--list", "listed"], is_flag=True, help=say("List the invitations instead.")),
        click.Option(["--withdraw"], default="", metavar="USER", help=say("Withdraw an invitation instead.")),
    ]
    usage = "BOARD --party PARTY [--name NAME] [--view] [--expires 24h] [--key FILE] | --list | --withdraw USER"
    summary = say("Invite somebody to a board that is hosted: prints the line to paste, and the code.")
    return Command(call, "invite", usage, summary, run, params)


def _key_in(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")[:20_000]
    except OSError as error:
        from storage.files import refused_for

        raise refused_for(error, path) from error


def _listening(folder: Path, board: Path) -> tuple[Listen, bool]:
    """Where the board's host listens, and whether there is one; else where it would."""
    from ..host.reach import LOOPBACK, Listen
    from ..host.running import running

    found = running(folder, board)
    return (Listen(found.host, found.port), True) if found is not None else (Listen(LOOPBACK, PORT), False)


def listed_words(invitation: Invitation, board: Board, call: Call) -> str:
    """An invitation on one line."""
    say = call.language.say
    name = board.name_of(invitation.person)
    side = party_word(call.language, invitation.party)
    rights = say("may edit") if invitation.may_edit else say("may look")
    if invitation.withdrawn:
        until = say("withdrawn")
    elif not invitation.holds(utc_now()):
        until = say("expired")
    else:
        ends = invitation.expires.astimezone()
        until = say("until {date}, {time}", date=short_date(call.language, ends.date()), time=f"{ends:%H:%M}")
    return f"{invitation.user}  {name} ({side})  {rights}  {until}"


def _notes(where: Listen, hosted: bool, call: Call) -> list[str]:
    from ..host.reach import who_can_reach

    say = call.language.say
    if not hosted:
        return [say("This account does not host the board yet; begin with: accord host BOARD")]
    return [who_can_reach(where, call.language)]
