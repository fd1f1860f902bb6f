"""What is found becomes cards: by name into the columns, nothing lost, nothing agreed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Store, Voice, new_board
from storage.board import Board
from storage.card import Card, Trial
from storage.changes import (
    AddCard,
    AddColumn,
    AddNote,
    Describe,
    GiveOpinion,
    GiveOutcome,
    LinkCards,
    RenameColumn,
    Reword,
    SetAside,
    SetFrame,
)
from storage.exports import document_language
from storage.imports import Found, FoundCard, FoundColumn, FoundNote, Left, Plan, doubles, plan
from storage.standing import Standing
from storage.text import LONGEST_BODY, LONGEST_TITLE, can_be_seen, clean, clean_line

from ..strategies import raw_text
from ..table import NADIA, PAUL, Table, in_conversation, three_people, wording
from ..test_properties import everything_of

ENGLISH = document_language("en")


def found(*columns: tuple[str, list[FoundCard]], **parts: Any) -> Found:
    made = tuple(FoundColumn(title, tuple(cards)) for title, cards in columns)
    return Found("markdown", "Garden", made, **parts)


def taken(what: Found, board: Board | None = None, lang: str = "en", **options: Any) -> tuple[Plan, Table]:
    table = Table(board)
    made = plan(what, table.board, document_language(lang), **options)
    table.does(made.change)
    return made, table


def only(card: FoundCard, lang: str = "en", **options: Any) -> Card:
    _, table = taken(found(("", [card])), lang=lang, **options)
    (made,) = table.board.cards.values()
    return made


def titles(table: Table) -> dict[str, list[str]]:
    return {
        column.title or column.role or "": [table.card(i).title for i in table.lane(column.id)]
        for column in table.board.ordered_columns()
    }


# Columns


def test_columns_go_by_name_in_any_language_and_others_are_added() -> None:
    made, table = taken(
        found(
            ("to DISCUSS", [FoundCard("a")]), ("Sur la table", [FoundCard("b")]), ("Doing", [FoundCard("c")]),
            ("Empty", []), ("doing", [FoundCard("d")]), ("", [FoundCard("e"), FoundCard("f?")]),
        )
    )  # fmt: skip
    assert titles(table) == {
        "discuss": ["a", "f?"], "table": ["b", "e"], "agreed": [], "trying": [], "Doing": ["c", "d"], "Empty": [],
    }  # fmt: skip
    assert made.columns == ("Doing", "Empty")
    assert [(name, column.role) for name, column in made.mapped] == [
        ("to DISCUSS", "discuss"),
        ("Sur la table", "table"),
    ]
    assert [column.role for column in made.into] == ["discuss", "table"]
    assert (made.cards, made.questions, made.left) == (6, 1, ())


def test_a_title_of_the_boards_own_comes_before_the_name_of_a_role() -> None:
    table = Table()
    table.does(RenameColumn("c1", "Agreed"))
    table.does(AddColumn("Doing"))
    made, after = taken(found(("Agreed", [FoundCard("a")]), ("DOING", [FoundCard("b")])), table.board)
    assert after.lane("c1") == ["D1"]
    assert after.lane("c5") == ["D2"]
    assert made.columns == made.left == ()


def test_no_card_comes_into_a_column_that_only_agreement_leads_into() -> None:
    made, table = taken(found(("D'accord", [FoundCard("a")]), ("Trying", [FoundCard("b")]), ("trying", [])))
    assert titles(table)["table"] == ["a", "b"]
    assert [(each.code, each.text) for each in made.left] == [
        ("column-computed", "D'accord"),
        ("column-computed", "Trying"),
    ]
    assert len(made.mapped) == 2


def test_an_archived_list_is_no_new_column() -> None:
    old = FoundColumn("Old", (FoundCard("a", aside=True),))
    empty = FoundColumn("Empty", (), aside=True)
    known = FoundColumn("To discuss", (FoundCard("b", aside=True),))
    made, table = taken(Found("trello", "x", (old, empty, known)))
    assert made.columns == ()
    assert [(each.code, each.text) for each in made.left] == [("column-aside", "Old"), ("column-aside", "Empty")]
    assert made.aside == 2
    assert made.into == ()
    assert set(table.board.standing.aside) == {"D1", "D2"}
    assert table.card("D2").column == "c1"


def test_a_long_title_of_a_column_is_cut_and_told_whole() -> None:
    title = "word " * 500
    made, table = taken(found((title, [FoundCard("a")])))
    assert [(each.code, each.text) for each in made.left] == [("column-cut", title.strip())]
    assert table.board.columns["c5"].title.endswith("word…")


# Cards


def test_what_ends_in_a_question_mark_is_a_question_everything_else_what_is_wanted() -> None:
    cards = [FoundCard("Who? 🙂"), FoundCard("« Pour qui\u202f? »"), FoundCard("We do")]
    _, table = taken(found(("", cards)))
    assert sorted(table.board.cards) == ["D1", "Q1", "Q2"]
    _, table = taken(found(("", cards)), others="answer")
    assert sorted(table.board.cards) == ["A1", "Q1", "Q2"]


def test_a_card_keeps_what_it_has_a_place_for() -> None:
    card = only(FoundCard("Ask", "Why", due=dt.date(2026, 5, 12), who="Inès", labels=("Team",), aside=True))
    assert (card.title, card.body, card.by_when, card.who, card.theme, card.aside) == (
        "Ask", "Why", dt.date(2026, 5, 12), "Inès", "Team", True,
    )  # fmt: skip


def test_what_it_has_no_place_for_is_told_in_its_text() -> None:
    card = only(FoundCard("Why?", "Because", due=dt.date(2026, 6, 1), labels=("Team", "Soon", "Big")), "fr")
    assert card.body == "Because\n\nÉtiquettes\u00a0: Soon, Big\nPour le 1er juin 2026"
    assert (card.by_when, card.theme) == (None, "Team")


def test_a_tick_is_told_and_makes_no_assent() -> None:
    card = only(FoundCard("Ask", done=True), "fr")
    assert [note.text for note in card.notes.values()] == ["Coché dans «\u202fGarden\u202f»."]
    assert not card.opinions
    assert not only(FoundCard("Ask", done=False)).notes


def test_comments_say_whose_they_are_and_when() -> None:
    noon = dt.datetime(2026, 5, 12, 12, tzinfo=dt.UTC)
    notes = (FoundNote("all", "Inès", noon), FoundNote("who", "Inès"), FoundNote("when", time=noon), FoundNote("a"), FoundNote(" "))  # fmt: skip
    said = [note.text for note in only(FoundCard("Ask", notes=notes)).notes.values()]
    assert said == ["Inès, 12 May 2026: all", "Inès: who", "12 May 2026: when", "a"]


def test_a_title_that_is_too_long_is_whole_in_the_text() -> None:
    title = "word " * 500 + "end?"
    card = only(FoundCard(title, "Because"))
    assert card.kind == "question"
    assert len(card.title) <= LONGEST_TITLE
    assert card.body == f"{title}\n\nBecause"


def test_a_text_that_is_too_long_goes_on_in_remarks() -> None:
    text = "\n".join(f"line {n}" for n in range(60_000))
    card = only(FoundCard("Ask", text, notes=(FoundNote(text),)))
    assert "\n".join([card.body, *(note.text for note in card.notes.values())]) == f"{text}\n{text}"
    assert all(len(note.text) <= LONGEST_BODY for note in card.notes.values())


def test_a_card_without_a_title_goes_by_its_first_words() -> None:
    assert (only(FoundCard("", "> said")).title, only(FoundCard("", "> said")).body) == ("> said", "")
    card = only(FoundCard("\u200b", "\n```\ncode\n```"))
    assert (card.title, card.body) == ("```", "```\ncode\n```")
    assert only(FoundCard("", labels=("Team",))).title == "Team"
    assert only(FoundCard("", notes=(FoundNote("said"),))).title == "said"
    made, table = taken(found(("", [FoundCard(""), FoundCard("", "\n \u200b")])))
    assert made.cards == len(table.board.cards) == 0


# What is there already


def doubled(what: Found, board: Board, **options: Any) -> int:
    return doubles(plan(what, board, ENGLISH, **options), board)


def test_cards_that_the_board_has_by_kind_and_title_are_counted() -> None:
    what = found(("Doing", [FoundCard("A stall"), FoundCard("Who  comes?"), FoundCard("A stall")]))
    _, table = taken(what)
    assert doubled(what, new_board("B", "en", {"consultant": "N", "client": "P"})) == 0
    assert doubled(what, table.board) == 3
    again = found(("", [FoundCard("\u202eÀ STALL\t".replace("À", "A")), FoundCard("Who comes?"), FoundCard("A stalk")]))
    assert doubled(again, table.board) == 1
    assert doubled(what, table.board, others="answer") == 1


def test_what_is_set_aside_is_not_on_the_board_already() -> None:
    what = found(("", [FoundCard("A stall"), FoundCard("A poster"), FoundCard("A flag", aside=True)]))
    _, table = taken(what)
    assert doubled(what, table.board) == 2
    table.does(SetAside("D1"))
    assert doubled(what, table.board) == 1
    assert doubled(found(("", [FoundCard("A poster", aside=True)])), table.board) == 0


def test_another_board_of_accord_is_compared_as_well() -> None:
    source = in_conversation()
    what = Found("accord", source.title, (), board=source)
    assert doubled(what, source) == sum(not card.aside for card in source.cards.values()) > 5


def test_what_was_left_before_is_left() -> None:
    made, _ = taken(found(left=(Left("front-matter", "x"),)))
    assert made.left == (Left("front-matter", "x"),)


# A board of Accord


def other_board() -> Table:
    """Another board, where Nadia sits as well, but Inès in place of Paul."""
    table = Table(new_board("Lighthouse", "en", {"consultant": "Nadia", "client": "Inès"}))
    for change, person in (
        (AddColumn("Doing"), NADIA),
        (AddCard("question", "Who first?", theme="Audience", asks="client"), NADIA),
        (AddCard("answer", "Parents", on=("Q1",)), PAUL),
        (AddCard("decision", "Newsletter", "It is **cheap**.", on=("A1",), trial=Trial("who reads", None, "nobody")), NADIA),
        (AddCard("decision", "Posters", column="c5"), NADIA),
        (AddCard("question", "How many?", on=("D2",)), PAUL),
        (LinkCards("D2", "Q2"), NADIA),
        (SetFrame("A1"), PAUL),
        (AddNote("A1", "sure?", "against"), NADIA),
        (AddNote("A1", "yes", "for"), PAUL),
        (GiveOpinion("D1", "concern", "who writes it?"), PAUL),
        (GiveOpinion("D1", "agree"), NADIA),
        (GiveOutcome("D1", "keep", "They read it."), NADIA),
        (GiveOpinion("D2", "disagree", "too dear"), PAUL),
        (Describe("D2", who="Inès", by_when=dt.date(2026, 5, 12), subject_to="the town"), NADIA),
        (AddCard("answer", "Old idea"), PAUL),
        (SetAside("A2"), PAUL),
    ):  # fmt: skip
        table.does(change, person)
    table.does(Reword("A1", wording(table.card("A1"), title="All parents"), table.card("A1").wording), NADIA)
    return table


def test_a_board_of_accord_comes_with_its_kinds_links_and_terms() -> None:
    source = other_board().board
    made, table = taken(Found("accord", source.title, (), board=source), in_conversation())
    cards = {card.title: card for card in table.board.cards.values() if card.born == table.board.seq}
    assert sorted(cards) == sorted(card.title for card in source.cards.values())
    question, answer, trial, posters = (cards[t] for t in ("Who first?", "All parents", "Newsletter", "Posters"))
    assert (question.theme, question.asks, answer.frame) == ("Audience", "client", True)
    assert answer.linked("answers") == (question.id,)
    assert trial.linked("rests_on") == (answer.id,)
    assert (trial.trial, trial.body) == (Trial("who reads", None, "nobody"), "It is **cheap**.")
    assert (posters.who, posters.by_when, posters.subject_to) == ("Inès", dt.date(2026, 5, 12), "the town")
    assert posters.linked("rests_on") == (cards["How many?"].id,)
    assert cards["How many?"].linked("raised_by") == (posters.id,)
    assert cards["Old idea"].aside
    assert made.columns == ("Doing",)
    assert table.board.columns[posters.column].title == "Doing"
    assert table.board.column_of_role("discuss").id == question.column


def test_what_was_said_on_it_becomes_remarks_and_nothing_is_agreed() -> None:
    source = other_board().board
    assert source.cards["D1"].agreed
    made, table = taken(Found("accord", source.title, (), board=source))
    cards = {card.title: card for card in table.board.cards.values()}
    assert not any(card.opinions or card.outcomes or card.agreed for card in cards.values())
    assert [note.text for note in cards["Newsletter"].notes.values()] == [
        "On the other board, Inès agreed on 2 March 2026, with a concern: who writes it?",
        "On the other board, Nadia agreed on 2 March 2026.",
        "On the other board, Nadia said on 2 March 2026: They read it. So it was to be kept.",
    ]
    assert [(note.text, note.kind, note.person) for note in cards["All parents"].notes.values()] == [
        ("On the other board, Inès said it.", "plain", NADIA),
        ("sure?", "against", NADIA),
        ("Inès, 2 March 2026: yes", "for", NADIA),
    ]
    assert [(each.code, each.text) for each in made.left] == [("earlier-wording", "Parents")]


def test_people_of_the_same_name_and_side_speak_for_themselves() -> None:
    source = other_board().board
    inès = msgspec.structs.replace(three_people().people[PAUL], name="INÈS")
    here = msgspec.structs.replace(three_people(), people={**three_people().people, PAUL: inès})
    table = Table(here)
    table.does(plan(Found("accord", "x", (), board=source), here, ENGLISH).change, "p3")
    cards = {card.title: card for card in table.board.cards.values()}
    assert (cards["All parents"].voice, cards["Posters"].voice) == (PAUL, NADIA)
    assert [note.person for note in cards["All parents"].notes.values()] == [NADIA, PAUL]


# Whatever is found

texts = st.one_of(raw_text, st.just(""), st.just("Why? "), st.text(max_size=8).map(lambda text: text * 400))
days = st.none() | st.dates()
times = st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC))
cards_found = st.builds(
    FoundCard,
    title=texts, body=texts, done=st.none() | st.booleans(), aside=st.booleans(), due=days, who=texts,
    labels=st.lists(texts, max_size=3).map(tuple),
    notes=st.lists(st.builds(FoundNote, text=texts, by=texts, time=times), max_size=2).map(tuple),
)  # fmt: skip
column_titles = st.one_of(texts, st.sampled_from(["To discuss", "D'accord", "Trying", "Doing", "doing"]))
columns_found = st.builds(
    FoundColumn, title=column_titles, cards=st.lists(cards_found, max_size=4).map(tuple), aside=st.booleans()
)
anything = st.builds(
    Found,
    source=st.just("markdown"), title=texts, columns=st.lists(columns_found, max_size=4).map(tuple),
    left=st.lists(st.builds(Left, code=st.just("text-outside"), text=texts), max_size=1).map(tuple),
)  # fmt: skip


def words_on(board: Board, made: Plan) -> str:
    """Everything that can be read on a board, and in the list of what could not be kept."""
    said = [each.text for each in made.left]
    said += [column.title for column in board.columns.values()] + [name for name, _ in made.mapped]
    for card in board.cards.values():
        said += [card.title, card.body, card.theme, card.who, *(note.text for note in card.notes.values())]
    return _flat("\n".join(said)).casefold()


def _flat(text: str) -> str:
    return "".join(clean(text).split())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(anything, st.sampled_from(["en", "fr"]), st.sampled_from(["decision", "answer", "question"]))
def test_all_of_it_is_on_the_board_or_told_and_goes_in_one_step(what: Found, lang: str, others: Any) -> None:
    before = in_conversation()
    before.standing  # noqa: B018 - from here on it is carried
    with Store.in_memory(before) as store:
        voice = Voice(store, NADIA, "s1")
        made = plan(what, before, document_language(lang), others=others)
        after = voice.commit_now(made.change)
        assert after.seq <= before.seq + 1
        assert everything_of(after.standing) == everything_of(Standing.of(after))
        come = [card for card in after.cards.values() if card.id not in before.cards]
        assert len(come) == made.cards
        assert not any(card.opinions for card in come)
        words = words_on(after, made)
        for column in what.columns:
            for text in (column.title, *(t for card in column.cards for t in texts_of(card))):
                assert _flat(text).casefold() in words or not can_be_seen(clean_line(text))
        if after.seq > before.seq:
            undone = voice.undo().result()
            assert undone.same_as(before)
            assert everything_of(undone.standing) == everything_of(before.standing)
            assert voice.redo().result().same_as(after)


def texts_of(card: FoundCard) -> list[str]:
    return [card.title, card.body, card.who, *card.labels, *(note.text for note in card.notes)]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_whole_conversation_goes_from_board_to_board_and_back(lang: str) -> None:
    for source in (in_conversation(), other_board().board):
        before = other_board().board
        with Store.in_memory(before) as store:
            voice = Voice(store, NADIA, "s1")
            after = voice.commit_now(plan(Found("accord", "x", (), board=source), before, document_language(lang)).change)  # fmt: skip
            assert len(after.cards) == len(before.cards) + len(source.cards)
            assert sum(len(c.links) for c in after.cards.values()) == sum(
                len(c.links) for board in (before, source) for c in board.cards.values()
            )
            assert everything_of(after.standing) == everything_of(Standing.of(after))
            assert voice.undo().result().same_as(before)
