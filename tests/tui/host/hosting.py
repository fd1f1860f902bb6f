"""A host within the test, and guests whose every byte the test decides on."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncssh

from storage import Board, Store, Voice, changes, new_board
from storage.card import PartyName
from storage.invitations import Invitation
from tests.terminal.screen import Reader, Screen
from tui.host.host import Host
from tui.host.reach import LOOPBACK, Listen

PATIENCE = 30.0
"""Seconds until a condition that does not come true fails: long, for two busy cores."""

PEOPLE: dict[PartyName, str] = {"consultant": "p1", "client": "p2"}


def board_file(path: Path, *titles: str, lang: str = "en") -> Path:
    """A board of Nadia and Paul, with these questions."""
    with Store.create(path, new_board("Garden", lang, {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "before")
        for title in titles or ("Who do we want to reach?",):
            voice.commit_now(changes.AddCard("question", title))
    return path


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until something is true; ``AssertionError`` if it does not come true in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"did not come true: {what or condition}") from None


class Hosting:
    """A host and who is invited to it."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @property
    def board(self) -> Board:
        return self.host.store.board

    def invite(
        self,
        party: PartyName,
        *,
        view: bool = False,
        lasting: dt.timedelta = dt.timedelta(hours=1),
        keys: tuple[str, ...] = (),
    ) -> tuple[Invitation, str]:
        """Invite the first person of a party."""
        return self.host.invitations.make(party, party, PEOPLE[party], lasting=lasting, may_edit=not view, keys=keys)

    async def connect(self, user: str, code: str, **more: Any) -> asyncssh.SSHClientConnection:
        """A client that types a code; what it raises is why it was not let in."""
        return await asyncssh.connect(
            LOOPBACK,
            self.host.port,
            username=user,
            known_hosts=None,
            config=[],
            **{
                "client_factory": lambda: Typing(code),
                "client_keys": None,
                "agent_path": None,
                "preferred_auth": "keyboard-interactive",
                **more,
            },
        )

    async def sit(self, user: str, code: str, **more: Any) -> Seat:
        """A guest who stands at the board."""
        seat = await Seat.taken(await self.connect(user, code), **more)
        seat.at = self
        await seat.shows("Nadia")
        return seat

    async def both(self) -> tuple[Seat, Seat]:
        """Nadia and Paul, each at a terminal of their own."""
        seats = []
        for party in ("consultant", "client"):
            invitation, code = self.invite(party)  # type: ignore[arg-type]
            seats.append(await self.sit(invitation.user, code))
        return seats[0], seats[1]


@contextlib.asynccontextmanager
async def hosting(path: Path) -> AsyncIterator[Hosting]:
    """Host a board on a free port of this machine; its state is kept beside it."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    with Store.open(path) as store:
        host = Host(store, path.parent / "host-state")
        await host.open(Listen(LOOPBACK, 0))
        try:
            yield Hosting(host)
        finally:
            await host.close()
            loop.set_exception_handler(before)


class Typing(asyncssh.SSHClient):
    """Answers the one question, once for every time that it is asked."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.asked: list[Sequence[tuple[str, bool]]] = []

    def kbdint_auth_requested(self) -> str | None:
        return "" if not self.asked else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        self.asked.append(prompts)
        return [self.code] * len(prompts)


class Seat(asyncssh.SSHClientSession[bytes]):
    """A guest's end of a channel: a screen to look at, and bytes to send."""

    at: Hosting

    def __init__(self, size: tuple[int, int]) -> None:
        self.screen = Screen(*size, lambda _: None)
        self._reader = Reader(self.screen)
        self.conn: asyncssh.SSHClientConnection
        self.chan: asyncssh.SSHClientChannel[bytes]
        self.raw = bytearray()
        self.errors = bytearray()
        self.closed = False

    @classmethod
    async def taken(
        cls,
        conn: asyncssh.SSHClientConnection,
        *,
        size: tuple[int, int] = (80, 24),
        said_size: tuple[int, int] | None = None,
        term: str | None = "xterm-256color",
        command: str | None = None,
        env: dict[str, str] | None = None,
        **more: Any,
    ) -> Seat:
        """A channel with a terminal, or with a command and no terminal if ``term`` is ``None``."""
        chan, seat = await conn.create_session(
            lambda: cls(size),
            command,
            term_type=term,
            term_size=(said_size or size) if term else (),
            env=env or {},
            encoding=None,
            **more,
        )
        seat.chan, seat.conn = chan, conn
        return seat

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if datatype == asyncssh.EXTENDED_DATA_STDERR:
            self.errors += data
        else:
            self.raw += data
            self._reader.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True

    def send(self, data: bytes | str) -> None:
        """Send bytes; a text as UTF-8."""
        self.chan.write(data.encode() if isinstance(data, str) else data)

    def text(self) -> str:
        return self.screen.text()

    async def shows(self, text: str) -> None:
        """Wait until a text is on the screen."""
        await until(lambda: text in self.text(), f"{text!r} on\n{self.text()}")

    async def ends(self) -> str:
        """Wait until the session has ended; what the screen then says."""
        await until(lambda: self.closed, f"the end of the session\n{self.text()}")
        return self.text()

    async def asks(self, title: str) -> None:
        """Add a question, as one types it, and see it on the board."""
        self.send("q")
        await self.shows("In one line")
        self.send(title)
        await self.shows(title)
        self.send("\r")
        await until(lambda: any(card.title == title for card in self.at.board.in_order()), f"{title!r} to be asked")
        await until(lambda: "A new question" not in self.text() and title in self.text(), f"{title!r} on the board")
