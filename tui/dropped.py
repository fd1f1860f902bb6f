"""A file that somebody named: typed by hand, or dropped onto the terminal, which quotes a path in its own way."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

from storage.text import clean_line


def paths_named(text: str) -> list[str]:
    """What a text can mean as a path: as it stands, without a shell's quotes and backslashes, or as a file's address.

    >>> paths_named(r"'/home/ines/Notes d'\\''été.md' ")[-1], paths_named("file:///tmp/a%20b.md")[-1]
    ("/home/ines/Notes d'été.md", '/tmp/a b.md')
    """
    text = text.strip()
    found = [text]
    with contextlib.suppress(ValueError):  # an apostrophe that quotes nothing
        found += shlex.split(text)[:1]
    for path in tuple(found):
        if path.startswith("file://"):
            with contextlib.suppress(ValueError):  # no address after all
                found.append(unquote(urlsplit(path).path))
    return [path for path in dict.fromkeys(found) if path and "\0" not in path]


def file_named(text: str, folder: Path) -> Path | None:
    """The file that is meant, if there is one; a name alone is looked for in ``folder``. Asks the disk."""
    for named in paths_named(text):
        path = folder / os.path.expanduser(named)
        # Not the methods of Path: they raise where a name is too long or is none.
        if os.path.isfile(path):
            return path
        if (same := _as_shown(path)) is not None:
            return same
    return None


def _as_shown(path: Path) -> Path | None:
    """The file whose name is shown like that: what is typed or pasted is cleaned, what lies on a disk is not."""
    with contextlib.suppress(OSError, ValueError), os.scandir(path.parent) as entries:
        for entry in entries:
            if clean_line(entry.name) == path.name and entry.is_file():
                return path.with_name(entry.name)
    return None


def file_dropped(text: str) -> Path | None:
    """The file whose whole path a pasted text is, as when one is dropped onto a terminal. Asks the disk."""
    if "\n" in text.strip() or len(text) > 4096:
        return None
    for named in paths_named(text):
        if named.startswith(("/", "~/")) and (path := file_named(named, Path("/"))) is not None:
            return path
    return None
