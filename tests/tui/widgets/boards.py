"""Boards for tests of what is drawn: a random conversation, played without files."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from storage import Board, Refused, Store, Voice
from tests.storage.strategies import Step, change_for
from tests.storage.table import NADIA, PAUL, ZOE, in_conversation


def board_after(steps: Sequence[Step]) -> Board:
    """The board after what three people have tried at one screen."""
    with Store.in_memory(in_conversation()) as store:
        voice = Voice(store, NADIA, "s1")
        for step in steps:
            with contextlib.suppress(Refused):
                if step.what in ("undo", "redo"):
                    (voice.undo if step.what == "undo" else voice.redo)(sure=True).result()
                elif (change := change_for(store.board, step)) is not None:
                    voice.commit_now(change, person=(NADIA, PAUL, ZOE)[step.who])
        return store.board
