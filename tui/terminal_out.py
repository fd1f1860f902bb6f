"""What goes to a session's terminal beside the picture: the clipboard, and whose the mouse is."""

from __future__ import annotations

from typing import Any

from textual.app import App

# VT200 buttons, any motion, and the two ways of writing large coordinates.
_MOUSE_MODES = (1000, 1003, 1015, 1006)


def to_terminal(app: App[Any], sequence: str) -> None:
    """Send a control sequence to the terminal in which the app runs; nothing where it has none. From any thread."""
    # Textual sends sequences of its own only (a bare OSC 52, without what tmux needs): there is no public way.
    driver = app._driver
    if driver is not None:
        driver.write(sequence)
        driver.flush()


def leave_mouse_to_terminal(app: App[Any]) -> None:
    """Let the terminal have the mouse, so that text can be selected with it as anywhere else."""
    to_terminal(app, "".join(f"\x1b[?{mode}l" for mode in _MOUSE_MODES))


def take_mouse_back(app: App[Any]) -> None:
    """Have clicks again."""
    to_terminal(app, "".join(f"\x1b[?{mode}h" for mode in _MOUSE_MODES))
