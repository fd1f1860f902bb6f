"""What has changed since a board was last shared, for a reader of what was shared then: only what came of it all.

Two boards are compared, the one as it is and the one as it was. What was done and undone in between is not told.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from ..acts import BadAct, Record, apply
from ..board import Board
from ..card import PARTIES, REASONED, Card, Kind
from ..dates import day, local_day
from ..language import Language
from .cards import as_they_stand, linked
from .document import Document, Entry, Line, Section
from .phrases import ended
from .strategy import Writer
from .subjects import Subject


def board_before(board: Board, records: Sequence[Record]) -> Board:
    """The board before these changes, which led to it, oldest first; as far back as they are one whole history.

    A repair of the journal can leave out what was done before it.
    """
    numbers = [record.seq for record in records]
    if numbers == list(range(board.seq - len(records) + 1, board.seq + 1)):
        with contextlib.suppress(BadAct):  # all in one step: nearly always, and in a small part of the time
            acts = (act.inverse for record in reversed(records) for act in reversed(record.acts))
            return apply(board, acts, board.seq - len(records))
    for record in reversed(records):
        try:
            if record.seq != board.seq:
                break
            board = apply(board, (act.inverse for act in reversed(record.acts)), record.seq - 1)
        except BadAct:
            break
    return board


class Since:
    """What is new since a change. ``full`` adds the bodies."""

    def __init__(
        self,
        board: Board,
        subject: Subject,
        language: Language,
        records: Iterable[Record],
        *,
        full: bool,
        names: bool,
        today: dt.date,
    ) -> None:
        self.board, self.language, self.full = board, language, full
        self.day = subject.day
        self.writer = Writer(board, language, full=full, names=names, today=today)
        self.words = self.writer.words
        self.records = [record for record in records if subject.seq < record.seq <= board.seq]
        self.old = board_before(board, self.records)
        self.gap = self.old.seq > subject.seq
        self.cards = as_they_stand(board)

    def document(self, digest: str) -> Document:
        """What came of it first, then what is new to talk about; that nothing changed, where nothing did."""
        say = self.language.say
        agreed = self._newly_agreed()
        parts = [
            Section(say("Agreed since"), entries=tuple(self._agreed(card) for card in agreed if not card.on_trial)),
            Section(say("To be tried since"), entries=tuple(self._agreed(card) for card in agreed if card.on_trial)),
            Section(say("No longer agreed"), tuple(self._no_longer_agreed())),
            Section(say("What we learned"), entries=tuple(self._learned())),
            Section(say("Concerns and objections"), tuple(self._concerns())),
            Section(say("The frame"), tuple(self._framed())),
            Section(say("No longer part of the frame"), tuple(self._unframed())),
            Section(say("Reworded"), tuple(self._reworded())),
            Section(say("New questions"), tuple(self._questions())),
            Section(say("New answers"), tuple(self._answers())),
            Section(say("New proposals"), tuple(self._proposals())),
            Section(say("Opinions"), tuple(self._opinions())),
            Section(say("Who does what"), tuple(self._tasks())),
            Section(say("Remarks"), tuple(self._remarks())),
            Section(say("What we set aside"), tuple(self._aside())),
            Section(say("What we brought back"), tuple(self._brought_back())),
        ]
        found = tuple(part for part in parts if part.lines or part.entries)
        return Document(
            language=self.language.code,
            title=self.board.title or say("Strategy"),
            occasion=self._occasion(found=bool(found)),
            moment=self._moment(),
            sections=found,
            provenance=self.words.provenance(digest),
        )

    # When

    def _occasion(self, *, found: bool) -> str:
        """Since when, and whether that is all that can be known; that nothing has changed, where nothing has."""
        say, said = self.language.say, []
        since = self._since()
        if found:
            said.append(say("What has changed since {day}", day=since) if since else say("All that is new"))
        elif self.gap:
            said.append(say("What has changed since is not known any more."))
        elif not self.old.same_as(self.board):
            said.append(say("Nothing has changed since {day} but the arrangement of the board.", day=since))
        else:
            said.append(say("Nothing has changed since {day}.", day=since) if since else say("Nothing has changed."))
        if found and self.gap:
            said[0] = ended(said[0])
            said.append(say("What was done first is not known any more."))
        return " ".join(said)

    def _since(self) -> str:
        date = self.day or (local_day(self.records[0].time) if self.records else None)
        return day(date, self.language.code) if date else ""

    def _moment(self) -> str:
        date = self.day or (local_day(self.records[0].time) if self.records else None)
        say = self.language.say
        return say("changes since {day}", day=self.words.day(date)) if date else say("changes")

    # What was, and what is

    def _was(self, card: Card) -> Card | None:
        return self.old.cards.get(card.id)

    def _was_agreed(self, card: Card) -> bool:
        was = self._was(card)
        return was is not None and was.agreed

    def _new(self, kind: Kind) -> list[Card]:
        """Cards that were not there, or were set aside."""
        return [card for card in self.cards if card.kind == kind and not card.aside and self._was(card) is None]

    def _newly_agreed(self) -> list[Card]:
        """Decisions that stand agreed, and were not, or in another wording."""
        found = []
        for card in self.cards:
            was = self._was(card)
            if card.agreed and (was is None or not was.agreed or was.wording != card.wording):
                found.append(card)
        return found

    def _agreed(self, card: Card) -> Entry:
        """As the strategy has it, with how it came about and with the wording that was known before."""
        if not card.on_trial:
            entry = self.writer.decision(card)
            return Entry(entry.title, (*self._before(card), *entry.lines), entry.body)
        terms = map(Line, (*self.words.terms(card.trial), *self.words.tasks(card), self.words.both_agreed(card)))
        return Entry(card.title, (*self._before(card), *self.writer.trail(card), *terms), self._body(card))

    def _told(self) -> set[str]:
        """The questions and answers that are told with a decision that is new or newly agreed."""
        told: set[str] = set()
        for card in (*self._newly_agreed(), *self._new("decision")):
            based = linked(self.board, card, "rests_on")
            told.update(each.id for each in based)
            told.update(question for each in based for question in each.linked("answers"))
        return told

    def _before(self, card: Card) -> tuple[Line, ...]:
        was = self._was(card)
        if was is None or was.title == card.title:
            return ()
        return (Line(self.language.say("Before: {quote}", quote=self.words.quote(was.title))),)

    def _no_longer_agreed(self) -> Iterator[Line]:
        """Decisions that were agreed, with what ended that."""
        for card in self.cards:
            if card.kind == "decision" and self._was_agreed(card) and not card.agreed and not card.aside:
                said = [o for o in map(card.opinion, PARTIES) if o is not None and o.kind in ("withdrawn", "disagree")]
                yield Line(card.title, below=(*self._before(card), *(Line(self.words.opinion(o)) for o in said)))

    def _learned(self) -> Iterator[Entry]:
        """What was seen of trials, and what came of them."""
        for card in self.cards:
            was = self._was(card)
            known = {note.key for note in was.notes.values()} if was else set()
            notes = [note for note in card.notes.values() if note.kind == "seen" and note.key not in known]
            before = was.outcomes if was else {}
            outcomes = [o for key, o in card.outcomes.items() if key not in before or before[key] != o]
            # A new spelling carries an outcome over to its own revision: that says nothing new.
            outcomes = [o for o in outcomes if o.key not in before or before[o.key].confirmed != o.confirmed]
            lines = [Line(self.words.remark(note)) for note in sorted(notes, key=lambda note: note.seq)]
            lines += [Line(self.words.result(card, outcome)) for outcome in outcomes]
            if lines:
                yield Entry(card.title, tuple(lines))

    def _concerns(self) -> Iterator[Line]:
        """What somebody objects to, or is not easy about, in what stands now."""
        for card in self.cards:
            if card.aside or (self._was(card) is None and not card.agreed):  # told with the new proposal
                continue
            for opinion in filter(None, map(card.opinion, PARTIES)):
                if opinion.kind in REASONED and not self._known(card, opinion.key):
                    about = self.words.quote(card.title)
                    text = self.language.say("About {about}:", about=about)
                    yield Line(text, below=(Line(self.words.opinion(opinion)),))

    def _known(self, card: Card, key: str) -> bool:
        was = self._was(card)
        return was is not None and key in was.opinions

    def _framed(self) -> Iterator[Line]:
        for card in self.cards:
            was = self._was(card)
            if card.frame and not card.aside and not (was and was.frame):
                yield Line(ended(card.title), self._body(card))

    def _unframed(self) -> Iterator[Line]:
        for card in self.cards:
            was = self._was(card)
            if was is not None and was.frame and not card.frame and not card.aside:
                yield Line(ended(card.title))

    def _reworded(self) -> Iterator[Line]:
        """Other words for what is not told under what was agreed."""
        agreed = {card.id for card in self._newly_agreed()}
        for card in self.cards:
            was = self._was(card)
            if was is None or was.wording == card.wording or card.aside or card.id in agreed:
                continue
            below = list(self._before(card))
            if was.body != card.body and not below:
                below.append(Line(self.language.say("Its text was reworded.")))
            if was.trial != card.trial:
                below += map(Line, self.words.terms(card.trial))
            yield Line(card.title, self._body(card) if was.body != card.body else "", tuple(below))

    def _questions(self) -> Iterator[Line]:
        """New questions, with their answers, or whose answer is awaited."""
        standing, told = self.board.standing, self._told()
        for card in self._new("question"):
            answers = [answer for answer in standing.answers_to(self.board, card.id) if answer.id not in told]
            if card.id in told and not answers:
                continue
            below = tuple(Line(self.words.said(answer), self._body(answer)) for answer in answers)
            if not below and standing.places[card.id].state == "open":
                whom = self.words.whom_of(self.board.answering_party(card))
                below = (Line(self.language.say("Answer awaited from {whom}.", whom=whom)),)
            yield Line(self.words.said(card), self._body(card), below)

    def _answers(self) -> Iterator[Line]:
        """New answers to questions that were known, or to none."""
        told = self._told()
        for card in self._new("answer"):
            asked = linked(self.board, card, "answers")
            if not card.frame and card.id not in told and not any(self._was(each) is None for each in asked):
                below = tuple(Line(self.words.said(question)) for question in asked)
                yield Line(self.words.said(card), self._body(card), below)

    def _proposals(self) -> Iterator[Line]:
        yield from (self.writer.proposal(card) for card in self._new("decision") if not card.agreed)

    def _opinions(self) -> Iterator[Line]:
        """What was said of proposals that were known and are not agreed; reasons are told among the concerns."""
        for card in self.cards:
            if card.kind != "decision" or card.agreed or card.aside or self._was(card) is None:
                continue
            given = [o for o in map(card.opinion, PARTIES) if o is not None and not self._known(card, o.key)]
            told = [o for o in given if o.kind == "agree" or (o.kind == "withdrawn" and not self._was_agreed(card))]
            if told:
                yield Line(card.title, below=tuple(Line(self.words.opinion(opinion)) for opinion in told))

    def _tasks(self) -> Iterator[Line]:
        """Who does it, by when, and who still has to agree, of decisions that were agreed before."""
        told = {card.id for card in (*self._newly_agreed(), *self._new("decision"))}
        for card in self.cards:
            was = self._was(card)
            if was is None or card.aside or card.id in told:
                continue
            if (was.who, was.by_when, was.subject_to) != (card.who, card.by_when, card.subject_to):
                tasks = self.words.tasks(card) or [self.language.say("Nobody is named any more.")]
                yield Line(card.title, below=tuple(map(Line, tasks)))

    def _remarks(self) -> Iterator[Line]:
        for card in self.cards:
            was = self._was(card)
            known = was.notes if was else {}
            notes = [note for key, note in card.notes.items() if key not in known and note.kind != "seen"]
            if notes and not card.aside:
                below = (Line(self.words.remark(note)) for note in sorted(notes, key=lambda note: note.seq))
                yield Line(self.language.say("About {about}:", about=self.words.quote(card.title)), below=tuple(below))

    def _aside(self) -> Iterator[Line]:
        """What was known and was set aside; what came and went in between is not told."""
        for card in self.cards:
            was = self._was(card)
            stopped = card.outcome is not None and card.outcome.kind == "stop"  # told with what was learned
            if card.aside and was is not None and not was.aside and not stopped:
                yield Line(self.words.said(card), self._body(card))

    def _brought_back(self) -> Iterator[Line]:
        for card in self.cards:
            was = self._was(card)
            if was is not None and was.aside and not card.aside:
                yield Line(self.words.said(card), self._body(card))

    def _body(self, card: Card) -> str:
        return card.body if self.full else ""
