"""What keeps plain text plain in CommonMark: as few backslashes as that takes, for people read the source as well."""

from __future__ import annotations

import re

_ANY = re.compile(r"[\\`*\[~_<&#]")
# Signs that mean something within a line, wherever they stand; a low line only beside something that is no word.
_SIGN = re.compile(
    r"""[\\`*\[~]
    | (?<![^\W_])_ | _(?![^\W_])
    | <(?=[A-Za-z/!?]|$) | &(?=\#?\w{1,31};|$)
    | (?<=[ ])\#(?=\#*$)""",
    re.VERBOSE,
)
# Signs that begin a block where they begin a line.
_BEGINNING = re.compile(r"([-+>#=])|(\d{1,9})([.)])(?=\s|$)")
# The line below the head of a table, for readers that know tables; one that begins with a hyphen is escaped as a list.
_RULED = re.compile(r"[|:][|:\s-]*-[|:\s-]*")


def escaped(text: str) -> str:
    """One line of text, to be read as it stands, wherever in a document."""
    return at_start(within(text))


def within(text: str) -> str:
    """A piece of a line, to be read as it stands; not for the beginning of one."""
    return _SIGN.sub(r"\\\g<0>", text) if _ANY.search(text) else text


def at_start(line: str) -> str:
    """A line in which all else is escaped, so that it begins no block."""
    if line[:1] in "-+>#=0123456789" and (found := _BEGINNING.match(line)):
        return f"\\{line}" if found[1] else f"{found[2]}\\{line[found.start(3) :]}"
    return f"\\{line}" if _RULED.fullmatch(line) else line
