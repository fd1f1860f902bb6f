"""Boards that Trello exported as JSON: lists, cards, and all that people wrote on these.

What decorates a card (its cover, stickers) and what is counted (votes) is no text, and stays behind unsaid; so does
what happened to cards, but for comments.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from ..dates import local_day
from ..text import clean_line
from .found import Found, FoundCard, FoundColumn, FoundNote, Left
from .trello_form import Action, Attachment, Card, Checklist, Export, Item, Person, Taken, by_position

_COMMENTS = frozenset({"commentCard", "copyCommentCard"})


def read_trello(text: str, name: str, progress: Callable[[float], None] = lambda _: None) -> Found:
    """The board of an export. Lists are in their order, the archived ones too; cards of no list come first."""
    taken = Taken(text, name, progress)
    cards = list(taken.rows(taken.whole.cards, Card, 0.2, 0.5))
    checklists = list(taken.rows(taken.whole.checklists, Checklist, 0.5, 0.6))
    actions = [one for one in taken.rows(taken.whole.actions, Action, 0.6, 0.9) if one.type in _COMMENTS]
    reading = _Reading(taken.whole, cards, checklists, actions)
    columns = tuple(reading.columns())
    return Found("trello", clean_line(taken.whole.name or ""), columns, tuple(reading.left))


class _Reading:
    """An export being read; ``left`` is what has found no place so far."""

    def __init__(
        self, whole: Export, cards: Sequence[Card], checklists: Sequence[Checklist], actions: Sequence[Action]
    ) -> None:
        self.left: list[Left] = []
        self._lists = by_position(whole.lists or ())
        self._labels = {label.id: label.name or label.color or "" for label in whole.labels or ()}
        self._people = {person.id: person.name for person in whole.members or ()}
        self._people |= {by.id: by.name for action in actions if (by := action.member_creator) and by.name}
        self._fields = {each.id: each for each in whole.custom_fields or ()}
        self._in_list: dict[str, list[Card]] = defaultdict(list)
        known = {each.id for each in self._lists}
        for card in by_position(cards):
            self._in_list[card.id_list if card.id_list in known else ""].append(card)
        self._checklists: dict[str, list[Checklist]] = defaultdict(list)
        self._comments: dict[str, list[Action]] = defaultdict(list)
        self._leave("board-text", whole.desc)
        self._share_out({card.id for card in cards}, checklists, actions)

    def _leave(self, code: str, text: str | None) -> None:
        if text and text.strip():
            self.left.append(Left(code, text))

    def _share_out(self, cards: set[str], checklists: Sequence[Checklist], actions: Sequence[Action]) -> None:
        """Give checklists and comments to the cards that they belong to."""
        for checklist in by_position(checklists):
            if checklist.id_card in cards and checklist.id_card is not None:
                self._checklists[checklist.id_card].append(checklist)
            else:
                self._leave("checklist", _checked(checklist))
        for action in sorted(actions, key=lambda action: action.date or ""):
            of = action.data.card.id if action.data and action.data.card else ""
            if of in cards:
                self._comments[of].append(action)
            else:
                self._leave("comment", action.data.text if action.data else "")

    def columns(self) -> Iterator[FoundColumn]:
        """The lists with their cards. Reading these fills :attr:`left`."""
        if astray := self._in_list.get(""):
            yield FoundColumn("", tuple(self._card(card, aside=False) for card in astray))
        for each in self._lists:
            aside = bool(each.closed)
            cards = tuple(self._card(card, aside=aside) for card in self._in_list.get(each.id, ()))
            yield FoundColumn(each.name or "", cards, aside)

    def _card(self, card: Card, *, aside: bool) -> FoundCard:
        due = _time(card.due)
        self._leave("start-date", f"{card.name or ''}: {card.start}" if card.start else "")
        return FoundCard(
            title=card.name or "",
            body="\n\n".join(part for part in self._body(card, due) if part.strip()),
            done=True if card.due_complete else None,
            aside=aside or bool(card.closed),
            due=local_day(due) if due else None,
            who=", ".join(self._who(card)),
            labels=tuple(filter(None, self._labels_of(card))),
            notes=tuple(self._notes(card)),
        )

    def _body(self, card: Card, due: dt.datetime | None) -> Iterator[str]:
        yield (card.desc or "").strip("\n").rstrip()
        own = (card.checklists or ()) if not self._checklists.get(card.id) else ()
        for checklist in (*self._checklists.get(card.id, ()), *by_position(own)):
            yield _checked(checklist)
        lines = [*map(_attached, card.attachments or ()), *map(self._held, card.custom_field_items or ())]
        lines += [card.location_name or "", card.address or ""]
        lines += [card.due] if card.due and due is None else []
        yield "\n".join(f"- {line}" for line in lines if line.strip())

    def _held(self, item: Item) -> str:
        """A field of the people's own, as a line."""
        each = self._fields.get(item.id_custom_field)
        options = each.options or () if each else ()
        chosen = next((option.value for option in options if option.id == item.id_value), None)
        value = item.value or chosen
        words = value.words if value else ""
        return f"{(each.name if each else None) or '?'}: {words}" if words else ""

    def _who(self, card: Card) -> Iterator[str]:
        for identity in card.id_members or ():
            if name := clean_line(self._people.get(identity, "")):
                yield name
            else:
                self._leave("member", card.name or identity)

    def _labels_of(self, card: Card) -> Iterator[str]:
        if card.labels:
            yield from (clean_line(label.name or label.color or "") for label in card.labels)
        else:
            yield from (clean_line(self._labels.get(identity, "")) for identity in card.id_labels or ())

    def _notes(self, card: Card) -> Iterator[FoundNote]:
        said = self._comments.get(card.id, ())
        for action in said:
            by: Person | None = action.member_creator
            text = action.data.text if action.data else ""
            yield FoundNote(text or "", by.name if by else "", _time(action.date))
        if card.badges and (card.badges.comments or 0) > len(said):
            self._leave("comments-missing", card.name or card.id)


def _attached(attachment: Attachment) -> str:
    name, url = attachment.name or "", attachment.url or ""
    return f"{name}: {url}" if name and url and name != url else name or url


def _checked(checklist: Checklist) -> str:
    """A checklist as Markdown, with the state of each item."""
    items = by_position(checklist.check_items or ())
    lines = [f"- [{'x' if item.state == 'complete' else ' '}] {item.name or ''}" for item in items]
    return "\n".join([*([f"**{name}**", ""] if (name := (checklist.name or "").strip()) else []), *lines])


def _time(text: str | None) -> dt.datetime | None:
    """A moment as the file has it (``2020-05-30T16:00:00.000Z``); one without a zone is UTC."""
    try:
        time = dt.datetime.fromisoformat(text or "")
        local_day(time)  # the first and the last days of the calendar are beyond it in some zones
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
