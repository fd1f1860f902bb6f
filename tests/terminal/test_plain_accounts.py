"""Two accounts of one machine at one board, without a host: they share a folder, and nothing else."""

from __future__ import annotations

import functools
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Store
from storage.presence import presence_folder

from .conftest import ROOT
from .driver import Terminal

# Anybody can be anybody here: the accounts are numbers that no name is needed for.
GROUP, NADIA, PAUL = 23000, 23001, 23002

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can be two accounts"
)


def become(uid: int) -> list[str]:
    """The beginning of a command that somebody else runs."""
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", f"--groups={GROUP}"]


@functools.cache
def can_run() -> bool:
    """Whether another account finds Python here, and what Accord stands on."""
    command = [*become(PAUL), sys.executable, "-c", "import textual"]
    return subprocess.run(command, capture_output=True, cwd="/", check=False).returncode == 0


@dataclass
class Account:
    """Somebody's account: a home folder, a umask, and the terminals that were opened."""

    uid: int
    home: Path
    umask: int
    open: list[Terminal]

    def runs(self, *words: str | Path, size: tuple[int, int] = (100, 30)) -> Terminal:
        """Start Accord as this account."""
        command = [
            "/bin/sh",
            "-c",
            f'umask {self.umask:03o}; exec "$@"',
            "sh",
            *become(self.uid),
            sys.executable,
            "-m",
            "tui",
        ]
        env = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        terminal = Terminal([*command, *words], home=self.home, size=size, env=env)
        self.open.append(terminal)
        return terminal

    def opens(self, board: Path) -> Terminal:
        """Sit down at a board."""
        terminal = self.runs(board)
        terminal.wait_for("Nadia")
        terminal.wait_for("speaking")
        terminal.settle()
        return terminal


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account may enter, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="accord-accounts-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def accounts(place: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Account, Account]]:
    """Nadia's and Paul's; their umasks by parametrizing."""
    if not can_run():
        pytest.skip("Python is where other accounts may not go")
    masks = getattr(request, "param", (0o002, 0o022))
    found = []
    for uid, name, mask in ((NADIA, "nadia", masks[0]), (PAUL, "paul", masks[1])):
        home = place / name
        home.mkdir()
        home.chmod(0o700)
        os.chown(home, uid, uid)
        found.append(Account(uid, home, mask, []))
    yield found[0], found[1]
    for account in found:
        for terminal in account.open:
            terminal.close()


@pytest.fixture
def shared(place: Path) -> Path:
    """The folder that both may write (2775)."""
    folder = place / "shared"
    folder.mkdir()
    os.chown(folder, NADIA, GROUP)
    folder.chmod(0o2775)
    return folder


def new_board(account: Account, board: Path) -> None:
    made = account.runs("new", board, "--title", "Jardin", "--consultant", "Nadia", "--client", "Paul")
    assert made.wait_exit() == 0


def write(screen: Terminal, key: str, title: str) -> None:
    screen.press(key)
    screen.wait_for("Enter keep")
    screen.type(title)
    screen.press("enter")
    screen.wait_gone("Enter keep")


def sit_down(nadia: Account, paul: Account, board: Path) -> tuple[Terminal, Terminal]:
    """Both at the board, each for themselves."""
    hers = nadia.opens(board)
    his = paul.opens(board)
    his.wait_for("Nadia is at another screen as well; s hands over here.")
    his.press("s")
    his.wait_for("PAUL speaking")
    hers.wait_for("● Paul")
    return hers, his


@pytest.mark.parametrize(
    "accounts",
    [(0o002, 0o022), (0o022, 0o002), (0o077, 0o077)],
    indirect=True,
    ids=["002-022", "022-002", "077-077"],
)
def test_two_accounts_work_at_one_board(accounts: tuple[Account, Account], shared: Path) -> None:
    nadia, paul = accounts
    board = shared / "acme.json"
    new_board(nadia, board)
    hers, his = sit_down(nadia, paul, board)

    # A card of his is seen by her, lit and named; a move of hers by him.
    write(his, "q", "Who do we want to reach?")
    hers.wait_for("Who do we want to reach?")
    hers.wait_for("Paul asks Q1: Who do we want to reach?")
    hers.wait_for("‹Paul")
    his.wait_for("‹Nadia")
    hers.press("shift+right")
    his.wait_for("On the table 1")
    his.wait_for("Nadia moves Q1 to On the table")

    # Each gives their own opinion, and nobody the other's.
    write(hers, "d", "We speak to families first")
    his.wait_for("We speak to families first")
    hers.press("y")
    hers.wait_for("Nadia agrees")
    assert "Both agree" not in hers.text()
    assert "Paul agrees" not in hers.text()
    hers.press("enter")
    hers.wait_for("waiting for Paul")
    his.wait_for("waits for Paul")
    his.press("down")
    his.settle()
    while "D1" not in _under_cursor(his):
        his.press("down")
        his.settle()
    his.press("y")
    his.wait_for("Paul agrees")
    his.press("enter")
    for screen in (hers, his):
        screen.wait_for("Agreed 1")

    # What each has done is each one's to take back.
    his.press("ctrl+z")
    for screen in (hers, his):
        screen.wait_for("Agreed 0")

    for screen in (his, hers):
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
    assert not presence_folder(board).exists()
    assert sorted(file.name for file in shared.iterdir()) == ["acme.journal", "acme.json"]
    for file in shared.iterdir():
        assert file.stat().st_gid == GROUP
        assert stat.S_IMODE(file.stat().st_mode) & 0o660 == 0o660
    with Store.open(board) as store:
        assert not store.notices
        assert {record.typed_by for record in store.history()} <= {"p1", "p2"}


