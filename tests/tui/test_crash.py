"""An error that nobody foresaw ends the app in one sentence, and the words of people stay on the board."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import Store
from tui.app import AccordApp
from tui.crash import interrupted
from tui.words import interface_language

from .screens.sitting import session_at, small_board

SECRET = "Paul thinks of leaving"


class Broken(AccordApp):
    """An app that fails, with somebody's words at hand."""

    def on_mount(self) -> None:
        words = SECRET
        raise LookupError(words)


async def ended(app: AccordApp, capsys: pytest.CaptureFixture[str]) -> str:
    await app.run_async(headless=True)
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(("lang", "begin"), [("en", "Something went wrong"), ("fr", "Une erreur s'est produite")])
async def test_it_is_one_sentence_and_where_it_was_is_kept_without_anybodys_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, begin: str
) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path, lang=lang)
    app = Broken(session, lang=lang, environ=session.environ)
    said = await ended(app, capsys)
    assert said.startswith(begin)
    assert "error.txt" in said.replace(" ", "")
    assert (app.return_code, SECRET in said, "Traceback" in said, "│" in said) == (1, False, False, False)
    kept = (tmp_path / "error.txt").read_text()
    assert kept.startswith("LookupError\n")
    assert "in on_mount" in kept
    assert SECRET not in kept


async def test_of_a_guest_nothing_is_written_where_the_board_is_hosted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path, remote=True)
    said = await ended(Broken(session, environ=session.environ), capsys)
    assert said.startswith("Something went wrong")
    assert not (tmp_path / "error.txt").exists()


async def test_whoever_looks_for_the_fault_can_have_the_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path)
    said = await ended(Broken(session, environ={**session.environ, "ACCORD_TRACEBACK": "1"}), capsys)
    assert "LookupError" in said
    assert "in on_mount" in said


def test_where_it_cannot_be_kept_it_is_still_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = interrupted(ValueError("x"), interface_language("en"), tmp_path / "file")
    assert said.startswith("Something went wrong")
    assert "\n" not in said
