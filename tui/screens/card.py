"""One card, full screen, in large calm lines: to read aloud, to follow its trail, to see how it came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from storage import Board, Card, Record, Update, changes
from storage.card import PARTIES, other
from storage.sessions import QUIET, one_voice, voices

from ..burst import Burst
from ..cells import fill
from ..commands import BY_ID, by_key, key_words
from ..session import Session
from ..telling import told
from ..themes import FAINT
from ..widgets.bars import Bar, BarPart, News, Piece, key_pieces
from ..widgets.cardface import Manner, kind_glyph, state_parts, trail_of
from ..widgets.markdown import SafeMarkdown
from ..words import (
    column_title,
    kind_word,
    note_word,
    opinion_word,
    outcome_word,
    said_words,
    short_date,
    state_word,
)
from .dialogue_commands import DialogueCommands
from .history import WHEN_CELLS, Records, read_history
from .writing import Task

WIDEST = 92
"""Cells of a line, at most; the stylesheet says it too."""

_AROUND = 8  # what the page keeps free at its sides, and its scrollbar

_HERE = (
    "frame",
    "note",
    "task",
    "try",
    "outcome",
    "edit",
    "answer",
    "decision",
    "question",
    "opinion",
    "who",
    "link",
    "aside",
    "undo",
    "redo",
    "share",
)


class CardScreen(DialogueCommands):
    """One card; dismissed with the id of the card to go back to."""

    CSS_PATH = "card.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS = [Binding("escape", "back", show=False)]

    def __init__(self, session: Session, card: str) -> None:
        super().__init__(session)
        self._card = card
        self._opened_at = session.store.board.seq
        self._history: Records = ()
        self._gone = False
        self._keys = by_key(session.keymap)
        self._burst = Burst(self, self._key, self._pasted)
        self._leave_store: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The page, and the two lines below."""
        with VerticalScroll(id="page"):
            yield Static(id="state")
            yield Static(id="title")
            yield Static(id="said")
            yield Static(id="both")
            yield Static(id="opinions")
            yield Static(id="trial")
            yield Static(id="notes")
            yield SafeMarkdown(id="text")
            yield Static(id="trail")
            yield Static(id="history")
        yield News("news")
        yield Bar("keys")

    def on_mount(self) -> None:
        """Show the card."""
        self._leave_store = self.session.store.subscribe(self._updated)
        self.show_board()
        self._read_history()

    def on_resize(self) -> None:
        """Another width has other lines."""
        self.show_board()
        self._show_history()

    def on_screen_resume(self) -> None:
        """Where the card has gone under an open panel, its screen goes when the panel has."""
        if self._gone:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """No longer follow the store."""
        self._leave_store()

    def _updated(self, update: Update) -> None:
        self.call_later(self._catch_up, update.records)

    def _catch_up(self, records: tuple[Record, ...]) -> None:
        self._history += records
        self.show_board()
        self._show_history()

    @property
    def in_hand(self) -> str | None:
        """This card."""
        return self._card

    def tell(self, words: str, part: BarPart = "plain") -> None:
        """Say something in the line for news."""
        self.query_one("#news", Bar).show((Piece(f" {words}", part),))

    def show_board(self, *, go_to: str | None = None) -> None:
        """Show the card as it now is, or another one of the board."""
        board = self.board
        if go_to is not None and go_to in board.cards:
            self._card = go_to
            self.session.presence.update(self.session.voice.session, cursor=go_to)
        card = board.cards.get(self._card)
        if card is None:  # undone elsewhere; a panel that stands on this screen goes first
            self._gone = True
            self.dismiss(None)
            return
        self._show_card(board, card)
        self._show_keys(card)

    def _show_card(self, board: Board, card: Card) -> None:
        language, glyphs = self.session.language, self.session.glyphs
        say = language.say
        manner = Manner(80, 1, 0, False, language, glyphs, dt.date.today())
        place = board.standing.places[card.id]
        words = [kind_word(language, card), self.named(card.id)]
        if card.kind == "decision":
            words = [self.named(card.id), *state_parts(board, card, manner)]
        in_column = place.state in ("open", "agreed")
        words.append(
            column_title(language, board.columns[place.column]) if in_column else state_word(language, place.state)
        )
        self._put("#state", Content(f"{kind_glyph(card, glyphs)} " + f" {glyphs.dot} ".join(words)))
        self._put("#title", Content(card.title))
        at = card.created.astimezone()
        said = say("said by {name}, {date}", name=board.name_of(card.voice), date=short_date(language, at.date()))
        about = [said]
        if card.theme:
            about.append(card.theme)
        if card.who:
            about.append(say("{name} does it", name=card.who))
        if card.by_when:
            about.append(say("by {date}", date=short_date(language, card.by_when)))
        self._put("#said", Content(f" {glyphs.dot} ".join(about)))
        self._put("#both", self._both_wordings(board, card))
        self._put("#opinions", self._opinion_lines(board, card))
        self._put("#trial", self._trial_lines(board, card))
        self._put("#notes", self._note_lines(board, card))
        text = self.query_one("#text", SafeMarkdown)
        text.display = bool(card.body.strip())
        text.show(card.body)
        self._put("#trail", self._trail(board, card))

    def _put(self, selector: str, content: Content) -> None:
        static = self.query_one(selector, Static)
        static.display = bool(content.plain)
        static.update(content)

    def _opinion_lines(self, board: Board, card: Card) -> Content:
        say = self.session.language.say
        if card.kind != "decision":
            return Content("")
        lines = [Content(self._opinion_line(card, party)) for party in PARTIES]
        for opinion in card.opinions.values():
            if opinion.revision != card.revision and opinion.kind != "withdrawn":
                word = opinion_word(self.session.language, opinion.kind)
                said = said_words(self.session.language, word, opinion.reason) if opinion.reason else word
                name = board.name_of(opinion.person)
                words = say("earlier, to an earlier wording: {name}, {opinion}", name=name, opinion=said)
                lines.append(self._hung("  ", words))
        if one_voice(board, card.id) is not None:
            lines.append(Content(say("One voice: nobody of the other side is heard in its trail yet.")))
        if card.correction is not None:
            lines.append(Content(say("Corrected: {title}", title=card.correction.wording.title)))
        return Content("\n").join(lines)

    def _both_wordings(self, board: Board, card: Card) -> Content:
        """What the other party reworded stands beside what it was, until its own party has looked."""
        if card.reworded is None:
            return Content("")
        say = self.session.language.say
        was = card.reworded.wording
        lines = [Content(say("{name} has reworded this. It was:", name=board.name_of(card.reworded.person)))]
        lines.append(self._hung("  ", was.title))
        if was.body and was.body != card.body:
            lines.append(self._hung("  ", was.body))
        return Content("\n").join(lines)

    def _trial_lines(self, board: Board, card: Card) -> Content:
        """The terms of a trial, and what came of it."""
        language, lines = self.session.language, list[Content]()
        say = language.say
        if card.frame:
            lines.append(Content(say("Part of the frame")))
        if card.subject_to:
            lines.append(Content(say("Subject to {name}", name=card.subject_to)))
        if card.trial is not None:
            lines.append(Content(say("To try and see")))
            if card.trial.watch:
                lines.append(self._hung("  ", say("We watch: {what}", what=card.trial.watch)))
            if card.trial.until:
                lines.append(self._hung("  ", say("Until {date}", date=short_date(language, card.trial.until))))
            if card.trial.stop_if:
                lines.append(self._hung("  ", say("We stop if: {what}", what=card.trial.stop_if)))
        for outcome in card.outcomes.values():
            said = said_words(language, outcome_word(language, outcome.kind), outcome.saw)
            lines.append(Content(f"{board.name_of(outcome.person)}, {said}"))
            if outcome.confirmed:
                lines.append(self._hung("  ", say("confirmed by {name}", name=board.name_of(outcome.confirmed))))
            elif outcome is card.outcome:
                waits = say("waits for {name}", name=board.party_name(other(outcome.party)))
                lines.append(self._hung("  ", waits))
        return Content("\n").join(lines)

    def _note_lines(self, board: Board, card: Card) -> Content:
        """The notes, each with its sign and its voice; what was seen of a trial says that it is that."""
        language, glyphs = self.session.language, self.session.glyphs
        signs = {"for": glyphs.plus, "against": glyphs.minus}
        lines = [Content.styled(language.say("Notes"), "bold underline")] if card.notes else []
        for note in card.notes.values():
            seen = note.kind == "seen"
            text = said_words(language, note_word(language, note.kind), note.text) if seen else note.text
            words = Content.assemble(text, (f"  {board.name_of(note.person)}", FAINT))
            lines.append(self._hung(f"{signs.get(note.kind, glyphs.dot)} ", words))
        return Content("\n").join(lines)

    def _hung(self, head: str, words: str | Content, style: str = "") -> Content:
        """A line with something before it; where it is wrapped, it goes on under its own beginning."""
        content = Content(words) if isinstance(words, str) else words
        indent = cell_len(head)
        lines = content.wrap(max(12, min(self.size.width - _AROUND, WIDEST) - indent))
        return Content.assemble((head, style), Content("\n" + " " * indent).join(lines))

    def _trail(self, board: Board, card: Card) -> Content:
        """From the question to the decision, each with its voice."""
        say, glyphs = self.session.language.say, self.session.glyphs
        steps = self._steps(board, card)
        if len(steps) < 2:
            return Content("")
        lines: list[Content] = [Content.styled(say("Trail"), "bold underline")]
        for identity, depth in steps:
            step = board.cards[identity]
            head = f"{'  ' * depth}{kind_glyph(step, glyphs)} {self.named(identity)} "
            voice = f"  {board.name_of(step.voice)}"
            not_chosen = board.standing.places[identity].state == "not_chosen"
            if not_chosen:
                voice += f" {glyphs.dot} " + state_word(self.session.language, "not_chosen")
            style = "bold" if identity == card.id else ""
            lines.append(self._hung(head, Content.assemble((step.title, style), (voice, FAINT)), "bold"))
        return Content("\n").join(lines)

    def _steps(self, board: Board, card: Card) -> list[tuple[str, int]]:
        standing = board.standing
        if card.kind == "decision":
            steps: list[tuple[str, int]] = []
            below = trail_of(board, card)
            for identity in (i for i in below if board.cards[i].kind == "question"):
                steps.append((identity, 0))
                steps += [(answer.id, 1) for answer in standing.answers_to(board, identity)]
            shown = {identity for identity, _ in steps}
            steps += [(identity, 1) for identity in below if identity not in shown]
            steps.append((card.id, 2 if steps else 0))
            return steps
        question = card if card.kind == "question" else None
        if question is None:
            asked = [i for i in card.linked("answers") if i in board.cards]
            question = board.cards[asked[0]] if asked else None
        if question is None:
            return [(card.id, 0), *((d.id, 1) for d in standing.resting_on(board, card.id))]
        steps = [(question.id, 0)]
        decisions = {d.id for d in standing.resting_on(board, question.id)}
        for answer in standing.answers_to(board, question.id):
            steps.append((answer.id, 1))
            decisions |= {d.id for d in standing.resting_on(board, answer.id)}
        return [*steps, *((d.id, 2) for d in board.in_order("decision") if d.id in decisions)]

    # History

    def _read_history(self) -> None:
        read_history(self, self.session, self._have_read, lambda words: self.tell(words, "alert"))

    def _have_read(self, records: Records) -> None:
        known = {record.seq for record in records}
        self._history = (*records, *(record for record in self._history if record.seq not in known))
        self._show_history()

    def _show_history(self) -> None:
        spoken = voices(self._history)
        records = [r for r in self._history if self._card in r.cards and r.kind not in QUIET]
        board, language = self.board, self.session.language
        lines: list[Content] = [Content.styled(language.say("History"), "bold underline")]
        for record in records:
            at = record.time.astimezone()
            when = fill(f"{short_date(language, at.date())} {at:%H:%M}", WHEN_CELLS)
            name = board.name_of(spoken.get(record.seq, record.voice))
            typed = ""
            if record.typed_by and record.typed_by != record.voice:
                typed = language.say(" (typed by {name})", name=board.name_of(record.typed_by))
            words = Content.assemble((name, "bold"), (typed, FAINT), " ", told(record, board, language))
            lines.append(self._hung(when, words, FAINT))
            earlier = next((a.was for a in record.acts if a.path == ("cards", self._card, "title") and a.was), None)
            if earlier:
                words = Content.styled(language.say("earlier wording: {title}", title=earlier), FAINT)
                lines.append(self._hung(" " * WHEN_CELLS, words))
        self._put("#history", Content("\n").join(lines))

    # Keys

    def _show_keys(self, card: Card) -> None:
        language = self.session.language
        wanted = ["opinion", "edit"] if card.kind == "decision" else ["edit", "answer", "decision"]
        wanted += ["who", "link", "share"] if card.kind == "decision" else ["who", "link"]
        back = (key_words("escape", language), language.say("back"), "leave")
        keys = [(self.key(i), language.say(BY_ID[i].short), i) for i in wanted]
        self.query_one("#keys", Bar).show(key_pieces(back, *keys))

    def on_key(self, event: events.Key) -> None:
        """The letters that do something to a card do it here too, unless they come in a burst: that is a paste."""
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._burst.feed(event.character, event.character)
        elif event.key == "enter" and self._burst.holding:
            event.stop()
            self._burst.feed("enter", "\n")
        elif event.key in self._keys:
            event.stop()
            self._key(event.key)

    def on_paste(self, event: events.Paste) -> None:
        """Text has no place on a card but in its editor."""
        event.stop()
        self._pasted(event.text)

    def _key(self, key: str) -> None:
        command = self._keys.get(key)
        if command is not None and command.id in _HERE:
            self.run_command(command)

    def _pasted(self, _: str) -> None:
        self.tell(
            self.session.language.say(
                "Text is pasted on the board, or into the editor: {key} opens it.", key=self.key("edit")
            )
        )

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        """Words that were clicked; "back" is the way out."""
        message.stop()
        if message.command == "leave":
            self.action_back()
        else:
            self.run_command(BY_ID[message.command])

    async def do_question(self) -> None:
        """A question that this card raises."""
        heading = self.session.language.say("A question raised by {id}", id=self.named(self._card))
        await self.write_new(Task(f"new:question:{self._card}", "question", heading, on=(self._card,)))

    async def do_share(self) -> None:
        """Share the trail of this decision; of another card, of the decision that came of it, else the strategy."""
        from storage.exports import STRATEGY, Subject

        from .share import ShareScreen
        from .share_choices import decision_near

        near = decision_near(self.board, self._card)
        subject = Subject("trail", card=near) if near else STRATEGY
        said = await self.app.push_screen_wait(ShareScreen(self.session, self._card, subject))
        if said:
            self.tell(said, "good")

    def _look(self) -> None:
        """Both wordings have been in sight: the party whose card it is has looked, and at one screen so have both."""
        card, voice = self.board.cards.get(self._card), self.session.voice
        if card is None or card.reworded is None or not voice.may_edit or card.reworded.seq > self._opened_at:
            return
        if voice.one_screen or self.board.party_of(voice.person) == self.board.party_of(card.voice):
            voice.commit(changes.Look(card.id), undoable=False)

    def action_back(self) -> None:
        """Back to the board, with the cursor on the card that was read last."""
        self._look()
        self.dismiss(self._card)
