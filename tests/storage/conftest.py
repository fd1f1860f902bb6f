"""What tests of the store share: a board in files and one in memory, and a place that other accounts may enter."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, Voice
from storage import files as files_module
from storage import journal as journal_module

from .table import NADIA, three_people


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a board is, or will be."""
    return tmp_path / "acme.json"


@pytest.fixture(params=["files", "memory"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    """A board in files, and one in memory: what both promise is tested on both."""
    board = three_people()
    with Store.create(path, board) if request.param == "files" else Store.in_memory(board) as store:
        yield store


@pytest.fixture
def voice(store: Store) -> Voice:
    """Nadia's, at one screen."""
    return Voice(store, NADIA, "s1")


@pytest.fixture
def common_folder() -> Iterator[Path]:
    """A folder that every account may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="accord-common-"))
    os.chmod(folder, 0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the disk where it is not durability that is tested."""
    monkeypatch.setattr(journal_module, "make_durable", lambda fd: None)
    monkeypatch.setattr(files_module, "make_durable", lambda fd: None)
    monkeypatch.setattr(files_module, "make_folder_durable", lambda folder: None)
    monkeypatch.setattr(journal_module, "make_folder_durable", lambda folder: None)
