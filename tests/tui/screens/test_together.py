"""Several people at one board, each at a screen of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.strip import Strip

from storage import Board, Refused, Store, Voice, changes, new_board
from storage.presence import Here, Presence
from storage.store import Sitting
from tests.storage.table import AGREED, NADIA, PAUL, TABLE, ZOE, Table, in_conversation
from tui.app import AccordApp
from tui.glyphs import FULL, PLAIN, Glyphs
from tui.screens import together_commands
from tui.screens.asking import Choose
from tui.screens.board import BoardScreen
from tui.screens.card import CardScreen
from tui.screens.editor import Editor
from tui.session import Session
from tui.widgets.bars import Bar
from tui.widgets.board import BoardView
from tui.widgets.canvas import Canvas

from .sitting import app_at, on_screen, session_at, until


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits to see what the others do."""
    monkeypatch.setattr(together_commands, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(together_commands, "LOOK_SECONDS_EACH", 0.0)


@dataclass
class Seat:
    """One person's app, and what they see."""

    pilot: Pilot[None]
    session: Session
    ending: AsyncExitStack

    async def leaves(self) -> None:
        """Leave the board, and end the app."""
        await self.press("ctrl+q")
        await self.ending.aclose()

    @property
    def app(self) -> AccordApp:
        app = self.pilot.app
        assert isinstance(app, AccordApp)
        return app

    @property
    def screen(self) -> BoardScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, BoardScreen)
        return screen

    @property
    def view(self) -> BoardView:
        return self.screen.view

    @property
    def news(self) -> str:
        return self.screen.query_one("#news", Bar).text.strip()

    @property
    def sees(self) -> str:
        return on_screen(self.pilot)

    def visitors(self) -> dict[str, list[str]]:
        """Who is shown at which card."""
        return {card: [visitor.name for visitor in there] for card, there in self.view._visitors.items()}

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def see(self, text: str) -> None:
        await until(self.pilot, lambda: text in self.sees)

    async def choose(self, words: str) -> None:
        """Choose from the list that is open."""
        await until(self.pilot, lambda: isinstance(self.app.screen, Choose))
        screen = self.app.screen
        assert isinstance(screen, Choose)
        offered = [str(choice.words) for choice in screen._choices]
        await self.press(*["down"] * (offered.index(words) - screen._at), "enter")


class Room:
    """A board, and everybody who sits at it in this process."""

    def __init__(self, store: Store, folder: Path, stack: AsyncExitStack) -> None:
        self.store = store
        self.presence = Presence(None)
        self._folder = folder
        self._stack = stack
        self._count = 0

    async def sits(
        self,
        person: str = NADIA,
        *,
        remote: bool = True,
        size: tuple[int, int] = (120, 30),
        lang: str = "en",
        glyphs: Glyphs = FULL,
        environ: dict[str, str] | None = None,
    ) -> Seat:
        """Somebody comes to a screen: a guest, or whoever sits at the host's with both parties."""
        self._count += 1
        session = session_at(self.store, self._folder / f"state{self._count}", lang=lang, remote=remote)
        session.voice = Voice(self.store, person, f"s{self._count}", one_screen=not remote)
        session.presence = self.presence
        session.glyphs = glyphs
        session.environ = {**session.environ, **(environ or {})}
        app = app_at(session)
        ending = await self._stack.enter_async_context(AsyncExitStack())
        pilot = await ending.enter_async_context(app.run_test(size=size))
        await until(pilot, lambda: len(app.screen_stack) > 1 and app.screen.is_current)
        await pilot.pause()
        return Seat(pilot, session, ending)


@asynccontextmanager
async def room(folder: Path, board: Board | None = None) -> AsyncIterator[Room]:
    async with AsyncExitStack() as stack:
        with Store.in_memory(board or some_cards()) as store:
            yield Room(store, folder, stack)
            await stack.aclose()


def some_cards() -> Board:
    table = Table()
    for title in ("Who?", "How?", "When?", "Where?"):
        table.adds(changes.AddCard("question", title))
    table.adds(changes.AddCard("answer", "Parents", on=("Q1",)), PAUL)
    table.adds(changes.AddCard("decision", "A newsletter"))
    return table.board


