"""What people type is text. Every string that enters goes through here once, whatever way it came."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TITLE = 2_000
"""Characters in a title, a name or a reason; what is longer belongs into a body."""

LONGEST_BODY = 200_000
"""Characters in a body or a note."""

# C0 but tab and newline, DEL, C1, line and paragraph separators, bidirectional overrides and isolates, lone
# surrogates, tag characters: they move the cursor, hide text or cannot be written. (Unicode 16, UAX #9, UTS #39)
_REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_NEWLINES = re.compile("\r\n?")
_LINE_SPACE = re.compile("[\t\n]")


def clean(text: str) -> str:
    """The text without what could reach a terminal as a command, in NFC; its lines and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _REMOVED.sub("", _NEWLINES.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """The text as one line: cleaned, tab and newline a space, nothing around it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _LINE_SPACE.sub(" ", clean(text)).strip()


def for_terminal(text: str) -> str:
    """The text as it may go to a terminal outside the screen: cleaned once more, whoever wrote it."""
    return clean(text)
