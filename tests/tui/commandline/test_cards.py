from __future__ import annotations

from pathlib import Path

import pytest

from storage import Store, Voice, changes

from .calling import Accord


def test_add_prints_the_id_as_the_data_has_it(accord: Accord, acme: str) -> None:
    assert accord.ok("add", acme, "answer", "Neighbours", "--by", "client", "--on", "q1", lang="fr_FR.UTF-8") == "A2\n"


def test_a_title_may_begin_with_a_dash(accord: Accord, acme: str) -> None:
    assert accord.ok("add", acme, "question", "--by", "client", "--", "-5 % budget?") == "Q2\n"
    assert accord.cards()["Q2"]["title"] == "-5 % budget?"


def test_add_takes_links_in_any_case_and_r_for_a(accord: Accord, acme: str) -> None:
    accord.ok("add", acme, "decision", "Both", "--by", "client", "--on", "r1", "--on", "Q1", "--on", "a1")
    links = accord.cards()["D3"]["links"]
    assert links == [{"kind": "rests_on", "to": "A1"}, {"kind": "rests_on", "to": "Q1"}]


def test_add_reads_a_body_from_standard_input(accord: Accord, acme: str) -> None:
    accord.ok("add", acme, "question", "When?", "--by", "client", "--body", "-", stdin="Été,\nou plus tard\n".encode())
    assert accord.cards()["Q2"]["body"] == "Été,\nou plus tard"


def test_standard_input_may_be_anything(accord: Accord, acme: str) -> None:
    accord.ok("add", acme, "question", "When?", "--by", "client", "--body", "-", stdin=b"\xff\xfe\x00\x1b[31m \x80 end")
    assert str(accord.cards()["Q2"]["body"]).endswith("end")


def test_the_voice_is_the_first_person_of_the_party_in_a_session_of_its_own(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.AddPerson("Zoé", "client"))
    accord.ok("add", acme, "question", "One?", "--by", "client")
    accord.ok("add", acme, "question", "Two?", "--by", "CLIENT")
    with Store.open(Path(acme)) as store:
        one, two = list(store.history())[-2:]
        assert (one.voice, one.typed_by) == ("p2", "p2")
        assert one.session.startswith("cli-")
        assert one.session != two.session


def test_both_never_agree_in_one_step_from_here(accord: Accord, acme: str) -> None:
    accord.ok("agree", acme, "D2", "--by", "client")
    card = accord.cards()["D2"]
    assert [opinion["party"] for opinion in card["opinions"]] == ["client"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("column", ["discuss", "To discuss", "à discuter", "DISCUSS"])
def test_a_column_is_named_by_its_role_or_its_title_in_either_language(accord: Accord, acme: str, column: str) -> None:
    assert accord.ok("move", acme, "d2", column, "--by", "client") == "D2 stands in “To discuss”.\n"
    assert accord.cards()["D2"]["column"] == "discuss"


def test_moving_into_agreed_is_refused_and_says_who_is_missing(accord: Accord, acme: str) -> None:
    accord.ok("agree", acme, "D2", "--by", "consultant")
    assert accord.refused("move", acme, "D2", "agreed", "--by", "client").endswith("still missing: Paul.")
    assert accord.cards()["D2"]["column"] == "table"


def test_moving_out_of_agreed_takes_ones_own_assent_back(accord: Accord, acme: str) -> None:
    assert "waiting for Paul" in accord.ok("move", acme, "D1", "table", "--by", "client")
    assert accord.cards()["D1"]["agreed"] is False


def test_a_reason_makes_it_a_concern(accord: Accord, acme: str) -> None:
    accord.ok("agree", acme, "D2", "--by", "client", "--why", "Not on Sundays")
    said = accord.ok("agree", acme, "D2", "--by", "consultant")
    assert said == "D2 is agreed, and stands in “Agreed”.\n"
    assert "Paul: agree, with a concern: Not on Sundays" in accord.ok("show", acme, "D2")


def test_an_objection_needs_its_reason(accord: Accord, acme: str) -> None:
    assert "--why TEXT is missing" in accord.refused("disagree", acme, "D2", "--by", "client", status=2)
    assert "need their reason" in accord.refused("disagree", acme, "D2", "--by", "client", "--why", " ")
    accord.ok("disagree", acme, "D2", "--by", "client", "--why", "Too much")
    assert "Paul disagrees" in accord.ok("list", acme)


def test_rewording_puts_a_decision_back_on_the_table(accord: Accord, acme: str) -> None:
    assert "“On the table”" in accord.ok("edit", acme, "D1", "--title", "Newsletter only", "--by", "client")
    card = accord.cards()["D1"]
    assert (card["title"], card["column"], card["agreed"]) == ("Newsletter only", "table", False)


def test_edit_leaves_what_it_is_not_told(accord: Accord, acme: str) -> None:
    accord.ok("edit", acme, "D2", "--title", "Three stories", "--by", "client")
    assert accord.cards()["D2"]["body"] == "On *Instagram*."
    accord.ok("edit", acme, "D2", "--body", "-", "--by", "client", stdin=b"Elsewhere.")
    assert (accord.cards()["D2"]["title"], accord.cards()["D2"]["body"]) == ("Three stories", "Elsewhere.")
    assert "nothing to reword" in accord.refused("edit", acme, "D2", "--by", "client", status=2)
