from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import presence_files
from storage.presence import Here, Presence, presence_folder
from storage.presence_files import BEAT_SECONDS, GONE_SECONDS, LEFTOVER_SECONDS, MOST_FILES, PresenceFolder

from .child import Child, Tell, become_nobody

PATIENCE = 20.0


class Times:
    """A clock that stands still until it is told to go on, and the time of day beside it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.day = 1_800_000_000.0

    def clock(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.day

    def go_on(self, seconds: float) -> None:
        self.now += seconds
        self.day += seconds


class Desk:
    """One process at a board, step by step: what its sessions say, and what it sees of others."""

    def __init__(self, path: Path, times: Times) -> None:
        self.folder = PresenceFolder(path, clock=times.clock, wall=times.wall)
        self.own: dict[str, Here] = {}

    def says(self, session: str, person: str = "p1", cursor: str = "", **more: object) -> float:
        self.own[session] = Here(session, person, cursor, **more)  # type: ignore[arg-type]
        return self.folder.say(self.own)

    def sees(self) -> dict[str, str]:
        """The others, and the cards that they are at."""
        self.folder.look(self.own)
        return {name: here.cursor for name, here in self.folder.others().items()}


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def folder(path: Path) -> Path:
    return presence_folder(path)


@pytest.fixture
def desks(folder: Path, times: Times) -> tuple[Desk, Desk]:
    return Desk(folder, times), Desk(folder, times)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def put(folder: Path, name: str, data: bytes, times: Times | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    if times is not None:
        os.utime(path, (times.day, times.day))
    return path


def words(session: str, **more: object) -> bytes:
    return json.dumps({"session": session, "person": "p2", **more}).encode()


# Within one process


def test_sessions_of_one_process_see_each_other_without_any_file() -> None:
    presence = Presence(None)
    presence.enter("a", "p1", cursor="Q1")
    presence.enter("b", "p2")
    presence.update("b", cursor="Q2", writing="Q3")
    assert presence.others("a") == (Here("b", "p2", "Q2", "Q3"),)
    assert presence.others("b") == (Here("a", "p1", "Q1"),)
    presence.leave("b")
    assert presence.others("a") == ()
    presence.close()


def test_who_subscribes_is_told_of_others_and_not_of_itself() -> None:
    presence = Presence(None)
    told: list[str] = []
    presence.subscribe(lambda: told.append("a"), but="a")
    leave = presence.subscribe(lambda: told.append("b"), but="b")
    presence.enter("a", "p1")
    assert told == ["b"]
    presence.update("a", cursor="Q1")
    assert told == ["b", "b"]
    presence.update("a", cursor="Q1")
    assert told == ["b", "b"]
    leave()
    presence.update("a", cursor="Q2")
    assert told == ["b", "b"]
    presence.enter("b", "p2")
    presence.leave("b")
    assert told == ["b", "b", "a", "a"]


def test_a_subscriber_that_fails_does_not_reach_the_others() -> None:
    presence = Presence(None)
    told: list[str] = []

    def fail() -> None:
        raise ValueError("no")

    presence.subscribe(fail)
    presence.subscribe(lambda: told.append("b"))
    presence.enter("a", "p1")
    assert told == ["b"]


def test_who_has_left_says_nothing_any_more() -> None:
    presence = Presence(None)
    presence.enter("a", "p1")
    presence.leave("a")
    presence.update("a", cursor="Q1")
    assert presence.everybody() == ()
    presence.close()
    presence.enter("b", "p1")
    assert presence.everybody() == ()


def test_each_call_to_look_counts_also_for_the_same_card() -> None:
    presence = Presence(None)
    presence.enter("a", "p1")
    presence.update("a", look_at="Q1")
    presence.update("a", look_at="Q1")
    assert presence.everybody() == (Here("a", "p1", look=2, looked_at="Q1"),)


def test_what_enters_is_cleaned_and_short() -> None:
    presence = Presence(None)
    presence.enter("a", "p1\x1b[2J", cursor="Q" * 1000)
    presence.update("a", writing="Q1\nQ2")
    (here,) = presence.everybody()
    assert (here.person, here.writing, len(here.cursor)) == ("p1[2J", "Q1 Q2", 64)


def test_sessions_that_come_and_go_on_many_threads_leave_nothing_behind() -> None:
    presence = Presence(None)

    def sit(name: str) -> None:
        for number in range(100):
            presence.enter(name, "p1")
            presence.update(name, cursor=f"Q{number}")
            presence.leave(name)
            presence.update(name, cursor="Q1")

    threads = [threading.Thread(target=sit, args=(f"s{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert presence.everybody() == ()


# Between processes, step by step


def test_another_process_sees_what_is_said_at_its_next_look(desks: tuple[Desk, Desk], times: Times) -> None:
    here, there = desks
    here.says("a", cursor="Q1")
    assert there.sees() == {"a": "Q1"}
    times.go_on(0.25)
    here.says("a", cursor="Q2")
    assert there.sees() == {"a": "Q2"}
    assert here.sees() == {}


def test_a_session_writes_at_most_five_times_a_second(desks: tuple[Desk, Desk], times: Times) -> None:
    here, there = desks
    written = set()
    for number in range(100):
        here.says("a", cursor=f"Q{number}")
        written.add(there.sees()["a"])
        times.go_on(0.01)
    assert 2 <= len(written) <= 6
    due = here.says("a", cursor="Q100")
    assert 0 < due <= 0.2
    times.go_on(due)
    here.says("a", cursor="Q100")
    assert there.sees() == {"a": "Q100"}


def test_a_quiet_session_gives_a_sign_of_life_and_writes_nothing(
    desks: tuple[Desk, Desk], times: Times, folder: Path
) -> None:
    here, there = desks
    here.says("a", cursor="Q1")
    first = (folder / "a.json").stat()
    for _ in range(20):
        times.go_on(BEAT_SECONDS)
        here.says("a", cursor="Q1")
        assert there.sees() == {"a": "Q1"}
    after = (folder / "a.json").stat()
    assert after.st_ino == first.st_ino
    assert after.st_mtime > first.st_mtime


def test_ten_seconds_after_its_last_sign_a_session_is_gone(desks: tuple[Desk, Desk], times: Times) -> None:
    here, there = desks
    here.says("a")
    assert there.sees() == {"a": ""}
    times.go_on(GONE_SECONDS - 0.1)
    assert there.sees() == {"a": ""}
    times.go_on(1.0)
    assert there.sees() == {}
    here.says("a")  # it was only stopped for a while
    times.go_on(1.0)
    assert there.sees() == {"a": ""}


def test_whoever_leaves_is_gone_at_once(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    here.says("a")
    here.says("b")
    assert there.sees() == {"a": "", "b": ""}
    del here.own["a"]
    here.folder.say(here.own)
    assert there.sees() == {"b": ""}


def test_the_last_one_takes_the_folder_along(desks: tuple[Desk, Desk], folder: Path) -> None:
    here, there = desks
    here.says("a")
    there.says("b")
    here.folder.put_away()
    assert folder.is_dir()
    there.folder.put_away()
    assert not folder.exists()


def test_a_folder_that_was_put_away_under_a_session_comes_back(
    desks: tuple[Desk, Desk], times: Times, folder: Path
) -> None:
    here, there = desks
    here.says("a", cursor="Q1")
    shutil.rmtree(folder)
    times.go_on(BEAT_SECONDS)
    here.says("a", cursor="Q1")
    assert there.sees() == {"a": "Q1"}


def test_what_a_killed_process_left_counts_for_nobody_and_is_removed(times: Times, folder: Path) -> None:
    left = put(folder, "dead.json", words("dead", cursor="Q1"), times)
    half = put(folder, ".dead.0123abcd.tmp", b'{"session":"de', times)
    times.go_on(60)
    desk = Desk(folder, times)
    assert desk.sees() == {}
    assert left.exists()
    assert half.exists()
    times.go_on(LEFTOVER_SECONDS)
    assert desk.sees() == {}
    assert not left.exists()
    assert not half.exists()


def test_a_clock_that_jumps_hides_nobody_for_longer_than_a_beat(desks: tuple[Desk, Desk], times: Times) -> None:
    here, there = desks
    here.says("a")
    assert there.sees() == {"a": ""}
    for jump in (-86400.0, 7 * 86400.0):
        times.day += jump
        times.now += 1.1
        assert there.sees() == {"a": ""}
        assert Desk(here.folder.path, times).sees() == {}  # who comes now cannot tell it from a leftover
        times.go_on(BEAT_SECONDS)
        here.says("a")
        assert there.sees() == {"a": ""}
        assert Desk(here.folder.path, times).sees() == {"a": ""}


def test_between_two_scans_only_the_folder_is_looked_at(
    desks: tuple[Desk, Desk], times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = desks
    here.says("a")
    there.sees()
    there.sees()
    scans: list[int] = []
    scandir = os.scandir

    def counted(where: int) -> object:
        scans.append(where)
        return scandir(where)

    monkeypatch.setattr(os, "scandir", counted)
    for _ in range(18):
        times.go_on(0.05)
        there.sees()
    assert scans == []
    times.go_on(0.2)
    there.sees()
    assert len(scans) == 1


def test_two_words_within_one_tick_of_the_file_system_are_both_seen(
    desks: tuple[Desk, Desk], times: Times, folder: Path
) -> None:
    here, there = desks
    here.says("a", cursor="Q1")
    tick = folder.stat().st_mtime_ns
    assert there.sees() == {"a": "Q1"}
    times.go_on(0.2)
    here.says("a", cursor="Q2")
    os.utime(folder, ns=(tick, tick))
    assert there.sees() == {"a": "Q2"}


# Whatever lies in the folder


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        b"[" * 1500,
        words("bad", cursor="x" * 5000),
        b'{"session":"bad"}',
        b'{"session":"bad","person":7}',
        b'{"session":"bad","person":"p2","look":"often"}',
        words("somebody-else"),
        b'{"session":"bad","person":"p2"} and more',
    ],
)
def test_a_file_that_says_nothing_sensible_is_nobody(
    desks: tuple[Desk, Desk], times: Times, folder: Path, data: bytes
) -> None:
    here, there = desks
    put(folder, "bad.json", data, times)
    here.says("a")
    assert there.sees() == {"a": ""}


def test_no_pipe_link_device_or_folder_is_followed_or_waited_for(
    desks: tuple[Desk, Desk], times: Times, folder: Path, tmp_path: Path
) -> None:
    here, there = desks
    here.says("a")
    outside = put(tmp_path / "outside", "linked.json", words("linked"), times)
    os.mkfifo(folder / "pipe.json")
    (folder / "linked.json").symlink_to(outside)
    (folder / "loop.json").symlink_to(folder / "loop.json")
    (folder / "zero.json").symlink_to("/dev/zero")
    (folder / "folder.json").mkdir()
    assert there.sees() == {"a": ""}
    times.go_on(LEFTOVER_SECONDS * 2)
    here.says("a")
    assert there.sees() == {"a": ""}
    assert outside.exists()


def test_a_link_in_place_of_the_folder_is_never_followed(
    desks: tuple[Desk, Desk], times: Times, folder: Path, tmp_path: Path
) -> None:
    here, there = desks
    elsewhere = tmp_path / "elsewhere"
    left = put(elsewhere, "dead.json", words("dead"), times)
    folder.symlink_to(elsewhere)
    here.says("a")
    assert there.sees() == {}
    times.go_on(LEFTOVER_SECONDS * 2)
    here.says("a")
    assert there.sees() == {}
    here.folder.put_away()
    assert [left] == list(elsewhere.iterdir())


def test_a_link_in_place_of_a_file_is_replaced_and_not_written_through(
    desks: tuple[Desk, Desk], times: Times, folder: Path, tmp_path: Path
) -> None:
    here, there = desks
    outside = put(tmp_path / "outside", "mine", b"mine")
    here.says("a", cursor="Q1")
    (folder / "a.json").unlink()
    (folder / "a.json").symlink_to(outside)
    times.go_on(1.0)
    here.says("a", cursor="Q2")
    assert there.sees() == {"a": "Q2"}
    assert outside.read_bytes() == b"mine"
    assert not (folder / "a.json").is_symlink()


def test_a_thousand_files_cost_no_more_than_the_first_ones(times: Times, folder: Path) -> None:
    for number in range(MOST_FILES * 2):
        put(folder, f"s{number}.json", words(f"s{number}"), times)
    assert len(Desk(folder, times).sees()) == MOST_FILES


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.from_regex(r"[a-z.\-]{1,12}(\.json)?", fullmatch=True), st.binary(max_size=60))))
def test_nothing_in_the_folder_ends_a_look(files: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        times, folder = Times(), Path(place) / "here"
        here, there = Desk(folder, times), Desk(folder, times)
        here.says("0", cursor="Q1")
        for name, data in files:
            if name not in (".", ".."):
                put(folder, name, data, times)
        assert there.sees() == {"0": "Q1"}


_STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.tuples(st.just("at"), st.sampled_from("ab"), st.sampled_from(["Q1", "Q2", "Q3"])),
            st.tuples(st.just("leave"), st.sampled_from("ab"), st.just("")),
            st.tuples(st.just("kill"), st.just(""), st.just("")),
        ),
        st.floats(0.0, 2.0),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(_STEPS)
def test_whatever_was_said_everybody_sees_the_same_in_the_end(
    steps: list[tuple[int, tuple[str, str, str], float]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        times, folder = Times(), Path(place) / "here"
        desks = [Desk(folder, times) for _ in range(3)]
        alive = {0, 1, 2}
        for number, (what, session, card), seconds in steps:
            desk, name = desks[number], f"{session}{number}"
            if number not in alive:
                continue
            if what == "kill":
                alive.remove(number)
            elif what == "at":
                desk.says(name, cursor=card)
            else:
                desk.own.pop(name, None)
                desk.folder.say(desk.own)
            for other in alive:
                desks[other].sees()
            times.go_on(seconds)
        for _ in range(14):
            times.go_on(1.0)
            for other in alive:
                desks[other].folder.say(desks[other].own)
                desks[other].sees()
        said = {name: here.cursor for number in alive for name, here in desks[number].own.items()}
        for number in alive:
            assert desks[number].sees() == {name: card for name, card in said.items() if name not in desks[number].own}


# Where nothing can be written


def test_without_room_on_the_disk_nobody_notices_but_the_others(
    desks: tuple[Desk, Desk], times: Times, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = desks
    write = os.write

    def full(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "write", full)
    assert here.says("a") == BEAT_SECONDS
    assert list(folder.iterdir()) == []
    times.go_on(1.0)
    assert here.says("a", cursor="Q1") == pytest.approx(BEAT_SECONDS - 1.0)  # not tried at every key
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:5]))
    times.go_on(BEAT_SECONDS)
    here.says("a")
    assert list(folder.iterdir()) == []
    monkeypatch.setattr(os, "write", write)
    times.go_on(BEAT_SECONDS)
    here.says("a")
    assert there.sees() == {"a": ""}


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    folder.chmod(0o555)
    try:
        yield
    finally:
        folder.chmod(0o755)


def test_in_a_folder_that_may_only_be_read_one_sees_and_is_not_seen(common_folder: Path) -> None:
    folder = presence_folder(common_folder / "acme.json")
    times = Times()

    def work(tell: Tell) -> None:
        become_nobody()
        desk = Desk(folder, times)
        desk.says("b")
        tell(desk.sees())

    Desk(folder, times).says("a", cursor="Q1")
    with read_only(folder), read_only(common_folder), Child(work) as child:
        assert child.says() == {"a": "Q1"}
        assert child.ends() == 0
    assert [file.name for file in folder.iterdir()] == ["a.json"]


def test_where_there_is_no_way_to_the_folder_nothing_happens(times: Times, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "nowhere" / ".acme.here", tmp_path / "file" / ".acme.here", tmp_path / "file"):
        desk = Desk(path, times)
        desk.says("a")
        assert desk.sees() == {}
        desk.folder.put_away()


def test_others_stay_while_this_process_has_no_file_left_to_open(
    desks: tuple[Desk, Desk], times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = desks
    here.says("a")
    assert there.sees() == {"a": ""}

    def none_left(*args: object, **more: object) -> int:
        raise OSError(errno.EMFILE, "too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(presence_files.os, "open", none_left)
        times.go_on(2.0)
        assert there.sees() == {"a": ""}
        times.go_on(GONE_SECONDS)
        assert there.sees() == {}
    here.says("a")
    assert there.sees() == {"a": ""}


# Accounts that share a folder


@pytest.mark.parametrize("mask", [0o002, 0o022, 0o077])
def test_in_a_shared_folder_everything_is_the_groups(common_folder: Path, times: Times, mask: int) -> None:
    common_folder.chmod(0o2775)
    folder = presence_folder(common_folder / "acme.json")
    before = os.umask(mask)
    try:
        Desk(folder, times).says("a")
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o2770 == 0o2770
    assert stat.S_IMODE((folder / "a.json").stat().st_mode) & 0o660 == 0o660
    if mask == 0o077:
        assert not folder.stat().st_mode & 0o007
        assert not (folder / "a.json").stat().st_mode & 0o007


def test_elsewhere_the_umask_says_who_may_read(path: Path, folder: Path, times: Times) -> None:
    before = os.umask(0o077)
    try:
        Desk(folder, times).says("a")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "a.json").stat().st_mode) == 0o600


# Real processes, real time


def test_a_cursor_is_seen_by_another_process_and_fades_when_that_is_killed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_files, "GONE_SECONDS", 1.5)
    monkeypatch.setattr(presence_files, "BEAT_SECONDS", 0.3)
    told = threading.Event()

    def work(tell: Tell) -> None:
        presence = Presence(path)
        presence.enter("there", "p2")
        tell("ready")
        until(lambda: presence.others("there"))
        presence.update("there", cursor=presence.others("there")[0].cursor)
        threading.Event().wait()

    with Child(work) as child:
        assert child.says() == "ready"
        presence = Presence(path)
        presence.subscribe(told.set, but="here")
        presence.enter("here", "p1", cursor="Q7")
        until(lambda: presence.others("here") == (Here("there", "p2", "Q7"),))
        assert told.is_set()
    told.clear()
    until(lambda: presence.others("here") == ())
    assert told.wait(PATIENCE)
    presence.close()
    assert [file.name for file in presence_folder(path).iterdir()] == ["there.json"]


def test_a_close_takes_the_files_along(path: Path, folder: Path) -> None:
    presence = Presence(path)
    presence.enter("a", "p1")
    presence.enter("b", "p2")
    until(lambda: folder.is_dir() and len(list(folder.glob("*.json"))) == 2)
    presence.leave("a")
    until(lambda: len(list(folder.glob("*.json"))) == 1)
    presence.close()
    until(lambda: not folder.exists())


def test_the_presence_of_a_linked_board_is_where_the_board_is(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"{}")
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "other.json"
    link.symlink_to(path)
    here, there = Presence(path), Presence(link)
    here.enter("a", "p1")
    there.enter("b", "p2")
    until(lambda: here.others("a") and there.others("b"))
    here.close()
    there.close()
