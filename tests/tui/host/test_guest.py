"""One guest's session: what it shows, what it may do, and how it ends."""

from __future__ import annotations

import asyncio
import errno
import gc
import os
import re
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from storage import drafts
from tui.host.guest_app import GuestApp

from .hosting import Hosting, Seat, board_file, hosting, until

SECRET = "Who knows about the takeover?"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hosting]:
    async with hosting(board_file(tmp_path / "garden.json", SECRET)) as hosted:
        yield hosted


async def commanded(at: Hosting, command: str | None, **more: Any) -> tuple[Seat, str]:
    """What a command without a terminal gives: the ended seat, and its errors."""
    invitation, code = at.invite("client")
    seat = await Seat.taken(await at.connect(invitation.user, code), command=command, term=None, **more)
    await seat.ends()
    return seat, seat.errors.decode()


# Sitting together


async def test_two_guests_see_each_others_cards_and_cursors(at: Hosting) -> None:
    nadia, paul = await at.both()
    await nadia.asks("How often?")
    await paul.shows("How often?")
    await paul.shows("‹Nadia")
    await paul.asks("Where?")
    await nadia.shows("Where?")
    cards = [(card.title, at.board.name_of(card.voice)) for card in at.board.in_order()]
    assert cards == [(SECRET, "Nadia"), ("How often?", "Nadia"), ("Where?", "Paul")]


async def test_each_terminal_keeps_its_own_size(at: Hosting) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    small, large = await Seat.taken(conn), await Seat.taken(conn, size=(160, 45))
    for seat in (small, large):
        await seat.shows("Nadia")
    sizes = sorted(tuple(guest.size) for guest in at.host.guests)
    assert sizes == [(80, 24), (160, 45)]
    large.screen.resize(30, 100)
    large.chan.change_terminal_size(100, 30)
    await until(lambda: sorted(tuple(guest.size) for guest in at.host.guests) == [(80, 24), (100, 30)])
    await until(lambda: sorted(tuple(guest._app.size) for guest in at.host.guests) == [(80, 24), (100, 30)])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "À discuter"),
        ({"LC_ALL": "fr_CH.UTF-8", "LANG": "en_US.UTF-8"}, "À discuter"),
        ({"LANG": "en_US.UTF-8"}, "To discuss"),
        ({"LANG": "C.UTF-8"}, "To discuss"),
        ({"LANG": "$(reboot)"}, "To discuss"),
        ({}, "To discuss"),
    ],
)
async def test_a_guest_has_the_language_that_their_client_sends(at: Hosting, env: dict[str, str], words: str) -> None:
    invitation, code = at.invite("client")
    seat = await at.sit(invitation.user, code, env=env)
    await seat.shows(words)


@pytest.mark.parametrize("said", ["C", "POSIX", "C.UTF-8", ""])
async def test_a_client_without_a_language_gets_that_of_the_board(tmp_path: Path, said: str) -> None:
    async with hosting(board_file(tmp_path / "garden.json", lang="fr")) as at:
        invitation, code = at.invite("client")
        seat = await at.sit(invitation.user, code, env={"LANG": said})
        await seat.shows("À discuter")


