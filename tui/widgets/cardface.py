"""How a card looks on the board: lines of spans, each with the part that it plays. No colour is decided here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.cells import cell_len, split_graphemes

from storage import Board, Card, Language
from storage.card import PARTIES, PartyName, other, shown_id
from storage.sessions import one_voice

from ..cells import cut, fill, wrap
from ..glyphs import Glyphs
from ..words import short_date, state_word
from .lanes import Item

Part = Literal["bar", "line", "glyph", "id", "title", "meta", "state", "opinion", "gap"]


NARROW = 8
"""Cells below which a face is a stump: nothing is read there, but nothing is wider than asked either."""


class Span(NamedTuple):
    """A piece of a line, and what part of the card it is."""

    text: str
    part: Part


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Manner:
    """How faces are drawn: in what width (cells), with how many lines for a title, in which words and signs."""

    width: int
    title_lines: int
    trail_lines: int
    spaced: bool
    language: Language
    glyphs: Glyphs
    today: dt.date


def face(board: Board, card: Card, manner: Manner, *, cursor: bool, marked: bool) -> list[Line]:
    """A card in a column: its title, then one line about its state, then what stands under it."""
    glyphs, width = manner.glyphs, manner.width
    identity = shown_id(card.id, manner.language.code)
    sign = kind_glyph(card, glyphs)
    edge = glyphs.cursor if cursor else glyphs.bar
    bar, line = Span(glyphs.marked if marked else edge, "bar"), Span(edge, "line")
    room = width - 1
    head = f"{sign} {identity} "
    first = cell_len(head)
    lines: list[Line] = []
    for number, text in enumerate(_title_lines(card.title, room - 1, first, manner.title_lines)):
        if number == 0:
            lines.append((bar, Span(head, "glyph"), Span(fill(text, room - first), "title")))
        else:
            lines.append((Span(bar.text, "title"), Span(fill(f"  {text}", room), "title")))
    for row in _rows(_meta(board, card, manner), room - 3, 2, glyphs.dot):
        row[0] = Span(f"  {row[0].text}", row[0].part)
        row[-1] = Span(f"{row[-1].text} ", row[-1].part)
        lines.append((line, *row))
    if card.reworded is not None:
        was = manner.language.say("was: {title}", title=card.reworded.wording.title)
        lines.append((line, Span(fill(cut(f"  {was}", room - 1), room), "meta")))
    for text in _under(board, card, manner):
        lines.append((line, Span(fill(cut(f"  {text}", room - 1), room), "meta")))
    if manner.spaced:
        lines.append((Span(" " * width, "gap"),))
    return lines if width >= NARROW else [tuple(_fitted(list(row), width)) for row in lines]


def line_face(board: Board, item: Item, card: Card, manner: Manner, *, cursor: bool, marked: bool) -> list[Line]:
    """A card in the outline: one line, indented, with its state behind the title."""
    glyphs = manner.glyphs
    bar = Span(glyphs.marked if marked else glyphs.cursor if cursor else glyphs.bar, "bar")
    indent = "    " * item.depth
    head = f"{kind_glyph(card, glyphs)} "
    identity = f"{shown_id(card.id, manner.language.code)} "
    meta = _rows(_meta(board, card, manner), 60, 1, glyphs.dot)[0]
    meta[-1] = Span(meta[-1].text.rstrip(), meta[-1].part)
    said = sum(cell_len(span.text) for span in meta)
    room = manner.width - 3 - len(indent) - cell_len(head) - cell_len(identity)
    title = cut(card.title, max(12, room - said - 2))
    spans = [Span(indent + head, "glyph"), Span(identity, "id"), Span(title, "title"), Span("  ", "gap"), *meta]
    return [(bar, *_fitted(spans, manner.width - 1))]


def kind_glyph(card: Card, glyphs: Glyphs) -> str:
    """The sign of a card's kind and state."""
    if card.kind == "question":
        return glyphs.question
    if card.kind == "answer":
        return glyphs.answer
    if card.agreed:
        return glyphs.trial if card.on_trial else glyphs.agreed
    return glyphs.proposal


