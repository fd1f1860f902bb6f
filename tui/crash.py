"""What is said and kept of an error that nobody foresaw: never the words of people, which the values in it may be."""

from __future__ import annotations

import traceback
from pathlib import Path

from storage import Language
from storage.private import write_private
from storage.text import clean_line

_FILE = "error.txt"


def unexpected(error: BaseException, language: Language) -> str:
    """What is said of it on the command line, as one line."""
    return language.say(
        "Something went wrong within Accord ({error}); what was saved stays. ACCORD_TRACEBACK=1 shows where it was.",
        error=clean_line(f"{type(error).__name__}: {error}")[:300],
    )


def interrupted(error: BaseException, language: Language, folder: Path) -> str:
    """What is said where it ended a session at a board, as one line. Where it was is kept in a file of the folder."""
    path = folder / _FILE
    places = [f"{type(error).__name__}\n", *traceback.format_tb(error.__traceback__)]
    try:
        write_private(path, "".join(places))
    except OSError:
        return unexpected(error, language)
    return language.say(
        "Something went wrong within Accord ({error}); what was saved stays, what was half-written is a draft. "
        "Where it was is written in {path}",
        error=type(error).__name__,
        path=clean_line(str(path)),
    )
