"""Taking files in, in a real terminal, in French: a board from Trello, a text to pick from, a file that breaks off."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, new_board
from tests.incoming import BRIEF, trello

from .conftest import Terminals
from .driver import Terminal

EXPORT = trello("Le Phare", {"À discuter": ["Qui vient au phare ?"], "En cours": ["Une affiche", "Un stand"]})
SAMPLES = Path(os.environ["ACCORD_SAMPLES"]) if "ACCORD_SAMPLES" in os.environ else None


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "board" / "phare.json"
    path.parent.mkdir()
    with Store.create(path, new_board("Amis du Phare", "fr", {"consultant": "Nadia", "client": "Paul"})):
        return path


@pytest.fixture
def screen(terminal: Terminals, accord: list[str], board: Path) -> Iterator[Terminal]:
    opened = terminal([*accord, str(board)], size=(120, 35), lang="fr_FR.UTF-8")
    opened.wait_for("La parole à NADIA")
    opened.settle()
    yield opened
    opened.press("ctrl+q")
    assert opened.wait_exit() == 0


def titles(board: Path) -> list[str]:
    with Store.open(board) as store:
        return sorted(card.title for card in store.board.cards.values())


def test_a_trello_board_is_found_looked_at_taken_in_undone_and_redone(
    screen: Terminal, board: Path, home: Path
) -> None:
    (home / "Downloads").mkdir()
    (home / "Downloads" / "Export d'été.json").write_bytes(EXPORT)
    screen.press("ctrl+p")
    screen.wait_for("Quelle commande")
    screen.type("importer")
    screen.wait_for("Ctrl+O")
    screen.press("enter")
    screen.wait_for("Export d'été.json")
    screen.press("enter")
    screen.wait_for("3 cartes\u00a0: 1 question, 2 propositions")
    assert "En cours › nouvelle colonne" in screen.text()
    assert titles(board) == []
    screen.press("enter")
    screen.wait_for("3 cartes importées\u202f; Ctrl+Z les retire.")
    assert titles(board) == ["Qui vient au phare ?", "Un stand", "Une affiche"]
    screen.press("ctrl+z")
    screen.wait_for("Défait")
    screen.wait_gone("Une affiche")
    assert titles(board) == []
    screen.press("ctrl+y")
    screen.wait_for("Refait")
    assert len(titles(board)) == 3


def test_from_a_dropped_brief_two_parts_are_picked_with_the_mouse_and_nothing_else(
    screen: Terminal, board: Path, tmp_path: Path
) -> None:
    path = tmp_path / "Notre brief.md"
    path.write_text(BRIEF)
    screen.paste(f"'{path}' ")
    screen.wait_for("Choisir dans\u00a0: Notre brief.md")
    screen.click("Nos moyens")
    screen.wait_for("1 marqué")
    screen.click("Avec quelles photos")
    screen.wait_for("2 marqués")
    screen.click("ajouter les 2")
    screen.wait_for("2 cartes importées\u202f; Ctrl+Z les retire.")
    assert titles(board) == ["Avec quelles photos ?", "Nos moyens"]


def test_a_file_that_breaks_off_is_refused_and_the_board_stays_as_it_is(
    screen: Terminal, board: Path, tmp_path: Path
) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(EXPORT[: len(EXPORT) // 2])
    before = board.with_suffix(".journal").read_bytes()
    screen.press("ctrl+o")
    screen.wait_for("Importer un fichier")
    screen.paste(str(path).replace(" ", "\\ "))
    screen.press("enter")
    screen.wait_for("export.json")
    screen.wait_gone("Importer un fichier")
    screen.wait_for("export.json s'interrompt")
    assert board.with_suffix(".journal").read_bytes() == before


if SAMPLES is not None:
    FOLDER = SAMPLES

    @pytest.mark.parametrize(
        "name", ["trello-1.json", "trello-2.json", "obsidian-zh.md", "obsidian-it.md", "taskell-1.md"]
    )
    def test_real_files_are_taken_in(screen: Terminal, board: Path, tmp_path: Path, name: str) -> None:
        shutil.copy(FOLDER / name, tmp_path / name)
        screen.paste(f"{tmp_path / name} ")
        screen.wait_for("Les colonnes")
        screen.press("enter")
        screen.wait_for("importée")
        taken = titles(board)
        assert taken
        screen.press("ctrl+z")
        screen.wait_for("Défait")
        assert titles(board) == []

    @pytest.mark.parametrize("name", ["brief-fr.md", "brief-en.md"])
    def test_real_briefs_are_offered_part_by_part(screen: Terminal, board: Path, tmp_path: Path, name: str) -> None:
        shutil.copy(FOLDER / name, tmp_path / name)
        screen.paste(f"{tmp_path / name} ")
        screen.wait_for("Choisir dans")
        assert titles(board) == []
        screen.press("space", "down", "down", "space", "enter")
        screen.wait_for("2 cartes importées")
        assert len(titles(board)) == 2
