"""What goes to the terminal beside the picture."""

from __future__ import annotations

import pytest
from textual.app import App

from tui.terminal_out import leave_mouse_to_terminal, take_mouse_back, to_terminal


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the driver of a headless app was given to write."""
    from textual.drivers.headless_driver import HeadlessDriver

    found: list[str] = []
    monkeypatch.setattr(HeadlessDriver, "write", lambda _, data: found.append(data))
    return found


async def test_a_sequence_goes_to_the_terminal_of_the_app(written: list[str]) -> None:
    app = App[None]()
    async with app.run_test():
        to_terminal(app, "\x1b]52;c;YQ==\a")
    assert "\x1b]52;c;YQ==\a" in written


def test_without_a_terminal_nothing_is_written(written: list[str]) -> None:
    to_terminal(App[None](), "x")
    assert written == []


async def test_what_is_taken_from_the_mouse_is_given_back(written: list[str]) -> None:
    app = App[None]()
    async with app.run_test():
        written.clear()
        leave_mouse_to_terminal(app)
        take_mouse_back(app)
        off, on = written[:2]
    assert "\x1b[?1003l" in off
    assert "\x1b[?1006l" in off
    assert on == off.replace("l", "h")
