"""A whole engagement: from a question to an agreed trial; a week later its outcome, a no, and a new agreement."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Store

from .conftest import Terminals
from .driver import Terminal
from .test_workshop import write


@dataclass(frozen=True)
class Words:
    """What is typed and what is then on the screen, in one language."""

    locale: str
    question: str
    answer: str
    answer_id: str
    watch: str
    tried: str
    agreed: str
    due: str
    since: str
    seen: str
    says_change: str
    confirms: str
    back: str
    reworded: str
    why: str
    raised: str
    reason: str
    ask_it: str
    reply: str
    both: str
    disagrees: str
    learned: str
    so: str


EN = Words(
    "en_US.UTF-8", "How often do we post?", "Two stories a week", "A1", "messages, not followers", "is to be tried",
    "Agreed: D1 now stands in Trying.", "Review due: D1", "since last time", "Four evenings a week went into it",
    "Nadia: change it", "Paul confirms: we change it", "back on the table, to be changed", "One story a week, on Friday",
    "why not? In one line", "A question raised by D1", "Who films on a Friday?", "Ask it as a question", "Zoé does, after school",
    "Both agree", "Paul disagrees, because", "What we learned", "So we change it.",
)  # fmt: skip
FR = Words(
    "fr_FR.UTF-8", "À quel rythme publier ?", "Deux stories par semaine", "R1", "les messages, pas les abonnés", "est à essayer",
    "D'accord\u00a0: D1 est maintenant dans «\u202fÀ l'essai\u202f».", "Bilan à faire\u00a0: D1", "depuis la dernière fois",
    "Quatre soirs par semaine y sont passés", "Nadia\u00a0: on adapte", "Paul confirme\u00a0: on adapte", "revient sur la table, à adapter",
    "Une story par semaine, le vendredi", "pourquoi pas", "Question soulevée par D1", "Qui filme le vendredi ?", "En faire une question",
    "Zoé, après l'école", "D'accord tous les deux", "Paul n'est pas d'accord, parce", "Ce que nous avons appris", "Donc on adapte.",
)  # fmt: skip


@pytest.mark.parametrize("words", [EN, FR], ids=["en", "fr"])
def test_an_engagement_from_a_question_to_something_tried_and_learned(
    terminal: Terminals, accord: list[str], tmp_path: Path, words: Words
) -> None:
    clock = shutil.which("faketime")
    assert clock, "a week later wants faketime"
    board = tmp_path / "garden.json"

    def at(day: str, *command: str) -> Terminal:
        env = {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        return terminal(
            [clock, "-f", f"@{day} 09:00:00", *accord, *command], size=(120, 35), lang=words.locale, env=env
        )

    lang = words.locale[:2]
    made = at(
        "2026-05-12",
        "new",
        str(board),
        "--title",
        "Jardin",
        "--lang",
        lang,
        "--consultant",
        "Nadia",
        "--client",
        "Paul",
    )
    assert made.wait_exit() == 0

    # A question, its answer, and the answer made a trial in one step, to which both agree.
    screen = at("2026-05-12", str(board))
    screen.wait_for("● Nadia")
    screen.settle()
    write(screen, "q", words.question)
    write(screen, "a", words.answer)
    screen.wait_for(words.answer_id)
    screen.press("x")
    screen.wait_for("30/6")
    screen.type(f"{words.watch}\n1 s\n\n")
    screen.wait_for(words.tried)
    choose(screen, "y", words.both)
    screen.wait_for(words.agreed)
    screen.wait_for("~ D1")
    screen.press("ctrl+q")
    assert screen.wait_exit() == 0
    other = at("2026-05-13", "add", str(board), "question", "?!", "--by", "client")
    assert other.wait_exit() == 0

    # A week later: since last time, and the trial that is due.
    screen = at("2026-05-19", str(board))
    screen.wait_for(words.due)
    screen.wait_for(words.since)
    screen.press("u")
    screen.wait_for("?!")
    screen.press("escape")
    screen.press("n")
    screen.wait_for("~ D1")

    # One says what was seen; the other confirms.
    choose(screen, "o", words.says_change)
    screen.type(f"{words.seen}\n")
    screen.settle()
    choose(screen, "o", words.confirms)
    screen.wait_for(words.back)

    # A new wording; a no with its reason, turned into a question, which is answered.
    screen.press("e")
    screen.wait_for("Ctrl+T")
    screen.press(*["bs"] * len(words.answer))
    screen.type(f"{words.reworded}\n")
    screen.wait_for(words.reworded[:12])
    screen.press("s")
    screen.wait_for("PAUL")
    screen.press("y")
    screen.wait_for(words.both)
    screen.click(words.disagrees)
    screen.wait_for(words.why)
    screen.type(f"{words.reason}\n")
    screen.wait_for(words.ask_it)
    screen.click(words.ask_it)
    screen.wait_for(words.raised)
    screen.press("enter")
    screen.wait_gone("Ctrl+T")
    screen.press("a")
    screen.wait_for("Ctrl+T")
    screen.type(f"{words.reply}\n")
    screen.wait_gone("Ctrl+T")

    # Agreement, and every step in the trail with its voice.
    screen.click("○ D1")
    choose(screen, "y", words.both)
    screen.wait_for(words.agreed)
    screen.press("enter")
    screen.wait_for(words.watch)
    shown = screen.text()
    for _ in range(4):
        screen.press("pagedown")
        shown += screen.text()
    for step in (words.question, words.answer, words.reworded, words.seen, words.reason):
        assert step in shown
    screen.press("escape")

    # The document tells the same story.
    screen.press("p")
    screen.wait_for("Jardin")
    screen.settle()
    told = screen.text()
    for _ in range(4):
        screen.press("pagedown")
        told += screen.text()
    for part in (words.reworded, words.watch, words.learned, words.seen, words.so, words.reply):
        assert part in told
    screen.press("escape", "ctrl+q")
    assert screen.wait_exit() == 0

    with Store.open(board) as store:
        card = store.board.cards["D1"]
        assert card.on_trial
        assert [opinion.kind for opinion in card.opinions.values()].count("disagree") == 1
        assert [outcome.confirmed for outcome in card.outcomes.values()] == ["p2"]


def choose(screen: Terminal, key: str, label: str) -> None:
    """Open a panel with a key and click one of its choices."""
    screen.press(key)
    screen.wait_for(label)
    screen.click(label)
    screen.settle()
