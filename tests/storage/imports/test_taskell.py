"""Boards of taskell, with all that its lines can say."""

from __future__ import annotations

import datetime as dt

from storage.imports import FoundCard
from storage.imports.taskell import fits, read_taskell

BOARD = """## To do

- Ask them
    > Why they came,
    > and who told them.
    @ 2026-05-12
    * [ ] the short way
    * [x] the long way
- Just a title

## Done

"""


def test_a_board_is_read() -> None:
    found = read_taskell(BOARD)
    assert [(column.title, len(column.cards)) for column in found.columns] == [("To do", 2), ("Done", 0)]
    assert found.columns[0].cards == (
        FoundCard(
            "Ask them",
            "Why they came,\nand who told them.\n\n- [ ] the short way\n- [x] the long way",
            due=dt.date(2026, 5, 12),
        ),
        FoundCard("Just a title"),
    )
    assert found.left == ()
    assert found.title == ""


def test_a_time_of_day_and_older_ways_of_writing_are_understood() -> None:
    card = (
        read_taskell("## A\n- a\n    @ 2026-05-12 14:30 UTC\n    * ~done~\n    * open\n\t* [X] tab\n")
        .columns[0]
        .cards[0]
    )
    assert card.due == dt.date(2026, 5, 12)
    assert card.body == "- [x] done\n- [ ] open\n- [x] tab"


def test_what_is_no_line_of_it_is_left() -> None:
    found = read_taskell("Words.\n- before\n## A\n    > of no card\n- a\n    @ soon\n    @ 2026-02-31\n# B\n")
    assert [each.text for each in found.left] == ["Words.", "> of no card", "@ soon", "@ 2026-02-31", "# B"]
    assert [(column.title, [c.title for c in column.cards]) for column in found.columns] == [
        ("", ["before"]),
        ("A", ["a"]),
    ]


def test_a_second_due_date_is_left() -> None:
    found = read_taskell("## A\n- a\n    @ 2026-05-12\n    @ 2026-05-13\n")
    assert [each.text for each in found.left] == ["@ 2026-05-13"]


def test_only_its_own_lines_fit() -> None:
    assert fits(BOARD)
    assert not fits(BOARD + "\nwords\n")
    assert not fits("## A\n- a\n")
    assert not fits("")
