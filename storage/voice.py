"""A voice: whose word a change is, and the one way in which anything is committed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from .acts import Record
from .board import Board
from .changes import Change, TakeBack
from .refusal import Refused
from .store import Sitting, Store


class Voice:
    """The voice of one session.

    ``person`` is who is speaking, ``typed_by`` who sits at the keyboard. At ``one_screen`` the word can be handed
    over, and both can agree in one step; elsewhere the person stays. Without ``may_edit`` everything is refused.
    ``elsewhere`` are the people who sit at a screen of their own meanwhile, and speak for themselves there.
    """

    def __init__(
        self,
        store: Store,
        person: str,
        session: str,
        *,
        typed_by: str = "",
        one_screen: bool = True,
        may_edit: bool = True,
    ) -> None:
        self.store = store
        self.session = session
        self.typed_by = typed_by or person
        self.elsewhere: frozenset[str] = frozenset()
        self.may_edit = may_edit
        self._one_screen = one_screen
        self._person = person
        self._done: list[Record] = []
        self._undone: list[Record] = []

    @property
    def person(self) -> str:
        """The id of the person whose word it is."""
        return self._person

    @property
    def one_screen(self) -> bool:
        """Whether both parties sit at this screen: nobody of the other one has a screen of their own."""
        board = self.store.board
        own = board.party_of(self._person)
        return self._one_screen and all(board.party_of(person) == own for person in self.elsewhere)

    def may_speak(self, person: str) -> bool:
        """Whether this person's word can be given here."""
        return person == self._person or (self._one_screen and person not in self.elsewhere)

    def hand_over(self, person: str) -> None:
        """Let somebody else speak; only somebody who sits at this screen."""
        if not self.may_edit:
            raise Refused("view-only")
        if person not in self.store.board.people:
            raise Refused("no-such-person", person=person)
        self._check_speaker(person)
        self._person = person

    def _check_speaker(self, person: str) -> None:
        if not self.may_speak(person):
            if self._one_screen:
                raise Refused("speaks-elsewhere", name=self.store.board.name_of(person))
            raise Refused("voice-is-fixed")

    def commit(self, change: Change, *, person: str | None = None, undoable: bool = True) -> Future[Board]:
        """Make a change. The future has the board, or raises :class:`Refused`; ``person`` speaks this once.

        What is not ``undoable`` was not typed by anybody: an undo goes past it.
        """
        return self._send(lambda: change, self._did if undoable else _nothing, person)

    def commit_by(self, make: Callable[[Board], Change | None], *, person: str | None = None) -> Future[Board | None]:
        """Make a change that is worked out on the board as it is when its turn comes, so that two quick keys add up.

        ``make`` is called on the writer thread; the future has nothing where it gives none.
        """
        wanted: list[Change] = []

        def change() -> Change | None:
            wanted.extend(filter(None, [make(self.store.board)]))
            return wanted[0] if wanted else None

        made = self._send(change, self._did, person)
        result: Future[Board | None] = Future()

        def finish(done: Future[Board]) -> None:
            if error := done.exception():
                result.set_exception(error)
            else:
                result.set_result(done.result() if wanted else None)

        made.add_done_callback(finish)
        return result

    def commit_now(self, change: Change, *, person: str | None = None) -> Board:
        """Make a change and wait for it."""
        return self.commit(change, person=person).result()

    def undo(self, *, sure: bool = False) -> Future[Board]:
        """Take back the last change that was typed here, what is still being made included."""

        def last() -> Change:
            if not self._done:
                raise Refused("nothing-to-undo")
            return TakeBack(self._done[-1], sure=sure)

        return self._send(last, self._undid, None)

    def redo(self, *, sure: bool = False) -> Future[Board]:
        """Make the change again that was last taken back here."""

        def last() -> Change:
            if not self._undone:
                raise Refused("nothing-to-redo")
            return TakeBack(self._undone[-1], again=True, sure=sure)

        return self._send(last, self._redid, None)

    def _send(
        self, change: Callable[[], Change | None], then: Callable[[Record], None], person: str | None
    ) -> Future[Board]:
        """Have a change made on the writer thread, where it is also decided what an undo takes back."""
        if not self.may_edit:
            return _refusal(Refused("view-only"))
        speaker = person or self._person
        try:
            if speaker not in self.store.board.people:
                raise Refused("no-such-person", person=speaker)
            self._check_speaker(speaker)
        except Refused as refused:
            return _refusal(refused)
        sitting = Sitting(speaker, self.session, self.typed_by, self.one_screen)

        def work() -> Board:
            made = change()
            record = self.store.commit(made, sitting) if made is not None else None
            if record is not None:
                then(record)
            return self.store.board

        try:
            return self.store.on_writer(work)
        except RuntimeError:  # the writer has been shut down
            return _refusal(Refused("closed"))

    def _did(self, record: Record) -> None:
        self._done.append(record)
        self._undone.clear()

    def _undid(self, record: Record) -> None:
        self._done.pop()
        self._undone.append(record)

    def _redid(self, record: Record) -> None:
        self._undone.pop()
        self._done.append(record)


def _nothing(_: Record) -> None:
    """Nothing is remembered of a change that nobody typed."""


def _refusal(refused: Refused) -> Future[Board]:
    future: Future[Board] = Future()
    future.set_exception(refused)
    return future
