"""Who is let in, and who is not, whatever they try at the door."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncssh
import pytest

from storage import Store, new_board
from tui.host import connections, door, host
from tui.host.connections import Connections
from tui.host.reach import LOOPBACK
from tui.words import interface_language

from .hosting import Hosting, Seat, Typing, board_file, hosting, until


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hosting]:
    async with hosting(board_file(tmp_path / "garden.json")) as hosted:
        yield hosted


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong codes cost next to nothing."""
    monkeypatch.setattr(host, "SLOW_SECONDS", 0.01)


async def refused(at: Hosting, user: str, code: str) -> None:
    with pytest.raises((asyncssh.PermissionDenied, asyncssh.DisconnectError)):
        await at.connect(user, code)


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key("openssh").decode()


# Codes


@pytest.mark.parametrize(
    "typed",
    [str, lambda c: c.replace("-", ""), lambda c: c.upper().replace("-", " "), lambda c: f"  {c.replace('-', '–')} "],
    ids=["as shown", "without dashes", "capitals and spaces", "other dashes"],
)
async def test_a_code_opens_however_it_is_typed(at: Hosting, typed: object) -> None:
    invitation, code = at.invite("client")
    assert callable(typed)
    seat = await at.sit(invitation.user, typed(code))
    await seat.shows("PAUL")


async def test_the_code_is_asked_for_where_it_can_be_read(at: Hosting) -> None:
    invitation, code = at.invite("client")
    asked = Typing(code)
    await at.connect(invitation.user, code, client_factory=lambda: asked)
    assert asked.asked == [[("The code of your invitation: ", True)]]