# Who is here, and where


async def test_everybody_sees_who_is_here_and_at_which_card(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, remote=False)
        assert "○ Paul" in nadia.sees
        paul = await at.sits(PAUL)
        await nadia.see("● Paul")
        await until(nadia.pilot, lambda: nadia.news == "Paul is here.")
        assert paul.news == "Nadia is here."
        await paul.press("down")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q2": ["Paul"]})
        assert "‹Paul" in nadia.sees
        assert paul.visitors() == {"Q1": ["Nadia"]}
        await nadia.press("right")
        await until(paul.pilot, lambda: paul.visitors() == {"A1": ["Nadia"]})


async def test_whoever_has_left_is_no_longer_shown(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, remote=False)
        paul = await at.sits(PAUL)
        await nadia.see("‹Paul")
        await paul.leaves()
        await until(nadia.pilot, lambda: nadia.news == "Paul has left.")
        await until(nadia.pilot, lambda: "‹Paul" not in nadia.sees and "○ Paul" in nadia.sees)


async def test_several_who_are_here_are_named_in_one_sentence(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.presence.enter("x", PAUL)
        at.presence.enter("y", ZOE)
        nadia = await at.sits(NADIA)
        assert nadia.news == "Paul, Zoé are here."
        at.presence.enter("z", ZOE)  # she opens a second window
        at.presence.leave("y")
        await nadia.pilot.pause()
        assert nadia.news == "Paul, Zoé are here."
        at.presence.leave("x")
        at.presence.leave("z")
        await until(nadia.pilot, lambda: nadia.news in ("Paul, Zoé have left.", "Zoé has left."))


async def test_where_somebody_writes_is_said_at_the_card(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        paul = await at.sits(PAUL)
        await paul.press("down", "e")
        await until(paul.pilot, lambda: isinstance(paul.app.screen, Editor))
        await nadia.see("‹Paul is writing")
        assert nadia.view._visitors["Q2"][0].writing
        await paul.press("escape")
        await until(nadia.pilot, lambda: "is writing" not in nadia.sees)


async def test_who_looks_at_a_settled_card_is_seen_at_its_decision(tmp_path: Path) -> None:
    async with room(tmp_path, in_conversation()) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="A1")
        await until(nadia.pilot, lambda: nadia.visitors() == {"D1": ["Paul"]})
        nadia.view.show_settled = True
        nadia.view.remake()
        assert nadia.visitors() == {"A1": ["Paul"]}
        nadia.view.show_settled, nadia.view.view = False, "outline"
        nadia.view.remake()
        assert nadia.visitors() == {"A1": ["Paul"]}
        at.presence.update("x", cursor="Q99")
        await until(nadia.pilot, lambda: nadia.visitors() == {})


async def test_a_card_that_is_settled_meanwhile_takes_its_visitors_along(tmp_path: Path) -> None:
    async with room(tmp_path, in_conversation()) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="A3")
        await until(nadia.pilot, lambda: nadia.visitors() == {"A3": ["Paul"]})
        Voice(at.store, PAUL, "x").commit_now(changes.GiveOpinion("D2", "agree", both=True))
        await until(nadia.pilot, lambda: nadia.visitors() == {"D2": ["Paul"]})


@pytest.mark.parametrize("glyphs", [FULL, PLAIN], ids=["full", "plain"])
@pytest.mark.parametrize("size", [(160, 45), (80, 24), (40, 12), (26, 8), (20, 6)])
async def test_names_fit_whatever_the_size(tmp_path: Path, size: tuple[int, int], glyphs: Glyphs) -> None:
    board = Table(some_cards())
    board.does(changes.RenamePerson(PAUL, "Maximilienne-Charlotte de 井井井井井 " * 3))
    async with room(tmp_path, board.board) as at:
        nadia = await at.sits(NADIA, size=size, glyphs=glyphs)
        for number in range(9):
            at.presence.enter(f"x{number}", (PAUL, ZOE, NADIA)[number % 3], cursor="Q1")
        at.presence.update("x1", writing="Q1")
        await until(nadia.pilot, lambda: len(nadia.screen._others) == 9 and nadia.visitors())
        for view in ("columns", "kinds", "outline"):
            nadia.view.view = view
            nadia.view.remake()
            for canvas, width in zip(nadia.view.query(Canvas), nadia.view._widths, strict=False):
                assert {(strip.cell_length, cell_len(strip.text)) for strip in canvas._drawn} == {(width, width)}
            await nadia.pilot.pause()
            if size[0] >= 80 and view != "outline":
                assert f"{glyphs.left}Zoé is writing" in nadia.sees
                assert " +2" in nadia.sees


