"""What can be done to a card, from the board or from the card's own screen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

from storage import Board, Card, Record, Refused, changes
from storage.card import other, shown_id
from storage.changes import Change
from storage.changes.base import link_for

from ..commands import Command, shown_key
from ..refusals import sentence
from ..session import Session
from ..telling import told
from ..widgets.bars import BarPart
from .asking import MOST, Choice, Choose
from .leaving import LeftOnce

_log = logging.getLogger(__name__)

Make = Callable[[Board], Change | None]
"""Makes a change from the board as it is when its turn comes, so that two quick keys do not undo each other."""


OTHERS_FIRST_SECONDS = 0.001
"""How long one's own screen waits with a change, while others sit at theirs: one loop draws them all, and whoever made
it knows already. It costs nobody anything: meanwhile theirs are drawn."""

LATELY = 30
"""Changes that make the cards they touched likelier to be linked to."""


class CardCommands(LeftOnce[str | None]):
    """A screen on which one card at a time is in hand. Commands are its ``do_…`` methods."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    # What a screen of this kind provides

    @property
    def in_hand(self) -> str | None:
        """The card that commands are about."""
        raise NotImplementedError

    def tell(self, words: str, part: BarPart = "plain") -> None:
        """Say something in the line for news."""
        raise NotImplementedError

    def show_board(self, *, go_to: str | None = None) -> None:
        """Show the board as it now is."""
        raise NotImplementedError

    # Committing

    async def attempt(self, make: Make, *, person: str | None = None) -> Board | None:
        """Make a change when its turn comes. ``None`` where there is none to make; :class:`Refused` may come."""
        # Sent at once, and shielded: a screen that is left meanwhile does not take back what was confirmed on it.
        made = self.session.voice.commit_by(make, person=person)
        board = await asyncio.shield(asyncio.wrap_future(made))
        if self.session.voice.elsewhere:
            await asyncio.sleep(OTHERS_FIRST_SECONDS)
        return board

    async def commit(
        self, make: Make, *, person: str | None = None, said: str = "", go_to: str | None = None
    ) -> Board | None:
        """Make a change, and show what came of it. ``None`` where there is none, or it was refused: that is told."""
        try:
            board = await self.attempt(make, person=person)
        except Refused as refused:
            self.tell(self.refusal(refused), "alert")
            return None
        if board is not None:
            self.show_board(go_to=go_to)
            if said:
                self.tell(said, "good")
        return board

    def touched_last(self) -> list[str]:
        """The cards of the last change that was typed here, whatever others have done since."""
        own = self.session.voice.session
        return next((record.cards for record in reversed(self.session.store.log) if record.session == own), [])

    def refusal(self, refused: Refused) -> str:
        """A refusal in words."""
        return sentence(refused, self.session.language)

    def run_command(self, command: Command) -> None:
        """Do what a command says, in a worker of its own: it may ask questions on the way."""
        method = getattr(self, f"do_{command.id}", None)
        if command.changes and not self.session.voice.may_edit:
            self.tell(self.refusal(Refused("view-only")), "alert")
        elif method is not None:
            self.begin(method())

    def begin(self, doing: Coroutine[None, None, None]) -> None:
        """Do something in a worker of its own; where it is refused on the way, that is told."""
        self.run_worker(self._refusable(doing), group="command")

    async def _refusable(self, doing: Coroutine[None, None, None]) -> None:
        try:
            await doing
        except Refused as refused:
            self.tell(self.refusal(refused), "alert")
        except (LookupError, ValueError):
            # The board can change under an open question, in ways nobody thought of; that must not end the workshop.
            _log.exception("a command failed")
            self.tell(self.session.language.say("That did not work; nothing was lost. Please try again."), "alert")

    @property
    def board(self) -> Board:
        """The board as it now is."""
        return self.session.store.board

    def card_in_hand(self) -> Card | None:
        """The card in hand; where there is none, the news line says so."""
        card = self.board.cards.get(self.in_hand or "")
        if card is None:
            self.tell(self.session.language.say("Choose a card first."))
        return card

    def named(self, identity: str) -> str:
        """A card's number as this session sees it."""
        return shown_id(identity, self.session.language.code)

    def key(self, command: str) -> str:
        """The key of a command, as this person's keyboard and keymap have it."""
        return shown_key(command, self.session.keymap, self.session.language)

    def used_marks(self) -> None:
        """What was marked has been made use of."""

    def picked(self) -> tuple[str, ...]:
        """The cards that a command is about: the marked ones, or the one in hand."""
        return (self.in_hand,) if self.in_hand else ()

    # What is done to a card

    async def do_who(self) -> None:
        """It was somebody else who said it."""
        card = self.card_in_hand()
        if card is None:
            return
        say, board = self.session.language.say, self.board
        people = [
            p
            for party in (other(board.party_of(card.voice)), board.party_of(card.voice))
            for p in board.of_party(party)
        ]
        choices = [Choice(p.id, say("It was {name} who said it", name=p.name)) for p in people if p.id != card.voice]
        note = say("So far: {name}", name=board.name_of(card.voice))
        heading = f"{self.named(card.id)} {card.title}"
        person = await self.app.push_screen_wait(Choose(self.session.language, heading, choices, note=note))
        if person is not None:
            said = say("{id} was said by {name}.", id=self.named(card.id), name=board.name_of(person))
            await self.commit(lambda _: changes.CorrectVoice(card.id, person), said=said, go_to=card.id)

    async def do_link(self) -> None:
        """Link the card in hand to another, or take a link away."""
        card = self.card_in_hand()
        if card is None:
            return
        say, glyphs = self.session.language.say, self.session.glyphs
        linked = {link.to for link in card.links}
        targets = self._to_link(card, linked)
        if not targets:
            self.tell(say("There is nothing to link it to."))
            return
        choices = [
            Choice(each.id, f"{glyphs.marked if each.id in linked else ' '} {self._choice_of(each)}")
            for each in targets
        ]
        # The cursor begins where Enter makes a link, and takes none away.
        likeliest = next((n for n, each in enumerate(targets[:MOST]) if each.id not in linked), 0)
        heading = say("Link {id} to…", id=self.named(card.id))
        note = say("Choosing a linked card takes the link away.")
        to = await self.app.push_screen_wait(
            Choose(self.session.language, heading, choices, at=likeliest, note=note, one_line=True)
        )
        if to is not None:
            await self.commit(lambda _: changes.LinkCards(card.id, to, remove=to in linked), go_to=card.id)

    def _to_link(self, card: Card, linked: set[str]) -> list[Card]:
        """What it may be linked to: what is linked; what has its theme; its column, or was touched lately; the rest."""
        board = self.board
        lately = {identity for record in self.session.store.log[-LATELY:] for identity in record.cards}
        places = board.standing.places
        column = places[card.id].column

        def far(target: Card) -> int:
            if target.id in linked:
                return 0
            if card.theme and target.theme == card.theme:
                return 1
            place = places[target.id]
            here = place.column == column and place.state in ("open", "agreed")
            return 2 if here or target.id in lately else 3

        targets = (each for each in board.in_order() if each.id != card.id and not each.aside)
        return sorted((each for each in targets if _can_link(card, each)), key=far)

    def _choice_of(self, card: Card) -> str:
        """A card among others: its number and its title."""
        return f"{self.named(card.id)} {card.title}"

    async def do_aside(self) -> None:
        """Set cards aside: all that are marked, or the one in hand."""
        picked = self.picked()
        if not picked:
            self.card_in_hand()
            return
        aside = tuple(changes.SetAside(identity) for identity in picked)
        change: Change = aside[0] if len(aside) == 1 else changes.Together(aside, "set-aside")
        names = ", ".join(self.named(identity) for identity in picked)
        keys = {"back": self.key("back"), "undo": self.key("undo")}
        said = self.session.language.say("{ids} set aside. {back} brings back, {undo} undoes.", ids=names, **keys)
        await self.commit(lambda _: change, said=said)

    async def do_undo(self) -> None:
        """Take back the last change typed here."""
        await self._take_back(again=False)

    async def do_redo(self) -> None:
        """Make it again."""
        await self._take_back(again=True)

    def _taken_back(self) -> Record:
        """The change that the last undo or redo typed here was about."""
        log, own = self.session.store.log, self.session.voice.session
        record = next(each for each in reversed(log) if each.session == own)
        while record.undoes is not None:
            earlier = next((each for each in log if each.seq == record.undoes), None)
            if earlier is None:
                break
            record = earlier
        return record

    async def _take_back(self, *, again: bool, sure: bool = False) -> None:
        voice, say = self.session.voice, self.session.language.say
        try:
            await asyncio.shield(asyncio.wrap_future(voice.redo(sure=sure) if again else voice.undo(sure=sure)))
        except Refused as refused:
            if refused.code == "assented-since":
                choices = [Choice("no", say("Leave it")), Choice("yes", say("Undo all the same"))]
                heading = self.refusal(refused)
                if await self.app.push_screen_wait(Choose(self.session.language, heading, choices)) == "yes":
                    await self._take_back(again=again, sure=True)
                return
            self.tell(self.refusal(refused), "alert")
            return
        what = told(self._taken_back(), self.board, self.session.language)
        touched = self.touched_last() if again else self.touched_last()[::-1]  # undone backwards, told forwards
        if again:
            said = say("Done again: {what}.", what=what)
        else:
            said = say("Undone: {what}. {key} does it again.", what=what, key=self.key("redo"))
        self.show_board(go_to=next((i for i in touched if i in self.board.cards), None))
        self.tell(said, "good")


def _can_link(card: Card, target: Card) -> bool:
    try:
        link_for(card.kind, target)
    except Refused:
        return False
    return True