def initials(board: Board) -> dict[PartyName, str]:
    """One letter for each party, two where one would be the same for both."""
    names = {party: board.party_name(party) for party in PARTIES}
    for letters in (1, 2, 3):
        found = {party: _graphemes(name, letters).capitalize() for party, name in names.items()}
        if len(set(found.values())) == len(PARTIES):
            return found
    return {"consultant": "1", "client": "2"}


def _graphemes(text: str, count: int) -> str:
    spans, _ = split_graphemes(text[:32])
    return text[: spans[min(count, len(spans)) - 1][1]] if spans else "?"


def opinion_signs(board: Board, card: Card, glyphs: Glyphs) -> str:
    """What each party says of a decision, as initials with a sign: ``N+ P·``."""
    signs = {"agree": glyphs.plus, "concern": glyphs.concern, "disagree": glyphs.minus, "withdrawn": glyphs.none}
    letters = initials(board)
    found = []
    for party in PARTIES:
        opinion = card.opinion(party)
        found.append(letters[party] + (signs[opinion.kind] if opinion else glyphs.none))
    return " ".join(found)


def state_parts(board: Board, card: Card, manner: Manner) -> list[str]:
    """In words where a decision is: agreed, or a proposal, and what it waits for."""
    say = manner.language.say
    if card.agreed:
        return [_agreed_words(board, card, manner)]
    parts = [say("proposal")]
    if card.trial is not None:
        parts.append(say("to be tried"))
    against = [o for o in (card.opinion(party) for party in PARTIES) if o is not None and o.kind == "disagree"]
    missing = [party for party in PARTIES if not card.assents(party)]
    if against:
        parts.append(say("{name} disagrees", name=board.name_of(against[0].person)))
    elif len(missing) == 1:
        parts.append(say("waits for {name}", name=board.party_name(missing[0])))
    elif card.reworded is None and any(o.revision != card.revision for o in card.opinions.values()):
        parts.append(say("reworded"))
    return parts


def _agreed_words(board: Board, card: Card, manner: Manner) -> str:
    say = manner.language.say
    if card.correction is not None:
        names = [board.party_name(party) for party in PARTIES if party not in card.correction.confirmed]
        return say("spelling: waits for {name}", name=", ".join(names))
    if card.subject_to:
        return say("subject to {name}", name=card.subject_to)
    if card.on_trial:
        return _trial_words(board, card, manner)
    at = card.agreed_at
    return say("agreed {date}", date=short_date(manner.language, at.astimezone().date())) if at else say("agreed")


def _trial_words(board: Board, card: Card, manner: Manner) -> str:
    say, outcome = manner.language.say, card.open_outcome
    if outcome is not None:
        return say("outcome: waits for {name}", name=board.party_name(other(outcome.party)))
    if card.due(manner.today):
        return say("review due")
    until = card.trial.until if card.trial else None
    return say("trial until {date}", date=short_date(manner.language, until)) if until else say("trial")


