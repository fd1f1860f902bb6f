"""Letting somebody come to the board over SSH: invitations made, seen and withdrawn, the table opened and closed."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from functools import partial

from textual.binding import Binding
from textual.content import Content

from storage import Refused, Update, changes
from storage.card import PartyName
from storage.invitations import Invitation, Invitations, user_name
from storage.recent import state_folder
from storage.store import utc_now

from ..cells import wrap
from ..commands import key_words
from ..host import child
from ..host.letter import Letter
from ..host.reach import EVERYWHERE, LOOPBACK, Listen, Way
from ..host.running import Running, running
from ..refusals import sentence
from ..session import Session
from ..widgets.bars import Bar, key_pieces
from .asking import Choice, Choose, keep_line
from .invite_choices import NAME_KEY, Choosing, choose_lasting, choose_rights, choose_way, choose_who, way_there
from .invite_guests import guests_at
from .invite_letter import LetterScreen
from .invite_rows import LASTING, Row, Rows, Seen, likely
from .rows_screen import RowsScreen

LOOK_SECONDS = 1.0
"""How often it is looked who is invited and whether the board is hosted: other processes change that, too."""


class InviteScreen(RowsScreen[Row]):
    """The next invitation, to be changed and made; those that there are; the table, to be closed."""

    BINDINGS = [
        Binding("escape,q,Q,i,I", "command('back')", show=False),
        Binding("delete,backspace,w,W", "command('withdraw')", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        # What is thrown away with its session has no place where others could come to.
        self._kept = not session.demo and session.store.path is not None
        self._wanted = likely(session.store.board, session.voice.person)
        self._seen = Seen()
        self._busy = False
        self._leave: list[Callable[[], None]] = []
        if session.store.path is not None:
            self._board = session.store.path
            self._folder = state_folder(session.environ)
            self._invitations = Invitations(self._folder / "invitations", self._board, clock=utc_now)

    async def on_mount(self) -> None:
        """Show what there is, and keep looking."""
        self.show_title(self.session.language.say("Guests at this board"))
        if not self._kept:
            return
        self._leave = [
            self.session.store.subscribe(self._updated),
            self.session.presence.subscribe(self._presence_changed),
        ]
        await self._look()
        if self._seen.running is not None:
            self._wanted = way_there(self.session, self._wanted, _listens(self._seen.running))
        self.show(Row("invite"))
        self.set_interval(LOOK_SECONDS, self._look)

    def on_unmount(self) -> None:
        """No longer look."""
        for leave in self._leave:
            leave()

    def _updated(self, _: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self.show)

    def _presence_changed(self) -> None:
        """Told on any thread: only hand over to this screen."""
        self.call_later(self._see_guests)

    # What is shown

    async def _look(self) -> None:
        """See who is invited, who is here, and whether the board is hosted; away from the keys."""
        try:
            invitations = await asyncio.to_thread(self._invitations.all)
        except Refused as refused:
            self.tell(sentence(refused, self.session.language), "alert")
            invitations = ()
        self._seen = await asyncio.to_thread(self._found, invitations)
        self._see_guests()

    def _found(self, invitations: tuple[Invitation, ...]) -> Seen:
        found = running(self._folder, self._board)
        port = child.next_port(self._folder, self._board) if found is None else found.port
        return Seen(invitations, found, port=port)

    def _see_guests(self) -> None:
        """See who is here: often, for it is told whenever a guest's cursor moves, and so without reading a file."""
        # Of a host that was killed, the guests' presence stays for some seconds.
        there = guests_at(self.session.presence) if self._seen.running is not None else ()
        here = frozenset(guest.person for guest in there)
        self._seen = dataclasses.replace(self._seen, here=here)
        self.show()

    def show(self, at: Row | None = None) -> None:
        """Show everything as it now is, with the cursor where it was, or on another row."""
        if not self.is_attached:
            return
        if not self._kept:
            self._show_why_not()
            return
        session = self.session
        rows = Rows(session.language, session.glyphs, self.room, utc_now())
        self.show_rows(rows.of(session.store.board, self._wanted, self._seen), at, lambda *_: Row("invite"))

    def _show_why_not(self) -> None:
        words = self.session.language.say(
            "This board is thrown away when you leave, so nobody can be invited to it. Begin one of your own (leave, "
            "then: accord), and press the same key there."
        )
        nothing = (None, Content("\n".join(wrap(words, self.room, 8))))
        self.show_rows([nothing], None, lambda *_: None)

    def show_keys(self) -> None:
        """The keys that are useful on the row under the cursor."""
        say, row = self.session.language.say, self.row
        keys = [("escape", say("back"), "back")]
        if row is not None and row.kind == "invitation":
            keys.append(("delete", say("withdraw"), "withdraw"))
        elif row is not None:
            words = {"invite": say("invite"), "open": say("open the table"), "close": say("close the table")}
            keys.append(("enter", words.get(row.kind, say("change")), "choose"))
        shown = key_pieces(*((key_words(key, self.session.language), words_, name) for key, words_, name in keys))
        self.query_one("#keys", Bar).show(shown)

    # Keys and clicks

    def action_command(self, name: str) -> None:
        """Do something, in a worker of its own: it may ask questions on the way. One thing at a time."""
        if name == "back":
            self.dismiss(None)
            return
        row = self.row
        if row is None or self._busy:
            return
        if name == "withdraw":
            if row.kind == "invitation":
                self._begin(self._withdraw(row.of))
            return
        match row.kind:
            case "who":
                self._begin(self._change(row, choose_who))
            case "rights":
                self._begin(self._change(row, choose_rights))
            case "lasting":
                self._begin(self._change(row, choose_lasting))
            case "way":
                self._begin(self._change_way())
            case "invite":
                self._begin(self._invite())
            case "invitation":
                self._begin(self._withdraw(row.of))
            case "open":
                self._begin(self._open_table())
            case "close":
                self._begin(self._close_table())

    def _begin(self, doing: Coroutine[None, None, None]) -> None:
        self._busy = True
        self.run_worker(self._told(doing), group="command")

    async def _told(self, doing: Coroutine[None, None, None]) -> None:
        """Do it; where it fails on the way, that is told."""
        try:
            await doing
        except Refused as refused:
            self.tell(sentence(refused, self.session.language), "alert")
        except child.HostFailedError as failed:
            say = self.session.language.say
            self.tell(failed.words or say("The host of the board does not answer. Please try again."), "alert")
        finally:
            self._busy = False
        await self._look()

    # The next invitation

    async def _choose(self, heading: str, choices: list[Choice], at: int, note: str = "") -> str | None:
        return await self.app.push_screen_wait(Choose(self.session.language, heading, choices, at=at, note=note))

    async def _change(self, row: Row, asking: Choosing) -> None:
        """Have something chosen about the next invitation."""
        chosen = await asking(self.app, self.session, self._wanted)
        if chosen is not None:
            self._wanted = chosen
            self.show(row)

    async def _chosen_way(self) -> Way | None:
        """From where guests come: as it was said, or asked now."""
        if self._wanted.way is None:
            chosen = await choose_way(self.app, self.session, self._wanted, self._seen.port)
            if chosen is not None:
                self._wanted = chosen
        return self._wanted.way

    async def _change_way(self) -> None:
        """From where guests can come; where the board is hosted otherwise, it is opened anew, after a yes."""
        say, hosted = self.session.language.say, self._seen.running
        chosen = await choose_way(self.app, self.session, self._wanted, self._seen.port)
        if chosen is None or chosen.way is None:
            return
        if hosted is not None and not _fits(chosen.way, hosted):
            heading = say("For that, the table is closed and opened anew.")
            note = say("Whoever is here is sent away, and can come back if they can still reach it.")
            go_on = [Choice("yes", say("Open it anew")), Choice("no", say("Leave it as it is"))]
            if await self._choose(heading, go_on, 0, note) != "yes":
                return
            self.tell(say("One moment…"))
            await asyncio.to_thread(child.stop, self._board, self.session.environ)
            await self._host(chosen.way)
            self.tell(say("The table is open again."), "good")
        self._wanted = chosen
        self.show(Row("way"))

    # Inviting

    async def _host(self, way: Way) -> Running:
        host = EVERYWHERE if way == "network" else LOOPBACK
        return await asyncio.to_thread(child.start, self._board, host, self.session.environ, self.session.language.code)

    async def _invite(self) -> None:
        """Open the table if need be, make the invitation, and show what to send."""
        way, say = await self._chosen_way(), self.session.language.say
        if way is None:
            return
        wanted = self._wanted
        self.tell(say("One moment…"))
        hosted = await self._host(way)
        if not _fits(way, hosted):
            # Somebody has opened it meanwhile, in another way.
            self._wanted = way_there(self.session, wanted, _listens(hosted))
            self.tell(say("The board is open to guests already, but not from there. Look, then invite."), "alert")
            return
        if way == "tunnel" and wanted.leads_to != hosted.port:
            self._wanted = dataclasses.replace(wanted, leads_to=hosted.port)
            words = say(
                "The board is open on port {port}: the tunnel has to lead there. Then invite.", port=hosted.port
            )
            self.tell(words, "alert")
            return
        person = wanted.person or await self._sit_down(wanted.name, wanted.party)
        make = partial(
            self._invitations.make,
            user_name(wanted.name) or wanted.party,
            wanted.party,
            person,
            lasting=LASTING[wanted.lasts],
            may_edit=wanted.may_edit,
        )
        invitation, code = await asyncio.to_thread(make)
        keep_line(self.session, NAME_KEY, "")
        board, voice = self.session.store.board, self.session.voice
        at = wanted.tunnel if way == "tunnel" and wanted.tunnel else _listens(hosted)
        letter = Letter(board.name_of(voice.person), board.title, invitation, code, at, way, hosted.fingerprint)
        self._wanted = dataclasses.replace(wanted, person=person)
        self.show(Row("invite"))
        self.tell(say("{name} is invited.", name=board.name_of(person)), "good")
        await self.app.push_screen_wait(LetterScreen(self.session, letter))

    async def _sit_down(self, name: str, party: PartyName) -> str:
        """Somebody new comes to the board; who they are."""
        before = self.session.store.board.people
        # Not to be undone by the next Ctrl+Z: the invitation would be for nobody.
        committed = self.session.voice.commit(changes.AddPerson(name, party), undoable=False)
        board = await asyncio.wrap_future(committed)
        return next(person.id for person in board.of_party(party) if person.id not in before)

    async def _open_table(self) -> None:
        """Open the table, without a new invitation."""
        way = await self._chosen_way()
        if way is None:
            return
        self.tell(self.session.language.say("One moment…"))
        await self._host(way)
        self.tell(self.session.language.say("The table is open again."), "good")

    # Ending

    async def _withdraw(self, user: str) -> None:
        """Withdraw an invitation, when asked twice."""
        say, board = self.session.language.say, self.session.store.board
        invitation = next(
            (each for each in self._seen.invitations if each.user == user and each.holds(utc_now())), None
        )
        if invitation is None:
            return
        name = board.name_of(invitation.person)
        note = say("The line and the code no longer let anybody in.")
        if invitation.person in self._seen.here:
            note = say("{name} is at the board and is sent away; what is half-written is kept.", name=name)
        choices = [Choice("no", say("Leave it")), Choice("yes", say("Withdraw it"))]
        heading = say("Withdraw the invitation of {name}?", name=name)
        if await self._choose(heading, choices, 0, note) == "yes":
            await asyncio.to_thread(self._invitations.withdraw, user)
            self.tell(say("The invitation of {name} is withdrawn.", name=name), "good")

    async def _close_table(self) -> None:
        """Stop hosting; where somebody is here, when asked twice."""
        say = self.session.language.say
        names = [self.session.store.board.name_of(person) for person in sorted(self._seen.here)]
        if names:
            note = say("{names}: told, and sent away. Nothing is lost.", names=", ".join(names))
        else:
            note = say("Nobody is here as a guest now. The invitations stay; here the table is opened again.")
        choices = [Choice("no", say("Leave it open")), Choice("yes", say("Close the table"))]
        if await self._choose(say("Close the table to guests?"), choices, 0 if names else 1, note) == "yes":
            self.tell(say("One moment…"))
            await asyncio.to_thread(child.stop, self._board, self.session.environ)
            self.tell(say("The table is closed. Nobody can come in."), "good")


def _listens(hosted: Running) -> Listen:
    return Listen(hosted.host, hosted.port)


def _fits(way: Way, hosted: Running) -> bool:
    """Whether guests come in that way to this host. A tunnel ends at this machine, and opens nothing more."""
    return _listens(hosted).loopback == (way != "network")
