from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storage.imports.fitting import cut, first_line, pieces
from storage.text import can_be_seen


def test_a_line_is_cut_between_words() -> None:
    assert cut("one two three", 9) == "one two…"
    assert cut("one two three", 13) == "one two three"
    assert cut("onetwothree", 5) == "onet…"
    assert cut("abce\u0301x", 5) == "abc…", "a sign is not torn from its letter"


@given(st.text(max_size=40), st.integers(2, 10))
def test_a_cut_line_fits(text: str, longest: int) -> None:
    assert len(cut(text, longest)) <= longest


def test_a_text_is_parted_between_lines() -> None:
    assert pieces("one\ntwo\nthree", 8) == ["one\ntwo", "three"]
    assert pieces("onetwothree", 4) == ["onet", "woth", "ree"]
    assert pieces("", 4) == []
    assert pieces("\u200b", 4) == []


@given(st.text("ab \n", max_size=60), st.integers(1, 9))
def test_nothing_is_lost_between_the_parts(text: str, longest: int) -> None:
    parts = pieces(text, longest)
    assert all(len(part) <= longest and can_be_seen(part) for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_the_first_line_is_one_that_can_be_seen() -> None:
    assert first_line("\n \u200b\n  b \nc") == "b"
    assert first_line(" \n") == ""
