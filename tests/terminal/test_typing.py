"""What is typed, pasted and interrupted, in a real terminal: nothing changes by accident, no sentence is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import Board, Store, Voice, changes, new_board

from .conftest import Terminals
from .driver import Terminal

Open = Callable[..., Terminal]


@pytest.fixture
def board(tmp_path: Path) -> Path:
    path = tmp_path / "garden.json"
    with Store.create(path, new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "before")
        voice.commit_now(changes.AddCard("question", "Who do we want to reach?"))
        voice.commit_now(changes.AddCard("decision", "Nous parlons aux eleves"))
        voice.commit_now(changes.GiveOpinion("D1", "agree", both=True))
    return path


@pytest.fixture
def opened(terminal: Terminals, accord: list[str], board: Path) -> Open:
    def open_(size: tuple[int, int] = (80, 24)) -> Terminal:
        screen = terminal([*accord, str(board)], size=size)
        screen.wait_for("Nadia")
        screen.settle()
        return screen

    return open_


def now(path: Path) -> Board:
    with Store.open(path) as store:
        return store.board


def test_a_word_typed_on_the_board_changes_nothing(opened: Open, board: Path) -> None:
    before = now(board)
    screen = opened()
    screen.type("oui")
    screen.press("escape", "escape")
    assert now(board) == before


@pytest.mark.parametrize("text", ["oui", "first line\nsecond line", "q\nwq\n\n", "- one\n- two\n"])
def test_a_paste_without_brackets_offers_cards_and_changes_nothing(opened: Open, board: Path, text: str) -> None:
    before = now(board)
    screen = opened()
    screen.burst(text)
    screen.wait_for("pasted")
    screen.press("escape")
    screen.wait_gone("pasted")
    assert now(board) == before


def test_pasted_lines_become_cards_after_a_yes(opened: Open, board: Path) -> None:
    screen = opened()
    screen.paste("- Who answers at night?\n- [fr] Who posts?\n")
    screen.wait_for("2 lines were pasted")
    screen.press("down", "enter")
    screen.wait_for("2 cards added")
    assert [now(board).cards[i].title for i in ("Q2", "Q3")] == ["Who answers at night?", "[fr] Who posts?"]
    screen.press("ctrl+z")
    screen.wait_for("Undone")
    assert set(now(board).cards) == {"Q1", "D1"}


def test_a_paste_of_two_lines_into_a_title_is_one_title(opened: Open, board: Path) -> None:
    screen = opened()
    screen.press("q")
    screen.wait_for("Ctrl+T")
    screen.burst("Who reads us\nat night?")
    screen.settle()
    screen.press("enter")
    screen.wait_gone("Ctrl+T")
    assert now(board).cards["Q2"].title == "Who reads us at night?"


def test_caps_lock_changes_nothing(opened: Open) -> None:
    screen = opened()
    screen.press("Q")
    screen.wait_for("A new question")
    screen.press("escape")
    screen.press("V")
    screen.wait_for("View:")


def interrupt_by_escape(screen: Terminal) -> None:
    screen.press("escape")
    screen.wait_gone("Ctrl+T")
    screen.press("ctrl+q")
    screen.wait_exit()


def interrupt_by_closed_window(screen: Terminal) -> None:
    screen.hang_up()
    screen.wait_exit()


def interrupt_by_hangup_signal(screen: Terminal) -> None:
    screen.kill(signal.SIGHUP)
    screen.wait_exit()


def interrupt_by_kill(screen: Terminal) -> None:
    screen.kill(signal.SIGKILL)
    screen.wait_exit()


@pytest.mark.parametrize(
    "interrupt", [interrupt_by_escape, interrupt_by_closed_window, interrupt_by_hangup_signal, interrupt_by_kill]
)
def test_a_sentence_that_is_interrupted_is_given_back_within_two_keys(
    opened: Open, board: Path, interrupt: Callable[[Terminal], None]
) -> None:
    screen = opened()
    screen.press("q")
    screen.wait_for("Ctrl+T")
    screen.type("And who will ans")
    screen.settle()
    interrupt(screen)
    again = opened()
    again.wait_for("A draft was kept")
    again.press("n")
    again.wait_for("And who will ans")
    again.type("wer?")
    again.press("enter")
    again.wait_gone("Ctrl+T")
    assert now(board).cards["Q2"].title == "And who will answer?"
    again.press("n")
    assert "And who will ans" not in again.line(-2)


def edit_decision(screen: Terminal, *keys: str) -> None:
    screen.press("right", "right")
    screen.wait_for("opinion")
    screen.press("e")
    screen.wait_for("Reword D1")
    screen.press(*keys)


def test_an_accent_corrected_in_an_agreed_decision_costs_one_confirmation(opened: Open, board: Path) -> None:
    screen = opened()
    edit_decision(screen, "bs", "bs", "bs", "bs", "bs", "bs")
    screen.type("élèves")
    screen.press("enter")
    screen.wait_for("Only the spelling")
    screen.press("enter")
    screen.wait_for("élèves")
    screen.wait_gone("Only the spelling")
    card = now(board).cards["D1"]
    assert card.title == "Nous parlons aux élèves"
    assert card.agreed


def test_a_rewording_of_an_agreed_decision_reopens_it(opened: Open, board: Path) -> None:
    screen = opened()
    edit_decision(screen)
    screen.type(" et aux parents")
    screen.press("enter")
    screen.wait_for("The meaning changes")
    screen.press("down", "enter")
    screen.wait_for("back on the table")
    card = now(board).cards["D1"]
    assert card.title == "Nous parlons aux eleves et aux parents"
    assert not card.agreed
    assert len(card.opinions) == 2


def test_two_open_boards_see_each_others_changes_without_a_key(opened: Open) -> None:
    one, other = opened(), opened()
    one.press("q")
    one.wait_for("Ctrl+T")
    one.type("Seen elsewhere?")
    one.press("enter")
    other.wait_for("Seen")


def test_any_size_of_window_is_survived(opened: Open) -> None:
    screen = opened()
    for size in ((20, 6), (1, 1), (3, 2), (200, 60), (40, 12), (80, 24)):
        screen.resize(*size)
        screen.settle()
    screen.wait_for("Who do we want")
    screen.press("q")
    screen.wait_for("Ctrl+T")
    screen.resize(20, 6)
    screen.settle()
    screen.press("escape")
    screen.resize(80, 24)
    screen.wait_for("Who do we want")


def test_garbage_on_the_line_changes_nothing(opened: Open, board: Path) -> None:
    before = now(board)
    screen = opened()
    screen.send(b"\x1b[1114112u\x1b[48;65535;65535;1;1t\xff\xfe\xc3\x28\x1b]52;c;AAAA\x07\x1b[999;999H\x00\x01\x02")
    screen.settle()
    screen.press("escape", "escape")
    assert screen.running
    assert now(board) == before


def test_a_journal_that_is_cut_under_an_open_board_is_told_without_a_key(opened: Open, board: Path) -> None:
    screen = opened()
    journal = board.with_suffix(".journal")
    journal.write_bytes(journal.read_bytes()[:40])
    screen.wait_for("Another program has cut or replaced")
