"""The history in words: what each change did, and whose voice it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from storage import Board, Language, Record
from storage.card import shown_id
from storage.language import later
from storage.text import clean_line

from .words import role_title

_ASKED = later("asks {id}: {title}")
_ANSWERED = later("answers with {id}: {title}")
_PROPOSED = later("proposes {id}: {title}")

_PLAIN = {
    "reword": later("rewords {id}: {title}"),
    "correct": later("corrects the spelling of {id}: {title}"),
    "confirm": later("confirms the new spelling of {id}"),
    "drop-correction": later("leaves {id} as it was"),
    "move": later("moves {id}"),
    "set-aside": later("sets {id} aside"),
    "bring-back": later("brings {id} back"),
    "link": later("links {id}"),
    "describe": later("completes {id}"),
    "note": later("adds a note to {id}"),
    "frame": later("changes the frame: {id}"),
    "outcome": later("gives an outcome of {id}: {title}"),
    "confirm-outcome": later("confirms the outcome of {id}"),
    "look": later("has looked at {id}"),
    "correct-voice": later("corrects whose voice {id} is"),
    "add-cards": later("adds {id}"),
    "add-person": later("brings {title} to the table"),
    "rename-person": later("renames somebody: {title}"),
    "party": later("describes a party"),
    "board": later("describes the board: {title}"),
    "add-column": later("adds a column: {title}"),
    "rename-column": later("renames a column: {title}"),
    "move-column": later("moves a column"),
    "remove-column": later("takes a column away"),
    "undo": later("undoes a change of {id}"),
    "redo": later("does it again: {id}"),
}

_OPINIONS = {
    "agree": later("agrees to {id}"),
    "concern": later("agrees to {id}, with a concern: {reason}"),
    "disagree": later("disagrees with {id}: {reason}"),
    "withdrawn": later("takes the opinion on {id} back"),
}


def told(record: Record, board: Board, language: Language) -> str:
    """What a change did, without who did it: "asks Q1: Who do we want to reach?"."""
    return clean_line(_told(record, board, language))


def _told(record: Record, board: Board, language: Language) -> str:
    say = language.say
    ids = ", ".join(shown_id(identity, language.code) for identity in record.cards)
    if record.kind == "add-card":
        added = next((act.now for act in record.acts if len(act.path) == 2 and isinstance(act.now, dict)), {})
        words = {"answer": _ANSWERED, "decision": _PROPOSED}.get(added.get("kind", ""), _ASKED)
        return say(words, id=ids, title=added.get("title", ""))
    if record.kind == "reword" and any(act.path[2:] == ("trial",) for act in record.acts) and not _title(record):
        return say("proposes to try {id}", id=ids)
    if record.kind == "opinion":
        return _opinion(record, ids, say)
    if record.kind == "move":
        return _move(record, board, ids, language)
    if record.kind == "import":
        return language.count("takes in a file: {n} card", "takes in a file: {n} cards", len(record.cards))
    if record.kind in ("reword", "correct") and all(act.path[2:3] == ("notes",) for act in record.acts):
        return say(_PLAIN["note"], id=ids)  # what became of it: somebody else had changed the same words
    if record.kind in _PLAIN:
        return say(_PLAIN[record.kind], id=ids, title=_title(record) or _present_title(record, board))
    return f"{record.kind} {ids}"


def _opinion(record: Record, ids: str, say: Callable[..., str]) -> str:
    given: list[dict[str, Any]] = [act.now for act in record.acts if act.path[2:3] == ("opinions",) and act.now]
    if not given:
        return say("speaks on {id}", id=ids)
    if any(opinion.get("one_screen") for opinion in given):  # of whoever agreed before, nothing is said again
        return say("agrees to {id}, and so does the other side, at one screen", id=ids)
    words = _OPINIONS.get(given[0].get("kind", ""), _OPINIONS["agree"])
    return say(words, id=ids, reason=given[0].get("reason", ""))


def _move(record: Record, board: Board, ids: str, language: Language) -> str:
    column = next((act.now for act in record.acts if act.path[2:] == ("column",)), None)
    found = board.columns.get(column or "")
    if found is None and any(act.path[2:3] == ("opinions",) for act in record.acts):
        return language.say("takes the assent to {id} back, by moving it", id=ids)
    if found is None:
        return language.say("moves {id} within its column", id=ids)
    title = found.title or (role_title(language, found.role) if found.role else found.id)
    return language.say("moves {id} to {column}", id=ids, column=title)


def _title(record: Record) -> str:
    for act in record.acts:
        if act.path[2:] == ("title",) or act.path == ("board", "title"):
            return str(act.now)
        if isinstance(act.now, dict) and act.path[0] in ("people", "columns"):
            return str(act.now.get("name") or act.now.get("title") or "")
        if act.path[2:3] == ("outcomes",) and isinstance(act.now, dict):
            return str(act.now.get("saw", ""))
        if act.path[2:] == ("correction",) and act.now:
            return str(act.now["wording"]["title"])
    return ""


def _present_title(record: Record, board: Board) -> str:
    """What the card is called now, where the change was about something else of it."""
    card = board.cards.get(next(iter(record.cards), ""))
    return card.title if card is not None else ""
