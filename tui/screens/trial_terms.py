"""The terms of a trial: what we watch, until when, when we would stop. None of them is required."""

from __future__ import annotations

import contextlib
import datetime as dt
import re

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from storage import Refused
from storage.card import Trial
from storage.drafts import Draft
from storage.store import utc_now
from storage.text import clean_line

from ..session import Session
from ..widgets.clickable import clickable
from .line_input import LineInput

_DAY = re.compile(r"(\d{1,2})[./ -](\d{1,2})(?:[./ -](\d{2}|\d{4}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WEEKS = re.compile(r"\+?(\d{1,3})\s*(?:w\w*|s\w*)", re.IGNORECASE)
_DAYS = re.compile(r"\+?(\d{1,3})\s*(?:d\w*|j\w*)", re.IGNORECASE)


def day_from(typed: str, today: dt.date) -> dt.date | None:
    """The day that somebody typed: ``30/6``, ``30.06.2026``, ``2026-06-30``, ``6 weeks``; nothing where it is none.

    A day without its year is the next one. The day comes before the month, as both our languages say it.

    >>> day_from("30/6", dt.date(2026, 5, 12)), day_from("3 sem", dt.date(2026, 5, 12))
    (datetime.date(2026, 6, 30), datetime.date(2026, 6, 2))
    """
    text = clean_line(typed)
    try:
        if match := _ISO.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _WEEKS.fullmatch(text):
            return today + dt.timedelta(weeks=int(match[1]))
        if match := _DAYS.fullmatch(text):
            return today + dt.timedelta(days=int(match[1]))
        if match := _DAY.fullmatch(text):
            year = int(match[3] or today.year)
            year += 2000 if year < 100 else 0
            day = dt.date(year, int(match[2]), int(match[1]))
            return day.replace(year=year + 1) if match[3] is None and day < today else day
    except ValueError:
        return None
    return None


_FIELDS = ("watch", "until", "stop")


class TrialTerms(ModalScreen[Trial | None]):
    """Three short lines. ``None`` where nothing is to be changed."""

    CSS_PATH = "trial_terms.tcss"
    BINDINGS = [
        Binding("escape", "cancel", show=False, priority=True),
        Binding("ctrl+s", "keep", show=False, priority=True),
    ]

    def __init__(self, session: Session, heading: str, card: str, held: Trial | None, today: dt.date) -> None:
        super().__init__()
        self._session = session
        self._language = session.language
        self._heading = heading
        self._today = today
        self._key = f"trial:{card}"
        terms = held or Trial()
        until = terms.until.strftime("%d/%m/%Y") if terms.until else ""
        self._begun = (terms.watch, until, terms.stop_if)
        kept = next((draft for draft in session.drafts.all() if draft.key == self._key), None)
        self._lines = (kept.title, *(kept.body + "\n").split("\n")[:2]) if kept else self._begun

    def compose(self) -> ComposeResult:
        """What, until when, stop if."""
        say, (watch, until, stop) = self._language.say, self._lines
        with Vertical(id="box"):
            yield Static(Content(self._heading), id="heading")
            yield Static(Content(say("We watch")))
            yield LineInput(watch, id="watch")
            yield Static(Content(say("Until (30/6, or: 6 weeks)")))
            yield LineInput(until, id="until", longest=40)
            yield Static(Content(say("We stop if")))
            yield LineInput(stop, id="stop")
            yield Static(id="says")
            keys = ((say("Enter next"), ""), (say("Ctrl+S keep"), "keep"), (say("Esc leave as a draft"), "cancel"))
            yield Static(clickable(*keys), id="keys")

    def on_line_input_submitted(self, event: LineInput.Submitted) -> None:
        """On to the next line; the last one keeps them all."""
        event.stop()
        if event.line.id == "stop":
            self.action_keep()
        elif event.line.id != "until" or self._until_is_sound():
            self.focus_next()

    def on_line_input_changed(self, event: LineInput.Changed) -> None:
        """Keep what is typed as a draft."""
        event.stop()
        watch, until, stop = typed = tuple(self.query_one(f"#{name}", LineInput).value for name in _FIELDS)
        with contextlib.suppress(Refused):  # it is still on the screen; only its safety copy is missing
            if typed == self._begun:
                self._session.drafts.drop(self._key)
            else:
                person = self._session.voice.person
                draft = Draft(self._key, "line", "", watch, f"{until}\n{stop}", (), person, None, utc_now())
                self._session.drafts.keep(draft)

    def _until_is_sound(self) -> bool:
        typed = self.query_one("#until", LineInput).value
        sound = not clean_line(typed) or day_from(typed, self._today) is not None
        says = "" if sound else self._language.say("That is no day: write 30/6, or 6 weeks.")
        self.query_one("#says", Static).update(Content(says))
        return sound

    def action_keep(self) -> None:
        """Keep the terms, if the day is one."""
        if not self._until_is_sound():
            self.query_one("#until", LineInput).focus()
            return
        until = day_from(self.query_one("#until", LineInput).value, self._today)
        watch = clean_line(self.query_one("#watch", LineInput).value)
        self.dismiss(Trial(watch, until, clean_line(self.query_one("#stop", LineInput).value)))

    def action_cancel(self) -> None:
        """Leave the terms as they are."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click beside the box leaves them too."""
        if event.widget is self:
            self.dismiss(None)
