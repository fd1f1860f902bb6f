"""Letting somebody come to the board over SSH."""

from __future__ import annotations

from textual.screen import Screen

from ..session import Session


class InviteScreen(Screen[None]):
    """Invitations: made, seen, withdrawn."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
