from __future__ import annotations

import datetime as dt

from storage import Store, Voice
from storage.changes import AddCard, AddNote
from storage.sessions import brought, voices

from .table import NADIA, PAUL, three_people

NOON = dt.datetime(2026, 5, 12, 12, tzinfo=dt.UTC)


def counted(store: Store) -> tuple[dict[str, int], int, dict[str, int]]:
    records = list(store.history())
    found = brought(records, store.board, voices(records))
    return dict(found.cards), found.notes, dict(found.shares)


def test_what_was_undone_was_not_brought_and_what_was_made_again_was() -> None:
    store = Store.in_memory(three_people(), clock=lambda: NOON)
    nadia, paul = Voice(store, NADIA, "s1"), Voice(store, PAUL, "s2")
    nadia.commit_now(AddCard("question", "Who?"))
    paul.commit_now(AddCard("question", "When?"))
    paul.commit_now(AddNote("Q1", "a remark"))
    assert counted(store) == ({"question": 2}, 1, {"consultant": 1, "client": 2})
    paul.undo().result()
    assert counted(store) == ({"question": 2}, 0, {"consultant": 1, "client": 1})
    paul.undo().result()
    assert counted(store) == ({"question": 1}, 0, {"consultant": 1, "client": 0})
    paul.redo().result()
    assert counted(store) == ({"question": 2}, 0, {"consultant": 1, "client": 1})
    paul.undo().result()
    assert counted(store) == ({"question": 1}, 0, {"consultant": 1, "client": 0})
    nadia.commit_now(AddNote("Q1", "another"))
    assert counted(store) == ({"question": 1}, 1, {"consultant": 2, "client": 0})
    store.close()
