"""Looking whether the files of a board are sound, and mending them: nothing is thrown away, and all is said."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

from . import checkpoint as cp
from .acts import BadAct, Record, apply
from .board import Board
from .files import name_apart, refused_for
from .journal import FORMAT, Damaged, FileJournal, Head, Position, decode, digest_of, next_line
from .opening import (
    belong_together,
    board_path,
    journal_path,
    locked_if_free,
    nothing_sound,
    read_checkpoint,
    set_checkpoint_apart,
)
from .refusal import Refused


@dataclass(frozen=True)
class Finding:
    """What is wrong with the files of a board, or was done about it: a code and facts, as in a notice.

    Wrong: ``journal-missing``, ``journal-damaged``, ``journal-torn`` (its last line), ``journal-short`` (it ends
    before its checkpoint), ``checkpoint-missing``, ``checkpoint-damaged``, ``checkpoint-differs`` (from what the
    journal gives). Done: ``journal-lost`` (begun again), ``journal-set-apart``, ``torn-line``, ``line-completed``,
    ``history-lost`` (the board has these changes, the journal tells of them no longer), ``changes-lost`` and
    ``checkpoint-rebuilt``.
    """

    code: str
    facts: dict[str, object] = field(default_factory=dict)


def check(path: Path) -> list[Finding]:
    """Read the whole journal and the checkpoint, and say what is wrong, with its line, change and byte.

    Nothing where all is sound. :class:`Refused` where there is no board, it may not be read or is of a later version.
    """
    path = board_path(Path(path))
    held, refusal = read_checkpoint(path)
    try:
        journal = FileJournal(journal_path(path))
    except Refused as refused:
        if refused.code != "no-such-file" or held is None:
            raise (refusal or refused) from refused
        return [Finding("journal-missing", {"path": str(journal_path(path))})]
    with contextlib.closing(journal):
        survey = _Survey(journal, held)
        survey.walk()
        # Read again is only what was appended meanwhile, or all of it where somebody was mending the last line.
        with locked_if_free(journal) as locked:
            if survey.damaged:
                survey = _Survey(journal, held)
            survey.walk()
            if not survey.runs and held is None:
                _refuse_foreign(nothing_sound(path, journal))
            if held is not None and survey.runs and not belong_together(held.board, survey.runs[0].board):
                return [Finding("foreign-journal", {"path": str(path)})]
            return [*survey.findings(torn=locked), *_about_checkpoint(path, survey, refusal)]


def _refuse_foreign(refused: Refused) -> None:
    """What never was a board has nothing that could be mended."""
    if refused.code != "nothing-sound":
        raise refused


def _about_checkpoint(path: Path, survey: _Survey, refusal: Refused | None) -> list[Finding]:
    if refusal is not None:
        facts: dict[str, object] = {"path": str(path)}
        missing = refusal.code == "no-such-file"
        return [Finding("checkpoint-missing", facts) if missing else Finding("checkpoint-damaged", facts)]
    if survey.differs:
        assert survey.held is not None
        return [Finding("checkpoint-differs", {"path": str(path), "seq": survey.held.position.seq})]
    return []


def repair(path: Path) -> list[Finding]:
    """Mend what :func:`check` finds, and say what was done. The board can be changed afterwards.

    What is damaged is set apart beside the journal. :class:`Refused` where nothing is sound, or it may not be written.
    """
    path = board_path(Path(path))
    held, refusal = read_checkpoint(path)
    try:
        journal = FileJournal(journal_path(path), create=held is not None and not journal_path(path).exists())
    except Refused as refused:
        raise (refusal if refused.code == "no-such-file" and refusal else refused) from refused
    with contextlib.closing(journal), journal.locked():
        if not journal.writable:
            raise Refused("not-allowed", path=str(journal.path), reason=os.strerror(errno.EACCES))
        try:
            return _Repair(path, journal).done()
        except OSError as error:
            raise refused_for(error, path) from error


@dataclass(eq=False)
class _Run:
    """A stretch of the journal of which each line follows: the board it begins with, and the one it leads to.

    ``records`` are only kept where they have to be written once more.
    """

    start: Board
    board: Board
    position: Position
    records: list[Record] | None = None


class _Survey:
    """What a journal has, read to the end whatever is wrong in between.

    ``runs`` are the stretches that give a board: the first from the first line on if that is sound, others from where
    a line carries a whole board, or the checkpoint stands for one.
    """

    def __init__(self, journal: FileJournal, held: cp.Checkpoint | None) -> None:
        self.journal = journal
        self.held = held
        self.runs: list[_Run] = []
        self.damaged: list[Finding] = []
        self.position = Position()
        self.lines = 0
        self.sound_end = Position()
        self.sound_lines = 0
        self._meets = False
        self._same = False
        self._run: _Run | None = None
        self._follows = True

    def walk(self) -> None:
        """Read on to the last whole line."""
        for data in self.journal.lines_from(self.position.offset):
            self.lines += 1
            self._take(data)
            self._meet(data)
            if not self.damaged:
                self.sound_end, self.sound_lines = self.position, self.lines

    def _take(self, data: bytes) -> None:
        before = self.position
        end = before.offset + len(data) + 1
        try:
            if self._follows:
                line, self.position = next_line(data, before)
            else:  # after a damaged line only the digest that it carries is known
                line, digest = decode(data, before.digest)
                self.position = Position(end, before.offset, line.seq, digest)
            self._apply(line)
        except (Damaged, BadAct, ValueError) as error:
            if self._follows or isinstance(error, BadAct):
                self.damaged.append(Finding("journal-damaged", self._place(self.lines, before)))
            self.position = Position(end, before.offset, before.seq + 1, digest_of(data) or "")
            self._run = None
            self._follows = False
        else:
            self._follows = True

    def _apply(self, line: Head | Record) -> None:
        if isinstance(line, Head):
            if line.accord > FORMAT:
                raise Refused("later-version", path=str(self.journal.path), version=line.accord, known=FORMAT)
            if self._run is None or self.damaged:
                self._begin(line.board)
            self._go_on(line.board)
        elif self._run is not None:
            self._go_on(apply(self._run.board, line.acts, line.seq))
            if self._run.records is not None:
                self._run.records.append(line)
        elif not self.damaged:
            raise BadAct("a change before any board")

    def _begin(self, board: Board) -> None:
        self._run = _Run(board, board, self.position, [] if self.damaged else None)
        self.runs.append(self._run)

    def _go_on(self, board: Board) -> None:
        assert self._run is not None
        self._run.board, self._run.position = board, self.position

    def _meet(self, data: bytes) -> None:
        """Compare with the checkpoint, or go on from it, where the journal has the line that it stands for.

        A line that is damaged down to its digest is known by its place: whether it was that line, the next one shows.
        """
        held = self.held
        if held is None:
            return
        place = self.position.offset == held.position.offset and self._run is None
        if not place and digest_of(data) != held.position.digest:
            return
        self._meets = True
        if self._run is not None:
            self._same = self._run.board == held.board
        else:
            self.position = self.position._replace(seq=held.position.seq, digest=held.position.digest)
            self._follows = True
            self._begin(held.board)

    def lines_after(self, run: _Run) -> int:
        """How many lines come after a stretch, or after the checkpoint where the journal has no such line."""
        if run in self.runs:
            return sum(1 for _ in self.journal.lines_from(run.position.offset))
        return max(0, self.position.seq - run.position.seq)

    @property
    def differs(self) -> bool:
        """Whether the checkpoint is not the board that the journal gives at that change."""
        if self.held is None or self.short:
            return False
        return not self._same if self._meets and self._reached else not self._meets and not self.damaged

    @property
    def _reached(self) -> bool:
        """Whether the journal is sound up to where the checkpoint stands."""
        assert self.held is not None
        return self.held.position.offset <= self.sound_end.offset

    @property
    def short(self) -> bool:
        """Whether the journal is sound, but ends before its checkpoint."""
        return self.held is not None and not self.damaged and self.held.position.seq > self.position.seq

    def findings(self, *, torn: bool) -> list[Finding]:
        """What is wrong with the journal; ``torn`` says that nobody is writing its last line."""
        if self.held is not None and self.journal.size() == 0:
            return [Finding("journal-missing", {"path": str(self.journal.path)})]
        found = list(self.damaged)
        if torn and (tail := self.journal.tail(self.position.offset)):
            facts = self._place(self.lines + 1, self.position) | {"bytes": len(tail)}
            found.append(Finding("journal-torn", facts))
        if self.short:
            assert self.held is not None
            facts = self._place(self.lines + 1, self.position) | {"checkpoint": self.held.position.seq}
            found.append(Finding("journal-short", facts))
        return found

    def _place(self, line: int, before: Position) -> dict[str, object]:
        return {"path": str(self.journal.path), "line": line, "seq": before.seq + 1, "offset": before.offset}


class _Repair:
    """Mending one board, while its journal is locked."""

    def __init__(self, path: Path, journal: FileJournal) -> None:
        self._path = path
        self._journal = journal
        self._now = dt.datetime.now(dt.UTC)
        self._done: list[Finding] = []

    def done(self) -> list[Finding]:
        """Do it, and say what was done."""
        held, refusal = read_checkpoint(self._path)
        survey = _Survey(self._journal, held)
        survey.walk()
        if not survey.runs and held is None:
            raise nothing_sound(self._path, self._journal)
        if held is not None and survey.runs and not belong_together(held.board, survey.runs[0].board):
            raise Refused("foreign-journal", path=str(self._path))
        if not survey.damaged:
            self._settle_tail(survey)
        if held is not None and not survey.lines:
            self._begin_again(held.board)
            return self._done
        best = self._best(survey)
        position = best.position
        if survey.damaged or best.position != survey.position:
            position = self._cut(survey, best)
        if self._done or refusal is not None or survey.differs:
            self._save(best.board, position, apart=refusal is not None or survey.differs)
        return self._done

    def _settle_tail(self, survey: _Survey) -> None:
        if not self._journal.tail(survey.position.offset):
            return
        if torn := self._journal.settle_tail(survey.position):
            self._done.append(Finding("torn-line", {"path": str(self._path), "bytes": len(torn)}))
        else:
            survey.walk()
            facts = {"path": str(self._journal.path), "line": survey.lines, "seq": survey.position.seq}
            self._done.append(Finding("line-completed", facts))

    def _begin_again(self, board: Board) -> None:
        position = self._journal.append(Head(FORMAT, board), Position())
        self._done.append(Finding("journal-lost", {"path": str(self._journal.path)}))
        self._save(board, position, apart=False)

    def _best(self, survey: _Survey) -> _Run:
        """What leads furthest: a stretch of the journal, or the checkpoint alone."""
        best = max(survey.runs, key=lambda run: run.position.seq, default=None)
        held = survey.held
        if held is not None and (best is None or held.position.seq > best.position.seq):
            return _Run(held.board, held.board, held.position, [])
        assert best is not None
        return best

    def _cut(self, survey: _Survey, best: _Run) -> Position:
        """Keep the sound beginning, set the rest apart, and go on with what leads furthest."""
        keep = survey.sound_end
        after = survey.lines_after(best)
        if best.records is not None:
            # From now on the checkpoint has it all, whatever stops us half-way.
            cp.write(self._path, cp.Checkpoint(best.board, best.position), contextlib.nullcontext, even_if_older=True)
        if self._journal.size() > keep.offset:
            apart = name_apart(self._journal.path, "damaged", self._now)
            size = self._journal.cut(keep.offset, apart)
            line = survey.sound_lines + 1
            facts = {"path": str(apart), "bytes": size, "line": line, "seq": keep.seq + 1, "offset": keep.offset}
            self._done.append(Finding("journal-set-apart", facts))
        end = keep
        if best.records is not None:
            head = Head(FORMAT, best.start)
            end = self._journal.append_all([head, *best.records], keep)
            if best.start.seq > keep.seq:
                facts = {"path": str(self._journal.path), "first": keep.seq + 1, "last": best.start.seq}
                self._done.append(Finding("history-lost", facts))
        if after:
            facts = {"path": str(self._path), "seq": best.position.seq + 1, "lines": after}
            self._done.append(Finding("changes-lost", facts))
        return end

    def _save(self, board: Board, position: Position, *, apart: bool) -> None:
        name = set_checkpoint_apart(self._path, self._now) if apart else ""
        cp.write(self._path, cp.Checkpoint(board, position), contextlib.nullcontext, even_if_older=True)
        if apart:
            self._done.append(Finding("checkpoint-rebuilt", {"path": str(self._path), "apart": name}))
