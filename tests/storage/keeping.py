"""What tests of kept boards share: who sits where, a change that always fits, and a board in files."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Refused, Store
from storage.changes import AddCard
from storage.store import Sitting

from .table import NADIA, PAUL, three_people

HERE = Sitting(NADIA, "s1", NADIA, True)
THERE = Sitting(PAUL, "s2", PAUL, False)


def ask(title: str) -> AddCard:
    return AddCard("question", title)


def codes(store: Store) -> list[str]:
    return [notice.code for notice in store.notices]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        Store.open(path)
    return refused.value.code


@contextlib.contextmanager
def board_of(path: Path, *titles: str) -> Iterator[Store]:
    """A board in files with a question for each title."""
    with Store.create(path, three_people()) as store:
        for title in titles:
            store.commit(ask(title), HERE)
        yield store
