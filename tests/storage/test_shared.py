from __future__ import annotations

import datetime as dt
import json
import stat
from pathlib import Path

import msgspec
import pytest

from storage.exports import BOARD, STRATEGY, Subject
from storage.shared import MOST, Shared, Sharing

TIME = dt.datetime(2026, 5, 12, 14, 3, tzinfo=dt.UTC)


def sharing(seq: int = 148, subject: Subject = STRATEGY, where: str = "") -> Sharing:
    return Sharing(TIME, seq, "7f3a91c2", subject, "text", "copied", name="Nadia", where=where)


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    return Shared(tmp_path / "state" / "shared", tmp_path / "acme.json")


def file_of(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "state" / "shared").iterdir()
    return path


def test_at_first_nothing_was_shared(shared: Shared) -> None:
    assert shared.all() == []
    assert shared.last() is None


def test_what_was_shared_is_known_newest_first(shared: Shared, tmp_path: Path) -> None:
    first = sharing(148)
    second = sharing(150, Subject("since", seq=148, day=dt.date(2026, 5, 12)), where="/home/nadia/acme.txt")
    shared.add(first)
    shared.add(second)
    again = Shared(tmp_path / "state" / "shared", tmp_path / "." / "acme.json")
    assert again.all() == [second, first]
    assert again.last() == second
    assert Shared(tmp_path / "state" / "shared", tmp_path / "other.json").all() == []


def test_the_last_of_one_kind_can_be_asked_for(shared: Shared) -> None:
    strategy, board = sharing(3), sharing(4, BOARD)
    shared.add(strategy)
    shared.add(board)
    assert (shared.last("strategy"), shared.last("board"), shared.last("trail")) == (strategy, board, None)


def test_it_is_for_the_eyes_of_this_account_alone(shared: Shared, tmp_path: Path) -> None:
    shared.add(sharing())
    path = file_of(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_only_the_latest_are_kept(shared: Shared, tmp_path: Path) -> None:
    shared.add(sharing(0))
    path = file_of(tmp_path)
    rows = [json.loads(msgspec.json.encode(sharing(seq))) for seq in range(MOST, 0, -1)]
    path.write_text(json.dumps(rows))
    shared.add(sharing(MOST + 1))
    assert [each.seq for each in shared.all()] == list(range(MOST + 1, 1, -1))


@pytest.mark.parametrize("data", [b"", b"{}", b"[", b"\xff\xfe", b"[" * 5_000, b'"x"'])
def test_a_damaged_file_is_nothing_known_and_is_written_anew(shared: Shared, tmp_path: Path, data: bytes) -> None:
    shared.add(sharing(1))
    file_of(tmp_path).write_bytes(data)
    assert shared.all() == []
    shared.add(sharing(2))
    assert [each.seq for each in shared.all()] == [2]


@pytest.mark.parametrize(
    "damage",
    [
        {"seq": -1},
        {"seq": "1"},
        {"time": "2026-05-12T14:03:00"},
        {"form": "pdf"},
        {"route": "pigeon"},
        {"subject": {"kind": "gossip"}},
    ],
)
def test_a_damaged_row_is_left_out(shared: Shared, tmp_path: Path, damage: dict[str, object]) -> None:
    shared.add(sharing(1))
    shared.add(sharing(2))
    path = file_of(tmp_path)
    rows = json.loads(path.read_bytes())
    path.write_text(json.dumps([{**rows[0], **damage}, 7, rows[1]]))
    assert [each.seq for each in shared.all()] == [1]


def test_what_stands_there_is_cleaned(shared: Shared, tmp_path: Path) -> None:
    shared.add(Sharing(TIME, 1, "\x1b7f", Subject("trail", card="D2\x1b[2J"), "text", "saved", "Na\x1bdia", "a\nb"))
    (kept,) = shared.all()
    assert (kept.digest, kept.subject.card, kept.name, kept.where) == ("7f", "D2[2J", "Nadia", "a b")


def test_where_nothing_can_be_kept_sharing_goes_on(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    shared = Shared(tmp_path / "state", tmp_path / "acme.json")
    shared.add(sharing())
    assert shared.all() == []
