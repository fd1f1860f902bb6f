"""The files that could be meant when one is to be taken in, so that nobody has to type where they are."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ENDINGS = (".md", ".markdown", ".json", ".txt")
"""How the names of files end that can be taken in."""

MOST_FILES = 2_000
"""Files or folders of one folder that can be found by typing: the newest ones, or the first by name."""


@dataclass(frozen=True)
class Entry:
    """A file or a folder, and the day it was last changed."""

    path: Path
    is_folder: bool
    day: dt.date


def likely_files(folders: Iterable[Path], without: Iterable[Path] = ()) -> list[Entry]:
    """The files of these folders that could be meant, folder by folder, newest first. Asks the disk."""
    kept_out = {os.path.realpath(path) for path in without}
    seen: set[str] = set()
    found: list[Entry] = []
    for folder in folders:
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        files = [(time, entry) for time, entry in _scan(folder) if not entry.is_folder]
        files = [(time, entry) for time, entry in files if os.path.realpath(entry.path) not in kept_out]
        files.sort(key=lambda each: (-each[0], each[1].path.name))
        found += [entry for _, entry in files[:MOST_FILES]]
    return found


def entries_of(folder: Path) -> list[Entry]:
    """What of a folder can be chosen: its folders, then its files, by name. Empty where it cannot be read."""
    entries = [entry for _, entry in _scan(folder)]
    entries.sort(key=lambda entry: (not entry.is_folder, entry.path.name.casefold()))
    return entries[:MOST_FILES]


def _scan(folder: Path) -> list[tuple[float, Entry]]:
    found: list[tuple[float, Entry]] = []
    with contextlib.suppress(OSError, ValueError), os.scandir(folder) as entries:
        for each in entries:
            with contextlib.suppress(OSError):  # gone meanwhile, or a link to nowhere
                is_folder = each.is_dir()
                if each.name.startswith(".") or not (is_folder or _fits(each)):
                    continue
                time = each.stat().st_mtime
                found.append((time, Entry(folder / each.name, is_folder, _day(time))))
    return found


def _fits(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(ENDINGS) and entry.is_file()


def _day(time: float) -> dt.date:
    try:
        return dt.date.fromtimestamp(time)
    except (OverflowError, OSError, ValueError):  # a clock that was never set
        return dt.date(1970, 1, 1)
