"""The walls of the house: what may know what, and what is not waited for."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SCREEN = {"textual", "rich", "tui", "click", "pyperclip"}
"""What storage never imports."""

SLOW = {"textual", "babel", "asyncssh"}
"""What takes long to import, and no command may wait for that draws no screen and writes no date."""

BOARD_FILES = {"storage.journal", "storage.checkpoint"}

_OPENING = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert found
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_by(statements: str, *arguments: str) -> set[str]:
    """The packages that a fresh interpreter has imported after some statements."""
    program = (
        f"import sys, json\n{statements}\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.__stderr__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def modules(package: str) -> list[str]:
    names = [name_of(path).removesuffix(".py").replace("/", ".") for path in sources(package)]
    return [name.removesuffix(".__init__") for name in names]


def test_storage_is_usable_without_any_screen() -> None:
    everything = "\n".join(f"import {name}" for name in modules("storage"))
    assert not imported_by(everything) & SCREEN


def test_importing_storage_waits_for_nothing_slow() -> None:
    assert not imported_by("from storage import Store, Voice, changes") & (SLOW | {"markdown_it", "watchdog"})


@pytest.fixture
def board(tmp_path: Path) -> Path:
    from storage import Store, Voice, changes, new_board

    path = tmp_path / "garden.json"
    names = {"consultant": "Nadia", "client": "Paul"}
    with Store.create(path, new_board("Garden", "en", names)) as store:
        Voice(store, "p1", "test").commit_now(changes.AddCard("question", "Who do we want to reach?"))
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["-h"],
        ["list", "BOARD"],
        ["list", "BOARD", "--json"],
        ["show", "BOARD", "Q1"],
        ["history", "BOARD"],
        ["add", "BOARD", "question", "Who answers?", "--by", "client"],
        ["export", "BOARD", "--as", "json"],
        ["check", "BOARD"],
    ],
    ids=" ".join,
)
def test_a_command_without_a_screen_waits_for_no_toolkit(words: Sequence[str], board: Path) -> None:
    call = "from tui.cli import run\nassert run(sys.argv[1:], {}) == 0"
    assert not imported_by(call, *(str(board) if word == "BOARD" else word for word in words)) & SLOW


def test_opening_a_board_waits_for_no_dates_and_no_host(board: Path) -> None:
    call = (
        "import asyncio\nfrom pathlib import Path\nfrom storage import Store\n"
        "from tui.app import AccordApp\nfrom tui.session import local_session\n"
        "async def look():\n"
        "    with Store.open(Path(sys.argv[1])) as store:\n"
        "        async with AccordApp(local_session(store, 'fr', {'ACCORD_STATE': sys.argv[2]})).run_test() as pilot:\n"
        "            await pilot.pause()\n"
        "asyncio.run(look())"
    )
    assert not imported_by(call, str(board), str(board.parent / "state")) & {"babel", "asyncssh"}


# What stands in the sources


@pytest.mark.parametrize("package", ["storage", "tui"])
def test_every_room_is_a_package_so_that_the_contracts_on_imports_see_it(package: str) -> None:
    assert [name_of(path) for path in sources(package) if not path.with_name("__init__.py").exists()] == []


def imports_of(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; what is imported from one counts as a module as well."""
    package = name_of(path).removesuffix(".py").split("/")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def calls_in(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


@pytest.mark.parametrize("path", sources("tui"), ids=name_of)
def test_the_interface_never_handles_the_files_of_a_board_itself(path: Path) -> None:
    assert not BOARD_FILES.intersection(imports_of(path))


@pytest.mark.parametrize("path", sources("tui/widgets"), ids=name_of)
def test_a_widget_opens_no_file(path: Path) -> None:
    for call in calls_in(path):
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        assert name not in _OPENING, f"line {call.lineno}"


@pytest.mark.parametrize("path", sources("tui/widgets"), ids=name_of)
def test_a_widget_neither_stores_nor_speaks(path: Path) -> None:
    assert not {"storage.Store", "storage.Voice", "storage.store", "storage.voice"}.intersection(imports_of(path))


@pytest.mark.parametrize("path", sources("tui"), ids=name_of)
def test_only_a_voice_commits(path: Path) -> None:
    for call in calls_in(path):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("commit", "submit"):
            spoken = ast.unparse(call.func.value)
            assert not spoken.endswith("store"), f"line {call.lineno}"


def test_a_stylesheet_stands_beside_its_screen() -> None:
    sheets = sorted((ROOT / "tui").rglob("*.tcss"))
    assert sheets
    assert [sheet for sheet in sheets if not sheet.with_suffix(".py").exists()] == []
