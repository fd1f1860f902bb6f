"""``ssh … export``: the same words as on the command line, the same bytes, and nothing of the host's."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from storage import Language, Store
from storage.exports import document_language, export
from storage.text import clean_line
from tests.storage.table import in_conversation
from tui.host import guest, guest_export
from tui.host.guest_export import exported
from tui.words import interface_language

from .hosting import Hosting, Seat, board_file, hosting

EN, FR = interface_language("en"), interface_language("fr")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "garden.json", in_conversation())


def given(store: Store, words: str | Sequence[str], language: Language = EN) -> tuple[str, int]:
    return exported(words.split() if isinstance(words, str) else list(words), store, language)


def document(store: Store, form: str, **options: bool) -> str:
    language = document_language(store.board.lang)
    return export(store.board, form, language, today=dt.date.today(), digest=store.digest, **options)  # type: ignore[arg-type]


def test_without_options_it_is_the_strategy_in_markdown(store: Store) -> None:
    assert given(store, "") == (document(store, "markdown"), 0)
    assert given(store, "", FR) == (document(store, "markdown"), 0)


@pytest.mark.parametrize("form", ["markdown", "text", "json"])
def test_every_form_can_be_asked_for(store: Store, form: str) -> None:
    assert given(store, f"--as {form}") == (document(store, form), 0)
    assert given(store, f"--as={form.upper()}") == (document(store, form), 0)


def test_in_full_and_without_names(store: Store) -> None:
    assert given(store, "--full") == (document(store, "markdown", full=True), 0)
    assert given(store, "--no-names --as text") == (document(store, "text", names=False), 0)


@pytest.mark.parametrize(
    "words",
    ["--as", "--as pdf", "-o strategy.md", "--output=/etc/passwd", "/etc/passwd", "other.json", "--full=yes", "--nope",
     "--as json --as", "-", "--", "-- x", "--as \x1b[2J", "\x00", "--full " * 3 + "--as", "--as " + "x" * 5000],
)  # fmt: skip
def test_what_it_does_not_know_is_one_sentence_and_no_document(store: Store, words: str, tmp_path: Path) -> None:
    for language in (EN, FR):
        said, status = given(store, words, language)
        if words == "--":
            assert (said, status) == (document(store, "markdown"), 0)
            continue
        assert status == 2
        assert said
        assert said == clean_line(said)
        assert len(said) <= 300
    assert sorted(path.name for path in tmp_path.iterdir()) == ["garden.journal", "garden.json"]


def test_its_help_is_for_the_guest_alone(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    said, status = given(store, "-h")
    assert status == 0
    assert "Usage: export [--board | --trail ID | --since CHANGE|last] [--as" in said
    assert "--no-names" in said
    assert "FILE" not in said
    assert capsys.readouterr() == ("", "")


def test_errors_have_the_language_of_the_guest(store: Store) -> None:
    assert "Voir" in given(store, "--nope", FR)[0]
    assert "See" in given(store, "--nope", EN)[0]


# Over the line


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Hosting]:
    async with hosting(
        board_file(tmp_path / "garden.json", "Où sommes-nous\u202f? [fr] é {x} 日本", lang="fr")
    ) as hosted:
        yield hosted


@pytest.mark.parametrize("view", [True, False])
@pytest.mark.parametrize("command", ["export", "accord export", "export --as text", "export --as json --full"])
async def test_the_bytes_are_those_of_the_document(at: Hosting, command: str, view: bool) -> None:
    invitation, code = at.invite("client", view=view)
    seat = await Seat.taken(await at.connect(invitation.user, code), command=command, term=None)
    await seat.ends()
    words = command.removeprefix("accord ").split()[1:]
    assert bytes(seat.raw).decode() == given(at.host.store, words)[0]
    assert (seat.chan.get_exit_status(), bytes(seat.errors)) == (0, b"")


async def test_a_wrong_call_says_so_on_the_side_and_ends_with_two(at: Hosting) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    seat = await Seat.taken(conn, command="export --as pdf", term=None, env={"LANG": "fr_FR.UTF-8"})
    await seat.ends()
    assert (bytes(seat.raw), seat.chan.get_exit_status()) == (b"", 2)
    assert seat.errors.decode().count("\n") == 1
    assert "pdf" in seat.errors.decode()


async def test_on_a_terminal_its_lines_begin_on_the_left(at: Hosting) -> None:
    invitation, code = at.invite("client")
    seat = await Seat.taken(await at.connect(invitation.user, code), command="export")
    await seat.ends()
    assert b"\n" in seat.raw
    assert seat.raw.count(b"\n") == seat.raw.count(b"\r\n")


async def test_input_that_ends_at_once_does_not_end_an_export(at: Hosting) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    seats = [await Seat.taken(conn, command="export --as json", term=None) for _ in range(6)]
    for seat in seats:
        seat.chan.write_eof()
    for seat in seats:
        await seat.ends()
        assert json.loads(seat.raw)


async def test_whoever_is_sent_away_keeps_no_place_with_a_document_that_is_not_read(
    at: Hosting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_export, "exported", lambda *_: ("x" * 4_000_000, 0))
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    chan, seat = await conn.create_session(lambda: Seat((80, 24)), "export", encoding=None, window=4096)
    seat.chan = chan
    chan.pause_reading()
    await asyncio.sleep(0)
    (sitting,) = at.host.guests
    async with asyncio.timeout(30):
        while sitting._unsent < guest.MOST_UNREAD // 2:
            await asyncio.sleep(0.01)
        at.host.invitations.withdraw(invitation.user)
        await conn.wait_closed()
        while at.host.guests:
            await asyncio.sleep(0.01)
    assert len(seat.raw) < 4_000_000


async def test_an_export_whose_client_has_gone_leaves_nothing_behind(at: Hosting) -> None:
    invitation, code = at.invite("client")
    conn = await at.connect(invitation.user, code)
    for _ in range(4):
        await Seat.taken(conn, command="export --as json", term=None)
    conn.abort()
    async with asyncio.timeout(30):
        while at.host.guests:
            await asyncio.sleep(0.01)
