"""The driver of a guest's terminal: what it believes, what it gives back, and what it never does on the host."""

from __future__ import annotations

import asyncio
import io
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.geometry import Size

from storage.text import clean
from tui.host.driver import ENTER, LEAVE, RemoteDriver, believed
from tui.terminal_in import LARGEST, TerminalInput


class Wire:
    """A line that ends in the test."""

    def __init__(self) -> None:
        self.size = Size(80, 24)
        self.sent = b""
        self.driver: RemoteDriver | None = None

    def write(self, data: bytes) -> None:
        self.sent += data

    def listen(self, driver: RemoteDriver | None) -> None:
        self.driver = driver


class Tiny(App[None]):
    """Keeps what it is told."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, line: Wire) -> None:
        self.line = line
        self.told: list[str] = []
        super().__init__(driver_class=RemoteDriver)

    def on_key(self, event: events.Key) -> None:
        self.told.append(event.key)

    def on_paste(self, event: events.Paste) -> None:
        self.told.append(f"paste {event.text!r}")

    def on_resize(self, event: events.Resize) -> None:
        self.told.append(f"size {event.size.width} {event.size.height}")


class Running:
    """An app at the other end of a wire."""

    def __init__(self, app: Tiny, wire: Wire) -> None:
        self.app, self.wire = app, wire

    @property
    def driver(self) -> RemoteDriver:
        assert self.wire.driver is not None
        return self.wire.driver

    async def told(self, last: str) -> list[str]:
        """What the app was told since it was asked last, up to this."""
        async with asyncio.timeout(20):
            while last not in self.app.told:
                await asyncio.sleep(0.01)
        told, self.app.told = self.app.told, []
        return told


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    wire = Wire()
    app = Tiny(wire)
    task = asyncio.create_task(app.run_async())
    async with asyncio.timeout(20):
        while wire.driver is None or not app.told:
            await asyncio.sleep(0.01)
    app.told.clear()
    yield Running(app, wire)
    app.exit()
    await task


@pytest.mark.parametrize(
    ("said", "size"),
    [((0, 0), (80, 24)), ((0, 50), (80, 24)), ((50, 0), (80, 24)), ((-1, 5), (80, 24)), ((65_535, 65_535), LARGEST),
     ((2**32 - 1, 1), (500, 1)), ((1, 1), (1, 1)), ((120, 40), (120, 40))],
)  # fmt: skip
def test_a_size_is_believed_within_bounds(said: tuple[int, int], size: tuple[int, int]) -> None:
    assert tuple(believed(*said)) == tuple(size)


def test_what_is_switched_on_is_switched_off_again() -> None:
    on = set(re.findall(r"\x1b\[(\?\d+)h", "".join(ENTER)))
    off = set(re.findall(r"\x1b\[(\?\d+)l", "".join(LEAVE)))
    hidden = {"?25", "?7"}  # the cursor and the wrapping, which are off meanwhile
    assert on == off - hidden
    assert {f"\x1b[{mode}l" in "".join(ENTER) for mode in hidden} == {True}
    assert {f"\x1b[{mode}h" in "".join(LEAVE) for mode in hidden} == {True}
    assert "\x1b[>" in "".join(ENTER)
    assert "\x1b[<u" in LEAVE


async def test_the_terminal_is_left_as_it_was_found(running: Running) -> None:
    running.app.exit()
    async with asyncio.timeout(20):
        while not running.wire.sent.endswith("".join(LEAVE).encode()):
            await asyncio.sleep(0.01)
    assert running.wire.driver is None


async def test_keys_arrive_and_an_escape_alone_after_a_moment(running: Running) -> None:
    running.driver.received(b"a\x1b[A")
    assert await running.told("up") == ["a", "up"]
    running.driver.received(b"\x1b")
    assert await running.told("escape") == ["escape"]


async def test_a_letter_in_two_pieces_is_one_letter(running: Running) -> None:
    for byte in "é".encode():
        running.driver.received(bytes([byte]))
    running.driver.received(b"\r")
    assert await running.told("enter") == ["é", "enter"]


async def test_a_paste_is_one_text_without_what_no_text_has(running: Running) -> None:
    running.driver.received(b"a\x1b[200~one\r\ntwo\x1b]52;c;eA==\x07\x1b[A\x1bq three\x1b[201~z")
    first, pasted, *rest = await running.told("z")
    assert (first, rest) == ("a", ["z"])
    assert pasted.startswith("paste 'one\\ntwo")
    assert pasted.endswith("three'")
    assert not any(sign in pasted for sign in ("\x1b", "\\x1b", "\\x07"))


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1000])
def test_a_paste_is_the_same_in_pieces_of_any_size(step: int) -> None:
    sent = "q\x1b[200~é \x1b[20 日本\x1b[200~ x\x1b[201~r\x1b[200~\x1b[201~s\x1b[201~t".encode()
    source = TerminalInput()
    found = [event for n in range(0, len(sent), step) for event in source.feed(sent[n : n + step])]
    told = [event.key if isinstance(event, events.Key) else repr(event.text) for event in found]  # type: ignore[attr-defined]
    assert [said for said in told if "x" not in said and said != "''"] == ["q", "r", "s", "t"]
    assert [said for said in told if "x" in said] == [repr(clean("é \x1b[20 日本\x1b[200~ x"))]


async def test_only_the_line_says_how_large_the_terminal_is(running: Running) -> None:
    running.driver.received(b"\x1b[48;65535;65535;1;1t\x1b[48;200;500;1;1tz")
    assert await running.told("z") == ["z"]
    assert tuple(running.app.size) == (80, 24)
    running.wire.size = Size(100, 30)
    running.driver.resized(running.wire.size)
    assert await running.told("size 100 30") == ["size 100 30"]


@pytest.mark.parametrize(
    "sent",
    [b"\x1b[1114112u", b"\x1b[55296u", b"\x1b[99999999999u", b"\xff\xff", b"\xed\xa0\x80", b"\x1b[<0;9999999999;-5M"],
)
async def test_a_key_that_nobody_has_is_none_and_the_next_one_counts(running: Running, sent: bytes) -> None:
    running.driver.received(sent)
    running.driver.received(b"z")
    told = await running.told("z")
    assert not any(0xD800 <= ord(character) <= 0xDFFF for key in told for character in key)
    assert running.app.is_running


async def test_random_bytes_do_not_end_the_app(running: Running) -> None:
    dice = random.Random(11)
    for _ in range(200):
        running.driver.received(dice.randbytes(100).replace(b"\x11", b"").replace(b"\x03", b""))
        await asyncio.sleep(0)
    running.driver.received(b"\x1b[201~\x1b[201~")
    await asyncio.sleep(0.5)
    running.driver.received(b"\x1b[201~z")
    await running.told("z")
    assert running.app.is_running


async def test_links_files_and_pictures_stay_away_from_the_host(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("webbrowser.open", lambda url, **_: opened.append(url))
    running.app.open_url("https://example.org")
    running.app.deliver_text(io.StringIO("text"), save_directory=tmp_path, save_filename="text.txt")
    running.app.deliver_screenshot(path=str(tmp_path))
    await asyncio.sleep(0.1)
    assert not opened
    assert not list(tmp_path.iterdir())


async def test_a_copy_goes_to_the_terminal_of_the_guest(running: Running) -> None:
    running.app.copy_to_clipboard("text")
    assert b"\x1b]52;c;dGV4dA==\x07" in running.wire.sent
