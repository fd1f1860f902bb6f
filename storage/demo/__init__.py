"""The sample board: a workshop half-way through, played from a script through the real store.

A script (``en.toml``, ``fr.toml``) tells two sittings in small steps: who says it, when, and what it does. Cards,
people and columns go by keys there, not by numbers, so that a step can be put in without counting. Everything is
committed with the clock of the script, so the journal is that of a real workshop.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import msgspec
from msgspec import Struct

from ..board import Board, new_board
from ..card import PREFIX, Kind, NoteKind, OpinionKind, PartyName, Trial, Wording
from ..changes import (
    AddCard,
    AddColumn,
    AddNote,
    AddPerson,
    Change,
    CorrectVoice,
    Describe,
    GiveOpinion,
    Move,
    Reword,
    SetAside,
    SetFrame,
)
from ..language import known
from ..refusal import Refused
from ..store import Store
from ..voice import Voice


class BadScript(ValueError):
    """A script that is not one: the message says what is wrong, and where."""


class Scene:
    """What a script has brought to the board so far, and what its keys stand for."""

    def __init__(self, board: Board, today: dt.date) -> None:
        self.board = board
        self.today = today
        self._ids: dict[str, str] = {person.party: person.id for person in board.people.values()}
        self._ids |= {column.role: column.id for column in board.columns.values() if column.role}

    def find(self, key: str) -> str:
        """The id of a card, a person or a column."""
        if key not in self._ids:
            raise BadScript(f"nothing is called {key!r} yet")
        return self._ids[key]

    def name(self, key: str, letter: str) -> None:
        """Let the key stand for what was added last under this letter."""
        if key in self._ids:
            raise BadScript(f"{key!r} is taken")
        self._ids[key] = f"{letter}{self.board.numbers[letter]}"

    def in_days(self, days: int | None) -> dt.date | None:
        """The day so many days from today."""
        return None if days is None else self.today + dt.timedelta(days=days)


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="does"):
    """One thing that somebody does: ``at`` so many minutes after its sitting began, in the word of ``by``."""

    at: float
    by: str


class Adding(Step, frozen=True):
    """A step that adds something, which later steps name by its ``key``."""

    key: str = ""
    letter: ClassVar[str]


class NewCard(Adding, frozen=True, kw_only=True):
    """A new card, linked to those that it is ``on``."""

    title: str
    body: str = ""
    on: tuple[str, ...] = ()
    theme: str = ""
    card_kind: ClassVar[Kind]

    def terms(self, scene: Scene) -> Trial | None:
        """The terms of a trial, where it is one."""
        return None

    def change(self, scene: Scene) -> Change:
        """A new card."""
        on = tuple(scene.find(key) for key in self.on)
        body = self.body.strip()
        return AddCard(self.card_kind, self.title, body, on, theme=self.theme, trial=self.terms(scene))


class Question(NewCard, frozen=True, tag="question"):
    """A new question."""

    card_kind: ClassVar[Kind] = "question"
    letter: ClassVar[str] = PREFIX["question"]


class Answer(NewCard, frozen=True, tag="answer"):
    """A new answer, on its question."""

    card_kind: ClassVar[Kind] = "answer"
    letter: ClassVar[str] = PREFIX["answer"]


class Terms(Struct, frozen=True, forbid_unknown_fields=True):
    """Trying and seeing, until so many days after today."""

    watch: str
    until_in_days: int
    stop_if: str


class Decision(NewCard, frozen=True, tag="decision"):
    """A new proposal; with the terms of a trial if it is one."""

    trial: Terms | None = None
    card_kind: ClassVar[Kind] = "decision"
    letter: ClassVar[str] = PREFIX["decision"]

    def terms(self, scene: Scene) -> Trial | None:
        """The terms, with their day."""
        if self.trial is None:
            return None
        return Trial(self.trial.watch, scene.in_days(self.trial.until_in_days), self.trial.stop_if)


class Opine(Step, frozen=True, tag="opinion"):
    """An opinion on a decision; ``both`` agree in one step."""

    card: str
    opinion: OpinionKind
    reason: str = ""
    both: bool = False

    def change(self, scene: Scene) -> Change:
        """An opinion."""
        return GiveOpinion(scene.find(self.card), self.opinion, self.reason, self.both)


class Remark(Step, frozen=True, tag="note"):
    """A note on a card."""

    card: str
    text: str
    note: NoteKind = "plain"

    def change(self, scene: Scene) -> Change:
        """A note."""
        return AddNote(scene.find(self.card), self.text.strip(), self.note)


class Rephrase(Step, frozen=True, tag="reword"):
    """Another title; the body and the terms of a trial stay."""

    card: str
    title: str

    def change(self, scene: Scene) -> Change:
        """A rewording of what stands there."""
        card = scene.board.cards[scene.find(self.card)]
        return Reword(card.id, Wording(self.title, card.body, card.trial))


class Details(Step, frozen=True, tag="describe"):
    """A card's theme, who does it, and by when: so many days after today."""

    card: str
    theme: str | None = None
    who: str | None = None
    in_days: int | None = None

    def change(self, scene: Scene) -> Change:
        """A description."""
        return Describe(scene.find(self.card), self.theme, self.who, scene.in_days(self.in_days))


