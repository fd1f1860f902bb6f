"""Reading the journal for a screen: away from the keys, and told where it cannot be read."""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen

from storage import Record, Refused

from ..refusals import sentence
from ..session import Session

Records = tuple[Record, ...]

WHEN_CELLS = 15
"""Cells that the day and the hour of a change are filled up to."""


def read_history(
    screen: Screen[None] | Screen[str | None],
    session: Session,
    then: Callable[[Records], None],
    tell: Callable[[str], None],
) -> None:
    """Read every change on a thread, and give them to the screen if it is still there; else tell why not."""

    def read() -> None:
        try:
            records = tuple(session.store.history())
        except Refused as refused:
            screen.call_later(_if_there, screen, tell, sentence(refused, session.language))
        else:
            screen.call_later(_if_there, screen, then, records)

    screen.run_worker(read, thread=True, exclusive=True, group="history", exit_on_error=False)


def _if_there(screen: Screen[None] | Screen[str | None], call: Callable[..., None], value: object) -> None:
    if screen.is_attached:
        call(value)
