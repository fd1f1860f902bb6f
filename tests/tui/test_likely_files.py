"""The files that are offered to be taken in."""

from __future__ import annotations

import os
from pathlib import Path

from tui.likely_files import MOST_FILES, entries_of, likely_files


def put(path: Path, time: float = 1_000_000.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (time, time))
    return path


def names(entries: list) -> list[str]:  # type: ignore[type-arg]
    return [entry.path.name for entry in entries]


def test_the_newest_of_each_folder_come_first(tmp_path: Path) -> None:
    put(tmp_path / "a" / "old.md", 1_000.0)
    put(tmp_path / "a" / "new.JSON", 2_000.0)
    put(tmp_path / "b" / "newest.txt", 3_000.0)
    assert names(likely_files([tmp_path / "a", tmp_path / "b"])) == ["new.JSON", "old.md", "newest.txt"]


def test_only_what_can_be_taken_in_is_offered_and_never_the_board_itself(tmp_path: Path) -> None:
    board = put(tmp_path / "board.json")
    for name in ("board.journal", "photo.jpg", ".hidden.md", "text"):
        put(tmp_path / name)
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "nowhere.md").symlink_to(tmp_path / "gone")
    put(tmp_path / "yes.markdown")
    (tmp_path / "again.json").symlink_to(board)
    assert names(likely_files([tmp_path], [board])) == ["yes.markdown"]


def test_a_folder_is_listed_once_and_one_that_cannot_be_read_not_at_all(tmp_path: Path) -> None:
    put(tmp_path / "a.md")
    (tmp_path / "same").symlink_to(tmp_path)
    assert names(likely_files([tmp_path, tmp_path / "same", tmp_path / "gone", tmp_path / "a.md"])) == ["a.md"]


def test_of_a_folder_its_folders_come_first(tmp_path: Path) -> None:
    for name in ("b.md", "A.json", "z/x.md", "y/x.md", ".git/x.md"):
        put(tmp_path / name)
    assert names(entries_of(tmp_path)) == ["y", "z", "A.json", "b.md"]
    assert entries_of(tmp_path / "gone") == []


def test_a_very_full_folder_gives_its_newest(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 5):
        put(tmp_path / f"{number}.md", float(number))
    found = names(likely_files([tmp_path]))
    assert len(found) == MOST_FILES
    assert found[0] == f"{MOST_FILES + 4}.md"


def test_a_file_of_no_sensible_time_is_listed(tmp_path: Path) -> None:
    put(tmp_path / "a.md", 1e12)
    assert names(entries_of(tmp_path)) == ["a.md"]
