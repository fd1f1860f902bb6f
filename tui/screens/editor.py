"""Writing a card: a title, a text if wanted, and whose words they are.

What is typed is kept as a draft from the first key on, so that Escape, a closed window or a power cut gives it back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from storage import Refused
from storage.card import shown_id
from storage.drafts import Draft
from storage.store import utc_now
from storage.text import clean_line

from ..cells import cut
from ..refusals import sentence
from ..session import Session
from ..themes import FAINT
from ..widgets.clickable import clickable
from .leaving import LeftOnce
from .line_input import LineInput
from .rewording import NAMES_CELLS
from .writing import Task, Written

DRAFT_SECONDS = 0.08
"""How long after a key a draft is on the disk, at most."""


class Editor(ModalScreen[Written | None], LeftOnce[Written | None]):
    """The editor of one card. ``None`` where nothing is to be saved; the draft then stays."""

    CSS_PATH = "editor.tcss"
    BINDINGS = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("ctrl+t,f2", "voice", show=False, priority=True),
    ]

    _leave_presence: Callable[[], None]

    def __init__(self, session: Session, task: Task) -> None:
        super().__init__()
        self._session = session
        self._writing = task
        self._person = task.person or session.voice.person
        self._timer: Timer | None = None
        self._writes = threading.Lock()
        self._written = False
        self._told = ""
        self._looking = False

    @property
    def place(self) -> str:
        """The card that is written at: the one whose words these are, or the first that a new one is made from."""
        task = self._writing
        return task.card or next(iter(task.on), "")

    def compose(self) -> ComposeResult:
        """The heading with the voice, who else writes there, the title, the text, the keys."""
        with Vertical(id="box"):
            yield Static(Content(self._writing.heading), id="heading")
            if self._writing.about:
                yield Static(Content(self._writing.about), id="about")
            yield Static(id="voice")
            yield Static(id="others")
            say = self._session.language.say
            yield LineInput(self._writing.title, placeholder=say("In one line"), id="title")
            yield TextArea(
                self._writing.body, id="text", placeholder=say("More, if wanted (Tab)"), tab_behavior="focus"
            )
            yield Static(id="says")
            yield Static(self._keys(), id="keys")

    def on_mount(self) -> None:
        """Begin in the title; see who else writes at the card, now and from now on."""
        self._title.focus()
        self._show_voice()
        session = self._session
        self._leave_presence = session.presence.subscribe(self._presence_changed, but=session.voice.session)
        self._show_others()

    def on_unmount(self) -> None:
        """No longer be told of the others."""
        self._leave_presence()

    def on_key(self, event: events.Key) -> None:
        """Keys that come before a field has the focus are not lost: fields let none through."""
        if event.is_printable and event.character:
            event.stop()
            self._title.write(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """What is too long for a title goes into the text."""
        event.stop()
        text = self.query_one("#text", TextArea)
        if text.has_focus:  # there it is already
            return
        text.insert(event.text)
        text.focus()
        self._says(self._session.language.say("Too long for a title: it stands in the text."))

    def _keys(self) -> Content:
        say = self._session.language.say
        words = [(say("Enter keep"), "save"), (say("Tab text"), "text"), (say("Ctrl+S keep from the text"), "save")]
        if len(self._people) > 1:
            words.append((say("Ctrl+T voice"), "voice"))
        words.append((say("Esc leave as a draft"), "leave"))
        return clickable(*words)

    def action_text(self) -> None:
        """On to the text."""
        self.query_one("#text", TextArea).focus()

    @property
    def _title(self) -> LineInput:
        return self.query_one("#title", LineInput)

    @property
    def _people(self) -> tuple[str, ...]:
        return tuple(filter(self._session.voice.may_speak, self._writing.people))

    def _show_voice(self) -> None:
        board, say = self._session.store.board, self._session.language.say
        name = board.name_of(self._person)
        more = say("  (Ctrl+T or a click changes it)") if len(self._people) > 1 else ""
        voice = self.query_one("#voice", Static)
        voice.set_class(board.party_of(self._person) == "client", "client")
        voice.update(Content.assemble(say("{name} speaking", name=name), (more, FAINT)))

    def action_voice(self) -> None:
        """The next person's words."""
        people = self._people
        if len(people) > 1:
            position = people.index(self._person) if self._person in people else -1
            self._person = people[(position + 1) % len(people)]
            self._show_voice()
            self._keep_soon()

    def on_click(self, event: events.Click) -> None:
        """A click on the voice changes it."""
        if event.widget is not None and event.widget.id == "voice":
            self.action_voice()

    # Others at the same card

    def _presence_changed(self) -> None:
        """Told on any thread: only hand over to this screen, and not again before it has looked."""
        if not self._looking:
            self._looking = True
            self.call_later(self._show_others)

    def _show_others(self) -> None:
        """Say who else writes at the same card."""
        self._looking = False
        if not self.is_attached:  # left meanwhile
            return
        session, board = self._session, self._session.store.board
        others = session.presence.others(session.voice.session)
        people = {here.person for here in others if here.writing == self.place and here.person in board.people}
        words = ""
        if people and self.place in board.cards:
            words = session.language.count(
                "{names} is writing at {id} too.",
                "{names} are writing at {id} too.",
                len(people),
                names=cut(", ".join(sorted(map(board.name_of, people))), NAMES_CELLS),
                id=shown_id(self.place, session.language.code),
            )
        self.query_one("#others", Static).update(Content(words))

    def on_line_input_changed(self, event: LineInput.Changed) -> None:
        """Keep what is typed."""
        event.stop()
        self._keep_soon()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Keep what is typed."""
        event.stop()
        self._keep_soon()

    def on_line_input_submitted(self, event: LineInput.Submitted) -> None:
        """Enter in the title keeps the card."""
        event.stop()
        self.action_save()

    @property
    def _typed(self) -> tuple[str, str]:
        return self._title.value, self.query_one("#text", TextArea).text

    @property
    def _changed(self) -> bool:
        return self._typed != (
            self._writing.base.title if self._writing.base else "",
            self._writing.base.body if self._writing.base else "",
        )

    def action_save(self) -> None:
        """Keep the card, if it has a title."""
        title, body = self._typed
        if not clean_line(title):
            self._says(sentence(Refused("empty-title"), self._session.language))
            return
        if self._safe(self._session.language.say("Enter once more keeps it on the board.")):
            task = self._writing
            self.dismiss(Written(clean_line(title), body, self._person, task.on, task.base))

    def action_leave(self) -> None:
        """Leave; what was typed stays as a draft."""
        if self._safe(self._session.language.say("Esc once more leaves without it.")):
            self.dismiss(None)

    def _says(self, words: str) -> None:
        self.query_one("#says", Static).update(Content(words))

    # Drafts

    def _keep_soon(self) -> None:
        if self._timer is None:
            self._timer = self.set_timer(DRAFT_SECONDS, self._keep)

    def _keep(self) -> None:
        self._timer = None
        self._write(self._draft())

    def _draft(self) -> Draft | None:
        if not self._changed or not any(text.strip() for text in self._typed):
            return None
        title, body = self._typed
        task = self._writing
        return Draft(
            task.draft_key, task.kind, task.card, title, body, task.on, self._person, task.base, utc_now(),
            theme=task.theme, asks=task.asks,
        )  # fmt: skip

    @work(thread=True, group="draft", exit_on_error=False)
    def _write(self, draft: Draft | None) -> None:
        self._write_now(draft)

    def _write_now(self, draft: Draft | None, *, last: bool = False, then: str = "") -> bool:
        """Keep the draft. After the last one nothing is written: no thread that is late brings an older one back.

        Where it cannot be kept that is told, and ``then`` how to go on.
        """
        with self._writes:
            if self._written:
                return True
            try:
                if draft is None:
                    self._session.drafts.drop(self._writing.draft_key)
                else:
                    self._session.drafts.keep(draft)
            except Refused as refused:
                self.call_later(self._says, f"{sentence(refused, self._session.language)} {then}".strip())
                return False
            self._written = last
            return True

    def flush(self) -> None:
        """Put what was typed on the disk: the app is about to end."""
        self._write_now(self._draft())

    def _safe(self, then: str) -> bool:
        """Whether what was typed is on the disk, or its author has been told that it is not (and ``then`` what to
        press) and goes on.
        """
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        told, self._told = self._told == then, then  # of the one key only: the other lets go of more, or of less
        return self._write_now(self._draft(), last=True, then=then) or told
