"""What holds after any conversation, whatever was tried in it, by whom, in which session."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import Refused, Store, Voice, checkpoint, journal
from storage.acts import Act, Record, apply
from storage.board import Board
from storage.card import ASSENT, PARTIES, Opinion, PartyName
from storage.changes import AddNote, GiveOpinion, GiveOutcome, Reword
from storage.standing import Standing
from storage.text import clean, clean_line
from tests.plain import as_builtins

from .strategies import Step, change_for, conversations
from .table import NADIA, PAUL, ZOE, in_conversation

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Conversation:
    """Three sessions at one store: Nadia's one screen, where others may speak as well, Paul and Zoé over SSH."""

    store: Store
    voices: list[Voice]
    boards: list[Board]
    records: list[Record] = field(default_factory=list)

    def take(self, step: Step) -> Record | None:
        """Try a step; the record of it, or nothing where it was refused or changed nothing."""
        voice = self.voices[step.who]
        person = PAUL if voice.one_screen and step.second % 3 == 0 else None
        try:
            if step.what == "undo":
                voice.undo(sure=step.flag).result()
            elif step.what == "redo":
                voice.redo(sure=step.flag).result()
            elif (change := change_for(self.store.board, step)) is not None:
                voice.commit_now(change, person=person)
        except Refused:
            assert self.store.board is self.boards[-1], "a refusal changes nothing"
        return self._seen()

    def _seen(self) -> Record | None:
        if self.store.board.seq == self.boards[-1].seq:
            return None
        self.boards.append(self.store.board)
        self.records.append(self.store.log[-1])
        return self.records[-1]


@contextlib.contextmanager
def conversation() -> Iterator[Conversation]:
    """A small board with its three sessions."""
    with Store.in_memory(in_conversation()) as store:
        voices = [Voice(store, NADIA, "s1")]
        voices += [Voice(store, person, f"s{person}", one_screen=False) for person in (PAUL, ZOE)]
        store.board.standing  # noqa: B018 - from here on it is carried
        yield Conversation(store, voices, [store.board])


def everything_of(standing: Standing) -> tuple[object, ...]:
    """All that a standing says."""
    return (
        dict(standing.places),
        dict(standing.incoming),
        standing.lanes,
        standing.settled,
        standing.aside,
        standing.unanswered,
        standing.awaited,
        standing.disputed,
    )


