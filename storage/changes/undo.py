"""Undo: the inverse of a change, appended as a change of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ..acts import Act, Edit, Path, Record
from ..card import ASSENT, PARTIES
from ..refusal import Refused
from .base import Moment, card_there
from .people import name_taken


class TakeBack(Struct, frozen=True):
    """Undo a change by appending its inverse; or redo one, which is to take back its undo.

    ``sure`` is the answer to the question whether a wording may go that somebody else has since assented to.
    """

    record: Record
    again: bool = False
    sure: bool = False

    @property
    def kind(self) -> str:
        """What the journal calls it."""
        return "redo" if self.again else "undo"

    def make(self, edit: Edit, at: Moment) -> None:
        """Refused where a later change of another session touched the same thing, or stands on it."""
        if not self.sure:
            self._ask(edit)
        # Backwards, each on what the one after it left: a change may touch the same thing twice.
        for act in reversed(self.record.acts):
            if edit.value_at(act.path) != act.now:
                if self._comes_along(act.path):
                    continue
                raise self._touched(edit, at, act.path)
            self._still_fits(edit, at, act)
            edit.put(act.path, act.was)
        for identity in self.record.cards:
            card = edit.card(identity)
            if card is not None and card.correction is not None and not card.aside and not card.agreed:
                edit.put(("cards", identity, "correction"), None)

    def _ask(self, edit: Edit) -> None:
        """Whether somebody has assented since to a wording that would go; what was said here is taken back first."""
        for act in self.record.acts:
            if act.path[2:] != ("revision",):
                continue
            card = card_there(edit, act.path[1])
            for opinion in filter(None, map(card.opinion, PARTIES)):
                if opinion.kind in ASSENT and opinion.seq > self.record.seq:
                    raise Refused("assented-since", id=card.id, name=edit.base.name_of(opinion.person))

    def _comes_along(self, path: Path) -> bool:
        """Whether it is only the place of a card of which the change was about something else, or who has looked."""
        fields = {act.path[2] for act in self.record.acts if act.path[:2] == path[:2] and len(act.path) > 2}
        return path[2:] == ("reworded",) or (path[2:] == ("rank",) and bool(fields - {"rank", "column"}))

    def _still_fits(self, edit: Edit, at: Moment, act: Act) -> None:
        """Whether what comes back has all that it stands on, and nothing stands on what goes."""
        match act.path, act.was:
            case ("cards", identity), None:
                linking = edit.so_far().standing.incoming.get(identity, ())
                if linking:
                    card = card_there(edit, linking[0])
                    raise Refused("linked-since", id=identity, by=card.id, name=edit.base.name_of(card.voice))
            case ("cards", _), {"column": column}:
                targets = [link["to"] for link in act.was.get("links", ())]
                self._needed(edit, at, ("columns", column), *(("cards", target) for target in targets))
            case ("cards", _, "column"), column:
                self._needed(edit, at, ("columns", column))
            case ("cards", _, "links", _), {"to": target}:
                self._needed(edit, at, ("cards", target))
            case ("columns", identity), None:
                inside = [card for card in edit.so_far().cards.values() if card.column == identity]
                if inside:
                    raise self._touched(edit, at, ("cards", inside[0].id, "column"), act.path)
            case ("people", identity), None:
                if _has_spoken(at, identity):
                    raise Refused("touched-since", id=identity, name=edit.base.name_of(identity))
            case ("people", identity), {"name": name} if name_taken(edit, name, identity):
                raise self._touched(edit, at, act.path)

    def _needed(self, edit: Edit, at: Moment, *paths: Path) -> None:
        for path in paths:
            if edit.value_at(path) is None:
                raise self._touched(edit, at, path)

    def _touched(self, edit: Edit, at: Moment, path: Path, shown: Path | None = None) -> Refused:
        later = [r for r in at.log if r.seq > self.record.seq and any(_overlap(a.path, path) for a in r.acts)]
        others = [r for r in later if r.session != at.session] or later
        name = edit.base.name_of(others[-1].voice) if others else ""
        return Refused("touched-since", id=(shown or path)[1], name=name)


def _has_spoken(at: Moment, person: str) -> bool:
    """Whether anything has been said by somebody or been put down to them; the history could not name them then."""
    return any(person in (record.voice, record.typed_by, *_named(record)) for record in at.log)


def _named(record: Record) -> Iterator[Any]:
    """The people to whom a record puts something down besides its voice."""
    for act in record.acts:
        if act.path[2:] == ("voice",):
            yield act.now
        elif act.path[2:3] == ("opinions",) and act.now:
            yield act.now["person"]


def _overlap(one: Path, two: Path) -> bool:
    shorter = min(len(one), len(two))
    return one[:shorter] == two[:shorter]