def _meta(board: Board, card: Card, manner: Manner) -> list[Span]:
    """What there is to say of a card beside its title, the most useful first."""
    language, glyphs = manner.language, manner.glyphs
    standing = board.standing
    state = standing.places[card.id].state
    spans: list[Span] = []
    if state in ("settled", "not_chosen", "replaced"):
        spans.append(Span(state_word(language, state), "state"))
    if card.reworded is not None:
        name = board.name_of(card.reworded.person)
        spans.append(Span(language.say("reworded by {name}", name=name), "state"))
    if card.notes:
        spans.append(Span(f"{glyphs.note}{len(card.notes)}", "meta"))
    if card.kind == "decision":
        spans.append(Span(opinion_signs(board, card, glyphs), "opinion"))
        spans += [Span(words, "state") for words in state_parts(board, card, manner)]
        if one_voice(board, card.id) is not None:
            spans.append(Span(language.say("one voice"), "meta"))
        if card.linked("rests_on") and not card.agreed:
            spans.append(Span(_based(card.linked("rests_on"), manner), "meta"))
    elif card.kind == "answer":
        if card.frame:
            spans.append(Span(language.say("frame"), "state"))
        if card.linked("answers"):
            spans.append(Span(_based(card.linked("answers"), manner), "meta"))
        spans.append(Span(board.name_of(card.voice), "meta"))
    else:
        answers = len(standing.answers_to(board, card.id))
        spans.append(Span(board.name_of(card.voice), "meta"))
        if answers:
            spans.append(Span(language.count("{n} answer", "{n} answers", answers), "meta"))
        else:
            spans.append(Span(language.say("unanswered"), "state"))
    return spans


def _rows(spans: list[Span], width: int, most: int, dot: str) -> list[list[Span]]:
    """The spans with dots between them, on as many rows as they need; the last one is cut where that is too many."""
    rows: list[list[Span]] = [[]]
    left = width
    for span in spans:
        cells = cell_len(span.text) + (3 if rows[-1] else 0)
        if cells > left and rows[-1] and len(rows) < most:
            rows.append([])
            left = width
        if rows[-1]:
            rows[-1].append(Span(f" {dot} ", span.part))
        rows[-1].append(span)
        left -= cell_len(span.text) + (3 if len(rows[-1]) > 1 else 0)
    return [_fitted(row, width) for row in rows]


def _based(identities: tuple[str, ...], manner: Manner) -> str:
    ids = " ".join(shown_id(identity, manner.language.code) for identity in identities)
    return f"{manner.glyphs.rests} {ids}"


def trail_of(board: Board, card: Card) -> list[str]:
    """The ids of what stands under a decision: the questions and answers that led to it, in that order."""
    questions: list[str] = []
    answers: list[str] = []
    for identity in card.linked("rests_on"):
        below = board.cards.get(identity)
        if below is None or below.aside:
            continue
        if below.kind == "question":
            questions.append(identity)
        else:
            answers.append(identity)
            questions += [i for i in below.linked("answers") if i in board.cards and not board.cards[i].aside]
    return [*dict.fromkeys(questions), *dict.fromkeys(answers)]


def _under(board: Board, card: Card, manner: Manner) -> list[str]:
    if not card.agreed or not manner.trail_lines:
        return []
    trail = trail_of(board, card)
    shown = trail if len(trail) <= manner.trail_lines else trail[: manner.trail_lines - 1]
    lines = []
    for identity in shown:
        below = board.cards[identity]
        sign = kind_glyph(below, manner.glyphs)
        lines.append(f"{sign} {shown_id(identity, manner.language.code)} {below.title}")
    if len(shown) < len(trail):
        rest = len(trail) - len(shown)
        lines.append(manner.language.count("and {n} more", "and {n} more", rest))
    return lines


def _title_lines(title: str, room: int, first: int, lines: int) -> list[str]:
    """The title, its first line shorter by what stands before it, the others indented by two."""
    if cell_len(title[: room * 2]) <= room - first and len(title) <= room * 2:
        return [title]
    return wrap(title, room - 2, lines, first=room - first)


def _fitted(spans: list[Span], width: int) -> list[Span]:
    """The spans in exactly that width, the last one cut or filled."""
    found: list[Span] = []
    left = width
    for position, span in enumerate(spans):
        cells = cell_len(span.text)
        if cells >= left or position == len(spans) - 1:
            more = cells > left or position < len(spans) - 1
            text = cut(span.text + (" " + "…" if more and cells == left else ""), left)
            found.append(Span(fill(text, left), span.part))
            break
        found.append(span)
        left -= cells
    return found
