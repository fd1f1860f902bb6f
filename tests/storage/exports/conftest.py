"""Boards made as people make them: by changes, one after the other, with a clock that we hold."""

from __future__ import annotations

import datetime as dt

import pytest

from storage import Board, new_board
from storage.acts import Edit, Record
from storage.card import Kind, Trial
from storage.changes import AddCard, Change, Describe, DescribeParty, GiveOpinion, Moment, SetAside, SetFrame
from storage.exports import Subject, document_language, document_of
from storage.exports.document import Document
from storage.exports.strategy import strategy

NADIA, PAUL = "p1", "p2"
WORKSHOP = dt.datetime(2026, 5, 12, 12, 0, tzinfo=dt.UTC)
TODAY = WORKSHOP.date()


class Table:
    """A board and its two people. Each method is one change, and gives the id of the card that it added, if any."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.time = WORKSHOP
        self.records: list[Record] = []

    def make(self, person: str, change: Change) -> str:
        edit = Edit(self.board)
        seq = self.board.seq + 1
        change.make(edit, Moment(seq, self.time, person, "s", one_screen=True))
        added = [act.path[1] for act in edit.acts if len(act.path) == 2 and act.path[0] == "cards" and act.was is None]
        self.records.append(Record(seq, self.time, person, "s", change.kind, tuple(edit.acts)))
        self.board = edit.board(seq)
        return added[0] if added else ""

    def later(self, **since: float) -> None:
        """Let time go by."""
        self.time += dt.timedelta(**since)

    def add(self, kind: Kind, person: str, title: str, *on: str, body: str = "", trial: Trial | None = None) -> str:
        return self.make(person, AddCard(kind, title, body, on, trial=trial))

    def question(self, person: str, title: str, *, body: str = "") -> str:
        return self.add("question", person, title, body=body)

    def answer(self, person: str, title: str, *on: str, body: str = "") -> str:
        return self.add("answer", person, title, *on, body=body)

    def decision(self, person: str, title: str, *on: str, body: str = "", trial: Trial | None = None) -> str:
        return self.add("decision", person, title, *on, body=body, trial=trial)

    def agreed(self, person: str, title: str, *on: str, body: str = "", trial: Trial | None = None) -> str:
        card = self.decision(person, title, *on, body=body, trial=trial)
        self.make(person, GiveOpinion(card, "agree", both=True))
        return card

    def frame(self, person: str, title: str, *on: str) -> str:
        card = self.answer(person, title, *on)
        self.make(person, SetFrame(card))
        return card

    def document(self, lang: str = "en", *, full: bool = False, names: bool = True, digest: str = "") -> Document:
        return strategy(self.board, document_language(lang), full=full, names=names, today=TODAY, digest=digest)

    def about(
        self, subject: Subject, lang: str = "en", *, full: bool = False, names: bool = True, history: bool = True
    ) -> Document:
        """The document about a subject, as of the time that it is."""
        records = self.records if history else []
        today = self.time.date()
        language = document_language(lang)
        return document_of(self.board, subject, language, records=records, full=full, names=names, today=today)


@pytest.fixture
def table() -> Table:
    """An empty board with Nadia, the consultant, and Paul, the client."""
    return Table(new_board("Les Amis du Phare", "fr", {"consultant": "Nadia", "client": "Paul"}))


@pytest.fixture
def french() -> Table:
    """An afternoon with a community garden, in French."""
    names = {"consultant": "Nadia", "client": "Paul"}
    table = Table(new_board("Les Amis du Phare\u00a0: stratégie médias sociaux", "fr", names))
    table.make(NADIA, DescribeParty("consultant", expertise="médias sociaux"))
    table.make(PAUL, DescribeParty("client", name="Les Amis du Phare", expertise="directeur"))
    means = table.question(NADIA, "De quoi disposez-vous chaque semaine\u202f?")
    table.frame(PAUL, "Trois heures par semaine, deux bénévoles, pas de budget publicitaire", means)
    limits = table.question(NADIA, "Qu'est-ce qui est exclu\u202f?")
    table.frame(PAUL, "Pas de photo d'enfant sans accord écrit.", limits)
    whom = table.question(NADIA, "Qui voulons-nous toucher en premier\u202f?")
    parents = table.answer(PAUL, "Nos inscriptions viennent de l'école.", whom, body="Sur 40, **31** l'an dernier.")
    table.answer(NADIA, "Les jeunes actifs du quartier", whom)
    first = table.agreed(NADIA, "Nous parlons d'abord aux parents du quartier", parents)
    table.make(PAUL, Describe(first, who="Paul", by_when=dt.date(2026, 6, 1)))
    terms = Trial(
        "les messages reçus, pas les abonnés", dt.date(2026, 6, 30), "cela prend plus d'une heure par semaine"
    )
    stories = table.decision(NADIA, "Deux stories par semaine, par les bénévoles", whom, trial=terms)
    table.make(NADIA, GiveOpinion(stories, "agree"))
    table.make(PAUL, GiveOpinion(stories, "concern", "En juin, tout le monde est au jardin."))
    table.make(NADIA, Describe(stories, who="les bénévoles"))
    table.question(NADIA, "Qui répond le week-end\u202f?")
    tone = table.question(PAUL, "Sur quel ton écrivons-nous\u202f?")
    table.answer(NADIA, "Comme on parle au jardin", tone)
    letter = table.decision(NADIA, "Une lettre par mois plutôt qu'un blog")
    table.make(NADIA, GiveOpinion(letter, "agree"))
    video = table.decision(NADIA, "Une chaîne vidéo")
    table.make(PAUL, GiveOpinion(video, "disagree", "Personne ne sait filmer."))
    table.make(NADIA, SetAside(table.question(PAUL, "Faut-il être sur LinkedIn\u202f?")))
    return table
