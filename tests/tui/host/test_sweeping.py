from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tui.host.sweeping import MOST_ENDED, Sweeper


class Session:
    """Something that only a collection finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _by_hand() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_sessions_that_sit_there_are_not_looked_through_again() -> None:
    sweeper = Sweeper()
    sweeper.look(3)
    before = gc.get_freeze_count()
    kept = [Session() for _ in range(100)]
    sweeper.look(3)
    assert gc.get_freeze_count() >= before + len(kept)


def test_what_was_left_behind_goes_when_everybody_has_left() -> None:
    sweeper = Sweeper()
    session = Session()
    gone = weakref.ref(session)
    sweeper.look(1)
    sweeper.look(1)
    del session
    sweeper.look(0)
    assert gone() is not None
    sweeper.look(0)
    assert gone() is None


def test_what_many_left_behind_goes_although_others_stay() -> None:
    sweeper = Sweeper()
    sweeper.look(MOST_ENDED + 1)
    sweeper.look(MOST_ENDED + 1)
    session = Session()
    gone = weakref.ref(session)
    gc.freeze()
    del session
    sweeper.look(2)
    sweeper.look(2)
    assert gone() is not None
    sweeper.look(1)
    sweeper.look(1)
    assert gone() is None
