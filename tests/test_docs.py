"""The documents say what is true: each statement here that can be checked against the code is."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from docs.pictures.take import FOLDER, PICTURES
from storage import invitations, new_board, presence_files
from storage.checkpoint import tables_of
from storage.journal import Head, decode
from tui.cli import run
from tui.commandline import hosting
from tui.host import connections, door, guest, host

from . import readme

ROOT = readme.ROOT
DOCUMENTS = [
    ROOT / name
    for name in (
        "README.md",
        "README.fr.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/design.md",
        "docs/hosting.md",
        "docs/formats.md",
        "docs/questions.md",
    )
]
LANGS = sorted(readme.READMES)

_IN_REPOSITORY = re.compile(r"(?:\.ci|docs|storage|tests|tui)/[\w./-]*|[A-Z]+(?:\.fr)?\.md|[A-Z]+|\w+\.toml")


def tokens_of(path: Path) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        yield token
        yield from token.children or ()


def blocks_of(path: Path, language: str) -> list[str]:
    """The fenced blocks of a document in a language."""
    return [token.content for token in tokens_of(path) if token.type == "fence" and token.info == language]


@pytest.mark.parametrize("part", readme.PARTS)
@pytest.mark.parametrize("lang", LANGS)
def test_what_a_readme_takes_from_the_code_is_as_the_code_has_it(lang: str, part: str) -> None:
    text = readme.READMES[lang].read_text(encoding="utf-8")
    assert readme.part_of(text, part)["made"] == readme.PARTS[part](lang), "write it anew: python -m tests.readme"


@pytest.mark.parametrize("lang", LANGS)
def test_every_option_of_the_command_line_is_in_the_readme(lang: str) -> None:
    text = readme.READMES[lang].read_text(encoding="utf-8")
    program = readme.program(lang)
    said = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))
    for command in (program, *program.commands.values()):
        for ways in readme.options(command):
            assert said.intersection(ways), f"{command.name} {' or '.join(ways)}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    named = []
    for token in tokens_of(path):
        target = token.attrGet("href") or token.attrGet("src")
        if isinstance(target, str) and not re.match(r"[a-z]+:|#", target):
            named.append(path.parent / target.partition("#")[0])
        elif token.type == "code_inline" and _IN_REPOSITORY.fullmatch(token.content) and "/" in token.content:
            named.append(ROOT / token.content)
    missing = [str(one) for one in named if not one.exists()]
    assert not missing


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_picture_says_in_words_what_it_shows(path: Path) -> None:
    assert all(token.content.strip() for token in tokens_of(path) if token.type == "image")


def test_the_pictures_are_those_that_are_taken() -> None:
    taken = {f"{picture.name}.png" for picture in PICTURES}
    assert {path.name for path in FOLDER.glob("*.png")} == taken
    assert all(f"docs/pictures/{name}" in readme.READMES["en"].read_text(encoding="utf-8") for name in taken)


@pytest.mark.parametrize("lang", LANGS)
def test_every_variable_that_accord_reads_is_in_the_readme(lang: str) -> None:
    used = set()
    for package in ("storage", "tui"):
        for path in (ROOT / package).rglob("*.py"):
            used.update(re.findall(r"[\"'](ACCORD_[A-Z]+|NO_COLOR)[\"']", path.read_text(encoding="utf-8")))
    named = set(re.findall(r"`(ACCORD_[A-Z]+|NO_COLOR)\b", readme.READMES[lang].read_text(encoding="utf-8")))
    assert used | {"NO_COLOR"} == named


def test_the_example_of_the_readme_gives_a_strategy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = [block for block in blocks_of(readme.READMES["en"], "sh") if "accord new" in block]
    for line in example.splitlines():
        program, *words = shlex.split(line)
        assert program == "accord"
        assert run(words, {"ACCORD_STATE": str(tmp_path / "state")}) == 0, capsys.readouterr().err
    strategy = (tmp_path / "strategy.md").read_text(encoding="utf-8")
    assert "We speak to families first" in strategy
    assert "Only until the summer" in strategy


def test_the_command_that_runs_the_tests_is_the_same_everywhere() -> None:
    commands = {
        line
        for path in (*readme.READMES.values(), ROOT / "CONTRIBUTING.md")
        for block in blocks_of(path, "sh")
        for line in block.splitlines()
        if "python3 -m venv" in line and "pytest" in line
    }
    assert len(commands) == 1
    script = ROOT / ".ci/run"
    assert commands <= {line.strip() for line in script.read_text(encoding="utf-8").splitlines()}
    assert os.access(script, os.X_OK)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names = {re.split(r"[^\w-]", requirement)[0] for requirement in wanted}
    design = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    _, _, section = design.partition("## What it stands on")
    reasons = re.findall(r"^\| `([\w-]+)` \| \S", section.partition("\n## ")[0], re.MULTILINE)
    assert sorted(reasons) == sorted(names)


def test_the_limits_of_a_host_are_those_of_the_code() -> None:
    _, _, section = (ROOT / "docs/hosting.md").read_text(encoding="utf-8").partition("\n## Limits")
    said = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", section, re.MULTILINE))
    silence = host.ALIVE_SECONDS * 4
    held = {
        "guests at once": f"{host.MOST_GUESTS}",
        "windows at once with one invitation": f"{connections.MOST_EACH}",
        "invitations that hold, for one board": f"{invitations.MOST}",
        "how long an invitation holds": f"24 hours unless told otherwise; at most {hosting.LONGEST.days} days",
        "time to type the code": f"{host.LOGIN_SECONDS} seconds",
        "wrong codes before a connection is closed": f"{door.TRIES}; each takes a second, and nobody is locked out",
        "wrong codes in the log": {1.0: "a line a second at most, which counts the others"}[host.WRONG_SECONDS],
        "a paste": f"{guest.MOST_AT_ONCE // 1_000_000} MB; what is longer ends the session",
        "a line that has gone silent": {60: "is dropped after about a minute"}[silence],
        "a cursor that is seen by others": "at most five times a second; gone ten seconds after its session",
    }
    del said["what"]
    assert said == held
    assert (host.SLOW_SECONDS, presence_files.WRITE_SECONDS, presence_files.GONE_SECONDS) == (1, 0.2, 10)


def test_the_journal_in_the_design_can_be_read() -> None:
    (example,) = [block for block in blocks_of(ROOT / "docs/design.md", "json") if block.startswith('{"line"')]
    digest = ""
    kinds = []
    for line in example.splitlines():
        read, digest = decode(line.encode(), digest)
        kinds.append("board" if isinstance(read, Head) else read.kind)
    assert kinds == ["board", "add-card", "opinion"]


def test_the_design_names_the_tables_of_the_checkpoint() -> None:
    tables = re.findall(r"^\| `(\w+)` \| one row", (ROOT / "docs/design.md").read_text(encoding="utf-8"), re.MULTILINE)
    board = new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})
    assert tables == [*tables_of(board), "checkpoint"]


def test_the_changelog_begins_with_what_is_coming_or_the_present_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert version in headings
    assert headings[0] in ("Unreleased", version)
