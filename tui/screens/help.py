"""All keys. Each line can be chosen with Enter or the mouse, and does what it says."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ..cells import fill, hanging
from ..commands import COMMANDS, GROUPS, key_words, keys_of
from ..session import Session
from ..widgets.clickable import clickable
from ..widgets.row_list import RowList
from .leaving import LeftOnce

_KEY_CELLS = 20


class HelpScreen(ModalScreen[str | None], LeftOnce[str | None]):
    """The commands by group, with their keys; gives the id of the one that was chosen."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "OptionList"
    BINDINGS = [Binding("escape,q,Q,question_mark,f1", "cancel", show=False)]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        """A heading, the list, and how to get out."""
        say = self._session.language.say
        with Vertical(id="box"):
            yield Static(Content(say("All keys")), id="heading")
            yield RowList(id="commands", compact=True)
            yield Static(clickable((say("Arrows choose · Enter does it"), ""), (say("Esc back"), "cancel")), id="keys")

    def on_resize(self) -> None:
        """Fill the list, for the width that there is."""
        commands = self.query_one("#commands", OptionList)
        at = commands.highlighted
        commands.clear_options()
        commands.add_options(self._lines(min(self.size.width, 96) - 6))
        commands.highlighted = at if at is not None else 3

    def _lines(self, width: int) -> list[Option]:
        """The headings and the commands, wrapped within so many cells."""
        language = self._session.language
        say = language.say
        options: list[Option] = []
        for group, heading in GROUPS.items():
            options.append(Option(Content.styled(say(heading), "bold underline"), disabled=True))
            if group == "look":
                options += [self._plain(*line, width) for line in self._signs()]
            for command in COMMANDS:
                if command.group == group:
                    keys = " ".join(key_words(key, language) for key in keys_of(command, self._session.keymap)[:2])
                    line = Content.assemble(
                        ("  " + fill(keys, _KEY_CELLS), "bold"), hanging(say(command.long), width, _KEY_CELLS + 2)
                    )
                    options.append(Option(line, id=command.id))
        return options

    def _signs(self) -> list[tuple[str, str]]:
        """What is no command: the arrows, and the signs on the board."""
        say, glyphs = self._session.language.say, self._session.glyphs
        opinions = f"{glyphs.plus} {glyphs.concern} {glyphs.minus} {glyphs.none}"
        kinds = f"{glyphs.question} {glyphs.answer} {glyphs.proposal} {glyphs.agreed} {glyphs.trial}"
        return [
            (say("Arrows"), say("Move the cursor from card to card")),
            (say("Shift+arrows"), say("Move the card itself")),
            (kinds, say("question, answer, proposal, agreed, trial")),
            (opinions, say("agrees, agrees with a concern, disagrees, has not spoken")),
        ]

    def _plain(self, keys: str, words: str, width: int) -> Option:
        text = hanging(words, width, _KEY_CELLS + 2)
        return Option(Content.assemble(("  " + fill(keys, _KEY_CELLS), "bold"), text), disabled=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do that."""
        event.stop()
        self.dismiss(event.option_id)

    def action_cancel(self) -> None:
        """Back to the board."""
        self.dismiss(None)