class Twice(Typing):
    """Types something wrong first, and then the code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.told: list[str] = []

    def kbdint_auth_requested(self) -> str | None:
        return "" if len(self.asked) < 2 else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        self.told.append(instructions)
        super().kbdint_challenge_received(name, instructions, lang, prompts)
        return ["wrong" if len(self.asked) == 1 else self.code]


@pytest.mark.usefixtures("quick")
async def test_a_wrong_code_is_said_to_be_one(at: Hosting) -> None:
    invitation, code = at.invite("client")
    typing = Twice(code)
    await at.connect(invitation.user, code, client_factory=lambda: typing)
    assert typing.told == ["", "That is not the code, or the invitation has ended."]


async def test_the_question_has_only_spaces_that_every_client_shows(tmp_path: Path) -> None:
    board = tmp_path / "vallon.json"
    Store.create(board, new_board("Vallon", "fr", {"consultant": "Nadia", "client": "Paul"})).close()
    async with hosting(board) as at:
        invitation, code = at.invite("client")
        asked = Typing(code)
        await at.connect(invitation.user, code, client_factory=lambda: asked)
        assert asked.asked == [[("Le code de votre invitation : ", True)]]


@pytest.mark.usefixtures("quick")
async def test_only_the_code_of_this_name_opens(at: Hosting) -> None:
    _, client_code = at.invite("client")
    _, other_code = at.invite("consultant")
    await refused(at, "client", other_code)
    await refused(at, "client", "")
    await refused(at, "nobody", client_code)
    await refused(at, "", client_code)


@pytest.mark.usefixtures("quick")
async def test_an_invitation_that_has_expired_opens_no_more(at: Hosting) -> None:
    _, code = at.invite("client", lasting=dt.timedelta(seconds=-1))
    await refused(at, "client", code)


@pytest.mark.usefixtures("quick")
async def test_an_invitation_that_was_withdrawn_opens_no_more(at: Hosting) -> None:
    _, code = at.invite("client")
    at.host.invitations.withdraw("client")
    await refused(at, "client", code)


@pytest.mark.usefixtures("quick")
async def test_where_the_invitations_cannot_be_read_nobody_is_let_in(at: Hosting) -> None:
    _, code = at.invite("client")
    at.host.invitations.path.write_text("[{", encoding="utf-8")
    await refused(at, "client", code)


async def test_passwords_are_not_asked_for(at: Hosting) -> None:
    _, code = at.invite("client")
    with pytest.raises(asyncssh.PermissionDenied):
        await at.connect("client", "", preferred_auth="password", password=code)


# Keys


async def test_a_public_key_opens_in_place_of_a_code(at: Hosting) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    invitation, code = at.invite("client", keys=(public(key),))
    assert code == ""
    conn = await at.connect(invitation.user, "", client_keys=[key], preferred_auth="publickey")
    seat = await Seat.taken(conn)
    await seat.shows("PAUL")


async def test_another_key_and_the_key_under_another_name_open_nothing(at: Hosting) -> None:
    key, other = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    at.invite("client", keys=(public(key),))
    at.invite("consultant")
    for user, wrong in (("client", other), ("consultant", key)):
        with pytest.raises(asyncssh.PermissionDenied):
            await at.connect(user, "", client_keys=[wrong], preferred_auth="publickey")


@pytest.mark.usefixtures("quick")
async def test_an_invitation_with_a_key_has_no_code_that_opens(at: Hosting) -> None:
    at.invite("client", keys=(public(asyncssh.generate_private_key("ssh-ed25519")),))
    await refused(at, "client", "")


async def test_to_know_a_public_key_is_not_to_have_it(at: Hosting) -> None:
    key, own = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    at.invite("client", keys=(public(key),))
    at.invite("consultant", view=True, keys=(public(own),))
    knocking = door.Door(at.host)
    assert knocking.begin_auth("client")
    assert knocking.validate_public_key("client", key.convert_to_public())  # asked about, and never proved
    assert knocking.begin_auth("consultant")
    with pytest.raises(asyncssh.ChannelOpenError):
        knocking.session_requested()


# Guessing


async def test_who_has_come_in_as_one_is_not_taken_for_another_whose_key_was_asked_about(at: Hosting) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    at.invite("consultant", keys=(public(key),))
    client, _ = at.invite("client")

    class Conn:
        def get_extra_info(self, name: str) -> str:
            return client.user

    standing = door.Door(at.host)
    standing._conn = Conn()  # type: ignore[assignment]
    assert standing.validate_public_key("consultant", key)
    standing.auth_completed()
    assert not at.host.connections.inside
    with pytest.raises(asyncssh.ChannelOpenError):
        standing.session_requested()


async def test_a_wrong_code_is_logged_with_its_name_and_address_and_never_itself(
    at: Hosting, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "SLOW_SECONDS", 0.01)
    monkeypatch.setattr(host, "WRONG_SECONDS", 0.0)
    invitation, code = at.invite("client")
    with caplog.at_level(logging.DEBUG, "tui.host"):
        await refused(at, invitation.user, "my-own-guess")
        await door.Door(at.host).validate_kbdint_response("x\n\x1b[2J\u202eevil" + "y" * 900, ["my-own-guess"])
        await at.sit(invitation.user, code)
    wrong = [record.getMessage() for record in caplog.records if "wrong code" in record.getMessage()]
    assert wrong[0] == "a wrong code for client from 127.0.0.1"
    assert len(wrong[1]) < 90
    assert all(character.isprintable() for line in wrong for character in line)
    assert "my-own-guess" not in caplog.text
    assert code not in caplog.text
    assert code.replace("-", "") not in caplog.text


async def test_wrong_codes_wait_for_each_other_and_a_right_one_for_none(
    at: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation, code = at.invite("client")
    slow = asyncio.Event()
    answered = 0

    async def slow_down() -> None:
        nonlocal answered
        await slow.wait()
        answered += 1

    monkeypatch.setattr(at.host, "slow_down", slow_down)
    guessing = [asyncio.create_task(refused(at, invitation.user, f"guess {n}")) for n in range(10)]
    await until(lambda: len(at.host.connections._knocking) == 10, "ten at the door")
    seat = await at.sit(invitation.user, code)
    assert answered == 0
    await seat.asks("How often?")
    slow.set()
    await asyncio.gather(*guessing)
    assert answered == 10


async def test_wrong_codes_are_answered_one_after_the_other(at: Hosting, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = 0
    sleep = asyncio.sleep

    async def sleeping(seconds: float) -> None:
        nonlocal waiting
        waiting += 1
        assert waiting == 1
        await sleep(0)
        waiting -= 1

    monkeypatch.setattr(host.asyncio, "sleep", sleeping)
    await asyncio.gather(*(at.host.slow_down() for _ in range(6)))


async def test_who_does_not_wait_for_the_answer_has_no_more_tries(at: Hosting) -> None:
    """A client that asks anew cancels what it has asked before, and with it the delay."""
    invitation, code = at.invite("client")
    knocking = door.Door(at.host)
    knocking.begin_auth(invitation.user)
    for n in range(door.TRIES):
        answering = asyncio.create_task(knocking.validate_kbdint_response(invitation.user, [f"guess {n}"]))
        await asyncio.sleep(0)
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
    assert not await knocking.validate_kbdint_response(invitation.user, [code])


@pytest.mark.usefixtures("quick")
async def test_a_connection_ends_after_three_wrong_codes_and_the_next_may_try_again(at: Hosting) -> None:
    invitation, code = at.invite("client")

    class Stubborn(Typing):
        def kbdint_auth_requested(self) -> str | None:
            return ""

    stubborn = Stubborn("wrong")
    with pytest.raises(asyncssh.DisconnectError, match="not the code either"):
        await at.connect(invitation.user, "", client_factory=lambda: stubborn)
    assert len(stubborn.asked) == door.TRIES
    await at.sit(invitation.user, code)


async def test_a_connection_may_not_try_keys_and_names_without_end(at: Hosting) -> None:
    keys = [asyncssh.generate_private_key("ssh-ed25519") for _ in range(door.MOST_NAMES + 5)]
    with pytest.raises(asyncssh.DisconnectError, match="Too many keys"):
        await at.connect("client", "", client_keys=keys, preferred_auth="publickey")


@pytest.mark.parametrize("words", [door.TOO_MANY_TRIES, door.TOO_MANY_NAMES, door.NO_PLACE])
def test_what_ssh_itself_prints_is_ascii_in_french_too(words: str) -> None:
    """Its client shows anything else by its bytes."""
    said = interface_language("fr").say(words)
    assert said != words
    assert said.replace("\u202f", " ").replace("\u00a0", " ").isascii()


# Crowds


async def test_two_hundred_that_say_nothing_keep_nobody_out(at: Hosting) -> None:
    invitation, code = at.invite("client")
    crowd = [await asyncio.open_connection(LOOPBACK, at.host.port) for _ in range(200)]
    try:
        seat = await at.sit(invitation.user, code)
        await seat.asks("How often?")
        assert len(at.host.connections._knocking) <= connections.MOST_KNOCKING
    finally:
        for _, writer in crowd:
            writer.close()


class Knocker:
    """Stands for a connection where only its end matters."""

    def __init__(self) -> None:
        self.ended = False

    def abort(self) -> None:
        self.ended = True


async def test_who_asks_for_an_expected_guest_stays_while_strangers_come() -> None:
    gate = Connections()
    expected = Knocker()
    gate.knocked(expected)  # type: ignore[arg-type]
    gate.expected(expected)  # type: ignore[arg-type]
    strangers = [Knocker() for _ in range(5 * connections.MOST_KNOCKING)]
    for stranger in strangers:
        gate.knocked(stranger)  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert not expected.ended
    assert not strangers[-1].ended
    assert sum(not stranger.ended for stranger in strangers) == connections.MOST_KNOCKING - 1


async def test_what_one_client_sends_is_read_in_turns_with_the_others(at: Hosting) -> None:
    _, writer = await asyncio.open_connection(LOOPBACK, at.host.port)
    await until(lambda: at.host.connections._knocking, "it to knock")
    (knocking,) = at.host.connections._knocking
    transport = connections._transport(knocking)
    assert transport is not None
    assert transport.max_size == connections.TURN  # type: ignore[attr-defined]
    writer.close()


async def test_one_invitation_does_not_fill_the_house(at: Hosting) -> None:
    invitation, code = at.invite("client")
    other, other_code = at.invite("consultant")
    conns = [await at.connect(invitation.user, code) for _ in range(connections.MOST_EACH + 3)]
    await until(lambda: len(at.host.connections.inside) == connections.MOST_EACH, "the first ones to go")
    seats = [await Seat.taken(conns[-1]) for _ in range(connections.MOST_EACH)]
    with pytest.raises(asyncssh.ChannelOpenError, match="no free place"):
        await Seat.taken(conns[-1])
    await at.sit(other.user, other_code)
    seats[0].chan.close()
    await until(lambda: len(at.host.guests) == connections.MOST_EACH, "a place to become free")
    await Seat.taken(conns[-1])


async def test_who_has_come_in_and_lost_the_invitation_sits_down_no_more(
    at: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    at.host.invitations.withdraw(invitation.user)
    with pytest.raises((asyncssh.ChannelOpenError, asyncssh.ConnectionLost)):
        await Seat.taken(conn)
    await asyncio.wait_for(conn.wait_closed(), 30)


def test_a_thousand_wrong_codes_are_a_few_lines_of_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 50.0
    monkeypatch.setattr(host.time, "monotonic", lambda: now)
    with Store.open(board_file(tmp_path / "garden.json")) as store:
        asked = host.Host(store, tmp_path / "state")
        for n in range(1000):
            asked.wrong_code(f"guess{n}", "192.0.2.7")
        now += host.WRONG_SECONDS
        asked.wrong_code("client", "192.0.2.8")
        now += host.WRONG_SECONDS
        asked.wrong_code("client", "192.0.2.8")
    assert [record.getMessage() for record in caplog.records if "wrong code" in record.getMessage()] == [
        "a wrong code for guess0 from 192.0.2.7",
        "a wrong code for client from 192.0.2.8 (999 more since the last line)",
        "a wrong code for client from 192.0.2.8",
    ]


async def test_nobody_sits_down_any_more_while_the_host_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosting(board_file(tmp_path / "garden.json")) as at:
        invitation, code = at.invite("client")
        conn = await at.connect(invitation.user, code)
        late: list[BaseException | Seat] = []

        async def last_words() -> None:
            late.extend(await asyncio.gather(Seat.taken(conn), return_exceptions=True))

        monkeypatch.setattr(at.host.connections, "close", last_words)
        await at.host.close()
        assert isinstance(late[0], asyncssh.ChannelOpenError)
        conn.abort()


def test_two_hosts_that_begin_at_once_have_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[asyncssh.SSHKey] = []
    both = threading.Barrier(2)
    generate, take_lock = asyncssh.generate_private_key, host.take_lock

    def generated(*args: str, **more: str) -> asyncssh.SSHKey:
        made.append(generate(*args, **more))
        return made[-1]

    def taken(fd: int, seconds: float) -> bool:
        both.wait(30)  # neither has found a key
        return take_lock(fd, seconds)

    monkeypatch.setattr(asyncssh, "generate_private_key", generated)
    monkeypatch.setattr(host, "take_lock", taken)
    path = tmp_path / "state" / "host_key"
    with ThreadPoolExecutor(2) as pool:
        keys = list(pool.map(host.host_key, [path, path]))
    assert len(made) == 1
    assert {key.get_fingerprint("sha256") for key in keys} == {made[0].get_fingerprint("sha256")}


async def test_the_host_has_one_key_for_good(at: Hosting, tmp_path: Path) -> None:
    again = host.host_key(tmp_path / "host-state" / "host_key")
    assert again.get_fingerprint("sha256") == at.host.fingerprint
    assert (tmp_path / "host-state" / "host_key").stat().st_mode & 0o777 == 0o600


async def test_no_key_exchange_is_offered_that_takes_long(at: Hosting) -> None:
    with pytest.raises(asyncssh.KeyExchangeFailed):
        await at.connect("client", "", kex_algs=["diffie-hellman-group18-sha512"])