async def test_without_colour_and_with_plain_signs_the_names_still_tell(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, glyphs=PLAIN, environ={"NO_COLOR": "1"})
        at.presence.enter("x", PAUL, cursor="Q2")
        await nadia.see("<Paul")
        assert "@ Paul" in nadia.sees


async def test_the_title_is_still_read_in_the_outline(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, size=(80, 24))
        nadia.view.view = "outline"
        nadia.view.remake()
        at.presence.enter("x", PAUL, cursor="Q1")
        await nadia.see("‹Paul")
        assert "Q1 Who?" in nadia.sees


async def test_names_of_people_are_text(tmp_path: Path) -> None:
    table = Table(some_cards())
    table.does(changes.RenamePerson(PAUL, "[b]Paul[/b] [/] {x}"))
    async with room(tmp_path, table.board) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q1")
        await nadia.see("‹[b]Paul[/b] [/] {x}")
        await until(nadia.pilot, lambda: nadia.news == "[b]Paul[/b] [/] {x} is here.")


async def test_what_others_say_of_nobody_and_nothing_is_passed_over(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", "p99", cursor="Q1")
        at.presence.enter("y", PAUL, cursor="../etc")
        at.presence.update("y", writing="<b>", look_at="Q99")
        await until(nadia.pilot, lambda: nadia.news == "Paul is here.")
        assert nadia.visitors() == {}


# News that does not hide more important news


async def test_who_comes_is_said_behind_an_alert_and_never_instead_of_it(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        nadia.screen.tell("The disk is full.", "alert")
        at.presence.enter("x", PAUL, cursor="Q1")
        await until(nadia.pilot, lambda: nadia.news == "The disk is full. Paul is here.")
        at.presence.leave("x")
        await until(nadia.pilot, lambda: nadia.news == "The disk is full. Paul has left.")
        (piece,) = nadia.screen.query_one("#news", Bar).said
        assert piece.part == "alert"
        nadia.screen.tell("Something else.")
        at.presence.enter("x", PAUL)
        await until(nadia.pilot, lambda: nadia.news == "Paul is here.")


# Following


async def test_whoever_follows_goes_along_until_an_arrow_key(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        await until(nadia.pilot, lambda: nadia.screen._others)
        await paul.press("down")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q2": ["Paul"]})
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        await until(nadia.pilot, lambda: nadia.view.cursor == "Q2")
        assert nadia.news == "You follow Paul; an arrow key ends it."
        await paul.press("down", "right")
        await until(nadia.pilot, lambda: nadia.view.cursor == paul.view.cursor != "Q2")
        await nadia.press("left")
        assert nadia.news == "You no longer follow Paul."
        here = nadia.view.cursor
        await paul.press("down")
        await until(nadia.pilot, lambda: nadia.visitors() == {"D1": ["Paul"]})
        assert nadia.view.cursor == here


async def test_following_goes_on_in_another_view_and_to_where_a_card_is_settled(tmp_path: Path) -> None:
    async with room(tmp_path, in_conversation()) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="D3")
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        assert nadia.view.cursor == "D3"
        await nadia.press("escape")  # what was told of it goes, what is so stays
        assert "following Paul" in on_screen(nadia.pilot)
        at.presence.update("x", cursor="A1")
        await until(nadia.pilot, lambda: nadia.view.cursor == "D1")
        assert nadia.screen._following == "x"
        await nadia.press("v", "v")
        assert nadia.view.view == "outline"
        at.presence.update("x", cursor="A2")
        await until(nadia.pilot, lambda: nadia.view.cursor == "A2")
        at.presence.update("x", cursor="Q2")
        await until(nadia.pilot, lambda: nadia.view.cursor == "Q2")
        await nadia.press("v")
        assert nadia.view.view == "columns"
        assert nadia.screen._following == "x"


async def test_a_changed_board_ends_no_following_though_it_moves_the_cursor(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q3")
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        voice = Voice(at.store, PAUL, "x", one_screen=False)
        voice.commit_now(changes.SetAside("Q3"))
        await until(nadia.pilot, lambda: nadia.view.cursor == "Q4")
        assert nadia.screen._following == "x"
        at.presence.update("x", cursor="Q5")  # it has not come to the board yet
        await nadia.pilot.pause()
        voice.commit_now(changes.AddCard("question", "Why?"))
        await until(nadia.pilot, lambda: nadia.view.cursor == "Q5")


async def test_following_ends_when_whoever_is_followed_leaves(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        await paul.leaves()
        await until(nadia.pilot, lambda: nadia.news == "Paul has left; you no longer follow.")
        assert nadia.screen._following is None
        await nadia.press("f")
        assert nadia.news == "Nobody else is at the board now."


async def test_a_card_written_on_another_cards_screen_is_where_others_see_one(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        await paul.press("enter")
        await until(paul.pilot, lambda: isinstance(paul.app.screen, CardScreen))
        await paul.press("a")
        await until(paul.pilot, lambda: isinstance(paul.app.screen, Editor))
        await paul.press(*"Us", "enter")
        await until(nadia.pilot, lambda: nadia.visitors() == {"A2": ["Paul"]})
        await until(paul.pilot, lambda: isinstance(paul.app.screen, CardScreen))
        await paul.press("escape")
        await until(paul.pilot, lambda: isinstance(paul.app.screen, BoardScreen))
        assert nadia.visitors() == {paul.view.cursor: ["Paul"]}


async def test_a_guest_is_offered_what_a_guest_does(tmp_path: Path) -> None:
    def offered(seat: Seat) -> str:
        return " ".join(seat.screen.query_one("#keys", Bar).text.split())

    async with room(tmp_path, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})) as at:
        here, guest = await at.sits(NADIA, remote=False), await at.sits(PAUL)
        assert offered(guest) == "q question g guide p share ? all keys"
        assert "Ctrl+O" in offered(here)
        at.store.commit(changes.AddCard("question", "Who?"), Sitting(NADIA, "x", NADIA, one_screen=False))
        await until(guest.pilot, lambda: "a answer" in offered(guest))
        assert "hand over" not in offered(guest)
        await until(here.pilot, lambda: "hand over" in offered(here))


async def test_an_arrow_key_ends_following_and_the_board_says_so_no_longer(tmp_path: Path) -> None:
    async with room(tmp_path, in_conversation()) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="D3")
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        await nadia.press("left")
        assert "no longer follow Paul" in nadia.news
        assert "following Paul" not in on_screen(nadia.pilot)


async def test_following_can_be_ended_in_its_list(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q2")
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        await nadia.press("f")
        await nadia.choose("No longer follow Paul")
        assert nadia.news == "You no longer follow Paul."
        at.presence.update("x", cursor="Q3")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q3": ["Paul"]})
        assert nadia.view.cursor == "Q2"


async def test_nothing_moves_under_a_screen_on_which_something_is_being_done(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q1")
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("f")
        await nadia.choose("Follow Paul")
        await nadia.press("e")
        await until(nadia.pilot, lambda: isinstance(nadia.app.screen, Editor))
        at.presence.update("x", cursor="Q3")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q3": ["Paul"]})
        assert nadia.view.cursor == "Q1"
        await nadia.press("escape")
        await until(nadia.pilot, lambda: nadia.view.cursor == "Q3")
        assert nadia.screen._following == "x"


async def test_whoever_is_chosen_may_have_left_meanwhile(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q2")
        at.presence.enter("y", ZOE, cursor="Q3")
        await until(nadia.pilot, lambda: len(nadia.screen._others) == 2)
        await nadia.press("f")
        at.presence.leave("x")
        await until(nadia.pilot, lambda: len(nadia.screen._others) == 1)
        await nadia.choose("Follow Paul")
        assert nadia.news == "They have just left."
        assert nadia.view.cursor == "Q1"


# Look here


async def test_somebody_asks_to_look_and_one_key_goes_there(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        await until(paul.pilot, lambda: paul.screen._others)
        await paul.press("down", "down", "f")
        await paul.choose("Ask everybody to look at Q3")
        assert paul.news == "The others are asked to look at Q3."
        await until(nadia.pilot, lambda: nadia.news == "Paul asks to look at Q3; f goes there.")
        assert nadia.view.cursor == "Q1"
        await nadia.press("f")
        await nadia.choose("Look at Q3, as Paul asks")
        assert nadia.view.cursor == "Q3"


async def test_what_is_asked_to_look_at_is_the_card_that_was_named(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        await until(paul.pilot, lambda: paul.screen._others)
        await paul.press("f")
        await until(paul.pilot, lambda: isinstance(paul.app.screen, Choose))
        Voice(at.store, NADIA, "x").commit_now(changes.SetAside("Q2"))
        paul.view.seek("Q3")
        await paul.choose("Ask everybody to look at Q1")
        await until(nadia.pilot, lambda: "Q1" in nadia.news)


async def test_a_request_from_before_one_came_is_not_heard(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        at.presence.enter("x", PAUL)
        at.presence.update("x", look_at="Q3")
        nadia = await at.sits(NADIA)
        assert nadia.news == "Paul is here."
        at.presence.update("x", look_at="Q3")
        await until(nadia.pilot, lambda: "asks to look at Q3" in nadia.news)


# What others change


async def test_a_card_that_somebody_else_changes_is_lit_once_and_the_cursor_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together_commands, "FLASH_SECONDS", 0.3)
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        lit: list[frozenset[str]] = []
        unlight = nadia.view.unlight
        monkeypatch.setattr(nadia.view, "unlight", lambda cards: (lit.append(cards), unlight(cards)))
        await paul.press("down", "shift+right")
        await until(nadia.pilot, lambda: nadia.view._lit == {"Q2"})
        assert nadia.news == "Paul moves Q2 to On the table"
        assert nadia.view.cursor == "Q1"
        assert paul.view._lit == frozenset()
        await until(nadia.pilot, lambda: nadia.view._lit == frozenset())
        assert lit == [{"Q2"}]


async def test_both_at_one_card_lose_no_word(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        for seat in (nadia, paul):
            await seat.press("e")
            await until(seat.pilot, lambda seat=seat: isinstance(seat.app.screen, Editor))
        await nadia.press("end", *"First", "enter")
        await until(nadia.pilot, lambda: at.store.board.cards["Q1"].title == "Who?First")
        await paul.press("end", *"Second", "enter")
        await until(paul.pilot, lambda: at.store.board.cards["Q1"].notes)
        card = at.store.board.cards["Q1"]
        (note,) = card.notes.values()
        assert card.title == "Who?First"
        await until(nadia.pilot, lambda: nadia.news == "Paul adds a note to Q1")  # that is what came of it
        assert "Who?Second" in note.text
        assert note.person == PAUL
        await nadia.see("Who?First")
        await paul.see("Who?First")


async def test_each_takes_back_their_own_last_change(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul = await at.sits(NADIA), await at.sits(PAUL)
        await nadia.press("shift+right")
        await until(nadia.pilot, lambda: at.store.board.cards["Q1"].column == TABLE)
        await until(paul.pilot, lambda: paul.view.board is at.store.board)
        paul.view.seek("Q3")
        await paul.press("shift+right")
        await until(paul.pilot, lambda: len(at.store.log) == 2)
        await nadia.press("ctrl+z")
        await until(nadia.pilot, lambda: len(at.store.log) == 3)
        assert at.store.log[-1].undoes == at.store.log[0].seq


# Who speaks where


async def test_at_one_screen_both_agree_is_offered_until_the_other_side_sits_elsewhere(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, remote=False)
        nadia.view.seek("D1")
        await nadia.press("y")
        assert "Both agree" in nadia.sees
        await nadia.press("escape")
        at.presence.enter("x", PAUL)
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("y")
        assert "Nadia agrees" in nadia.sees
        assert "Both agree" not in nadia.sees
        assert "Paul agrees" not in nadia.sees
        await nadia.press("escape")
        at.presence.leave("x")
        await until(nadia.pilot, lambda: not nadia.screen._others)
        await nadia.press("y")
        assert "Both agree" in nadia.sees


async def test_both_agree_is_refused_in_words_when_the_other_comes_while_it_is_offered(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, remote=False)
        nadia.view.seek("D1")
        await nadia.press("y")
        at.presence.enter("x", PAUL)
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.choose("Both agree")
        await until(nadia.pilot, lambda: nadia.news.startswith("Both at once is for one shared screen"))
        assert not at.store.board.cards["D1"].opinions


async def test_nobody_hands_over_to_somebody_who_sits_elsewhere(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA, remote=False)
        at.presence.enter("x", PAUL)
        await until(nadia.pilot, lambda: nadia.screen._others)
        await nadia.press("s")
        await until(nadia.pilot, lambda: nadia.news == "Zoé speaking.")
        at.presence.enter("y", NADIA)
        await until(nadia.pilot, lambda: len(nadia.screen._others) == 2)
        await nadia.press("s")
        assert nadia.session.voice.person == ZOE
        assert nadia.news == "Here you speak for yourself."
        with pytest.raises(Refused) as refused:
            nadia.session.voice.hand_over(PAUL)
        assert nadia.screen.refusal(refused.value) == "Paul sits at a screen of their own; let them say it there."


async def test_the_others_see_whose_voice_a_screen_was_handed_to(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        host = await at.sits(NADIA, remote=False)
        zoe = await at.sits(ZOE)
        await until(host.pilot, lambda: host.screen._others)
        await zoe.see("● Nadia  ○ Paul")
        await host.press("s")
        await zoe.see("○ Nadia  ● Paul")
        assert zoe.news == "Nadia is here."
        assert zoe.visitors() == {"Q1": ["Paul"]}


async def test_a_second_screen_of_whoever_speaks_here_says_how_to_hand_over(tmp_path: Path) -> None:
    """Two accounts open the same board: both begin as the consultant."""
    async with room(tmp_path) as at:
        at.presence.enter("x", NADIA)
        here = await at.sits(NADIA, remote=False)
        assert here.news == "Nadia is at another screen as well; s hands over here."
        await here.press("s")
        await until(here.pilot, lambda: here.session.voice.person != NADIA or isinstance(here.app.screen, Choose))


async def test_two_of_one_party_at_two_screens_both_speak_for_it(tmp_path: Path) -> None:
    async with room(tmp_path) as at:
        nadia, paul, zoe = await at.sits(NADIA), await at.sits(PAUL), await at.sits(ZOE)
        for seat, words in ((nadia, "Nadia agrees"), (paul, "Paul agrees")):
            seat.view.seek("D1")
            await seat.press("y")
            await seat.choose(words)
        await until(nadia.pilot, lambda: at.store.board.cards["D1"].agreed)
        zoe.view.seek("D1")
        await zoe.press("y")
        await zoe.choose("Zoé agrees, with a concern…")
        await zoe.press(*"time", "enter")
        await until(zoe.pilot, lambda: at.store.board.cards["D1"].opinion("client").person == ZOE)  # type: ignore[union-attr]
        card = at.store.board.cards["D1"]
        assert card.agreed
        assert at.store.board.standing.places["D1"].column == AGREED
        await paul.see("Zoé")


# What it costs


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The rows that are drawn anew."""
    drawn: list[int] = []
    original = Canvas.render_line

    def render_line(self: Canvas, y: int) -> Strip:
        drawn.append(y)
        return original(self, y)

    with monkeypatch.context() as patch:
        patch.setattr(Canvas, "render_line", render_line)
        yield drawn


def many_cards() -> Board:
    table = Table()
    for number in range(120):
        table.adds(changes.AddCard("question", f"Question {number}"))
    return table.board


async def test_ten_visitors_cost_no_line_of_a_cursor_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with room(tmp_path, many_cards()) as at:
        nadia = await at.sits(NADIA, size=(160, 45))
        await nadia.press("down")
        with counting(monkeypatch) as alone:
            await nadia.press("down")
        for number in range(10):
            at.presence.enter(f"x{number}", PAUL, cursor=f"Q{number + 1}")
        await until(nadia.pilot, lambda: len(nadia.visitors()) == 10)
        await nadia.press("down")
        painted: list[object] = []
        visited = nadia.view._painter._visited
        monkeypatch.setattr(
            nadia.view._painter, "_visited", lambda *args, **more: (painted.append(args), visited(*args, **more))[1]
        )
        with counting(monkeypatch) as among_others:
            await nadia.press("down")
        assert 0 < len(among_others) <= len(alone)
        assert len(painted) <= 2  # the two cards; the other faces are kept


async def test_a_visitor_who_moves_redraws_two_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with room(tmp_path, many_cards()) as at:
        nadia = await at.sits(NADIA, size=(160, 45))
        at.presence.enter("x", PAUL, cursor="Q3")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q3": ["Paul"]})
        await nadia.pilot.pause()
        with counting(monkeypatch) as drawn:
            at.presence.update("x", cursor="Q4")
            await until(nadia.pilot, lambda: nadia.visitors() == {"Q4": ["Paul"]})
            await nadia.pilot.pause()
        assert len(drawn) == 2


async def test_a_visitor_out_of_sight_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with room(tmp_path, many_cards()) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q99")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q99": ["Paul"]})
        repaints: list[int] = []
        monkeypatch.setattr(nadia.view, "_repaint", lambda: repaints.append(1))
        monkeypatch.setattr(nadia.view, "_compose_lane", lambda *args: repaints.append(1))
        bars: list[int] = []
        monkeypatch.setattr(nadia.screen, "_show_bars", lambda: bars.append(1))
        at.presence.update("x", cursor="Q100")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q100": ["Paul"]})
        nadia.view.light(frozenset({"Q101"}))
        nadia.view.unlight(frozenset({"Q101"}))
        assert repaints == bars == []


async def test_many_words_of_others_are_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together_commands, "LOOK_SECONDS", 0.2)
    async with room(tmp_path, many_cards()) as at:
        nadia = await at.sits(NADIA)
        at.presence.enter("x", PAUL, cursor="Q1")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q1": ["Paul"]})
        looks: list[tuple[Here, ...]] = []
        others = at.presence.others

        def counted(session: str) -> tuple[Here, ...]:
            looks.append(others(session))
            return looks[-1]

        monkeypatch.setattr(at.presence, "others", counted)
        for number in range(2, 60):
            at.presence.update("x", cursor=f"Q{number}")
        await until(nadia.pilot, lambda: nadia.visitors() == {"Q59": ["Paul"]})
        assert len(looks) <= 2


async def test_an_own_cursor_key_does_not_look_at_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with room(tmp_path) as at:
        nadia = await at.sits(NADIA)
        looks: list[Any] = []
        monkeypatch.setattr(nadia.screen, "_presence_changed", lambda: looks.append(1))
        monkeypatch.setattr(nadia.screen, "_see_others", lambda: looks.append(1))
        await nadia.press("down", "down", "up")
        assert looks == []
        assert at.presence.everybody()[0].cursor == "Q2"


async def test_among_many_screens_each_shows_a_change_when_its_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together_commands, "TURN_SECONDS", 0.01)
    async with room(tmp_path) as at:
        seat = await at.sits(ZOE)
        assert seat.screen.turn == 0.0
        for number in range(12):
            at.presence.enter(f"a{number}", PAUL)
        await until(seat.pilot, lambda: len(seat.screen._others) == 12)
        assert seat.screen.turn == pytest.approx(0.12)
        Voice(at.store, PAUL, "a3", one_screen=False).commit_now(changes.AddCard("question", "Whose turn?"))
        await seat.see("Whose turn?")
        assert seat.view.board is at.store.board
