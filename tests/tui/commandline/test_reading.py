from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import get_args

import pytest

from storage import Store, Voice, changes
from storage.card import NoteKind, Trial, Wording

from .calling import Accord


def test_list_json_has_every_card_with_what_other_programs_need(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.SetAside("D2"))
    cards = accord.cards()
    assert list(cards) == ["Q1", "A1", "D1", "D2"]
    needed = {"id", "kind", "title", "body", "column", "party", "links", "state"}
    assert all(needed <= card.keys() for card in cards.values())
    assert [card["state"] for card in cards.values()] == ["settled", "settled", "agreed", "aside"]
    assert cards["A1"]["party"] == "client"


def test_list_says_where_everything_stands(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.AddCard("question", "What of Twitter?"))
        Voice(store, "p1", "s").commit_now(changes.SetAside("Q2"))
    said = accord.ok("list", acme)
    assert said.startswith("Amis du Phare\n")
    parts = {part.splitlines()[0]: part.splitlines()[1:] for part in said.split("\n\n")[1:]}
    assert list(parts) == [
        "To discuss (0)", "On the table (1)", "Agreed (1)", "Trying (0)", "Settled cards (2)", "Cards set aside (1)",
    ]  # fmt: skip
    assert parts["On the table (1)"] == ["  D2  Nadia  Two stories a week  (proposal: waits for Nadia, Paul)"]
    assert parts["Settled cards (2)"][1] == "  A1  Paul   Parents  (settled by D1, ← Q1)"


def test_list_speaks_the_language_of_who_asks(accord: Accord, acme: str) -> None:
    said = accord.ok("list", acme, lang="fr_CH.UTF-8")
    assert "Sur la table (1)" in said
    assert "R1  Paul" in said
    assert "A1" not in said


def test_columns_of_names_are_as_wide_as_they_look(accord: Accord) -> None:
    accord.ok("new", "wide", "--consultant", "李雷", "--client", "Bob")
    accord.ok("add", "wide", "question", "One", "--by", "consultant")
    accord.ok("add", "wide", "question", "Two", "--by", "client")
    lines = accord.ok("list", "wide").splitlines()
    assert "  Q1  李雷  One  (unanswered)" in lines
    assert "  Q2  Bob   Two  (unanswered)" in lines


def test_show_has_all_that_is_on_a_card(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p2", "s").commit_now(changes.AddNote("D2", "We tried\nthat", "against"))
        Voice(store, "p2", "s").commit_now(changes.Describe("D2", theme="Social", who="Paul"))
    lines = accord.ok("show", acme, "d2").splitlines()
    assert lines[:4] == ["Proposal D2", "Two stories a week", "", "On *Instagram*."]
    assert "note against it  Paul: We tried that" in lines
    assert "theme            Social" in lines
    assert "opinion          Nadia: waited for" in lines
    assert json.loads(accord.ok("show", acme, "d2", "--json"))["id"] == "D2"


def test_history_tells_everything_by_whom(accord: Accord, acme: str) -> None:
    lines = accord.ok("history", acme).splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("1  20")
    assert lines[1].endswith("Paul   answers with A1: Parents")
    assert [record["seq"] for record in json.loads(accord.ok("history", acme, "--json"))] == [1, 2, 3, 4, 5, 6]


def test_a_corrected_voice_is_right_in_the_history_too(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.CorrectVoice("Q1", "p2"))
    first = accord.ok("history", acme).splitlines()[0]
    assert "  Paul   asks Q1: Who first?  (typed by Nadia)" in first
    assert json.loads(accord.ok("history", acme, "--json"))[0]["voice"] == "p2"


def test_a_board_without_a_change_has_a_history_too(accord: Accord) -> None:
    accord.ok("new", "acme")
    assert accord.ok("history", "acme") == "Nothing has been done on this board yet.\n"
    assert accord.ok("history", "acme", "--json") == "[]\n"


def commits(board: str, *steps: tuple[str, changes.Change]) -> None:
    with Store.open(Path(board)) as store:
        for person, change in steps:
            Voice(store, person, "s").commit_now(change)


@pytest.mark.parametrize("kind", get_args(NoteKind))
def test_show_has_every_kind_of_note(accord: Accord, acme: str, kind: NoteKind) -> None:
    commits(acme, ("p2", changes.AddNote("D2", "Two mothers asked", kind)))
    assert "Paul: Two mothers asked" in accord.ok("show", acme, "d2")


def test_a_decision_that_was_replaced_is_called_so(accord: Accord, acme: str) -> None:
    commits(
        acme,
        ("p1", changes.AddCard("decision", "Parents and gardeners", on=("D1",))),
        ("p1", changes.GiveOpinion("D3", "agree", both=True)),
    )
    assert "replaced by D3" in accord.ok("list", acme)
    assert "replaced, D3 Parents and gardeners" in accord.ok("show", acme, "d1")


def test_a_trial_is_one_until_it_is_kept(accord: Accord, acme: str) -> None:
    trial = Trial("who reads", dt.date(2099, 5, 12), "nobody does")
    commits(
        acme,
        ("p1", changes.AddCard("decision", "A newsletter", trial=trial)),
        ("p1", changes.GiveOpinion("D3", "agree", both=True)),
    )
    assert "(trial until 12 May 2099)" in accord.ok("list", acme)
    commits(acme, ("p2", changes.GiveOutcome("D3", "keep", "Three readers")))
    assert "(outcome: waits for Nadia)" in accord.ok("list", acme)
    assert "Paul: we keep it: Three readers (waits for Nadia)" in accord.ok("show", acme, "d3")
    commits(acme, ("p1", changes.ConfirmOutcome("D3")))
    assert "trial" not in accord.ok("list", acme)
    assert "Paul: we keep it: Three readers (confirmed by Nadia)" in accord.ok("show", acme, "d3")


def test_show_says_what_was_reworded_and_who_still_has_to_agree(accord: Accord, acme: str) -> None:
    commits(
        acme,
        ("p2", changes.Reword("D2", Wording("One story a week"))),
        ("p2", changes.Describe("D2", subject_to="the committee")),
    )
    lines = accord.ok("show", acme, "d2").splitlines()
    facts = {line.split("  ")[0]: line.split("  ", 1)[-1].strip() for line in lines if "  " in line}
    assert facts["subject to"] == "the committee"
    assert facts["reworded by"] == "Paul"
    assert facts["wording before"] == "Two stories a week On *Instagram*."


def test_who_said_what_is_written_as_french_has_it(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        voice = Voice(store, "p2", "s")
        voice.commit_now(changes.AddNote("D2", "En été"))
        voice.commit_now(changes.GiveOpinion("D2", "concern", "trop"))
    said = accord.ok("show", acme, "D2", lang="fr_CH.UTF-8")
    assert "Paul\u00a0: En été" in said
    assert "Paul\u00a0: d'accord, avec une réserve\u00a0: trop" in said
