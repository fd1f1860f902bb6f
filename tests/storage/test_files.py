from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import files
from storage.files import name_apart, refused_for, sweep_leftovers, take_lock, write_whole


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_written_whole(path: Path) -> None:
    assert write_whole(path, [b"one ", b"two"])
    assert path.read_bytes() == b"one two"
    assert os.listdir(path.parent) == [path.name]


def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    path.write_bytes(b"old")

    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        write_whole(path, chunks())
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_a_file_that_the_disk_does_not_confirm_is_not_put_in_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(fd: int) -> None:
        raise OSError(errno.EIO, "no disk")

    monkeypatch.setattr(files, "make_durable", failing)
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="no disk"):
        write_whole(path, [b"new"])
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_whoever_guards_the_last_step_can_refuse_it(path: Path) -> None:
    path.write_bytes(b"old")
    assert not write_whole(path, [b"new"], unless=lambda: contextlib.nullcontext(False))
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_the_guard_is_held_while_the_file_is_put_in_place(path: Path) -> None:
    path.write_bytes(b"old")
    seen = []

    @contextlib.contextmanager
    def guard() -> Iterator[bool]:
        seen.append(path.read_bytes())
        yield True
        seen.append(path.read_bytes())

    write_whole(path, [b"new"], unless=guard)
    assert seen == [b"old", b"new"]


def test_mode_and_group_are_kept(path: Path) -> None:
    path.write_bytes(b"old")
    group = 12345 if os.geteuid() == 0 else os.getegid()
    os.chown(path, -1, group)
    path.chmod(0o640)
    write_whole(path, [b"new"])
    assert (mode_of(path), path.stat().st_gid) == (0o640, group)


def test_a_new_file_has_the_mode_that_the_system_gives(path: Path) -> None:
    mask = os.umask(0o027)
    try:
        write_whole(path, [b"new"])
    finally:
        os.umask(mask)
    assert mode_of(path) == 0o640


def test_a_new_file_can_be_private(path: Path) -> None:
    write_whole(path, [b"new"], mode=0o600)
    assert mode_of(path) == 0o600


def test_in_a_folder_that_a_group_shares_the_group_can_write_a_new_file(path: Path) -> None:
    path.parent.chmod(0o2775)
    write_whole(path, [b"new"])
    assert mode_of(path) == 0o664


def test_what_is_being_written_is_never_more_readable_than_the_file(path: Path) -> None:
    path.write_bytes(b"old")
    path.chmod(0o600)
    modes = []

    def chunks() -> Iterator[bytes]:
        yield b"new"
        modes.extend(mode_of(file) for file in path.parent.glob(".*.tmp"))

    write_whole(path, chunks())
    assert modes == [0o600]


def test_leftovers_of_killed_programs_are_swept_but_not_what_somebody_writes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, fresh, other = (path.with_name(f".{name}.0a1b.tmp") for name in ("acme.json", "acme.json.x", "other.json"))
    for file in (left, fresh, other):
        file.write_bytes(b"half")
    os.utime(left, (1, 1))
    os.utime(other, (1, 1))
    during = []

    def chunks() -> Iterator[bytes]:
        yield b"new"
        monkeypatch.setattr(files, "LEFTOVER_SECONDS", -1.0)
        sweep_leftovers(path)
        during.extend(path.parent.glob(".acme.json.*.tmp"))

    sweep_leftovers(path)
    assert not left.exists()
    assert fresh.exists()
    fresh.unlink()
    write_whole(path, chunks())
    assert len(during) == 1
    assert path.read_bytes() == b"new"
    assert other.exists()


def test_a_lock_is_tried_for_a_while_and_then_not_had(path: Path) -> None:
    path.touch()
    with path.open() as one, path.open() as two:
        assert take_lock(one.fileno(), 0.0)
        assert not take_lock(two.fileno(), 0.05)
        timer = threading.Timer(0.05, one.close)
        timer.start()
        assert take_lock(two.fileno(), 30.0)
        timer.join()


def test_readers_share_a_lock_and_keep_writers_out(path: Path) -> None:
    path.touch()
    with path.open() as one, path.open() as two, path.open() as three:
        assert take_lock(one.fileno(), 0.0, shared=True)
        assert take_lock(two.fileno(), 0.0, shared=True)
        assert not take_lock(three.fileno(), 0.0)


def test_what_is_set_apart_never_takes_the_place_of_something_else(path: Path) -> None:
    now = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    first = name_apart(path, "damaged", now)
    assert first.name == "acme.json.damaged-20260302T080000Z"
    first.touch()
    assert name_apart(path, "damaged", now).name == "acme.json.damaged-20260302T080000Z-2"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EFBIG, "disk-full"),
        (errno.EACCES, "not-allowed"),
        (errno.EROFS, "not-allowed"),
        (errno.ENOENT, "no-such-file"),
        (errno.ENAMETOOLONG, "name-too-long"),
        (errno.EISDIR, "not-a-board"),
        (errno.EIO, "disk-failed"),
        (errno.ESTALE, "disk-failed"),
    ],
)
def test_what_the_system_says_becomes_a_refusal(number: int, code: str) -> None:
    refused = refused_for(OSError(number, os.strerror(number)), Path("acme.json"))
    assert refused.code == code
    assert refused.facts["path"] == "acme.json"
    assert refused.facts["reason"] == os.strerror(number)
