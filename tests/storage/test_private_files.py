from __future__ import annotations

import os
from pathlib import Path

import pytest

from storage.private import write_private


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_private_is_read_by_its_owner_alone(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "state" / "deep" / "copied.txt"
    before = os.umask(umask)
    try:
        write_private(path, "dear Paul")
    finally:
        os.umask(before)
    assert path.read_text("utf-8") == "dear Paul"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_neither_a_link_nor_the_mode_of_an_old_file_is_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched", "utf-8")
    elsewhere.chmod(0o666)
    path = tmp_path / "copied.txt"
    path.symlink_to(elsewhere)
    write_private(path, "dear Paul")
    assert elsewhere.read_text("utf-8") == "untouched"
    assert not path.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