async def test_a_board_that_goes_away_is_one_sentence_and_no_guest_reads_where_it_lay(
    at: Hosting, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nadia, paul = await at.both()
    for file in tmp_path.glob("garden*"):
        file.unlink()
    nadia.send("q")
    await nadia.shows("In one line")
    nadia.send("How often?")
    await nadia.shows("How often?")
    nadia.send("\r")
    for seat in (nadia, paul):
        await seat.shows("Something is wrong with the files of this board")
        assert str(tmp_path).encode() not in seat.raw
    assert "the files of the board: journal-replaced" in caplog.text
    nadia.send("\x11")
    assert "You have left the board." in await nadia.ends()


async def test_a_guest_without_colour_gets_none(at: Hosting) -> None:
    invitation, code = at.invite("client")
    seat = await at.sit(invitation.user, code, env={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    assert all(red == green == blue for red, green, blue in _colours(bytes(seat.raw)))


def _colours(raw: bytes) -> set[tuple[int, int, int]]:
    return {(int(match[1]), int(match[2]), int(match[3])) for match in re.finditer(rb"[34]8;2;(\d+);(\d+);(\d+)", raw)}


async def test_a_session_of_somebody_who_is_no_longer_invited_ends_and_says_so(at: Hosting) -> None:
    nadia, paul = await at.both()
    at.host.invitations.withdraw("client")
    assert "Your invitation has ended." in await paul.ends()
    await nadia.asks("How often?")


async def test_a_text_in_the_making_outlives_the_line(at: Hosting) -> None:
    invitation, code = at.invite("client")
    seat = await at.sit(invitation.user, code)
    seat.send("q")
    await seat.shows("In one line")
    seat.send("Half a quest")
    await seat.shows("Half a quest")
    seat.conn.abort()
    await until(lambda: not at.host.guests, "the session to end")
    again = await at.sit(invitation.user, code)
    await again.shows("Half a quest")
    assert len(at.board.cards) == 1


@pytest.mark.parametrize("key", ["q", "a", "d", "e"])
async def test_two_guests_of_one_invitation_have_a_draft_each(at: Hosting, key: str) -> None:
    invitation, code = at.invite("client")
    seats = [await at.sit(invitation.user, code) for _ in range(2)]
    for seat, text in zip(seats, ("first", "second"), strict=True):
        seat.send(key)
        await seat.shows("In one line" if key != "e" else "Reword")
        seat.send(text)
        await seat.shows(text)
    for seat in seats:
        seat.conn.abort()
    await until(lambda: not at.host.guests, "the sessions to end")
    texts = [kept.title for kept in kept_by(at)]
    assert sorted("second" in text for text in texts) == [False, True]
    again = await at.sit(invitation.user, code)
    for count, text in enumerate(texts, 1):
        again.send("n")
        await again.shows("Paul speaking")  # the editor: the bar says PAUL
        await again.shows(text)
        again.send("\r")
        await until(lambda count=count: len(kept_by(at)) == 2 - count, text)  # type: ignore[misc]


def kept_by(at: Hosting) -> list[drafts.Draft]:
    return drafts.Drafts(at.host.folder / "guests" / "p2" / "drafts", at.host.path).all()


async def test_a_client_that_ends_its_input_has_left(at: Hosting) -> None:
    invitation, code = at.invite("client")
    seat = await Seat.taken(await at.connect(invitation.user, code))
    seat.chan.write_eof()
    await seat.ends()
    await until(lambda: not at.host.guests, "the session to end")


async def test_who_leaves_has_the_terminal_back_and_a_word(at: Hosting) -> None:
    invitation, code = at.invite("client")
    seat = await at.sit(invitation.user, code)
    seat.send("\x11")
    assert "You have left the board." in await seat.ends()
    assert seat.chan.get_exit_status() == 0
    for switched_on in ("?1049", "?1000", "?1003", "?1006", "?1004", "?2004"):
        assert seat.raw.rindex(f"\x1b[{switched_on}l".encode()) > seat.raw.rindex(f"\x1b[{switched_on}h".encode())


async def test_the_host_that_stops_says_so_to_everybody(tmp_path: Path) -> None:
    path = board_file(tmp_path / "garden.json")
    async with hosting(path) as at:
        nadia, paul = await at.both()
        paul.send("q")
        await paul.shows("In one line")
        paul.send("Half a quest")
        await paul.shows("Half a quest")
    for seat in (nadia, paul):
        assert "The host has closed the table." in await seat.ends()
        assert seat.raw.rindex(b"\x1b[?1049l") > seat.raw.rindex(b"\x1b[?1049h")
    async with hosting(path) as at:
        again = await at.sit(*_of(at, "client"))
        await again.shows("Half a quest")


@pytest.mark.parametrize("way", ["the host stops", "withdrawn", "leaves"])
async def test_what_could_not_be_kept_is_not_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    def full(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSPC, "full")

    async with hosting(board_file(tmp_path / "garden.json")) as at:
        nadia, paul = await at.both()
        monkeypatch.setattr(drafts, "write_whole", full)
        paul.send("q")
        await paul.shows("In one line")
        paul.send("Half a quest")
        await paul.shows("The disk of the host is full: nothing can be kept there now.")
        if way == "withdrawn":
            at.host.invitations.withdraw("client")
        elif way == "leaves":
            paul.chan.write_eof()
        if way != "the host stops":
            said = await paul.ends()
    if way == "the host stops":
        said = await paul.ends()
        assert "The host has closed the table. Everything is kept." in await nadia.ends()
    assert "What you were typing could not be kept" in said
    assert "is kept" not in said
    assert "what client (127.0.0.1) was typing could not be kept" in caplog.text
    assert "Half" not in caplog.text


def _of(at: Hosting, party: str) -> tuple[str, str]:
    invitation, code = at.invite(party)  # type: ignore[arg-type]
    return invitation.user, code


async def test_nothing_is_kept_of_a_session_that_has_ended(at: Hosting) -> None:
    invitation, code = at.invite("client")
    apps: list[weakref.ref[GuestApp]] = []
    for _ in range(4):
        seat = await at.sit(invitation.user, code)
        (sitting,) = at.host.guests
        assert sitting._app is not None
        apps.append(weakref.ref(sitting._app))
        del sitting
        seat.send("\x1b[98u\x1b[<0;3;3M\x1b[<0;3;3m")  # keys as some terminals send them, and the mouse
        seat.send("\x1b[113;5u")
        await seat.ends()
        seat.conn.close()
        await seat.conn.wait_closed()
        await until(lambda: not at.host.guests)
    await asyncio.sleep(0.1)
    gc.collect()
    # The threads that began meanwhile still know the standard error of the first one.
    assert [app() for app in apps[1:]] == [None, None, None]


# What is refused


@pytest.mark.parametrize(
    "command",
    ["sh", "/bin/sh -c id", "accord list", "accord open other.json", "scp -t /tmp", "scp -f /etc/passwd",
     "/usr/lib/openssh/sftp-server", "python3 -c 1", "exporter", "EXPORT;id", "é\u202e\x1b[2J", "x" * 30_000, "true"],
    ids=lambda command: str(command)[:12].encode("unicode_escape").decode(),
)  # fmt: skip
async def test_no_command_but_export_does_anything(at: Hosting, command: str) -> None:
    seat, said = await commanded(at, command)
    assert (bytes(seat.raw), said, seat.chan.get_exit_status()) == (
        b"",
        "Here is a board and one command: export. Without a command, the board opens.\n",
        2,
    )


async def test_the_board_wants_a_terminal(at: Hosting) -> None:
    seat, said = await commanded(at, None)
    assert said.startswith("The board wants a terminal")
    assert seat.chan.get_exit_status() == 2


@pytest.mark.parametrize("subsystem", ["sftp", "netconf", "x" * 5000])
async def test_there_is_no_subsystem(at: Hosting, subsystem: str) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    with pytest.raises(asyncssh.ChannelOpenError):
        await Seat.taken(conn, term=None, subsystem=subsystem)


async def test_nothing_is_forwarded(at: Hosting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[str] = []
    monkeypatch.setattr("tempfile.TemporaryDirectory", lambda *a, **b: touched.append("agent"))
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    with pytest.raises(asyncssh.ChannelOpenError):
        await conn.open_connection("127.0.0.1", at.host.port)
    with pytest.raises(asyncssh.ChannelOpenError):
        await conn.open_unix_connection("/run/docker.sock")
    with pytest.raises(asyncssh.ChannelListenError):
        await conn.start_server(lambda *_: None, "127.0.0.1", 0)
    with pytest.raises(asyncssh.ChannelListenError):
        await conn.start_unix_server(lambda *_: None, str(tmp_path / "socket"))
    with pytest.raises(asyncssh.ChannelOpenError):
        await conn.open_tun()
    with pytest.raises(asyncssh.ChannelOpenError):
        await conn.open_tap()
    with pytest.raises(asyncssh.ChannelOpenError):
        await Seat.taken(conn, x11_forwarding=True, x11_display="localhost:0")
    seat = await Seat.taken(conn)
    seat.chan._send_request(b"auth-agent-req@openssh.com", want_reply=False)
    await seat.shows("Nadia")
    assert seat.conn.get_extra_info("username") == "client"
    assert not touched


async def test_no_environment_that_is_sent_has_any_effect(at: Hosting, tmp_path: Path) -> None:
    before = dict(os.environ)
    invitation, code = at.invite("client")
    sent = {
        "HOME": str(tmp_path / "evil"),
        "PATH": "/evil",
        "LD_PRELOAD": "/evil.so",
        "PYTHONPATH": "/evil",
        "ACCORD_STATE": str(tmp_path / "evil"),
        "ACCORD_THEME": "light",
        "ACCORD_TRACEBACK": "1",
        "TEXTUAL_DRIVER": "evil:Driver",
        "TEXTUAL_DEBUG": "1",
        "TEXTUAL_LOG": str(tmp_path / "evil.log"),
        "COLUMNS": "3",
        "TMUX": "/tmp/evil,1,0",
        "SSH_CONNECTION": "1 2 3 4",
        "LC_ALL": "fr_FR.UTF-8/../../etc",
        "WITH\nLINE": "\x1b[2J",
    }
    seat = await at.sit(invitation.user, code, env=sent)
    await seat.asks("How often?")
    (sitting,) = at.host.guests
    assert sitting.environ == {"TERM": "xterm-256color", "SSH_CONNECTION": "guest"}
    assert dict(os.environ) == before
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path / "evil.log").exists()


async def test_an_environment_without_end_is_not_kept(at: Hosting, caplog: pytest.LogCaptureFixture) -> None:
    invitation, code = at.invite("client")
    seat = await at.sit(invitation.user, code)
    for n in range(30):
        seat.chan._send_request(b"env", asyncssh.packet.String(f"V{n}"), asyncssh.packet.String("x" * 20_000))
    await seat.ends()
    assert "client (127.0.0.1) sent what nobody needs and was dropped" in caplog.text


async def test_who_may_only_look_changes_nothing(at: Hosting) -> None:
    before = at.board
    invitation, code = at.invite("client", view=True)
    seat = await at.sit(invitation.user, code)
    seat.send("q")
    await until(lambda: "You may look at this board" in seat.text() or "In one line" in seat.text())
    seat.send("Mine?\r")
    await seat.shows("You may look at this board, not change it")
    seat.send("\x1a")
    await asyncio.sleep(0)
    assert at.board == before
