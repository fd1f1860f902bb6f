from __future__ import annotations

import json
from pathlib import Path

from storage import Store, Voice, changes

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
