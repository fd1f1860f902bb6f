"""Writing: nothing that somebody typed is lost, whoever else writes, and however they leave."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Static

from storage import Refused, Store, Voice
from storage.drafts import Draft, Drafts
from storage.text import LONGEST_TITLE
from tests.storage.table import NADIA, PAUL, in_conversation, three_people
from tui.screens.asking import Ask
from tui.screens.board import BoardScreen
from tui.screens.editor import Editor
from tui.screens.line_input import LineInput
from tui.screens.writing import Task, Written, about_cards
from tui.session import Session

from .at_work import new_question, writing
from .sitting import app_at, on_screen, session_at, small_board, until

# Drafts


async def test_what_is_typed_is_kept_while_one_types(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press(*"Who")
        await at_work.until(lambda: [draft.title for draft in at_work.kept()] == ["Who"])
        await at_work.pilot.press(*"m?", "tab", *"because")
        await at_work.until(lambda: [(d.title, d.body) for d in at_work.kept()] == [("Whom?", "because")])
        (draft,) = at_work.kept()
        assert (draft.key, draft.kind, draft.person, draft.base) == ("new:question", "question", NADIA, None)


async def test_escape_keeps_the_draft_at_once(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press(*"half a sent", "escape")
        assert [draft.title for draft in at_work.kept()] == ["half a sent"]
        assert at_work.given == [None]


async def test_nothing_typed_is_no_draft(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("x", "backspace", "space", "escape")
        assert at_work.kept() == []
        assert at_work.given == [None]


async def test_what_is_deleted_again_is_no_draft_any_more(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("x", "y")
        await at_work.until(at_work.kept)
        await at_work.pilot.press("backspace", "backspace")
        await at_work.until(lambda: not at_work.kept())


async def test_a_wording_that_is_not_changed_is_no_draft(tmp_path: Path) -> None:
    card = in_conversation().cards["D1"]
    task = Task("edit:D1", "decision", "Reword D1", card="D1", title=card.title, body=card.body, base=card.wording)
    async with writing(tmp_path, task) as at_work:
        assert (at_work.title.value, at_work.text.text) == (card.title, card.body)
        await at_work.pilot.press("x", "backspace", "escape")
        assert at_work.kept() == []


async def test_saving_keeps_the_draft_until_the_card_is_safe(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press(*"Who?", "enter")
        await at_work.until(lambda: at_work.given)
        assert at_work.given == [Written("Who?", "", NADIA)]
        assert [draft.title for draft in at_work.kept()] == ["Who?"]


async def test_no_late_thread_brings_an_older_draft_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts are written in threads: one that is late, when the card is safe already, must not write what it holds."""
    late, go_on, done = threading.Event(), threading.Event(), threading.Event()
    write = Editor._write_now

    def slowly(editor: Editor, draft: Draft | None, **how: bool) -> bool:
        if threading.current_thread() is threading.main_thread():
            return write(editor, draft, **how)
        late.set()
        assert go_on.wait(20)
        try:
            return write(editor, draft, **how)
        finally:
            done.set()

    monkeypatch.setattr(Editor, "_write_now", slowly)
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("W")
        await at_work.until(late.is_set)
        at_work.title.value = "Who?"
        at_work.editor.action_save()
        at_work.session.drafts.drop("new:question")  # as the screen does when the card is safe
        go_on.set()
        await at_work.until(done.is_set)
        assert at_work.given == [Written("Who?", "", NADIA)]
        assert at_work.kept() == []


async def test_a_draft_that_cannot_be_kept_is_told_before_the_text_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(tmp_path) as at_work:

        def full(drafts: Drafts, draft: Draft) -> None:
            raise Refused("disk-full", path="drafts")

        monkeypatch.setattr(Drafts, "keep", full)
        await at_work.pilot.press(*"dear", "escape")
        await at_work.until(lambda: "The disk is full" in at_work.says and "Esc once more leaves" in at_work.says)
        assert at_work.app.screen is at_work.editor
        assert at_work.title.value == "dear"
        await at_work.pilot.press("escape")
        await at_work.until(lambda: at_work.given == [None])


async def test_where_no_draft_can_be_kept_each_key_says_first_what_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with writing(tmp_path) as at_work:

        def full(drafts: Drafts, draft: Draft) -> None:
            raise Refused("disk-full", path="drafts")

        monkeypatch.setattr(Drafts, "keep", full)
        await at_work.pilot.press(*"dear", "enter")
        await at_work.until(lambda: "Enter once more keeps it" in at_work.says)
        await at_work.pilot.press("escape")  # was never told what that lets go of
        await at_work.until(lambda: "Esc once more leaves" in at_work.says)
        assert at_work.given == []
        await at_work.pilot.press("enter")
        await at_work.until(lambda: "Enter once more keeps it" in at_work.says)
        await at_work.pilot.press("enter")
        await at_work.until(lambda: [written.title for written in at_work.given if written] == ["dear"])


