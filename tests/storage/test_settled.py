"""What an agreed decision rests on is settled and stands under it, as long as the agreement lasts."""

from __future__ import annotations

import pytest

from storage.board import Board
from storage.card import Trial, Wording
from storage.changes import (
    AddCard,
    BringBack,
    Change,
    GiveOpinion,
    LinkCards,
    Move,
    Reword,
    SetAside,
)

from .table import AGREED, DISCUSS, NADIA, PAUL, TABLE, TRYING, Table


@pytest.fixture
def table() -> Table:
    """Q1 with the answers A1 and A2, Q2 with A3, and D1 resting on A1: nothing is agreed yet."""
    table = Table()
    for change in (
        AddCard("question", "Who?"),
        AddCard("answer", "Parents", on=("Q1",)),
        AddCard("answer", "Gardeners", on=("Q1",)),
        AddCard("question", "How often?"),
        AddCard("answer", "Weekly", on=("Q2",)),
        AddCard("decision", "Parents first", on=("A1",)),
    ):
        table.does(change)
    return table


def states(board: Board) -> dict[str, str]:
    """How each card stands."""
    return {identity: place.state for identity, place in sorted(board.standing.places.items())}


OPEN = dict.fromkeys(("A1", "A2", "A3", "D1", "Q1", "Q2"), "open")
SETTLED = {**OPEN, "A1": "settled", "A2": "not_chosen", "D1": "agreed", "Q1": "settled"}


def test_nothing_is_settled_before_both_agree(table: Table) -> None:
    assert states(table.board) == OPEN
    table.does(GiveOpinion("D1", "agree"), PAUL)
    assert states(table.board) == OPEN


def test_the_answers_a_decision_rests_on_and_the_questions_behind_them_are_settled(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    assert states(table.board) == SETTLED
    assert {table.board.standing.places[identity].under for identity in ("Q1", "A1", "A2")} == {"D1"}
    assert (table.lane(DISCUSS), table.settled_lane(DISCUSS)) == (["Q2"], ["Q1"])
    assert (table.lane(TABLE), table.settled_lane(TABLE)) == (["A3"], ["A1", "A2"])
    assert table.lane(AGREED) == ["D1"]


@pytest.mark.parametrize(
    "end",
    [
        GiveOpinion("D1", "disagree", "not now"),
        GiveOpinion("D1", "withdrawn"),
        Reword("D1", Wording("Parents second")),
        Move("D1", TABLE),
        SetAside("D1"),
    ],
    ids=lambda change: change.kind,
)
def test_it_ends_when_the_agreement_does(table: Table, end: Change) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(end)
    assert {**states(table.board), "D1": "open"} == OPEN
    assert table.lane(DISCUSS) == ["Q1", "Q2"]


def test_a_trial_settles_as_well(table: Table) -> None:
    table.does(Reword("D1", Wording("Parents first", trial=Trial("who writes"))))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert states(table.board) == SETTLED
    assert table.lane(TRYING) == ["D1"]


def test_a_question_that_a_decision_rests_on_itself_is_settled_with_its_answers_not_chosen(table: Table) -> None:
    table.does(LinkCards("D1", "Q2"))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert states(table.board) == {**SETTLED, "Q2": "settled", "A3": "not_chosen"}


def test_an_answer_that_another_proposal_rests_on_stays_open(table: Table) -> None:
    table.does(AddCard("decision", "Gardeners too", on=("A2",)))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert states(table.board)["A2"] == "open"
    table.does(SetAside("D2"))
    assert states(table.board)["A2"] == "not_chosen"
    table.does(BringBack("D2"))
    assert states(table.board)["A2"] == "open"


def test_an_answer_given_to_a_settled_question_goes_with_it(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(AddCard("answer", "Neighbours", on=("Q1",)), PAUL)
    assert states(table.board)["A4"] == "not_chosen"


def test_what_rests_on_two_agreed_decisions_stays_settled_until_both_agreements_end(table: Table) -> None:
    table.does(AddCard("decision", "Parents only", on=("A1",)))
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(GiveOpinion("D2", "agree", both=True))
    table.does(GiveOpinion("D1", "withdrawn"))
    assert states(table.board)["A1"] == states(table.board)["Q1"] == "settled"
    assert table.board.standing.places["Q1"].under == "D2"
    table.does(GiveOpinion("D2", "withdrawn"))
    assert states(table.board)["A1"] == states(table.board)["Q1"] == "open"


def test_setting_an_answer_aside_does_not_open_its_question_again(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(SetAside("A1"))
    assert states(table.board) == {**SETTLED, "A1": "aside"}
    table.does(GiveOpinion("D1", "withdrawn"))
    assert states(table.board)["Q1"] == "open"


def test_a_question_raised_by_what_is_settled_stays_open(table: Table) -> None:
    table.does(AddCard("question", "Which parents?", on=("A1",)))
    table.does(AddCard("question", "From when?", on=("D1",)))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert states(table.board) == {**SETTLED, "Q3": "open", "Q4": "open"}


def test_links_made_and_taken_away_after_the_agreement_count(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(LinkCards("D1", "A3"), NADIA)
    assert states(table.board) == {**SETTLED, "A3": "settled", "Q2": "settled"}
    table.does(LinkCards("D1", "A1", remove=True))
    assert states(table.board) == {**OPEN, "D1": "agreed", "A3": "settled", "Q2": "settled"}


def test_a_settled_card_goes_where_it_is_moved_once_it_is_open_again(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(Move("Q1", TABLE))
    assert table.settled_lane(TABLE)[-1] == "Q1"
    table.refuses(Move("Q1", AGREED), "only-decisions-agreed")
    table.does(GiveOpinion("D1", "withdrawn"))
    assert "Q1" in table.lane(TABLE)


def test_the_settled_card_set_aside_itself_is_aside(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", both=True))
    table.does(SetAside("Q1"))
    assert states(table.board)["Q1"] == "aside"
    assert table.board.standing.aside == ("Q1",)
    table.does(BringBack("Q1"))
    assert states(table.board) == SETTLED
