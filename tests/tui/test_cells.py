"""Texts cut and wrapped by cells: whatever they are made of, they fit, and nothing goes without a sign."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import iter_graphemes

from storage.text import clean_line
from tui.cells import CUT, cut, fill, hanging, wrap

PIECES = [
    "a", "W", " ", "  ", "-", "é", "e\u0301", "x\u0334\u0334", "日", "本", "한", "각", "👩‍👩‍👧", "👍🏽", "🇫🇷", "🇨🇭",
    "❤️", "1️⃣", "क्ष", "กำ", "\u200b", "\u00a0", "\u202f", "ＦＵＬＬ", "שלום", "word", "[/]",
]  # fmt: skip

JOINER = "\u200d"


def graphemes(text: str) -> list[str]:
    return list(iter_graphemes(text))


def plain(text: str) -> str:
    """How wide a joiner with nothing to join makes a text is a matter of opinion. The sign itself is none of it."""
    return "".join(grapheme.strip(JOINER) for grapheme in graphemes(text)).replace(CUT, ".")


pieced = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
texts = (pieced | st.text(max_size=60) | st.text("ab 日", max_size=80)).map(clean_line).map(plain)
widths = st.integers(-2, 40)
room = st.integers(2, 40)
counts = st.integers(1, 6)


def is_start(part: str, whole: str) -> bool:
    """Whether a text begins with these graphemes, none of them cut."""
    return graphemes(whole)[: len(graphemes(part))] == graphemes(part)


@given(texts, widths)
@example("👩‍👩‍👧👩‍👩‍👧", 3)
@example("🇫🇷🇨🇭", 2)
@example("क्षक्ष", 2)
@example("a" + "\u0334" * 200 + "bc", 2)
@example("日本", 1)
def test_a_text_that_fits_stays_and_another_is_cut_between_graphemes_with_a_sign(text: str, width: int) -> None:
    short = cut(text, width)
    assert cell_len(short) <= max(0, width)
    if cell_len(text) <= width:
        assert short == text
    elif width > 0:
        assert short.endswith(CUT)
        assert is_start(short.removesuffix(CUT), text)


@given(texts, room)
@example("\u200b日本", 2)
def test_no_more_is_cut_than_has_to_be(text: str, width: int) -> None:
    short = cut(text, width)
    if short != text:
        kept = graphemes(short.removesuffix(CUT))
        assert cell_len("".join([*kept, graphemes(text)[len(kept)]])) > width - 1


@given(texts, widths)
def test_a_filled_text_has_exactly_the_width(text: str, width: int) -> None:
    assert cell_len(fill(text, width)) == max(0, width)
    assert fill(text, width).startswith(cut(text, width).rstrip("\u200d"))


@given(texts, st.integers(-1, 40), counts)
def test_wrapped_lines_are_never_wider_nor_more_than_asked(text: str, width: int, lines: int) -> None:
    found = wrap(text, width, lines)
    assert 1 <= len(found) <= lines
    assert all(cell_len(line) <= max(0, width) for line in found)


@given(texts, room, counts)
@example("🇫🇷🇨🇭", 3, 2)
def test_wrapping_loses_nothing_but_spaces_without_a_sign(text: str, width: int, lines: int) -> None:
    left = graphemes(text.replace(" ", ""))
    for line in wrap(text, width, lines):
        said = graphemes(line.replace(" ", ""))
        if said == left[: len(said)]:
            left = left[len(said) :]
            continue
        assert said[-1] == CUT
        assert said[:-1] == left[: len(said) - 1]
        left = []
    assert left == []


@given(st.lists(st.text("abc日é", min_size=1, max_size=5), min_size=1, max_size=12), st.integers(10, 30))
def test_words_that_fit_on_a_line_are_not_broken(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width, 100)
    assert [word for line in lines for word in line.split(" ")] == words


@given(texts, st.integers(8, 60), st.integers(0, 20), counts)
def test_hanging_lines_are_indented_as_the_first_one_is(text: str, width: int, indent: int, lines: int) -> None:
    first, *others = hanging(text, width + indent, indent, lines).split("\n")
    assert cell_len(first) <= width
    assert all(line.startswith(" " * indent) and cell_len(line) <= width + indent for line in others)
    assert [first, *(line[indent:] for line in others)] == wrap(text, width, lines)


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("Parents, 30 to 45", 8, "Parents…"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("👩‍👩‍👧👩‍👩‍👧", 3, "👩‍👩‍👧…"),
        ("🇫🇷🇨🇭", 3, "🇫🇷…"),
        ("élève", 4, "élè…"),
        ("word", 1, CUT),
        ("word", 0, ""),
        ("", 0, ""),
        ("", 3, ""),
    ],
)
def test_what_a_cut_text_looks_like(text: str, width: int, short: str) -> None:
    assert cut(text, width) == short


def test_a_joiner_at_the_end_joins_nothing_that_is_drawn_behind_it() -> None:
    assert fill("a" + JOINER, 3) == "a  "


@given(texts, room, st.integers(-1, 40), counts)
def test_the_first_line_leaves_room_for_what_stands_before_it(text: str, width: int, first: int, lines: int) -> None:
    begun, *others = wrap(text, width, lines, first=first)
    assert cell_len(begun) <= max(0, min(first, width))
    assert all(cell_len(line) <= width for line in others)
    if lines > 1 and CUT not in (said := "".join([begun, *others])):
        assert graphemes(said.replace(" ", "")) == graphemes(text.replace(" ", ""))


def test_what_a_wrapped_text_looks_like() -> None:
    text = "Who do we want to reach first?"
    assert wrap(text, 12, 4) == ["Who do we", "want to", "reach first?"]
    assert wrap(text, 12, 2) == ["Who do we", "want to rea…"]
    assert wrap("Donaudampfschiff", 6, 3) == ["Donaud", "ampfsc", "hiff"]
    assert wrap("日本語のタイトル", 5, 9) == ["日本", "語の", "タイ", "トル"]
    assert wrap("a日本b", 1, 9) == ["a", CUT, CUT, "b"]
    assert wrap("", 5, 3) == [""]
    assert wrap("reach first", 8, 3, first=5) == ["reach", "first"]
    assert wrap("日本", 8, 3, first=1) == ["", "日本"]
    assert wrap("日本", 8, 1, first=0) == [""]
