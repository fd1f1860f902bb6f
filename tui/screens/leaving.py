"""Leaving a screen: once, however quickly two keys follow each other."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType


class LeftOnce(Screen[ScreenResultType]):
    """A screen that is left once. The toolkit would leave the screen below as well where Enter comes twice at once."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Give the result and leave; nothing where that has been done, or another screen stands on this one."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    @property
    def is_left(self) -> bool:
        """Whether it is gone, or about to go: work that was still under way has nothing to show it on."""
        return self not in self.app.screen_stack
