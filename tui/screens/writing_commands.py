"""Writing: new cards, other words for those that there are, and drafts that are gone on with."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from storage import Board, Card, Record, Refused, changes
from storage.card import KINDS, PARTIES, Wording
from storage.changes import Change
from storage.drafts import Draft
from storage.language import later

from ..words import kind_word
from .asking import Choice, Choose
from .card_commands import CardCommands
from .writing import Task, Written, about_cards

_HEADINGS = {
    "question": later("A new question"),
    "answer": later("An answer"),
    "decision": later("A new proposal"),
}


class WritingCommands(CardCommands):
    """A screen on which cards are written, each in the editor."""

    async def do_question(self) -> None:
        """A new question."""
        say = self.session.language.say
        await self.write_new(Task("new:question", "question", say("A new question")))

    async def do_answer(self) -> None:
        """An answer to the question in hand, in the voice of the party that it asks for."""
        card = self.board.cards.get(self.in_hand or "")
        asked = card.linked("answers")[:1] if card is not None and card.kind == "answer" else ()
        question = self.board.cards.get(asked[0]) if asked else card
        if question is None or question.kind != "question":
            self.tell(self.session.language.say("Choose a question first: an answer belongs to one."))
            return
        party = self.board.answering_party(question)
        people = self.board.of_party(party)
        speaking = self.session.voice.person
        if self.session.voice.one_screen and people and self.board.party_of(speaking) != party:
            speaking = people[0].id
        heading = self.session.language.say("An answer to {id}", id=self.named(question.id))
        task = Task(f"new:answer:{question.id}", "answer", heading, on=(question.id,), person=speaking)
        await self.write_new(task)

    async def do_decision(self) -> None:
        """A proposal that rests on the marked cards or the card in hand; of an agreed decision, one in its place."""
        say, picked = self.session.language.say, self.picked()
        cards = [card for card in map(self.board.cards.get, picked) if card is not None]
        based = tuple(card.id for card in cards if card.kind != "decision")
        agreed = tuple(card.id for card in cards if card.agreed)
        if agreed and not based:
            heading = say("A proposal in place of {id}", id=self.named(agreed[0]))
            await self.write_new(Task(f"new:decision:{agreed[0]}", "decision", heading, on=agreed[:1]))
        else:
            await self.write_new(Task("new:decision", "decision", say("A new proposal"), on=based))

    async def write_new(self, task: Task) -> None:
        """Write a new card in the editor, and add it."""
        with self.session.drafts.alone(task.draft_key) as key:
            await self._write_new(replace(task, draft_key=key))

    async def _write_new(self, task: Task) -> None:
        written = await self._edit(task)
        if written is None:
            return
        kind = next(k for k in KINDS if k == task.kind)
        change = changes.AddCard(kind, written.title, written.body, on=written.on, theme=task.theme, asks=task.asks)
        if await self._save(task, change, written) is None:
            return
        card = self.board.cards.get(next(iter(self.touched_last()), ""))
        if card is None:  # undone at once, in another window
            return
        self.used_marks()
        self.show_board(go_to=card.id)
        name, word = self.board.name_of(card.voice), kind_word(self.session.language, card)
        words = self.session.language.say(
            "{kind} {id} added, said by {name}.", kind=word, id=self.named(card.id), name=name
        )
        self.tell(words, "good")

    async def _edit(self, task: Task) -> Written | None:
        """Open the editor, with the draft that is kept for it, if there is one."""
        kept = self._kept(task.draft_key)
        if kept is not None:
            task = replace(
                task, on=kept.on or task.on, person=kept.person, title=kept.title, body=kept.body,
                base=kept.base or task.base, theme=kept.theme or task.theme, asks=kept.asks or task.asks,
            )  # fmt: skip
        task = replace(task, about=about_cards(self.session, task.on), people=self._people())
        from .editor import Editor  # ten milliseconds that no board waits for

        editor = Editor(self.session, task)
        with self.session.writing(editor.place):
            written = await self.app.push_screen_wait(editor)
        self.show_board()
        if written is None and self._kept(task.draft_key):
            self._tell_kept()
        return written

    def _kept(self, key: str) -> Draft | None:
        return next((draft for draft in self.session.drafts.all() if draft.key == key), None)

    def _tell_kept(self) -> None:
        self.tell(self.session.language.say("Kept as a draft. {key} goes on writing.", key=self.key("next")))

    def _let_go(self, key: str) -> None:
        """Drop a draft whose text is safe. Where that is not possible it is offered once more, which does no harm."""
        with contextlib.suppress(Refused):
            self.session.drafts.drop(key)

    def _people(self) -> tuple[str, ...]:
        return tuple(person.id for party in PARTIES for person in self.board.of_party(party))

    async def _save(self, task: Task, change: Change, written: Written) -> Board | None:
        """Commit what was written; its draft goes only when the card is safe."""
        board = await self.commit(lambda _: change, person=written.person)
        if board is not None:
            self._let_go(task.draft_key)
        return board

    async def do_edit(self) -> None:
        """Reword the card in hand."""
        card = self.card_in_hand()
        if card is not None:
            await self._reword(card)

    async def _reword(self, card: Card, key: str = "") -> None:
        heading = self.session.language.say("Reword {id}", id=self.named(card.id))
        task = Task(
            key or f"edit:{card.id}", card.kind, heading, card=card.id, title=card.title, body=card.body,
            base=card.wording,
        )  # fmt: skip
        with self.session.drafts.alone(task.draft_key) as key:
            await self._reword_as(replace(task, draft_key=key), card)

    async def _reword_as(self, task: Task, card: Card) -> None:
        written = await self._edit(task)
        if written is None:
            return
        card = self.board.cards.get(card.id, card)
        base = written.base or card.wording
        wording = Wording(written.title, written.body, base.trial)
        if wording in (card.wording, base):
            self._let_go(task.draft_key)
            return
        correct = both = False
        if card.agreed:
            kind = await self._spelling_or_meaning(card)
            if kind is None:
                self._tell_kept()
                return
            correct, both = kind != "reword", kind == "both"
        change = changes.Reword(card.id, wording, base=base, correct=correct, both=both)
        seq = self.board.seq
        board = await self._save(task, change, written)
        if board is not None:
            from .rewording import Rewording

            record, log = self._made(board, seq), self.session.store.log
            self.tell(*Rewording(change, base, card, board, record, log).told(self.session.language))

    def _made(self, board: Board, before: int) -> Record | None:
        """The change typed here that a board stands at, where it was made since ``before``."""
        own = self.session.voice.session
        made = (each for each in reversed(self.session.store.log) if before < each.seq == board.seq)
        return next((each for each in made if each.session == own), None)

    async def _spelling_or_meaning(self, card: Card) -> str | None:
        say = self.session.language.say
        choices = [Choice("reword", say("The meaning changes: back to the table, both are asked again"))]
        if self.session.voice.one_screen:
            choices.insert(0, Choice("both", say("Only the spelling: both confirm, it stays agreed")))
        else:
            choices.insert(0, Choice("own", say("Only the spelling: I confirm, it stays agreed meanwhile")))
        heading = say("Both agreed to {id}. What changes?", id=self.named(card.id))
        return await self.app.push_screen_wait(Choose(self.session.language, heading, choices))

    async def resume(self, draft: Draft) -> None:
        """Go on writing a draft."""
        kind = draft.key.partition(":")[0]
        card = self.board.cards.get(draft.card) if kind == "edit" else None
        if card is not None:
            # The card itself, also where it has left the columns and the cursor can only go near it.
            self.show_board(go_to=card.id)
            await self._reword(card, draft.key)
        elif kind == "edit":
            await self._rescue(draft)
        elif draft.kind in KINDS:
            heading = self.session.language.say(_HEADINGS[draft.kind])
            await self.write_new(Task(draft.key, draft.kind, heading, on=draft.on))

    async def _rescue(self, draft: Draft) -> None:
        """The card that a draft was for is gone: its words become a card of the same kind, if they are wanted."""
        kind = draft.kind if draft.kind in KINDS else "question"
        heading = self.session.language.say(_HEADINGS[kind])
        await self.write_new(Task(draft.key, kind, heading))
