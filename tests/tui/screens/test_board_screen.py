"""The board's screen: each command by key and by mouse, whose word it is, and what is said of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.command import CommandList, CommandPalette
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from storage import Board, Refused, Store, Voice, changes
from storage.changes import Change
from storage.drafts import Draft
from storage.store import utc_now
from tests.storage.table import AGREED, DISCUSS, NADIA, PAUL, TABLE, TRYING, ZOE, in_conversation, three_people, wording
from tui.app import AccordApp
from tui.commands import BY_ID, Command
from tui.screens.asking import MOST, Ask, Choose
from tui.screens.board import BoardScreen
from tui.screens.card import CardScreen
from tui.screens.editor import Editor
from tui.screens.help import HelpScreen
from tui.screens.journal import JournalScreen
from tui.screens.line_input import LineInput
from tui.screens.pasting import Pasting
from tui.screens.share import ShareScreen
from tui.screens.table import TableScreen
from tui.session import Session
from tui.widgets.bars import Bar
from tui.widgets.board import Spot
from tui.widgets.lanes import matches

from .sitting import app_at, on_screen, session_at, small_board, until


class Seat:
    """Somebody at the board, with what a test wants to know of it."""

    def __init__(self, pilot: Pilot[None], app: AccordApp, session: Session) -> None:
        self.pilot = pilot
        self.app = app
        self.session = session
        self.store = session.store
        (self.screen,) = (screen for screen in app.screen_stack if isinstance(screen, BoardScreen))
        self.elsewhere = Voice(session.store, PAUL, "elsewhere", one_screen=False)

    @property
    def board(self) -> Board:
        return self.store.board

    @property
    def cursor(self) -> str | None:
        return self.screen.view.cursor

    @property
    def news(self) -> str:
        return self.screen.query_one("#news", Bar).text.strip()

    @property
    def voice_line(self) -> str:
        return self.screen.query_one("#voice", Bar).text.strip()

    @property
    def footer(self) -> str:
        return self.screen.query_one("#keys", Bar).text

    def at(self, card: str) -> None:
        assert self.screen.view.seek(card)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, condition: Callable[[], object]) -> None:
        await until(self.pilot, condition)

    async def says(self, words: str) -> None:
        try:
            await self.until(lambda: words in self.news)
        except TimeoutError:
            raise AssertionError(f"{words!r} is not in {self.news!r}") from None

    async def shows(self, kind: type) -> None:
        await self.until(lambda: isinstance(self.app.screen, kind) and self.app.screen.is_mounted)
        await self.pilot.pause()

    async def key(self, key: str, kind: type) -> None:
        """Press a key that opens something."""
        await self.press(key)
        await self.shows(kind)

    def choices(self) -> list[str]:
        return [str(option.prompt) for option in self.app.screen.query_one("#choices", OptionList).options]

    async def choose(self, words: str) -> None:
        """Choose what begins with these words, by keys."""
        screen = self.app.screen
        options = screen.query_one("#choices", OptionList)
        index = next(i for i, choice in enumerate(self.choices()) if words in choice)
        await self.press(
            *["down" if index > (options.highlighted or 0) else "up"] * abs(index - (options.highlighted or 0))
        )
        await self.press("enter")
        await self.until(lambda: self.app.screen is not screen)

    async def write(self, text: str) -> None:
        """Write a line, and keep it."""
        screen = self.app.screen
        await self.until(lambda: screen.query(LineInput))
        screen.query_one(LineInput).value = text
        await self.press("enter")
        await self.until(lambda: self.app.screen is not screen)

    def by_another(self, change: Change) -> None:
        """Paul does something, in another session."""
        self.elsewhere.commit_now(change)


@asynccontextmanager
async def seated(
    tmp_path: Path,
    board: Board | None = None,
    *,
    lang: str = "en",
    size: tuple[int, int] = (120, 30),
    before: tuple[Change, ...] = (),
) -> AsyncIterator[Seat]:
    store = Store.in_memory(small_board(lang) if board is None else board)
    voice = Voice(store, NADIA, "before")
    for change in before:
        voice.commit_now(change)
    session = session_at(store, tmp_path, lang=lang)
    app = app_at(session)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Seat(pilot, app, session)
    store.close()


# Every command


OPENS: dict[str, type] = {
    "open": CardScreen,
    "journal": JournalScreen,
    "question": Editor,
    "answer": Editor,
    "decision": Editor,
    "edit": Editor,
    "link": Choose,
    "move": Choose,
    "opinion": Choose,
    "who": Choose,
    "share": ShareScreen,
    "table": TableScreen,
    "help": HelpScreen,
    "palette": CommandPalette,
}
"""What opens a screen. ``back`` does where something was set aside."""

CARD_FOR = {"answer": "Q2", "opinion": "D2"}


@pytest.mark.parametrize("command", [BY_ID[name] for name in OPENS], ids=lambda command: command.id)
async def test_a_key_opens_what_its_command_says_and_changes_nothing(tmp_path: Path, command: Command) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at(CARD_FOR.get(command.id, "A3"))
        before = seat.board
        await seat.key(command.keys[0], OPENS[command.id])
        await seat.press("escape")
        await seat.shows(BoardScreen)
        assert seat.board is before


@pytest.mark.parametrize("key", ["delete", "backspace"])
async def test_a_card_is_set_aside_and_brought_back(tmp_path: Path, key: str) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("b")
        await seat.says("Nothing was set aside.")
        seat.at("Q2")
        await seat.press(key)
        await seat.says("Q2 set aside. b brings back, Ctrl+Z undoes.")
        assert seat.board.cards["Q2"].aside
        await seat.key("b", Choose)
        await seat.choose("Q2 How often?")
        await seat.says("Q2 is back.")
        assert not seat.board.cards["Q2"].aside
        assert seat.cursor == "Q2"


async def test_several_marked_cards_are_set_aside_as_one_change(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        for card in ("Q2", "A3"):
            seat.at(card)
            await seat.press("space")
            await seat.until(lambda card=card: card in seat.screen.view.marked)
        assert "2 cards marked" in seat.voice_line
        seat.at("D2")
        seq = seat.board.seq
        await seat.press("delete")
        await seat.says("Q2, A3 set aside.")
        assert seat.board.seq == seq + 1
        assert [seat.board.cards[i].aside for i in ("Q2", "A3", "D2")] == [True, True, False]
        assert "marked" not in seat.voice_line
        await seat.press("ctrl+z")
        await seat.says("Undone: sets Q2, A3 aside.")
        assert not any(card.aside for card in seat.board.cards.values())
        await seat.press("ctrl+y")
        await seat.says("Done again")
        assert seat.board.cards["A3"].aside


async def test_a_mark_goes_by_the_same_key_and_all_by_escape(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("Q2")
        for expected in ({"Q2"}, set(), {"Q2"}):
            await seat.press("space")
            await seat.until(lambda expected=expected: seat.screen.view.marked == expected)
        await seat.press("escape")
        assert not seat.screen.view.marked
        assert "marked" not in seat.voice_line


async def test_the_theme_changes_from_the_palette_and_with_it_the_board(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.screen.run_command(BY_ID["light"])
        await seat.until(lambda: seat.app.theme == "accord-light")
        seat.screen.run_command(BY_ID["light"])
        await seat.until(lambda: seat.app.theme == "accord-dark")


@pytest.mark.parametrize("modal", [None, "q", "y", "?"])
async def test_ctrl_q_leaves_from_everywhere(tmp_path: Path, modal: str | None) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D2")
        if modal is not None:
            await seat.press(modal)
            await seat.until(lambda: seat.app.screen is not seat.screen)
        await seat.press("ctrl+q")
        await seat.until(lambda: not seat.app.is_running)


async def test_escape_on_the_board_says_how_to_leave(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.press("escape")
        await seat.says("Ctrl+Q leaves; everything is kept.")


async def test_a_command_about_a_card_asks_for_one_where_there_is_none(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        before = seat.board
        for key in ("e", "l", "m", "y", "w", "delete", "enter", "a"):
            seat.screen.tell("")
            await seat.press(key)
            await seat.says("first")
            assert seat.app.screen is seat.screen
        assert seat.board is before


async def test_what_is_chosen_in_the_help_is_done(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.key("f1", HelpScreen)
        options = seat.app.screen.query_one(OptionList)
        options.highlighted = next(i for i, option in enumerate(options.options) if option.id == "journal")
        await seat.press("enter")
        await seat.shows(JournalScreen)


async def test_what_is_chosen_in_the_palette_is_done(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.key("ctrl+p", CommandPalette)
        await seat.press(*"done, by")
        await seat.until(lambda: seat.app.screen.query_one(CommandList).option_count == 1)
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, JournalScreen))


# The footer


@pytest.mark.parametrize(
    ("lang", "card", "words"),
    [
        ("en", "Q2", ["Enter", "open", "a", "answer", "q", "question", "?", "all keys"]),
        ("en", "A3", ["d", "proposal"]),
        ("en", "D2", ["y", "opinion"]),
        ("fr", "Q2", ["Entrée", "ouvrir", "a", "répondre", "q", "question", "?", "touches"]),
        ("fr", "A3", ["d", "proposition"]),
        ("fr", "D2", ["y", "avis"]),
    ],
)
@pytest.mark.parametrize("width", [80, 160])
async def test_the_footer_has_the_keys_that_are_useful_now(
    tmp_path: Path, lang: str, card: str, words: list[str], width: int
) -> None:
    async with seated(tmp_path, in_conversation(), lang=lang, size=(width, 24)) as seat:
        seat.at(card)
        await seat.pilot.pause()
        for word in words:
            assert f" {word} " in f"{seat.footer} "
        assert "…" not in on_screen(seat.pilot).split("\n")[-1]


@pytest.mark.parametrize(
    ("card", "commands"),
    [
        ("Q2", ("open", "answer", "question", "edit", "move", "share", "help")),
        ("A3", ("decision",)),
        ("D2", ("opinion",)),
    ],
)
async def test_the_words_of_the_footer_can_be_clicked(tmp_path: Path, card: str, commands: tuple[str, ...]) -> None:
    async with seated(tmp_path, in_conversation(), size=(160, 30)) as seat:
        seat.at(card)
        await seat.pilot.pause()
        for command in (BY_ID[name] for name in commands):
            place = seat.footer.index(f" {command.short} ")
            await seat.pilot.click("#keys", offset=(place + 2, 0))
            await seat.shows(OPENS[command.id])
            await seat.press("escape")
            await seat.shows(BoardScreen)


async def test_names_title_and_next_step_can_be_clicked(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation(), before=(changes.AddCard("question", "Why?"),)) as seat:
        title = seat.screen.query_one("#title", Bar)
        await seat.pilot.click(title, offset=(3, 0))
        await seat.shows(TableScreen)
        await seat.press("escape")
        await seat.shows(BoardScreen)
        row = on_screen(seat.pilot).split("\n")[-2]
        await seat.pilot.click("#voice", offset=(row.index("next: Q3"), 0))
        await seat.says("Q3, unanswered")
        assert seat.cursor == "Q3"


async def test_the_footer_fits_into_any_width(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation(), lang="fr") as seat:
        for width in (20, 33, 50, 81, 200):
            await seat.pilot.resize_terminal(width, 20)
            await seat.pilot.pause()
            assert "…" not in on_screen(seat.pilot).split("\n")[-1]
            assert "touches" in on_screen(seat.pilot).split("\n")[-1]


# Writing


async def test_a_question_is_added_in_the_voice_that_speaks(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.key("q", Editor)
        await seat.write("Who do we want to reach?")
        await seat.says("Question Q1 added, said by Nadia.")
        card = seat.board.cards["Q1"]
        assert (card.title, card.voice, card.column) == ("Who do we want to reach?", NADIA, DISCUSS)
        assert seat.cursor == "Q1"


async def test_an_answer_takes_the_voice_of_the_party_that_did_not_ask(tmp_path: Path) -> None:
    async with seated(tmp_path, before=(changes.AddCard("question", "Who?"),)) as seat:
        await seat.key("a", Editor)
        assert "Paul speaking" in str(seat.app.screen.query_one("#voice", Static).content)
        await seat.write("Parents")
        await seat.says("Answer A1 added, said by Paul.")
        assert seat.board.cards["A1"].linked("answers") == ("Q1",)
        # The word is still Nadia's.
        assert "NADIA speaking" in seat.voice_line
        record = seat.store.log[-1]
        assert (record.voice, record.typed_by) == (PAUL, NADIA)


async def test_an_answer_takes_the_voice_of_the_party_whose_expertise_is_asked_for(tmp_path: Path) -> None:
    before = (
        changes.DescribeParty("consultant", expertise="social media"),
        changes.AddCard("question", "How often?", theme="Social media"),
    )
    async with seated(tmp_path, before=before) as seat:
        await seat.key("a", Editor)
        assert "Nadia speaking" in str(seat.app.screen.query_one("#voice", Static).content)


async def test_an_answer_to_an_answer_answers_its_question(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("A3")
        await seat.key("a", Editor)
        await seat.write("Once a month")
        await seat.says("Answer A4 added")
        assert seat.board.cards["A4"].linked("answers") == ("Q2",)


async def test_an_answer_belongs_to_a_question(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D2")
        await seat.press("a")
        await seat.says("Choose a question first")


async def test_a_proposal_rests_on_the_marked_cards_or_on_the_one_in_hand(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("A3")
        await seat.key("d", Editor)
        await seat.write("Just this")
        await seat.says("Proposal D4 added, said by Nadia.")
        assert seat.board.cards["D4"].linked("rests_on") == ("A3",)
        for card in ("Q2", "D2", "A3"):
            seat.at(card)
            await seat.press("space")
            await seat.until(lambda card=card: card in seat.screen.view.marked)
        await seat.key("d", Editor)
        await seat.write("All of these")
        await seat.says("Proposal D5 added")
        assert seat.board.cards["D5"].linked("rests_on") == ("A3", "Q2")


async def test_the_card_that_was_added_is_shown_also_where_somebody_adds_one_at_the_same_time(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        leave = seat.store.subscribe(lambda _: (leave(), seat.by_another(changes.AddCard("question", "Theirs"))))
        await seat.key("q", Editor)
        await seat.write("Mine")
        await seat.until(lambda: len(seat.board.cards) == 2)
        await seat.until(lambda: seat.cursor is not None)
        mine = next(card.id for card in seat.board.cards.values() if card.title == "Mine")
        await seat.until(lambda: seat.cursor == mine)


async def test_a_card_that_is_added_while_searching_is_seen(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("/")
        await seat.press(*"often")
        await seat.press("enter")
        await seat.until(lambda: seat.cursor == "Q2")
        await seat.key("q", Editor)
        await seat.write("Something else")
        await seat.says("Question Q3 added")
        assert seat.cursor == "Q3"
        assert not seat.screen.view.needle


# Opinions


async def opine(seat: Seat, words: str, card: str = "D2") -> None:
    seat.at(card)
    await seat.key("y", Choose)
    await seat.choose(words)


async def test_an_opinion_of_one_side_waits_for_the_other(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await opine(seat, "Nadia agrees")
        await seat.says("D2: waiting for Paul.")
        assert seat.board.cards["D2"].assents("consultant")
        assert not seat.board.cards["D2"].agreed
        await seat.key("y", Choose)
        panel = on_screen(seat.pilot)
        assert "Nadia: agrees" in panel
        assert "Paul: waited for" in panel
        await seat.press("enter")  # the likeliest: the one who is missing
        await seat.says("Agreed: D2 now stands in Agreed. 2 cards went under it; Enter shows the trail.")
        assert seat.board.standing.places["D2"].column == AGREED
        assert seat.board.cards["D2"].opinion("client").person == PAUL  # type: ignore[union-attr]


async def test_both_agree_in_one_step(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seq = seat.board.seq
        await opine(seat, "Both agree")
        await seat.says("Agreed: D2")
        assert seat.board.seq == seq + 1
        assert all(opinion.one_screen for opinion in seat.board.cards["D2"].opinions.values())
        assert seat.cursor == "D2"


@pytest.mark.parametrize(
    ("words", "kind", "said"),
    [("Nadia agrees, with a concern…", "concern", "waiting for Paul"), ("Nadia disagrees, because…", "disagree", "")],
)
async def test_a_concern_and_a_disagreement_come_with_their_reason(
    tmp_path: Path, words: str, kind: str, said: str
) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await opine(seat, words)
        await seat.shows(Ask)
        await seat.write("[fr] too much")
        await seat.says(said)
        await seat.until(lambda: seat.board.cards["D2"].opinions)
        opinion = seat.board.cards["D2"].opinion("consultant")
        assert opinion is not None
        assert (opinion.kind, opinion.reason) == (kind, "[fr] too much")
        if kind == "disagree":
            await seat.shows(Choose)
            assert "[fr] too much" in on_screen(seat.pilot)
            await seat.press("escape")
            await seat.shows(BoardScreen)
        else:
            await seat.key("y", Choose)
            assert "Nadia: agrees, with a concern: [fr] too much" in on_screen(seat.pilot)


async def test_an_empty_reason_is_refused_in_words(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await opine(seat, "Nadia disagrees")
        await seat.shows(Ask)
        await seat.write("   ")
        await seat.says("A concern and a disagreement need their reason; say why in one line.")
        assert seat.board.cards["D2"].opinions == {}


async def test_a_reason_that_could_not_be_kept_stands_there_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        monkeypatch.setattr(seat.store, "read_only", Refused("busy", seconds=2))
        await opine(seat, "Nadia disagrees")
        await seat.shows(Ask)
        await seat.write("Long thought about")
        await seat.says("Somebody else has been writing")
        monkeypatch.setattr(seat.store, "read_only", None)
        await opine(seat, "Nadia disagrees")
        await seat.shows(Ask)
        assert seat.app.screen.query_one(LineInput).value == "Long thought about"


async def test_an_opinion_is_taken_back(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await opine(seat, "Nadia takes the opinion back", "D1")
        await seat.says("D1 is no longer agreed; it is back where it stood.")
        assert seat.board.standing.places["D1"].state == "open"
        assert seat.board.standing.places["Q1"].state == "open"


async def test_opinions_are_given_on_proposals(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("A3")
        await seat.press("y")
        await seat.says("Opinions are given on proposals. d makes one of this.")


async def test_a_guest_gives_the_opinion_of_their_own_side_only(tmp_path: Path) -> None:
    store = Store.in_memory(in_conversation())
    session = session_at(store, tmp_path)
    session.voice = Voice(store, PAUL, "ssh", one_screen=False)
    app = app_at(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        seat = Seat(pilot, app, session)
        seat.at("D2")
        await seat.key("y", Choose)
        assert seat.choices() == ["Paul agrees", "Paul agrees, with a concern…", "Paul disagrees, because…"]
        await seat.press("enter")
        await seat.says("D2: waiting for Nadia.")
        await seat.press("s")
        await seat.says("Here you speak for yourself.")


# Moving


async def test_m_moves_a_card_to_a_column(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("Q2")
        await seat.key("m", Choose)
        assert seat.choices() == ["To discuss", "On the table", "Agreed", "Trying"]
        await seat.press("enter")  # the one to the right
        await seat.until(lambda: seat.board.cards["Q2"].column == TABLE)
        assert seat.cursor == "Q2"


async def test_shift_and_arrows_twice_at_once_lose_no_step(tmp_path: Path) -> None:
    before = (changes.AddColumn("One", before=TABLE), changes.AddColumn("Two", before=TABLE))
    async with seated(tmp_path, in_conversation(), before=before) as seat:
        seat.at("Q2")
        for _ in range(2):
            seat.screen.view.action_carry(1, 0)
        await seat.until(lambda: seat.board.columns[seat.board.cards["Q2"].column].title == "Two")
        assert seat.cursor == "Q2"
        for _ in range(2):
            seat.screen.view.action_carry(-1, 0)
        await seat.until(lambda: seat.board.cards["Q2"].column == DISCUSS)


async def test_shift_and_arrows_move_a_card_within_its_lane(tmp_path: Path) -> None:
    before = tuple(changes.AddCard("question", f"Question {n}") for n in range(1, 5))

    def lane(seat: Seat) -> list[str]:
        return [identity for _, identity in seat.board.standing.lanes[DISCUSS]]

    async with seated(tmp_path, before=before) as seat:
        await seat.press("shift+down", "shift+down")
        await seat.until(lambda: lane(seat) == ["Q2", "Q3", "Q1", "Q4"])
        assert seat.cursor == "Q1"
        await seat.press("shift+up")
        await seat.until(lambda: lane(seat) == ["Q2", "Q1", "Q3", "Q4"])
        seq = seat.board.seq
        seat.at("Q4")
        await seat.press("shift+down", "shift+left")
        await seat.pilot.pause()
        assert seat.board.seq == seq


@pytest.mark.parametrize("way", ["shift", "m", "drag"])
@pytest.mark.parametrize("column", [AGREED, TRYING])
async def test_a_proposal_moved_into_agreed_asks_for_the_missing_opinions(
    tmp_path: Path, way: str, column: str
) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        before = seat.board
        seat.at("D2")
        if way == "shift" and column == AGREED:
            await seat.press("shift+right")
        elif way == "m":
            await seat.key("m", Choose)
            await seat.choose("Agreed" if column == AGREED else "Trying")
        else:
            seat.screen.view.post_message(seat.screen.view.CardDropped("D2", Spot(column, None)))
        await seat.until(lambda: isinstance(seat.app.screen, Choose) and "Both agree" in seat.choices())
        await seat.until(lambda: "Paul: waited for" in on_screen(seat.pilot))
        assert seat.board is before
        await seat.choose("Both agree")
        await seat.says("Agreed: D2")


async def test_a_second_quick_step_into_agreed_asks_as_well(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation(), before=(changes.Move("D2", DISCUSS),)) as seat:
        seat.at("D2")
        for _ in range(2):
            seat.screen.view.action_carry(1, 0)
        await seat.shows(Choose)
        assert seat.board.cards["D2"].column == TABLE
        assert "Both agree" in seat.choices()


async def test_what_is_no_decision_is_not_moved_into_agreed_and_that_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        before = seat.board
        seat.at("A3")
        await seat.press("shift+right")
        await seat.says("A3 is no decision: only decisions are agreed.")
        assert seat.board is before


async def test_moving_out_of_agreed_takes_ones_own_assent_back(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D1")
        await seat.press("shift+left")
        await seat.until(lambda: not seat.board.cards["D1"].agreed)
        assert seat.board.cards["D1"].assents("client")


async def test_cards_are_moved_in_the_columns_only_and_that_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("v")
        await seat.until(lambda: seat.screen.view.view == "kinds")
        await seat.press("shift+right")
        await seat.says("Cards are moved in the columns. v changes the view.")


# Links


async def test_a_card_is_linked_and_the_link_taken_away(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D2")
        await seat.key("l", Choose)
        assert any(choice.startswith("✓ A3") for choice in seat.choices())
        assert any(choice.startswith("  A2") for choice in seat.choices())
        assert not any("D2" in choice for choice in seat.choices())
        await seat.choose("A2")
        await seat.until(lambda: "A2" in seat.board.cards["D2"].linked("rests_on"))
        await seat.key("l", Choose)
        await seat.choose("A2")
        await seat.until(lambda: "A2" not in seat.board.cards["D2"].linked("rests_on"))


def many_cards(count: int) -> Board:
    """A conversation with many more answers in it, three of them of one theme."""
    store = Store.in_memory(in_conversation())
    voice = Voice(store, NADIA, "before")
    answers = tuple(
        changes.AddCard("answer", f"Été numéro {200 + n}", theme="rhythm" if n % 10 == 7 else "") for n in range(count)
    )
    voice.commit_now(changes.Together(answers, "import"))
    voice.commit_now(changes.AddCard("decision", "Less in summer", theme="rhythm"))
    return store.board


async def test_of_many_cards_some_are_shown_the_likely_ones_first_and_typing_finds_the_others(tmp_path: Path) -> None:
    async with seated(tmp_path, many_cards(80)) as seat:
        seat.at("D4")
        seat.by_another(changes.LinkCards("D4", "A30"))
        await seat.until(lambda: "A30" in seat.board.cards["D4"].linked("rests_on"))
        await seat.key("l", Choose)
        shown = seat.choices()
        assert len(shown) == MOST + 1
        assert shown[0].startswith("✓ A30")
        assert [choice.split()[-1] for choice in shown[1:9]] == [str(number) for number in range(207, 287, 10)]
        assert shown[-1].startswith("and ")
        # Enter at once would make a link, and take none away.
        assert seat.app.screen.query_one("#choices", OptionList).highlighted == 1
        await seat.press(*"ete 273")
        await seat.until(lambda: [choice.split()[-1] for choice in seat.choices()] == ["273"])
        screen = seat.app.screen
        await seat.press("enter")
        await seat.until(lambda: seat.app.screen is not screen)
        await seat.until(lambda: len(seat.board.cards["D4"].linked("rests_on")) == 2)
        assert seat.board.cards[seat.board.cards["D4"].linked("rests_on")[1]].title == "Été numéro 273"


async def test_among_many_the_arrows_go_through_the_list_and_what_is_not_found_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, many_cards(30)) as seat:
        seat.at("D4")
        await seat.key("l", Choose)
        options = seat.app.screen.query_one("#choices", OptionList)
        await seat.press("down", "down", "up")
        assert options.highlighted == 1
        await seat.press(*"zzz", "enter")
        await seat.until(lambda: seat.choices() == ["Nothing found here."])
        assert isinstance(seat.app.screen, Choose)
        await seat.press("escape")
        await seat.shows(BoardScreen)


async def test_a_choice_among_many_can_be_clicked(tmp_path: Path) -> None:
    async with seated(tmp_path, many_cards(30)) as seat:
        seat.at("D4")
        await seat.key("l", Choose)
        wanted = seat.choices()[2].split()[0]
        await seat.pilot.click("#choices", offset=(6, 2))
        await seat.until(lambda: wanted in seat.board.cards["D4"].linked("rests_on"))


async def test_many_that_were_set_aside_are_found_by_their_words(tmp_path: Path) -> None:
    store = Store.in_memory(many_cards(20))
    aside = tuple(changes.SetAside(c.id) for c in store.board.in_order("answer") if c.title.startswith("Été"))
    Voice(store, NADIA, "before").commit_now(changes.Together(aside, "set-aside"))
    async with seated(tmp_path, store.board) as seat:
        await seat.key("b", Choose)
        await seat.press(*"numero 213", "enter")
        await seat.until(lambda: any(c.title == "Été numéro 213" and not c.aside for c in seat.board.cards.values()))


# Notes and outcomes


@pytest.mark.parametrize(("lang", "said"), [("en", "Paul: In spring"), ("fr", "Paul\u00a0: In spring")])
async def test_who_said_a_note_is_told_as_the_language_writes_it(tmp_path: Path, lang: str, said: str) -> None:
    async with seated(tmp_path, in_conversation(), lang=lang) as seat:
        seat.by_another(changes.AddNote("D2", "In spring"))
        await seat.until(lambda: seat.board.cards["D2"].notes)
        seat.at("D2")
        await seat.key("r", Choose)
        assert said in str(seat.app.screen.query_one("#note", Static).content)


# Undo


async def test_undo_and_redo_go_to_what_they_changed(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("ctrl+z")
        await seat.says("Nothing was typed here that could be undone.")
        await seat.press("ctrl+y")
        await seat.says("Nothing was undone here")
        seat.at("A3")
        await seat.press("shift+left")
        await seat.until(lambda: seat.board.cards["A3"].column == DISCUSS)
        seat.at("D1")
        await seat.press("ctrl+z")
        await seat.says("Ctrl+Y does it again.")
        assert "A3" in seat.news
        assert seat.board.cards["A3"].column == TABLE
        assert seat.cursor == "A3"
        await seat.press("ctrl+y")
        await seat.says("Done again")
        assert "A3" in seat.news


async def test_undo_is_refused_in_words_where_another_has_touched_the_same_card(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("A3")
        await seat.press("shift+left")
        await seat.until(lambda: seat.board.cards["A3"].column == DISCUSS)
        seat.by_another(changes.Move("A3", TABLE))
        before = seat.board
        await seat.press("ctrl+z")
        await seat.says("This cannot be undone: Paul has changed the same thing since. Change it by hand.")
        assert seat.board is before


@pytest.mark.parametrize("sure", [False, True])
async def test_undo_of_what_the_other_has_since_assented_to_asks_first(tmp_path: Path, sure: bool) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D2")
        await seat.key("e", Editor)
        await seat.write("Three stories a week")
        await seat.says("D2 is reworded.")
        seat.by_another(changes.GiveOpinion("D2", "agree"))
        await seat.press("ctrl+z")
        await seat.shows(Choose)
        assert "Paul has agreed to D2 since" in " ".join(on_screen(seat.pilot).split())
        assert seat.choices() == ["Leave it", "Undo all the same"]
        await seat.choose("Undo all the same" if sure else "Leave it")
        if sure:
            await seat.says("Undone")
            assert "D2" in seat.news
        await seat.pilot.pause()
        assert seat.board.cards["D2"].title == ("Two stories a week" if sure else "Three stories a week")


# Search


async def test_a_search_narrows_the_board_as_one_types_and_escape_restores_it(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        before = on_screen(seat.pilot)
        await seat.press("/")
        await seat.until(lambda: seat.screen.query_one("#search", Input).has_focus)
        for needle in ("g", "ga", "gar"):
            await seat.press(needle[-1])
            await seat.until(lambda: seat.screen.view.needle == needle)  # noqa: B023
            found = {item.card for lane in seat.screen.view.lanes for item in lane.items}
            # What is settled is found as well, where it stood.
            assert found == {c.id for c in seat.board.cards.values() if matches(c, needle, "en")}
        await seat.press("delete", "q", *["backspace"] * 4)
        await seat.until(lambda: not seat.screen.view.needle)
        await seat.press(*"stories", "enter")
        await seat.says("Found for “stories”. Escape shows everything again.")
        assert seat.screen.view.has_focus
        assert {item.card for lane in seat.screen.view.lanes for item in lane.items} >= {"A3"}
        assert not any(card.aside for card in seat.board.cards.values())
        await seat.press("escape")
        await seat.until(lambda: seat.news == "")
        await seat.pilot.pause()
        # Only the cursor is where the search has led.
        lanes = [text.replace("┃", "│").split("\n")[:-3] for text in (on_screen(seat.pilot), before)]
        assert lanes[0] == lanes[1]
        assert seat.cursor == "A3"


async def test_a_search_for_nothing_ends_with_enter(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("/")
        await seat.until(lambda: seat.screen.query_one("#search", Input).has_focus)
        await seat.press("enter")
        await seat.until(lambda: seat.screen.view.has_focus)
        assert not seat.screen.query_one("#search", Input).display


# Views


async def test_v_goes_round_the_three_views_and_the_cursor_stays_on_its_card(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D2")
        for view, said in (("kinds", "questions, answers, decisions"), ("outline", "outline"), ("columns", "columns")):
            await seat.press("v")
            await seat.says(f"View: {said}.")
            assert seat.screen.view.view == view
            assert seat.cursor == "D2"


async def test_settled_cards_are_shown_and_hidden(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("h")
        await seat.says("Settled cards are shown where they stood. h hides them.")
        assert "Gardeners" in on_screen(seat.pilot)
        await seat.press("H")
        await seat.says("Settled cards stand under their decision.")
        assert "Gardeners" not in on_screen(seat.pilot)


# Next


async def test_next_goes_to_a_draft_then_an_awaited_opinion_then_an_unanswered_question(tmp_path: Path) -> None:
    before = (
        changes.AddCard("question", "Answered?"),
        changes.AddCard("answer", "Yes", on=("Q1",)),
        changes.AddCard("question", "Unanswered?"),
        changes.AddCard("decision", "Awaited"),
        changes.GiveOpinion("D1", "agree"),
    )
    async with seated(tmp_path, before=before) as seat:
        await seat.key("q", Editor)
        await seat.press(*"half")
        await seat.press("escape")
        await seat.says("Kept as a draft. n goes on writing.")
        assert "next: a draft, “half”" in seat.voice_line
        await seat.key("n", Editor)
        assert seat.app.screen.query_one("#title", LineInput).value == "half"
        await seat.write("Whole?")
        await seat.says("Question Q3 added")
        assert "next: D1, opinion of Paul" in seat.voice_line
        await seat.press("n")
        await seat.says("D1, opinion of Paul")
        assert seat.cursor == "D1"
        await opine(seat, "Paul agrees", "D1")
        await seat.says("Agreed: D1")
        await seat.press("n")
        await seat.says("Q2, unanswered")
        assert seat.cursor == "Q2"


async def test_next_says_so_where_nothing_waits(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        await seat.press("n")
        await seat.says("Nothing waits")
        assert "next" not in seat.voice_line


# Voices


async def test_s_hands_over_to_the_other_of_two(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        for name in ("Paul", "Nadia"):
            await seat.press("s")
            await seat.says(f"{name} speaking.")
            assert f"{name.upper()} speaking" in seat.voice_line
            assert f"● {name}" in on_screen(seat.pilot).split("\n")[0]


async def test_of_three_people_one_is_chosen(tmp_path: Path) -> None:
    async with seated(tmp_path, three_people()) as seat:
        await seat.key("s", Choose)
        assert seat.choices() == ["Paul", "Zoé"]
        await seat.choose("Zoé")
        await seat.says("Zoé speaking.")
        assert seat.session.voice.person == ZOE
        await seat.key("s", Choose)
        assert seat.choices() == ["Nadia", "Paul"]
        await seat.press("escape")
        await seat.shows(BoardScreen)
        assert seat.session.voice.person == ZOE


async def test_the_names_at_the_top_hand_over_as_well(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        top = on_screen(seat.pilot).split("\n")[0]
        await seat.pilot.click("#title", offset=(top.index("Paul"), 0))
        await seat.says("Paul speaking.")


async def test_it_was_somebody_else_who_said_it(tmp_path: Path) -> None:
    async with seated(tmp_path, three_people(), before=(changes.AddCard("question", "Who?"),)) as seat:
        await seat.key("w", Choose)
        assert "So far: Nadia" in on_screen(seat.pilot)
        assert seat.choices() == ["It was Paul who said it", "It was Zoé who said it"]
        await seat.choose("Zoé")
        await seat.says("Q1 was said by Zoé.")
        assert seat.board.cards["Q1"].voice == ZOE


# Others


async def test_what_another_does_appears_and_is_announced(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("A3")
        seat.by_another(changes.AddCard("question", "What about Sundays?"))
        await seat.says("Paul asks Q3: What about Sundays?")
        await seat.until(lambda: "What about Sundays?" in on_screen(seat.pilot))
        assert seat.cursor == "A3"


async def test_an_agreement_that_another_completes_is_announced_as_one(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.by_another(changes.AddCard("decision", "We begin"))
        proposed = max(seat.board.cards, key=lambda card: (card[0] == "D", int(card[1:])))
        seat.session.voice.commit_now(changes.GiveOpinion(proposed, "agree"))
        seat.by_another(changes.GiveOpinion(proposed, "agree"))
        await seat.says(f"Paul agrees to {proposed} · {proposed} is agreed.")


async def test_whoever_may_only_look_is_told_so_before_typing(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.session.voice.may_edit = False
        seat.at("Q2")
        for key in ("q", "a", "d", "e", "r", "y", "x", "k", "l", "m", "s", "w", "delete", "ctrl+z", "t"):
            await seat.press(key)
            await seat.says("You may look at this board, not change it; ask for an invitation to edit.")
            assert isinstance(seat.app.screen, BoardScreen)
            seat.screen.tell("")
        seat.screen._show_bars()
        bars = on_screen(seat.pilot)
        assert "NADIA looks on" in bars
        assert "a answer" not in bars


async def test_what_another_does_appears_under_an_open_panel(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.key("q", Editor)
        seat.by_another(changes.AddCard("question", "What about Sundays?"))
        await seat.says("Paul asks Q3: What about Sundays?")
        await seat.press("escape")
        await seat.shows(BoardScreen)
        await seat.until(lambda: "What about Sundays?" in on_screen(seat.pilot))


async def test_what_is_done_here_is_not_announced_as_another_s(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("Q2")
        await seat.press("delete")
        await seat.says("Q2 set aside.")
        await seat.pilot.pause()
        assert "Nadia" not in seat.news


async def test_a_card_in_hand_that_another_takes_away_does_no_harm(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.by_another(changes.AddCard("question", "Gone soon"))
        await seat.until(lambda: seat.screen.view.seek("Q3"))
        seat.elsewhere.undo().result()
        seat.screen.run_command(BY_ID["decision"])  # before the board has been shown again
        await seat.shows(Editor)
        await seat.press("escape")
        await seat.shows(BoardScreen)
        assert seat.cursor != "Q3"


async def test_marks_of_cards_that_another_sets_aside_go(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("Q2")
        await seat.press("space")
        await seat.until(lambda: seat.screen.view.marked)
        seat.by_another(changes.SetAside("Q2"))
        await seat.until(lambda: not seat.screen.view.marked)
        await seat.until(lambda: "marked" not in seat.voice_line)


# What cannot be


@pytest.fixture
def read_only(tmp_path: Path) -> Store:
    store = Store.in_memory(in_conversation())
    store.read_only = Refused("not-allowed", path="acme.json")
    return store


@pytest.mark.parametrize("way", ["delete", "shift+right", "shift+left", "opinion", "question", "who", "link"])
async def test_a_board_that_can_only_be_read_refuses_in_one_sentence_and_nothing_changes(
    tmp_path: Path, read_only: Store, way: str
) -> None:
    session = session_at(read_only, tmp_path)
    app = app_at(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        seat = Seat(pilot, app, session)
        before = seat.board
        seat.at("D2")
        if way == "opinion":
            await opine(seat, "Both agree")
        elif way == "question":
            await seat.key("q", Editor)
            await seat.write("Not lost")
        elif way == "who":
            await seat.key("w", Choose)
            await seat.press("enter")
        elif way == "link":
            await seat.key("l", Choose)
            await seat.press("enter")
        else:
            await seat.press(way)
        await seat.says("You may not do that with acme.json; ask its owner")
        assert seat.board is before
        assert seat.app.screen is seat.screen
        if way == "question":
            assert [draft.title for draft in session.drafts.all()] == ["Not lost"]


async def test_somebody_who_may_only_look_is_told_so(tmp_path: Path) -> None:
    store = Store.in_memory(in_conversation())
    session = session_at(store, tmp_path)
    session.voice = Voice(store, PAUL, "ssh", one_screen=False, may_edit=False)
    app = app_at(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        seat = Seat(pilot, app, session)
        before = seat.board
        seat.at("D2")
        for key in ("delete", "shift+right", "ctrl+z"):
            seat.screen.tell("")
            await seat.press(key)
            await seat.says("You may look at this board, not change it")
        assert seat.board is before


async def test_two_enters_at_once_choose_once(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D2")
        await seat.key("y", Choose)
        options = seat.app.screen.query_one("#choices", OptionList)
        options.action_select()
        options.action_select()
        await seat.says("D2: waiting for Paul.")
        await seat.pilot.pause()
        assert seat.app.screen is seat.screen
        assert seat.app.is_running


# Pasting


async def test_pasted_lines_are_offered_and_added_as_chosen(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        seat.screen.view.post_message(seat.screen.view.TextPasted("- one\n\n2. two\n\u200b\n• three [/]\n"))
        await seat.shows(Pasting)
        assert "3 lines were pasted" in on_screen(seat.pilot)
        lines = seat.app.screen.query_one("#lines", OptionList)
        assert [str(option.prompt) for option in lines.options] == ["✓ one", "✓ two", "✓ three [/]"]
        await seat.press("tab", "down", "space")
        assert str(lines.options[1].prompt) == "  two"
        await seat.press("shift+tab", "down", "enter")
        await seat.says("2 cards added.")
        assert sorted(card.title for card in seat.board.cards.values()) == ["one", "three [/]"]
        assert all(card.kind == "question" for card in seat.board.cards.values())
        await seat.press("ctrl+z")
        await seat.says("Undone: adds Q1, Q2.")
        assert not seat.board.cards


async def test_a_paste_adds_nothing_without_a_yes(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        for keys in (("escape",), ("enter",), ("tab", "space", "shift+tab", "down", "enter")):
            seat.screen.view.post_message(seat.screen.view.TextPasted("one"))
            await seat.shows(Pasting)
            await seat.press(*keys)
            await seat.shows(BoardScreen)
        assert not seat.board.cards


async def test_a_pasted_line_that_is_too_long_for_a_title_is_kept_in_the_text(tmp_path: Path) -> None:
    async with seated(tmp_path) as seat:
        line = "word " * 600
        seat.screen.view.post_message(seat.screen.view.TextPasted(line))
        await seat.shows(Pasting)
        await seat.press("down", "enter")
        await seat.says("1 card added.")
        card = seat.board.cards["Q1"]
        assert card.body == line.strip()
        assert card.title.startswith("word word")
        assert card.title.endswith("…")


async def test_of_a_very_long_paste_what_is_left_out_is_said(tmp_path: Path) -> None:
    async with seated(tmp_path, size=(100, 50)) as seat:
        seat.screen.view.post_message(seat.screen.view.TextPasted("\n".join(f"line {n}" for n in range(205))))
        await seat.shows(Pasting)
        assert "5 more lines are left out." in on_screen(seat.pilot)


# In French


async def test_everything_is_said_in_french_on_a_french_board(tmp_path: Path) -> None:
    async with seated(tmp_path, lang="fr") as seat:
        await seat.key("q", Editor)
        await seat.write("Qui d'abord ?")
        await seat.says("Question Q1\u00a0:")
        await seat.key("a", Editor)
        assert "La parole à Paul" in str(seat.app.screen.query_one("#voice", Static).content)
        await seat.write("Les parents")
        await seat.says("R1")
        assert seat.cursor == "A1"
        await seat.key("d", Editor)
        await seat.write("Les parents d'abord")
        await seat.says("Proposition D1")
        await seat.key("y", Choose)
        assert any("tous les deux" in choice for choice in seat.choices())
        await seat.choose("tous les deux")
        await seat.says("D'accord")
        assert "«\u202fD'accord\u202f»" in seat.news
        await seat.press("s")
        await seat.until(lambda: "PAUL" in seat.voice_line)
        await seat.press("escape")
        await seat.says("Ctrl+Q pour quitter\u202f; tout est gardé.")


# Rewording


async def test_a_wording_that_both_agreed_to_is_corrected_or_reopened(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.at("D1")
        await seat.key("e", Editor)
        seat.app.screen.query_one("#title", LineInput).value = "Pârents first"
        await seat.press("enter")
        await seat.shows(Choose)
        await seat.choose("Only the spelling")
        await seat.until(lambda: seat.board.cards["D1"].title == "Pârents first")
        assert seat.board.cards["D1"].agreed
        await seat.key("e", Editor)
        seat.app.screen.query_one("#title", LineInput).value = "Nobody first"
        await seat.press("enter")
        await seat.shows(Choose)
        await seat.press("escape")
        await seat.says("Kept as a draft.")
        assert seat.board.cards["D1"].title == "Pârents first"
        await seat.key("n", Editor)
        await seat.press("enter")
        await seat.shows(Choose)
        await seat.choose("The meaning changes")
        await seat.says("D1 is back on the table: both are asked again.")
        assert not seat.board.cards["D1"].agreed
        assert seat.session.drafts.all() == []


async def test_a_rewording_that_changes_nothing_is_none(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        before = seat.board
        seat.at("Q2")
        await seat.key("e", Editor)
        await seat.press("enter")
        await seat.shows(BoardScreen)
        assert seat.board is before


async def test_a_proposed_spelling_is_confirmed_or_dropped(tmp_path: Path) -> None:
    board = in_conversation()
    spelling = changes.Reword("D1", wording(board.cards["D1"], title="Pârents first"), correct=True)
    async with seated(tmp_path, board) as seat:
        seat.by_another(spelling)
        await seat.until(lambda: "spelling: waits for Nadia" in on_screen(seat.pilot))
        seat.at("D1")
        await seat.key("y", Choose)
        text = on_screen(seat.pilot)
        assert "Now: Parents first" in text
        assert "Corrected: Pârents first" in text
        await seat.choose("Nadia confirms")
        await seat.until(lambda: seat.board.cards["D1"].title == "Pârents first")
        assert seat.board.cards["D1"].agreed


async def test_a_draft_of_a_settled_card_goes_on_with_that_card_and_no_other(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        settled = next(i for i, place in seat.board.standing.places.items() if place.state == "settled")
        card = seat.board.cards[settled]
        draft = Draft(
            f"edit:{card.id}", card.kind, card.id, "Half a new wording", "", (), NADIA, card.wording, utc_now()
        )
        seat.session.drafts.keep(draft)
        await seat.press("n")
        await seat.until(lambda: isinstance(seat.pilot.app.screen, Editor))
        assert f"Reword {card.id}" in on_screen(seat.pilot)
        assert seat.pilot.app.screen.query_one("#title", LineInput).value == "Half a new wording"


async def test_moving_an_agreed_decision_away_says_whose_assent_is_taken_back(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.screen.view.seek("D1")
        assert seat.board.cards["D1"].agreed
        await seat.press("shift+left")
        await seat.until(lambda: not seat.board.cards["D1"].agreed)
        await seat.until(lambda: "assent is taken back" in seat.news)


async def test_marks_are_gone_when_what_was_marked_has_been_used(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.screen.view.seek("A3")
        await seat.press("space", "d")
        await seat.until(lambda: isinstance(seat.pilot.app.screen, Editor))
        await seat.press(*"More", "enter")
        await seat.until(lambda: any(card.title == "More" for card in seat.board.cards.values()))
        await seat.until(lambda: not seat.screen.view.marked)


async def test_words_at_the_foot_of_a_panel_can_be_clicked(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        await seat.press("q")
        await seat.until(lambda: isinstance(seat.pilot.app.screen, Editor))
        await seat.press(*"By mouse")
        keys = seat.pilot.app.screen.query_one("#keys", Static)
        await seat.pilot.click(keys, offset=(2, 0))
        await seat.until(lambda: any(card.title == "By mouse" for card in seat.board.cards.values()))


async def test_a_proposal_made_of_an_agreed_decision_stands_in_its_place_once_agreed(tmp_path: Path) -> None:
    async with seated(tmp_path, in_conversation()) as seat:
        seat.screen.view.seek("D1")
        await seat.press("d")
        await seat.until(lambda: isinstance(seat.pilot.app.screen, Editor))
        await seat.press(*"Better", "enter")
        await seat.until(lambda: any(card.title == "Better" for card in seat.board.cards.values()))
        newer = next(card for card in seat.board.cards.values() if card.title == "Better")
        assert newer.linked("replaces") == ("D1",)
        await seat.until(lambda: isinstance(seat.pilot.app.screen, BoardScreen))
        seat.session.voice.commit_now(changes.GiveOpinion(newer.id, "agree", both=True))
        assert seat.board.standing.places["D1"].under == newer.id


async def test_the_hint_of_an_empty_board_names_the_key_of_the_keymap(tmp_path: Path) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path)
    session.keymap = {"question": "f3"}
    async with app_at(session).run_test(size=(200, 30)) as pilot:
        await until(pilot, lambda: "Press F3 to" in on_screen(pilot))


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (160, 45)])
async def test_the_keys_of_a_long_list_are_always_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    async with seated(tmp_path, many_cards(40), size=size) as seat:
        seat.at("D4")
        await seat.key("l", Choose)
        await seat.until(lambda: "Enter choose" in on_screen(seat.pilot))
        await seat.press(*["down"] * 30)
        await seat.pilot.pause()
        last = seat.choices()[30].split()[0]
        assert f" {last} " in on_screen(seat.pilot)
