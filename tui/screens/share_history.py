"""What was shared when: a line about the last time, and the list of all times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from storage import Language
from storage.exports import Subject
from storage.language import later
from storage.shared import Route, Sharing

from ..cells import fill, hanging
from ..session import Session
from ..themes import FAINT
from ..widgets.clickable import clickable
from ..widgets.row_list import RowList
from ..words import short_date
from .leaving import LeftOnce
from .share_choices import form_words, subject_words

_WHEN_CELLS = 15

_NARROW = 40
"""Cells below which there is no room for a column of times."""

_ROUTES: dict[Route, str] = {
    "copied": later("copied"),
    "sent-to-terminal": later("copied by way of the terminal"),
    "saved": later("saved"),
    "opened": later("opened in the browser"),
    "piped": later("on the command line"),
}


def since(sharing: Sharing) -> Subject:
    """What changed since something was shared."""
    return Subject("since", seq=sharing.seq, day=sharing.time.astimezone().date())


def moment_words(language: Language, time: dt.datetime) -> str:
    """A day and a time of day: "12 May, 14:03"."""
    at = time.astimezone()
    return language.say("{date}, {time}", date=short_date(language, at.date()), time=f"{at:%H:%M}")


def last_words(language: Language, last: Sharing | None, changes: int, dot: str) -> str:
    """When something was shared last, by whom and how, and how many changes there were since."""
    say = language.say
    if last is None:
        return say("Not shared from here yet.")
    facts = {"when": moment_words(language, last.time), "form": form_words(language, last), "name": last.name}
    words = say("Shared {when}, by {name}, {form}", **facts) if last.name else say("Shared {when}, {form}", **facts)
    news = language.count("{n} change since", "{n} changes since", changes) if changes else say("nothing since")
    return f"{words} {dot} {news}"


class SharesScreen(LeftOnce[Sharing | None]):
    """All times, one on a line, newest first. Dismissed with the one since which the changes are wanted."""

    CSS_PATH = "share_history.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS = [Binding("escape,q,Q,h,H", "back", show=False)]

    def __init__(self, session: Session, sharings: Sequence[Sharing]) -> None:
        super().__init__()
        self._session = session
        self._sharings = sharings

    def compose(self) -> ComposeResult:
        """A heading, the times, the way back."""
        say = self._session.language.say
        yield Static(Content(say("What was shared from here, newest first")), id="heading")
        yield RowList(id="times", compact=True)
        choose = [(say("Enter what changed since then"), "choose")] if self._sharings else []
        yield Static(clickable(*choose, (say("Esc back"), "back")), id="keys")

    def on_mount(self) -> None:
        """Show them."""
        times = self.query_one("#times", OptionList)
        times.add_options([Option(self._line(sharing)) for sharing in self._sharings])
        if not self._sharings:
            words = self._session.language.say(
                "Nothing yet. What is copied, saved or opened in the browser is noted here."
            )
            times.add_option(Option(Content.styled(words, "$muted"), disabled=True))
        times.highlighted = 0 if self._sharings else None

    def _line(self, sharing: Sharing) -> Content:
        language, at = self._session.language, sharing.time.astimezone()
        when = f"{short_date(language, at.date())} {at:%H:%M}"
        what = [
            subject_words(language, sharing.subject),
            form_words(language, sharing),
            language.say(_ROUTES[sharing.route]),
        ]
        words = f" {self._session.glyphs.dot} ".join(filter(None, [", ".join(what), sharing.name, sharing.where]))
        room = self.size.width - 5
        if room < _NARROW:  # below each other
            return Content.assemble((f"{when}\n  ", FAINT), hanging(words, max(6, room), 2))
        return Content.assemble((fill(when, _WHEN_CELLS), FAINT), hanging(words, room, _WHEN_CELLS))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """That one."""
        event.stop()
        self.dismiss(self._sharings[event.option_index])

    def action_choose(self) -> None:
        """The one under the cursor."""
        self.query_one("#times", OptionList).action_select()

    def action_back(self) -> None:
        """Back to the preview."""
        self.dismiss(None)
