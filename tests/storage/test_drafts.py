from __future__ import annotations

import datetime as dt
import errno
import os
import signal
import stat
from pathlib import Path

import pytest

from storage import Refused
from storage import drafts as drafts_module
from storage.card import Trial, Wording
from storage.drafts import Draft, Drafts

from .child import Child, Tell, elsewhere
from .table import BEGIN, NADIA


def draft(key: str = "new:question", title: str = "Who do we", minutes: int = 0, **parts: object) -> Draft:
    values: dict[str, object] = {
        "key": key, "kind": "question", "card": "", "title": title, "body": "", "on": (), "person": NADIA,
        "base": None, "time": BEGIN + dt.timedelta(minutes=minutes), **parts,
    }  # fmt: skip
    return Draft(**values)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drafts"


@pytest.fixture
def drafts(folder: Path, path: Path) -> Drafts:
    return Drafts(folder, path)


def the_file(folder: Path) -> Path:
    (file,) = folder.glob("*.json")
    return file


def test_a_draft_is_given_back_as_it_was_kept(drafts: Drafts, folder: Path, path: Path) -> None:
    base = Wording("Who?", "first\n\nsecond", Trial("what", dt.date(2026, 5, 1), "never"))
    kept = draft("edit:Q7", "Who do we", card="Q7", body="line\n\tline\n", on=("Q1", "A2"), base=base)
    drafts.keep(kept)
    assert drafts.all() == [kept]
    assert Drafts(folder, path).all() == [kept]


def test_before_anything_is_typed_there_is_nothing(drafts: Drafts, folder: Path) -> None:
    assert drafts.all() == []
    drafts.drop("new:question")
    assert not folder.exists()


def test_the_newest_comes_first(drafts: Drafts) -> None:
    for key, minutes in (("edit:Q1", 2), ("edit:Q2", 3), ("edit:Q3", 1)):
        drafts.keep(draft(key, minutes=minutes))
    assert [kept.key for kept in drafts.all()] == ["edit:Q2", "edit:Q1", "edit:Q3"]


def test_there_is_one_draft_for_each_key(drafts: Drafts) -> None:
    drafts.keep(draft(title="Who"))
    drafts.keep(draft(title="Who do we", minutes=1))
    drafts.keep(draft("new:answer", "Par"))
    assert {kept.key: kept.title for kept in drafts.all()} == {"new:question": "Who do we", "new:answer": "Par"}
    drafts.drop("new:question")
    drafts.drop("new:question")
    assert [kept.key for kept in drafts.all()] == ["new:answer"]


def test_each_board_has_its_own(drafts: Drafts, folder: Path, path: Path) -> None:
    drafts.keep(draft())
    assert Drafts(folder, path.with_name("other.json")).all() == []


def test_a_board_is_known_by_where_it_really_is(
    drafts: Drafts, folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.touch()
    drafts.keep(draft())
    link = path.with_name("link.json")
    link.symlink_to(path)
    assert Drafts(folder, link).all() == drafts.all()
    monkeypatch.chdir(path.parent)
    assert Drafts(folder, Path("acme.json")).all() == drafts.all()


def test_nobody_else_can_read_them(drafts: Drafts, folder: Path) -> None:
    mask = os.umask(0)
    try:
        drafts.keep(draft())
    finally:
        os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_a_folder_that_others_could_enter_is_closed(drafts: Drafts, folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    drafts.keep(draft())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_could_command_a_terminal_is_removed(drafts: Drafts) -> None:
    nasty = "a\x1b]52;c;eA==\x07\u202eb\ud800"
    drafts.keep(draft(nasty, nasty, kind=nasty, card=nasty, body=nasty, person=nasty, on=(nasty,)))
    (kept,) = drafts.all()
    assert {kept.key, kept.kind, kept.card, kept.title, kept.body, kept.person, *kept.on} == {"a]52;c;eA==b"}
    drafts.drop(nasty)
    assert drafts.all() == []


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"nonsense", b"\xff\xfe", b'{"accord":1,"drafts":[{"key":"x"}]}', b"[" * 100_000]
)
def test_a_damaged_file_is_set_apart_and_the_next_draft_is_kept(drafts: Drafts, folder: Path, data: bytes) -> None:
    drafts.keep(draft())
    the_file(folder).write_bytes(data)
    assert drafts.all() == []
    assert drafts.all() == []
    (apart,) = folder.glob("*.damaged-*")
    assert apart.read_bytes() == data
    drafts.keep(draft("new:answer", "Parents"))
    assert [kept.key for kept in drafts.all()] == ["new:answer"]


