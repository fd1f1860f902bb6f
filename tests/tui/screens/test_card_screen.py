"""A card of its own screen: all that there is to know of it, in words; the journal beside it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.containers import VerticalScroll
from textual.widgets import OptionList

from storage import Board, Record, Store, Voice, changes
from storage.card import Trial, Wording
from storage.changes import Change, Reword
from tests.storage.table import NADIA, PAUL, in_conversation, wording
from tui.screens.asking import Choose
from tui.screens.board import BoardScreen
from tui.screens.card import CardScreen
from tui.screens.editor import Editor
from tui.screens.journal import JournalScreen
from tui.screens.line_input import LineInput
from tui.widgets.bars import Bar

from .sitting import app_at, on_screen, session_at
from .test_board_screen import Seat, seated


class Reader(Seat):
    """Somebody who has a card open."""

    @property
    def card(self) -> CardScreen:
        (screen,) = (screen for screen in self.app.screen_stack if isinstance(screen, CardScreen))
        return screen

    @property
    def page(self) -> str:
        return "\n".join(line.rstrip() for line in on_screen(self.pilot).split("\n"))

    @property
    def card_news(self) -> str:
        return self.card.query_one("#news", Bar).text.strip()

    async def reads(self, *words: str) -> None:
        try:
            await self.until(lambda: all(each in self.page for each in words))
        except TimeoutError:
            raise AssertionError(f"{words} not in\n{self.page}") from None


@asynccontextmanager
async def reading(
    tmp_path: Path, card: str, *, lang: str = "en", board: Board | None = None, before: tuple[Change, ...] = ()
) -> AsyncIterator[Reader]:
    store = Store.in_memory(in_conversation() if board is None else board)
    voice = Voice(store, NADIA, "before")
    for change in before:
        voice.commit_now(change)
    session = session_at(store, tmp_path, lang=lang)
    app = app_at(session)
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.pause()
        reader = Reader(pilot, app, session)
        reader.at(card)
        await reader.key("enter", CardScreen)
        yield reader


async def test_a_question_with_its_voice_and_its_trail(tmp_path: Path) -> None:
    async with reading(tmp_path, "Q2", before=(changes.Describe("Q2", theme="rhythm"),)) as reader:
        await reader.reads(
            "? Question · Q2 · To discuss",
            "How often?",
            "said by Nadia, 2 Mar · rhythm",
            "Trail",
            "? Q2 How often?  Nadia",
            "  › A3 Two stories a week  Paul",
            "    ○ D2 Two stories a week  Paul",
        )


async def test_a_decision_with_its_opinions_its_text_and_what_it_rests_on(tmp_path: Path) -> None:
    async with reading(tmp_path, "D1") as reader:
        await reader.reads(
            "● D1 · agreed 2 Mar · Agreed",
            "Nadia: agrees",
            "Paul: agrees",
            "Then we look again.",
            "? Q1 Who do we want to reach?  Paul",
            "› A1 Parents  Nadia",
            "› A2 Gardeners  Paul · not chosen",
        )


async def test_a_proposal_says_whose_opinion_is_missing(tmp_path: Path) -> None:
    before = (changes.GiveOpinion("D2", "concern", "who writes [them]?"),)
    async with reading(tmp_path, "D2", before=before) as reader:
        await reader.reads("Nadia: agrees, with a concern: who writes [them]?", "Paul: waited for")


async def test_assents_to_an_earlier_wording_stay_visible(tmp_path: Path) -> None:
    before = (Reword("D1", wording(in_conversation().cards["D1"], title="All parents first")),)
    async with reading(tmp_path, "D1", before=before) as reader:
        await reader.reads("Nadia: waited for (agreed to an earlier wording)", "Paul: waited for (agreed to an earlier")


async def test_notes_and_what_could_not_be_merged_are_there_to_read(tmp_path: Path) -> None:
    card = in_conversation().cards["A3"]
    before = (
        changes.AddNote("A3", "[b]Not[/b] in summer", "against"),
        Reword("A3", wording(card, title="Four stories a week"), base=card.wording),
        Reword("A3", wording(card, title="Five stories a week"), base=card.wording),
    )
    async with reading(tmp_path, "A3", before=before) as reader:
        await reader.reads("− [b]Not[/b] in summer  Nadia", "Five stories a week  Nadia", "Four stories a week")


def on_trial(**terms: str) -> tuple[Change, ...]:
    card = in_conversation().cards["D2"]
    trial = Trial(terms.get("watch", ""), None, terms.get("stop_if", ""))
    return (
        Reword("D2", Wording(card.title, card.body, trial), base=card.wording),
        changes.GiveOpinion("D2", "agree", both=True),
    )


async def test_what_was_seen_of_a_trial_says_that_it_is_that(tmp_path: Path) -> None:
    before = (*on_trial(), changes.AddNote("D2", "Nobody came", "seen"), changes.AddNote("D2", "It rained", "plain"))
    async with reading(tmp_path, "D2", before=before) as reader:
        await reader.reads("· seen: Nobody came  Nadia", "· It rained  Nadia")
        assert "? Nobody came" not in reader.page


async def test_what_is_wrapped_hangs_under_its_own_beginning(tmp_path: Path) -> None:
    long = "as many of the parents as we can count " * 4
    before = (*on_trial(watch=long, stop_if=long), changes.AddNote("D2", long, "for"))
    async with reading(tmp_path, "D2", before=before) as reader:
        await reader.reads("  We watch: as many", "  We stop if: as many", "+ as many")
        lines = reader.page.split("\n")
        for begin, indent in (("We watch", 2), ("We stop if", 2), ("+ as many", 2)):
            first = next(n for n, line in enumerate(lines) if line.lstrip().startswith(begin))
            margin = len(lines[first]) - len(lines[first].lstrip()) - (0 if begin[0] == "+" else indent)
            assert lines[first + 1].startswith(" " * (margin + indent) + lines[first + 1].lstrip()[:3])
        await reader.pilot.resize_terminal(60, 60)
        await reader.until(lambda: all(len(line) <= 58 for line in reader.page.split("\n")[:-2]))
        narrow = reader.page.split("\n")
        first = next(n for n, line in enumerate(narrow) if line.lstrip().startswith("We watch"))
        assert narrow[first + 1].index(narrow[first + 1].strip()) == narrow[first].index("We watch")


async def test_the_history_says_who_did_what_with_earlier_wordings_and_who_typed_it(tmp_path: Path) -> None:
    async with reading(tmp_path, "Q2", before=(changes.CorrectVoice("Q2", PAUL),)) as reader:
        voice = Voice(reader.store, PAUL, "screen", typed_by=NADIA)
        voice.commit_now(Reword("Q2", wording(reader.board.cards["Q2"], title="How often, then?")))
        await reader.reads(
            "History",
            "Paul (typed by Nadia) rewords Q2: How often, then?",
            "earlier wording: How often?",
            "corrects whose voice Q2 is",
        )


async def test_what_another_does_is_shown_at_once(tmp_path: Path) -> None:
    async with reading(tmp_path, "D2") as reader:
        reader.by_another(changes.GiveOpinion("D2", "disagree", "too much"))
        await reader.reads("Paul: disagrees: too much", "disagrees with D2: too much")


async def test_a_card_that_is_undone_elsewhere_takes_its_screen_with_it(tmp_path: Path) -> None:
    async with reading(tmp_path, "Q2") as reader:
        await reader.press("escape")
        await reader.shows(BoardScreen)
        reader.by_another(changes.AddCard("question", "Gone soon"))
        await reader.until(lambda: reader.screen.view.seek("Q3"))
        await reader.key("enter", CardScreen)
        reader.elsewhere.undo().result()
        await reader.shows(BoardScreen)
        assert reader.cursor != "Q3"


async def test_escape_goes_back_to_the_card_that_was_read(tmp_path: Path) -> None:
    async with reading(tmp_path, "D1") as reader:
        await reader.press("escape", "escape")
        await reader.shows(BoardScreen)
        assert reader.cursor == "D1"


@pytest.mark.parametrize(("card", "key", "kind"), [("Q2", "a", Editor), ("D2", "y", Choose), ("A3", "E", Editor)])
async def test_letters_do_here_what_they_do_on_the_board(tmp_path: Path, card: str, key: str, kind: type) -> None:
    async with reading(tmp_path, card) as reader:
        await reader.key(key, kind)
        await reader.press("escape")
        await reader.shows(CardScreen)


@pytest.mark.parametrize("key", ["ctrl+z", "delete"])
async def test_so_do_keys_that_are_no_letters(tmp_path: Path, key: str) -> None:
    async with reading(tmp_path, "Q2") as reader:
        before = reader.board
        await reader.press(key)
        if key == "delete":
            await reader.until(lambda: reader.board.cards["Q2"].aside)
            await reader.reads("set aside")
        else:
            await reader.until(lambda: "Nothing was typed here" in reader.card_news)
            assert reader.board is before


async def test_an_answer_that_is_added_is_shown(tmp_path: Path) -> None:
    async with reading(tmp_path, "Q2") as reader:
        await reader.key("a", Editor)
        await reader.write("Once a month")
        await reader.shows(CardScreen)
        await reader.reads("› Answer · A4", "Once a month")
        await reader.press("escape")
        await reader.shows(BoardScreen)
        assert reader.cursor == "A4"


async def test_the_words_at_the_foot_can_be_clicked(tmp_path: Path) -> None:
    async with reading(tmp_path, "D2") as reader:
        row = reader.page.split("\n")[-1]
        await reader.pilot.click("#keys", offset=(row.index("opinion"), 0))
        await reader.shows(Choose)
        await reader.press("escape")
        await reader.shows(CardScreen)
        await reader.pilot.click("#keys", offset=(2, 0))
        await reader.shows(BoardScreen)


async def test_a_paste_runs_no_commands(tmp_path: Path) -> None:
    async with reading(tmp_path, "D2") as reader:
        before = reader.board
        for character in "yes\n":
            key = "enter" if character == "\n" else character
            reader.card.query_one(VerticalScroll).post_message(events.Key(key, character if key != "enter" else "\r"))
        await reader.until(lambda: "Text is pasted on the board" in reader.card_news)
        assert reader.app.screen is reader.card
        assert reader.board is before


async def test_french_names_and_numbers(tmp_path: Path) -> None:
    async with reading(tmp_path, "A3", lang="fr") as reader:
        await reader.reads("› Réponse · R3 · Sur la table", "Cheminement", "› R3 Two stories a week")


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (1, 1)])
async def test_a_small_terminal_shows_what_it_can(tmp_path: Path, size: tuple[int, int]) -> None:
    async with reading(tmp_path, "D1") as reader:
        await reader.pilot.resize_terminal(*size)
        await reader.press("down", "pagedown", "end", "escape")
        await reader.shows(BoardScreen)


# The journal


async def test_the_journal_tells_everything_newest_first(tmp_path: Path) -> None:
    before = (
        changes.AddCard("question", "Who [fr] first?"),
        changes.AddCard("answer", "Parents", on=("Q1",)),
        changes.CorrectVoice("A1", PAUL),
        changes.AddCard("decision", "Parents first", on=("A1",)),
        changes.GiveOpinion("D1", "agree", both=True),
        changes.Reword("Q1", wording(in_conversation().cards["Q2"], title="Who [fr] first?", body="at night")),
    )
    async with seated(tmp_path, before=before) as seat:
        await seat.key("j", JournalScreen)
        changes_ = seat.app.screen.query_one(OptionList)
        await seat.until(lambda: changes_.option_count == len(before))
        told = [" ".join(str(option.prompt).split()[3:]) for option in changes_.options]
        assert told[-1] == "Nadia asks Q1: Who [fr] first?"
        assert told[-2] == "Paul answers with A1: Parents"
        assert told[1].startswith("Nadia agrees to D1, and so does the other side")
        assert told[0] == "Nadia rewords Q1: Who [fr] first?"
        await seat.press("q")
        await seat.shows(BoardScreen)


async def test_both_agreeing_is_told_as_that_also_where_one_had_agreed_before(tmp_path: Path) -> None:
    before = (
        changes.AddCard("decision", "Parents first"),
        changes.GiveOpinion("D1", "agree"),
        changes.GiveOpinion("D1", "agree", both=True),
    )
    async with seated(tmp_path, before=before) as seat:
        await seat.key("j", JournalScreen)
        changes_ = seat.app.screen.query_one(OptionList)
        await seat.until(lambda: changes_.option_count == len(before))
        assert "and so does the other side" in str(changes_.options[0].prompt)
        assert "and so does the other side" not in str(changes_.options[1].prompt)


@pytest.mark.parametrize("key", ["j", "enter"])
async def test_a_screen_that_is_left_before_the_journal_is_read_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        go_on = threading.Event()
        history = seat.store.history

        def slowly() -> Iterator[Record]:
            assert go_on.wait(20)
            return history()

        monkeypatch.setattr(seat.store, "history", slowly)
        await seat.press(key)
        await seat.until(lambda: isinstance(seat.app.screen, (JournalScreen, CardScreen)))
        await seat.press("escape")
        await seat.shows(BoardScreen)
        go_on.set()
        await seat.pilot.pause()
        await seat.press("q")
        await seat.shows(Editor)
        assert seat.app.screen.query_one("#title", LineInput).value == ""
