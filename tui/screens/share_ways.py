"""The ways out of the share screen: the clipboard, a file, the browser; each says truly what became of it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from textual import work

from storage import Refused
from storage.exports import ENDINGS, WHOLE, Form, Subject
from storage.files import refused_for
from storage.private import write_private
from storage.recent import state_folder
from storage.shared import Route, Shared, Sharing
from storage.store import utc_now
from storage.text import clean_line

from .. import browser, clipboard
from ..clipboard_rich import copy_rich
from ..refusals import sentence
from ..session import Session
from ..terminal_out import to_terminal
from .asking import Ask, Choice, Choose
from .leaving import LeftOnce
from .plain import PlainScreen
from .share_choices import SHAPE, Shape, file_name
from .share_making import Made, Maker, Wanted
from .welcome import file_stem

_PAGE = "shared.html"
_ROUTES: dict[clipboard.Route, Route] = {
    "desktop": "copied",
    "tmux": "sent-to-terminal",
    "terminal": "sent-to-terminal",
}


class WaysOut(LeftOnce[str | None]):
    """A screen that takes what is :attr:`wanted` out of the board."""

    def __init__(self, session: Session, subject: Subject) -> None:
        super().__init__()
        self.session = session
        self.wanted = Wanted(subject)
        self.maker = Maker(session.store)
        self.shared = _shared(session)

    def tell(self, words: str, *, alert: bool = False, keep: bool = True) -> None:
        """Say what happened; what is kept is said on the board as well."""
        raise NotImplementedError

    def last_sharing(self, about: Subject) -> Sharing | None:
        """The last time that something was shared: the same trail, or, for all else, anything but a trail."""
        trail = about.card
        return next((s for s in self.shared.all() if s.subject.card == trail), None) if self.shared else None

    def _went(self, made: Made, wanted: Wanted, form: Form, route: Route | None, where: str = "") -> None:
        """Keep which way it went. What is for another program has not been shared with anybody."""
        if self.shared is not None and route is not None and form not in WHOLE:
            name = self.session.store.board.name_of(self.session.voice.person)
            sharing = Sharing(utc_now(), made.seq, made.digest, wanted.subject, form, route, name, where)
            self.shared.add(sharing)

    # The clipboard

    @work(exclusive=True, group="out")
    async def copy(self, shape: Shape) -> None:
        """Copy it in a form, and say truly what became of it."""
        session, say, wanted = self.session, self.session.language.say, self.wanted
        try:
            made = await asyncio.to_thread(self.maker.made, wanted, "text" if shape.rich else shape.copied)
            rich = await asyncio.to_thread(self.maker.fragment, wanted) if shape.rich and not session.remote else ""
        except Refused as refused:
            self.tell(sentence(refused, session.language), alert=True)
            return
        call = partial(copy_rich, made.text, rich) if rich else partial(clipboard.copy, made.text)
        write = partial(to_terminal, self.app)

        def copying() -> clipboard.Outcome:
            outcome = call(
                environ=session.environ,
                write=write,
                remote=session.remote,
                fallback_dir=state_folder(session.environ),
            )
            # At once, on the same thread: the screen may have been left meanwhile, and it was shared all the same.
            self._went(made, wanted, shape.copied, _ROUTES.get(outcome.route))
            return outcome

        # A guest's terminal is written to by the loop alone; here programs are asked, which takes its time.
        outcome = copying() if session.remote else await asyncio.to_thread(copying)
        named = shape if shape.rich else SHAPE[shape.copied]
        words = f"{say(named.words)} {session.glyphs.dot} {clipboard.sentence(outcome, session.language)}"
        self.tell(words)
        if outcome.wants_screen and not self.is_left:
            await self.app.push_screen_wait(PlainScreen(session, made.text, words))

    # A file

    @work(exclusive=True, group="out")
    async def save(self) -> None:
        """Ask for a name and write the file; what is there already is replaced only after a yes."""
        session, say, wanted = self.session, self.session.language.say, self.wanted
        if session.remote:
            self._tell_guest(wanted)
            return
        folder, name, words = session.downloads, self._file_name(wanted), ""
        suggested = name
        endings = ", ".join(_shown_endings())
        note = say("In {folder}. The ending says the form: {endings}.", folder=folder, endings=endings)
        while True:
            asked = await self.app.push_screen_wait(
                Ask(
                    session,
                    say("Save under which name?"),
                    f"save:{wanted.about.kind}:{wanted.shape.saved}",
                    note=f"{words}\n{note}" if words else note,
                    value=name,
                )
            )
            if not asked:
                return
            name, path = asked, _path_for(asked, folder, suggested)
            if os.path.isfile(path) and not await self._may_replace(path):
                continue
            form = _form_for(path, wanted.shape)
            try:
                await asyncio.to_thread(self._write, path, wanted, form)
            except Refused as refused:
                words = sentence(refused, session.language)
                continue
            self.tell(say("Saved: {path}", path=clean_line(str(path))))
            return

    def _file_name(self, wanted: Wanted) -> str:
        store = self.session.store
        stem = file_stem(store.board.title) if store.path is None or self.session.demo else clean_line(store.path.stem)
        return file_name(stem, wanted.about, wanted.shape, store.board.lang)

    async def _may_replace(self, path: Path) -> bool:
        say = self.session.language.say
        choices = [Choice("no", say("Choose another name")), Choice("yes", say("Replace it"))]
        heading = say("{name} is there already.", name=clean_line(path.name))
        note = clean_line(str(path.parent))
        return await self.app.push_screen_wait(Choose(self.session.language, heading, choices, note=note)) == "yes"

    def _write(self, path: Path, wanted: Wanted, form: Form) -> None:
        from ..commandline.share import write_out

        made = self.maker.made(wanted, form)
        write_out(path, made.text, self.session.store.path or Path("memory"))
        self._went(made, wanted, form, "saved", str(path))

    def _tell_guest(self, wanted: Wanted) -> None:
        """What a guest does in place of saving: the host gives the document to whoever asks for it over SSH."""
        self.tell(
            self.session.language.say(
                "Files would be saved where the board is hosted. To have one on your own computer, type there the line "
                "that brought you here, followed by: {command}",
                command=f"export{_option(wanted)} --as {wanted.shape.saved} > {self._file_name(wanted)}",
            ),
            keep=False,
        )

    # The browser

    @work(exclusive=True, group="out")
    async def browse(self) -> None:
        """Show it in the browser, from where it can be copied with its headings, or printed."""
        session, wanted = self.session, self.wanted
        if session.remote:
            self._tell_guest(replace(wanted, shape=SHAPE["html"]))
            return
        try:
            await asyncio.to_thread(self._open, state_folder(session.environ) / _PAGE, wanted)
        except Refused as refused:
            self.tell(sentence(refused, session.language), alert=True)
            return
        self.tell(
            session.language.say(
                "Given to the browser. There, select all and copy: pasted into an e-mail, it keeps its headings."
            )
        )

    def _open(self, path: Path, wanted: Wanted) -> None:
        made = self.maker.made(wanted, "html")
        _keep_page(path, made.text)
        browser.open_in_browser(path, self.session.environ, remote=False)
        self._went(made, wanted, "html", "opened")


def _shared(session: Session) -> Shared | None:
    """What this account has shared; nothing for a guest, whose account is elsewhere."""
    if session.remote:
        return None
    path = session.store.path
    # What was shared of the demo is thrown away with it.
    folder = path.parent if session.demo and path is not None else state_folder(session.environ)
    return Shared(folder / "shared", path or Path("memory"))


def _keep_page(path: Path, page: str) -> None:
    """Write the page for the browser where only its owner reads it. :class:`Refused` where it cannot be."""
    try:
        write_private(path, page)
    except OSError as error:
        raise refused_for(error, path) from error


def _form_for(path: Path, shape: Shape) -> Form:
    """The form that a file's ending asks for; where several have it, the one that is shown."""
    ending = path.suffix.lower()
    return shape.saved if ending == shape.ending else ENDINGS[ending]


def _option(wanted: Wanted) -> str:
    """What the command line calls what is wanted; nothing for the strategy."""
    subject = wanted.subject
    options = {"board": " --board", "trail": f" --trail {subject.card}", "since": f" --since {subject.seq}"}
    return options.get(subject.kind, "")


def _shown_endings() -> list[str]:
    """One ending for each form: the first that it has."""
    shown: dict[Form, str] = {}
    for ending, form in ENDINGS.items():
        shown.setdefault(form, ending)
    return list(shown.values())


def _path_for(typed: str, folder: Path, name: str) -> Path:
    """Where a file goes that somebody named: beside the board, unless a folder was named; in the form of ``name``,
    unless the ending says another.
    """
    path = folder / os.path.expanduser(typed)
    # Not the methods of Path: they raise where a name is too long or is none.
    if os.path.isdir(path):
        return path / name
    return path if path.suffix.lower() in ENDINGS else path.with_name(path.name + Path(name).suffix)