def test_a_damaged_file_is_set_apart_when_the_next_draft_is_kept(drafts: Drafts, folder: Path) -> None:
    drafts.keep(draft())
    the_file(folder).write_bytes(b"nonsense")
    drafts.keep(draft("new:answer"))
    assert [kept.key for kept in drafts.all()] == ["new:answer"]
    assert [file.read_bytes() for file in folder.glob("*.damaged-*")] == [b"nonsense"]


def test_a_file_of_a_later_version_is_kept_as_it_is(
    drafts: Drafts, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(drafts_module, "FORMAT", 2)
        drafts.keep(draft())
    data = the_file(folder).read_bytes()
    assert drafts.all() == []
    assert [file.read_bytes() for file in folder.glob("*.damaged-*")] == [data]


def test_a_time_without_a_zone_is_taken_as_utc(drafts: Drafts) -> None:
    drafts.keep(draft("edit:Q1", time=dt.datetime(2030, 1, 1)))
    drafts.keep(draft("edit:Q2"))
    assert [kept.key for kept in drafts.all()] == ["edit:Q1", "edit:Q2"]


def test_a_file_that_cannot_be_read_is_not_taken_for_a_damaged_one(
    drafts: Drafts, folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts.keep(draft())

    def failing(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", failing)
        fresh = Drafts(folder, path)
        assert fresh.all() == []
        with pytest.raises(Refused) as refused:
            fresh.keep(draft("new:answer"))
        assert refused.value.code == "not-allowed"
    assert [kept.key for kept in Drafts(folder, path).all()] == ["new:question"]
    assert not list(folder.glob("*.damaged-*"))


def test_a_file_that_has_not_changed_is_not_read_again(
    drafts: Drafts, folder: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read = Path.read_bytes

    def counting(file: Path) -> bytes:
        reads.append(file)
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", counting)
    drafts.keep(draft())
    assert drafts.all() == drafts.all() == drafts.all()
    assert len(reads) == 1
    Drafts(folder, path).keep(draft("new:answer"))
    assert {kept.key for kept in drafts.all()} == {"new:question", "new:answer"}


def test_a_draft_keeps_what_its_question_was_taken_with(drafts: Drafts) -> None:
    kept = draft("new:question", theme="Means", asks="client")
    drafts.keep(kept)
    assert drafts.all() == [kept]


def test_a_draft_of_before_there_were_themes_is_read(drafts: Drafts, folder: Path) -> None:
    drafts.keep(draft())
    assert b"theme" not in the_file(folder).read_bytes()
    assert (drafts.all()[0].theme, drafts.all()[0].asks) == ("", None)


def test_a_full_disk_is_refused_and_loses_nothing(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts.keep(draft())

    def failing(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(drafts_module, "write_whole", failing)
        with pytest.raises(Refused) as refused:
            drafts.keep(draft("new:answer"))
        assert drafts.unkept == {"new:answer"}
    assert refused.value.code == "disk-full"
    assert [kept.key for kept in drafts.all()] == ["new:question"]
    drafts.keep(draft("new:answer"))
    assert not drafts.unkept


def test_what_could_not_be_kept_is_no_longer_missed_once_it_is_let_go(
    drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> bool:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(drafts_module, "write_whole", failing)
    with pytest.raises(Refused):
        drafts.keep(draft())
    drafts.drop("new:question")
    assert not drafts.unkept


def test_a_place_that_cannot_be_written_is_refused(path: Path) -> None:
    path.touch()
    drafts = Drafts(path / "drafts", path)
    with pytest.raises(Refused):
        drafts.keep(draft())
    assert drafts.all() == []


def test_who_waits_too_long_for_another_is_refused(
    drafts: Drafts, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts_module, "LOCK_SECONDS", 0.02)
    drafts.keep(draft())
    with drafts._locked():
        with pytest.raises(Refused) as refused:
            drafts.keep(draft("new:answer"))
        assert refused.value.code == "busy"
        assert len(drafts.all()) == 1
    drafts.keep(draft("new:answer"))


def test_processes_do_not_lose_each_others_drafts(drafts: Drafts) -> None:
    def keeping(name: str) -> object:
        def work(tell: Tell) -> None:
            for number in range(40):
                drafts.keep(draft(f"edit:{name}{number}"))
                if number % 2:
                    drafts.drop(f"edit:{name}{number}")

        return work

    children = [Child(keeping(name)) for name in "QAD"]
    for child in children:
        assert child.ends() == 0
    assert {kept.key for kept in drafts.all()} == {f"edit:{name}{n}" for name in "QAD" for n in range(0, 40, 2)}


def test_a_draft_outlives_a_killed_program(drafts: Drafts) -> None:
    for attempt in range(20):

        def work(tell: Tell, attempt: int = attempt) -> None:
            number = 0
            while True:
                drafts.keep(draft(title=f"{attempt} {number}"))
                tell(number)
                number += 1

        with Child(work) as child:
            for _ in range(attempt % 5 + 1):
                child.says()
            child.signal(signal.SIGKILL)
            said = child.rest()
            assert child.ends() == -signal.SIGKILL
        (kept,) = drafts.all()
        run, number = map(int, kept.title.split())
        assert run == attempt
        assert number >= max(said, default=0)


def test_drafts_are_read_by_another_process(drafts: Drafts) -> None:
    drafts.keep(draft())
    assert elsewhere(lambda tell: tell([kept.title for kept in drafts.all()])) == [["Who do we"]]


def test_two_windows_that_write_the_same_have_a_draft_each(drafts: Drafts, folder: Path, path: Path) -> None:
    other = Drafts(folder, path)
    with drafts.alone("new:question") as one, other.alone("new:question") as two:
        assert (one, two) == ("new:question", "new:question 2")
        drafts.keep(draft(one, "First"))
        other.keep(draft(two, "Second", minutes=1))
    assert [kept.title for kept in drafts.all()] == ["Second", "First"]
    with other.alone("new:question") as again:
        assert again == "new:question"
    assert not [*folder.glob("*.open")]


def test_a_window_in_another_process_has_its_own_draft_and_a_killed_one_keeps_none(drafts: Drafts) -> None:
    def hold(tell: Tell) -> None:
        with drafts.alone("new:question") as key:
            tell(key)
            signal.pause()

    child = Child(hold)
    assert child.says() == "new:question"
    with drafts.alone("new:question") as key:
        assert key == "new:question 2"
    child.signal(signal.SIGKILL)
    child.ends()
    with drafts.alone("new:question") as key:
        assert key == "new:question"


def test_what_another_window_goes_on_writing_is_not_free(drafts: Drafts, folder: Path, path: Path) -> None:
    other = Drafts(folder, path)
    drafts.keep(draft("new:question", "First"))
    drafts.keep(draft("edit:Q1", "Second", minutes=1))
    with drafts.alone("new:question"):
        assert [kept.title for kept in drafts.free()] == ["Second", "First"]
        assert [kept.title for kept in other.free()] == ["Second"]
        assert [kept.title for kept in other.all()] == ["Second", "First"]
    assert [kept.title for kept in other.free()] == ["Second", "First"]


def test_what_a_killed_window_has_left_is_swept_after_a_day(drafts: Drafts, folder: Path) -> None:
    left, fresh = (folder / f"{drafts._path.stem}.{name}.open" for name in ("0123", "4567"))
    folder.mkdir(parents=True)
    for file in (left, fresh):
        file.touch()
    os.utime(left, (0, 0))
    with drafts.alone("new:question"):
        pass
    assert not left.exists()
    assert fresh.exists()


def test_where_nothing_can_be_kept_one_writes_all_the_same(path: Path) -> None:
    (path.parent / "file").write_text("")
    with Drafts(path.parent / "file" / "drafts", path).alone("new:question") as key:
        assert key == "new:question"
