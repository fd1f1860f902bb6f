"""What a board is: its ids and names, and what it says of itself."""

from __future__ import annotations

import msgspec
import pytest

from storage.board import Board, Column, find_column, new_board
from storage.card import Card, card_id, number_of, other, shown_id
from storage.changes import AddCard, AddColumn, AddNote, DescribeParty, GiveOpinion, Move, RenameColumn
from storage.standing import Standing

from .table import BEGIN, NADIA, PAUL, TABLE, Table, in_conversation, three_people


def test_a_new_board_has_two_parties_a_person_each_and_the_four_columns() -> None:
    board = new_board(" Amis\ndu Phare ", "fr", {"consultant": "Nadia", "client": "Paul"})
    assert board.title == "Amis du Phare"
    assert [column.role for column in board.ordered_columns()] == ["discuss", "table", "agreed", "trying"]
    assert [(p.id, p.name) for p in (*board.of_party("consultant"), *board.of_party("client"))] == [
        ("p1", "Nadia"),
        ("p2", "Paul"),
    ]
    assert not board.cards


def test_the_language_is_one_that_there_is() -> None:
    assert new_board("x", "fr_CH.UTF-8", {"consultant": "a", "client": "b"}).lang == "fr"
    assert new_board("x", "\x1b[2J", {"consultant": "a", "client": "b"}).lang == "en"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("q1", "Q1"),
        ("R4", "A4"),
        ("r4", "A4"),
        ("A4", "A4"),
        (" d012 ", "D12"),
        ("D", None),
        ("x1", None),
        ("Q1x", None),
    ],
)
def test_an_id_is_understood_as_people_type_it(typed: str, meant: str | None) -> None:
    assert card_id(typed) == meant


@pytest.mark.parametrize("typed", ["Q१", "Q²", "Q-1", "Q1\n2", "", "QQ1", "Q9999999999"])
def test_what_only_looks_like_an_id_is_none(typed: str) -> None:
    assert card_id(typed) is None


def test_answers_are_shown_as_r_in_french_alone() -> None:
    assert [shown_id(identity, "fr") for identity in ("Q1", "A4", "D2")] == ["Q1", "R4", "D2"]
    assert shown_id("A4", "en") == "A4"
    assert number_of("A41") == 41


def test_a_column_is_found_by_its_role_its_title_its_id_or_the_name_of_its_role() -> None:
    table = Table()
    table.does(AddColumn("Later", before=None))
    table.does(RenameColumn(TABLE, "Sur la nappe"))
    titles = [("agreed", "Agreed"), ("agreed", "D'accord")]
    for typed, found in (
        ("discuss", "c1"),
        ("LATER", "c5"),
        ("sur la NAPPE", "c2"),
        ("table", "c2"),
        ("d'accord", "c3"),
        ("c4", "c4"),
    ):
        column = find_column(table.board, typed, titles)
        assert column is not None, typed
        assert column.id == found
    assert find_column(table.board, "elsewhere", titles) is None
    assert find_column(table.board, " ", titles) is None


def test_cards_come_by_kind_and_number() -> None:
    table = Table()
    for _ in range(11):
        table.does(AddCard("question", "?"))
    table.does(AddCard("decision", "d"))
    table.does(AddCard("answer", "a", on=("Q1",)))
    assert [card.id for card in table.board.in_order()] == [*(f"Q{i}" for i in range(1, 12)), "A1", "D1"]
    assert [card.id for card in table.board.in_order("decision")] == ["D1"]


def test_a_party_is_called_by_its_name_or_by_its_first_person() -> None:
    table = Table()
    assert table.board.party_name("client") == "Paul"
    table.does(DescribeParty("client", "Amis du Phare"))
    assert table.board.party_name("client") == "Amis du Phare"
    assert table.board.party_of("p3") == "client"
    assert table.board.name_of("p3") == "Zoé"
    assert table.board.name_of("p9") == "p9"
    assert other("client") == "consultant"


