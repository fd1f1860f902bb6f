"""Who agrees to what: assent binds to a wording, and only opinions lead into *Agreed*."""

from __future__ import annotations

import datetime as dt

import pytest

from storage.board import new_board
from storage.card import Opinion, OpinionKind, Trial, Wording
from storage.changes import (
    AddCard,
    AddNote,
    BringBack,
    Confirm,
    CorrectVoice,
    Describe,
    DropCorrection,
    GiveOpinion,
    LinkCards,
    Move,
    Reword,
    SetAside,
)

from .table import AGREED, DISCUSS, NADIA, PAUL, TABLE, TRYING, ZOE, Table, wording


@pytest.fixture
def table() -> Table:
    """One proposal of Nadia's."""
    table = Table()
    table.does(AddCard("decision", "Parents first", "Then we look again."))
    return table


@pytest.fixture
def agreed(table: Table) -> Table:
    """Both agree to it, each at their own screen."""
    table.does(GiveOpinion("D1", "agree"), NADIA, session="s1", one_screen=False)
    table.does(GiveOpinion("D1", "agree"), PAUL, session="s2", one_screen=False)
    return table


def said(table: Table, party: str = "client") -> Opinion | None:
    return table.card("D1").opinion("client" if party == "client" else "consultant")


def test_a_decision_is_agreed_when_both_parties_assent(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree"), NADIA)
    assert table.place("D1") == (TABLE, "open")
    table.does(GiveOpinion("D1", "agree"), PAUL)
    assert table.place("D1") == (AGREED, "agreed")
    assert table.card("D1").column == TABLE


def test_two_people_of_one_party_are_no_agreement(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree"), PAUL)
    table.does(GiveOpinion("D1", "agree"), ZOE)
    assert not table.card("D1").agreed


def test_a_partys_opinion_is_the_latest_of_its_people(agreed: Table) -> None:
    agreed.does(GiveOpinion("D1", "disagree", "too soon"), ZOE)
    assert not agreed.card("D1").agreed
    agreed.does(GiveOpinion("D1", "agree"), PAUL)
    assert agreed.card("D1").agreed
    agreed.does(GiveOpinion("D1", "withdrawn"), ZOE)
    assert not agreed.card("D1").agreed


def test_a_concern_is_assent_and_keeps_its_words(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree"), NADIA)
    table.does(GiveOpinion("D1", "concern", " who writes\nit? "), PAUL)
    assert table.card("D1").agreed
    held = said(table)
    assert held is not None
    assert (held.kind, held.reason) == ("concern", "who writes it?")


def test_a_disagreement_after_the_agreement_ends_it(agreed: Table) -> None:
    agreed.does(GiveOpinion("D1", "disagree", "no means"), PAUL)
    assert agreed.place("D1") == (TABLE, "open")
    assert agreed.card("D1").assents("consultant")


def test_a_withdrawal_ends_only_ones_own_assent(agreed: Table) -> None:
    agreed.does(GiveOpinion("D1", "withdrawn"), PAUL)
    assert (agreed.card("D1").assents("client"), agreed.card("D1").assents("consultant")) == (False, True)
    agreed.refuses(GiveOpinion("D1", "withdrawn"), "nothing-to-withdraw", PAUL)
    agreed.refuses(GiveOpinion("D1", "withdrawn"), "nothing-to-withdraw", ZOE)
    agreed.does(GiveOpinion("D1", "withdrawn"), NADIA)


def test_a_disagreement_can_be_withdrawn(table: Table) -> None:
    table.refuses(GiveOpinion("D1", "withdrawn"), "nothing-to-withdraw")
    table.does(GiveOpinion("D1", "disagree", "no"))
    table.does(GiveOpinion("D1", "withdrawn"))
    held = said(table, "consultant")
    assert held is not None
    assert held.kind == "withdrawn"


@pytest.mark.parametrize("kind", ["concern", "disagree"])
@pytest.mark.parametrize("reason", ["", "  \n ", "\u200b", "\x07"])
def test_an_objection_needs_its_reason(table: Table, kind: OpinionKind, reason: str) -> None:
    table.refuses(GiveOpinion("D1", kind, reason), "reason-missing")


def test_an_endless_reason_is_refused(table: Table) -> None:
    facts = table.refuses(GiveOpinion("D1", "disagree", "x" * 5_000), "title-too-long")
    assert facts == {"length": 5_000, "longest": 2_000}


def test_agreeing_needs_no_reason_and_keeps_none(table: Table) -> None:
    table.does(GiveOpinion("D1", "agree", "because"))
    held = said(table, "consultant")
    assert held is not None
    assert held.reason == ""


def test_only_decisions_are_agreed_to(table: Table) -> None:
    table.does(AddCard("question", "?"))
    table.refuses(GiveOpinion("Q1", "agree"), "only-decisions")
    table.refuses(GiveOpinion("D9", "agree"), "no-such-card")


def test_nobody_speaks_who_is_not_at_the_table(table: Table) -> None:
    table.refuses(GiveOpinion("D1", "agree"), "no-such-person", "p9")


def test_saying_the_same_again_changes_nothing(agreed: Table) -> None:
    assert not agreed.does(GiveOpinion("D1", "agree"), PAUL).acts
    assert agreed.does(GiveOpinion("D1", "agree"), ZOE).acts, "but it is another voice"


# Both in one step


def test_at_one_screen_both_agree_in_one_step(table: Table) -> None:
    record = table.does(GiveOpinion("D1", "agree", both=True))
    opinions = [table.card("D1").opinion(party) for party in ("consultant", "client")]
    assert [(o.person, o.kind, o.one_screen) for o in opinions if o] == [
        (NADIA, "agree", True),
        (PAUL, "agree", True),
    ]
    assert len({o.seq for o in opinions if o} | {record.seq}) == 1
    assert table.place("D1") == (AGREED, "agreed")


def test_over_ssh_each_gives_their_own(table: Table) -> None:
    table.refuses(GiveOpinion("D1", "agree", both=True), "both-needs-one-screen", PAUL, session="s2", one_screen=False)
    table.does(GiveOpinion("D1", "agree"), PAUL, session="s2", one_screen=False)
    held = said(table)
    assert held is not None
    assert not held.one_screen


@pytest.mark.parametrize("kind", ["concern", "disagree", "withdrawn"])
def test_both_at_once_only_agree(table: Table, kind: OpinionKind) -> None:
    table.refuses(GiveOpinion("D1", kind, "reason", both=True), "both-only-agree")


def test_both_cannot_agree_where_one_side_is_empty() -> None:
    board = new_board("x", "en", {"consultant": "Nadia", "client": "Paul"})
    del board.people[PAUL]
    table = Table(board)
    table.does(AddCard("decision", "d"))
    assert table.refuses(GiveOpinion("D1", "agree", both=True), "nobody-there") == {"party": "client"}


def test_agreeing_for_both_keeps_the_words_of_whoever_had_assented(table: Table) -> None:
    table.does(GiveOpinion("D1", "concern", "who writes it?"), ZOE)
    table.does(GiveOpinion("D1", "agree", both=True), NADIA)
    held = said(table)
    assert held is not None
    assert (held.person, held.kind, held.reason) == (ZOE, "concern", "who writes it?")
    assert table.card("D1").agreed


def test_agreeing_for_both_after_a_disagreement_is_said_at_one_screen(table: Table) -> None:
    table.does(GiveOpinion("D1", "disagree", "no"), PAUL)
    table.does(GiveOpinion("D1", "agree", both=True), NADIA)
    held = said(table)
    assert held is not None
    assert (held.kind, held.one_screen) == ("agree", True)


# Assent binds to a wording


@pytest.mark.parametrize(
    "parts",
    [{"title": "Parents second"}, {"body": "Then we stop."}, {"trial": Trial("who reads")}],
    ids=lambda parts: next(iter(parts)),
)
def test_rewording_title_body_or_trial_ends_the_agreement(agreed: Table, parts: dict[str, object]) -> None:
    agreed.does(Reword("D1", wording(agreed.card("D1"), **parts)), NADIA)
    assert agreed.place("D1") == (TABLE, "open")
    assert [agreed.card("D1").opinion(party) for party in ("consultant", "client")] == [None, None]


def test_rewording_keeps_the_earlier_assents_as_given_to_the_earlier_wording(agreed: Table) -> None:
    earlier = agreed.card("D1").revision
    agreed.does(Reword("D1", Wording("Parents second")))
    card = agreed.card("D1")
    assert {o.party for o in card.opinions.values() if o.kind == "agree" and o.revision == earlier} == {
        "consultant",
        "client",
    }
    assert card.revision != earlier


def test_retyping_the_old_words_revives_nothing(agreed: Table) -> None:
    old = agreed.card("D1").wording
    agreed.does(Reword("D1", Wording("Parents second")))
    agreed.does(Reword("D1", old))
    assert agreed.card("D1").wording == old
    assert not agreed.card("D1").agreed
    assert said(agreed) is None


def test_what_one_side_assented_to_goes_back_on_the_table_when_reworded(table: Table) -> None:
    table.does(Move("D1", DISCUSS))
    table.does(Reword("D1", Wording("Parents second")))
    assert table.place("D1") == (DISCUSS, "open"), "nobody had said anything"
    table.does(GiveOpinion("D1", "agree"), PAUL)
    table.does(Reword("D1", Wording("Parents third")))
    assert table.place("D1") == (TABLE, "open")


def test_the_agreement_stays_where_something_else_is_changed(agreed: Table) -> None:
    agreed.does(Describe("D1", theme="audience", who="Paul", by_when=dt.date(2026, 6, 1)))
    agreed.does(AddNote("D1", "at last"))
    agreed.does(CorrectVoice("D1", PAUL))
    agreed.does(AddCard("answer", "a", on=(agreed.adds(AddCard("question", "q")),)))
    agreed.does(LinkCards("D1", "A1"))
    assert agreed.card("D1").agreed


def test_trying_is_where_an_agreed_trial_stands(table: Table) -> None:
    table.does(Reword("D1", wording(table.card("D1"), trial=Trial("who reads", dt.date(2026, 6, 1), "nobody"))))
    table.does(GiveOpinion("D1", "agree", both=True))
    assert table.place("D1") == (TRYING, "agreed")


def test_what_is_set_aside_is_not_agreed_and_takes_no_opinion(agreed: Table) -> None:
    agreed.does(SetAside("D1"))
    assert not agreed.card("D1").agreed
    agreed.refuses(GiveOpinion("D1", "agree"), "set-aside")
    agreed.does(BringBack("D1"))
    assert agreed.place("D1") == (AGREED, "agreed")


# Moving into and out of Agreed


def test_nothing_is_moved_into_agreed(table: Table) -> None:
    table.does(AddCard("question", "?"))
    table.refuses(Move("Q1", AGREED), "only-decisions-agreed")
    facts = table.refuses(Move("D1", AGREED), "opinion-missing")
    assert facts == {"id": "D1", "missing": ["Nadia", "Paul"]}
    table.does(GiveOpinion("D1", "agree"), NADIA)
    assert table.refuses(Move("D1", TRYING), "opinion-missing")["missing"] == ["Paul"]
    table.refuses(AddCard("question", "?", column=AGREED), "agreed-is-computed")
    table.refuses(AddCard("decision", "d", column=TRYING), "agreed-is-computed")


def test_between_agreed_and_trying_only_the_terms_decide(agreed: Table) -> None:
    agreed.refuses(Move("D1", TRYING), "trial-needs-terms")
    agreed.does(Reword("D1", wording(agreed.card("D1"), trial=Trial("x"))))
    agreed.does(GiveOpinion("D1", "agree", both=True))
    agreed.refuses(Move("D1", AGREED), "trial-stands-in-trying")


@pytest.mark.parametrize("to", [DISCUSS, TABLE])
@pytest.mark.parametrize("person", [NADIA, PAUL, ZOE])
def test_moving_it_out_withdraws_ones_own_assent_and_it_goes_where_it_was_moved(
    agreed: Table, to: str, person: str
) -> None:
    own = agreed.board.party_of(person)
    agreed.does(Move("D1", to), person, session="s9", one_screen=False)
    card = agreed.card("D1")
    assert agreed.place("D1") == (to, "open")
    assert [party for party in ("consultant", "client") if not card.assents(party)] == [own]
    held = card.opinion(own)
    assert held is not None
    assert (held.kind, held.person) == ("withdrawn", person)


def test_agreeing_again_after_moving_it_out_brings_it_back(agreed: Table) -> None:
    agreed.does(Move("D1", DISCUSS), PAUL)
    agreed.does(GiveOpinion("D1", "agree"), ZOE)
    assert agreed.place("D1") == (AGREED, "agreed")
    agreed.does(GiveOpinion("D1", "withdrawn"), ZOE)
    assert agreed.place("D1") == (DISCUSS, "open"), "where it had been moved"


def test_a_newly_agreed_decision_goes_to_the_end_and_so_does_one_that_comes_back(agreed: Table) -> None:
    for title in ("Two", "Three"):
        agreed.does(GiveOpinion(agreed.adds(AddCard("decision", title)), "agree", both=True))
    agreed.does(AddCard("decision", "Four"))
    assert agreed.lane(AGREED) == ["D1", "D2", "D3"]
    agreed.does(Move("D3", AGREED, before="D1"))
    assert agreed.lane(AGREED) == ["D3", "D1", "D2"]
    agreed.does(GiveOpinion("D1", "withdrawn"))
    assert (agreed.lane(AGREED), agreed.lane(TABLE)) == (["D3", "D2"], ["D4", "D1"])
    agreed.does(Reword("D3", Wording("Three, reworded")))
    assert (agreed.lane(AGREED), agreed.lane(TABLE)) == (["D2"], ["D4", "D1", "D3"])
    agreed.does(GiveOpinion("D1", "agree"))
    assert agreed.lane(AGREED) == ["D2", "D1"]


def test_ordering_within_agreed_withdraws_nothing(agreed: Table) -> None:
    agreed.does(GiveOpinion(agreed.adds(AddCard("decision", "Two")), "agree", both=True))
    agreed.does(Move("D2", AGREED, before="D1"), PAUL)
    assert agreed.lane(AGREED) == ["D2", "D1"]
    assert agreed.card("D2").agreed


def test_dropping_is_for_decisions_with_a_correction(table: Table) -> None:
    table.refuses(DropCorrection("D1"), "nothing-to-confirm")
    table.refuses(Confirm("D1"), "nothing-to-confirm")


def test_an_opinion_on_words_that_were_reworded_meanwhile_is_refused(table: Table) -> None:
    read = table.card("D1").revision
    table.does(Reword("D1", Wording("Something else")), PAUL)
    assert table.refuses(GiveOpinion("D1", "agree", revision=read), "reworded-since") == {"id": "D1"}
    table.refuses(GiveOpinion("D1", "agree", both=True, revision=read), "reworded-since")
    table.does(GiveOpinion("D1", "agree", revision=table.card("D1").revision))
    assert table.card("D1").assents("consultant")
