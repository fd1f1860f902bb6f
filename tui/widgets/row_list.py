"""A list of rows, as every screen has it."""

from __future__ import annotations

from textual.widgets import OptionList


class RowList(OptionList):
    """A list whose pages can be turned at any size: the toolkit's stumbles where a window leaves it no cell."""

    def action_page_up(self) -> None:
        """A page up."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """A page down."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
