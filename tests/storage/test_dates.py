from __future__ import annotations

import datetime as dt

import pytest

from storage.dates import day, local_day


@pytest.mark.parametrize(
    ("date", "code", "words"),
    [
        (dt.date(2026, 5, 12), "fr", "12 mai 2026"),
        (dt.date(2026, 6, 1), "fr", "1er juin 2026"),
        (dt.date(2026, 8, 11), "fr", "11 août 2026"),
        (dt.date(2026, 12, 31), "fr", "31 décembre 2026"),
        (dt.date(2026, 5, 12), "en", "12 May 2026"),
        (dt.date(2026, 6, 1), "en", "1 June 2026"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(date: dt.date, code: str, words: str) -> None:
    assert day(date, code) == words
    assert day(date, code, year=False) == words.removesuffix(" 2026")


def test_a_moment_falls_on_the_day_of_this_machine_s_clock() -> None:
    here = dt.datetime(2026, 5, 12, 23, 59).astimezone()
    assert local_day(here.astimezone(dt.UTC)) == dt.date(2026, 5, 12)
    assert local_day((here + dt.timedelta(minutes=2)).astimezone(dt.UTC)) == dt.date(2026, 5, 13)
