"""The strategy as it can be read off a board at any moment: what was decided, why, and what is still open.

The words are those of the people; the sentences around them come from the catalogue. Card numbers stay out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from ..board import Board
from ..card import PARTIES, Card, Note
from ..dates import day
from ..language import Language
from .cards import as_they_stand, linked, seen_of, silent_on
from .document import Document, Entry, Line, Section
from .phrases import Phrases, ended

SHORT_LIST = 3
"""Decisions that "in short" names one by one."""


def strategy(
    board: Board,
    language: Language,
    *,
    full: bool = False,
    names: bool = True,
    today: dt.date,
    digest: str = "",
) -> Document:
    """The strategy of a board, in a language of the domain ``storage``.

    ``full`` adds the bodies, what was not chosen and what was set aside. Without ``names``, whose words something is
    says which side and not who; what people typed stays as they typed it. ``today`` tells which trials are due;
    ``digest`` is the journal's at this change.
    """
    return Writer(board, language, full=full, names=names, today=today).document(digest)


class Writer:
    """One document in the making: the cards sorted into parts, and the parts put into words."""

    def __init__(self, board: Board, language: Language, *, full: bool, names: bool, today: dt.date) -> None:
        self.board, self.language, self.full, self.today = board, language, full, today
        self.words = Phrases(board, language, names, today)
        self.standing = board.standing
        cards = as_they_stand(board)
        self.by_kind = {kind: [c for c in cards if c.kind == kind and not c.aside] for kind in ("question", "answer")}
        decisions = [card for card in cards if card.kind == "decision"]
        self.replaced = [card for card in decisions if self._state(card) == "replaced"]
        self.agreed = [card for card in decisions if self._state(card) == "agreed"]
        self.decided = [card for card in self.agreed if not card.on_trial]
        self.trials = [card for card in self.agreed if card.on_trial]
        self.proposals = [card for card in decisions if self._state(card) == "open"]
        self.stopped = [card for card in decisions if card.aside and card.trial and all(map(card.assents, PARTIES))]
        stopped = {card.id for card in self.stopped}
        self.aside = [card for card in cards if card.aside and card.id not in stopped]
        unanswered = set(self.standing.unanswered)
        self.awaiting = [card for card in self.by_kind["question"] if card.id in unanswered]

    def document(self, digest: str) -> Document:
        """All parts that have something to say, in the order in which they are read."""
        say = self.language.say
        parts = (
            Section(say("In short"), self.in_short()),
            Section(say("The frame"), self.frame()),
            Section(say("What we decided"), entries=tuple(map(self.decision, self.decided)), numbered=True),
            Section(say("What we are trying"), entries=tuple(map(self.trial, self.trials))),
            Section(say("What we learned"), entries=self.learned()),
            Section(say("Concerns"), self.concerns()),
            Section(say("Open questions"), self.open_questions()),
            Section(say("Still on the table"), self.on_the_table()),
            Section(say("What we set aside"), self.set_aside() if self.full else ()),
        )
        date, people = self.words.workshop, self.words.everybody()
        when = day(date, self.language.code)
        occasion = say("Workshop of {date}, with {people}", date=when, people=people)
        return Document(
            language=self.language.code,
            title=self.board.title or say("Strategy"),
            occasion=occasion if people else say("Workshop of {date}", date=when),
            moment=say("workshop of {date}", date=day(date, self.language.code, year=date.year != self.today.year)),
            sections=tuple(part for part in parts if part.lines or part.entries),
            provenance=self.words.provenance(digest),
        )

    def in_short(self) -> tuple[Line, ...]:
        """What a reader in a hurry needs; nothing where the document is no longer than that."""
        count, quote = self.language.count, self.words.quote
        said = [ended(card.title) for card in self.decided[:SHORT_LIST]]
        if more := len(self.decided) - len(said):
            said.append(count("And one more decision.", "And {n} more decisions.", more))
        if number := len(self.trials):
            first = quote(self.trials[0].title)
            said.append(count("One trial: {first}", "{n} trials under way.", number, first=first))
        if number := sum(self._due(card) for card in self.trials):
            said.append(count("One trial is due for review.", "{n} trials are due for review.", number))
        concerns = self._concerns()
        if number := len(concerns):
            said.append(count("One concern: {first}", "{n} concerns.", number, first=quote(concerns[0][1])))
        said.extend(self._questions_waiting())
        if number := len(self.proposals):
            said.append(count("One proposal is still on the table.", "{n} proposals are still on the table.", number))
        return tuple(map(Line, said)) if len(said) > 1 else ()

    def _questions_waiting(self) -> Iterable[str]:
        count = self.language.count
        if not self.words.names:
            if number := len(self.awaiting):
                yield count("One question waits for an answer.", "{n} questions wait for an answer.", number)
            return
        for party in PARTIES:
            number = sum(self.board.answering_party(card) == party for card in self.awaiting)
            if number and (name := self.words.one_of(party)):
                yield count("One question waits for {name}.", "{n} questions wait for {name}.", number, name=name)
            elif number:
                yield count("One question waits for an answer.", "{n} questions wait for an answer.", number)

    def frame(self) -> tuple[Line, ...]:
        """The constraints and the means of the organisation; in full, with the question that brought them up."""
        return tuple(
            Line(ended(card.title), self._body(card), self._questions_of(card) if self.full else ())
            for card in self.by_kind["answer"]
            if card.frame
        )

    def decision(self, card: Card) -> Entry:
        """A decision: whose question, whose answer, who does it, and when both agreed."""
        lines = [*self.trail(card), *map(Line, self.words.tasks(card)), Line(self.words.both_agreed(card))]
        return Entry(card.title, tuple(lines), self._body(card))

    def trial(self, card: Card) -> Entry:
        """A trial: what we watch, until when, when we would stop; in full, how it came about."""
        lines = self._terms_and_tasks(card)
        if self._due(card):
            lines.append(Line(self.language.say("It is time to review it.")))
        if self.full:
            lines = [*self.trail(card), *lines, Line(self.words.both_agreed(card))]
        return Entry(card.title, tuple(lines), self._body(card))

    def learned(self) -> tuple[Entry, ...]:
        """What was seen of every trial, and what came of it, in the words of whoever said it."""
        found: list[Entry] = []
        tried = (*self.trials, *self.decided, *self.replaced, *self.stopped, *self.proposals)
        for card in tried:
            seen = [self._remark(note) for note in seen_of(card)]
            outcomes = [outcome for outcome in card.outcomes.values() if outcome.confirmed]
            lines = [*seen, *(Line(self.words.outcome(outcome)) for outcome in outcomes)]
            if card.aside and not outcomes:  # of what was tried, only the stopped
                lines.append(Line(self.language.say("We stopped this trial.")))
            if lines:
                found.append(Entry(card.title, tuple(lines)))
        return tuple(found)

    def _concerns(self) -> list[tuple[str, str, Card]]:
        opinions = ((card.opinion(party), card) for card in self.agreed for party in PARTIES)
        return [(o.person, o.reason, card) for o, card in opinions if o is not None and o.kind == "concern"]

    def concerns(self) -> tuple[Line, ...]:
        """The concerns about what stands agreed, in their author's words."""
        lines: list[Line] = []
        for person, reason, card in self._concerns():
            name, quote = self.words.speaker(person), self.words.quote(reason)
            if len(self.agreed) == 1:
                lines.append(Line(self.language.say("{name}: {quote}", name=name, quote=quote)))
                continue
            about = self.words.quote(card.title)
            lines.append(
                Line(self.language.say("{name}: {quote} (about {about})", name=name, quote=quote, about=about))
            )
        return tuple(lines)

    def open_questions(self) -> tuple[Line, ...]:
        """The questions that wait for an answer, then those that have answers and no decision yet."""
        waiting: list[Line] = []
        for card in self.awaiting:
            whom = self.words.whom_of(self.board.answering_party(card))
            text = self.language.say("{title} (answer awaited from {whom})", title=card.title, whom=whom)
            waiting.append(Line(text, self._body(card)))
        undecided: list[Line] = []
        for card in self.by_kind["question"]:
            answers = [c for c in self.standing.answers_to(self.board, card.id) if not c.frame]
            if answers and self._state(card) == "open" and not any(map(self._rested_on, (card, *answers))):
                text = self.language.say("{title} (to be decided together)", title=card.title)
                undecided.append(Line(text, self._body(card), tuple(map(self._said, answers))))
        return (*waiting, *undecided)

    def on_the_table(self) -> tuple[Line, ...]:
        """The proposals that are not agreed, and the answers that belong to nothing else."""
        lines = [self.proposal(card) for card in self.proposals]
        for card in self.by_kind["answer"]:
            asked = [q for q in linked(self.board, card, "answers") if not q.aside]
            if not (card.frame or asked or self._state(card) != "open" or self._rested_on(card)):
                lines.append(self._said(card))
        return tuple(lines)

    def proposal(self, card: Card) -> Line:
        """A proposal: how it came about, what was said of it, and who has not spoken yet."""
        say = self.language.say
        below = [*self.trail(card), *self._terms_and_tasks(card)]
        for opinion in filter(None, map(card.opinion, PARTIES)):
            facts = {"name": self.words.speaker(opinion.person), "quote": self.words.quote(opinion.reason)}
            if opinion.kind == "disagree":
                below.append(Line(say("{name} disagrees: {quote}", **facts)))
            elif opinion.kind == "concern":
                below.append(Line(say("{name} agrees, with a concern: {quote}", **facts)))
        silent = silent_on(card)
        text = card.title
        if len(silent) == len(PARTIES):
            text = say("{title} (waiting for both)", title=card.title)
        elif silent:
            text = say("{title} (waiting for {whom})", title=card.title, whom=self.words.whom_of(silent[0]))
        return Line(text, self._body(card), tuple(below))

    def set_aside(self) -> tuple[Line, ...]:
        """What was taken off the board, and the decisions that others took the place of."""
        replaced = (
            Line(self.language.say("Replaced since: {quote}", quote=self.words.quote(card.title)), self._body(card))
            for card in self.replaced
        )
        return (*map(self._said, self.aside), *replaced)

    def trail(self, card: Card) -> list[Line]:
        """The questions and answers that a decision rests on, and what it replaces."""
        rests_on = [c for c in linked(self.board, card, "rests_on") if not c.aside]
        chosen = [c for c in rests_on if c.kind == "answer"]
        questions = [q for answer in chosen for q in linked(self.board, answer, "answers") if not q.aside]
        questions += [c for c in rests_on if c.kind == "question"]
        told: dict[str, Line] = {}
        for question in questions:
            told[question.id] = self._said(question)
            for answer in chosen:
                if question.id in answer.linked("answers") and answer.id not in told:
                    told[answer.id] = self._said(answer)
            if self.full:
                answers = [c for c in self.standing.answers_to(self.board, question.id) if not c.frame]
                told.update((a.id, self._not_chosen(a)) for a in answers if self._state(a) == "not_chosen")
        told.update((answer.id, self._said(answer)) for answer in chosen if answer.id not in told)
        replaced = [self.words.quote(earlier.title) for earlier in linked(self.board, card, "replaces")]
        return [
            *told.values(),
            *(Line(self.language.say("This replaces: {quote}", quote=quote)) for quote in replaced),
        ]

    def _terms_and_tasks(self, card: Card) -> list[Line]:
        return [Line(words) for words in (*self.words.terms(card.trial), *self.words.tasks(card))]

    def _questions_of(self, card: Card) -> tuple[Line, ...]:
        return tuple(self._said(question) for question in linked(self.board, card, "answers") if not question.aside)

    def _remark(self, note: Note) -> Line:
        return Line(
            self.language.say(
                "{name}: {quote}", name=self.words.speaker(note.person), quote=self.words.quote(note.text)
            )
        )

    def _said(self, card: Card) -> Line:
        return Line(self.words.said(card), self._body(card))

    def _not_chosen(self, card: Card) -> Line:
        return Line(self.words.not_chosen(card), self._body(card))

    def _rested_on(self, card: Card) -> bool:
        return bool(self.standing.resting_on(self.board, card.id))

    def _state(self, card: Card) -> str:
        return self.standing.places[card.id].state

    def _due(self, card: Card) -> bool:
        return card.due(self.today)

    def _body(self, card: Card) -> str:
        return card.body if self.full else ""
