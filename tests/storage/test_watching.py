from __future__ import annotations

import threading
from pathlib import Path

import pytest

from storage import watching
from storage.watching import watch_file


def test_a_written_file_is_seen_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 3600.0)
    path.write_bytes(b"one")
    seen, began = threading.Event(), threading.Event()
    sizes: set[int] = set()

    def look() -> None:
        began.set()
        sizes.add(path.stat().st_size)
        if 6 in sizes:
            seen.set()

    stop = watch_file(path, look)
    assert began.wait(10)
    with path.open("ab") as file:
        file.write(b"two")
    assert seen.wait(10)
    stop()


def test_a_replaced_file_is_seen(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 3600.0)
    path.write_bytes(b"one")
    seen = threading.Event()

    def look() -> None:
        if path.read_bytes() == b"two":
            seen.set()

    stop = watch_file(path, look)
    other = path.with_name("other")
    other.write_bytes(b"two")
    other.replace(path)
    assert seen.wait(10)
    stop()


def test_a_file_is_looked_at_where_nothing_notifies(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Deaf(watching.Observer):
        def schedule(self, *args: object, **more: object) -> None:
            raise OSError("no more watches")

    monkeypatch.setattr(watching, "Observer", Deaf)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    path.write_bytes(b"one")
    seen = threading.Event()

    def look() -> None:
        if path.read_bytes() == b"two":
            seen.set()

    stop = watch_file(path, look)
    path.write_bytes(b"two")
    assert seen.wait(10)
    stop()


def test_a_link_is_followed_to_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 3600.0)
    (path.parent / "elsewhere").mkdir()
    file = path.parent / "elsewhere" / "file"
    file.write_bytes(b"one")
    path.symlink_to(file)
    seen = threading.Event()
    stop = watch_file(path, lambda: seen.set() if file.read_bytes() == b"two" else None)
    file.write_bytes(b"two")
    assert seen.wait(10)
    stop()


def test_nobody_is_called_after_the_stop(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.001)
    path.write_bytes(b"one")
    calls: list[int] = []
    called = threading.Event()

    def look() -> None:
        calls.append(1)
        called.set()

    stop = watch_file(path, look)
    assert called.wait(10)
    stop()
    count = len(calls)
    path.write_bytes(b"two")
    assert len(calls) == count


def test_it_can_be_stopped_from_within_a_call(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.001)
    path.write_bytes(b"one")
    stopped, ready = threading.Event(), threading.Event()

    def look() -> None:
        ready.wait(10)
        stop()
        stopped.set()

    stop = watch_file(path, look)
    ready.set()
    assert stopped.wait(10)
