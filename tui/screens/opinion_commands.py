"""What both parties think of a proposal: the opinion panel, reasons, and confirming a new spelling."""

from __future__ import annotations

from typing import cast

from storage import Card, changes
from storage.card import PARTIES, REASONED, OpinionKind, PartyName, other
from storage.changes import Change

from ..words import column_title
from .asking import Ask, Choice, Choose
from .writing_commands import WritingCommands


class OpinionCommands(WritingCommands):
    """Commands about opinions."""

    async def do_opinion(self) -> None:
        """What is thought of the proposal in hand."""
        card = self.card_in_hand()
        if card is None:
            return
        say = self.session.language.say
        if card.kind != "decision":
            self.tell(say("Opinions are given on proposals. {key} makes one of this.", key=self.key("decision")))
            return
        if card.correction is not None and card.agreed:
            await self._confirm_spelling(card)
            return
        chosen = await self.app.push_screen_wait(self._opinion_panel(card))
        if chosen is None:
            return
        kind, _, person = chosen.partition(":")
        if kind == "go-on":
            against = next(o for o in map(card.opinion, PARTIES) if o is not None and o.kind == "disagree")
            await self.after_disagreement(card, against.reason)
            return
        await self._give(card, kind, person)

    def _opinion_panel(self, card: Card) -> Choose:
        say, board = self.session.language.say, self.board
        voice = self.session.voice
        own = board.party_of(voice.person)
        speakers = {own: voice.person}
        across = board.of_party(other(own))
        if voice.one_screen and across:
            speakers[other(own)] = across[0].id
        choices = [
            Choice(f"agree:{person}", say("{name} agrees", name=board.name_of(person))) for person in speakers.values()
        ]
        if len(speakers) == 2:
            choices.append(Choice("both:", say("Both agree")))
        for person in speakers.values():
            name = board.name_of(person)
            choices.append(Choice(f"concern:{person}", say("{name} agrees, with a concern…", name=name)))
            choices.append(Choice(f"disagree:{person}", say("{name} disagrees, because…", name=name)))
        name = board.name_of(voice.person)
        held = card.opinion(own)
        if held is not None and held.kind != "withdrawn":
            choices.append(Choice(f"withdrawn:{voice.person}", say("{name} takes the opinion back", name=name)))
        if any(o is not None and o.kind == "disagree" for o in map(card.opinion, PARTIES)):
            choices.append(Choice("go-on", say("How do we go on?")))
        likeliest = next((n for n, party in enumerate(speakers) if not card.assents(party)), 0)
        return Choose(
            self.session.language,
            f"{self.named(card.id)} {card.title}",
            choices,
            at=likeliest,
            note=self._opinions(card),
        )

    def _opinions(self, card: Card) -> str:
        """What each party has said so far, in words; who is missing."""
        return "\n".join(self._opinion_line(card, party) for party in PARTIES)

    def _opinion_line(self, card: Card, party: PartyName) -> str:
        say, board = self.session.language.say, self.board
        opinion = card.opinion(party)
        if opinion is None or opinion.kind == "withdrawn":
            earlier = [o for o in card.opinions.values() if o.party == party and o.revision != card.revision]
            if earlier:
                return (
                    say("{name}: waited for (agreed to an earlier wording)", name=board.party_name(party))
                    if any(o.kind in ("agree", "concern") for o in earlier)
                    else say("{name}: waited for (spoke on an earlier wording)", name=board.party_name(party))
                )
            return say("{name}: waited for", name=board.party_name(party))
        name = board.name_of(opinion.person)
        if opinion.kind == "agree":
            return say("{name}: agrees", name=name)
        if opinion.kind == "concern":
            return say("{name}: agrees, with a concern: {reason}", name=name, reason=opinion.reason)
        return say("{name}: disagrees: {reason}", name=name, reason=opinion.reason)

    async def _give(self, card: Card, chosen: str, person: str) -> None:
        say = self.session.language.say
        reason, key = "", f"reason:{card.id}:{chosen}"
        if chosen in REASONED:
            name = self.board.name_of(person)
            concern, why_not = (
                say("{name}'s concern, in one line", name=name),
                say("{name}: why not? In one line", name=name),
            )
            heading = concern if chosen == "concern" else why_not
            asked = await self.app.push_screen_wait(
                Ask(self.session, heading, key, note=f"{self.named(card.id)} {card.title}")
            )
            if asked is None:
                return
            reason = asked
        both = chosen == "both"
        kind: OpinionKind = "agree" if both else cast("OpinionKind", chosen)
        before = card.agreed
        change = changes.GiveOpinion(card.id, kind, reason, both=both, revision=card.revision)
        if await self.commit(lambda _: change, person=person or None, go_to=card.id) is not None:
            self._let_go(key)
            self._tell_opinion(card.id, before)
            if kind == "disagree":
                await self.after_disagreement(card, reason)

    async def after_disagreement(self, card: Card, reason: str) -> None:
        """What a screen offers when somebody has disagreed."""

    def _tell_opinion(self, identity: str, agreed_before: bool) -> None:
        say, card = self.session.language.say, self.board.cards.get(identity)
        if card is None:
            return
        if card.agreed and not agreed_before:
            words = say("Agreed: {id} now stands in {column}.", id=self.named(identity), column=self._home(card))
            gone = [i for i, place in self.board.standing.places.items() if place.under == identity]
            if gone:
                count = self.session.language.count(
                    "{n} card went under it; Enter shows the trail.",
                    "{n} cards went under it; Enter shows the trail.",
                    len(gone),
                )
                words = f"{words} {count}"
            self.tell(words, "good")
        elif agreed_before and not card.agreed:
            self.tell(say("{id} is no longer agreed; it is back where it stood.", id=self.named(identity)))
        elif against := [o for o in map(card.opinion, PARTIES) if o is not None and o.kind == "disagree"]:
            name = self.board.name_of(against[-1].person)
            self.tell(say("{name} disagrees with {id}; it stays on the table.", name=name, id=self.named(identity)))
        else:
            missing = [self.board.party_name(party) for party in PARTIES if not card.assents(party)]
            if missing:
                self.tell(say("{id}: waiting for {names}.", id=self.named(identity), names=", ".join(missing)))

    def _home(self, card: Card) -> str:
        column = self.board.columns[self.board.standing.places[card.id].column]
        return column_title(self.session.language, column)

    async def _confirm_spelling(self, card: Card) -> None:
        assert card.correction is not None
        say = self.session.language.say
        choices = [Choice("own", say("{name} confirms", name=self.board.name_of(self.session.voice.person)))]
        if self.session.voice.one_screen:
            choices.insert(0, Choice("both", say("Both confirm")))
        choices.append(Choice("drop", say("Leave it as it was")))
        note = (
            say("Now: {title}", title=card.title)
            + "\n"
            + say("Corrected: {title}", title=card.correction.wording.title)
        )
        heading = say("A new spelling of {id}", id=self.named(card.id))
        chosen = await self.app.push_screen_wait(Choose(self.session.language, heading, choices, note=note))
        if chosen is None:
            return
        change: Change = changes.Confirm(card.id, both=chosen == "both", seq=card.correction.seq)
        if chosen == "drop":
            change = changes.DropCorrection(card.id)
        await self.commit(lambda _: change, go_to=card.id)
