"""The others at the board: who is here, where they look, what they have just changed; and going along with them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from storage import Record, Refused
from storage.presence import Here
from storage.recent import state_folder

from ..cells import cut
from ..widgets.bars import Bar, BarPart
from ..widgets.lanes import Visitor
from .asking import CHOICE_CELLS, Choice, Choose
from .board_bars import BoardBars

FLASH_SECONDS = 1.2
"""How long a card is lit that somebody else has changed."""

LOOK_SECONDS = 0.1
"""How long a screen leaves what it shows of others as it is, at least."""

LOOK_SECONDS_EACH = 0.02
"""The same for each of the others. Screens take turns: fifty that are drawn at once would keep a host from its keys."""

TURN_SECONDS = 0.005
"""How long each screen's turn lasts to show what somebody has changed: a little more than it takes to draw it."""

HOST_SECONDS = 2.0
"""How often it is looked whether the board is open to guests."""

FEW = 8
"""Screens that can all be drawn at once, without a key that waits for it."""


class TogetherCommands(BoardBars):
    """What a screen knows of other screens at the same board, and tells them."""

    _others: tuple[Here, ...] = ()
    _following: str | None = None
    _gone_along: str = ""
    """The card that whoever is followed was at when this screen went along last."""
    _asked: tuple[str, str] | None = None
    """The card that somebody has asked to look at, and who."""
    _looking = False
    _looked = 0.0
    _aside: tuple[str, str] = ("", "")
    """What the news line said when something was put behind it, and what it said then."""

    _leave_presence: Callable[[], None]

    # Coming, going, looking

    def sit_down(self) -> None:
        """Be at the board, and see who else is."""
        session = self.session
        self._leave_presence = session.presence.subscribe(self._presence_changed, but=session.voice.session)
        session.presence.enter(session.voice.session, session.voice.person, cursor=self.in_hand or "")
        self.watch(self.view, "in_hand", self._cursor_moved, init=False)
        self._see_others()
        if not session.remote and not session.demo and session.store.path is not None:
            self.set_timer(HOST_SECONDS / 4, self._begin_to_look)  # no start waits for it
            self.set_interval(HOST_SECONDS, self._begin_to_look)

    def stand_up(self) -> None:
        """No longer be at the board."""
        self._leave_presence()
        self.session.presence.leave(self.session.voice.session)

    def _begin_to_look(self) -> None:
        # In a worker: no key waits for a disk.
        self.run_worker(self._look_for_host(), group="host", exclusive=True)

    async def _look_for_host(self) -> None:
        """Say whether guests can come in; who opened the board to them may sit elsewhere."""
        from ..host.running import running

        board, folder = self.session.store.path, state_folder(self.session.environ)
        found = board is not None and await asyncio.to_thread(running, folder, board) is not None
        if found != self.open_to_guests and self.is_attached:
            self.open_to_guests = found
            self._show_bars()

    def _presence_changed(self) -> None:
        """Told on any thread: only hand over to this screen, and not again before it has looked."""
        if not self._looking:
            self._looking = True
            self.call_later(self._look_soon)

    def _look_soon(self) -> None:
        pause = max(LOOK_SECONDS, LOOK_SECONDS_EACH * len(self._others))
        wait = max(LOOK_SECONDS_EACH * self._place, self._looked + pause - time.monotonic())
        if wait > 0:
            self.set_timer(wait, self._see_others)
        else:
            self._see_others()

    @property
    def _place(self) -> int:
        """Which of the screens at the board this one is: they take turns in this order."""
        return sum(here.session < self.session.voice.session for here in self._others)

    @property
    def turn(self) -> float:
        """Seconds until it is this screen's turn to show what somebody else has changed; none among a few."""
        return TURN_SECONDS * self._place if len(self._others) > FEW else 0.0

    def on_screen_resume(self) -> None:
        """Back from another screen: whoever is followed may have gone on meanwhile."""
        self.go_along()

    def _cursor_moved(self, card: str | None) -> None:
        self.session.presence.update(self.session.voice.session, cursor=card or "")
        leader = self._leader
        if leader is not None and not self.view.remaking:
            self._follow(None)
            self.tell(self.session.language.say("You no longer follow {name}.", name=self._who(leader)))

    @property
    def _leader(self) -> Here | None:
        return next((here for here in self._others if here.session == self._following), None)

    def _who(self, here: Here) -> str:
        return self.board.name_of(here.person)

    def _see_others(self) -> None:
        """Show where the others are now; go along with whoever is followed."""
        self._looking, self._looked = False, time.monotonic()
        if not self.is_attached:  # left meanwhile
            return
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
        self._show_visitors()
        self.go_along()
        if {(here.session, here.person) for here in before} != {(here.session, here.person) for here in self._others}:
            self._show_bars()

    def _show_visitors(self) -> None:
        visitors: dict[str, tuple[Visitor, ...]] = {}
        for here in self._others:
            at_work = here.writing in self.board.cards
            card = here.writing if at_work else here.cursor
            if card:
                visitor = Visitor(self._who(here), self.board.party_of(here.person), at_work)
                visitors[card] = (*visitors.get(card, ()), visitor)
        self.view.show_visitors(visitors)

    def go_along(self) -> None:
        """Put the cursor where it is of whoever is followed; not under a screen on which something is being done."""
        leader = self._leader
        if leader is None or leader.cursor == self._gone_along or not self.is_active:
            return
        if leader.cursor not in self.board.cards:  # an empty column, or a card that has not come here yet
            return
        self._gone_along = leader.cursor
        following, self._following = self._following, None  # so that this move is not taken for one's own
        self._reveal(leader.cursor)
        self._following = following

    def _follow(self, session: str | None) -> None:
        """Go along with a session from now on, or with none."""
        self._following, self._gone_along = session, ""
        self.go_along()
        self._show_bars()

    @property
    def followed(self) -> str:
        """The name of whoever this screen goes along with; empty where it goes along with nobody."""
        return self._who(self._leader) if self._leader is not None else ""

    def _tell_who_came(self, before: tuple[Here, ...]) -> None:
        say, count = self.session.language.say, self.session.language.count
        known, there = {here.session for here in before}, {here.session for here in self._others}
        gone = next((here for here in before if here.session == self._following and here.session not in there), None)
        if gone is not None:
            self._following = None
            self._tell_aside(say("{name} has left; you no longer follow.", name=self._who(gone)))
        people_before, people = {here.person for here in before}, {here.person for here in self._others}
        left = {here.person for here in before if here.session not in there} - people
        left -= {gone.person} if gone is not None else set()
        if left:
            names = self._names(left)
            self._tell_aside(count("{names} has left.", "{names} have left.", len(left), names=names))
        come = {here.person for here in self._others if here.session not in known} - people_before
        if self.session.voice.person in come:
            come.remove(self.session.voice.person)
            self._tell_second_screen()
        if come:
            names = self._names(come)
            self._tell_aside(count("{names} is here.", "{names} are here.", len(come), names=names), "good")

    def _names(self, people: Iterable[str]) -> str:
        return ", ".join(sorted(map(self.board.name_of, people)))

    def _tell_second_screen(self) -> None:
        """Whoever speaks here sits at another screen as well: at the other's, perhaps somebody else means to."""
        say, name = self.session.language.say, self.board.name_of(self.session.voice.person)
        if self.session.remote:
            self._tell_aside(say("{name} is at another screen as well.", name=name))
        else:
            words = say("{name} is at another screen as well; {key} hands over here.", name=name, key=self.key("voice"))
            self._tell_aside(words, "strong")

    def _tell_aside(self, words: str, part: BarPart = "plain") -> None:
        """Say something that must not hide what is more important: it is put behind that."""
        bar = self.query_one("#news", Bar)
        important = bar.said[0] if bar.said and bar.said[0].part in ("alert", "strong") else None
        if important is None:
            self.tell(words, part)
            return
        text, said = self._aside
        base = text if said == bar.text else bar.text.strip()
        self.tell(f"{base} {words}", important.part)
        self._aside = base, bar.text

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
                self._tell_aside(words, "strong")

    def _reveal(self, card: str) -> None:
        """Put the cursor on a card, wherever it stands now."""
        raise NotImplementedError

    def lit_by_others(self, records: Iterable[Record]) -> frozenset[str]:
        """The cards that somebody else has just changed: they are lit for a moment, once."""
        cards = self.board.cards
        lit = frozenset(card for record in records for card in record.cards if card in cards)
        if lit:
            self.set_timer(FLASH_SECONDS, lambda: self.view.unlight(lit))
        return lit

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
                at = self.named(here.cursor) if here.cursor in self.board.cards else ""
                choices.append(Choice(f"with:{here.session}", say("Follow {name}", name=self._who(here)), at))
        if self.in_hand is not None:
            choices.append(
                Choice(f"here:{self.in_hand}", say("Ask everybody to look at {id}", id=self.named(self.in_hand)))
            )
        heading = say("Together")
        chosen = await self.app.push_screen_wait(Choose(self.session.language, heading, choices))
        kind, _, what = (chosen or "").partition(":")
        if kind == "look":
            self._asked = None
            self._reveal(what)
            self._show_bars()
        elif kind == "here":
            self.session.presence.update(self.session.voice.session, look_at=what)
            self.tell(say("The others are asked to look at {id}.", id=self.named(what)), "good")
        elif kind == "with":
            self._follow(what)
            leader = self._leader
            if leader is not None:
                self.tell(say("You follow {name}; an arrow key ends it.", name=self._who(leader)), "good")
            else:
                self._follow(None)
                self.tell(say("They have just left."))
        elif kind == "stop" and self._leader is not None:
            name = self._who(self._leader)
            self._follow(None)
            self.tell(say("You no longer follow {name}.", name=name))

    async def do_invite(self) -> None:
        """Let somebody come to the board over SSH."""
        if self.session.remote:
            raise Refused("only-the-host-invites")
        from .invite import InviteScreen

        await self.app.push_screen_wait(InviteScreen(self.session))
        await self._look_for_host()