def test_an_answer_is_expected_of_the_party_that_did_not_ask() -> None:
    table = Table()
    asked_by_nadia = table.card(table.adds(AddCard("question", "What is the budget?"), NADIA))
    asked_by_paul = table.card(table.adds(AddCard("question", "Which network?"), PAUL))
    assert table.board.answering_party(asked_by_nadia) == "client"
    assert table.board.answering_party(asked_by_paul) == "consultant"


def test_an_answer_is_expected_of_the_party_whose_expertise_the_question_asks_for() -> None:
    table = Table()
    table.does(DescribeParty("client", expertise="Means, gardening"))
    table.does(DescribeParty("consultant", expertise="Social media"))
    question = table.card(table.adds(AddCard("question", "How many hours?", theme="means"), PAUL))
    assert table.board.answering_party(question) == "client"
    unknown = table.card(table.adds(AddCard("question", "Why?", theme="aims"), PAUL))
    assert table.board.answering_party(unknown) == "consultant"
    table.does(DescribeParty("consultant", expertise="means as well"))
    assert table.board.answering_party(question) == "consultant", "both know: then who did not ask"


def test_what_is_agreed_says_since_when() -> None:
    table = Table()
    table.adds(AddCard("decision", "d"))
    assert table.card("D1").agreed_at is None
    table.does(GiveOpinion("D1", "agree"), PAUL)
    last = table.does(GiveOpinion("D1", "agree"), NADIA)
    table.does(AddNote("D1", "fine"))
    assert table.card("D1").agreed_at == last.time


def test_boards_are_the_same_where_people_see_no_difference() -> None:
    board = in_conversation()
    assert board.same_as(msgspec.structs.replace(board, seq=99, numbers={**board.numbers, "Q": 50}))
    assert not board.same_as(msgspec.structs.replace(board, title="another"))
    card = msgspec.structs.replace(board.cards["D1"], rank="z")
    assert not board.same_as(msgspec.structs.replace(board, cards={**board.cards, "D1": card}))


def test_a_board_is_never_changed_by_what_is_done_to_it() -> None:
    table = Table(in_conversation())
    before, packed = table.board, msgspec.json.encode(table.board, enc_hook=dict)
    standing = before.standing
    lanes = {column: list(lane) for column, lane in standing.lanes.items()}
    table.does(AddCard("question", "?"))
    table.does(Move("Q2", TABLE))
    table.does(GiveOpinion("D2", "agree", both=True))
    assert msgspec.json.encode(before, enc_hook=dict) == packed
    assert before.standing is standing
    assert standing.lanes == lanes
    assert dict(standing.places) == dict(Standing.of(before).places)


def test_numbers_are_never_below_those_in_use() -> None:
    board = in_conversation()
    read = msgspec.convert({**msgspec.to_builtins(board, enc_hook=dict), "numbers": {"Q": 1}}, Board)
    assert read.numbers == {"Q": 2, "A": 3, "D": 3, "p": 3, "c": 4}


def test_a_board_is_refused_where_it_does_not_hold_together() -> None:
    plain = msgspec.to_builtins(three_people(), enc_hook=dict)
    cards = msgspec.to_builtins(in_conversation().cards["Q1"])
    wrongs: tuple[dict[str, object], ...] = (
        {"people": {"p7": {"id": "p1", "name": "x", "party": "client"}}},
        {"columns": {}},
        {"columns": {**plain["columns"], "c9": {"id": "c9", "rank": "x", "role": "table"}}},
        {"parties": {"client": {}}},
        {"cards": {"Q2": cards}},
        {"cards": {"Q1": {**cards, "column": "c9"}}},
        {"cards": {"Q1": {**cards, "column": "c3"}}},
        {"cards": {"Q1": {**cards, "id": "A1"}}},
        {"numbers": {"x": 1}},
        {"numbers": {"Q": -1}},
    )
    for wrong in wrongs:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**plain, **wrong}, Board)
    assert msgspec.convert({**plain, "cards": {"Q1": cards}}, Board).cards["Q1"].title


def test_a_column_and_a_card_need_a_rank_that_sorts() -> None:
    with pytest.raises(ValueError, match="not a rank"):
        Column("c9", "a b")
    with pytest.raises(ValueError, match="not a rank"):
        Card("Q1", "question", "x", "c1", "V0", "p1", BEGIN, 1, 1)
