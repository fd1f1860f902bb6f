"""Text as it really comes, and text meant to break programs: shown as it was typed, or refused, and never obeyed."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from storage import Refused, Store, Voice, changes, new_board
from storage.text import clean, clean_line

from .conftest import Terminals
from .driver import Terminal

SAMPLES = Path(os.environ["ACCORD_SAMPLES"]) if "ACCORD_SAMPLES" in os.environ else None

OWN_TITLES = [
    "[fr]",
    "[/]",
    "[TODO] x",
    "# x",
    "<b>x</b>",
    "*x*",
    "{x}",
    "[b]bold?[/b] [@click=app.exit]here[/]",
    "before \x1b]52;c;aGVsbG8=\x07 after",
    "before \x1b[2J after",
    "C1 \x9b2J and \x9d0;title\x9c",
    "lone \ud800 surrogate",
    "\u202eright to left override\u202c",
    "שלום עולם, مرحبا بالعالم",
    "e\u0301le\u0300ve and a\u0308 tower z\u0335\u0321\u0322\u0327\u0328",
    "日本語のタイトルはどう見えるか、長い場合には折り返される",
    "👩‍👩‍👧 family, 👍🏽 thumb, 🇫🇷 flag, ❤️ heart",
    "word" * 60,
    "tab\tand\nnewline",
    "ＦＵＬＬ ｗｉｄｔｈ",
]

# What a terminal obeys: a sequence that the clipboard, the title or the screen would be changed by.
OBEYED = re.compile(rb"\x1b\]52|\x1b\]0;title|\x1b\[2J after|\xc2[\x80-\x9f]")


def sample_titles() -> list[str]:
    assert SAMPLES is not None
    titles = json.loads((SAMPLES / "naughty-strings.json").read_text("utf-8"))
    for name in ("trello-1.json", "trello-2.json"):
        titles += [card["name"] for card in json.loads((SAMPLES / name).read_text("utf-8"))["cards"]]
    for name in ("brief-fr.md", "brief-en.md", "obsidian-zh.md", "obsidian-it.md", "taskell-1.md", "taskell-2.md"):
        titles += [line for line in (SAMPLES / name).read_text("utf-8").splitlines() if line.strip()]
    return titles


def board_of(path: Path, titles: Iterable[str], body: str = "") -> dict[str, str]:
    """A board with a card for each title that is taken; the titles by the ids of their cards."""
    kept: dict[str, str] = {}
    with Store.create(path, new_board("Text", "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "before")
        for title in titles:
            try:
                board = voice.commit_now(changes.AddCard("question", title, body))
            except Refused as refused:
                assert refused.code in ("empty-title", "title-too-long")  # noqa: PT017
                continue
            kept[f"Q{board.numbers['Q']}"] = title
    return kept


def assert_lanes_stand(screen: Terminal, lanes: int) -> None:
    """Every row begins each lane where it should: nothing is wider than its lane."""
    columns = screen.screen.columns
    share, extra = divmod(columns, lanes)
    starts = [sum(share + (n < extra) for n in range(lane)) for lane in range(lanes)]
    for y in range(2, screen.screen.lines - 3):
        for x in starts[1:]:
            sign = screen.screen.buffer[y][x].data
            assert sign in (" ", "│", "┃", "✓"), f"row {y}, cell {x}: {sign!r}\n{screen.text()}"


def look_through(screen: Terminal, lanes: int, cards: int) -> str:
    seen = ""
    for _ in range(cards // 3 + 2):
        assert_lanes_stand(screen, lanes)
        seen += screen.text() + "\n"
        screen.press("pagedown")
    return seen


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_hostile_titles_are_shown_as_text_and_obeyed_by_nothing(
    terminal: Terminals, accord: list[str], tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "text.json"
    kept = board_of(path, OWN_TITLES, body="[/] <script>alert(1)</script> \x1b]52;c;aGVsbG8=\x07\n\n```\n[fr] {x}\n```")
    assert len(kept) == len(OWN_TITLES)
    screen = terminal([*accord, str(path)], size=size)
    screen.wait_for("Nadia")
    seen = look_through(screen, 3 if size[0] == 80 else 4, len(kept))
    for literal in ("[fr]", "[/]", "[TODO] x", "# x", "<b>x</b>", "*x*", "{x}", "[b]bold?[/b]"):
        assert f" {literal}" in seen
    screen.press("home", "enter")
    screen.wait_for("<script>alert(1)</script>")
    screen.press("escape")
    for key in ("p", "j", "?", "t", "v", "l", "w", "e"):
        screen.press(key)
        screen.settle()
        screen.press("escape")
        screen.settle()
    screen.press("ctrl+q")
    assert screen.wait_exit() == 0
    assert not OBEYED.search(screen.raw)
    assert not screen.copied


@pytest.mark.parametrize(
    "command",
    [["list"], ["list", "--json"], ["show", "Q9"], ["show", "Q9", "--json"], ["history"], ["history", "--json"],
     ["export"], ["export", "--as", "text", "--full"], ["export", "--as", "json"], ["check"]],
    ids=" ".join,
)  # fmt: skip
def test_no_control_byte_of_a_card_reaches_the_terminal_from_any_command(
    accord: list[str], tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / "text.json"
    board_of(path, OWN_TITLES, body="\x1b]52;c;aGVsbG8=\x07 \x9b2J")
    done = subprocess.run([*accord, command[0], str(path), *command[1:]], capture_output=True, check=True, timeout=60)
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]", done.stdout + done.stderr)


if SAMPLES is not None:

    @pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
    def test_real_text_looks_right_and_comes_out_unharmed(
        terminal: Terminals, accord: list[str], tmp_path: Path, size: tuple[int, int]
    ) -> None:
        path = tmp_path / "samples.json"
        kept = board_of(path, sample_titles())
        assert len(kept) > 500
        with Store.open(path) as store:
            assert {i: card.title for i, card in store.board.cards.items()} == {
                i: clean_line(t) for i, t in kept.items()
            }
        screen = terminal([*accord, str(path)], size=size)
        screen.wait_for("Nadia")
        look_through(screen, 3 if size[0] == 80 else 4, len(kept) // 3)
        screen.press("ctrl+q")
        assert screen.wait_exit() == 0
        assert not OBEYED.search(screen.raw)

    def test_a_brief_as_a_body_is_shown_and_comes_out_as_it_was(
        terminal: Terminals, accord: list[str], tmp_path: Path
    ) -> None:
        assert SAMPLES is not None
        path = tmp_path / "brief.json"
        brief = (SAMPLES / "brief-fr.md").read_text("utf-8")
        board_of(path, ["Le texte reçu"], body=brief)
        screen = terminal([*accord, str(path)], size=(100, 40))
        screen.wait_for("Le texte")
        screen.press("enter")
        screen.wait_for("Charlène")
        screen.press("pagedown", "pagedown", "escape", "ctrl+q")
        assert screen.wait_exit() == 0
        with Store.open(path) as store:
            assert store.board.cards["Q1"].body == clean(brief)
