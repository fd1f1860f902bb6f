"""Moving cards within and between columns."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.board import new_board
from storage.changes import AddCard, AddColumn, GiveOpinion, Move, MoveColumn, SetAside, TakeBack, Together

from .table import DISCUSS, NADIA, PAUL, TABLE, Table


@pytest.fixture
def table() -> Table:
    """Five questions to discuss."""
    table = Table()
    table.does(Together(tuple(AddCard("question", str(number)) for number in range(5))))
    return table


def test_a_card_is_put_before_another_or_at_the_end(table: Table) -> None:
    table.does(Move("Q4", DISCUSS, before="Q2"))
    assert table.lane(DISCUSS) == ["Q1", "Q4", "Q2", "Q3", "Q5"]
    table.does(Move("Q5", DISCUSS, before="Q1"))
    assert table.lane(DISCUSS) == ["Q5", "Q1", "Q4", "Q2", "Q3"]
    table.does(Move("Q1", DISCUSS))
    assert table.lane(DISCUSS) == ["Q5", "Q4", "Q2", "Q3", "Q1"]
    table.does(Move("Q4", TABLE))
    table.does(Move("Q2", TABLE, before="Q4"))
    assert (table.lane(DISCUSS), table.lane(TABLE)) == (["Q5", "Q3", "Q1"], ["Q2", "Q4"])


def test_where_it_stands_already_nothing_changes(table: Table) -> None:
    table.does(Move("Q5", DISCUSS, before="Q2"))
    table.does(Move("Q4", DISCUSS, before="Q5"))
    for move in (Move("Q5", DISCUSS, before="Q2"), Move("Q3", DISCUSS), Move("Q2", DISCUSS, before="Q2")):
        assert not table.does(move).acts, move


def test_only_the_moved_card_is_touched(table: Table) -> None:
    assert {act.path[1] for act in table.does(Move("Q4", DISCUSS, before="Q2")).acts} == {"Q4"}


def test_before_a_card_that_has_gone_elsewhere_means_at_the_end(table: Table) -> None:
    table.does(Move("Q5", TABLE))
    table.does(SetAside("Q4"))
    for gone in ("Q5", "Q4", "Q9"):
        table.does(Move("Q2", DISCUSS, before=gone))
        assert table.lane(DISCUSS)[-1] == "Q2"
        table.does(Move("Q3", DISCUSS))


def test_there_must_be_such_a_column(table: Table) -> None:
    table.refuses(Move("Q1", "c9"), "no-such-column")


def test_cards_are_moved_among_settled_ones() -> None:
    table = Table()
    for change in (
        Together(tuple(AddCard("question", str(number)) for number in range(4))),
        AddCard("decision", "rests on the second and the last", on=("Q2", "Q4")),
        GiveOpinion("D1", "agree", both=True),
    ):
        table.does(change)
    assert (table.lane(DISCUSS), table.settled_lane(DISCUSS)) == (["Q1", "Q3"], ["Q2", "Q4"])
    table.does(AddCard("question", "new"))
    table.does(Move("Q5", DISCUSS, before="Q3"))
    assert table.lane(DISCUSS) == ["Q1", "Q5", "Q3"]
    table.does(Move("Q1", DISCUSS, before="Q4"))
    assert table.lane(DISCUSS) == ["Q5", "Q3", "Q1"], "also before one that is settled, where all are shown"
    table.does(GiveOpinion("D1", "withdrawn"))
    assert table.lane(DISCUSS) == ["Q2", "Q5", "Q3", "Q1", "Q4"]
    assert len({card.rank for card in table.board.in_order("question")}) == 5, "no two have come to share a place"


def test_several_cards_moved_together_keep_their_order(table: Table) -> None:
    table.does(Together(tuple(Move(identity, DISCUSS, before="Q1") for identity in ("Q5", "Q3", "Q4"))))
    assert table.lane(DISCUSS) == ["Q5", "Q3", "Q4", "Q1", "Q2"]
    table.does(Together(tuple(Move(identity, TABLE) for identity in ("Q4", "Q1", "Q5"))))
    assert table.lane(TABLE) == ["Q4", "Q1", "Q5"]
    table.does(Together((Move("Q2", TABLE), AddCard("question", "new", column=TABLE), Move("Q3", TABLE))))
    assert table.lane(TABLE) == ["Q4", "Q1", "Q5", "Q2", "Q6", "Q3"]


def test_cards_that_have_come_to_share_a_rank_are_told_apart_by_the_next_move(table: Table) -> None:
    """Taking a move back gives the old rank, which another may have got meanwhile."""
    table.does(Move("Q3", DISCUSS, before="Q2"), NADIA)
    moved = table.does(Move("Q3", DISCUSS), NADIA)
    table.does(Move("Q4", DISCUSS, before="Q2"), PAUL, session="s2")
    table.does(TakeBack(moved), NADIA)
    assert table.card("Q3").rank == table.card("Q4").rank
    between = Table(table.board)
    between.does(Move("Q5", DISCUSS, before="Q4"))
    assert between.lane(DISCUSS) == ["Q1", "Q3", "Q5", "Q4", "Q2"]
    for order in permutations(["Q3", "Q4", "Q5"]):
        other = Table(table.board)
        for identity in reversed(order):
            other.does(Move(identity, DISCUSS, before=other.lane(DISCUSS)[1]))
            assert other.lane(DISCUSS)[1] == identity
        assert other.lane(DISCUSS)[1:4] == list(order)


def test_columns_that_share_a_rank_are_told_apart_by_the_next_move() -> None:
    table = Table()
    table.does(AddColumn("x", before=TABLE))
    moved = table.does(MoveColumn("c5"))
    table.does(AddColumn("y", before=TABLE), PAUL, session="s2")
    table.does(TakeBack(moved))
    assert table.board.columns["c5"].rank == table.board.columns["c6"].rank
    table.does(AddColumn("z", before="c6"))
    assert [column.id for column in table.board.ordered_columns()][1:4] == ["c5", "c7", "c6"]


moves = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([DISCUSS, TABLE]), st.integers(0, 6)), max_size=25)


@settings(max_examples=50, deadline=None)
@given(moves)
def test_moving_does_what_taking_out_and_putting_in_does(moves: list[tuple[int, str, int]]) -> None:
    table = Table(new_board("x", "en", {"consultant": "Nadia", "client": "Paul"}))
    table.does(Together(tuple(AddCard("question", str(number)) for number in range(6))))
    lists: dict[str, list[str]] = {DISCUSS: [f"Q{number}" for number in range(1, 7)], TABLE: []}
    for number, column, before in moves:
        identity, target = f"Q{number}", f"Q{before}"
        table.does(Move(identity, column, before=target))
        if not (identity == target and identity in lists[column]):
            for line in lists.values():
                if identity in line:
                    line.remove(identity)
            line = lists[column]
            line.insert(line.index(target) if target in line else len(line), identity)
        assert {DISCUSS: table.lane(DISCUSS), TABLE: table.lane(TABLE)} == lists