def _under_cursor(screen: Terminal) -> str:
    """What stands at the thick lines."""
    return "\n".join(line[line.index("┃") :][:40] for line in screen.text().splitlines() if "┃" in line)


def test_one_who_is_killed_takes_nothing_along(accounts: tuple[Account, Account], shared: Path) -> None:
    nadia, paul = accounts
    board = shared / "acme.json"
    new_board(nadia, board)
    hers, his = sit_down(nadia, paul, board)
    write(his, "q", "Who do we want to reach?")
    hers.wait_for("‹Paul")
    his.press("q")
    his.wait_for("Enter keep")
    his.type("Half a question")
    his.settle(at_least=0.5)
    his.kill()
    his.wait_exit()

    # She goes on; he fades; all files are hers to write as well.
    write(hers, "a", "Families")
    hers.wait_for("A1 Families")
    hers.wait_gone("‹Paul")
    hers.wait_for("Paul has left.")
    hers.press("ctrl+q")
    assert hers.wait_exit() == 0
    for file in (board, board.with_suffix(".journal"), presence_folder(board)):
        assert file.stat().st_gid == GROUP
        assert os.stat(file).st_mode & 0o060 == 0o060

    # He comes back to all of it, his half question included; it is nobody else's.
    back = paul.opens(board)
    back.wait_for("A1 Families")
    back.wait_for("Half a question")
    again = nadia.opens(board)
    again.settle()
    assert "Half a question" not in again.text()
    write(again, "q", "What next?")
    back.wait_for("What next?")


def test_what_is_half_written_and_seen_is_each_accounts_own(accounts: tuple[Account, Account], shared: Path) -> None:
    nadia, paul = accounts
    board = shared / "acme.json"
    new_board(nadia, board)
    hers, his = sit_down(nadia, paul, board)
    his.press("q")
    his.wait_for("Enter keep")
    his.type("Mine alone")
    his.press("escape")
    his.wait_for("Kept as a draft")
    for screen in (hers, his):
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
    for account in accounts:
        files = [path for path in account.home.rglob("*") if "accord" in str(path.relative_to(account.home))]
        assert files
        assert {path.stat().st_uid for path in files} == {account.uid}
        kept = [path for path in files if path.is_file() and {"drafts", "seen"} & {part.name for part in path.parents}]
        assert all(not path.stat().st_mode & 0o077 for path in kept)
    assert "Mine alone" not in "".join(path.read_text(errors="replace") for path in shared.rglob("*") if path.is_file())


@pytest.mark.parametrize("accounts", [(0o077, 0o022)], indirect=True)
def test_where_rights_are_wrong_one_sentence_says_so(accounts: tuple[Account, Account], shared: Path) -> None:
    nadia, paul = accounts
    shared.chmod(0o775)  # no folder for a group: what she makes is hers alone
    board = shared / "acme.json"
    new_board(nadia, board)
    refused = paul.runs(board)
    assert refused.wait_exit() == 1
    said = " ".join(refused.text().split())
    assert "You may not do that with" in said
    assert "ask its owner for the right to" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("accounts", [(0o022, 0o022)], indirect=True)
def test_who_may_only_read_looks_on(accounts: tuple[Account, Account], shared: Path) -> None:
    nadia, paul = accounts
    shared.chmod(0o755)
    board = shared / "acme.json"
    new_board(nadia, board)
    hers = nadia.opens(board)
    his = paul.opens(board)
    write(hers, "q", "Who do we want to reach?")
    his.wait_for("Who do we want to reach?")
    his.wait_for("‹Nadia")
    his.press("q")
    his.wait_for("Enter keep")
    his.type("May I?")
    his.press("enter")
    his.wait_for("You may not do that with")
    assert "○ Paul" in hers.text()
