"""What became of a new wording: put together with somebody else's, kept as a note, or as it was written.

It is told from the record of the change and from those before it, which say whose words stood there meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storage import Act, Board, Card, Language, Record
from storage.card import Wording, shown_id
from storage.changes import Reword

from ..cells import cut
from ..widgets.bars import BarPart

Became = Literal["as-written", "together", "note", "stands"]
"""``stands``: the other text does, and what was taken out of it leaves nothing that could be a note."""

NAMES_CELLS = 40
"""Cells for the names of others at a card: what they do or did there is read whatever they are called."""

_PARTS = ("title", "body")


@dataclass(frozen=True)
class Rewording:
    """A change of a wording, and what the store made of it.

    ``base`` is the wording that the editor was opened on, ``before`` the card as this session knew it when it sent the
    change. ``board`` is what came back, with the ``record`` of the change: none where it changed nothing. ``log`` are
    the changes that are known, oldest first.
    """

    change: Reword
    base: Wording
    before: Card
    board: Board
    record: Record | None
    log: Sequence[Record]

    @property
    def became(self) -> Became:
        """What became of it."""
        if self._act("notes") is not None:
            return "note"
        if not any(map(self._differs, _PARTS)):
            return "as-written"
        lost = any(self._differs(part) and self._is_lost(part) for part in _PARTS)
        return "stands" if lost and not any(map(self._act, (*_PARTS, "correction"))) else "together"

    @property
    def others(self) -> frozenset[str]:
        """The ids of those who changed the same; nobody where that was before what is known of the history."""
        waited = self._waited
        if waited is not None:
            return frozenset({waited})
        changed = filter(self._differs, _PARTS)
        if self.became != "together":
            changed = filter(self._is_lost, changed)
        return frozenset(person for part in changed for person in self._changed_by(part))

    def told(self, language: Language) -> tuple[str, BarPart]:
        """It in words, and how they are to look."""
        match self.became:
            case "as-written":
                return self._told_as_written(language)
            case "note":
                words = [self._same_words(language), language.say("Yours are kept as a note there.")]
            case "stands":
                words = [self._same_words(language), language.say("That text stands.")]
            case "together":
                words = [self._changed_too(language), language.say("Both texts are put together.")]
                if self._correcting and self._card.correction is not None:
                    words.append(self._waits(language))
        return " ".join(words), "strong"

    # What the record shows

    @property
    def _card(self) -> Card:
        return self.board.cards[self.change.card]

    @property
    def _correcting(self) -> bool:
        """Whether it was taken as a correction: of what is no longer agreed there is none."""
        return self.change.correct and self._card.agreed

    def _act(self, part: str) -> Act | None:
        """What the change did to this part of the card."""
        return None if self.record is None else self._act_of(self.record, part)

    def _act_of(self, record: Record, part: str) -> Act | None:
        path = ("cards", self.change.card, part)
        return next((act for act in record.acts if act.path[:3] == path), None)

    def _differs(self, part: str) -> bool:
        """Whether the text that came of it is another one than was written."""
        waiting = self._card.correction if self._correcting else None
        now = self._card.wording if waiting is None else waiting.wording
        return bool(getattr(now, part) != getattr(self.change.wording, part))

    def _is_lost(self, part: str) -> bool:
        """Whether this part was written anew here, and nothing of it was taken."""
        return self._act(part) is None and getattr(self.change.wording, part) != getattr(self.base, part)

    @property
    def _waited(self) -> str | None:
        """Who had made the correction that waited already: a second one is put together with that."""
        if not self._correcting:
            return None
        act = self._act("correction")
        if act is not None:
            return act.was["person"] if act.was else None
        return self._card.correction.person if self._card.correction is not None else None

    def _changed_by(self, part: str) -> list[str]:
        """Who made, of the text that the editor was opened on, the one that the change found there."""
        act, base = self._act(part), getattr(self.base, part)
        text = getattr(self._card, part) if act is None else act.was
        last = self.board.seq if self.record is None else self.record.seq - 1
        people: list[str] = []
        for record in reversed(self.log):
            if text == base:
                break
            found = self._act_of(record, part) if record.seq <= last else None
            if found is not None and found.now == text:
                text = found.was
                people.append(self._author(record))
        return people if text == base else []

    def _author(self, record: Record) -> str:
        """Whose words a change put there: whoever confirms a correction has not written it."""
        correction = self._act_of(record, "correction") if record.kind == "confirm" else None
        return record.voice if correction is None else str(correction.was["person"])

    # In words

    def _facts(self, language: Language) -> dict[str, str]:
        names = ", ".join(sorted(map(self.board.name_of, self.others)))
        return {"names": cut(names, NAMES_CELLS), "id": shown_id(self.change.card, language.code)}

    def _same_words(self, language: Language) -> str:
        if not self.others:
            return language.say("The same words of {id} were changed meanwhile.", **self._facts(language))
        return language.count(
            "{names} has changed the same words of {id}.",
            "{names} have changed the same words of {id}.",
            len(self.others),
            **self._facts(language),
        )

    def _changed_too(self, language: Language) -> str:
        if not self.others:
            return language.say("{id} was changed meanwhile.", **self._facts(language))
        return language.count(
            "{names} has changed {id} too.",
            "{names} have changed {id} too.",
            len(self.others),
            **self._facts(language),
        )

    def _waits(self, language: Language) -> str:
        return language.say("The new spelling of {id} waits for the other party.", **self._facts(language))

    def _told_as_written(self, language: Language) -> tuple[str, BarPart]:
        if self._correcting and self._card.correction is not None:
            return self._waits(language), "plain"
        if self.before.agreed and not self._card.agreed:
            words = language.say("{id} is back on the table: both are asked again.", **self._facts(language))
            return words, "plain"
        return language.say("{id} is reworded.", **self._facts(language)), "good"
