"""Bars: words from both sides in one line, some of which can be clicked, and no more repainted than differs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from tui.screens import board
from tui.themes import DARK
from tui.widgets.bars import Bar, Piece

from ..screens.sitting import until


class Host(App[None]):
    """Nothing but a bar."""

    CSS_PATH = Path(board.__file__).with_suffix(".tcss")

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.clicked: list[str] = []

    def compose(self) -> ComposeResult:
        yield Bar("bar")

    def on_bar_clicked(self, message: Bar.Clicked) -> None:
        self.clicked.append(message.command)


@asynccontextmanager
async def hosted(width: int = 40) -> AsyncIterator[tuple[Pilot[None], Bar, Host]]:
    host = Host()
    async with host.run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        yield pilot, host.query_one(Bar), host


def shown(pilot: Pilot[None]) -> str:
    return pilot.app.screen._compositor.render_strips()[0].text


async def test_words_stand_left_and_right() -> None:
    async with hosted() as (pilot, bar, _):
        bar.show((Piece("one "), Piece("two", "strong")), (Piece("three", "muted"),))
        await pilot.pause()
        assert shown(pilot) == "one two" + " " * 28 + "three"
        assert bar.text == "one twothree"


@pytest.mark.parametrize("width", [1, 3, 8, 12])
async def test_where_both_do_not_fit_the_left_ones_are_cut_with_a_sign(width: int) -> None:
    async with hosted(width) as (pilot, bar, _):
        bar.show((Piece("日本語の"), Piece("words")), (Piece("right"),))
        await pilot.pause()
        strip = pilot.app.screen._compositor.render_strips()[0]
        assert sum(segment.cell_length for segment in strip) == width
        if width >= 8:
            assert "…" in strip.text
            assert strip.text.endswith("right")


async def test_what_is_typed_is_text() -> None:
    async with hosted() as (pilot, bar, _):
        bar.show((Piece("[b]x[/b] [/] {x}"),))
        await pilot.pause()
        assert shown(pilot).startswith("[b]x[/b] [/] {x}")


async def test_words_that_stand_for_a_command_are_clicked() -> None:
    async with hosted() as (pilot, bar, host):
        bar.show(
            (Piece("日本", command="first"), Piece("none"), Piece("two", command="second")),
            (Piece("r", command="right"),),
        )
        await pilot.pause()
        for x in (0, 3, 5, 8, 10, 20, 39):
            await pilot.click(bar, offset=(x, 0))
        await until(pilot, lambda: len(host.clicked) == 5)
        assert host.clicked == ["first", "first", "second", "second", "right"]


async def test_words_that_are_cut_away_are_not_clicked() -> None:
    async with hosted(10) as (pilot, bar, host):
        bar.show((Piece("0123456789"), Piece("gone", command="gone")), (Piece("r", command="right"),))
        await pilot.pause()
        for x in range(10):
            await pilot.click(bar, offset=(x, 0))
        await until(pilot, lambda: host.clicked)
        assert host.clicked == ["right"]


async def test_only_what_differs_is_repainted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hosted() as (_, bar, _):
        left = (
            Piece(" Enter ", "key"),
            Piece("open     "),
            Piece(" a ", "key"),
            Piece("answer   "),
            Piece(" ? ", "key"),
        )
        bar.show(left)
        asked: list[Region] = []
        monkeypatch.setattr(bar, "refresh", lambda *regions, **_: asked.extend(regions))
        bar.show(left)
        assert asked == []
        bar.show((*left[:2], Piece(" d ", "key"), Piece("proposal "), left[4]))
        (region,) = asked
        assert (region.y, region.height) == (0, 1)
        assert 12 <= region.x <= 16
        assert region.right == 28


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (((Piece("a long line of words"),), (Piece("r"),)), ((Piece("a long line of words"),), (Piece("right"),))),
        (((Piece("a long line of words"),), (Piece("right"),)), ((Piece("a long line of words"),), (Piece("r"),))),
        (((Piece("日本語日本語日本語"),), (Piece("r"),)), ((Piece("日本語日本語日本語"),), (Piece("ri"),))),
        (((Piece("x"),), ()), ((), (Piece("x"),))),
        (((Piece("x" * 12),), ()), ((), (Piece("x" * 12),))),
        ((), ((Piece("x"),), (Piece("y"),))),
        (((Piece("x"), Piece("")), (Piece("y"),)), ((), ())),
        (((Piece("x"),), (Piece("y" * 30),)), ((Piece("x"),), (Piece("z" * 30),))),
    ],
)
async def test_every_cell_that_differs_is_repainted(
    monkeypatch: pytest.MonkeyPatch, before: tuple[tuple[Piece, ...], ...], after: tuple[tuple[Piece, ...], ...]
) -> None:
    async with hosted(12) as (_, bar, _):
        asked: list[Region] = []
        monkeypatch.setattr(bar, "refresh", lambda *regions, **_: asked.extend(regions))
        bar.show(*before or ((),))
        old = cells(bar)
        asked.clear()
        bar.show(*after)
        differ = {x for x, (was, now) in enumerate(zip(old, cells(bar), strict=True)) if was != now}
        assert differ <= {x for region in asked for x in range(region.x, region.right)}


def cells(bar: Bar) -> list[str]:
    """What stands in each cell; a wide character in its first one."""
    found: list[str] = []
    for character in bar.render_line(0).text:
        found += [character, *[""] * (cell_len(character) - 1)]
    return found
