"""Two people reworded the same text at once."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.merge import merge

words = st.lists(st.sampled_from(("two", "stories", "a", "week", "on", "Monday", "\n", "é")), max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("base", "saved", "mine", "together"),
    [
        ("Two stories a week", "Three stories a week", "Two stories a month", "Three stories a month"),
        ("One. Two. Three.", "Zero. Two. Three.", "One. Two. Four.", "Zero. Two. Four."),
        ("a\nb\nc\n", "a\nb\nc\nd\n", "A\nb\nc\n", "A\nb\nc\nd\n"),
        ("a\nb\nc", "a\nc", "a\nb\nC", None),
        ("a b c d e", "a c d e", "a b c d f", "a c d f"),
        ("x", "x", "y", "y"),
        ("x", "y", "x", "y"),
        ("x", "y", "y", "y"),
        ("Two stories", "Three stories", "Four stories", None),
        ("", "one", "two", None),
        ("one", "", "two", None),
        ("one", "", "", ""),
    ],
)
def test_what_both_changed_in_different_places_goes_together(
    base: str, saved: str, mine: str, together: str | None
) -> None:
    assert merge(base, saved, mine) == together


def test_lines_next_to_each_other_are_merged_by_their_words() -> None:
    assert merge("one two\nthree four\n", "ONE two\nthree four\n", "one two\nthree FOUR\n") == "ONE two\nthree FOUR\n"


@pytest.mark.parametrize(
    ("base", "saved", "mine"),
    [
        ("👩\u200d💻", "👨\u200d💻", "👩\u200d🔬"),  # one person at work, not a woman's head and a microscope
        ("क्षि", "क्षी", "त्षि"),
        ("q\u0307x", "q\u0307y", "p\u0307x"),
    ],
)
def test_one_character_or_word_is_never_made_of_two_peoples_halves(base: str, saved: str, mine: str) -> None:
    assert merge(base, saved, mine) is None


@given(words, words, words)
def test_merging_keeps_to_what_somebody_typed(base: str, saved: str, mine: str) -> None:
    together = merge(base, saved, mine)
    assert merge(base, saved, saved) == saved
    assert merge(base, base, mine) == mine
    assert merge(base, saved, base) == saved
    if together is None:
        assert saved not in (base, mine)
        assert mine != base
    else:
        assert set(together.split()) <= set(saved.split()) | set(mine.split())
        added = (set(saved.split()) | set(mine.split())) - set(base.split())
        assert added <= set(together.split())


@given(words, words, words)
def test_who_came_first_makes_no_difference_where_both_fit(base: str, saved: str, mine: str) -> None:
    one, two = merge(base, saved, mine), merge(base, mine, saved)
    assert (one is None) == (two is None)


def test_a_long_text_is_given_up_rather_than_compared_for_minutes() -> None:
    chance = random.Random(3)
    some = [str(number) for number in range(101)]
    base, saved, mine = ("\n".join(chance.choices(some, k=15_000)) for _ in range(3))
    before = time.process_time()
    assert merge(base, saved, mine) is None
    assert merge(base.replace("\n", " "), saved.replace("\n", " "), mine.replace("\n", " ")) is None
    assert time.process_time() - before < 5


def test_a_usual_text_of_many_paragraphs_is_merged() -> None:
    paragraphs = [f"In week {number} we look at what came in, and at what did not." for number in range(600)]
    base = "\n\n".join(paragraphs)
    saved = base.replace("week 7 ", "week seven ")
    mine = base.replace("week 590 ", "the last week ") + "\n"
    assert merge(base, saved, mine) == saved.replace("week 590 ", "the last week ") + "\n"
