from __future__ import annotations

import datetime as dt
import json

from hypothesis import given, settings

from storage.board import new_board
from storage.card import Trial, Wording
from storage.changes import AddColumn, AddNote, Describe, GiveOpinion, Move, Reword, SetAside
from storage.exports.json import board_as_json, card_as_json, dumps

from .conftest import NADIA, PAUL, WORKSHOP, Table
from .texts import titles


def test_the_board_says_what_it_is_and_lists_its_cards_by_number(french: Table) -> None:
    data = json.loads(dumps(french.board))
    assert data == board_as_json(french.board)
    assert (data["format"], data["schema"], data["lang"], data["change"]) == ("accord-board", 1, "fr", 27)
    assert data["title"] == french.board.title
    assert data["parties"]["client"] == {"name": "Les Amis du Phare", "expertise": "directeur"}
    assert data["people"] == [
        {"id": "p1", "name": "Nadia", "party": "consultant"},
        {"id": "p2", "name": "Paul", "party": "client"},
    ]
    assert [column["role"] for column in data["columns"]] == ["discuss", "table", "agreed", "trying"]
    assert [card["id"] for card in data["cards"]] == [card.id for card in french.board.in_order()]
    assert len(data["cards"]) == len(french.board.cards) == 15


def test_a_card_has_all_that_is_known_of_it(table: Table) -> None:
    asked = table.question(NADIA, "How often?")
    card = table.decision(PAUL, "Two stories", asked, body="From *June*", trial=Trial("messages", dt.date(2026, 6, 30)))
    table.make(NADIA, Describe(card, theme="rhythm", who="Paul", by_when=dt.date(2026, 6, 1)))
    table.make(NADIA, AddNote(card, "It rains", "against"))
    table.make(NADIA, GiveOpinion(card, "agree"))
    table.make(PAUL, GiveOpinion(card, "concern", "Who films?"))
    data = card_as_json(table.board, table.board.cards[card])
    assert data == json.loads(json.dumps(data))
    assert data.pop("rank") == table.board.cards[card].rank
    time = "2026-05-12T12:00:00Z"
    assert data == {
        "id": "D1",
        "kind": "decision",
        "title": "Two stories",
        "body": "From *June*",
        "column": "trying",
        "party": "client",
        "voice": "p2",
        "voice_name": "Paul",
        "links": [{"kind": "rests_on", "to": "Q1"}],
        "state": "agreed",
        "agreed": True,
        "settled": False,
        "not_chosen": False,
        "aside": False,
        "under": None,
        "agreed_at": time,
        "frame": False,
        "theme": "rhythm",
        "who": "Paul",
        "by_when": "2026-06-01",
        "trial": {"watch": "messages", "until": "2026-06-30", "stop_if": ""},
        "opinions": [
            {
                "party": "consultant",
                "voice": "p1",
                "voice_name": "Nadia",
                "opinion": "agree",
                "reason": "",
                "current": True,
                "one_screen": False,
                "revision": 2,
                "time": time,
            },
            {
                "party": "client",
                "voice": "p2",
                "voice_name": "Paul",
                "opinion": "concern",
                "reason": "Who films?",
                "current": True,
                "one_screen": False,
                "revision": 2,
                "time": time,
            },
        ],
        "notes": [
            {
                "note": "against",
                "text": "It rains",
                "party": "consultant",
                "voice": "p1",
                "voice_name": "Nadia",
                "time": time,
            }
        ],
        "correction": None,
        "outcomes": [],
        "subject_to": "",
        "reworded": None,
        "created": time,
        "born": 2,
        "revision": 2,
    }


def test_a_card_says_where_it_stands_and_how(table: Table) -> None:
    asked = table.question(NADIA, "Who first?")
    chosen, other = table.answer(PAUL, "Parents", asked), table.answer(NADIA, "Neighbours", asked)
    decision = table.agreed(NADIA, "Parents first", chosen)
    gone = table.question(PAUL, "LinkedIn?")
    table.make(PAUL, SetAside(gone))

    def marks(card: str) -> tuple[str, str | None, list[str]]:
        data = card_as_json(table.board, table.board.cards[card])
        names = ("agreed", "settled", "not_chosen", "aside")
        return data["state"], data["under"], [name for name in names if data[name]]

    assert marks(asked) == marks(chosen) == ("settled", decision, ["settled"])
    assert marks(other) == ("not_chosen", decision, ["not_chosen"])
    assert marks(decision) == ("agreed", None, ["agreed"])
    assert marks(gone) == ("aside", None, ["aside"])
    assert marks(table.question(PAUL, "Blog?")) == ("open", None, [])


def test_a_column_is_its_role_or_its_title(table: Table) -> None:
    card = table.question(NADIA, "Who first?")
    table.make(NADIA, AddColumn("Later"))
    assert card_as_json(table.board, table.board.cards[card])["column"] == "discuss"
    later = next(column.id for column in table.board.columns.values() if column.title == "Later")
    table.make(NADIA, Move(card, later))
    assert card_as_json(table.board, table.board.cards[card])["column"] == "Later"


def test_an_opinion_of_an_earlier_wording_is_not_current(table: Table) -> None:
    card = table.agreed(NADIA, "Two stories")
    table.make(PAUL, Reword(card, Wording("Three stories")))
    opinions = card_as_json(table.board, table.board.cards[card])["opinions"]
    assert [opinion["current"] for opinion in opinions] == [False, False]


def test_a_correction_that_waits_is_shown_beside_the_agreed_wording(table: Table) -> None:
    card = table.agreed(NADIA, "Deux storys")
    table.make(PAUL, Reword(card, Wording("Deux stories"), correct=True))
    data = card_as_json(table.board, table.board.cards[card])
    assert data["title"] == "Deux storys"
    assert data["correction"] == {
        "title": "Deux stories",
        "body": "",
        "trial": None,
        "voice": "p2",
        "voice_name": "Paul",
        "confirmed": ["client"],
    }


@settings(deadline=None)
@given(titles)
def test_every_title_is_literal(title: str) -> None:
    table = Table(new_board(title, "en", {"consultant": "Nadia", "client": "Paul"}))
    table.time = WORKSHOP
    table.question(NADIA, title)
    text = dumps(table.board)
    assert json.loads(text)["cards"][0]["title"] == table.board.cards["Q1"].title == title
    assert text.endswith("}\n")
