"""What goes wrong in one guest's session, or is sent to it, happens to nobody else."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage import Store
from tui.host import connections, guest
from tui.host.guest_app import GuestApp

from .hosting import Hosting, Seat, board_file, hosting, until

SECRET = "Who knows about the takeover?"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hosting]:
    async with hosting(board_file(tmp_path / "garden.json", SECRET)) as hosted:
        yield hosted


def _of(at: Hosting, party: str) -> tuple[str, str]:
    invitation, code = at.invite(party)  # type: ignore[arg-type]
    return invitation.user, code


# One session's fault is that session's


async def test_an_app_that_fails_ends_alone(
    at: Hosting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    streams = sys.stdout, sys.stderr
    nadia, paul = await at.both()
    (its_app,) = [sitting._app for sitting in at.host.guests if sitting.invited.invitation.user == "client"]
    assert its_app is not None

    def fail() -> None:
        words = SECRET
        raise ValueError(f"not for the log: {words}")

    paul.send("q")
    await paul.shows("In one line")
    paul.send("Half a quest")
    await paul.shows("Half a quest")
    its_app.call_later(fail)
    assert "Something went wrong here, for you alone." in await paul.ends()
    assert paul.chan.get_exit_status() == 1
    await nadia.asks("How often?")
    logged = "\n".join(record.getMessage() + str(record.exc_text or "") for record in caplog.records)
    assert "the app of client (127.0.0.1) failed: builtins.ValueError" in logged
    assert "in fail" in logged
    assert "takeover" not in logged
    assert "takeover" not in caplog.text
    assert [card.title for card in at.board.in_order()] == [SECRET, "How often?"]
    at.host.invitations.withdraw("client")
    again = await at.sit(*_of(at, "client"))
    await again.shows("Half a quest")
    for seat in (nadia, again):
        seat.send("\x11")
        await seat.ends()
    await until(lambda: not at.host.guests, "both to leave")
    assert (sys.stdout, sys.stderr) == streams


@pytest.mark.parametrize("step", ["__init__", "on_mount", "compose"])
async def test_an_app_that_cannot_even_begin_ends_alone(
    at: Hosting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    nadia = await at.sit(*_of(at, "consultant"))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(GuestApp, step, fail)
    paul = await Seat.taken(await at.connect(*_of(at, "client")))
    assert "Something went wrong here, for you alone." in await paul.ends()
    monkeypatch.undo()
    await until(lambda: len(at.host.guests) == 1, "the failed session to end")
    await nadia.asks("How often?")
    assert "client (127.0.0.1)" in caplog.text
    assert "takeover" not in caplog.text


async def test_what_fails_outside_any_session_is_logged_without_words(
    at: Hosting, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(words: str) -> None:
        raise ValueError(words)

    asyncio.get_running_loop().call_soon(fail, SECRET)
    await until(lambda: "something failed: builtins.ValueError" in caplog.text)
    assert "takeover" not in caplog.text


async def test_a_guest_who_stops_reading_is_dropped_and_the_others_go_on(
    at: Hosting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(guest, "MOST_UNREAD", 20_000)
    nadia = await at.sit(*_of(at, "consultant"))
    paul = await at.sit(*_of(at, "client"), size=(200, 60))
    paul.chan.pause_reading()
    transport = paul.conn._transport
    assert isinstance(transport, asyncio.Transport)
    transport.pause_reading()
    for sitting in at.host.guests:  # as if the system had no room for what is sent
        if sitting.invited.invitation.user == "client":
            monkeypatch.setattr(guest, "unread", lambda conn, its=sitting.invited.conn: 30_000 if conn is its else 0)
    await nadia.asks("How often?")
    await until(lambda: len(at.host.guests) == 1, "the deaf one to go")
    assert "client (127.0.0.1) stopped reading and was dropped" in caplog.text
    await nadia.asks("Where?")


async def test_what_a_client_may_be_sent_at_once_is_not_what_waits_in_the_host(at: Hosting) -> None:
    """A client that offers to take gigabytes, and takes nothing."""
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    chan, seat = await conn.create_session(
        lambda: Seat((80, 24)), None, term_type="xterm", term_size=(80, 24), encoding=None, window=1 << 31
    )
    seat.chan, seat.conn = chan, conn
    await seat.shows("Nadia")
    transport = conn._transport
    assert isinstance(transport, asyncio.Transport)
    transport.pause_reading()
    (sitting,) = at.host.guests
    for _ in range(40):
        if not at.host.guests:
            break
        sitting.write(b"x" * 500_000)
        await asyncio.sleep(0)
    await until(lambda: not at.host.guests, "the deaf one to go")
    assert connections.unread(sitting.invited.conn) == 0


async def test_a_client_that_asks_and_never_reads_the_answers_is_dropped(
    at: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_UNREAD", 1000)
    monkeypatch.setattr(connections, "unread", lambda conn: 2000)
    conn = await at.connect(*_of(at, "client"))
    await asyncio.wait_for(conn.wait_closed(), 30)
    assert not at.host.connections.inside


# Everything that can be sent


async def test_sizes_that_nobody_has_are_not_believed(at: Hosting) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    for said, believed in (((0, 0), (80, 24)), ((65_535, 65_535), (500, 200)), ((1, 1), (1, 1)), ((3, 2), (3, 2))):
        seat = await Seat.taken(conn, size=(80, 24), said_size=said)
        await until(lambda: any(guest._app is not None and guest._app.is_running for guest in at.host.guests))
        (sitting,) = at.host.guests
        assert tuple(sitting.size) == believed
        for width, height in ((0, 24), (80, 0), (2**32 - 1, 2**32 - 1), (65_535, 1), (80, 24)):
            seat.chan.change_terminal_size(width, height)
        assert tuple(sitting.size) in ((80, 24), believed)
        await until(lambda: {tuple(guest.size) for guest in at.host.guests} == {(80, 24)})
        await seat.shows("Nadia")
        seat.send("\x11")
        await seat.ends()
        await until(lambda: not at.host.guests)


async def test_of_a_flood_of_sizes_the_last_one_counts(at: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    nadia, paul = await at.both()
    laid_out = 0
    resized = guest.RemoteDriver.resized

    def counted(driver: guest.RemoteDriver, size: Any) -> None:
        nonlocal laid_out
        laid_out += 1
        resized(driver, size)

    monkeypatch.setattr(guest.RemoteDriver, "resized", counted)
    for n in range(3000):
        paul.chan.change_terminal_size(40 + n % 100, 10 + n % 30)
    paul.chan.change_terminal_size(80, 24)
    await nadia.asks("How often?")
    (app,) = [sitting._app for sitting in at.host.guests if sitting.invited.invitation.user == "client"]
    assert app is not None
    await until(lambda: tuple(app.size) == (80, 24))
    await paul.shows("How often?")
    assert laid_out < 300


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b[48;65535;65535;1;1t",
        b"\x1b[1114112u\x1b[99999999999999999999u\x1b[55296u",
        b"\xff\xfe\xc3\x28\xed\xa0\x80\xf0\x9f",
        b"\x1b[?2026;1$y\x1b[?2048;1$y\x1b[?1016;1$y\x1b[9999;9999R\x1b[>1;9999;0c\x1b[?62;c\x1b]11;rgb:/\x07\x1bP1$r\x1b\\",
        b"\x1b[<0;99999;99999M\x1b[<99999999;-1;1M\x1b[M\xff\xff\xff\x1b[I\x1b[O",
        b"\x00\x01\x02\x03\x04\x05\x06\x1c\x1d\x1e\x1f\x7f\x9b\x85",
        b"\x1b" * 500,
        b"\x1b[" + b"1;" * 3000 + b"u",
        b"\x1b[200~\x1b[201~\x1b[201~\x1b[200~",
    ],
    ids=["size", "keys", "no UTF-8", "replies", "mouse", "controls", "escapes", "long", "paste"],
)
async def test_nothing_that_a_terminal_may_say_stops_the_host(at: Hosting, sent: bytes) -> None:
    nadia, paul = await at.both()
    before = at.board
    paul.send(sent)
    await nadia.asks("How often?")
    assert len(at.board.cards) == len(before.cards) + 1
    (sitting,) = [sitting for sitting in at.host.guests if sitting.invited.invitation.user == "client"]
    assert tuple(sitting.size) == (80, 24)
    paul.send(b"\x1b[201~")
    for _ in range(10):  # out of whatever that has opened
        paul.send(b"\x1b")
        await asyncio.sleep(0.3)
        if "How often?" in paul.text():
            break
    await paul.shows("How often?")


async def test_random_bytes_reach_only_the_one_who_sends_them(at: Hosting) -> None:
    nadia, paul = await at.both()
    dice = random.Random(7)
    for n in range(40):
        if not paul.closed:
            paul.send(dice.randbytes(700).replace(b"\x11", b""))
        else:
            at.host.invitations.withdraw("client")
            paul = await at.sit(*_of(at, "client"))
        if n % 10 == 9:
            await nadia.asks(f"Round {n}?")
    asked = [record for record in at.host.store.history() if record.voice == "p1" and record.kind == "add-card"]
    assert len(asked) == 5
    with Store.open(at.host.path) as store:
        assert not store.notices


@pytest.mark.parametrize("begin", [b"", b"\x1b[200~"], ids=["as keys", "as a paste"])
async def test_too_much_at_once_ends_the_session_and_says_so(at: Hosting, begin: bytes) -> None:
    nadia, paul = await at.both()
    paul.send("q")
    await paul.shows("In one line")
    paul.send("Half a quest")
    await paul.shows("Half a quest")
    paul.send(begin)
    for _ in range(40):
        if paul.closed:
            break
        paul.send(b"x" * 50_000)
        await asyncio.sleep(0)
    await nadia.asks("How often?")
    assert "That was too much at once." in await paul.ends()
    assert [card.title for card in at.board.in_order()] == [SECRET, "How often?"]


@pytest.mark.parametrize("term", ["x" * 200, "evil term", "../../etc/passwd", "\x1b[2J", ""])
async def test_a_kind_of_terminal_that_nobody_has_is_a_simple_one(at: Hosting, term: str) -> None:
    invitation, code = at.invite("client")
    chan, seat = await (await at.connect(invitation.user, code)).create_session(
        lambda: Seat((80, 24)), None, request_pty="force", term_type=term, term_size=(80, 24), encoding=None
    )
    seat.chan = chan
    await seat.shows("Nadia")
    (sitting,) = at.host.guests
    assert sitting.environ["TERM"] == "dumb"


async def test_a_change_by_a_guest_is_on_the_disk_before_it_is_shown(at: Hosting) -> None:
    _, paul = await at.both()
    await paul.asks("How often?")
    await until(lambda: len(at.board.cards) == 2)
    with Store.open(at.host.path) as store:
        assert [card.title for card in store.board.in_order()] == [SECRET, "How often?"]
        *_, last = store.history()
        assert (last.kind, last.voice, last.typed_by or last.voice) == ("add-card", "p2", "p2")
