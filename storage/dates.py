"""Days as the documents of a language write them: "12 May 2026", "1er juin"."""

from __future__ import annotations

import datetime as dt


def day(date: dt.date, code: str, *, year: bool = True) -> str:
    """The day in full words, in the language with this code; without its year where that goes without saying.

    >>> day(dt.date(2026, 5, 12), "en"), day(dt.date(2026, 6, 1), "fr", year=False)
    ('12 May 2026', '1er juin')
    """
    from babel.dates import format_date  # takes longer to import than everything else here

    words = format_date(date, "d MMMM y" if year else "d MMMM", locale=code)
    # French counts the first of a month and numbers the others; CLDR has no pattern for that.
    return f"1er{words[1:]}" if code == "fr" and date.day == 1 else words


def local_day(time: dt.datetime) -> dt.date:
    """The day on which this moment fell, by the clock of this machine."""
    return time.astimezone().date()
