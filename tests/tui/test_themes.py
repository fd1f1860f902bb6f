"""The two themes: whatever is written on whatever ground can be read (WCAG 2, AA)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.command import CommandList
from textual.pilot import Pilot
from textual.screen import Screen
from textual.theme import Theme

from storage import Store, Voice, changes, new_board
from tui.screens.asking import Ask, Choice, Choose
from tui.screens.board import BoardScreen
from tui.screens.card import CardScreen
from tui.screens.editor import Editor
from tui.screens.help import HelpScreen
from tui.screens.journal import JournalScreen
from tui.screens.pasting import Pasting
from tui.screens.plain import PlainScreen
from tui.screens.share import ShareScreen
from tui.screens.share_history import SharesScreen
from tui.screens.share_pick import DecisionPicker
from tui.screens.table import TableScreen
from tui.screens.welcome import WelcomeScreen
from tui.screens.writing import Task
from tui.session import Session
from tui.themes import DARK, LIGHT, THEMES
from tui.widgets.bars import BarPart

from .screens.sitting import app_at, session_at, until

TUI = Path(__file__).parents[2] / "tui"
EACH_THEME = pytest.mark.parametrize("theme", [theme.name for theme in THEMES])

# Scroll bars and the edges of fields tell nothing that is not told in words.
ORNAMENT = re.compile(r"[\s\u2580-\u259f]*")
LINES = re.compile(r"[\s\u2500-\u257f▔✓]*")


def relative_luminance(colour: tuple[int, int, int]) -> float:
    """How light a colour is, from 0 to 1."""
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink: tuple[int, int, int], ground: tuple[int, int, int]) -> float:
    """From 1, the same colour, to 21, black on white."""
    darker, lighter = sorted((relative_luminance(ink), relative_luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_is_computed_as_wcag_says() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((255, 255, 255), (255, 255, 255)) == pytest.approx(1)
    assert contrast((0x77, 0x77, 0x77), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def rgb(colour: str) -> tuple[int, int, int]:
    found = re.fullmatch(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})", colour)
    assert found is not None, colour
    return int(found[1], 16), int(found[2], 16), int(found[3], 16)


def segments(screen: Screen[object]) -> Iterator[Segment]:
    """What a screen shows, without what shines through around a box."""
    boxes = [widget.region for widget in screen.query("#box, #--input, #--results")]
    strips = screen._compositor.render_strips()
    for region in boxes or [screen.region]:
        for strip in strips[region.y : region.bottom]:
            yield from strip.crop(region.x, region.right)


def too_faint(screen: Screen[object]) -> set[tuple[str, float]]:
    found = set()
    for segment in segments(screen):
        if segment.style is None or ORNAMENT.fullmatch(segment.text):
            continue
        assert not segment.style.dim, segment.text
        ink, ground = segment.style.color, segment.style.bgcolor
        if segment.style.reverse:
            ink, ground = ground, ink
        assert ink is not None, segment.text
        assert ground is not None, segment.text
        assert ink.triplet is not None
        assert ground.triplet is not None
        measured = contrast(ink.triplet, ground.triplet)
        if measured < (3 if LINES.fullmatch(segment.text) else 4.5):
            found.add((segment.text.strip(), round(measured, 2)))
    return found


def conversation() -> Store:
    """A board with a card of every kind in every state, from both sides."""
    store = Store.in_memory(new_board("Jardins", "en", {"consultant": "Nadia", "client": "Paul"}))
    nadia = Voice(store, "p1", "before")
    for change, person in (
        (changes.AddCard("question", "Who do we want to reach?"), "p2"),
        (changes.AddCard("answer", "Parents", on=("Q1",)), "p1"),
        (changes.AddCard("answer", "Gardeners", on=("Q1",)), "p2"),
        (changes.AddCard("decision", "Parents first", "A *text*.\n\n> quoted\n\n- one\n", on=("A1",)), "p1"),
        (changes.GiveOpinion("D1", "agree", both=True), "p1"),
        (changes.AddCard("question", "How often?"), "p1"),
        (changes.AddCard("decision", "Two stories a week"), "p2"),
        (changes.GiveOpinion("D2", "disagree", "too much"), "p1"),
        (changes.AddCard("decision", "A newsletter"), "p1"),
        (changes.GiveOpinion("D3", "concern", "who writes it?"), "p2"),
    ):
        nadia.commit_now(change, person=person)
    return store


def every_screen(session: Session) -> Iterator[Screen[object]]:
    language = session.language
    choices = [Choice("a", "this", "more of it"), Choice("b", "that", "more of it")]
    task = Task("new:question", "question", "A new question", "about", people=("p1", "p2"))
    yield Editor(session, task)
    yield Choose(language, "Which?", choices, note="a note")
    yield Ask(session, "Why?", "why", note="a note")
    yield Pasting(session, "one\ntwo\nthree")
    yield CardScreen(session, "D1")
    yield CardScreen(session, "D3")
    yield JournalScreen(session)
    yield HelpScreen(session)
    yield ShareScreen(session)
    yield TableScreen(session)
    yield WelcomeScreen("en")
    yield PlainScreen(session, "text", "why")
    yield SharesScreen(session, [])
    yield DecisionPicker(session)


async def settled(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete([w for w in pilot.app.workers if w.group != "command"])
    await pilot.pause()
    await pilot.pause()


@EACH_THEME
async def test_everything_on_every_screen_can_be_read(tmp_path: Path, theme: str) -> None:
    session = session_at(conversation(), tmp_path)
    app = app_at(session)
    async with app.run_test(size=(130, 60)) as pilot:
        app.theme = theme
        for screen in every_screen(session):
            app.push_screen(screen)
            await until(pilot, lambda screen=screen: app.screen is screen and screen.is_mounted)
            await settled(pilot)
            assert too_faint(screen) == set(), screen
            app.pop_screen()
            await pilot.pause()
        app.action_command_palette()
        await until(
            pilot, lambda: len(app.screen.query(CommandList)) and app.screen.query_one(CommandList).option_count
        )
        await settled(pilot)
        assert too_faint(app.screen) == set()


@EACH_THEME
async def test_everything_on_the_board_can_be_read_wherever_the_cursor_is(tmp_path: Path, theme: str) -> None:
    session = session_at(conversation(), tmp_path)
    app = app_at(session)
    async with app.run_test(size=(150, 30)) as pilot:
        app.theme = theme
        await pilot.pause()
        board = app.screen
        assert isinstance(board, BoardScreen)
        await pilot.press("h")
        await until(pilot, lambda: board.view.show_settled)
        board.view.mark({"Q1", "D1"})
        parts: list[BarPart] = ["plain", "strong", "muted", "good", "alert"]
        for identity, part in zip(sorted(board.board.cards), cycle(parts), strict=False):
            board.view.seek(identity)
            board.tell(f"{identity} {part}", part)
            await pilot.pause()
            assert too_faint(board) == set(), (identity, part)
        await pilot.press("/")
        await pilot.pause()
        assert too_faint(board) == set()
        await pilot.press("z")
        await until(pilot, lambda: board.view.needle == "z")
        await pilot.pause()
        assert too_faint(board) == set()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_colours_by_themselves_stand_apart_from_every_ground(theme: Theme) -> None:
    grounds = [theme.background, theme.surface, theme.panel]
    inks = [theme.primary, theme.secondary, theme.accent, theme.success, theme.warning, theme.error, theme.foreground]
    inks += [theme.variables[name] for name in ("muted", "consultant", "client", "agreed")]
    for ink in inks:
        for ground in grounds:
            assert contrast(rgb(str(ink)), rgb(str(ground))) >= 4.5, (ink, ground)
    for ink, ground in (
        (theme.variables["cursor-text"], theme.variables["cursor-ground"]),
        (theme.background, theme.primary),
        (theme.foreground, theme.variables["head-ground"]),
        (theme.variables["muted"], theme.variables["head-ground"]),
    ):
        assert contrast(rgb(str(ink)), rgb(str(ground))) >= 4.5, (ink, ground)
    for bar in ("consultant", "client"):
        assert contrast(rgb(theme.variables[bar]), rgb(theme.variables["cursor-ground"])) >= 3


def used_variables() -> Iterator[tuple[str, str]]:
    for path in sorted(TUI.rglob("*.tcss")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        for name in sorted(set(re.findall(r"\$([\w-]+)", text))):
            yield path.name, name
    for path in sorted(TUI.rglob("*.py")):
        for sheet in re.findall(r'DEFAULT_CSS = """(.*?)"""', path.read_text("utf-8"), re.DOTALL):
            for name in sorted(set(re.findall(r"\$([\w-]+)", sheet))):
                yield path.name, name


@EACH_THEME
def test_every_variable_of_a_stylesheet_is_in_both_themes(tmp_path: Path, theme: str) -> None:
    app = app_at(session_at(conversation(), tmp_path))
    app.theme = theme
    there = app.get_css_variables()
    used = list(used_variables())
    assert len(used) > 20
    assert [each for each in used if each[1] not in there] == []


def test_the_two_themes_have_the_same_names() -> None:
    assert DARK.variables.keys() == LIGHT.variables.keys()
    assert DARK.dark
    assert not LIGHT.dark