@few
@given(conversations())
def test_the_standing_that_is_carried_is_the_one_computed_anew(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            if talk.take(step):
                assert everything_of(talk.store.board.standing) == everything_of(Standing.of(talk.store.board))


@few
@given(conversations())
def test_every_card_stands_in_exactly_one_place(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
        board = talk.store.board
    standing = board.standing
    found = [i for lanes in (standing.lanes, standing.settled) for lane in lanes.values() for _, i in lane]
    assert sorted([*found, *standing.aside]) == sorted(board.cards)
    assert set(standing.lanes) == set(board.columns)


@few
@given(conversations())
def test_nothing_stands_in_agreed_or_trying_without_both_assents_to_its_wording(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
            board = talk.store.board
            for role in ("agreed", "trying"):
                for _, identity in board.standing.lanes[board.column_of_role(role).id]:
                    card = board.cards[identity]
                    latest = {
                        party: max((o for o in card.opinions.values() if o.party == party), key=lambda o: o.seq)
                        for party in PARTIES
                        if any(o.party == party and o.revision == card.revision for o in card.opinions.values())
                    }
                    assert set(latest) == set(PARTIES)
                    assert card.on_trial == (role == "trying")


@few
@given(conversations(undo=False, longest=30))
def test_a_decision_is_agreed_if_both_have_last_assented_since_its_words_changed(steps: list[Step]) -> None:
    said: dict[str, dict[PartyName, bool]] = {card: {"consultant": True, "client": True} for card in ("D1", "D3")}
    with conversation() as talk:
        for step in steps:
            record = talk.take(step)
            if record is None:
                continue
            for act in record.acts:
                match act.path, act.now:
                    case ("cards", identity, "title" | "body" | "trial" | "revision"), _:
                        said[identity] = {}
                    case ("cards", identity, "opinions", _), {"party": party, "kind": kind}:
                        said.setdefault(identity, {})[party] = kind in ASSENT
            for card in talk.store.board.in_order("decision"):
                both = [said.get(card.id, {}).get(party, False) for party in PARTIES]
                assert card.agreed == (all(both) and not card.aside)


@few
@given(conversations(longest=30))
def test_no_outcome_takes_effect_by_one_party_alone(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            before = talk.store.board
            record = talk.take(step)
            if record is None or record.kind in ("undo", "redo"):
                continue
            for act in record.acts:
                if act.path[2:3] != ("outcomes",) or not act.now or not act.now.get("confirmed"):
                    continue
                given, confirmed = act.now["party"], talk.store.board.party_of(act.now["confirmed"])
                assert {given, confirmed} == set(PARTIES)
                held = before.cards.get(act.path[1])
                earlier = held.outcomes.values() if held else ()
                renewed = any(
                    (o.saw, o.party, o.confirmed) == (act.now["saw"], given, act.now["confirmed"]) for o in earlier
                )
                # By the party that had not said it, unless it is what both had confirmed of the wording before.
                assert renewed or record.session == "s1" or talk.store.board.party_of(record.voice) == confirmed
            for card in before.cards.values():
                now = talk.store.board.cards.get(card.id)
                if card.on_trial and now is not None and now.trial == card.trial and record.kind == "outcome":
                    alone = now.outcome is not None and not now.outcome.confirmed
                    assert not alone or now.on_trial


@few
@given(conversations())
def test_no_party_assents_by_another_voice(steps: list[Step]) -> None:
    with conversation() as talk:
        given: set[tuple[str, str]] = set()
        for step in steps:
            before = talk.store.board
            record = talk.take(step)
            for card, opinion in opinions_in(record.acts if record else ()):
                assert record is not None
                own = talk.store.board.party_of(record.voice) == opinion.party
                if record.kind in ("undo", "redo"):
                    assert (card, opinion.key) in given, "taking back only gives back what was given"
                elif not own and record.kind in ("correct", "confirm") and not opinion.one_screen:
                    correction = before.cards[card].correction
                    assert correction is not None
                    assert opinion.party in correction.confirmed
                elif not own:
                    assert opinion.one_screen
                    assert record.session == "s1"
                given.add((card, opinion.key))


def opinions_in(acts: tuple[Act, ...]) -> list[tuple[str, Opinion]]:
    """The opinions that acts put on cards."""
    found = [(act.path[1], act.now) for act in acts if act.path[2:3] == ("opinions",) and act.now]
    for act in acts:
        if len(act.path) == 2 and act.path[0] == "cards" and act.now:
            found += [(act.path[1], opinion) for opinion in act.now.get("opinions", {}).values()]
    return [(card, msgspec.convert(opinion, Opinion)) for card, opinion in found]


@few
@given(conversations(), st.data())
def test_undo_gives_the_board_as_it_was_and_redo_gives_it_back(steps: list[Step], data: st.DataObject) -> None:
    with conversation() as talk:
        for step in steps:
            before = talk.store.board
            if talk.take(step) is None or step.what in ("undo", "redo"):
                continue
            after = talk.store.board
            if data.draw(st.booleans()):
                voice = talk.voices[step.who]
                assert voice.undo().result().same_as(before)
                assert voice.redo().result().same_as(after)
                assert talk.store.board.numbers == after.numbers
                talk.boards.append(talk.store.board)


@few
@given(conversations(undo=False, longest=12))
def test_everything_can_be_undone_to_the_beginning_where_nobody_else_changed_anything(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(Step(0, step.what, step.first, step.second, step.text, step.more, step.flag))
        voice = talk.voices[0]
        spoken = {record.voice for record in talk.records}
        while (refusal := voice.undo().exception()) is None:
            pass
        assert isinstance(refusal, Refused)
        if refusal.code != "nothing-to-undo":
            # Somebody who was added and has spoken since stays, or the history could not name them.
            assert refusal.code == "touched-since"
            assert refusal.facts["id"] in talk.store.board.people
            return
        assert talk.store.board.same_as(talk.boards[0])
        assert spoken <= set(talk.store.board.people)


@few
@given(conversations())
def test_replaying_the_journal_gives_the_board_as_it_was_lived(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
        board = talk.boards[0]
        for record in talk.store.history():
            board = apply(board, record.acts, record.seq)
        assert board == talk.store.board
        assert everything_of(board.standing) == everything_of(talk.store.board.standing)


@few
@given(conversations())
def test_the_inverses_in_reverse_lead_back_to_the_beginning(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
        board = talk.store.board
        for record, earlier in zip(reversed(talk.records), reversed(talk.boards[:-1]), strict=True):
            board = apply(board, [act.inverse for act in reversed(record.acts)], earlier.seq)
            assert board.same_as(earlier)


@few
@given(conversations())
def test_numbers_are_never_given_twice(steps: list[Step]) -> None:
    with conversation() as talk:
        seen: set[str] = set()
        for step in steps:
            before = talk.store.board
            record = talk.take(step)
            now = talk.store.board
            for table in ("cards", "people", "columns"):
                new = set(getattr(now, table)) - set(getattr(before, table))
                if record is not None and record.kind not in ("undo", "redo"):
                    assert not new & seen
                seen |= new
            assert all(now.numbers[letter] >= number for letter, number in before.numbers.items())


@few
@given(conversations())
def test_nothing_that_was_typed_disappears(steps: list[Step]) -> None:
    with conversation() as talk:
        written = {"", *strings(as_builtins(talk.store.board))}
        for step in steps:
            before = talk.store.board
            record = talk.take(step)
            if record is None or step.what in ("undo", "redo"):
                continue
            change = change_for(before, step)
            kept = {text for act in record.acts for text in strings(act.now)}
            match change:
                case AddNote(text=text):
                    assert clean(text).strip() in kept
                case GiveOutcome(saw=saw):
                    assert clean_line(saw) in kept
                case GiveOpinion(opinion="concern" | "disagree", reason=reason):
                    assert clean_line(reason) in kept
                case Reword(card=identity, wording=wording, base=None):
                    here = before.cards[identity].wording
                    assert wording.title in {*kept, here.title}
                    assert wording.body in {*kept, here.body}
            written |= kept
            for card in talk.store.board.cards.values():
                assert {card.title, card.body, *(note.text for note in card.notes.values())} <= written


def strings(value: Any) -> Iterator[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for held in value.values():
            yield from strings(held)
    elif isinstance(value, list):
        for held in value:
            yield from strings(held)


@few
@given(conversations())
def test_records_and_boards_come_back_from_their_files_as_they_were(steps: list[Step]) -> None:
    with conversation() as talk:
        for step in steps:
            talk.take(step)
    for record in talk.records:
        line, digest = journal.encode(record, "before")
        decoded, again = journal.decode(line.rstrip(b"\n"), "before")
        assert (msgspec.structs.asdict(decoded), again) == (msgspec.structs.asdict(record), digest)
    board = talk.store.board
    head, _ = journal.encode(journal.Head(journal.FORMAT, board), "")
    decoded_head, _ = journal.decode(head.rstrip(b"\n"), "")
    assert isinstance(decoded_head, journal.Head)
    assert decoded_head.board == board
    assert kept_in_a_checkpoint(board) == board


def kept_in_a_checkpoint(board: Board) -> Board:
    """A board, written as a checkpoint and read again."""
    nobody: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.json"
        held = checkpoint.Checkpoint(board, journal.Position(7, 3, board.seq, "a" * 32))
        assert checkpoint.write(path, held, nobody)
        read = checkpoint.read(path)
    assert read.position == held.position
    return read.board
