"""The rest of the dialogue, from the board or from a card: the frame, notes, trials, and the ways on from a no."""

from __future__ import annotations

import datetime as dt

from storage import Card, changes
from storage.card import NoteKind, OutcomeKind, Trial, Wording, other
from storage.changes import Change

from ..words import outcome_word, said_words, short_date
from .asking import Ask, Choice, Choose
from .opinion_commands import OpinionCommands
from .writing import Task


class DialogueCommands(OpinionCommands):
    """Commands that a person meets only by asking for them."""

    # The frame

    async def do_frame(self) -> None:
        """The frame on one page; the answer in hand can be made part of it, or taken out."""
        say, board = self.session.language.say, self.board
        framed = [card for card in board.in_order("answer") if card.frame and not card.aside]
        choices = []
        card = board.cards.get(self.in_hand or "")
        if card is not None and card.kind == "answer":
            named = self.named(card.id)
            words = (
                say("Take {id} out of the frame", id=named)
                if card.frame
                else say("Make {id} part of the frame", id=named)
            )
            choices.append(Choice("toggle", words))
        choices += [Choice(each.id, self._choice_of(each)) for each in framed]
        if not choices:
            self.tell(say("Nothing is in the frame yet. Choose an answer, then {key}.", key=self.key("frame")))
            return
        note = say("What is given: hours, people, money, what is out of the question. It comes first in the strategy.")
        chosen = await self.app.push_screen_wait(
            Choose(self.session.language, say("The frame"), choices, note=note, one_line=True)
        )
        if chosen == "toggle" and card is not None:
            named = self.named(card.id)
            gone, there = (
                say("{id} is no longer part of the frame.", id=named),
                say("{id} is part of the frame.", id=named),
            )
            change = changes.SetFrame(card.id, frame=not card.frame)
            await self.commit(lambda _: change, said=gone if card.frame else there, go_to=card.id)
        elif chosen is not None and chosen != "toggle":
            self.show_board(go_to=chosen)

    # Notes

    async def do_note(self) -> None:
        """A remark on the card in hand: plain, for or against."""
        card = self.card_in_hand()
        if card is None:
            return
        say = self.session.language.say
        choices = [
            Choice("plain", say("A note")),
            Choice("for", say("A note in favour")),
            Choice("against", say("A note against")),
        ]
        if card.on_trial:
            choices.insert(0, Choice("seen", say("What we see of the trial")))
        heading = f"{self.named(card.id)} {card.title}"
        note = "\n".join(self._said(n.person, n.text) for n in list(card.notes.values())[-6:])
        chosen = await self.app.push_screen_wait(Choose(self.session.language, heading, choices, note=note))
        if chosen is not None:
            await self._note(card, chosen)

    async def _note(self, card: Card, kind: str) -> None:
        say = self.session.language.say
        key = f"note:{card.id}:{kind}"
        heading = say("What do we see?") if kind == "seen" else say("The note")
        text = await self.app.push_screen_wait(
            Ask(self.session, heading, key, note=f"{self.named(card.id)} {card.title}")
        )
        if text is None:
            return
        noted: NoteKind = kind  # type: ignore[assignment]
        change = changes.AddNote(card.id, text, noted)
        if await self.commit(lambda _: change, said=say("Noted on {id}.", id=self.named(card.id)), go_to=card.id):
            self._let_go(key)

    # Who and when

    async def do_task(self) -> None:
        """Who does it, by when, and who is not at the table and still has to agree."""
        card = self.card_in_hand()
        if card is None:
            return
        say, language = self.session.language.say, self.session.language
        by_when = short_date(language, card.by_when) if card.by_when else say("not said")
        choices = [
            Choice("who", say("Who does it"), card.who or say("not said")),
            Choice("when", say("By when"), by_when),
            Choice("subject", say("Subject to somebody who is not here"), card.subject_to or say("nobody")),
        ]
        heading = f"{self.named(card.id)} {card.title}"
        chosen = await self.app.push_screen_wait(Choose(language, heading, choices))
        if chosen is None:
            return
        headings = {
            "who": say("Who does it?"),
            "when": say("By when? (30/6, or: 6 weeks)"),
            "subject": say("Subject to whom?"),
        }
        held = {
            "who": card.who,
            "when": card.by_when.strftime("%d/%m/%Y") if card.by_when else "",
            "subject": card.subject_to,
        }
        text = await self.app.push_screen_wait(
            Ask(self.session, headings[chosen], f"task:{card.id}:{chosen}", value=held[chosen])
        )
        if text is None:
            return
        change = self._described(card, chosen, text)
        if change is None:
            self.tell(say("That is no day: write 30/6, or 6 weeks."), "alert")
            return
        if await self.commit(lambda _: change, said=say("{id} is completed.", id=self.named(card.id)), go_to=card.id):
            self._let_go(f"task:{card.id}:{chosen}")

    def _described(self, card: Card, part: str, text: str) -> Change | None:
        if part == "who":
            return changes.Describe(card.id, who=text)
        if part == "subject":
            return changes.Describe(card.id, subject_to=text)
        from .trial_terms import day_from

        day = day_from(text, dt.date.today())
        if text and day is None:
            return None
        return changes.Describe(card.id, by_when=day, no_date=day is None)

    # Trials

    async def do_try(self) -> None:
        """Try and see: from an answer in one step, or with a proposal's terms."""
        card = self.card_in_hand()
        if card is None:
            return
        say = self.session.language.say
        if card.kind == "question":
            self.tell(say("What is tried is an answer or a proposal. Choose one of these."))
            return
        heading = say("Try and see: {title}", title=card.title)
        from .trial_terms import TrialTerms

        terms = await self.app.push_screen_wait(TrialTerms(self.session, heading, card.id, card.trial, dt.date.today()))
        if terms is None:
            return
        if await self._tried(card, terms):
            self._let_go(f"trial:{card.id}")

    async def _tried(self, card: Card, terms: Trial) -> bool:
        say = self.session.language.say
        if card.kind == "answer":
            return await self._try_answer(card, terms)
        change = changes.Reword(card.id, Wording(card.title, card.body, terms), base=card.wording)
        said = say("{id} is to be tried; both are asked for their opinion.", id=self.named(card.id))
        return await self.commit(lambda _: change, said=said, go_to=card.id) is not None

    async def _try_answer(self, card: Card, terms: Trial) -> bool:
        change = changes.AddCard("decision", card.title, card.body, on=(card.id,), trial=terms)
        if await self.commit(lambda _: change) is None:
            return False
        made, say = self.touched_last()[0], self.session.language.say
        self.show_board(go_to=made)
        self.tell(say("{id} is to be tried; both are asked for their opinion.", id=self.named(made)), "good")
        return True

    async def do_outcome(self) -> None:
        """What came of a trial: what was seen, and so keep, change or stop; the other party confirms."""
        card = self.card_in_hand()
        if card is None:
            return
        say = self.session.language.say
        if not card.on_trial:
            self.tell(say("{id} is not being tried.", id=self.named(card.id)))
            return
        chosen = await self.app.push_screen_wait(self._outcome_panel(card))
        if chosen == "seen":
            await self._note(card, "seen")
        elif chosen == "confirm":
            await self._confirm_outcome(card)
        elif chosen is not None:
            kind, _, whose = chosen.partition(":")
            await self._outcome(card, kind, both=whose == "both")

    def _outcome_panel(self, card: Card) -> Choose:
        say, board, voice = self.session.language.say, self.board, self.session.voice
        name = board.name_of(voice.person)
        choices = [Choice("seen", say("What we see so far…"))]
        if voice.one_screen:
            choices += [
                Choice("keep:both", say("Both: keep it…")),
                Choice("change:both", say("Both: change it…")),
                Choice("stop:both", say("Both: stop it…")),
            ]
        choices += [
            Choice("keep:own", say("{name}: keep it…", name=name)),
            Choice("change:own", say("{name}: change it…", name=name)),
            Choice("stop:own", say("{name}: stop it…", name=name)),
        ]
        given = card.outcome
        seen = [self._said(n.person, n.text) for n in card.notes.values() if n.kind == "seen"]
        if given is not None and not given.confirmed:
            words = outcome_word(self.session.language, given.kind)
            waits = board.party_name(other(given.party))
            seen.append(self._said(given.person, f"{words}. {given.saw}"))
            seen.append(say("Waiting for {name} to confirm.", name=waits))
            choices.insert(0, Choice("confirm", say("{name} confirms: {outcome}", name=waits, outcome=words)))
        heading = say("Outcome of {id}: {title}", id=self.named(card.id), title=card.title)
        return Choose(self.session.language, heading, choices, note="\n".join(seen))

    async def _outcome(self, card: Card, kind: str, *, both: bool) -> None:
        say = self.session.language.say
        key = f"outcome:{card.id}:{kind}"
        saw = await self.app.push_screen_wait(Ask(self.session, say("What did we see?"), key, note=card.title))
        if saw is None:
            return
        outcome: OutcomeKind = kind  # type: ignore[assignment]
        change = changes.GiveOutcome(card.id, outcome, saw, both=both)
        if await self.commit(lambda _: change, go_to=card.id) is None:
            return
        self._let_go(key)
        if both:
            self._tell_outcome(card.id, outcome)
        else:
            party = other(self.board.party_of(self.session.voice.person))
            self.tell(say("Said. It takes effect when {name} confirms.", name=self.board.party_name(party)))

    async def _confirm_outcome(self, card: Card) -> None:
        given = card.outcome
        if given is None:
            return
        across = self.board.of_party(other(given.party))
        person = across[0].id if self.session.voice.one_screen and across else self.session.voice.person
        if (
            await self.commit(lambda _: changes.ConfirmOutcome(card.id, seq=given.seq), person=person, go_to=card.id)
            is not None
        ):
            self._tell_outcome(card.id, given.kind)

    def _tell_outcome(self, identity: str, kind: OutcomeKind) -> None:
        say, named = self.session.language.say, self.named(identity)
        words = {
            "keep": say("{id} is kept: it stands with what is agreed.", id=named),
            "change": say("{id} is back on the table, to be changed.", id=named),
            "stop": say("{id} is stopped; what was learned is kept.", id=named),
        }
        self.tell(words[kind], "good")

    # The ways on from a no

    async def after_disagreement(self, card: Card, reason: str) -> None:
        """A disagreement is a beginning: reword it, ask it as a question, or make it a small trial."""
        say = self.session.language.say
        choices = [
            Choice("reword", say("Reword the proposal")),
            Choice("ask", say("Ask it as a question")),
            Choice("try", say("Make it a small trial")),
            Choice("leave", say("Leave it for now")),
        ]
        heading = say("How do we go on with {id}?", id=self.named(card.id))
        chosen = await self.app.push_screen_wait(Choose(self.session.language, heading, choices, note=reason))
        if chosen == "reword":
            await self.do_edit()
        elif chosen == "ask":
            heading = say("A question raised by {id}", id=self.named(card.id))
            await self.write_new(Task(f"new:question:{card.id}", "question", heading, on=(card.id,), title=reason))
        elif chosen == "try":
            await self.do_try()

    def _said(self, person: str, words: str) -> str:
        return said_words(self.session.language, self.board.name_of(person), words)
