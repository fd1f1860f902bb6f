"""A file that is typed or dropped: whatever way a terminal quotes its path."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tui.dropped import file_dropped, file_named, paths_named

NAMES = ["board.json", "Notes d'été (2).md", 'a "b" $c.md', "l'avis.txt", r"back\slash.md", "日本 語.md", "-n.md"]


def escaped(path: str) -> str:
    """A path as iTerm and Terminal.app write it: a backslash before whatever a shell would take for itself."""
    return "".join(c if c.isalnum() or c in "/._-" or ord(c) > 127 else f"\\{c}" for c in path)


WAYS = {
    "bare": str,
    "quoted": shlex.quote,
    "always quoted": lambda path: "'" + path.replace("'", "'\\''") + "'",
    "escaped": escaped,
    "with a space behind": lambda path: f"{escaped(path)} ",
    "address": lambda path: Path(path).as_uri(),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_a_dropped_path_is_found_whatever_its_quoting(tmp_path: Path, name: str, way: str) -> None:
    path = tmp_path / name
    path.write_text("x")
    dropped = WAYS[way](str(path))
    assert file_dropped(dropped) == path
    assert file_named(dropped, tmp_path / "elsewhere") == path


def test_of_several_dropped_files_the_first_is_meant(tmp_path: Path) -> None:
    for name in ("a b.md", "c.md"):
        (tmp_path / name).write_text("x")
    assert file_dropped(f"'{tmp_path}/a b.md' '{tmp_path}/c.md'") == tmp_path / "a b.md"


def test_a_name_alone_is_looked_for_beside_the_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("x")
    monkeypatch.setenv("HOME", str(tmp_path))
    for text in ("a.md", " a.md ", "~/a.md", "./a.md"):
        path = file_named(text, tmp_path)
        assert path is not None
        assert path.samefile(tmp_path / "a.md")


def test_a_name_that_is_cleaned_when_it_is_pasted_is_found_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "re\u0301sume\u0301\u202e.md"
    path.write_text("x")
    assert file_named(f"{tmp_path}/r\u00e9sum\u00e9.md", tmp_path) == path


@pytest.mark.parametrize(
    "text", ["", " ", "/", "~", "no such file.md", "'", "it's", "file://[", "a\0b", "x" * 5_000, "/" + "y/" * 3_000]
)
def test_what_names_no_file_is_none(tmp_path: Path, text: str) -> None:
    assert file_named(text, tmp_path) is None
    assert file_dropped(text) is None


def test_words_that_are_pasted_are_no_dropped_file_even_if_one_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "budget").write_text("x")
    assert file_dropped("budget") is None
    assert file_dropped(f"{tmp_path}/budget\nand more") is None


def test_a_path_is_first_taken_as_it_stands() -> None:
    assert paths_named(r"/a\ b") == [r"/a\ b", "/a b"]
    assert paths_named("/it's") == ["/it's"]
