"""The lines around the lanes: who is there, whose voice it is, what comes next, and what can be pressed."""

from __future__ import annotations

from rich.cells import cell_len

from storage.card import PARTIES

from ..cells import fill
from ..commands import BY_ID
from ..widgets.bars import Bar, Piece
from ..words import party_word
from .moving_commands import MovingCommands
from .next_up import next_up


class BoardBars(MovingCommands):
    """Says in words, below and above the lanes, what the board and the session are at."""

    open_to_guests = False
    """Whether the board is hosted here, as far as was seen."""

    @property
    def followed(self) -> str:
        """The name of whoever this screen goes along with; empty where it goes along with nobody."""
        return ""

    def _show_bars(self) -> None:
        board, say, glyphs = self.board, self.session.language.say, self.session.glyphs
        voice = self.session.voice.person
        present = self.session.voice.elsewhere | {voice}
        there = [Piece(say("open to guests") + "   ", "muted", "invite")] if self.open_to_guests else []
        for party in PARTIES:
            for person in board.of_party(party):
                sign = glyphs.here if person.id in present else glyphs.away
                there.append(Piece(f"{sign} {person.name}  ", party, "voice"))
        self.query_one("#title", Bar).show((Piece(f" {board.title}", "strong", "table"),), tuple(there))
        party = board.party_of(voice)
        name = board.name_of(voice).upper()
        role = party_word(self.session.language, party)
        speaking = (
            say("{name} speaking", name=name) if self.session.voice.may_edit else say("{name} looks on", name=name)
        )
        left: tuple[Piece, ...] = (Piece(f" {speaking}", party, "voice"), Piece(f" ({role})", "muted", "voice"))
        if self.followed:
            left = (*left, Piece("   " + say("following {name}", name=self.followed), "strong", "follow"))
        if self.view.marked:
            count = self.session.language.count("{n} card marked", "{n} cards marked", len(self.view.marked))
            left = (*left, Piece(f"   {count}", "strong"))
        step = next_up(self.session)
        right = (Piece(say("next: {step}", step=step.words) + " ", "muted", "next"),) if step else ()
        self.query_one("#voice", Bar).show(left, right)
        self._show_keys()

    def _show_keys(self) -> None:
        card = self.board.cards.get(self.in_hand or "")
        # All but the second stay where they are from card to card, so that little is repainted at a key.
        if not self.session.voice.may_edit:
            self._show_offered(["open", "search", "view", "share", "follow", "help"])
            return
        useful = {"question": "answer", "answer": "decision", "decision": "opinion"}
        second = "outcome" if card is not None and card.on_trial else useful[card.kind] if card else ""
        if card is None and self.session.remote:
            self._show_offered(["question", "guide", "share", "help"])  # who has come as a guest begins by asking
            return
        wanted = ["open", second, "question", "edit"] if card else ["question", "import", "table", "share"]
        unwanted = {*wanted, "voice"} if self.session.remote else set(wanted)
        wanted += [each for each in ("voice", "share", "move", "search", "undo") if each not in unwanted]
        offered = next((fit for n in range(len(wanted), 1, -1) if self._slot(fit := [*wanted[:n], "help"])), ["help"])
        self._show_offered(offered)

    def _show_offered(self, offered: list[str]) -> None:
        """Name these commands at the foot of the screen, in columns where there is room for that."""
        slot = self._slot(offered) or 0
        pieces: list[Piece] = []
        for identity in offered:
            key, words = self._key_and_words(identity)
            pieces.append(Piece(key, "key", identity))
            pieces.append(Piece(fill(words, max(slot - cell_len(key), cell_len(words) + 1)), "muted", identity))
        self.query_one("#keys", Bar).show(tuple(pieces))

    def _slot(self, offered: list[str]) -> int | None:
        """The cells for each of these commands side by side; nothing where one of them would be cut."""
        slot = self.size.width // len(offered)
        fits = all(cell_len("".join(self._key_and_words(identity))) < slot for identity in offered)
        return slot if fits else None

    def _key_and_words(self, identity: str) -> tuple[str, str]:
        key = self.key(identity)
        return f" {key} " if key else " ", self.session.language.say(BY_ID[identity].short)
