"""Bytes from a terminal, whoever sent them: keys come through, and nothing ends the reading."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual.geometry import Size
from textual.message import Message

from storage.text import clean
from tui.terminal_in import LARGEST, TerminalInput

IN_BAND = b"\x1b[48;%d;%d;%d;%dt"

SEQUENCES = [
    b"\x1b", b"\x1b[", b"\x1b[A", b"\x1b[1;2C", b"\x1bOP", b"\x1b[200~", b"\x1b[201~", b"\x1b[<0;3;3M",
    b"\x1b[<64;1;1M", b"\x1b[1114112u", b"\x1b[55296u", b"\x1b[97;5u", b"\x1b[;;1114112u", b"\x1b[48;0;0;0;0t",
    b"\x1b[48;65535;65535;1;1t", b"\x1b[?2048;1$y", b"\x1b[?2026;2$y", b"\x1b]52;c;QQ==\x07", b"\x1bP",
    b"\x1b[1;1R", b"a", b"q", b"\r", b"\xc3", b"\xa9", b"\xff\xfe", "é日👩‍👩‍👧".encode(), b"9" * 40, b";",
    b"\x00", b"\x9b", b"\x7f",
]  # fmt: skip
pieces = st.lists(st.sampled_from(SEQUENCES) | st.binary(max_size=20), max_size=12)


def read(*pieces: bytes) -> list[Message]:
    source = TerminalInput()
    return [event for piece in pieces for event in source.feed(piece)]


def typed(found: Iterable[Message]) -> str:
    return "".join(e.character or "" for e in found if isinstance(e, events.Key) and e.is_printable)


@given(pieces)
@example([b"\xc3", b"\xa9"])
@example([b"\x1b[48;0;0;0;0t", b"\x1b[<0;3;3M"])
def test_whatever_was_sent_a_key_still_comes_through(pieces: list[bytes]) -> None:
    source = TerminalInput()
    for piece in pieces:
        list(source.feed(piece))
        list(source.tick())
    # What was begun – a character, a sequence, a paste – ends first.
    list(source.feed(b"  \x1b[201~"))
    found = list(source.feed(b"xyz\x1b[A"))
    assert typed(found) == "xyz"
    assert isinstance(found[-1], events.Key)
    assert found[-1].key == "up"


@given(pieces)
def test_what_comes_through_is_within_bounds(pieces: list[bytes]) -> None:
    for event in read(*pieces, b"\x1b[201~ "):
        if isinstance(event, events.Key) and event.character:
            assert not 0x80 <= ord(event.character[0]) < 0xA0
            assert not 0xD800 <= ord(event.character[0]) <= 0xDFFF
        elif isinstance(event, events.Paste):
            assert event.text == clean(event.text)
        elif isinstance(event, events.Resize):
            assert 1 <= event.size.width <= LARGEST.width
            assert 1 <= event.size.height <= LARGEST.height


@given(st.text(st.characters(blacklist_categories=["C", "Z", "M"]), max_size=20), st.data())
@example("élève 日本", None)
def test_characters_survive_however_their_bytes_are_split(text: str, data: st.DataObject | None) -> None:
    sent = text.encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent))))) if data else range(len(sent))
    starts = [0, *cuts]
    assert typed(read(*(sent[a:b] for a, b in zip(starts, [*cuts, len(sent)], strict=True)))) == text


def test_what_is_no_utf_8_becomes_a_sign_and_the_rest_goes_on() -> None:
    assert typed(read(b"a\xff\xc3(b")) == "a\ufffd\ufffd(b"


def test_a_key_that_cannot_be_costs_only_itself() -> None:
    assert typed(read(b"a\x1b[1114112u", b"b")) == "ab"
    assert typed(read(b"\x1b[55296u\x1b[155u", b"b")) == "b"


def test_a_size_that_no_terminal_has_is_not_believed() -> None:
    (event,) = read(IN_BAND % (65535, 65535, 1, 1))
    assert isinstance(event, events.Resize)
    assert event.size == event.virtual_size == event.container_size == LARGEST
    (event,) = read(IN_BAND % (0, 0, 0, 0))
    assert isinstance(event, events.Resize)
    assert event.size == Size(1, 1)


def test_a_size_that_a_terminal_has_is_taken() -> None:
    (event,) = read(IN_BAND % (24, 80, 480, 800))
    assert isinstance(event, events.Resize)
    assert event.size == Size(80, 24)


@pytest.mark.parametrize("breaking", [b"\x1b[1114112u", b"\x1b[;;1114112u"])
def test_the_mouse_is_where_it_is_also_after_an_error(breaking: bytes) -> None:
    """A terminal that reports its size in band gives the place of the mouse in pixels from then on."""
    *_, event = read(IN_BAND % (24, 80, 480, 800), breaking, b"\x1b[<0;101;41M")
    assert isinstance(event, events.MouseDown)
    assert (event.x, event.y) == (10, 2)


def test_pasted_text_is_cleaned_and_its_lines_stay() -> None:
    (event,) = read(b"\x1b[200~one\rtwo\x07\r\nthree\xe2\x80\xae\x1b[201~")
    assert isinstance(event, events.Paste)
    assert event.text == "one\ntwo\nthree"


def test_a_lone_escape_comes_when_nothing_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("textual._parser.get_time", lambda: now)
    source = TerminalInput()
    assert list(source.feed(b"\x1b")) == []
    assert list(source.tick()) == []
    now += 1.0
    (event,) = source.tick()
    assert isinstance(event, events.Key)
    assert event.key == "escape"
    assert typed(source.feed(b"[A")) == "[A"


def test_the_two_halves_of_a_sequence_are_one_key() -> None:
    (event,) = read(b"\x1b[", b"1;2", b"C")
    assert isinstance(event, events.Key)
    assert event.key == "shift+right"
