"""What people type is text. Every string that enters goes through here once, whatever way it came."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TITLE = 2_000
"""Characters in a title, a name or a reason; what is longer belongs into a body."""

LONGEST_BODY = 200_000
"""Characters in a body or a note."""

MOST_MARKS = 30
"""Combining marks on one character of a text that has to be normalized, which takes the square of their number."""

# Whatever else ends a line ends it here as well: removed, it would join the words around it.
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# C0 but tab and newline, DEL, C1, bidirectional overrides and isolates, lone surrogates, tag characters: they move
# the cursor, hide text or cannot be written. (Unicode 16, UAX #9, UTS #39)
_REMOVED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]")
_SPELLINGS = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})
_LINE_SPACE = re.compile("[\t\n]")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})


def clean(text: str) -> str:
    """The text without what could reach a terminal as a command, in NFC; its lines and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _REMOVED.sub("", _NEWLINES.sub("\n", text))
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", _fewer_marks(text))


def clean_line(text: str) -> str:
    """The text as one line: cleaned, tab and newline a space, nothing around it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _LINE_SPACE.sub(" ", clean(text)).strip()


def folded(text: str) -> str:
    """The text as it is looked for: one line, without case, accents, ligatures and kinds of spaces."""
    text = clean_line(text).casefold()
    if text.isascii():
        return " ".join(text.split())
    plain = unicodedata.normalize("NFKD", text.translate(_SPELLINGS))
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).split())


def for_terminal(text: str) -> str:
    """The text as it may go to a terminal outside the screen: cleaned once more, whoever wrote it."""
    return clean(text)


def can_be_seen(text: str) -> bool:
    """Whether there is anything in it but spaces and invisible characters."""
    return any(unicodedata.category(character) not in _UNSEEN for character in text)


def _fewer_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
