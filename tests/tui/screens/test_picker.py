"""Choosing a question: typing narrows, Enter takes one, Escape none; the board is never touched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import OptionList

from storage import Store, changes
from storage.questions import Asked, Bank, bank
from tui.glyphs import FULL, PLAIN
from tui.screens.picker import QuestionPicker
from tui.widgets.bars import Bar

from .sitting import app_at, on_screen, session_at, small_board, until

WHO = Asked("Who comes twice?", "Audiences", "client", "Names, if we have some.")
WHERE = Asked("Where are people like them?", "Audiences", "consultant")
HOURS = Asked("How many hours, été compris?", "Means")
SMALL = Bank("A small bank", (WHO, WHERE, HOURS))

SIZES = [(80, 24), (40, 12)]


class Picking:
    """The screen, and what a person does there."""

    def __init__(self, pilot: Pilot[None], store: Store, screen: QuestionPicker, left: list[Asked | None]) -> None:
        self.pilot = pilot
        self.store = store
        self.screen = screen
        self.left = left

    @property
    def options(self) -> OptionList:
        return self.screen.query_one("#questions", OptionList)

    @property
    def shown(self) -> str:
        return on_screen(self.pilot)

    def line(self, words: str) -> str:
        """The line of the screen that has these words."""
        return next(line for line in self.shown.split("\n") if words in line)

    async def type(self, text: str) -> None:
        await self.pilot.press(*("space" if character == " " else character for character in text))

    async def until_asked(self, asked: Asked | None) -> None:
        await until(self.pilot, lambda: self.screen.asked == asked)

    async def until_shown(self, words: str) -> None:
        await until(self.pilot, lambda: words in self.shown)

    async def until_left(self) -> Asked | None:
        await until(self.pilot, lambda: self.left)
        assert len(self.left) == 1
        return self.left[0]


@asynccontextmanager
async def picking(
    tmp_path: Path,
    questions: Bank = SMALL,
    *,
    lang: str = "en",
    size: tuple[int, int] = (80, 24),
    on_board: tuple[str, ...] = (),
    plain: bool = False,
) -> AsyncIterator[Picking]:
    with Store.in_memory(small_board(lang)) as store:
        session = replace(session_at(store, tmp_path / "state", lang=lang), glyphs=PLAIN if plain else FULL)
        for title in on_board:
            session.voice.commit_now(changes.AddCard("question", title))
        app = app_at(session)
        async with app.run_test(size=size) as pilot:
            left: list[Asked | None] = []
            screen = QuestionPicker(session, questions)
            await app.push_screen(screen, left.append)
            await until(pilot, lambda: screen.asked is not None)
            yield Picking(pilot, store, screen, left)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_a_bank_is_shown_by_theme_with_whose_knowledge_is_asked_for(
    tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    held = bank(lang)
    async with picking(tmp_path, held, lang=lang, size=size) as at:
        first = held.questions[0]
        await at.until_asked(first)
        for words in (first.theme, first.text.split()[0], "› client"):
            assert words in at.shown
        assert at.line("client").rstrip().endswith("client")
        assert {"en": "For the client: the organisation.", "fr": "Au client\u00a0: l'organisation."}[lang] in at.shown
        assert {"en": "Esc back", "fr": "Échap retour"}[lang] in at.shown


@pytest.mark.parametrize("size", [*SIZES, (60, 18), (160, 45), (20, 6)])
async def test_nothing_is_wider_than_the_list(tmp_path: Path, size: tuple[int, int]) -> None:
    async with picking(tmp_path, bank("fr"), lang="fr", size=size) as at:
        room = at.options.scrollable_content_region.width
        prompts = [at.options.get_option_at_index(n).prompt for n in range(at.options.option_count)]
        rows = [line for prompt in prompts for line in str(prompt).split("\n")]
        assert len(rows) > len(bank("fr").questions)
        assert [line for line in rows if cell_len(line) > room] == []


async def test_typing_narrows_and_enter_takes_the_one_under_the_cursor(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.until_asked(WHO)
        await at.type("ete HOURS")
        await at.until_asked(HOURS)
        assert "Audiences" not in at.shown
        assert "1 of 3" in at.shown
        await at.pilot.press("enter")
        assert await at.until_left() == HOURS
        assert not at.store.board.cards


async def test_typing_keeps_the_cursor_on_its_question_while_it_is_there(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.pilot.press("down")
        await at.until_asked(WHERE)
        await at.type("audience")
        await at.until_shown("2 of 3")
        assert at.screen.asked == WHERE


async def test_the_arrows_pass_over_the_headings(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        for asked in (WHO, WHERE, HOURS):
            await at.until_asked(asked)
            await at.pilot.press("down")
        await at.pilot.press("up", "up")
        await at.until_asked(WHERE)
        await at.pilot.press("pagedown")
        await at.until_asked(HOURS)
        await at.pilot.press("pageup")
        await at.until_asked(WHO)


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_heading_is_seen_again_above_its_question(tmp_path: Path, size: tuple[int, int]) -> None:
    held = bank("en")
    async with picking(tmp_path, held, size=size) as at:
        await at.pilot.press("up")
        await at.until_asked(held.questions[-1])
        await until(at.pilot, lambda: "Purpose" not in at.shown)
        await at.pilot.press("down")
        await at.until_asked(held.questions[0])
        await at.until_shown("Purpose")
        await at.pilot.press("pageup")
        await at.until_asked(held.questions[0])


async def test_escape_takes_none_whatever_was_typed(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.type("who")
        await at.pilot.press("escape")
        assert await at.until_left() is None


async def test_where_nothing_is_found_enter_does_nothing(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.type("xyz")
        await at.until_shown("No question has these words.")
        await at.pilot.press("enter")
        await at.pilot.pause(0.1)
        assert at.left == []
        await at.pilot.press("backspace", "backspace", "backspace")
        await at.until_asked(WHO)


async def test_a_question_that_was_asked_is_marked_and_the_next_one_offered(tmp_path: Path) -> None:
    async with picking(tmp_path, on_board=("Anything else?", "who comes TWICE ?")) as at:
        await at.until_asked(WHERE)
        assert at.line("Who comes twice?").startswith(" ✓ Who comes twice? (Q2)")
        assert at.line("Where are").startswith(" ? Where")
        await at.pilot.press("up")
        await at.until_shown("On the board already: Q2.")
        await at.pilot.press("enter")
        assert await at.until_left() == WHO


async def test_what_somebody_else_asks_meanwhile_is_marked(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.until_asked(WHO)
        at.screen.session.voice.commit_now(changes.AddCard("question", WHERE.text))
        await at.until_shown("✓ Where are people like them? (Q1)")
        assert at.screen.asked == WHO


async def test_what_helps_to_answer_stands_below(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.until_shown("For the client: the organisation. Names, if we have some.")
        await at.pilot.press("down")
        await at.until_shown("For the consultant: the craft.")
        assert "Names" not in at.shown
        await at.pilot.press("down")
        await at.until_shown("For either side of the table.")


async def test_a_click_takes_a_question(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.until_asked(WHO)
        await at.pilot.click("#questions", offset=(10, 2))
        assert await at.until_left() == WHERE


@pytest.mark.parametrize(("words", "taken"), [("take it", WHO), ("back", None)])
async def test_the_words_of_the_keys_can_be_clicked(tmp_path: Path, words: str, taken: Asked | None) -> None:
    async with picking(tmp_path) as at:
        await at.until_asked(WHO)
        await at.pilot.click("#keys", offset=(at.screen.query_one("#keys", Bar).text.index(words), 0))
        assert await at.until_left() == taken


async def test_a_click_beside_the_words_leaves_the_screen_as_it_is(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.until_asked(WHO)
        await at.pilot.click("#questions", offset=(10, 0))
        await at.pilot.click("#keys", offset=(at.screen.query_one("#keys", Bar).text.index("choose"), 0))
        await at.pilot.press("down")
        await at.until_asked(WHERE)
        assert at.left == []


async def test_a_pasted_text_takes_nothing(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.until_asked(WHO)
        for key, character in (("h", "h"), ("o", "o"), ("enter", "\r"), ("q", "q"), ("x", "x")):
            at.pilot.app.post_message(Key(key, character))
        await at.until_shown("ho qx")
        assert at.left == []


async def test_questions_are_text_and_never_markup(tmp_path: Path) -> None:
    asked = Asked("[fr] [/] <b>{x}</b> # y?", "[bold]T[/bold]", "client", "[red]m[/]")
    async with picking(tmp_path, Bank("[u]B", (asked,))) as at:
        await at.until_shown("[red]m[/]")
        for text in (asked.text, asked.theme, "[u]B"):
            assert text in at.shown


async def test_questions_of_no_theme_stand_below_the_title(tmp_path: Path) -> None:
    async with picking(tmp_path, Bank("My bank", (Asked("Why?"),))) as at:
        await at.until_asked(Asked("Why?"))
        assert str(at.options.get_option_at_index(0).prompt) == "My bank"


async def test_poor_terminals_get_plain_signs(tmp_path: Path) -> None:
    async with picking(tmp_path, on_board=(WHO.text,), plain=True) as at:
        await at.until_asked(WHERE)
        assert not set(at.shown) & set("✓›↑↓")
        assert at.line("Who comes").startswith(" * Who comes twice? (Q1)")
        assert "> client" in at.shown


async def test_another_size_keeps_the_cursor(tmp_path: Path) -> None:
    async with picking(tmp_path) as at:
        await at.pilot.press("down", "down")
        await at.until_asked(HOURS)
        await at.pilot.resize_terminal(40, 12)
        await at.pilot.pause()
        assert at.screen.asked == HOURS
        assert at.screen.query_one("#about").size.height == 1
