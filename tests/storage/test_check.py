from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from storage import Board, Refused, Store
from storage import check as check_module
from storage import checkpoint as cp
from storage import journal as journal_module
from storage.changes import AddCard
from storage.check import check, repair
from storage.journal import FORMAT, FileJournal, Head, Position
from storage.store import Sitting, journal_path

from .child import Child, Tell, become_nobody, elsewhere
from .table import NADIA, three_people

HERE = Sitting(NADIA, "s1", NADIA, True)


def codes(path: Path) -> list[str]:
    return [finding.code for finding in check(path)]


def grown(path: Path, count: int, *, anew: bool = False) -> Board:
    """Add so many questions; the board."""
    with Store.create(path, three_people()) if anew else Store.open(path) as store:
        for _ in range(count):
            store.commit(AddCard("question", f"Who? {store.board.seq}"), HERE)
        return store.board


@pytest.fixture
def board(path: Path) -> Board:
    """A board of twenty changes in files, numbered 2 to 21."""
    return grown(path, 20, anew=True)


def lines(path: Path) -> list[bytes]:
    return journal_path(path).read_bytes().splitlines(keepends=True)


def spoil(path: Path, *numbers: int) -> None:
    """Turn a bit in these lines of the journal, counted from 1."""
    kept = lines(path)
    for number in numbers:
        line = bytearray(kept[number - 1])
        line[30] ^= 1
        kept[number - 1] = bytes(line)
    journal_path(path).write_bytes(b"".join(kept))


def test_sound_files_have_nothing_to_say(path: Path, board: Board) -> None:
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    assert check(path) == []
    assert repair(path) == []
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_checkpoint_that_is_behind_is_no_problem(path: Path, board: Board) -> None:
    data = path.read_bytes()
    grown(path, 5)
    path.write_bytes(data)
    assert check(path) == []


def test_an_open_board_can_be_checked(path: Path) -> None:
    with Store.create(path, three_people()) as store:
        store.commit(AddCard("question", "Who?"), HERE)
        assert check(path) == []
        store.commit(AddCard("question", "How?"), HERE)


def test_each_damaged_line_is_named_with_its_place(path: Path, board: Board) -> None:
    starts = [len(b"".join(lines(path)[:number])) for number in (4, 9, 15)]
    spoil(path, 5, 10, 16)
    journal = str(journal_path(path))
    assert [finding.facts for finding in check(path)] == [
        {"path": journal, "line": 5, "seq": 5, "offset": starts[0]},
        {"path": journal, "line": 10, "seq": 10, "offset": starts[1]},
        {"path": journal, "line": 16, "seq": 16, "offset": starts[2]},
    ]


def test_lines_that_are_damaged_one_after_the_other_are_one_finding(path: Path, board: Board) -> None:
    spoil(path, 5, 6, 7, 12)
    assert [finding.facts["line"] for finding in check(path)] == [5, 12]


def test_a_line_that_fits_no_board_is_damage(path: Path, board: Board) -> None:
    *_, (_, position) = _read(path)
    journal = FileJournal(journal_path(path))
    with Store.open(path) as store:
        record = next(store.history())
    journal.append(msgspec.structs.replace(record, seq=22, acts=(record.acts[0].inverse.inverse,)), position)
    bad = msgspec.structs.replace(record.acts[0], path=("cards", "Q1", "colour"))
    journal.append(msgspec.structs.replace(record, seq=23, acts=(bad,)), list(_read(path))[-1][1])
    journal.close()
    assert [(finding.code, finding.facts["seq"]) for finding in check(path)] == [("journal-damaged", 23)]
    with Store.open(path) as store:
        assert store.board.seq == 22
        assert store.read_only is not None
    repair(path)
    assert check(path) == []


def _read(path: Path) -> list[tuple[object, Position]]:
    with contextlib.closing(FileJournal(journal_path(path))) as journal:
        return list(journal.read_from(Position()))


