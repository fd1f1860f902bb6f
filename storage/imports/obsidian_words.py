"""What the words of a card are by now in a note: compared with what was written there, line by line.

What is written between title and facts is the body; more lines after an unchanged body, or after the facts, are a
remark, so that nobody's agreement ends because somebody has jotted something down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from msgspec import Struct

from ..card import Card
from ..exports.kept import Written
from ..exports.obsidian import as_saved, typed
from ..merge import merge
from ..text import clean_line
from .obsidian_items import Dates
from .obsidian_note import Item

_FACT = "> - "


class Words(Struct, frozen=True):
    """Title and body as they are by now; ``added`` are lines of no place. ``due`` counts if the first line changed."""

    title: str
    body: str
    due: dt.date | None
    added: str
    head_changed: bool


def words_of(item: Item, written: Written, card: Card, dates: Dates) -> Words:
    """The words of an item that was written for a card."""
    title, due = card.title, card.by_when
    head, lines = as_saved(item.lines[0]), item.lines[1:]
    if head.removeprefix(_FACT) in written.facts:  # somebody has emptied the title, and the rest moved up
        head, lines = "", item.lines
    if head != written.head:
        before, _ = dates.taken(written.head)
        now, due = dates.taken(head)
        title = title if now == before else clean_line(typed(now))
    body, below = _parted(lines, written)
    added = []
    saved = as_saved("\n".join(body))
    if saved == written.body:
        now_body = card.body
    elif saved.startswith(f"{written.body}\n") or not written.body:
        now_body = card.body
        added.append(saved.removeprefix(written.body))
    else:
        # What was only written in another way than it is kept, as signs that mean something there, stays as it is kept.
        now_body = merge(written.body, card.body, saved) or saved
    added += [line.removeprefix(_FACT) for line in below]
    return Words(title, now_body, due, "\n".join(added).strip("\n"), head != written.head)


def _parted(lines: Sequence[str], written: Written) -> tuple[list[str], list[str]]:
    """The lines of the body, and those that somebody wrote among the facts or after them."""
    of_body = set(written.body.split("\n"))
    facts = {f"{_FACT}{fact}" for fact in written.facts}
    begins = facts - of_body
    rows = [as_saved(line) for line in lines]
    end = len(rows)
    for number, row in enumerate(rows):
        if row in begins:
            end = number
            break
    else:  # all that was said of it is gone, or changed
        while end and (not rows[end - 1] or (rows[end - 1].startswith(_FACT) and rows[end - 1] not in of_body)):
            end -= 1
    below = [line for line, row in zip(lines[end:], rows[end:], strict=True) if row not in facts]
    return list(lines[:end]), below
