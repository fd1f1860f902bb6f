"""Taking a file in, from the board: all of it as one change, or what is picked from a text."""

from __future__ import annotations

import asyncio
import os
import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from storage import Board, Refused, changes
from storage.card import Kind
from storage.changes import Change
from storage.opening import journal_path

from ..dropped import file_dropped
from ..session import Session
from .card_commands import Make
from .moving_commands import MovingCommands

if TYPE_CHECKING:
    from storage.imports import Found

    from ..incoming import FileRead
    from .brief import Picked
    from .taking_in import TakeIn


class ImportingCommands(MovingCommands):
    """The command that takes a file in, and what dropping one onto the board does."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._file: Path | None = None
        """The file that was taken in last; there may be more to pick from it."""

    async def do_import(self) -> None:
        """Choose a file, look at what it would bring, and take it in."""
        if self.session.remote:
            say = self.session.language.say
            self.tell(say("Files are where the board is hosted. From here, paste the text: it offers its lines."))
            return
        from .file_choice import FileChoice

        path = await self.app.push_screen_wait(FileChoice(self.session, self._file))
        if path is not None:
            await self.take_in(path)

    async def take_in(self, path: Path) -> None:
        """Read a file and offer what is in it. Nothing is added without a yes."""
        from .reading import Reading

        read = await self.app.push_screen_wait(Reading(self.session, path))
        if isinstance(read, Refused):
            self.tell(self.refusal(self._fitting(read, path)), "alert")
        elif isinstance(read, Exception):
            raise ValueError("a file could not be read") from read
        elif read is not None:
            self._file = path
            await self._offer(read)

    def _fitting(self, refused: Refused, path: Path) -> Refused:
        """A refusal with the advice that fits here, where one board is open and another is not opened."""
        if refused.code != "is-a-board":
            return refused
        here = self.session.store.path
        own = (here, journal_path(here)) if here is not None else ()
        if os.path.realpath(path) in map(os.path.realpath, own):
            return Refused("is-this-board")
        return Refused("is-another-board", path=_as_typed(path), key=self.key("leave"))

    async def took_in_paste(self, text: str) -> bool:
        """Whether a pasted text was a file that somebody dropped here, or a brief: then what is in it was offered."""
        from ..incoming import brief_of

        path = None if self.session.remote else await asyncio.to_thread(file_dropped, text)
        if path is not None:
            await self.take_in(path)
            return True
        brief = await asyncio.to_thread(brief_of, text)
        if brief is None:
            return False
        from .brief import BriefPicker, Picked, TakeWhole

        name = self.session.language.say("the pasted text")
        picked = await self.app.push_screen_wait(BriefPicker(self.session, name, brief, may_take_whole=True))
        if isinstance(picked, Picked):
            await self._add_picked(picked)
        return not isinstance(picked, TakeWhole)

    async def _offer(self, read: FileRead) -> None:
        """A brief to pick from, or all of it; whoever sees it otherwise can change to the other."""
        from .brief import BriefPicker, Picked
        from .taking_in import PickFrom, TakeIn, TakingIn

        picking = read.is_brief
        while True:
            if read.brief is not None and (picking or read.found is None):
                picked = await self.app.push_screen_wait(
                    BriefPicker(self.session, read.name, read.brief, may_take_whole=read.found is not None)
                )
                if picked is None:
                    return
                if isinstance(picked, Picked):
                    await self._add_picked(picked)
                    return
                picking = False
            elif read.found is not None:
                taken = await self.app.push_screen_wait(
                    TakingIn(self.session, read.name, read.found, may_pick=read.brief is not None)
                )
                if taken is None:
                    return
                if isinstance(taken, TakeIn):
                    await self._take_all(taken)
                    return
                assert isinstance(taken, PickFrom)
                picking = True

    async def _take_all(self, taken: TakeIn) -> None:
        language = self.session.language
        # A large one takes its time on the disk; the board can be used meanwhile.
        self.tell(language.count("Taking in {n} card …", "Taking in {n} cards …", taken.cards))
        await self._take(partial(_planned, found=taken.found, others=taken.others), taken.person)

    async def _add_picked(self, picked: Picked) -> None:
        added = tuple(
            changes.AddCard(offer.kind, offer.title, offer.body, theme=offer.theme) for offer in picked.offers
        )
        change: Change = added[0] if len(added) == 1 else changes.Together(added, "add-cards")
        await self._take(lambda _: change, picked.person)

    async def _take(self, make: Make, person: str) -> None:
        if await self.commit(make, person=person) is None:
            return
        language, added = self.session.language, self.touched_last()
        self.show_board(go_to=next(iter(added), None))
        words = language.count(
            "{n} card taken in; {key} takes it back.",
            "{n} cards taken in; {key} takes them back.",
            len(added),
            key=self.key("undo"),
        )
        self.tell(words, "good")


def _as_typed(path: Path) -> str:
    """A path as it is typed in a terminal, whatever folder one is in there."""
    home = Path.home()
    return f"~/{shlex.quote(str(path.relative_to(home)))}" if path.is_relative_to(home) else shlex.quote(str(path))


def _planned(board: Board, *, found: Found, others: Kind) -> Change:
    """What taking it in does to the board as it is when its turn comes."""
    from storage.exports import document_language
    from storage.imports import plan

    return plan(found, board, document_language(board.lang), others=others).change
