"""The others at the board: who is here, where they look, what they have just changed; and going along with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from storage import Refused
from storage.presence import Here

from ..cells import cut
from ..widgets.lanes import Visitor
from .asking import CHOICE_CELLS, Choice, Choose
from .board_bars import BoardBars

FLASH_SECONDS = 1.2
"""How long a card is lit that somebody else has changed."""


class TogetherCommands(BoardBars):
    """What a screen knows of other screens at the same board, and tells them."""

    _others: tuple[Here, ...] = ()
    _following: str | None = None
    _asked: tuple[str, str] | None = None
    """The card that somebody has asked to look at, and who."""

    _leave_presence: Callable[[], None]

    # Coming, going, looking

    def sit_down(self) -> None:
        """Be at the board, and see who else is."""
        session = self.session
        self._leave_presence = session.presence.subscribe(self._presence_changed)
        session.presence.enter(session.voice.session, session.voice.person)
        self.watch(self.view, "in_hand", self._cursor_moved, init=False)
        self._see_others()

    def stand_up(self) -> None:
        """No longer be at the board."""
        self._leave_presence()
        self.session.presence.leave(self.session.voice.session)

    def _presence_changed(self) -> None:
        """Told on any thread: only hand over to this screen."""
        self.call_later(self._see_others)

    def _cursor_moved(self, card: str | None) -> None:
        self.session.presence.update(self.session.voice.session, cursor=card or "")
        leader = self._leader
        if leader is not None and card != leader.cursor:
            self._following = None
            self.tell(self.session.language.say("You no longer follow {name}.", name=self._who(leader)))

    @property
    def _leader(self) -> Here | None:
        return next((here for here in self._others if here.session == self._following), None)

    def _who(self, here: Here) -> str:
        return self.board.name_of(here.person)

    def _see_others(self) -> None:
        """Show where the others are now; go along with whoever is followed."""
        session = self.session
        people = self.board.people
        before, self._others = (
            self._others,
            tuple(here for here in session.presence.others(session.voice.session) if here.person in people),
        )
        if self._others == before:
            return
        session.voice.elsewhere = frozenset(here.person for here in self._others)
        self._tell_who_came(before)
        self._hear(before)
        visitors: dict[str, list[Visitor]] = {}
        for here in self._others:
            card = here.writing if here.writing in self.board.cards else here.cursor
            if card:
                party = self.board.party_of(here.person)
                visitors.setdefault(card, []).append(Visitor(self._who(here), party, here.writing == card))
        self.view.show_visitors({card: tuple(there) for card, there in visitors.items()})
        leader = self._leader
        if leader is not None and leader.cursor and leader.cursor != self.in_hand:
            self._reveal(leader.cursor)
        self._show_bars()

    def _tell_who_came(self, before: tuple[Here, ...]) -> None:
        say = self.session.language.say
        known = {here.session for here in before}
        there = {here.session for here in self._others}
        people = {here.person for here in self._others}
        for here in (*self._others, *before):
            if here.session not in known:
                self.tell(say("{name} is here.", name=self._who(here)), "good")
            elif here.session not in there:
                if here.session == self._following:
                    self._following = None
                if here.person not in people:
                    self.tell(say("{name} has left.", name=self._who(here)))

    def _hear(self, before: tuple[Here, ...]) -> None:
        """Somebody asks to look at a card."""
        known = {here.session: here.look for here in before}
        for here in self._others:
            if here.look > known.get(here.session, here.look) and here.looked_at in self.board.cards:
                self._asked = (here.looked_at, self._who(here))
                words = self.session.language.say(
                    "{name} asks to look at {id}; {key} goes there.",
                    name=self._who(here),
                    id=self.named(here.looked_at),
                    key=self.key("follow"),
                )
                self.tell(words, "strong")

    def _reveal(self, card: str) -> None:
        """Put the cursor on a card, wherever it stands now."""
        raise NotImplementedError

    def lit_by_others(self, cards: Iterable[str]) -> None:
        """What somebody else has just changed is lit for a moment, once."""
        lit = frozenset(card for card in cards if card in self.board.cards)
        if lit:
            self.view.light(lit)
            self.set_timer(FLASH_SECONDS, lambda: self.view.unlight(lit))

    # Commands

    async def do_follow(self) -> None:
        """Go along with somebody, or have the others look here."""
        say, others = self.session.language.say, self._others
        if not others:
            self.tell(say("Nobody else is at the board now."))
            return
        choices: list[Choice] = []
        if self._asked is not None and self._asked[0] in self.board.cards:
            card, name = self._asked
            words = say("Look at {id}, as {name} asks", id=self.named(card), name=name)
            choices.append(Choice(f"look:{card}", cut(words, CHOICE_CELLS)))
        if self._leader is not None:
            choices.append(Choice("stop", say("No longer follow {name}", name=self._who(self._leader))))
        for here in others:
            if here.session != self._following:
                choices.append(Choice(f"with:{here.session}", say("Follow {name}", name=self._who(here))))
        if self.in_hand is not None:
            choices.append(Choice("here", say("Ask everybody to look at {id}", id=self.named(self.in_hand))))
        heading = say("Together")
        chosen = await self.app.push_screen_wait(Choose(self.session.language, heading, choices))
        kind, _, what = (chosen or "").partition(":")
        if kind == "look":
            self._asked = None
            self._reveal(what)
            self._show_bars()
        elif kind == "here" and self.in_hand is not None:
            self.session.presence.update(self.session.voice.session, look_at=self.in_hand)
            self.tell(say("The others are asked to look at {id}.", id=self.named(self.in_hand)), "good")
        elif kind == "with":
            self._following = what
            leader = self._leader
            if leader is not None:
                if leader.cursor:
                    self._reveal(leader.cursor)
                self.tell(say("You follow {name}; an arrow key ends it.", name=self._who(leader)), "good")
        elif kind == "stop":
            self._following = None

    async def do_invite(self) -> None:
        """Let somebody come to the board over SSH."""
        if self.session.remote:
            raise Refused("only-the-host-invites")
        from .invite import InviteScreen

        await self.app.push_screen_wait(InviteScreen(self.session))
        self._show_bars()