# Keys


@pytest.mark.parametrize("forwarded", [False, True])
async def test_keys_that_come_before_a_field_has_the_focus_are_not_lost(tmp_path: Path, forwarded: bool) -> None:
    session = session_at(Store.in_memory(small_board()), tmp_path)
    app = app_at(session)
    async with app.run_test() as pilot:
        await pilot.pause()
        editor = Editor(session, new_question(title="Now: "))
        app.push_screen(editor)
        for character in "who ?":
            event = events.Key("space" if character == " " else character, character)
            if forwarded:  # as the app does where nothing has the focus yet
                editor._forward_event(event)
            else:
                app._driver.process_message(event)  # type: ignore[union-attr]
        await until(pilot, lambda: editor.is_mounted and editor.query(LineInput))
        await until(pilot, lambda: editor.query_one("#title", LineInput).value == "Now: who ?")


async def test_ctrl_s_keeps_the_card_from_the_text(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press(*"Who?", "tab", *"one", "enter", *"two", "ctrl+s")
        await at_work.until(lambda: at_work.given)
        assert at_work.given == [Written("Who?", "one\ntwo", NADIA)]


async def test_ctrl_s_keeps_it_from_the_title_and_only_once(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press(*"Who?")
        at_work.editor.action_save()
        at_work.editor.action_save()
        await at_work.pilot.pause()
        assert at_work.given == [Written("Who?", "", NADIA)]
        assert isinstance(at_work.app.screen, BoardScreen)


async def test_an_empty_title_says_so_and_the_editor_stays(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("space", "tab", *"text", "ctrl+s")
        assert at_work.says == "The title is empty; write at least a word."
        assert at_work.app.screen is at_work.editor
        assert at_work.given == []
        await at_work.until(lambda: [draft.body for draft in at_work.kept()] == ["text"])


async def test_up_and_down_in_a_title_do_no_harm(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("a", "up", "down", "b")
        assert at_work.title.value == "ab"
        assert at_work.title.has_focus


# The voice


@pytest.mark.parametrize("key", ["ctrl+t", "f2"])
async def test_a_key_changes_the_voice(tmp_path: Path, key: str) -> None:
    async with writing(tmp_path, new_question(person=PAUL)) as at_work:
        assert at_work.voice.startswith("Paul speaking")
        await at_work.pilot.press("a", key)
        assert at_work.voice.startswith("Nadia speaking")
        await at_work.until(lambda: [draft.person for draft in at_work.kept()] == [NADIA])
        await at_work.pilot.press(key, "enter")
        await at_work.until(lambda: at_work.given)
        assert at_work.given == [Written("a", "", PAUL)]


async def test_a_click_changes_the_voice(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.click("#voice")
        assert at_work.voice.startswith("Paul speaking")
        assert at_work.editor.query_one("#voice").has_class("client")


async def test_the_voice_goes_round_all_people(tmp_path: Path) -> None:
    store = Store.in_memory(three_people())
    task = Task("new:question", "question", "A new question", people=("p1", "p2", "p3"))
    async with writing(tmp_path, task, store=store) as at_work:
        found = []
        for _ in range(4):
            found.append(at_work.voice.split()[0])
            await at_work.pilot.press("ctrl+t")
        assert found == ["Nadia", "Paul", "Zoé", "Nadia"]


async def test_a_guest_speaks_for_themselves(tmp_path: Path) -> None:
    store = Store.in_memory(small_board())
    session = session_at(store, tmp_path)
    session.voice = Voice(store, PAUL, "ssh", one_screen=False)
    app = app_at(session)
    async with app.run_test() as pilot:
        await pilot.pause()
        editor = Editor(session, new_question())
        app.push_screen(editor)
        await until(pilot, lambda: editor.is_mounted and editor.focused)
        await pilot.press("ctrl+t")
        assert str(editor.query_one("#voice", Static).content) == "Paul speaking"
        assert "Ctrl+T" not in on_screen(pilot)


# Long and pasted text


async def test_a_title_has_a_longest(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        long = "x" * LONGEST_TITLE
        at_work.paste(long)
        await at_work.until(lambda: at_work.title.value == long)
        await at_work.pilot.press("y")
        assert at_work.title.value == long


async def test_what_is_pasted_and_too_long_for_a_title_goes_into_the_text(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        at_work.paste("word\n" * LONGEST_TITLE)
        await at_work.until(lambda: at_work.text.text == "word\n" * LONGEST_TITLE)
        assert at_work.says == "Too long for a title: it stands in the text."
        assert at_work.title.value == ""


async def test_several_lines_pasted_into_a_title_become_one(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("a", "b", "left")
        at_work.paste(" one\ntwo\t\u202ethree\x1b[2J ")
        await at_work.until(lambda: "one" in at_work.title.value)
        assert at_work.title.value == "aone two three[2Jb"
        assert at_work.given == []


async def test_a_paste_that_comes_as_keys_does_not_save_in_the_middle(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        for character in "one\ntwo":
            key = "enter" if character == "\n" else character
            at_work.title.post_message(events.Key(key, "\r" if key == "enter" else character))
        await at_work.until(lambda: at_work.title.value == "one two")
        await at_work.pilot.pause(0.05)
        assert at_work.given == []


async def test_enter_that_comes_twice_saves_once(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("a")
        for _ in range(2):
            at_work.title.post_message(events.Key("enter", "\r"))
        await at_work.until(lambda: at_work.given)
        await at_work.pilot.pause(0.05)
        assert at_work.given == [Written("a", "", NADIA)]
        assert isinstance(at_work.app.screen, BoardScreen)


async def test_several_lines_pasted_into_the_text_stay_lines(tmp_path: Path) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.press("a", "tab")
        at_work.paste("- one\n- [/] two\n")
        await at_work.until(lambda: at_work.text.text)
        await at_work.pilot.press("ctrl+s")
        await at_work.until(lambda: at_work.given)
        assert at_work.given == [Written("a", "- one\n- [/] two\n", NADIA)]


async def test_what_people_type_is_text(tmp_path: Path) -> None:
    task = new_question(about="← [b]Hello[/b] [/]", title="[fr] {x} [/]")
    async with writing(tmp_path, task) as at_work:
        await at_work.pilot.pause()
        shown = on_screen(at_work.pilot)
        assert "← [b]Hello[/b] [/]" in shown
        assert "[fr] {x} [/]" in shown


def test_the_cards_that_a_new_one_is_made_from_are_named_within_the_width(tmp_path: Path) -> None:
    session = session_at(Store.in_memory(in_conversation()), tmp_path)
    lines = about_cards(session, ("Q1", "gone", "A1"), 14).split("\n")
    assert lines == ["← Who do we w…", "← Parents"]


# One line


@asynccontextmanager
async def asking(tmp_path: Path, **more: str) -> AsyncIterator[tuple[Pilot[None], Ask, list[str | None], Session]]:
    session = session_at(Store.in_memory(small_board()), tmp_path)
    app = app_at(session)
    async with app.run_test() as pilot:
        await pilot.pause()
        ask, given = Ask(session, "Why?", "why:D1", **more), list[str | None]()
        app.push_screen(ask, given.append)
        await until(pilot, lambda: ask.is_mounted and ask.focused)
        yield pilot, ask, given, session


async def test_a_line_that_is_left_stands_there_the_next_time(tmp_path: Path) -> None:
    async with asking(tmp_path) as (pilot, _, given, session):
        await pilot.press(*"because", "escape")
        await until(pilot, lambda: given == [None])
        again = Ask(session, "Why?", "why:D1")
        pilot.app.push_screen(again, given.append)
        await until(pilot, lambda: again.is_mounted and again.focused)
        assert again.query_one(LineInput).value == "because"
        await pilot.press("end", "!", "enter")
        await until(pilot, lambda: given == [None, "because!"])
        # It goes when what it was asked for is safe, which whoever asked knows.
        assert [draft.title for draft in session.drafts.all()] == ["because!"]


async def test_a_line_begins_with_what_there_is_and_that_is_no_draft(tmp_path: Path) -> None:
    async with asking(tmp_path, value="vallon.md", note="[b]x[/b]") as (pilot, ask, given, session):
        assert ask.query_one(LineInput).value == "vallon.md"
        assert "[b]x[/b]" in on_screen(pilot)
        await pilot.press("x", "backspace", "escape")
        await until(pilot, lambda: given == [None])
        assert session.drafts.all() == []


async def test_a_line_is_no_draft_that_is_offered_as_a_card(tmp_path: Path) -> None:
    async with asking(tmp_path) as (pilot, _, _, session):
        await pilot.press(*"because", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BoardScreen))
        await pilot.press("n")
        await until(pilot, lambda: "Nothing waits" in on_screen(pilot))
        assert len(session.drafts.all()) == 1


async def test_a_paste_that_has_no_room_in_a_line_is_not_swallowed_in_silence(tmp_path: Path) -> None:
    async with asking(tmp_path) as (pilot, asked, _, _):
        asked.query_one(LineInput).post_message(events.Paste("x" * 2_500))
        await until(pilot, lambda: "2500" in str(asked.query_one("#says", Static).render()))
        assert asked.query_one(LineInput).value == ""


@pytest.mark.parametrize("size", [(1, 1), (3, 30), (5, 24)])
async def test_a_window_without_room_ends_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    async with writing(tmp_path) as at_work:
        await at_work.pilot.resize_terminal(*size)
        await at_work.pilot.press("tab", *"so")
        await at_work.until(lambda: [draft.body for draft in at_work.kept()] == ["so"])
