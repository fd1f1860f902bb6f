"""The board's screen: the lanes, and three lines below that say what happened, whose voice it is, and what to press."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import partial

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding
from textual.widgets import Input

from storage import Board, Record, Refused, Update, changes
from storage.card import PARTIES, other

from ..cells import cut
from ..commands import BY_ID, COMMANDS, by_key
from ..refusals import notice_sentence
from ..session import Session
from ..telling import told
from ..widgets.bars import Bar, BarPart, News, Piece
from ..widgets.board import BoardView
from ..widgets.lanes import VIEW_NAMES, VIEWS
from .asking import Choice, Choose
from .importing_commands import ImportingCommands
from .next_up import due, next_up
from .together_commands import TogetherCommands
from .writing import Task

_SOON = 0.1
"""Seconds after which one's own change is shown, if what made it has not done so."""


class BoardScreen(TogetherCommands, ImportingCommands):
    """Where a workshop takes place."""

    CSS_PATH = "board.tcss"
    AUTO_FOCUS = "#board"
    BINDINGS = [Binding("escape", "escape", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._keys = by_key(session.keymap)
        self._shown: Board | None = None
        self._leave_store: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Bar("title")
        session = self.session
        yield BoardView(
            session.store.board, session.language, session.glyphs, dt.date.today(), question_key=self.key("question")
        )
        yield Input(
            id="search", compact=True, placeholder=self.session.language.say("Search: the board narrows as you type")
        )
        yield News("news")
        yield Bar("voice")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Show the board, and what was found when it was opened."""
        self.query_one("#search", Input).display = False
        self._leave_store = self.session.store.subscribe(self._updated)
        self.show_board()
        self._greet()
        self.watch(self.view, "in_hand", self._show_keys, init=False)
        self.sit_down()
        self.session.store.on_writer(self.session.store.follow)

    def on_unmount(self) -> None:
        """No longer follow the store, nor be seen."""
        self._leave_store()
        self.stand_up()

    def _greet(self) -> None:
        """What was found when the board was opened, what is due, what is new, and what was left half-written."""
        say, session = self.session.language.say, self.session
        notices = [notice_sentence(notice, session.language) for notice in session.store.notices]
        said = list(notices)
        if waiting := [self.named(card.id) for card in due(session, dt.date.today())]:
            said.append(say("Review due: {ids}.", ids=", ".join(waiting[:4])))
        if session.seen_before is not None and self.board.seq > session.seen_before:
            words = session.language.count(
                "{n} change since last time; {key} tells.",
                "{n} changes since last time; {key} tells.",
                self.board.seq - session.seen_before,
                key=self.key("summary"),
            )
            said.append(words)
        if kept := next((draft for draft in session.drafts.free() if draft.kind != "line"), None):
            words = cut(kept.title or kept.body.strip().partition("\n")[0], 60)
            said.append(say("A draft was kept: “{words}”. {key} goes on writing.", words=words, key=self.key("next")))
        if said:
            self.tell(" ".join(said), "alert" if notices else "strong")

    # What a screen with a card in hand provides

    @property
    def view(self) -> BoardView:
        """The lanes."""
        return self.query_one("#board", BoardView)

    @property
    def in_hand(self) -> str | None:
        """The card under the cursor."""
        return self.view.cursor

    def picked(self) -> tuple[str, ...]:
        """The marked cards, or the one under the cursor."""
        marked = tuple(card.id for card in self.board.in_order() if card.id in self.view.marked)
        return marked or super().picked()

    def used_marks(self) -> None:
        """What was marked has been made use of."""
        self.view.mark(())

    def tell(self, words: str, part: BarPart = "plain") -> None:
        """Say something in the line for news."""
        self.query_one("#news", Bar).show((Piece(f" {words}", part),))

    def show_board(self, *, go_to: str | None = None, lit: frozenset[str] = frozenset()) -> None:
        """Show the board as it now is, with these cards lit; the cursor stays on its card, or goes to another."""
        board = self.board
        if board is self._shown:
            self.view.light(lit)
        else:
            self._shown = board
            self.view.show(board, lit=lit)
            # What has left the columns is no longer in sight, and nothing is to be done to it unseen.
            places = board.standing.places
            self.view.mark({i for i in self.view.marked if i in places and places[i].state in ("open", "agreed")})
        if go_to is not None:
            self._reveal(go_to)
        self._show_bars()

    def _reveal(self, card: str) -> None:
        """Put the cursor on a card; on the decision that it stands under, where it is settled.

        A search that hides it ends: whatever somebody has just done can be seen.
        """
        if self.view.seek(card):
            return
        if self.view.needle and card in self.board.cards:
            self._search_for("")
            if self.view.seek(card):
                return
        place = self.board.standing.places.get(card)
        if place is not None and place.under is not None:
            self.view.seek(place.under)

    def _updated(self, update: Update) -> None:
        """Told by the store, on any thread: only hand over to this screen."""
        self.call_later(self._catch_up, update)

    def _catch_up(self, update: Update, *, late: bool = False) -> None:
        """Show what others have done, and what was found about the files; what was done here has been said already."""
        own = self.session.voice.session
        others = [record for record in update.records if record.session != own]
        if others and self.turn and not late:
            self.set_timer(self.turn, partial(self._catch_up, update, late=True))
            return
        if update.records and not others and not update.notices:
            # Whoever committed shows it, together with what there is to say of it, in one go; if not, it is shown then.
            self.set_timer(_SOON, self.show_board)
            return
        self.show_board(lit=self.lit_by_others(others))
        self.go_along()  # perhaps to a card that has only come now
        if update.notices:
            self.tell(" ".join(notice_sentence(each, self.session.language) for each in update.notices), "alert")
        elif others:
            self._tell_aside(self._news_of(others))

    def _news_of(self, records: list[Record]) -> str:
        """What somebody else has just done; that a decision is agreed by it, where it is."""
        say, last = self.session.language.say, records[-1]
        name = self.board.name_of(last.voice)
        words = say("{name} {did}", name=name, did=told(last, self.board, self.session.language))
        touched = [card for record in records for card in record.cards]
        there = [card for card in dict.fromkeys(touched) if card in self.board.cards]
        agreed = [self.named(card) for card in there if self._just_agreed(card, records)]
        if agreed:
            words += f" {self.session.glyphs.dot} " + say("{ids} is agreed.", ids=", ".join(agreed))
        return words

    def _just_agreed(self, identity: str, records: list[Record]) -> bool:
        card, made = self.board.cards[identity], {record.seq for record in records}
        given = filter(None, map(card.opinion, PARTIES))
        return card.agreed and any(opinion.seq in made for opinion in given)

    def on_resize(self) -> None:
        """Another width has room for other words."""
        if self._shown is not None:
            self._show_keys()

    # Keys and clicks become commands

    def on_key(self, event: events.Key) -> None:
        """The keys that are no characters: Ctrl+Z, Delete, F1. Characters come from the board, unless pasted."""
        command = self._keys.get(event.key)
        if command is not None and self.view.has_focus:
            event.stop()
            event.prevent_default()
            self.run_command(command)

    def on_board_view_key_pressed(self, message: BoardView.KeyPressed) -> None:
        """A printable key: the command that it stands for, if any."""
        message.stop()
        command = self._keys.get(message.key)
        if command is not None:
            self.run_command(command)

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked."""
        message.stop()
        self.run_command(BY_ID[message.command])

    def on_board_view_card_opened(self, message: BoardView.CardOpened) -> None:
        """A card was clicked twice."""
        message.stop()
        self.run_command(BY_ID["open"])

    def on_board_view_card_carried(self, message: BoardView.CardCarried) -> None:
        """Shift and an arrow."""
        message.stop()
        self.begin(self._carry(message.card, message.lanes, message.places))

    def on_board_view_card_dropped(self, message: BoardView.CardDropped) -> None:
        """A card was dragged."""
        message.stop()
        self.begin(self._drop(message.card, message.spot))

    def on_board_view_settled_clicked(self) -> None:
        """The count of the settled."""
        self.run_command(BY_ID["settled"])

    def on_board_view_text_pasted(self, message: BoardView.TextPasted) -> None:
        """A paste offers cards, a dropped file what is in it; it never runs commands."""
        message.stop()
        self.begin(self._take_paste(message.text))

    # Pasting

    async def _take_paste(self, text: str) -> None:
        if not await self.took_in_paste(text):
            await self._offer_cards(text)

    async def _offer_cards(self, text: str) -> None:
        from .pasting import Pasting

        change = await self.app.push_screen_wait(Pasting(self.session, text))
        if change is not None:
            board = await self.commit(lambda _: change)
            if board is not None:
                added = self.touched_last()
                self.show_board(go_to=added[0])
                words = self.session.language.count("{n} card added.", "{n} cards added.", len(added))
                self.tell(words, "good")

    # Commands

    async def do_open(self) -> None:
        """The card's own screen."""
        from .card import CardScreen

        if self.card_in_hand() is not None and self.in_hand is not None:
            card = await self.app.push_screen_wait(CardScreen(self.session, self.in_hand))
            self.show_board(go_to=card)
            # On its screen one may have come to a card that the board does not show.
            self.session.presence.update(self.session.voice.session, cursor=self.in_hand or "")

    async def do_next(self) -> None:
        """Go to what comes next."""
        step = next_up(self.session)
        if step is None:
            self.tell(
                self.session.language.say("Nothing waits: every question has an answer, every proposal both opinions.")
            )
        elif step.draft is not None:
            await self.resume(step.draft)
        elif step.card is not None:
            self._reveal(step.card)
            self._show_bars()
            self.tell(step.words)

    async def do_voice(self) -> None:
        """Hand over: to the other party, or to one of several people."""
        voice, board = self.session.voice, self.board
        sides = (other(board.party_of(voice.person)), board.party_of(voice.person))
        there = [person for party in sides for person in board.of_party(party) if person.id != voice.person]
        people = [person for person in there if voice.may_speak(person.id)]
        if not people:
            say = self.session.language.say
            self.tell(say("Here you speak for yourself.") if there else say("Nobody else sits here yet."))
            return
        person = people[0].id
        if len(people) > 1:
            choices = [Choice(p.id, p.name) for p in people]
            heading = self.session.language.say("Who speaks now?")
            chosen = await self.app.push_screen_wait(Choose(self.session.language, heading, choices))
            if chosen is None:
                return
            person = chosen
        voice.hand_over(person)
        self.session.presence.update(voice.session, person=person)
        self._show_bars()
        self.tell(self.session.language.say("{name} speaking.", name=board.name_of(person)))

    async def do_view(self) -> None:
        """The next of the three views."""
        view = self.view
        view.view = VIEWS[(VIEWS.index(view.view) + 1) % len(VIEWS)]
        view.remake()
        self._show_bars()
        self.tell(self.session.language.say("View: {view}.", view=self.session.language.say(VIEW_NAMES[view.view])))

    async def do_settled(self) -> None:
        """Show or hide what is settled."""
        view, say = self.view, self.session.language.say
        view.show_settled = not view.show_settled
        view.remake()
        self._show_bars()
        if view.show_settled:
            self.tell(say("Settled cards are shown where they stood. {key} hides them.", key=self.key("settled")))
        else:
            self.tell(say("Settled cards stand under their decision."))

    async def do_mark(self) -> None:
        """Mark the card in hand, or take its mark away."""
        if self.in_hand is not None:
            self.view.mark(self.view.marked ^ {self.in_hand})
            self._show_bars()

    async def do_back(self) -> None:
        """Bring back what was set aside."""
        say, board = self.session.language.say, self.board
        aside = [board.cards[identity] for identity in board.standing.aside]
        if not aside:
            self.tell(say("Nothing was set aside."))
            return
        choices = [Choice(card.id, self._choice_of(card)) for card in aside]
        chosen = await self.app.push_screen_wait(
            Choose(self.session.language, say("Set aside. Bring back…"), choices, one_line=True)
        )
        if chosen is not None:
            said = say("{id} is back.", id=self.named(chosen))
            await self.commit(lambda _: changes.BringBack(chosen), said=said, go_to=chosen)

    async def do_search(self) -> None:
        """Narrow the board to what is typed."""
        search = self.query_one("#search", Input)
        search.display = True
        search.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The board narrows with each letter."""
        event.stop()
        self._search_for(event.value, keep_field=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes to what was found; Escape on the board shows all again."""
        event.stop()
        self.view.focus()
        if self.view.needle:
            self.tell(
                self.session.language.say("Found for “{words}”. Escape shows everything again.", words=self.view.needle)
            )
        else:
            self.query_one("#search", Input).display = False

    def _search_for(self, needle: str, *, keep_field: bool = False) -> None:
        search = self.query_one("#search", Input)
        if not keep_field:
            search.display = False
            with search.prevent(Input.Changed):
                search.value = needle
        self.view.needle = needle.strip()
        self.view.remake()
        if self.view.needle and self.view.cursor is None:
            self.view.to_first_card()

    def action_escape(self) -> None:
        """Back to everything: the search ends, the marks go."""
        if self.query_one("#search", Input).display or self.view.needle:
            self._search_for("")
            self.view.focus()
            self.tell("")
        elif self.view.marked:
            self.view.mark(())
            self._show_bars()
        else:
            self.tell(self.session.language.say("{key} leaves; everything is kept.", key=self.key("leave")))

    async def do_journal(self) -> None:
        """Everything that was done."""
        from .journal import JournalScreen

        await self.app.push_screen_wait(JournalScreen(self.session))

    async def do_guide(self) -> None:
        """Take one question of the bank, and ask it in one's own words."""
        from storage.questions import bank_of

        from .picker import QuestionPicker

        try:
            bank = bank_of(self.session.store.path, self.board.lang)
        except Refused as refused:
            self.tell(self.refusal(refused), "alert")
            return
        asked = await self.app.push_screen_wait(QuestionPicker(self.session, bank))
        if asked is not None:
            heading = self.session.language.say("A new question")
            task = Task(
                f"new:question:{asked.text}", "question", heading,
                title=asked.text, body=asked.more, theme=asked.theme, asks=asked.asks,
            )  # fmt: skip
            await self.write_new(task)

    async def do_summary(self) -> None:
        """What happened since last time, and in each session."""
        from .summary import SummaryScreen

        await self.app.push_screen_wait(SummaryScreen(self.session))

    async def do_share(self) -> None:
        """Read, copy or save the strategy."""
        from .share import ShareScreen

        said = await self.app.push_screen_wait(ShareScreen(self.session, self.in_hand))
        if said:
            self.tell(said)

    async def do_table(self) -> None:
        """Title, people, columns."""
        from .table import TableScreen

        await self.app.push_screen_wait(TableScreen(self.session))
        self.show_board()

    async def do_help(self) -> None:
        """All keys."""
        from .help import HelpScreen

        chosen = await self.app.push_screen_wait(HelpScreen(self.session))
        if chosen is not None:
            self.run_command(BY_ID[chosen])

    async def do_palette(self) -> None:
        """Find a command by its name."""
        self.app.action_command_palette()

    async def do_light(self) -> None:
        """The other theme."""
        self.app.theme = "accord-light" if self.app.theme == "accord-dark" else "accord-dark"

    async def do_leave(self) -> None:
        """Leave."""
        await self.app.run_action("leave")

    def offered_commands(self) -> Iterable[SystemCommand]:
        """What the palette has."""
        for command in COMMANDS:
            if command.id != "palette":
                words = f"{self.session.language.say(command.long)}  {self.key(command.id)}"
                yield SystemCommand(words, "", lambda c=command: self.run_command(c))