def test_a_torn_line_is_named_and_set_apart(path: Path, board: Board) -> None:
    with journal_path(path).open("ab") as file:
        file.write(b'{"line":"chan')
    size = len(b"".join(lines(path)[:21]))
    (finding,) = check(path)
    assert finding.code == "journal-torn"
    assert finding.facts == {"path": str(journal_path(path)), "line": 22, "seq": 22, "offset": size, "bytes": 13}
    assert [finding.code for finding in repair(path)] == ["torn-line"]
    assert journal_path(path).with_name("acme.journal.torn").read_bytes() == b'{"line":"chan\n'
    assert check(path) == []


def test_a_line_that_lacks_its_end_is_completed(path: Path, board: Board) -> None:
    os.truncate(journal_path(path), journal_path(path).stat().st_size - 1)
    assert codes(path) == ["journal-torn"] or codes(path) == ["journal-torn", "journal-short"]
    (done, *_) = repair(path)
    assert (done.code, done.facts["line"], done.facts["seq"]) == ("line-completed", 21, 21)
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == board


def test_a_journal_that_ends_before_its_checkpoint_goes_on_from_it(path: Path, board: Board) -> None:
    kept = lines(path)[:15]
    journal_path(path).write_bytes(b"".join(kept))
    (finding,) = check(path)
    assert finding.code == "journal-short"
    assert finding.facts == {
        "path": str(journal_path(path)), "line": 16, "seq": 16, "offset": len(b"".join(kept)), "checkpoint": 21,
    }  # fmt: skip
    (done,) = repair(path)
    assert done.code == "history-lost"
    assert done.facts == {"path": str(journal_path(path)), "first": 16, "last": 21}
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == board
        assert [record.seq for record in store.history()] == list(range(2, 16))
        store.commit(AddCard("question", "More?"), HERE)
        assert store.board.seq == 22
    path.unlink()
    with Store.open(path) as store:
        assert store.board.seq == 22


def test_damage_before_the_checkpoint_costs_history_alone(path: Path, board: Board) -> None:
    checkpoint = path.read_bytes()
    later = grown(path, 5)
    path.write_bytes(checkpoint)
    spoil(path, 8)
    damaged = journal_path(path).read_bytes()
    done = {finding.code: finding.facts for finding in repair(path)}
    assert set(done) == {"journal-set-apart", "history-lost"}
    assert (done["history-lost"]["first"], done["history-lost"]["last"]) == (8, 21)
    apart = Path(str(done["journal-set-apart"]["path"]))
    assert apart.name.startswith("acme.journal.damaged-2")
    assert apart.name.endswith("Z")
    assert damaged == b"".join(lines(path)[:7]) + apart.read_bytes()
    assert done["journal-set-apart"]["bytes"] == apart.stat().st_size
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == later
        assert [record.seq for record in store.history()] == [*range(2, 8), *range(22, 27)]


def test_damage_after_the_checkpoint_costs_what_came_after_it(path: Path, board: Board) -> None:
    checkpoint = path.read_bytes()
    grown(path, 5)
    path.write_bytes(checkpoint)
    spoil(path, 24)
    done = {finding.code: finding.facts for finding in repair(path)}
    assert set(done) == {"journal-set-apart", "changes-lost"}
    assert (done["changes-lost"]["seq"], done["changes-lost"]["lines"]) == (24, 3)
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board.seq == 23
        assert set(store.board.cards) == {f"Q{number}" for number in range(1, 23)}


def test_a_damaged_first_line_is_replaced_by_the_checkpoints_board(path: Path, board: Board) -> None:
    spoil(path, 1)
    assert [finding.code for finding in repair(path)] == ["journal-set-apart", "history-lost"]
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == board
        assert list(store.history()) == []


def test_a_board_that_was_mended_before_is_mended_from_there(path: Path, board: Board) -> None:
    """A line with a whole board is a place to begin again, also where the checkpoint is lost."""
    journal_path(path).write_bytes(b"".join(lines(path)[:15]))
    repair(path)
    later = grown(path, 5)
    spoil(path, 3)
    path.unlink()
    assert codes(path) == ["journal-damaged", "checkpoint-missing"]
    with Store.open(path) as store:
        assert store.board.seq == 2
        assert store.read_only is not None
    done = {finding.code: finding.facts for finding in repair(path)}
    assert (done["history-lost"]["first"], done["history-lost"]["last"]) == (3, 21)
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == later
        assert [record.seq for record in store.history()] == [2, *range(22, 27)]


