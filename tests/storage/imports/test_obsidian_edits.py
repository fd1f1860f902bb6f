"""What somebody changes in Obsidian counts: by the rules of every change, and with nothing lost in silence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.board import Board
from storage.card import PARTIES
from storage.changes import AddCard, AddColumn, Describe, SetAside
from storage.imports.found import Found, Left
from storage.imports.obsidian import read_obsidian
from tests.storage.strategies import Step, conversations
from tests.storage.table import AGREED, DISCUSS, NADIA, PAUL, TABLE, TRYING, Table, in_conversation
from tests.storage.test_properties import conversation, few

from .kanban import Item, Lane, opened
from .test_obsidian import NOW, note_of, read, same


class Edited:
    """A board that is opened in Obsidian, changed there, saved and read again."""

    def __init__(self, board: Board) -> None:
        self.before = board
        self.there = opened(note_of(board))

    def back(self) -> Board:
        """The board that comes back, of which nothing is left out."""
        found = self.found()
        assert found.left == ()
        assert found.board is not None
        return found.board

    def found(self) -> Found:
        """All that comes back. Whatever was changed, it is a board that can be written and read once more."""
        found = read(self.there.saved())
        assert found.board is not None
        assert found.source == "accord"
        again = read(note_of(found.board))
        assert again.board is not None
        assert again.board.same_as(found.board)
        return found


@pytest.fixture
def edited() -> Edited:
    return Edited(in_conversation())


def lane(board: Board, column: str) -> list[str]:
    return [identity for _, identity in board.standing.lanes[column]]


def notes(board: Board, identity: str) -> list[str]:
    return [note.text for note in board.cards[identity].notes.values()]


def test_an_item_moved_to_another_lane_moves_the_card(edited: Edited) -> None:
    edited.there.lane("On the table").items.insert(1, edited.there.take("q2"))
    board = edited.back()
    assert lane(board, TABLE) == ["A3", "Q2", "D2"]
    assert lane(board, DISCUSS) == []
    assert board.seq == edited.before.seq + 1
    assert board.cards["A3"] == edited.before.cards["A3"]


def test_items_in_another_order_are_cards_in_that_order() -> None:
    table = Table()
    for n in range(6):
        table.does(AddCard("question", f"Why {n}?"))
    edited = Edited(table.board)
    items = edited.there.lane("To discuss").items
    items[:] = [items[n] for n in (5, 0, 2, 1, 3, 4)]
    board = edited.back()
    assert lane(board, DISCUSS) == ["Q6", "Q1", "Q3", "Q2", "Q4", "Q5"]
    moved = [i for i, card in board.cards.items() if card != edited.before.cards[i]]
    assert len(moved) == 2


def test_no_card_is_put_where_only_agreement_leads(edited: Edited) -> None:
    edited.there.lane("Agreed").items.append(edited.there.take("d2"))
    edited.there.lane("Trying").items.append(edited.there.take("q2"))
    found = edited.found()
    assert found.board == edited.before
    assert {(left.code, left.text) for left in found.left} == {
        ("only-agreement", "Two stories a week"),
        ("only-agreement", "How often?"),
    }


def test_a_decision_moved_out_of_what_is_agreed_is_agreed_no_longer(edited: Edited) -> None:
    edited.there.lane("To discuss").items.append(edited.there.take("d1"))
    board = edited.back()
    assert not board.cards["D1"].agreed
    assert "D1" in lane(board, DISCUSS)
    assert board.cards["D1"].assents("client")


def test_what_is_settled_stays_so_wherever_it_is_put(edited: Edited) -> None:
    edited.there.lane("On the table").items.append(edited.there.take("q1"))
    edited.there.lane("Settled").items.append(edited.there.take("q2"))
    found = edited.found()
    assert found.board is not None
    assert found.board.cards["Q1"].column == TABLE
    assert found.board.standing.places["Q1"].state == "settled"
    assert found.board.cards["Q2"] == edited.before.cards["Q2"]
    assert sorted(left.text for left in found.left if left.code == "settled-stays") == [
        "How often?",
        "Who do we want to reach?",
    ]


def test_other_words_are_another_wording_to_which_nobody_has_agreed(edited: Edited) -> None:
    item = edited.there.item("d1")
    item.text = item.text.replace("Parents first", "Parents \\& gardeners first")
    board = edited.back()
    card = board.cards["D1"]
    assert card.title == "Parents & gardeners first"
    assert card.body == "Then we look again."
    assert card.revision == board.seq == edited.before.seq + 1
    assert not any(map(card.assents, PARTIES))
    assert card.opinions == edited.before.cards["D1"].opinions
    assert board.standing.places["D1"].column == TABLE


def test_another_body_is_another_wording(edited: Edited) -> None:
    item = edited.there.item("d1")
    item.text = item.text.replace("Then we look again.", "Then we look again in *June*.\n\n- [ ] and count")
    card = edited.back().cards["D1"]
    assert card.body == "Then we look again in *June*.\n\n- [ ] and count"
    assert not card.agreed
    assert card.notes == {}


def test_words_of_a_body_that_were_not_touched_stay_as_they_were_typed() -> None:
    table = Table()
    table.does(AddCard("question", "Why?", "50%% of a<br>b\n\nx^2\n\nthe end"))
    edited = Edited(table.board)
    item = edited.there.item("q1")
    item.text = item.text.replace("the end", "the very end")
    assert edited.back().cards["Q1"].body == "50%% of a<br>b\n\nx^2\n\nthe very end"


def test_a_body_that_was_deleted_is_empty(edited: Edited) -> None:
    item = edited.there.item("d1")
    item.text = item.text.replace("Then we look again.\n", "")
    assert edited.back().cards["D1"].body == ""


def test_another_title_in_a_card_that_the_other_party_wrote_shows_both_wordings(edited: Edited) -> None:
    item = edited.there.item("d2")
    item.text = item.text.replace("Two stories", "Three stories", 1)
    found = read_obsidian(edited.there.saved(), party="consultant", now=NOW)
    assert found.board is not None
    reworded = found.board.cards["D2"].reworded
    assert reworded is not None
    assert (reworded.person, reworded.wording.title) == (NADIA, "Two stories a week")


def test_the_changes_are_the_word_of_the_party_that_brings_the_note(edited: Edited) -> None:
    edited.there.lane("To discuss").items.append(Item("And the winter?"))
    found = read_obsidian(edited.there.saved(), party="client", now=NOW)
    assert found.board is not None
    assert found.board.cards["Q3"].voice == PAUL
    assert found.board.cards["Q3"].created == NOW


def test_a_title_that_was_emptied_stays_and_is_told(edited: Edited) -> None:
    edited.there.item("q2").text = edited.there.item("q2").text.replace("How often?", "")
    found = edited.found()
    assert found.board == edited.before
    assert found.left == (Left("no-title", "How often?"),)


def test_an_item_put_into_the_archive_is_set_aside_and_one_taken_out_comes_back(edited: Edited) -> None:
    edited.there.archive().items.append(edited.there.take("d2"))
    board = edited.back()
    assert board.cards["D2"].aside
    assert {i for i, c in board.cards.items() if c != edited.before.cards[i]} == {"D2"}
    again = Edited(board)
    again.there.lane("To discuss").items.insert(0, again.there.take("d2"))
    board = again.back()
    assert not board.cards["D2"].aside
    assert lane(board, DISCUSS) == ["D2", "Q2"]


def test_an_archive_that_became_a_lane_is_still_the_archive() -> None:
    table = Table(in_conversation())
    table.does(SetAside("D2"))
    note = note_of(table.board).replace("***\n\n## Archive", "## Archive")
    assert same(read(note), table.board)


def test_a_ticked_box_is_a_remark(edited: Edited) -> None:
    edited.there.item("q2").box = "x"
    edited.there.item("d2").box = "/"
    board = edited.back()
    assert notes(board, "Q2") == ["Ticked off."]
    assert notes(board, "D2") == ["[/]"]
    assert board.cards["Q2"].revision == edited.before.cards["Q2"].revision


def test_lines_written_below_are_a_remark_and_no_agreement_ends(edited: Edited) -> None:
    edited.there.item("d1").text += "\n\nRang Ruth:\n\n> - she agrees"
    edited.there.item("q2").text += "\n> - ask Dev"
    board = edited.back()
    assert notes(board, "D1") == ["Rang Ruth:\n\nshe agrees"]
    assert notes(board, "Q2") == ["ask Dev"]
    assert board.cards["D1"].agreed


def test_lines_written_between_body_and_facts_are_a_remark(edited: Edited) -> None:
    for name in ("d1", "q2"):
        item = edited.there.item(name)
        item.text = item.text.replace("\n> - ", "\nI wonder.\n\n> - ", 1)
    board = edited.back()
    assert notes(board, "D1") == notes(board, "Q2") == ["I wonder."]
    assert board.cards["D1"].agreed


def test_a_fact_that_was_changed_is_a_remark_and_one_that_was_deleted_stays_true(edited: Edited) -> None:
    item = edited.there.item("q2")
    item.text = "How often?\n\n> - Answer from Paul: “Five stories a week”"
    board = edited.back()
    assert notes(board, "Q2") == ["Answer from Paul: “Five stories a week”"]
    assert board.standing.answers_to(board, "Q2") == edited.before.standing.answers_to(edited.before, "Q2")


def test_another_date_is_the_day_by_which_it_is_to_be_done() -> None:
    table = Table(in_conversation())
    table.does(Describe("D1", by_when=dt.date(2026, 6, 1)))
    edited = Edited(table.board)
    edited.there.item("d1").text = edited.there.item("d1").text.replace("@{2026-06-01}", "@{2026-07-14}")
    edited.there.item("d2").text = edited.there.item("d2").text.replace("week", "week @{2026-08-01}", 1)
    board = edited.back()
    assert board.cards["D1"].by_when == dt.date(2026, 7, 14)
    assert board.cards["D1"].agreed
    assert board.cards["D2"].by_when == dt.date(2026, 8, 1)
    assert board.cards["D2"].title == "Two stories a week"
    edited.there.item("d1").text = edited.there.item("d1").text.replace(" @{2026-07-14}", "")
    assert edited.back().cards["D1"].by_when is None


def test_a_deleted_item_is_set_aside(edited: Edited) -> None:
    edited.there.take("d2")
    board = edited.back()
    assert board.cards["D2"].aside
    assert board.cards["D2"].title == "Two stories a week"


def test_a_new_item_is_a_new_card(edited: Edited) -> None:
    edited.there.lane("To discuss").items.insert(0, Item("誰が書きますか？"))
    edited.there.lane("On the table").items += [
        Item("Start in March #rhythm\nWith two people", name="abc"),
        Item("Later", "x"),
    ]
    edited.there.lane("Agreed").items.insert(0, Item("A blog"))
    edited.there.archive().items.append(Item("TikTok?"))
    found = edited.found()
    board = found.board
    assert board is not None
    assert lane(board, DISCUSS) == ["Q3", "Q2"]
    assert lane(board, TABLE) == ["A3", "D2", "D4", "D5", "D6"]
    assert board.cards["Q3"].title == "誰が書きますか？"
    assert (board.cards["D4"].title, board.cards["D4"].body) == ("Start in March", "With two people")
    assert board.cards["D4"].theme == "rhythm"
    assert notes(board, "D5") == ["Ticked off."]
    assert board.cards["D6"].title == "A blog"
    assert board.cards["Q4"].aside
    assert {card.born for card in board.cards.values() if card.created == NOW} == {board.seq}
    assert found.left == (Left("block-id", "^abc"), Left("only-agreement", "A blog"))


def test_of_two_copies_of_an_item_one_is_the_card_and_the_other_is_new(edited: Edited) -> None:
    copy = Item(edited.there.item("q2").text.replace("often", "seldom"), name="q2")
    edited.there.lane("To discuss").items.insert(0, copy)
    found = edited.found()
    assert found.board is not None
    assert found.board.cards["Q2"] == edited.before.cards["Q2"]
    assert found.board.cards["Q3"].title == "How seldom?"
    assert lane(found.board, DISCUSS) == ["Q3", "Q2"]


def test_an_item_that_has_lost_its_name_is_known_by_its_first_line(edited: Edited) -> None:
    edited.there.item("q2").name = ""
    edited.there.item("d1").name = "note-1"
    found = edited.found()
    assert found.board == edited.before
    assert found.left == (Left("block-id", "^note-1"),)


def test_a_new_lane_is_a_new_column(edited: Edited) -> None:
    edited.there.lanes.insert(1, Lane("Parked \\#1 (5)", [edited.there.take("d2"), Item("And later?")]))
    found = edited.found()
    board = found.board
    assert board is not None
    assert [column.id for column in board.ordered_columns()] == [DISCUSS, "c5", TABLE, AGREED, TRYING]
    assert board.columns["c5"].title == "Parked #1"
    assert lane(board, "c5") == ["D2", "Q3"]
    assert found.left == (Left("lane-limit", "## Parked \\#1 (5)"),)


@pytest.mark.parametrize("title", ["To discuss", "On the table", "Agreed", "Trying"])
def test_a_renamed_lane_is_the_same_column(edited: Edited, title: str) -> None:
    edited.there.lane(title).title = "Now"
    board = edited.back()
    assert [column.title for column in board.ordered_columns()].count("Now") == 1
    assert set(board.columns) == set(edited.before.columns)
    assert board.cards == edited.before.cards


def test_a_lane_without_cards_that_is_renamed_is_the_same_column() -> None:
    table = Table()
    table.does(AddColumn("Parked", AGREED))
    edited = Edited(table.board)
    edited.there.lane("Parked").title = "Later"
    assert edited.back().columns["c5"].title == "Later"


def test_lanes_in_another_order_are_columns_in_that_order(edited: Edited) -> None:
    edited.there.lanes.insert(0, edited.there.lanes.pop(3))
    board = edited.back()
    assert [column.id for column in board.ordered_columns()] == [TRYING, DISCUSS, TABLE, AGREED]
    assert board.cards == edited.before.cards


def test_a_deleted_lane_goes_but_for_the_four_and_its_cards_are_set_aside() -> None:
    table = Table(in_conversation())
    table.does(AddColumn("Parked"))
    table.does(AddCard("question", "When?", column="c5"))
    edited = Edited(table.board)
    edited.there.lanes = [lane for lane in edited.there.lanes if lane.title not in ("Parked", "To discuss")]
    found = edited.found()
    assert found.board is not None
    assert set(found.board.columns) == {DISCUSS, TABLE, AGREED, TRYING}
    assert found.board.cards["Q3"].aside
    assert found.board.cards["Q2"].aside
    assert found.left == (Left("column-stays", "To discuss"),)


def test_a_limit_and_a_sign_that_cards_are_done_are_told(edited: Edited) -> None:
    edited.there.lane("To discuss").title = "To discuss (3)"
    note = edited.there.saved().replace("## Agreed\n\n", "## Agreed\n\n**Terminé**\n")
    found = read(note)
    assert found.board == edited.before
    assert found.left == (Left("complete-marker", "**Terminé**"), Left("lane-limit", "## To discuss (3)"))


def test_text_and_front_matter_that_somebody_added_are_told(edited: Edited) -> None:
    edited.there.front += "\ncover: the lighthouse"
    note = edited.there.saved().replace("## Agreed", "Dear all,\nread this.\n\n## Agreed")
    found = read(note)
    assert found.board == edited.before
    assert found.left == (Left("front-matter", "cover: the lighthouse"), Left("text-outside", "Dear all,\nread this."))


def test_settings_that_somebody_changed_do_no_harm(edited: Edited) -> None:
    edited.there.settings.update({"show-checkboxes": True, "list-collapse": [None, False]})
    edited.there.settings = dict(reversed(edited.there.settings.items()))
    assert edited.back() == edited.before


def test_a_board_nobody_sits_at_gets_somebody_whose_word_the_changes_are() -> None:
    board = in_conversation()
    alone = Board(
        board.title, board.lang, board.parties, {"p1": board.people["p1"]}, board.columns,
        {"Q2": board.cards["Q2"]}, board.numbers, board.seq,
    )  # fmt: skip
    edited = Edited(alone)
    edited.there.lane("To discuss").items.append(Item("Who else?"))
    found = read_obsidian(edited.there.saved(), party="client", now=NOW)
    assert found.board is not None
    assert found.board.party_of(found.board.cards["Q3"].voice) == "client"
    assert read(note_of(alone)).board == alone


@few
@given(conversations(longest=10), st.data())
def test_whatever_is_changed_in_obsidian_no_card_and_no_text_is_lost(steps: list[Step], data: st.DataObject) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
    board = talk.store.board
    there = opened(note_of(board))
    texts: list[str] = []
    for _ in range(data.draw(st.integers(1, 6))):
        item = data.draw(st.sampled_from([item for lane in there.lanes for item in lane.items]))
        to = data.draw(st.sampled_from(there.lanes))
        word = f"word{len(texts)}"
        match data.draw(st.sampled_from(("move", "delete", "add", "title", "body", "below", "lane", "rename", "swap"))):
            case "move":
                for each in there.lanes:
                    each.items = [i for i in each.items if i is not item]
                to.items.insert(data.draw(st.integers(0, len(to.items))), item)
            case "delete" if len([i for each in there.lanes for i in each.items]) > 1:
                if not any(text in item.text for text in texts):
                    for each in there.lanes:
                        each.items = [i for i in each.items if i is not item]
            case "add":
                to.items.insert(data.draw(st.integers(0, len(to.items))), Item(word))
                texts.append(word)
            case "title":
                item.text = f"{word} {item.text}"
                texts.append(word)
            case "body":
                first, *rest = item.text.split("\n")
                item.text = "\n".join([first, "", word, *rest])
                texts.append(word)
            case "below":
                item.text += f"\n\n{word}"
                texts.append(word)
            case "lane":
                there.lanes.insert(0, Lane(word))
                texts.append(word)
            case "rename" if not to.archive and not any(text in to.title for text in texts):
                to.title = word
                texts.append(word)
            case "swap":
                there.lanes.insert(0, there.lanes.pop(there.lanes.index(to))) if not to.archive else None
    found = read(there.saved())
    back = found.board
    assert back is not None
    assert set(board.cards) <= set(back.cards)
    kept = repr([dict(back.cards), back.columns, found.left])
    assert [text for text in texts if text not in kept] == []
    for identity, card in board.cards.items():
        now = back.cards[identity]
        assert now.agreed <= card.agreed
        assert (now.wording == card.wording) == (now.revision == card.revision) or card.aside
        assert set(card.notes) <= set(now.notes)
    again = read(note_of(back))
    assert again.board is not None
    assert again.board.same_as(back)
