"""The main job, in a real terminal: a consultant and a client hold a workshop and leave with the strategy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Store

from .conftest import Terminals
from .driver import Terminal


@dataclass(frozen=True)
class Words:
    """What is typed and what is then on the screen, in one language."""

    lang: str
    locale: str
    ask_first: str
    ask_second: str
    ask_own: str
    answer: str
    propose: str
    answer_id: str
    speaking_client: str
    agrees: str
    waiting: str
    agreed: str
    undone: str
    redone: str
    agreed_column: str
    open_questions: str
    decided: str
    who_said: str


EN = Words(
    "en", "en_US.UTF-8", "Who do we want to reach first?", "Who answers at the weekend?", "What if nobody follows us?",
    "Families with young children", "We speak to families first", "A1", "Paul speaking", "Paul agrees",
    "waiting for Paul", "Agreed: D1 now stands in Agreed.", "Undone", "Done again", "Agreed 1", "Open questions",
    "What we decided", "Paul who said it",
)  # fmt: skip
FR = Words(
    "fr", "fr_FR.UTF-8", "Qui voulons-nous toucher en premier ?", "Qui répond le week-end ?", "Et si personne ne nous suit ?",
    "Les familles avec de jeunes enfants", "Nous parlons d'abord aux familles", "R1", "La parole à Paul",
    "Paul est d'accord", "en attente de Paul", "D'accord\u00a0: D1 est maintenant dans «\u202fD'accord\u202f».",
    "Défait", "Refait", "D'accord 1", "Questions ouvertes", "Ce que nous avons décidé", "Paul qui l'a dit",
)  # fmt: skip

Open = Callable[[Words], Terminal]


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return tmp_path / "garden.json"


@pytest.fixture
def opened(terminal: Terminals, accord: list[str], board: Path) -> Open:
    """Opens the board, which is made the first time."""

    def open_(words: Words) -> Terminal:
        if not board.exists():
            made = terminal(
                [
                    *accord,
                    "new",
                    str(board),
                    "--title",
                    "Jardin",
                    "--lang",
                    words.lang,
                    "--consultant",
                    "Nadia",
                    "--client",
                    "Paul",
                ],
                lang=words.locale,
            )
            assert made.wait_exit() == 0
        screen = terminal([*accord, str(board)], size=(120, 35), lang=words.locale)
        screen.wait_for("● Nadia")
        screen.settle()
        return screen

    return open_


def write(screen: Terminal, key: str, title: str) -> None:
    """Open the editor with a key, write a title, keep it."""
    screen.press(key)
    screen.wait_for("Ctrl+T")
    screen.type(title)
    screen.press("enter")
    screen.wait_gone("Ctrl+T")


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_a_workshop_by_keys_from_two_questions_to_the_shared_strategy(words: Words, opened: Open, board: Path) -> None:
    screen = opened(words)
    write(screen, "q", words.ask_first)
    write(screen, "q", words.ask_second)

    # The client answers the first question: the voice is the client's without a hand-over …
    screen.press("up")
    screen.press("a")
    screen.wait_for(words.speaking_client)
    screen.type(words.answer)
    screen.press("enter")
    screen.wait_for(f"{words.answer_id} {words.answer[:12]}")

    # … and can be corrected in three keys.
    screen.press("w", "enter")
    screen.wait_gone(words.who_said)
    screen.press("w", "enter")
    screen.wait_gone(words.who_said)

    # The client adds a question of their own.
    screen.press("s")
    screen.wait_for("PAUL")
    write(screen, "q", words.ask_own)
    screen.press("s")
    screen.wait_for("NADIA")

    # A proposal that rests on the answer.
    screen.press("right")
    write(screen, "d", words.propose)
    screen.wait_for(f"○ D1 {words.propose[:12]}")

    # One agrees: it does not move.
    screen.press("y")
    screen.wait_for(words.agrees)
    screen.press("enter")
    screen.wait_for(words.waiting)
    screen.wait_for("○ D1")

    # The other agrees: it stands in Agreed, question and answer under it, and a line says so.
    screen.press("y")
    screen.wait_for(words.agrees)
    screen.press("enter")
    screen.wait_for(words.agreed)
    screen.wait_for(words.agreed_column)
    screen.wait_for("● D1")
    screen.wait_for(f"? Q1 {words.ask_first[:12]}")
    screen.wait_for(f"› {words.answer_id} {words.answer[:12]}")
    assert "N+ P+" in screen.text()

    screen.press("ctrl+z")
    screen.wait_for(words.undone)
    screen.wait_for("○ D1")
    screen.press("ctrl+y")
    screen.wait_for(words.redone)
    screen.wait_for("● D1")
    screen.press("ctrl+q")
    assert screen.wait_exit() == 0

    # Open again: all there.
    again = opened(words)
    again.wait_for("● D1")
    assert words.ask_second[:12] in again.text()

    # Share: the decision, because of whose answer, and the open questions.
    again.press("p")
    again.wait_for(words.decided)
    document = read_to_the_end(again)
    assert words.propose in document
    assert words.answer in document
    assert words.open_questions in document
    assert words.ask_own in document
    again.press("escape")
    again.press("ctrl+q")
    assert again.wait_exit() == 0

    with Store.open(board) as store:
        decision = store.board.cards["D1"]
        assert decision.agreed
        assert store.board.cards["A1"].voice == "p2"
        assert store.board.cards["Q3"].voice == "p2"
        assert store.board.standing.places["Q1"].under == "D1"


def read_to_the_end(screen: Terminal) -> str:
    """Everything that a page shows while one reads on."""
    seen = screen.text()
    for _ in range(6):
        screen.press("pagedown")
        seen += "\n" + screen.text()
    return seen


@dataclass(frozen=True)
class Labels:
    """What is clicked, in one language."""

    question: str
    answer: str
    proposal: str
    opinion: str
    all_keys: str
    undo: str
    redo: str
    share: str
    leave: str
    back: str


LABELS = {
    "en": Labels(" question ", " answer ", " proposal ", " opinion ", "? all keys", "Take back the last", "Make the change again",
                 "Share the strategy", "Leave; everything", "Esc back"),
    "fr": Labels(" question ", " répondre ", " proposition ", " avis ", "? touches", "Défaire la dernière", "Refaire ce qui",
                 "Partager la stratégie", "Quitter\u202f; tout", "Échap retour"),
}  # fmt: skip


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_the_same_workshop_by_mouse_alone_but_for_the_words(words: Words, opened: Open, board: Path) -> None:
    screen = opened(words)
    labels = LABELS[words.lang]

    def in_footer(label: str) -> None:
        screen.wait_until(lambda: label in screen.line(-1), f"{label!r} in the footer")
        screen.click((screen.line(-1).index(label) + 2, 34))

    def write_by_mouse(label: str, title: str) -> None:
        in_footer(label)
        screen.wait_for("Ctrl+T")
        screen.type(title)
        screen.press("enter")
        screen.wait_gone("Ctrl+T")

    def from_help(label: str) -> None:
        in_footer(labels.all_keys)
        screen.wait_for("Shift" if words.lang == "en" else "Maj")
        for _ in range(8):
            if label in screen.text():
                break
            screen.wheel((60, 17), 4)
            screen.settle()
        screen.click(label)

    write_by_mouse(labels.question, words.ask_first)
    write_by_mouse(labels.question, words.ask_second)
    screen.click("Q1")
    write_by_mouse(labels.answer, words.answer)
    screen.wait_for(words.answer_id)
    screen.click("○ Paul")
    screen.wait_for("PAUL")
    write_by_mouse(labels.question, words.ask_own)
    screen.click("○ Nadia")
    screen.wait_for("NADIA")
    screen.click(f"{words.answer_id} ")
    write_by_mouse(labels.proposal, words.propose)
    screen.wait_for("○ D1")
    for name, expected in (("Nadia", words.waiting), ("Paul", words.agreed)):
        screen.click("○ D1")
        in_footer(labels.opinion)
        screen.wait_for(words.agrees)
        screen.click(words.agrees.replace("Paul", name))
        screen.wait_for(expected)
    screen.wait_for("● D1")
    from_help(labels.undo)
    screen.wait_for("○ D1")
    from_help(labels.redo)
    screen.wait_for("● D1")
    from_help(labels.leave)
    assert screen.wait_exit() == 0

    screen = opened(words)
    screen.wait_for("● D1")
    from_help(labels.share)
    screen.wait_for(words.decided)
    screen.click(labels.back)
    screen.wait_for("● D1")
    from_help(labels.leave)
    assert screen.wait_exit() == 0
    with Store.open(board) as store:
        assert store.board.cards["D1"].agreed
        assert store.board.cards["Q3"].voice == "p2"


def test_a_card_is_dragged_to_a_column_and_into_agreed_only_by_opinions(opened: Open, board: Path) -> None:
    screen = opened(EN)
    write(screen, "q", "Where do we begin?")
    write(screen, "d", "We begin small")
    screen.drag("Q1", (45, 6))
    screen.wait_until(lambda: column_of(board, "Q1") == "c2", "the question is on the table")
    screen.drag("D1", (70, 6))
    screen.wait_for("Both agree")
    screen.press("escape")
    assert "Agreed 0" in screen.text()
    assert not Store.open(board).board.cards["D1"].agreed


def column_of(board: Path, card: str) -> str:
    with Store.open(board) as store:
        return store.board.cards[card].column


def test_the_first_start_asks_for_two_names_and_begins(terminal: Terminals, accord: list[str], home: Path) -> None:
    screen = terminal(accord, lang="fr_FR.UTF-8")
    screen.wait_for("Commencer")
    screen.settle()
    screen.type("Nadia\nPaul\nJardin\n\n\n")
    screen.wait_for("La parole à NADIA")
    write(screen, "q", "Par quoi commencer ?")
    screen.press("ctrl+q")
    assert screen.wait_exit() == 0
    again = terminal(accord, lang="fr_FR.UTF-8")
    again.wait_for("Par quoi commencer")
