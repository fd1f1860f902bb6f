"""How the strategy looks as HTML: start tags with their styles, for mail programs that know no stylesheet.

No colour is set anywhere: a dark window keeps its own, and lines have that of the text, so they are seen on any ground.
Outlook takes the margins of headings, paragraphs and lists, not those of its ``div``, and wants the font named again
on a heading and in a table. A list keeps its left margin: without it, Outlook puts the bullets out of sight.
"""

from __future__ import annotations

_FONT = "font-family:Segoe UI,-apple-system,BlinkMacSystemFont,Roboto,Helvetica,Arial,sans-serif"
_MONO = "font-family:Consolas,Menlo,DejaVu Sans Mono,monospace;font-size:0.9em"
_LINE = "1px solid"

STYLES = {
    "div": f"max-width:40em;padding:1em;{_FONT};font-size:16px;line-height:1.5;overflow-wrap:break-word",
    "h1": f"margin:0 0 0.3em;{_FONT};font-size:1.6em;line-height:1.25;font-weight:bold",
    "h2": f"margin:1.8em 0 0.5em;{_FONT};font-size:1.25em;line-height:1.3;font-weight:bold",
    "h3": f"margin:1.4em 0 0.3em;{_FONT};font-size:1em;line-height:1.4;font-weight:bold",
    "p": "margin:0 0 0.8em",
    "ul": "margin-top:0;margin-bottom:0.8em;padding-left:1.5em",
    "ol": "margin-top:0;margin-bottom:0.8em;padding-left:2em",
    "li": "margin-bottom:0.3em",
    "blockquote": "margin:0 0 0.8em;padding-left:1em;border-left:3px solid",
    "pre": f"margin:0 0 0.8em;padding:0.5em 0.8em;border:{_LINE};white-space:pre-wrap;{_MONO}",
    "table": f"border-collapse:collapse;{_FONT}",
    "th": f"padding:0.3em 0.6em;border:{_LINE};text-align:left;vertical-align:top",
    "td": f"padding:0.3em 0.6em;border:{_LINE};text-align:left;vertical-align:top",
}
"""The style of every tag that has one of its own."""

WIDE = '<div style="margin:0 0 0.8em;overflow-x:auto">'
"""Around a table: one that is wider than the window is scrolled, and nothing else is."""

CODE = f'<code style="{_MONO}">'
"""Code within a line; within ``pre``, whose font it has, it is a bare ``code``."""

END = f'<p style="margin:2em 0 0;padding-top:0.8em;border-top:{_LINE};font-size:0.85em">'
"""The last paragraph, apart from the others."""

OPEN = {tag: f'<{tag} style="{style}">' for tag, style in STYLES.items()}
"""The start tags."""


def list_from(number: int) -> str:
    """The start tag of a list that is numbered from here."""
    return OPEN["ol"] if number == 1 else f'<ol start="{number}" style="{STYLES["ol"]}">'
