"""What people wrote on a board of Trello is read from its export, in the order in which they had it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from storage.imports import Found, FoundCard, FoundNote
from storage.imports import trello_form as form_module
from storage.imports.trello import read_trello


def board(*cards: dict[str, Any], **parts: Any) -> Found:
    lists = [{"id": "l1", "name": "To do", "pos": 2}, {"id": "l2", "name": "Ideas", "pos": 1.5}]
    return read_trello(json.dumps({"name": "Garden", "lists": lists, "cards": list(cards), **parts}), "x.json")


def only(card: dict[str, Any], **parts: Any) -> FoundCard:
    found = board({"id": "k1", "idList": "l1", "name": "Ask", **card}, **parts)
    (read,) = [card for column in found.columns for card in column.cards]
    return read


def test_lists_and_cards_are_in_the_order_of_the_board() -> None:
    found = board(
        {"id": "a", "idList": "l1", "name": "second", "pos": 20},
        {"id": "b", "idList": "l1", "name": "first", "pos": 3.5},
        {"id": "c", "idList": "l1", "name": "nowhere", "pos": "bottom"},
        {"id": "d", "idList": "l2", "name": "idea", "pos": 1},
    )
    assert found.title == "Garden"
    assert [(column.title, [c.title for c in column.cards]) for column in found.columns] == [
        ("Ideas", ["idea"]),
        ("To do", ["first", "second", "nowhere"]),
    ]


def test_what_was_archived_is_aside() -> None:
    lists = [{"id": "l1", "name": "Old", "closed": True, "pos": 1}, {"id": "l2", "name": "New", "pos": 2}]
    found = board(
        {"id": "a", "idList": "l1", "name": "in an old list"},
        {"id": "b", "idList": "l2", "name": "old", "closed": True},
        {"id": "c", "idList": "l2", "name": "new"},
        lists=lists,
    )
    assert [(column.title, column.aside) for column in found.columns] == [("Old", True), ("New", False)]
    aside = {card.title: card.aside for column in found.columns for card in column.cards}
    assert aside == {"in an old list": True, "old": True, "new": False}


def test_cards_of_no_list_are_kept() -> None:
    found = board({"id": "a", "idList": "gone", "name": "astray"}, {"id": "b", "name": "too"})
    assert (found.columns[0].title, [card.title for card in found.columns[0].cards]) == ("", ["astray", "too"])


def test_a_due_day_is_that_of_the_people_here_and_a_tick_means_done(monkeypatch: pytest.MonkeyPatch) -> None:
    card = only({"due": "2026-05-12T12:00:00.000Z", "dueComplete": True})
    assert card.due == dt.datetime(2026, 5, 12, 12, tzinfo=dt.UTC).astimezone().date()
    assert card.done is True
    assert only({"due": "2026-05-12T12:00:00.000Z"}).done is None


def test_a_day_that_cannot_be_read_is_a_line() -> None:
    assert only({"due": "soon"}).body == "- soon"
    assert only({"due": "9999-12-31T23:59:59.999Z"}).title == "Ask"


def test_labels_go_by_name_or_colour() -> None:
    labels = [{"id": "x", "name": "Team", "color": "red"}, {"id": "y", "name": "", "color": "green"}]
    assert only({"labels": labels}).labels == ("Team", "green")
    assert only({"idLabels": ["y", "x"]}, labels=labels).labels == ("green", "Team")


def test_members_are_who_does_it() -> None:
    members = [{"id": "m1", "fullName": "Inès", "username": "i"}, {"id": "m2", "username": "paul"}]
    assert only({"idMembers": ["m1", "m2"]}, members=members).who == "Inès, paul"
    found = board({"id": "k1", "idList": "l1", "name": "Ask", "idMembers": ["gone"]})
    assert [(each.code, each.text) for each in found.left] == [("member", "Ask")]


def test_checklists_are_lists_with_their_state_in_their_order() -> None:
    checklists = [
        {"id": "c2", "idCard": "k1", "name": "", "pos": 2, "checkItems": [{"name": "z", "state": "incomplete"}]},
        {
            "id": "c1", "idCard": "k1", "name": "Ways", "pos": 1,
            "checkItems": [
                {"name": "long", "state": "complete", "pos": 9}, {"name": "short", "state": "incomplete", "pos": 1},
            ],
        },
        {"id": "c3", "idCard": "gone", "name": "Lost", "checkItems": [{"name": "y", "state": "complete"}]},
    ]  # fmt: skip
    assert only({"desc": "Why?\n"}, checklists=checklists).body == (
        "Why?\n\n**Ways**\n\n- [ ] short\n- [x] long\n\n- [ ] z"
    )
    found = board({"id": "k1", "idList": "l1", "name": "Ask"}, checklists=checklists)
    assert [(each.code, each.text) for each in found.left] == [("checklist", "**Lost**\n\n- [x] y")]
    assert only({"checklists": checklists[:1]}).body == "- [ ] z", "some exports have them on the card"


def test_attachments_places_and_fields_of_ones_own_are_lines() -> None:
    fields = [
        {"id": "f1", "name": "Hours"},
        {"id": "f2", "name": "Where", "options": [{"id": "o1", "value": {"text": "Indoors"}}]},
        {"id": "f3", "name": "Sure"},
    ]
    body = only(
        {
            "attachments": [
                {"name": "Plan", "url": "https://a.example/x"}, {"name": "https://b.example", "url": "https://b.example"},
            ],
            "customFieldItems": [
                {"idCustomField": "f1", "value": {"number": "3"}}, {"idCustomField": "f2", "idValue": "o1"},
                {"idCustomField": "f3", "value": {"checked": "true"}}, {"idCustomField": "f1", "value": None},
            ],
            "locationName": "Lighthouse", "address": "1 Shore Road",
        },
        customFields=fields,
    ).body  # fmt: skip
    assert body.split("\n") == [
        "- Plan: https://a.example/x", "- https://b.example", "- Hours: 3", "- Where: Indoors", "- Sure: true",
        "- Lighthouse", "- 1 Shore Road",
    ]  # fmt: skip


def test_comments_are_notes_by_their_authors_oldest_first() -> None:
    def said(text: str, date: str, card: str = "k1", kind: str = "commentCard") -> dict[str, Any]:
        return {"type": kind, "date": date, "data": {"text": text, "card": {"id": card}}, "memberCreator": {"fullName": "Inès"}}  # fmt: skip

    actions = [
        said("later", "2026-05-12T12:00:00.000Z"),
        said("first", "2026-05-11T12:00:00.000Z"),
        said("of no card", "2026-05-10T12:00:00.000Z", "gone"),
        said("moved", "2026-05-10T12:00:00.000Z", kind="updateCard"),
        said("copied", "2026-05-13T12:00:00.000Z", kind="copyCommentCard"),
    ]
    card = only({}, actions=actions)
    assert [note.text for note in card.notes] == ["first", "later", "copied"]
    assert card.notes[0] == FoundNote("first", "Inès", dt.datetime(2026, 5, 11, 12, tzinfo=dt.UTC))
    found = board({"id": "k1", "idList": "l1", "name": "Ask", "badges": {"comments": 4}}, actions=actions)
    assert [(each.code, each.text) for each in found.left] == [("comment", "of no card"), ("comments-missing", "Ask")]


def test_what_a_board_has_beside_its_cards_is_left() -> None:
    found = board({"id": "k", "idList": "l1", "name": "Ask", "start": "2026-05-01"}, desc="Our garden.\n\nAll of it.")
    assert [(each.code, each.text) for each in found.left] == [
        ("board-text", "Our garden.\n\nAll of it."),
        ("start-date", "Ask: 2026-05-01"),
    ]


def test_what_is_null_or_missing_is_not_there() -> None:
    names = ["desc", "pos", "due", "labels", "idLabels", "idMembers", "attachments", "checklists", "closed", "badges"]
    assert only(dict.fromkeys(names)) == FoundCard("Ask")
    assert board(actions=None, checklists=None, members=None, labels=None, customFields=None, desc=None).left == ()


def test_it_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_module, "PIECE", 2)
    told: list[float] = []
    cards = [{"id": f"k{n}", "idList": "l1", "name": f"card {n}", "pos": n} for n in range(7)]
    text = json.dumps({"lists": [{"id": "l1", "name": "To do"}], "cards": cards})
    assert [c.title for c in read_trello(text, "x", told.append).columns[0].cards] == [f"card {n}" for n in range(7)]
    assert len(told) >= 4
