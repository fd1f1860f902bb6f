"""What each change does, and where it is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from storage import Store, Voice
from storage.board import new_board
from storage.card import Kind, Link, LinkKind, Trial, Wording
from storage.changes import (
    AddCard,
    AddColumn,
    AddNote,
    AddPerson,
    BringBack,
    Change,
    CorrectVoice,
    Describe,
    DescribeBoard,
    DescribeParty,
    GiveOpinion,
    LinkCards,
    Move,
    MoveColumn,
    RemoveColumn,
    RenameColumn,
    RenamePerson,
    Reword,
    SetAside,
    Together,
)
from storage.refusal import Refused

from .table import AGREED, DISCUSS, NADIA, PAUL, TABLE, ZOE, Table, in_conversation


@pytest.fixture
def table() -> Table:
    return Table(in_conversation())


# Cards


def test_a_title_is_all_that_a_card_needs() -> None:
    table = Table()
    record = table.does(AddCard("question", "  Who do we\twant to reach? "), PAUL)
    card = table.card("Q1")
    assert (card.title, card.voice, card.body, card.theme, card.trial) == (
        "Who do we want to reach?",
        PAUL,
        "",
        "",
        None,
    )
    assert (card.born, card.revision, card.created) == (record.seq, record.seq, record.time)


@pytest.mark.parametrize(("kind", "column"), [("question", DISCUSS), ("answer", TABLE), ("decision", TABLE)])
def test_a_card_begins_where_its_kind_does(kind: Kind, column: str) -> None:
    table = Table()
    identity = table.adds(AddCard(kind, "x"))
    assert table.card(identity).column == column


def test_or_where_it_is_put(table: Table) -> None:
    table.does(AddColumn("Later"))
    assert table.card(table.adds(AddCard("question", "?", column="c5"))).column == "c5"
    table.refuses(AddCard("question", "?", column="c9"), "no-such-column")
    table.refuses(AddCard("decision", "d", column=AGREED), "agreed-is-computed")


@pytest.mark.parametrize("title", ["", "   ", "\n\t", "\x1b\x07", "\u200b\u200d", "\u202e"])
def test_a_title_that_nobody_could_see_is_refused(table: Table, title: str) -> None:
    table.refuses(AddCard("question", title), "empty-title")
    table.refuses(Reword("Q1", Wording(title)), "empty-title")
    table.refuses(AddColumn(title), "empty-title")
    table.refuses(DescribeBoard(title, "fr"), "empty-title")
    table.refuses(AddPerson(title, "client"), "empty-name")


def test_an_endless_text_is_refused_with_its_length(table: Table) -> None:
    facts = table.refuses(AddCard("question", "x" * 10_000), "title-too-long")
    assert facts == {"length": 10_000, "longest": 2_000}
    assert table.refuses(Reword("Q1", Wording("é" * 2_001)), "title-too-long")["length"] == 2_001
    lines: list[Change] = [
        Describe("Q1", who="x" * 2_001),
        Describe("Q1", theme="x" * 2_001),
        AddCard("question", "?", theme="x" * 2_001),
        AddCard("decision", "d", trial=Trial("x" * 2_001)),
        AddCard("decision", "d", trial=Trial(stop_if="x" * 2_001)),
        DescribeParty("client", expertise="x" * 2_001),
        RenamePerson(PAUL, "x" * 2_001),
    ]
    for change in lines:
        table.refuses(change, "title-too-long")
    bodies: list[Change] = [AddCard("question", "?", "x" * 200_001), AddNote("Q1", "x" * 200_001)]
    for change in bodies:
        assert table.refuses(change, "body-too-long") == {"length": 200_001, "longest": 200_000}
    table.does(AddCard("question", "é" * 2_000, "x" * 200_000))


@pytest.mark.parametrize(
    ("kind", "on", "link"),
    [
        ("question", "Q1", "raised_by"),
        ("question", "A1", "raised_by"),
        ("question", "D1", "raised_by"),
        ("answer", "Q1", "answers"),
        ("decision", "A1", "rests_on"),
        ("decision", "Q1", "rests_on"),
        ("decision", "D1", "replaces"),
    ],
)
def test_the_kinds_say_what_a_link_is(table: Table, kind: Kind, on: str, link: LinkKind) -> None:
    made = table.card(table.adds(AddCard(kind, "x", on=(on,))))
    assert made.links == (Link(link, on),)
    later = table.adds(AddCard(kind, "x"))
    table.does(LinkCards(later, on))
    assert table.card(later).linked(link) == (on,)
    table.does(LinkCards(later, on, remove=True))
    assert table.card(later).links == ()


def test_an_answer_answers_questions_only(table: Table) -> None:
    table.refuses(AddCard("answer", "x", on=("A1",)), "answer-needs-question")
    table.refuses(LinkCards("A1", "D1"), "answer-needs-question")
    table.refuses(LinkCards("Q1", "Q1"), "link-to-itself")
    table.refuses(LinkCards("Q1", "Q9"), "no-such-card")
    table.refuses(AddCard("answer", "x", on=("Q1", "Q9")), "no-such-card")


def test_links_are_kept_once_and_in_order(table: Table) -> None:
    for number in range(3, 12):
        table.adds(AddCard("question", str(number)))
    table.does(LinkCards("D1", "Q11"))
    table.does(LinkCards("D1", "Q2"))
    table.does(LinkCards("D1", "Q2"))
    assert table.card("D1").linked("rests_on") == ("A1", "Q2", "Q11")
    assert not table.does(LinkCards("D1", "Q3", remove=True)).acts


def test_what_is_set_aside_is_kept_and_brought_back_where_it_was(table: Table) -> None:
    before = table.board
    table.does(SetAside("Q2"))
    assert table.place("Q2")[1] == "aside"
    assert "Q2" not in table.lane(DISCUSS)
    table.refuses(SetAside("Q2"), "set-aside")
    table.refuses(Move("Q2", TABLE), "set-aside")
    table.does(BringBack("Q2"), PAUL)
    assert table.board.same_as(before)
    table.refuses(BringBack("Q2"), "not-set-aside")


def test_a_card_is_described_in_parts(table: Table) -> None:
    day = dt.date(2026, 6, 1)
    table.does(Describe("D1", theme=" aims ", who="Paul", by_when=day))
    table.does(Describe("D1", who=""))
    card = table.card("D1")
    assert (card.theme, card.who, card.by_when) == ("aims", "", day)
    table.does(Describe("D1", no_date=True))
    assert (table.card("D1").theme, table.card("D1").by_when) == ("aims", None)
    table.refuses(Describe("D9", who="x"), "no-such-card")


def test_a_note_keeps_its_lines_and_its_author(table: Table) -> None:
    record = table.does(AddNote("A1", " one\r\n two \n", "against"), ZOE)
    (note,) = table.card("A1").notes.values()
    assert (note.text, note.kind, note.person, note.seq, note.time) == (
        "one\n two", "against", ZOE, record.seq, record.time,
    )  # fmt: skip
    table.refuses(AddNote("A1", " \n\x07"), "empty-note")
    table.refuses(AddNote("A9", "x"), "no-such-card")


def test_it_was_paul_who_said_it(table: Table) -> None:
    table.does(CorrectVoice("A1", PAUL), NADIA)
    assert table.card("A1").voice == PAUL
    table.refuses(CorrectVoice("A1", "p9"), "no-such-person")
    assert not table.does(CorrectVoice("A1", PAUL)).acts


def test_the_history_says_whose_voice_was_corrected() -> None:
    board = new_board("x", "en", {"consultant": "Nadia", "client": "Paul"})
    with Store.in_memory(board) as store:
        nadia = Voice(store, NADIA, "s1")
        nadia.commit_now(AddCard("question", "one"))
        nadia.commit_now(AddCard("question", "two"))
        nadia.commit_now(CorrectVoice("Q1", PAUL))
        history = list(store.history())
    assert history[-1].voice_of == history[0].seq
    assert history[-1].voice == NADIA
    assert history[0].voice_of is None


# Rewording at the same time


def test_rewording_in_different_places_goes_together(table: Table) -> None:
    base = table.card("D1").wording
    table.does(Reword("D1", Wording("Parents first, then all", base.body), base), NADIA)
    table.does(Reword("D1", Wording("Parents first", "Then we look again in May."), base), PAUL)
    card = table.card("D1")
    assert (card.title, card.body) == ("Parents first, then all", "Then we look again in May.")
    assert not card.notes


def test_of_the_same_words_the_first_saved_stands_and_the_other_is_a_note_of_its_author(table: Table) -> None:
    base = table.card("D1").wording
    table.does(Reword("D1", Wording("Gardeners first", "Then we stop."), base), NADIA)
    record = table.does(Reword("D1", Wording("Neighbours first", "Then we look again, or go on."), base), PAUL)
    card = table.card("D1")
    assert (card.title, card.body) == ("Gardeners first", "Then we stop.")
    (note,) = card.notes.values()
    assert (note.person, note.seq) == (PAUL, record.seq)
    assert note.text == "Neighbours first\n\nThen we look again, or go on."
    assert card.revision != record.seq, "the wording is still the first one's"


def test_half_of_a_rewording_can_be_saved_and_half_become_a_note(table: Table) -> None:
    base = table.card("D1").wording
    table.does(Reword("D1", Wording("Gardeners first", base.body), base), NADIA)
    table.does(Reword("D1", Wording("Neighbours first", "In May."), base), PAUL)
    card = table.card("D1")
    assert (card.title, card.body) == ("Gardeners first", "In May.")
    assert [note.text for note in card.notes.values()] == ["Neighbours first"]


def test_the_terms_of_a_trial_are_merged_too(table: Table) -> None:
    base = table.card("D3").wording
    day, other = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
    table.does(Reword("D3", Wording(base.title, trial=Trial("who reads it", day, "nobody does")), base), NADIA)
    table.does(Reword("D3", Wording(base.title, trial=Trial("who answers it", None, "nobody does")), base), PAUL)
    assert table.card("D3").trial == Trial("who answers it", day, "nobody does")
    table.does(Reword("D3", Wording(base.title, trial=Trial("who asks", other, "nobody does")), base), ZOE)
    assert table.card("D3").trial == Trial("who answers it", day, "nobody does")
    assert [note.text for note in table.card("D3").notes.values()] == ["who asks\n\n2026-07-01"]
    table.does(Reword("D3", Wording(base.title), table.card("D3").wording), NADIA)
    assert table.card("D3").trial is None
    table.does(Reword("D3", Wording(base.title, trial=Trial("who pays")), base), PAUL)
    assert table.card("D3").trial is None
    assert [note.text for note in table.card("D3").notes.values()][1:] == ["who pays"]


def test_merging_never_leaves_a_card_without_a_title(table: Table) -> None:
    base = Wording("one \u200b two")  # between the words, a character that nobody sees
    table.does(Reword("Q1", base))
    table.does(Reword("Q1", Wording("one \u200b"), base), NADIA)
    table.does(Reword("Q1", Wording("\u200b two"), base), PAUL)
    assert table.card("Q1").title == "one \u200b"
    assert [note.text for note in table.card("Q1").notes.values()] == ["\u200b two"]


def test_without_a_base_a_rewording_replaces_what_is_there(table: Table) -> None:
    table.does(Reword("Q1", Wording("Whom?")), NADIA)
    table.does(Reword("Q1", Wording("For whom?")), PAUL)
    assert table.card("Q1").title == "For whom?"
    assert not table.does(Reword("Q1", table.card("Q1").wording)).acts


# Several together


def test_several_changes_are_one_record(table: Table) -> None:
    before = len(table.records)
    record = table.does(
        Together((AddCard("answer", "a"), LinkCards("A4", "Q1"), Reword("A4", Wording("b")), AddNote("A4", "n"))), PAUL
    )
    assert len(table.records) == before + 1
    assert record.kind == "together"
    card = table.card("A4")
    assert (card.title, card.linked("answers"), len(card.notes)) == ("b", ("Q1",), 1)


def test_all_of_them_or_none(table: Table) -> None:
    before = table.board
    table.refuses(Together((AddCard("answer", "a"), SetAside("Q1"), AddNote("Q9", "n"))), "no-such-card")
    assert table.board is before


def test_several_notes_on_a_card_in_one_change_are_all_kept(table: Table) -> None:
    table.does(
        Together((AddNote("Q1", "one"), AddNote("Q1", "two", "for"), AddNote("Q2", "three"), AddNote("Q1", "four")))
    )
    assert [note.text for note in table.card("Q1").notes.values()] == ["one", "two", "four"]


def test_many_cards_added_together_stand_in_the_order_in_which_they_came() -> None:
    table = Table()
    table.does(Together(tuple(AddCard("question", str(number)) for number in range(100))))
    assert table.lane(DISCUSS) == [f"Q{number}" for number in range(1, 101)]


# People, parties, the board


def test_several_people_sit_on_one_side(table: Table) -> None:
    table.does(AddPerson(" Ada ", "consultant"))
    assert [p.name for p in table.board.of_party("consultant")] == ["Nadia", "Ada"]
    table.does(RenamePerson("p4", "Ada L."))
    assert table.board.name_of("p4") == "Ada L."
    assert table.board.party_of("p4") == "consultant"
    table.refuses(RenamePerson("p9", "x"), "no-such-person")


@pytest.mark.parametrize("name", ["Paul", "PAUL", " paul\n"])
def test_voices_are_told_apart_by_their_names(table: Table, name: str) -> None:
    table.refuses(AddPerson(name, "consultant"), "name-taken")
    table.refuses(RenamePerson(NADIA, name), "name-taken")
    table.does(RenamePerson(PAUL, name.strip()))


def test_a_party_and_the_board_are_described(table: Table) -> None:
    table.does(DescribeParty("client", "Jardins", "gardening"))
    assert (table.board.parties["client"].name, table.board.parties["client"].expertise) == ("Jardins", "gardening")
    table.does(DescribeParty("client"))
    assert table.board.parties["client"].name == ""
    table.does(DescribeBoard("Autre\ntitre", "fr"))
    assert (table.board.title, table.board.lang) == ("Autre titre", "fr")
    table.refuses(DescribeBoard("x", "de"), "no-such-language")


# Columns


def titles(table: Table) -> list[str]:
    return [column.role or column.title for column in table.board.ordered_columns()]


def test_columns_are_added_moved_and_renamed(table: Table) -> None:
    table.does(AddColumn("Later"))
    table.does(AddColumn("First", before=DISCUSS))
    table.does(AddColumn("Between", before=AGREED))
    assert titles(table) == ["First", "discuss", "table", "Between", "agreed", "trying", "Later"]
    table.does(MoveColumn("c5", before="c6"))
    table.does(MoveColumn(DISCUSS))
    table.does(MoveColumn("c7", before="c7"))
    assert titles(table) == ["Later", "First", "table", "Between", "agreed", "trying", "discuss"]
    table.does(RenameColumn("c5", "Much later"))
    table.does(RenameColumn(AGREED, "D'accord"))
    assert table.board.columns[AGREED].title == "D'accord"
    assert table.board.column_of_role("agreed").id == AGREED
    table.does(RenameColumn(AGREED, ""))
    assert table.board.columns[AGREED].title == ""
    table.refuses(RenameColumn("c5", " "), "empty-title")
    for change in (RenameColumn("c9", "x"), MoveColumn("c9"), RemoveColumn("c9")):
        table.refuses(change, "no-such-column")


@pytest.mark.parametrize("column", ["c1", "c2", "c3", "c4"])
def test_the_four_stages_cannot_be_removed(table: Table, column: str) -> None:
    table.does(RenameColumn(column, "x"))
    table.refuses(RemoveColumn(column), "column-has-role")


def test_the_cards_of_a_removed_column_go_where_their_kind_begins_in_their_order(table: Table) -> None:
    table.does(AddColumn("Later"))
    moves: list[Change] = [Move(identity, "c5") for identity in ("A3", "Q2", "D2", "A2")]
    moves += [AddCard("question", "new", column="c5"), SetAside("D2"), GiveOpinion("D1", "withdrawn")]
    moves += [Move("D1", "c5"), GiveOpinion("D1", "agree", both=True)]
    moves += [AddCard("decision", "Four"), GiveOpinion("D4", "agree", both=True)]
    moves += [Move("D4", AGREED, before="D1"), Move("D1", AGREED, before="D4")]
    for move in moves:
        table.does(move)
    assert table.lane(AGREED) == ["D1", "D4"]
    table.does(RemoveColumn("c5"))
    assert "c5" not in table.board.columns
    assert table.lane(DISCUSS)[-2:] == ["Q2", "Q3"]
    assert (table.lane(TABLE)[-1:], table.settled_lane(TABLE)[-1:]) == (["A3"], ["A2"])
    assert {table.card(identity).column for identity in ("A3", "A2", "D1", "D2")} == {TABLE}
    assert table.lane(AGREED) == ["D1", "D4"]
    assert table.place("D2") == (TABLE, "aside")
    table.does(GiveOpinion("D1", "withdrawn"))
    assert table.lane(TABLE)[-1] == "D1"


def test_a_number_is_not_given_to_another_column(table: Table) -> None:
    table.does(AddColumn("x"))
    table.does(RemoveColumn("c5"))
    table.does(AddColumn("y"))
    assert set(table.board.columns) == {"c1", "c2", "c3", "c4", "c6"}


@pytest.mark.parametrize(
    "change",
    [
        Reword("Q9", Wording("x")), Move("Q9", TABLE), SetAside("Q9"), BringBack("Q9"), LinkCards("Q9", "Q1"),
        Describe("Q9"), AddNote("Q9", "x"), CorrectVoice("Q9", PAUL), GiveOpinion("Q9", "agree"),
    ],
    ids=lambda change: change.kind,
)  # fmt: skip
def test_what_is_not_there_is_said_to_be_missing(table: Table, change: Change) -> None:
    assert table.refuses(change, "no-such-card") == {"id": "Q9"}


def test_a_refusal_has_a_code_and_facts() -> None:
    assert str(Refused("no-such-card", id="Q9")) == "no-such-card {'id': 'Q9'}"
    assert str(Refused("closed")) == "closed"
