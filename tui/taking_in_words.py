"""What a file would bring to the board, in words: what it is, which cards, which columns, what cannot be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from storage import Board, Language
from storage.board import COMPUTED
from storage.card import Kind
from storage.imports import Found, Left, Plan, doubles
from storage.imports.found import Source
from storage.language import later
from storage.text import can_be_seen, clean_line

from .cells import cut
from .glyphs import Glyphs
from .widgets.markdown_lines import Block, Blocks, Part, Run
from .words import column_title

SOURCES: Mapping[Source, str] = {
    "accord": later("A board that Accord wrote, with all that was said on it."),
    "obsidian": later("A board of Obsidian."),
    "taskell": later("A board of taskell."),
    "trello": later("A board of Trello."),
    "markdown": later("A text in Markdown: the items of its lists become cards."),
}
"""What a file was recognised as."""

LEFT: Mapping[str, str] = {
    "text-outside": later("Text that belongs to no card"),
    "front-matter": later("What stands at the head of the file"),
    "board-text": later("What describes that board"),
    "checklist": later("Checklists whose card is not in the file"),
    "comment": later("Comments whose card is not in the file"),
    "comments-missing": later("Cards of whose comments some are not in the file"),
    "start-date": later("Days on which something begins"),
    "member": later("People whom the file does not name"),
    "column-computed": later("Columns that only agreement leads to: their cards go on the table"),
    "column-aside": later("Archived columns, which are not added"),
    "column-cut": later("Titles of columns that are too long"),
    "earlier-opinion": later("Opinions on an earlier wording"),
    "earlier-wording": later("Earlier wordings"),
    "correction": later("Spellings that waited to be confirmed"),
    "complete-marker": later("Marks of a column whose cards are done"),
    "lane-limit": later("Limits of how many cards a column may have"),
    "block-id": later("Names by which other notes point to an item"),
    "only-agreement": later("Cards moved to where only agreement leads: they stay where they were"),
    "settled-stays": later("Cards moved into or out of what is settled: only the agreement decides that"),
    "column-stays": later("Columns of every board: they stay"),
    "lane-title": later("Titles that these columns cannot have"),
    "no-title": later("Cards whose title was taken away: they keep it"),
    "too-long": later("Texts that are too long for a card"),
    "not-kept": later("What was changed there and is not possible here"),
    "settings-damaged": later("The settings at the end of the file, which are damaged"),
    "board-damaged": later("What Accord kept in the file besides its cards, which is damaged"),
}
"""Why something has no place on a board."""

_OTHER = later("Other things")

MOST_LINES = 300
"""Cards, and things that cannot be kept, that are listed of each sort."""

_LONGEST = 300
"""Characters that are shown of each."""


def left_words(language: Language, code: str) -> str:
    """Why something cannot be kept, for its code; where that is of a later version, a word at least."""
    return language.say(LEFT.get(code, _OTHER))


def doubles_words(language: Language, made: Plan, board: Board) -> str:
    """That cards like some of those that come are on the board already, as when a file is taken in twice; else ``""``.

    It goes through the whole board.
    """
    n = doubles(made, board)
    if n == 0:
        return ""
    if n == made.cards:
        return language.count(
            "This card has the same title as a card of the board.",
            "All of these {n} cards have the same title as a card of the board.",
            n,
        )
    return language.count(
        "{n} of these {cards} cards has the same title as a card of the board.",
        "{n} of these {cards} cards have the same title as a card of the board.",
        n,
        cards=made.cards,
    )


def preview(language: Language, glyphs: Glyphs, found: Found, made: Plan, board: Board) -> Blocks:
    """What a file would bring to a board. Slow for a large one: fit for a thread."""
    return _Preview(language, glyphs).blocks(found, made, board)


class _Preview:
    """Says it part by part; what there is nothing of is left out."""

    def __init__(self, language: Language, glyphs: Glyphs) -> None:
        self._language = language
        self.say = language.say
        self._glyphs = glyphs
        self._blocks: list[Block] = []

    def blocks(self, found: Found, made: Plan, board: Board) -> Blocks:
        self._part(found.title, "heading")
        self._line(self.say(SOURCES[found.source]))
        kinds = Counter(card.card_kind for card in made.change.cards)
        self._part(self._counts(made.cards, kinds), "strong")
        if made.aside:
            self._line(
                self._language.count(
                    "{n} of them was archived there, and comes set aside.",
                    "{n} of them were archived there, and come set aside.",
                    made.aside,
                )
            )
        if words := doubles_words(self._language, made, board):
            self._blocks.append(Block((Run(words, ("strong",)),), air=False))
        self._columns(made, board)
        if kinds["question"]:
            self._part(self.say("What becomes a question"), "section")
            self._cards(made, "question", self._glyphs.question)
        if made.left:
            self._part(self.say("What cannot be kept ({n})", n=len(made.left)), "section")
            self._left(made.left)
        if kinds["answer"]:
            self._part(self.say("What becomes an answer"), "section")
            self._cards(made, "answer", self._glyphs.answer)
        if kinds["decision"]:
            self._part(self.say("What becomes a proposal"), "section")
            self._cards(made, "decision", self._glyphs.proposal)
        return self._blocks

    def _counts(self, cards: int, kinds: Mapping[Kind, int]) -> str:
        count = self._language.count
        said = {
            "question": count("{n} question", "{n} questions", kinds["question"]),
            "answer": count("{n} answer", "{n} answers", kinds["answer"]),
            "decision": count("{n} proposal", "{n} proposals", kinds["decision"]),
        }
        parts = ", ".join(words for kind, words in said.items() if kinds[kind])  # type: ignore[index]
        return self.say("{cards}: {parts}", cards=count("{n} card", "{n} cards", cards), parts=parts)

    def _columns(self, made: Plan, board: Board) -> None:
        if not made.mapped and not made.columns:
            titles = ", ".join(column_title(self._language, column) for column in made.into)
            if titles:
                self._line(self.say("They go to: {columns}", columns=titles))
            return
        self._part(self.say("The columns"), "section")
        for name, column in made.mapped:
            goes = column if column.role not in COMPUTED else board.column_of_role("table")
            self._pair(name, column_title(self._language, goes))
        for name in made.columns:
            self._pair(name, self.say("a new column"))

    def _left(self, left: Sequence[Left]) -> None:
        texts: dict[str, list[str]] = {}
        for each in left:
            texts.setdefault(left_words(self._language, each.code), []).append(each.text)
        for words, held in texts.items():
            self._part(words, "emphasis")
            self._list(held, self._glyphs.dot)

    def _cards(self, made: Plan, kind: Kind, sign: str) -> None:
        self._list([card.title for card in made.change.cards if card.card_kind == kind], sign)

    def _list(self, texts: Sequence[str], sign: str) -> None:
        shown = [text for text in texts[:MOST_LINES] if can_be_seen(text)]
        for text in shown:
            runs = (Run(cut(" ".join(clean_line(text[: 2 * _LONGEST]).split()), _LONGEST)),)
            first = Run(f"{sign} ", ("sign",))
            self._blocks.append(Block(runs, first=(first,), rest=(Run("  "),), air=False))
        more = len(texts) - MOST_LINES
        if more > 0:
            self._line(self._language.count("… and {n} more", "… and {n} more", more))

    def _pair(self, name: str, goes: str) -> None:
        arrow = f" {self._glyphs.right} "
        self._blocks.append(Block((Run(cut(clean_line(name), 60)), Run(arrow, ("sign",)), Run(goes)), air=False))

    def _part(self, words: str, part: Part) -> None:
        self._blocks.append(Block((Run(clean_line(words), (part,)),)))

    def _line(self, words: str) -> None:
        self._blocks.append(Block((Run(words),), air=False))
