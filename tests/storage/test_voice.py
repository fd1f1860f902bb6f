from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from storage import Board, Refused, Store, Voice
from storage import store as store_module
from storage.card import Wording
from storage.changes import AddCard, AddNote, Confirm, Describe, GiveOpinion, LinkCards, Move, Reword, SetAside

from .table import DISCUSS, NADIA, PAUL, TABLE, ZOE, three_people


@pytest.fixture
def paul(store: Store) -> Voice:
    """Paul's, over SSH."""
    return Voice(store, PAUL, "s2", one_screen=False)


def refusal(future: Future[Board]) -> Refused:
    error = future.exception(timeout=10)
    assert isinstance(error, Refused), error
    return error


def test_a_change_is_the_word_of_who_speaks(store: Store, voice: Voice) -> None:
    board = voice.commit_now(AddCard("question", "Who?"))
    assert board is store.board
    assert board.cards["Q1"].voice == NADIA


def test_the_word_can_be_handed_over_at_one_screen(store: Store, voice: Voice) -> None:
    voice.hand_over(PAUL)
    assert voice.person == PAUL
    voice.commit_now(AddCard("question", "Who?"))
    (record,) = store.log
    assert (record.voice, record.typed_by) == (PAUL, NADIA)


def test_somebody_else_can_speak_once(store: Store, voice: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"), person=ZOE)
    voice.commit_now(AddCard("question", "How?"))
    assert [record.voice for record in store.log] == [ZOE, NADIA]
    assert voice.person == NADIA


def test_the_word_is_handed_to_nobody_who_is_not_there(voice: Voice) -> None:
    with pytest.raises(Refused) as refused:
        voice.hand_over("p9")
    assert refused.value.code == "no-such-person"
    assert voice.person == NADIA
    assert refusal(voice.commit(AddCard("question", "Who?"), person="p9")).code == "no-such-person"


def test_over_ssh_the_voice_is_fixed(paul: Voice) -> None:
    with pytest.raises(Refused) as refused:
        paul.hand_over(NADIA)
    assert refused.value.code == "voice-is-fixed"
    paul.hand_over(PAUL)
    assert refusal(paul.commit(AddCard("question", "Who?"), person=NADIA)).code == "voice-is-fixed"
    assert paul.commit_now(AddCard("question", "Who?")).cards["Q1"].voice == PAUL


def test_who_may_only_look_changes_nothing(store: Store, voice: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    viewer = Voice(store, PAUL, "s3", one_screen=False, may_edit=False)
    before = store.board
    for future in (viewer.commit(AddCard("question", "How?")), viewer.undo(), viewer.undo(sure=True), viewer.redo()):
        assert refusal(future).code == "view-only"
    with pytest.raises(Refused) as refused:
        viewer.hand_over(NADIA)
    assert refused.value.code == "view-only"
    assert store.board is before


def test_a_rule_refuses_through_the_future(store: Store, voice: Voice) -> None:
    before = store.board
    assert refusal(voice.commit(SetAside("Q9"))).code == "no-such-card"
    assert store.board is before
    assert refusal(voice.undo()).code == "nothing-to-undo"


def test_nobody_speaks_at_a_closed_board(store: Store, voice: Voice) -> None:
    store.close()
    assert refusal(voice.commit(AddCard("question", "Who?"))).code == "closed"
    assert refusal(voice.undo()).code == "closed"


def test_a_commit_can_be_waited_for_in_an_event_loop(store: Store, voice: Voice) -> None:
    async def speak() -> Board:
        return await asyncio.wrap_future(voice.commit(AddCard("question", "Who?")))

    assert "Q1" in asyncio.run(speak()).cards


def test_no_caller_waits_for_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import journal

    go = threading.Event()
    with Store.create(path, three_people()) as store:
        monkeypatch.setattr(journal, "make_durable", lambda fd: go.wait(10))
        future = Voice(store, NADIA, "s1").commit(AddCard("question", "Who?"))
        assert not future.done()
        assert not store.board.cards
        go.set()
        assert "Q1" in future.result(10).cards


# Undo and redo


def test_what_was_typed_last_is_taken_back_and_made_again(store: Store, voice: Voice) -> None:
    start = store.board
    one = voice.commit_now(AddCard("question", "Who?"))
    two = voice.commit_now(Reword("Q1", Wording("Whom?")))
    assert voice.undo().result().same_as(one)
    assert voice.undo().result().same_as(start)
    assert voice.redo().result().same_as(one)
    assert voice.redo().result().same_as(two)
    assert voice.undo().result().same_as(one)
    kinds = [record.kind for record in store.log]
    assert kinds == ["add-card", "reword", "undo", "undo", "redo", "redo", "undo"]


def test_where_nothing_was_typed_there_is_nothing_to_take_back(voice: Voice, paul: Voice) -> None:
    assert refusal(voice.undo()).code == "nothing-to-undo"
    assert refusal(voice.redo()).code == "nothing-to-redo"
    paul.commit_now(AddCard("question", "Who?"))
    assert refusal(voice.undo()).code == "nothing-to-undo"


def test_what_was_typed_since_ends_what_can_be_made_again(voice: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    voice.undo().result()
    voice.commit_now(AddCard("question", "How?"))
    assert refusal(voice.redo()).code == "nothing-to-redo"


def test_an_undo_takes_what_was_typed_before_it_also_if_that_is_not_done_yet(store: Store, voice: Voice) -> None:
    """Keys are quicker than disks: an undo on the heels of a change is meant for that change."""
    voice.commit_now(AddCard("question", "Who?"))
    before = store.board
    futures = [voice.commit(AddCard("question", "How?")), voice.commit(Move("Q1", TABLE)), voice.undo(), voice.undo()]
    assert futures[-1].result(10).same_as(before)
    voice.redo().result()
    assert voice.redo().result().cards["Q1"].column == TABLE


def test_a_refused_undo_can_be_tried_again(voice: Voice, paul: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    note = paul.commit_now(AddCard("answer", "Parents", on=("Q1",)))
    assert refusal(voice.undo()).code == "linked-since"
    paul.undo().result()
    assert "Q1" not in voice.undo().result().cards
    assert "A1" in note.cards


def test_what_somebody_else_touched_since_is_not_taken_back(store: Store, voice: Voice, paul: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    voice.commit_now(Reword("Q1", Wording("Whom?")))
    paul.commit_now(Reword("Q1", Wording("Whom do we want?")))
    refused = refusal(voice.undo())
    assert refused.code == "touched-since"
    assert refused.facts == {"id": "Q1", "name": "Paul"}
    assert store.board.cards["Q1"].title == "Whom do we want?"


def test_what_somebody_else_did_to_something_else_is_left_alone(store: Store, voice: Voice, paul: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    voice.commit_now(Move("Q1", TABLE))
    paul.commit_now(AddNote("Q1", "ask Zoé"))
    paul.commit_now(Describe("Q1", who="Paul"))
    card = voice.undo().result().cards["Q1"]
    assert card.column == DISCUSS
    assert card.who == "Paul"
    assert [note.text for note in card.notes.values()] == ["ask Zoé"]


def test_a_card_that_others_linked_to_stays(voice: Voice, paul: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    paul.commit_now(AddCard("answer", "Parents"))
    paul.commit_now(LinkCards("A1", "Q1"))
    refused = refusal(voice.undo())
    assert refused.code == "linked-since"
    assert refused.facts == {"id": "Q1", "by": "A1", "name": "Paul"}
    paul.commit_now(LinkCards("A1", "Q1", remove=True))
    assert "Q1" not in voice.undo().result().cards


def test_a_wording_that_was_assented_to_since_goes_only_after_asking(voice: Voice, paul: Voice) -> None:
    voice.commit_now(AddCard("decision", "A newsletter"))
    voice.commit_now(Reword("D1", Wording("A weekly newsletter")))
    paul.commit_now(GiveOpinion("D1", "agree"))
    refused = refusal(voice.undo())
    assert refused.code == "assented-since"
    assert refused.facts == {"id": "D1", "name": "Paul"}
    card = voice.undo(sure=True).result().cards["D1"]
    assert card.title == "A newsletter"
    assert not card.assents("client")


def test_an_undone_correction_asks_as_well(voice: Voice, paul: Voice) -> None:
    voice.commit_now(AddCard("decision", "Une seance"))
    voice.commit_now(GiveOpinion("D1", "agree"))
    paul.commit_now(GiveOpinion("D1", "agree"))
    voice.commit_now(Reword("D1", Wording("Une séance"), correct=True))
    paul.commit_now(Confirm("D1"))
    assert refusal(voice.undo()).code == "touched-since"


def test_an_undo_goes_past_what_nobody_typed(voice: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    voice.commit(AddCard("question", "How?"), undoable=False).result()
    assert list(voice.undo().result().cards) == ["Q2"]
    assert refusal(voice.undo()).code == "nothing-to-undo"


def test_an_undo_is_the_word_of_who_speaks_then(store: Store, voice: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    voice.hand_over(PAUL)
    voice.undo().result()
    assert store.log[-1].voice == PAUL
    assert store.log[-1].undoes == store.log[0].seq


def test_numbers_are_not_used_again(voice: Voice) -> None:
    voice.commit_now(AddCard("question", "Who?"))
    voice.undo().result()
    assert list(voice.commit_now(AddCard("question", "How?")).cards) == ["Q2"]


def test_undo_works_across_a_checkpoint(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINT_EVERY", 1)
    with Store.create(path, three_people()) as store:
        voice = Voice(store, NADIA, "s1")
        start = store.board
        for number in range(5):
            voice.commit_now(AddCard("question", f"Who? {number}"))
        for _ in range(5):
            voice.undo().result()
        assert store.board.same_as(start)
        board = store.board
    with Store.open(path) as store:
        assert store.board == board


def test_two_stores_take_back_their_own(path: Path) -> None:
    with Store.create(path, three_people()) as here, Store.open(path) as there:
        nadia, paul = Voice(here, NADIA, "s1"), Voice(there, PAUL, "s2", one_screen=False)
        nadia.commit_now(AddCard("question", "Who?"))
        paul.commit_now(AddCard("question", "How?"))
        assert list(nadia.undo().result().cards) == ["Q2"]
        assert list(paul.undo().result().cards) == []
        nadia.redo().result()
        paul.commit_now(AddCard("answer", "Parents", on=("Q1",)))
        assert refusal(nadia.undo()).code == "linked-since"


# People who sit at a screen of their own


def test_nobody_speaks_here_for_somebody_at_a_screen_of_their_own(store: Store, voice: Voice) -> None:
    voice.elsewhere = frozenset({PAUL})
    with pytest.raises(Refused) as refused:
        voice.hand_over(PAUL)
    assert (refused.value.code, refused.value.facts) == ("speaks-elsewhere", {"name": "Paul"})
    assert voice.person == NADIA
    assert not voice.may_speak(PAUL)
    error = refusal(voice.commit(AddCard("question", "Who?"), person=PAUL))
    assert (error.code, error.facts) == ("speaks-elsewhere", {"name": "Paul"})
    assert store.log == []


def test_the_word_goes_to_whoever_of_the_other_side_still_sits_here(store: Store, voice: Voice) -> None:
    voice.elsewhere = frozenset({PAUL})
    voice.hand_over(ZOE)
    voice.commit_now(AddCard("question", "Who?"))
    assert store.log[-1].voice == ZOE


def test_both_agree_only_while_the_other_side_has_no_screen_of_its_own(store: Store, voice: Voice) -> None:
    voice.commit_now(AddCard("decision", "A newsletter"))
    for there in (PAUL, ZOE):
        voice.elsewhere = frozenset({there})
        assert not voice.one_screen
        assert refusal(voice.commit(GiveOpinion("D1", "agree", both=True))).code == "both-needs-one-screen"
    assert not store.board.cards["D1"].opinions
    voice.elsewhere = frozenset()
    assert voice.one_screen
    assert voice.commit_now(GiveOpinion("D1", "agree", both=True)).cards["D1"].agreed


def test_somebody_of_ones_own_side_elsewhere_leaves_the_other_side_here(voice: Voice) -> None:
    voice.hand_over(PAUL)
    voice.elsewhere = frozenset({ZOE})
    assert voice.one_screen
    voice.commit_now(AddCard("decision", "A newsletter"))
    assert voice.commit_now(GiveOpinion("D1", "agree", both=True)).cards["D1"].agreed


def test_whoever_speaks_here_goes_on_when_they_sit_at_a_second_screen(store: Store, voice: Voice) -> None:
    voice.elsewhere = frozenset({NADIA})
    voice.commit_now(AddCard("question", "Who?"))
    voice.hand_over(PAUL)
    with pytest.raises(Refused) as refused:
        voice.hand_over(NADIA)
    assert refused.value.code == "speaks-elsewhere"


def test_two_of_one_party_speak_for_it_and_the_last_word_counts(store: Store, paul: Voice) -> None:
    zoe = Voice(store, ZOE, "s3", one_screen=False)
    nadia = Voice(store, NADIA, "s1", one_screen=False)
    nadia.commit_now(AddCard("decision", "A newsletter"))
    nadia.commit_now(GiveOpinion("D1", "agree"))
    assert paul.commit_now(GiveOpinion("D1", "agree")).cards["D1"].agreed
    card = zoe.commit_now(GiveOpinion("D1", "disagree", "who writes it?")).cards["D1"]
    assert not card.agreed
    opinion = card.opinion("client")
    assert opinion is not None
    assert (opinion.person, opinion.kind) == (ZOE, "disagree")
    assert paul.commit_now(GiveOpinion("D1", "concern", "Zoé doubts it")).cards["D1"].agreed