class Shift(Step, frozen=True, tag="move"):
    """A card goes to a column, before another card or at the end."""

    card: str
    to: str
    before: str = ""

    def change(self, scene: Scene) -> Change:
        """A move."""
        return Move(scene.find(self.card), scene.find(self.to), scene.find(self.before) if self.before else None)


class PutAside(Step, frozen=True, tag="aside"):
    """A card is set aside."""

    card: str

    def change(self, scene: Scene) -> Change:
        """Off the board."""
        return SetAside(scene.find(self.card))


class Framed(Step, frozen=True, tag="frame"):
    """An answer becomes part of the frame."""

    card: str

    def change(self, scene: Scene) -> Change:
        """Part of the frame."""
        return SetFrame(scene.find(self.card))


class SaidBy(Step, frozen=True, tag="said-by"):
    """It was somebody else who said it."""

    card: str
    person: str

    def change(self, scene: Scene) -> Change:
        """A corrected voice."""
        return CorrectVoice(scene.find(self.card), scene.find(self.person))


class NewPerson(Adding, frozen=True, kw_only=True, tag="person"):
    """One more person at the table."""

    name: str
    party: PartyName
    letter: ClassVar[str] = "p"

    def change(self, scene: Scene) -> Change:
        """A person."""
        return AddPerson(self.name, self.party)


class NewColumn(Adding, frozen=True, kw_only=True, tag="column"):
    """One more column, at the right."""

    title: str
    letter: ClassVar[str] = "c"

    def change(self, scene: Scene) -> Change:
        """A column."""
        return AddColumn(self.title)


_NewCard = Question | Answer | Decision
_OnCard = Opine | Remark | Rephrase | Details | Shift | PutAside | Framed | SaidBy
AnyStep = _NewCard | _OnCard | NewPerson | NewColumn


class Sitting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was done at one table at one time, which began so many days and minutes before now."""

    days_ago: int = 0
    minutes_ago: int
    typed_by: PartyName
    steps: tuple[AnyStep, ...]

    def __post_init__(self) -> None:
        times = [step.at for step in self.steps]
        if times != sorted(times) or any(time < 0 for time in times):
            raise ValueError("steps that go back in time")
        if self.days_ago < 0 or self.ends_ago < dt.timedelta(0):
            raise ValueError("a sitting that is not over")

    @property
    def begins_ago(self) -> dt.timedelta:
        """How long before now it began."""
        return dt.timedelta(days=self.days_ago, minutes=self.minutes_ago)

    @property
    def ends_ago(self) -> dt.timedelta:
        """How long before now its last step was."""
        return self.begins_ago - dt.timedelta(minutes=self.steps[-1].at if self.steps else 0)


class Side(Struct, frozen=True, forbid_unknown_fields=True):
    """The first person of a party, and the party's craft."""

    name: str
    expertise: str


class Script(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole workshop: who sits there, and what they did at each sitting."""

    title: str
    consultant: Side
    client: Side
    sittings: tuple[Sitting, ...]

    def __post_init__(self) -> None:
        if any(later.begins_ago > earlier.ends_ago for earlier, later in pairwise(self.sittings)):
            raise ValueError("sittings that go back in time")

    def board(self, lang: str) -> Board:
        """The board that it begins with."""
        names: dict[PartyName, str] = {"consultant": self.consultant.name, "client": self.client.name}
        expertise: dict[PartyName, str] = {"consultant": self.consultant.expertise, "client": self.client.expertise}
        return new_board(self.title, lang, names, expertise=expertise)


def parse(text: str, name: str) -> Script:
    """A script from its TOML; :class:`BadScript` where it is not one. ``name`` is what messages call it."""
    try:
        return msgspec.convert(tomllib.loads(text), Script)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadScript(f"{name}: {error}") from error


def read(lang: str) -> Script:
    """The script of a language."""
    name = f"{known(lang)}.toml"
    return parse(resources.files(__name__).joinpath(name).read_text("utf-8"), name)


def write(path: Path, lang: str, *, now: dt.datetime) -> None:
    """Make the sample board of a language in a new file; ``now`` (with its time zone) is when it is opened.

    :class:`Refused` where the file is there already, or cannot be written.
    """
    play(read(lang), path, lang, now=now)


def play(script: Script, path: Path, lang: str, *, now: dt.datetime) -> None:
    """Make a board in a new file by doing what a script says.

    :class:`BadScript` or :class:`Refused` where a step cannot be done; a note on it says which.
    """
    time = now

    def clock() -> dt.datetime:
        return time

    scene = Scene(script.board(lang), now.date())
    with Store.create(path, scene.board, clock=clock) as store:
        for number, sitting in enumerate(script.sittings, 1):
            began = now.astimezone(dt.UTC).replace(microsecond=0) - sitting.begins_ago
            voice = Voice(store, scene.find(sitting.typed_by), f"sitting-{number}")
            for place, step in enumerate(sitting.steps, 1):
                time = began + dt.timedelta(seconds=round(step.at * 60))
                try:
                    _do(step, scene, voice)
                except (BadScript, Refused) as error:
                    error.add_note(f"in sitting {number}, step {place}: {step}")
                    raise


def _do(step: AnyStep, scene: Scene, voice: Voice) -> None:
    before = scene.board.seq
    scene.board = voice.commit_now(step.change(scene), person=scene.find(step.by))
    if scene.board.seq == before:
        raise BadScript("it changes nothing")
    if isinstance(step, Adding) and step.key:
        scene.name(step.key, step.letter)
