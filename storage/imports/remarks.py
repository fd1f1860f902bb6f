"""How a remark from elsewhere says whose it is, for its author need not sit at this table."""

from __future__ import annotations

import datetime as dt

from ..dates import day, local_day
from ..language import Language
from ..text import can_be_seen, clean, clean_line
from .fitting import pieces


def remarks(text: str, by: str, time: dt.datetime | None, language: Language) -> list[str]:
    """Somebody's remark with their name and the day before it, in as many parts as it takes. None where it is empty."""
    text, name = clean(text).strip(), clean_line(by)
    if not can_be_seen(text):
        return []
    when = day(local_day(time), language.code) if time else ""
    if name and when:
        text = language.say("{name}, {day}: {text}", name=name, day=when, text=text)
    elif name or when:
        text = language.say("{name}: {text}", name=name or when, text=text)
    return pieces(text)