def test_two_damaged_places_are_mended_at_once(path: Path, board: Board) -> None:
    checkpoint = path.read_bytes()
    grown(path, 5)
    path.write_bytes(checkpoint)
    spoil(path, 5, 24)
    done = {finding.code: finding.facts for finding in repair(path)}
    assert set(done) == {"journal-set-apart", "history-lost", "changes-lost"}
    assert (done["changes-lost"]["seq"], done["changes-lost"]["lines"]) == (24, 3)
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board.seq == 23
        assert [record.seq for record in store.history()] == [2, 3, 4, 22, 23]


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_missing_journal_is_begun_from_the_checkpoint(path: Path, board: Board, how: str) -> None:
    journal_path(path).unlink()
    if how == "empty":
        journal_path(path).touch()
    assert codes(path) == ["journal-missing"]
    assert [finding.code for finding in repair(path)] == ["journal-lost"]
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == board
        assert store.notices == []


@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_checkpoint_that_is_not_there_or_not_sound_is_made_again(path: Path, board: Board, how: str) -> None:
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"Who?", b"Why?"))
    assert codes(path) == [f"checkpoint-{how}"]
    (done,) = repair(path)
    assert done.code == "checkpoint-rebuilt"
    if how == "damaged":
        assert b"Why?" in Path(str(done.facts["apart"])).read_bytes()
    assert check(path) == []
    assert cp.read(path).board == board


def test_a_checkpoint_that_is_not_what_the_journal_gives_is_named(path: Path, board: Board) -> None:
    held = cp.read(path)
    changed = msgspec.structs.replace(held.board, title="Something else")
    cp.write(path, cp.Checkpoint(changed, held.position), contextlib.nullcontext, even_if_older=True)
    (finding,) = check(path)
    assert (finding.code, finding.facts["seq"]) == ("checkpoint-differs", 21)
    assert [finding.code for finding in repair(path)] == ["checkpoint-rebuilt"]
    assert check(path) == []
    assert cp.read(path) == held


@pytest.mark.usefixtures("board")
def test_the_checkpoint_of_another_board_is_named(path: Path) -> None:
    other = path.with_name("other.json")
    grown(other, 3, anew=True)
    other.replace(path)
    assert codes(path) == ["foreign-journal"]
    with pytest.raises(Refused, match="foreign-journal"):
        repair(path)


def test_what_is_no_board_is_refused(path: Path) -> None:
    def refusals() -> set[str]:
        found = set()
        for look in (check, repair):
            with pytest.raises(Refused) as refused:
                look(path)
            found.add(refused.value.code)
        return found

    assert refusals() == {"no-such-file"}
    path.write_bytes(b"hello")
    assert refusals() == {"not-a-board"}
    journal_path(path).write_bytes(b"[2026-03-02] dear diary\n")
    assert refusals() == {"not-a-board"}
    path.unlink()
    path.mkdir()
    assert refusals() == {"not-a-board"}
    assert journal_path(path).read_bytes() == b"[2026-03-02] dear diary\n"


def test_a_later_version_is_refused(path: Path, board: Board) -> None:
    *_, (_, position) = _read(path)
    with contextlib.closing(FileJournal(journal_path(path))) as journal:
        journal.append(Head(FORMAT + 1, board), position)
    before = journal_path(path).read_bytes()
    for look in (check, repair):
        with pytest.raises(Refused) as refused:
            look(path)
        assert refused.value.code == "later-version"
    assert journal_path(path).read_bytes() == before


def test_where_nothing_is_sound_it_is_said_and_nothing_is_touched(path: Path, board: Board) -> None:
    spoil(path, 1)
    path.write_bytes(path.read_bytes()[:-30])
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    assert codes(path) == ["journal-damaged", "checkpoint-damaged"]
    with pytest.raises(Refused) as refused:
        repair(path)
    assert refused.value.code == "nothing-sound"
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before


def test_a_damaged_checkpoint_alone_is_refused(path: Path, board: Board) -> None:
    journal_path(path).unlink()
    path.write_bytes(path.read_bytes()[:-30])
    for look in (check, repair):
        with pytest.raises(Refused) as refused:
            look(path)
        assert refused.value.code == "damaged-without-journal"


