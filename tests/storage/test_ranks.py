"""Ranks sort, there is always room between two of them, and they stay short."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.ranks import check_rank, make_room, rank_after, rank_before, rank_between, ranked

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

ranks = st.builds(lambda start, end: start + end, st.text(DIGITS, max_size=7), st.sampled_from(DIGITS[1:]))
close = st.builds(lambda start, end: start + end, st.text("0z", max_size=6), st.sampled_from("1z"))
any_rank = st.one_of(ranks, close)


@given(any_rank, any_rank)
def test_a_rank_between_two_is_strictly_between(one: str, two: str) -> None:
    low, high = sorted((one, two))
    if low == high:
        with pytest.raises(ValueError, match="no rank between"):
            rank_between(low, high)
        return
    found = rank_between(low, high)
    assert low < found < high
    check_rank(found)
    assert len(found) <= max(len(low), len(high)) + 1


@given(any_rank)
def test_there_is_a_rank_before_and_after_every_other(rank: str) -> None:
    for after in (rank_between(rank, ""), rank_after(rank)):
        assert after > rank
        check_rank(after)
    for before in (rank_between("", rank), rank_before(rank)):
        assert before < rank
        check_rank(before)


def test_ranks_stay_short_where_many_are_added_at_an_end() -> None:
    last = first = rank_between("", "")
    for _ in range(10_000):
        nxt, prev = rank_after(last), rank_before(first)
        assert prev < first <= last < nxt
        last, first = nxt, prev
        assert max(len(last), len(first)) <= 5
    assert max(map(len, ranked(10_000))) <= 5
    assert ranked(3) == sorted(set(ranked(3)))


def test_even_after_the_last_of_four_digits_ranks_grow_by_four_at_once() -> None:
    last = "zzzz"
    for _ in range(1_000):
        assert rank_after(last) > last
        last = rank_after(last)
    assert len(last) <= 8


def test_a_thousand_ranks_at_random_places_stay_short() -> None:
    chance = random.Random(7)
    line = [rank_between("", "")]
    for _ in range(1_000):
        position = chance.randrange(len(line) + 1)
        rank, *moved = make_room(line, position)
        assert not moved
        line.insert(position, rank)
    assert line == sorted(set(line))
    assert max(map(len, line)) <= 12


def test_always_in_front_of_the_same_one_grows_by_a_digit_for_six() -> None:
    low, high = "V", "W"
    for _ in range(600):
        low = rank_between(low, high)
    assert len(low) < 120


@given(st.lists(any_rank, max_size=12).map(sorted), st.data())
def test_room_is_made_between_any_two_also_between_equal_ones(line: list[str], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(line)))
    rank, *moved = make_room(line, position)
    assert rank not in line[:position]
    after = [*line[:position], rank, *moved, *line[position + len(moved) :]]
    assert after == sorted(after)
    assert all(
        low < high for low, high in zip(after[position:], after[position + 1 :], strict=False) if low in (rank, *moved)
    )
    if position:
        assert line[position - 1] < rank


def test_neighbours_keep_their_rank_where_there_is_room() -> None:
    assert make_room(["A", "C"], 1) == ["B"]
    assert make_room([], 0) == [rank_between("", "")]
    assert len(make_room(["A", "A", "A", "B"], 1)) == 3


@pytest.mark.parametrize("text", ["", "0", "V0", "a-b", "\x1b", "é", "V\n", " V"])
def test_what_is_no_rank_is_told_apart(text: str) -> None:
    with pytest.raises(ValueError, match="not a rank"):
        check_rank(text)
