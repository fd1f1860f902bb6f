"""Garbage collection that no guest feels: what sessions are made of is not looked through while people type."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

CALM_SECONDS = 3.0
"""Seconds without anybody coming or going after which what the sessions are made of counts as kept."""

MOST_ENDED = 20
"""Sessions that may end before what they leave behind is looked for, although others sit there."""


class Sweeper:
    """Decides when to collect, from how many sessions there are. A full collection with fifty takes half a second."""

    def __init__(self) -> None:
        self._before = self._settled = self._ended = 0

    def look(self, guests: int) -> None:
        """Told now and then how many sessions there are."""
        self._ended += max(0, self._before - guests)
        calm, self._before = guests == self._before, guests
        if not calm:
            return
        if self._ended and (guests == 0 or self._ended >= MOST_ENDED):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._ended = 0
        elif guests > self._settled:
            gc.freeze()
        self._settled = guests


async def keep_swept(guests: Callable[[], int]) -> None:
    """Look for ever; ``guests`` counts the sessions."""
    gc.freeze()
    sweeper = Sweeper()
    while True:
        await asyncio.sleep(CALM_SECONDS)
        sweeper.look(guests())