def test_nothing_is_mended_while_somebody_writes(path: Path, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.02)
    spoil(path, 8)
    before = journal_path(path).read_bytes()
    with contextlib.closing(FileJournal(journal_path(path))) as other, other.locked():
        assert codes(path) == ["journal-damaged"]
        with pytest.raises(Refused) as refused:
            repair(path)
    assert refused.value.code == "busy"
    assert journal_path(path).read_bytes() == before


def test_what_somebody_is_writing_is_not_torn(path: Path, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LOCK_SECONDS", 0.02)
    with contextlib.closing(FileJournal(journal_path(path))) as other, other.locked():
        with journal_path(path).open("ab") as file:
            file.write(b'{"line":"chan')
        assert check(path) == []
    assert codes(path) == ["journal-torn"]


def test_what_looks_damaged_while_somebody_mends_the_last_line_is_looked_at_again(
    path: Path, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines_from = FileJournal.lines_from
    looks = []

    def first_mixed(journal: FileJournal, offset: int) -> Iterator[bytes]:
        looks.append(offset)
        yield from lines_from(journal, offset)
        if len(looks) == 1:
            yield b"half of what was set apart, half of the line that was written then"

    monkeypatch.setattr(FileJournal, "lines_from", first_mixed)
    assert check(path) == []
    assert looks == [0, 0]


def test_who_has_the_board_open_while_it_is_mended_is_told_to_open_it_again(path: Path, board: Board) -> None:
    with Store.open(path) as store:
        spoil(path, 8)
        repair(path)
        with pytest.raises(Refused) as refused:
            store.commit(AddCard("question", "More?"), HERE)
        assert refused.value.code == "journal-replaced"
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == board


def test_who_may_not_write_may_check_but_not_mend(common_folder: Path) -> None:
    path = common_folder / "acme.json"
    grown(path, 5, anew=True)
    spoil(path, 3)
    path.chmod(0o444)
    journal_path(path).chmod(0o444)
    common_folder.chmod(0o555)

    def work(tell: Tell) -> None:
        become_nobody()
        tell(codes(path))
        try:
            repair(path)
        except Refused as refused:
            tell(refused.code)

    assert elsewhere(work) == [["journal-damaged"], "not-allowed"]
    common_folder.chmod(0o755)


def test_a_full_disk_mends_nothing_and_loses_nothing(path: Path, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(path, 8)
    before = journal_path(path).read_bytes()

    def failing(fd: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "make_durable", failing)
        with pytest.raises(Refused) as refused:
            repair(path)
    assert refused.value.code == "disk-full"
    assert journal_path(path).read_bytes() == before
    repair(path)
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == board


@pytest.mark.parametrize("step", ["cut", "append_all", "done"])
def test_a_repair_that_is_killed_can_be_done_again(path: Path, board: Board, step: str) -> None:
    checkpoint = path.read_bytes()
    later = grown(path, 5)
    path.write_bytes(checkpoint)
    spoil(path, 8)
    step_done = getattr(FileJournal, step, None)

    def work(tell: Tell) -> None:
        def stop(*args: object, **how: object) -> object:
            if step == "cut" and step_done is not None:
                step_done(*args, **how)
            tell("there")
            time.sleep(30)
            return None

        if step == "done":
            check_module.cp.write, write = stop, check_module.cp.write
            calls = []

            def second(*args: object, **how: object) -> object:
                calls.append(1)
                return stop() if len(calls) == 2 else write(*args, **how)

            check_module.cp.write = second
        else:
            setattr(FileJournal, step, stop)
        repair(path)

    with Child(work) as child:
        assert child.says() == "there"
        child.signal(signal.SIGKILL)
        child.ends()
    repair(path)
    assert check(path) == []
    with Store.open(path) as store:
        assert store.board == later
        assert store.read_only is None


def test_what_is_set_apart_is_as_private_as_the_journal(path: Path, board: Board) -> None:
    journal_path(path).chmod(0o640)
    spoil(path, 8)
    (apart, *_) = repair(path)
    assert stat.S_IMODE(Path(str(apart.facts["path"])).stat().st_mode) == 0o640
    assert stat.S_IMODE(journal_path(path).stat().st_mode) == 0o640
