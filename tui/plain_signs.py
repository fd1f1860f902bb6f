"""Lines without signs that a poor terminal has not: what is drawn and punctuated, in ASCII, cell for cell.

What a session writes on its board comes from its set of signs (:mod:`tui.glyphs`). The rest is changed here, where
every widget's lines pass on their way to the terminal: frames, scrollbars, quotes, dashes, what the toolkit draws.
People's own words keep their letters, French its spaces and guillemets, wherever the terminal's encoding has them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_FRAMES = range(0x2500, 0x2580)
_BLOCKS = range(0x2580, 0x25A0)
_HALF_OR_MORE = frozenset("▀▄▅▆▇█▉▊▋▌▐▒▓▙▚▛▜▞▟")

_SIGNS: Mapping[str, str] = (
    {chr(code): "+" for code in _FRAMES}
    | dict.fromkeys("─━┄┅┈┉╌╍╴╶╸╺╼╾", "-")
    | dict.fromkeys("│┃┆┇┊┋╎╏║╵╷╹╻╽╿", "|")
    | {"═": "=", "╱": "/", "╲": "\\", "╳": "x"}
    | {chr(code): "#" if chr(code) in _HALF_OR_MORE else "." for code in _BLOCKS}
    | {"▁": "_", "▔": "-", "▎": "|", "▏": "|", "▕": "|"}
    | {"←": "<", "→": ">", "↑": "^", "↓": "v", "‹": "<", "›": ">"}
    | {"●": "@", "○": "o", "•": "*", "✓": "*", "✔": "*", "✗": "x", "✘": "x", "✎": "!", "·": "-", "🔎": "> "}
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("‘’‚‛′", "'")
    | dict.fromkeys("“”„‟″", '"')
)
"""Each sign, and what stands for it in as many cells."""

# A mark behind a sign makes something else of it, often wider.
_SIGN = re.compile(f"[{re.escape(''.join(_SIGNS))}](?![\\u0300-\\u036f\\u200d\\u20e3\\ufe00-\\ufe0f])")
_ONE_BLOCK = re.compile(r"([\u2580-\u259f])\1*")
_ROOMY_ELLIPSIS = re.compile("…  (?= |$)")
_GUILLEMETS = str.maketrans("«»", '""')


class PlainSigns(LineFilter):
    """Changes the signs of an app's lines to ASCII, and letters only where ``encoding`` cannot have them."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of one line, with as many cells each."""
        if all(text.isascii() for text, _, _ in segments):
            return segments
        plain = [self._plain(segment) for segment in segments]
        # An ellipsis has one cell, and becomes three dots where two empty ones and a space stand behind it.
        line = "".join(text for text, _, _ in plain)
        return list(_cut_as(plain, _ROOMY_ELLIPSIS.sub("...", line).replace("…", "~"))) if "…" in line else plain

    def _plain(self, segment: Segment) -> Segment:
        text, style, control = segment
        if text.isascii():
            return segment
        if (block := _ONE_BLOCK.fullmatch(text)) and _SIGNS[block[1]] in "#.":
            # Of scrollbars and thick borders: a blank in the colour that covers most of the cell.
            return Segment(" " * len(text), _turned(style) if block[1] in _HALF_OR_MORE else style, control)
        return Segment(_encodable(_SIGN.sub(lambda found: _SIGNS[found[0]], text), self._encoding), style, control)


def _cut_as(segments: list[Segment], line: str) -> Iterator[Segment]:
    start = 0
    for text, style, control in segments:
        yield Segment(line[start : start + len(text)], style, control)
        start += len(text)


@lru_cache(256)
def _turned(style: Style | None) -> Style:
    """The style with its two colours changed for each other."""
    return (style or Style()) + Style(reverse=not (style and style.reverse))


def _encodable(text: str, encoding: str) -> str:
    """The text as the encoding has it: without accents where it has none, and question marks for all else."""
    return text if _has(encoding, text.replace("…", "")) else "".join(_letters(text, encoding))


def _letters(text: str, encoding: str) -> Iterator[str]:
    for start, end, cells in split_graphemes(text)[0]:
        letter = text[start:end]
        if letter != "…" and not _has(encoding, letter):
            parts = unicodedata.normalize("NFKD", letter.translate(_GUILLEMETS))
            bare = "".join(part for part in parts if not unicodedata.combining(part))
            letter = bare if cell_len(bare) == cells and _has(encoding, bare) else "?" * cells
        yield letter


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
