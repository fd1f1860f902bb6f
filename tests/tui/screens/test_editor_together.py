"""Two who write at one card: they know of each other, and no word of either is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.widgets import Static

from storage import Store, Voice, changes
from storage.card import Wording
from storage.changes import Reword
from storage.drafts import Draft
from tests.storage.table import NADIA, PAUL, ZOE, Table, in_conversation, wording
from tui.screens.board import BoardScreen
from tui.screens.editor import Editor
from tui.screens.line_input import LineInput
from tui.screens.writing import Task

from .at_work import Writing, new_question, news, rewording
from .sitting import app_at, on_screen, session_at, small_board, until

# From the board, with somebody else at the same card


async def test_two_who_reword_different_words_are_merged(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        store = at_work.session.store
        card = store.board.cards["A3"]
        Voice(store, PAUL, "elsewhere").commit_now(Reword("A3", wording(card, title="Three stories a week")))
        at_work.title.value = "Two stories a month"
        await at_work.pilot.press("enter")
        await at_work.until(lambda: store.board.cards["A3"].title == "Three stories a month")
        assert store.board.cards["A3"].notes == {}
        await at_work.until(lambda: "Paul has changed A3 too. Both texts are put together." in news(at_work))
        assert at_work.kept() == []


async def test_of_two_who_reword_the_same_words_the_first_stands_and_the_other_is_a_note(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        store = at_work.session.store
        card = store.board.cards["A3"]
        Voice(store, PAUL, "elsewhere").commit_now(Reword("A3", wording(card, title="Four stories a week")))
        at_work.title.value = "Five stories a week"
        await at_work.pilot.press("enter")
        await at_work.until(lambda: store.board.cards["A3"].notes)
        card = store.board.cards["A3"]
        assert card.title == "Four stories a week"
        assert [(note.person, note.text) for note in card.notes.values()] == [(NADIA, "Five stories a week")]
        words = "Paul has changed the same words of A3. Yours are kept as a note there."
        await at_work.until(lambda: words in news(at_work))


async def test_an_earlier_change_of_ones_own_is_not_taken_for_this_one_which_changed_nothing(tmp_path: Path) -> None:
    with_text = Reword("D2", Wording("Two stories a week", "On Mondays."))
    async with rewording(tmp_path, "D2", (with_text,)) as at_work:
        store = at_work.session.store
        at_work.session.voice.commit_now(Reword("D2", Wording("Two stories a week", "On Sundays.")))
        seq = store.board.seq
        at_work.text.text = ""
        await at_work.pilot.press("enter")
        await at_work.until(lambda: "Nadia has changed the same words of D2. That text stands." in news(at_work))
        assert store.board.seq == seq


async def test_a_card_that_somebody_else_has_reworded_is_left_as_it_is_where_nothing_was_typed(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        store = at_work.session.store
        Voice(store, PAUL, "elsewhere").commit_now(Reword("A3", wording(store.board.cards["A3"], title="Four stories")))
        seq = store.board.seq
        await at_work.pilot.press("enter")
        await at_work.until(lambda: isinstance(at_work.app.screen, BoardScreen))
        await at_work.app.workers.wait_for_complete()
        assert store.board.seq == seq
        assert at_work.kept() == []


async def test_a_draft_is_merged_with_what_was_saved_since_it_was_begun(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        store = at_work.session.store
        at_work.title.value = "Two stories a month"
        await at_work.pilot.press("escape")
        await at_work.until(lambda: [draft.key for draft in at_work.kept()] == ["edit:A3"])
        card = store.board.cards["A3"]
        Voice(store, PAUL, "elsewhere").commit_now(Reword("A3", wording(card, title="Three stories a week")))
        await at_work.pilot.press("n")
        await at_work.until(lambda: isinstance(at_work.app.screen, Editor) and at_work.app.screen.focused)
        assert at_work.app.screen.query_one("#title", LineInput).value == "Two stories a month"
        await at_work.pilot.press("enter")
        await at_work.until(lambda: store.board.cards["A3"].title == "Three stories a month")
        await at_work.until(lambda: not at_work.kept())


async def test_a_card_that_was_set_aside_meanwhile_is_reworded_all_the_same(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        store = at_work.session.store
        Voice(store, PAUL, "elsewhere").commit_now(changes.SetAside("A3"))
        at_work.title.value = "Not lost"
        await at_work.pilot.press("enter")
        await at_work.until(lambda: store.board.cards["A3"].title == "Not lost")


async def test_the_draft_goes_when_the_card_is_saved(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        await at_work.pilot.press(*" and more")
        await at_work.until(at_work.kept)
        await at_work.pilot.press("enter")
        await at_work.until(lambda: at_work.session.store.board.cards["A3"].title.endswith("and more"))
        await at_work.until(lambda: not at_work.kept())


async def test_a_proposal_that_was_begun_rests_on_what_it_was_begun_with(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        store = at_work.session.store
        await at_work.pilot.press("escape", "d")
        await at_work.until(lambda: isinstance(at_work.app.screen, Editor) and at_work.app.screen.focused)
        await at_work.pilot.press(*"Half", "escape", "up", "left")
        await at_work.until(at_work.kept)
        await at_work.pilot.press("d")
        await at_work.until(lambda: isinstance(at_work.app.screen, Editor) and at_work.app.screen.focused)
        await at_work.until(lambda: "← Two stories a week" in on_screen(at_work.pilot))
        await at_work.pilot.press("enter")
        await at_work.until(lambda: "D4" in store.board.cards)
        assert store.board.cards["D4"].linked("rests_on") == ("A3",)


async def test_a_draft_of_a_card_that_is_gone_becomes_a_card_of_its_own(tmp_path: Path) -> None:
    store = Store.in_memory(small_board())
    session = session_at(store, tmp_path)
    base = Wording("Who?")
    session.drafts.keep(Draft("edit:Q7", "question", "Q7", "Who, then?", "", (), NADIA, base, store._clock()))
    app = app_at(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "A draft was kept: “Who, then?”. n goes on writing." in on_screen(pilot))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, Editor) and app.screen.focused)
        await pilot.press("enter")
        await until(pilot, lambda: [card.title for card in store.board.cards.values()] == ["Who, then?"])
        await until(pilot, lambda: not session.drafts.all())


# Somebody else who writes at the same card now


def question_in_hand() -> Task:
    card = in_conversation().cards["Q2"]
    return Task("edit:Q2", "question", "Reword Q2", card="Q2", title=card.title, base=card.wording)


@asynccontextmanager
async def writing_beside(tmp_path: Path, task: Task | None = None, lang: str = "en") -> AsyncIterator[Writing]:
    """The editor of a question, on a board at which Paul and Zoé sit as well."""
    table = Table()
    for title in ("Who?", "How often?"):
        table.does(changes.AddCard("question", title))
    session = session_at(Store.in_memory(table.board), tmp_path, lang=lang)
    for name, person in (("x", PAUL), ("y", ZOE)):
        session.presence.enter(name, person)
    app = app_at(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        editor = Editor(session, task or question_in_hand())
        at_work = Writing(pilot, app, session, editor)
        app.push_screen(editor, at_work.given.append)
        await until(pilot, lambda: editor.is_mounted and editor.focused is not None)
        yield at_work


def others(at_work: Writing) -> str:
    return str(at_work.editor.query_one("#others", Static).content)


async def test_whoever_writes_there_already_is_named_from_the_beginning(tmp_path: Path) -> None:
    async with rewording(tmp_path, "A3") as at_work:
        await at_work.pilot.press("escape")
        at_work.session.presence.enter("x", PAUL)
        at_work.session.presence.update("x", writing="A3")
        await at_work.pilot.press("e")
        await at_work.until(lambda: isinstance(at_work.app.screen, Editor) and at_work.app.screen.focused)
        assert "Paul is writing at A3 too." in on_screen(at_work.pilot)


async def test_it_is_said_when_they_begin_and_when_they_stop(tmp_path: Path) -> None:
    async with writing_beside(tmp_path) as at_work:
        presence = at_work.session.presence
        assert others(at_work) == ""
        presence.update("x", writing="Q2")
        await at_work.until(lambda: others(at_work) == "Paul is writing at Q2 too.")
        presence.update("y", writing="Q2")
        await at_work.until(lambda: others(at_work) == "Paul, Zoé are writing at Q2 too.")
        presence.leave("x")
        await at_work.until(lambda: others(at_work) == "Zoé is writing at Q2 too.")
        presence.update("y", writing="")
        await at_work.until(lambda: others(at_work) == "")


async def test_words_that_come_and_go_move_no_field(tmp_path: Path) -> None:
    async with writing_beside(tmp_path) as at_work:
        await at_work.pilot.pause()
        before = [field.region for field in (at_work.title, at_work.text)]
        at_work.session.presence.update("x", writing="Q2")
        await at_work.until(lambda: "Paul is writing at Q2 too." in on_screen(at_work.pilot))
        assert [field.region for field in (at_work.title, at_work.text)] == before


async def test_whoever_writes_elsewhere_or_only_looks_is_not_named(tmp_path: Path) -> None:
    async with writing_beside(tmp_path) as at_work:
        presence = at_work.session.presence
        presence.update("x", writing="Q1", cursor="Q2")
        presence.update(at_work.session.voice.session, writing="Q2")
        presence.enter("z", "p99")
        presence.update("z", writing="Q2")
        presence.update("y", writing="Q2")
        await at_work.until(lambda: others(at_work) == "Zoé is writing at Q2 too.")


async def test_a_new_card_that_is_made_from_none_is_written_by_oneself(tmp_path: Path) -> None:
    async with writing_beside(tmp_path, new_question()) as at_work:
        for name in "xy":
            at_work.session.presence.update(name, writing="Q1")
        at_work.editor._show_others()
        assert others(at_work) == ""


async def test_two_who_answer_the_same_question_know_of_each_other(tmp_path: Path) -> None:
    answer = Task("new:answer:Q1", "answer", "An answer to Q1", on=("Q1",))
    async with writing_beside(tmp_path, answer, "fr") as at_work:
        at_work.session.presence.update("x", writing="Q1")
        await at_work.until(lambda: others(at_work) == "Paul écrit aussi sur Q1.")


async def test_an_editor_that_is_closed_is_told_no_more(tmp_path: Path) -> None:
    async with writing_beside(tmp_path) as at_work:
        presence, told = at_work.session.presence, at_work.editor._presence_changed
        assert [callback for _, callback in presence._callbacks].count(told) == 1
        presence.update("x", writing="Q2")  # it looks when it is gone
        await at_work.pilot.press("escape")
        await at_work.until(lambda: not at_work.editor.is_mounted or not at_work.editor.is_attached)
        assert told not in [callback for _, callback in presence._callbacks]
        presence.update("x", writing="")
        await at_work.pilot.pause()


async def test_names_of_whoever_writes_there_are_text_and_leave_the_rest_of_the_words(tmp_path: Path) -> None:
    async with writing_beside(tmp_path) as at_work:
        name = "[b]Paul[/b] [/] " + "x" * 60
        at_work.session.voice.commit_now(changes.RenamePerson(PAUL, name))
        at_work.session.presence.update("x", writing="Q2")
        await at_work.until(lambda: "[b]Paul[/b] [/] xxx" in on_screen(at_work.pilot))
        assert "x… is writing at Q2 too." in on_screen(at_work.pilot)
