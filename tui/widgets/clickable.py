"""Words at the foot of a screen that say what a key does, and do it when they are clicked."""

from __future__ import annotations

from textual.content import Content


def clickable(*pieces: tuple[str, str]) -> Content:
    """The words with dots between them; each with the action of its screen that a click stands for, or none.

    An action is named as in a binding (``"save"``); the words are text, never markup.
    """
    parts = []
    for words, action in pieces:
        parts.append(
            Content.from_markup(f"[@click=screen.{action}]$words[/]", words=words) if action else Content(words)
        )
    return Content(" · ").join(parts)
