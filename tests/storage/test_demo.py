"""The sample board: both scripts play, and what they leave is a workshop with everything that a board can show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from storage import LANGUAGES, Board, Card, Record, Refused, Store, demo
from storage.card import PARTIES, PartyName, other
from storage.text import clean
from tests.plain import as_builtins

NOW = dt.datetime(2026, 5, 12, 16, 40, 12, 345678, tzinfo=dt.UTC)
FOUR_HOURS = dt.timedelta(hours=4)


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def path(lang: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.json"
    demo.write(path, lang, now=NOW)
    return path


@pytest.fixture(scope="module")
def board(path: Path) -> Board:
    with Store.open(path) as store:
        assert store.notices == []
        return store.board


@pytest.fixture(scope="module")
def history(path: Path) -> list[Record]:
    with Store.open(path) as store:
        return list(store.history())


def of_kind(board: Board, kind: str) -> list[Card]:
    return [card for card in board.cards.values() if card.kind == kind]


def in_state(board: Board, kind: str, state: str) -> list[Card]:
    return [card for card in of_kind(board, kind) if board.standing.places[card.id].state == state]


def proposals(board: Board) -> list[Card]:
    return in_state(board, "decision", "open")


def opinions(card: Card) -> tuple[str | None, str | None]:
    """What the consultant's party and the client's say of the present wording."""
    consultant, client = card.opinion("consultant"), card.opinion("client")
    return (consultant.kind if consultant else None), (client.kind if client else None)


def test_the_board_speaks_the_language_it_was_asked_for_in(board: Board, lang: str) -> None:
    assert board.lang == lang


def test_a_locale_name_is_a_language_too(tmp_path: Path) -> None:
    demo.write(tmp_path / "demo.json", "fr_CH.UTF-8", now=NOW)
    with Store.open(tmp_path / "demo.json") as store:
        assert store.board.lang == "fr"
        assert store.board.title == demo.read("fr").title


def test_the_two_languages_are_two_organisations() -> None:
    english, french = demo.read("en"), demo.read("fr")
    assert english.title != french.title
    assert {english.consultant.name, english.client.name}.isdisjoint({french.consultant.name, french.client.name})


def test_there_is_enough_to_look_at_and_not_too_much(board: Board) -> None:
    assert 10 <= len(of_kind(board, "question")) <= 12
    assert 9 <= len(of_kind(board, "answer")) <= 11
    assert 6 <= len(of_kind(board, "decision")) <= 7


def test_two_persons_sit_on_the_client_s_side(board: Board) -> None:
    assert len(board.of_party("consultant")) == 1
    assert len(board.of_party("client")) == 2
    assert all(board.parties[party].expertise for party in PARTIES)


def test_agreed_decisions_settle_what_they_rest_on_and_leave_an_answer_unchosen(board: Board) -> None:
    agreed = board.standing.lanes[board.column_of_role("agreed").id]
    assert len(agreed) >= 2
    for _, identity in agreed:
        assert board.cards[identity].linked("rests_on")
    assert in_state(board, "question", "settled")
    assert in_state(board, "answer", "settled")
    assert in_state(board, "answer", "not_chosen")


def test_one_decision_was_agreed_in_one_step_and_another_one_by_one(board: Board) -> None:
    given = [opinion for card in in_state(board, "decision", "agreed") for opinion in card.opinions.values()]
    assert {opinion.one_screen for opinion in given} == {True, False}


def test_a_trial_stands_in_trying_and_is_not_yet_due(board: Board) -> None:
    [(_, identity)] = board.standing.lanes[board.column_of_role("trying").id]
    trial = board.cards[identity].trial
    assert trial is not None
    assert trial.watch
    assert trial.stop_if
    assert trial.until is not None
    assert trial.until > NOW.date() + dt.timedelta(days=7)
    assert board.cards[identity].notes


def test_a_proposal_waits_for_the_client(board: Board) -> None:
    assert [card for card in proposals(board) if opinions(card) == ("agree", None)]


def test_a_proposal_has_a_concern(board: Board) -> None:
    assert [card for card in proposals(board) if opinions(card) == (None, "concern")]


def test_a_proposal_is_disagreed_with(board: Board) -> None:
    assert [card for card in proposals(board) if opinions(card) == ("agree", "disagree")]


def test_an_assent_is_left_from_an_earlier_wording(board: Board) -> None:
    reworded = [card for card in proposals(board) if card.revision != card.born]
    assert reworded
    for card in reworded:
        assert opinions(card) == (None, None)
        assert [opinion.kind for opinion in card.opinions.values() if opinion.revision < card.revision] == ["agree"]


def test_somebody_does_something_by_some_day(board: Board) -> None:
    dated = [card for card in in_state(board, "decision", "agreed") if card.who and card.by_when]
    assert dated
    assert all(card.by_when and card.by_when > NOW.date() for card in dated)


def test_bodies_have_a_list_an_emphasis_and_a_link(board: Board) -> None:
    bodies = "\n" + "\n".join(card.body for card in board.in_order())
    for sign in ("\n- ", "\n1. ", "**", " *", "](https://"):
        assert sign in bodies, sign


def test_two_answers_are_the_frame(board: Board) -> None:
    assert sum(card.frame for card in board.cards.values()) == 2


def test_there_are_notes_for_and_against_and_observations_and_themes(board: Board) -> None:
    kinds = {note.kind for card in board.cards.values() for note in card.notes.values()}
    assert {"for", "against", "seen"} <= kinds
    assert len({card.theme for card in board.cards.values() if card.theme}) >= 4


def test_one_card_was_set_aside_with_a_remark(board: Board) -> None:
    [identity] = board.standing.aside
    assert board.cards[identity].notes


def test_a_question_was_raised_by_a_decision(board: Board) -> None:
    assert any(to.startswith("D") for card in of_kind(board, "question") for to in card.linked("raised_by"))


def test_a_question_still_waits_for_its_answer(board: Board) -> None:
    assert [card for card in of_kind(board, "question") if not board.standing.answers_to(board, card.id)]


def test_a_column_was_added_and_is_used(board: Board) -> None:
    [added] = [column for column in board.ordered_columns() if column.role is None]
    assert added == board.ordered_columns()[-1]
    assert board.standing.lanes[added.id]


def test_most_answers_come_from_the_party_that_did_not_ask(board: Board) -> None:
    def party(card: Card) -> PartyName:
        return board.party_of(card.voice)

    answers = of_kind(board, "answer")
    across = [a for a in answers if party(a) == other(party(board.cards[a.linked("answers")[0]]))]
    assert len(across) > len(answers) * 0.6
    assert {party(card) for card in answers} == set(PARTIES)


def test_every_title_can_be_read_on_a_board(board: Board) -> None:
    assert [card.title for card in board.cards.values() if not 25 <= len(card.title) <= 70] == []


def texts(value: object) -> Iterator[str]:
    """Every string in plain JSON types."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for held in value.values():
            yield from texts(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from texts(held)


def test_cleaning_changes_no_text(lang: str, board: Board) -> None:
    written = list(texts(msgspec.to_builtins(demo.read(lang))))
    assert written == [clean(text) for text in written]
    kept = list(texts(as_builtins(board)))
    assert kept == [clean(text) for text in kept]
    assert {text for text in kept if len(text) > 20 and " " in text} <= {text.strip() for text in written}


def test_french_signs_keep_to_their_words(tmp_path: Path) -> None:
    demo.write(tmp_path / "demo.json", "fr", now=NOW)
    with Store.open(tmp_path / "demo.json") as store:
        for card in store.board.cards.values():
            for text in (card.title, card.body, *(note.text for note in card.notes.values())):
                assert not any(f" {sign}" in text for sign in "?!;:»"), text
                assert "« " not in text


def test_the_history_is_of_two_sittings_three_weeks_apart(history: list[Record]) -> None:
    times = [record.time for record in history]
    assert times == sorted(times)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len([gap for gap in gaps if gap > FOUR_HOURS]) == 1
    assert dt.timedelta(days=21) < NOW - times[0] < dt.timedelta(days=22)
    assert dt.timedelta(0) < NOW - times[-1] < FOUR_HOURS
    assert len({record.session for record in history}) == 2
    assert {record.typed_by for record in history} == {"p1", "p2"}


def test_every_change_of_the_history_is_kept_under_its_own_number(history: list[Record], board: Board) -> None:
    assert [record.seq for record in history] == list(range(1, board.seq + 1))
    assert {record.voice for record in history} == set(board.people)


def test_the_board_that_the_script_left_is_the_board_that_is_opened(lang: str, path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    demo.write(again, lang, now=NOW)
    again.unlink()
    with Store.open(path) as opened, Store.open(again) as replayed:
        assert opened.board == replayed.board
        assert {notice.code for notice in replayed.notices} == {"checkpoint-rebuilt"}


def test_a_board_that_is_there_is_not_written_over(path: Path, lang: str) -> None:
    before = path.read_bytes()
    with pytest.raises(Refused) as refused:
        demo.write(path, lang, now=NOW)
    assert refused.value.code == "file-exists"
    assert path.read_bytes() == before


HEAD = """
title = "Anything"
consultant = { name = "Ruth", expertise = "" }
client = { name = "Dev", expertise = "" }
[[sittings]]
minutes_ago = 60
typed_by = "client"
"""

QUESTION = '{ at = 1, by = "client", does = "question", key = "why", title = "Why?" }'


def steps(*lines: str) -> str:
    return f"{HEAD}steps = [{', '.join(lines)}]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "Invalid value"),
        ("title = 'x'", "consultant"),
        (steps('{ at = 1, by = "client", does = "dance" }'), "dance"),
        (steps('{ at = 1, by = "client", does = "question" }'), "title"),
        (steps('{ at = 1, by = "client", does = "aside", card = "why", colour = "red" }'), "colour"),
        (steps('{ at = 1, by = "client", does = "note", card = "why", text = "x", note = "maybe" }'), "maybe"),
        (steps(QUESTION, '{ at = 0.5, by = "client", does = "aside", card = "why" }'), "back in time"),
        (steps('{ at = 61, by = "client", does = "question", title = "Why?" }'), "not over"),
        (f"{steps(QUESTION)}\n[[sittings]]\nminutes_ago = 59.5\ntyped_by = 'client'\nsteps = []", "minutes_ago"),
        (f"{steps(QUESTION)}\n[[sittings]]\nminutes_ago = 60\ntyped_by = 'client'\nsteps = []", "back in time"),
    ],
)
def test_a_text_that_is_no_script_is_told_from_one_with_its_name_and_place(text: str, said: str) -> None:
    with pytest.raises(demo.BadScript) as bad:
        demo.parse(text, "some.toml")
    assert str(bad.value).startswith("some.toml: ")
    assert said in str(bad.value)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('{ at = 2, by = "client", does = "aside", card = "because" }', "'because'"),
        ('{ at = 2, by = "nobody", does = "aside", card = "why" }', "'nobody'"),
        ('{ at = 2, by = "client", does = "move", card = "why", to = "nowhere" }', "'nowhere'"),
        (QUESTION, "'why' is taken"),
        ('{ at = 2, by = "client", does = "reword", card = "why", title = "Why?" }', "changes nothing"),
    ],
)
def test_a_step_that_cannot_be_done_says_which_one_it_is(step: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(demo.BadScript) as bad:
        demo.play(demo.parse(steps(QUESTION, step), "some.toml"), tmp_path / "x.json", "en", now=NOW)
    assert said in str(bad.value)
    assert any("sitting 1, step 2" in note for note in bad.value.__notes__)


def test_the_rules_of_the_board_hold_for_a_script_too(tmp_path: Path) -> None:
    script = demo.parse(steps(QUESTION, '{ at = 2, by = "client", does = "move", card = "why", to = "agreed" }'), "x")
    with pytest.raises(Refused) as refused:
        demo.play(script, tmp_path / "x.json", "en", now=NOW)
    assert refused.value.code == "only-decisions-agreed"
    assert any("sitting 1, step 2" in note for note in refused.value.__notes__)
