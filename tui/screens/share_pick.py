"""Choosing the decision whose trail is shared: the decisions, with a line to search in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from textual.content import Content

from storage import Card, Update
from storage.card import shown_id

from ..cells import wrap
from ..commands import key_words
from ..session import Session
from ..widgets.cardface import Manner, kind_glyph, state_parts
from .search_list import AROUND, Key, Row, SearchList, remark


class DecisionPicker(SearchList[str | None]):
    """The decisions, those that are agreed first and those set aside last; dismissed with the id of one."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._decisions: list[Card] = []
        self._leave_store: Callable[[], None] = lambda: None

    def on_mount(self) -> None:
        """Follow the store: somebody else may propose something meanwhile."""
        self._leave_store = self.session.store.subscribe(self._updated)

    def on_unmount(self) -> None:
        """No longer follow the store."""
        self._leave_store()

    def _updated(self, _: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self._show_again)

    def _show_again(self) -> None:
        if not self.is_left:
            self.show_all()

    @property
    def placeholder(self) -> str:
        """What can be typed."""
        return self.session.language.say("Search decisions")

    def show_all(self) -> None:
        """Show the decisions that have every word typed in their number or title."""
        say, language = self.session.language.say, self.session.language
        kept = self._chosen
        self._decisions = sorted(
            self.session.store.board.in_order("decision"), key=lambda card: (card.aside, not card.agreed)
        )
        words = self.typed.casefold().split()
        fitting = [
            number for number, card in enumerate(self._decisions) if all(word in self._text(card) for word in words)
        ]
        rows = [Row(number, self._line(self._decisions[number])) for number in fitting]
        at = next((n for n in fitting if self._decisions[n].id == kept), fitting[0] if fitting else None)
        self.show_rows(rows or [remark(say("No decision has these words."), self.width)], at)
        self.show_title(
            say("The trail of which decision?"), say("{n} of {all}", n=len(fitting), all=len(self._decisions))
        )
        self.show_keys(
            (
                Key(key_words("enter", language), say("choose"), "take"),
                Key(self.session.glyphs.up + self.session.glyphs.down, say("go")),
                Key(key_words("escape", language), say("back"), "leave"),
            )
        )

    @property
    def _chosen(self) -> str | None:
        item = self.item
        return self._decisions[item].id if item is not None and item < len(self._decisions) else None

    def _text(self, card: Card) -> str:
        return f"{shown_id(card.id, self.session.language.code)} {card.title}".casefold()

    def _line(self, card: Card) -> Content:
        head = f"{kind_glyph(card, self.session.glyphs)} {shown_id(card.id, self.session.language.code)} "
        lines = wrap(card.title, self.width - AROUND - 2, 2, first=self.width - AROUND - len(head))
        return Content.assemble((head, "bold"), "\n  ".join(lines))

    def about(self) -> str:
        """How the decision under the cursor stands."""
        board, language, glyphs = self.session.store.board, self.session.language, self.session.glyphs
        card = board.cards.get(self._chosen or "")
        if card is None:
            return ""
        if card.aside:
            return language.say("set aside")
        return f" {glyphs.dot} ".join(
            state_parts(board, card, Manner(80, 1, 0, False, language, glyphs, dt.date.today()))
        )

    def do(self, command: str) -> None:
        """Take the one under the cursor, or leave."""
        if command == "leave":
            self.dismiss(None)
        elif (chosen := self._chosen) is not None:
            self.dismiss(chosen)
