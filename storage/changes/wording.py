"""Changes to what a card says: rewording it, and correcting what is agreed."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import Struct

from ..acts import Edit
from ..card import PARTIES, Card, Correction, Opinion, Reworded, Trial, Wording
from ..merge import merge
from ..refusal import Refused
from ..text import LONGEST_BODY, LONGEST_TITLE, can_be_seen
from .base import (
    Moment,
    card_there,
    checked,
    column_with,
    decision_there,
    party_speaking,
    rank_at_end,
    rank_where_it_goes,
)
from .cards import put_note


class Reword(Struct, frozen=True):
    """A new wording. ``base`` is the one that the editor was opened on: what changed since is merged.

    ``correct`` says that the meaning stays (an accent): an agreed decision then stays agreed to its present wording
    until both confirm the new spelling. ``both`` confirms for both, at one screen.
    """

    card: str
    wording: Wording
    base: Wording | None = None
    correct: bool = False
    both: bool = False

    @property
    def kind(self) -> str:
        """A correction has a name of its own."""
        return "correct" if self.correct else "reword"

    def make(self, edit: Edit, at: Moment) -> None:
        """Merge with what was saved meanwhile; a text that cannot be merged becomes a note of its author."""
        card = card_there(edit, self.card)
        asked = checked(self.wording)
        correcting = self.correct and card.agreed
        # A correction that waits already is what a second one is merged with.
        saved = card.correction.wording if correcting and card.correction else card.wording
        base = saved if self.base is None else self.base
        if asked == base:
            return
        wording, lost = _merged(base, saved, asked)
        if lost:
            put_note(edit, at, card.id, "\n\n".join(lost))
        if correcting:
            self._correct(edit, at, card_there(edit, card.id), wording, merged=not lost)
        elif wording != card.wording:
            if card.correction is not None:
                edit.put(("cards", card.id, "correction"), None)
            put_wording(edit, card, wording, at.seq)
            _show_both(edit, at, card)
            _back_on_the_table(edit, card)

    def _correct(self, edit: Edit, at: Moment, card: Card, wording: Wording, *, merged: bool) -> None:
        waiting = card.correction
        if wording == card.wording:
            edit.put(("cards", card.id, "correction"), None)
        elif waiting is None or wording != waiting.wording:
            _propose(edit, at, card, Correction(wording, at.person, (), at.seq), both=self.both)
        elif merged:  # both have typed the same
            _propose(edit, at, card, waiting, both=self.both)


def _merged(base: Wording, saved: Wording, asked: Wording) -> tuple[Wording, list[str]]:
    """What both changes give together, and those texts of the second that do not fit: the first saved stands."""
    lost: list[str] = []

    def text(base: str, saved: str, asked: str, longest: int, *, needed: bool = False) -> str:
        together = merge(base, saved, asked)
        if together is None or len(together) > longest or (needed and not can_be_seen(together)):
            lost.extend([asked] if asked else [])
            return saved
        return together

    def trial(base: Trial | None, saved: Trial | None, asked: Trial | None) -> Trial | None:
        if asked in (base, saved):
            return saved
        if saved == base:
            return asked
        if saved is None or asked is None:
            lost.extend(part for part in _words(asked) if part)
            return saved
        old = base or Trial()
        watch = text(old.watch, saved.watch, asked.watch, LONGEST_TITLE)
        until = saved.until if asked.until in (old.until, saved.until) else asked.until
        if saved.until not in (old.until, until):
            lost.append(str(until or ""))
            until = saved.until
        return Trial(watch, until, text(old.stop_if, saved.stop_if, asked.stop_if, LONGEST_TITLE))

    wording = Wording(
        text(base.title, saved.title, asked.title, LONGEST_TITLE, needed=True),
        text(base.body, saved.body, asked.body, LONGEST_BODY),
        trial(base.trial, saved.trial, asked.trial),
    )
    return wording, [part for part in lost if part]


def _words(trial: Trial | None) -> tuple[str, ...]:
    return () if trial is None else (trial.watch, str(trial.until or ""), trial.stop_if)


def _show_both(edit: Edit, at: Moment, before: Card) -> None:
    """Keep the wording of the other party's card in sight until they have looked; of one's own, it is out of sight."""
    own = party_speaking(edit, at) == edit.so_far().party_of(before.voice)
    if own:
        edit.put(("cards", before.id, "reworded"), None)
    elif before.reworded is None and _words_differ(edit, before):
        edit.put(("cards", before.id, "reworded"), Reworded(before.wording, at.person, at.seq))


def _words_differ(edit: Edit, before: Card) -> bool:
    """Whether the title or the text is another one: with other terms of a trial there is nothing to compare."""
    now = card_there(edit, before.id)
    return (now.title, now.body) != (before.title, before.body)


def put_wording(edit: Edit, card: Card, wording: Wording, revision: int) -> None:
    """Give a card a wording, under a revision that it never had."""
    path = ("cards", card.id)
    edit.put((*path, "title"), wording.title)
    edit.put((*path, "body"), wording.body)
    edit.put((*path, "trial"), wording.trial)
    edit.put((*path, "revision"), revision)


def _back_on_the_table(edit: Edit, before: Card) -> None:
    """What somebody had assented to is to be talked about once more."""
    if not any(before.assents(party) for party in PARTIES):
        return
    table = column_with(edit, "table")
    if before.agreed:
        edit.put(("cards", before.id, "column"), table)
        rank_where_it_goes(edit, before)
    elif before.column != table:
        edit.put(("cards", before.id, "rank"), rank_at_end(edit, table))
        edit.put(("cards", before.id, "column"), table)


def _propose(edit: Edit, at: Moment, card: Card, correction: Correction, *, both: bool) -> None:
    """Confirm a correction for the party speaking, or for both; the second confirmation puts it in force."""
    own = party_speaking(edit, at)
    if both and not at.one_screen:
        raise Refused("both-needs-one-screen")
    confirmed = set(PARTIES) if both else {*correction.confirmed, own}
    if confirmed != set(PARTIES):
        ordered = tuple(party for party in PARTIES if party in confirmed)
        edit.put(
            ("cards", card.id, "correction"),
            Correction(correction.wording, correction.person, ordered, correction.seq),
        )
        return
    edit.put(("cards", card.id, "correction"), None)
    put_wording(edit, card, correction.wording, at.seq)
    for party in PARTIES:
        before = card.opinion(party)
        assert before is not None  # the card is agreed
        person = at.person if party == own else before.person
        again = Opinion(party, person, before.kind, at.seq, at.seq, at.time, before.reason, one_screen=both)
        edit.put(("cards", card.id, "opinions", again.key), again)
    if (outcome := card.outcome) is not None:  # said of the same trial, in the same words but for their spelling
        edit.put(("cards", card.id, "outcomes", outcome.key), msgspec.structs.replace(outcome, revision=at.seq))
    rank_where_it_goes(edit, card)


class Confirm(Struct, frozen=True):
    """Confirm, for one's own party, that a correction leaves the meaning alone; for ``both`` at one screen.

    ``seq`` is that of the correction that was read: another one has to be read first.
    """

    card: str
    both: bool = False
    seq: int | None = None
    kind: ClassVar[str] = "confirm"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only where a correction waits. The second confirmation puts it in force, with both assents renewed."""
        card = decision_there(edit, self.card)
        if card.correction is None:
            raise Refused("nothing-to-confirm", id=card.id)
        if not card.agreed:
            raise Refused("no-longer-agreed", id=card.id)
        if self.seq not in (None, card.correction.seq):
            raise Refused("reworded-since", id=card.id)
        _propose(edit, at, card, card.correction, both=self.both)


class DropCorrection(Struct, frozen=True):
    """Leave the agreed wording as it is."""

    card: str
    kind: ClassVar[str] = "drop-correction"

    def make(self, edit: Edit, at: Moment) -> None:
        """Only where a correction waits."""
        if decision_there(edit, self.card).correction is None:
            raise Refused("nothing-to-confirm", id=self.card)
        edit.put(("cards", self.card, "correction"), None)
