from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from storage import Refused, Store
from storage.store import journal_path

from .child import Child, Tell, become_nobody, elsewhere
from .keeping import HERE, ask, board_of, codes


@pytest.mark.parametrize("what", ["files", "folder and files"])
def test_a_board_that_may_only_be_read_is_opened_and_says_so(common_folder: Path, what: str) -> None:
    path = common_folder / "acme.json"
    with board_of(path, "Who?"):
        pass
    path.chmod(0o444)
    journal_path(path).chmod(0o444)
    if what == "folder and files":
        common_folder.chmod(0o555)

    def work(tell: Tell) -> None:
        become_nobody()
        with Store.open(path) as store:
            tell([codes(store), len(store.board.cards)])
            try:
                store.commit(ask("How?"), HERE)
            except Refused as refused:
                tell(refused.code)

    before = {file: file.read_bytes() for file in common_folder.iterdir()}
    assert elsewhere(work) == [[["read-only"], 1], "not-allowed"]
    assert {file: file.read_bytes() for file in common_folder.iterdir()} == before
    common_folder.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="a file that nobody may write, root writes")
def test_who_may_only_read_follows_the_others(common_folder: Path) -> None:
    path = common_folder / "acme.json"
    with board_of(path, "Who?"):
        pass
    path.chmod(0o444)
    journal_path(path).chmod(0o444)
    import storage.watching  # noqa: F401 - an account without rights may not find what it needs

    def work(tell: Tell) -> None:
        become_nobody()
        with Store.open(path) as store:
            seen = threading.Event()
            store.subscribe(lambda update: seen.set())
            store.follow()
            tell("ready")
            assert seen.wait(30)
            tell(len(store.board.cards))

    with Child(work) as child:
        assert child.says() == "ready"
        with Store.open(path) as store:
            store.commit(ask("How?"), HERE)
        assert child.says() == 2


def test_a_board_without_a_journal_in_a_folder_that_may_only_be_read_can_be_read(common_folder: Path) -> None:
    path = common_folder / "acme.json"
    with board_of(path, "Who?"):
        pass
    journal_path(path).unlink()
    common_folder.chmod(0o555)

    def work(tell: Tell) -> None:
        become_nobody()
        with Store.open(path) as store:
            tell([codes(store), len(store.board.cards)])
            try:
                store.commit(ask("How?"), HERE)
            except Refused as refused:
                tell([refused.code, refused.facts["path"]])

    assert elsewhere(work) == [[["read-only"], 1], ["not-allowed", str(path)]]
    common_folder.chmod(0o755)


@pytest.mark.parametrize("hidden", ["board", "journal", "folder"])
def test_a_board_that_may_not_be_read_is_refused(common_folder: Path, hidden: str) -> None:
    path = common_folder / "acme.json"
    with board_of(path, "Who?"):
        pass
    {"board": path, "journal": journal_path(path), "folder": common_folder}[hidden].chmod(0)

    def work(tell: Tell) -> None:
        become_nobody()
        try:
            Store.open(path)
        except Refused as refused:
            tell(refused.code)

    assert elsewhere(work) == ["not-allowed"]
    common_folder.chmod(0o755)


def test_two_accounts_can_share_a_folder(common_folder: Path) -> None:
    common_folder.chmod(0o2775)
    if os.geteuid() == 0:
        os.chown(common_folder, -1, 12345)
    path = common_folder / "acme.json"
    with board_of(path, "Who?"):
        pass
    with Store.open(path) as store:  # the checkpoint is written for the second time
        store.commit(ask("How?"), HERE)
    for file in (path, journal_path(path)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o664
        assert file.stat().st_gid == common_folder.stat().st_gid


def test_a_shared_folder_gives_nobody_else_more_than_the_umask_does(common_folder: Path) -> None:
    common_folder.chmod(0o2775)
    path = common_folder / "acme.json"
    mask = os.umask(0o077)
    try:
        with board_of(path, "Who?"):
            pass
    finally:
        os.umask(mask)
    for file in (path, journal_path(path)):
        assert stat.S_IMODE(file.stat().st_mode) == 0o660
