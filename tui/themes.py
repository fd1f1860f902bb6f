"""The two themes. Every pair of text and ground that is used has a contrast of 4.5 to 1 or more (WCAG AA)."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="accord-dark",
    dark=True,
    primary="#7cb7ff",
    secondary="#f0b66a",
    accent="#ffd866",
    success="#8fd18a",
    warning="#f0b66a",
    error="#ff9a8d",
    foreground="#e6e6e0",
    background="#16181d",
    surface="#1f232a",
    panel="#2a303a",
    variables={
        "muted": "#a3a9b3",
        "consultant": "#7cb7ff",
        "client": "#f0b66a",
        "agreed": "#8fd18a",
        "cursor-ground": "#34405a",
        "cursor-text": "#ffffff",
        "head-ground": "#1f232a",
    },
)

LIGHT = Theme(
    name="accord-light",
    dark=False,
    primary="#0b4f9e",
    secondary="#8a4b00",
    accent="#7a4d00",
    success="#1c6b2a",
    warning="#8a4b00",
    error="#a3261b",
    foreground="#1d1f24",
    background="#fbfaf6",
    surface="#efede6",
    panel="#e2dfd5",
    variables={
        "muted": "#595e68",
        "consultant": "#0b4f9e",
        "client": "#8a4b00",
        "agreed": "#1c6b2a",
        "cursor-ground": "#cfe0f7",
        "cursor-text": "#10141c",
        "head-ground": "#efede6",
    },
)

THEMES = (DARK, LIGHT)

FAINT = "$foreground 70%"
"""The ink of what matters less, on whatever ground it stands."""
