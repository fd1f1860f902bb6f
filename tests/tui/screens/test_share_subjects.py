"""What is shared: the strategy, the whole board, a trail, what changed; and what was shared when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from storage import Voice, changes
from storage.exports import BOARD, Subject
from storage.shared import Sharing
from tui.screens.card import CardScreen
from tui.screens.share import ShareScreen
from tui.screens.share_choices import decision_near
from tui.screens.share_history import SharesScreen
from tui.screens.share_pick import DecisionPicker
from tui.session import Session

from .sharing import SHOWN, choose, document, exported, news, shared, title
from .sitting import app_at, on_screen, session_at, small_board, until

PLAIN = str.maketrans("", "", "#*-> \n•\\")


def share_screen(pilot: Pilot[None]) -> ShareScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ShareScreen)
    return screen


def shared_on(session: Session, screen: ShareScreen, day: dt.datetime, **more: str) -> Sharing:
    """Something that was shared at the present change, on a day that stays."""
    store = session.store
    found = Sharing(day, store.board.seq, store.digest, Subject("strategy"), "text", "copied", name="Nadia", **more)
    assert screen.shared is not None
    screen.shared.add(found)
    return found


async def propose(session: Session, title: str) -> None:
    Voice(session.store, "p2", "elsewhere").commit(changes.AddCard("decision", title)).result()


# What is shared


async def test_the_whole_board_has_what_the_strategy_leaves_out(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await choose(pilot, "w", "The whole board")
        assert "The whole board" in title(pilot)
        await until(pilot, lambda: "Theboardon" in document(pilot).translate(PLAIN))
        assert exported(session, "markdown", subject=BOARD) != exported(session, "markdown")
        await pilot.press("k")
        await until(pilot, lambda: "Markdown ·" in news(pilot))
        copied = (tmp_path / "state" / "copied.txt").read_text("utf-8")
        assert copied == exported(session, "markdown", subject=BOARD)


@pytest.mark.parametrize(("card", "offered"), [("D1", True), ("A1", True), ("Q1", True), (None, False)])
async def test_the_trail_of_the_decision_at_hand_is_offered_first(
    tmp_path: Path, card: str | None, offered: bool
) -> None:
    async with shared(tmp_path, card=card) as (pilot, session, _):
        await propose(session, "A newsletter")
        await choose(pilot, "w", "The trail of D1" if offered else "The trail of a decision")
        if not offered:
            await until(pilot, lambda: isinstance(pilot.app.screen, DecisionPicker))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        await until(pilot, lambda: "The trail of D1" in title(pilot))
        await until(pilot, lambda: "The question" in document(pilot))
        assert SHOWN in document(pilot)
        await pilot.press("k")
        await until(pilot, lambda: "Markdown ·" in news(pilot))
        records = tuple(session.store.history())
        wanted = exported(session, "markdown", subject=Subject("trail", card="D1"), records=records)
        assert (tmp_path / "state" / "copied.txt").read_text("utf-8") == wanted


async def test_another_decision_is_found_by_a_word_or_its_number(tmp_path: Path) -> None:
    async with shared(tmp_path, card="D1") as (pilot, session, _):
        await propose(session, "A newsletter")
        await propose(session, "Two stories a week")
        await choose(pilot, "w", "The trail of another decision")
        await until(pilot, lambda: isinstance(pilot.app.screen, DecisionPicker))
        await pilot.press(*"d2")
        await until(pilot, lambda: "1 of 3" in on_screen(pilot))
        pilot.app.screen.query_one("#search", Input).value = "WEEK stories"
        await until(pilot, lambda: "Two stories" in on_screen(pilot) and "newsletter" not in on_screen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        await until(pilot, lambda: "The trail of D3" in title(pilot))


async def test_the_list_of_decisions_says_when_nothing_fits_and_follows_what_others_do(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await choose(pilot, "w", "The trail of a decision")
        await until(pilot, lambda: isinstance(pilot.app.screen, DecisionPicker))
        pilot.app.screen.query_one("#search", Input).value = "newsletter"
        await until(pilot, lambda: "No decision has these words." in on_screen(pilot))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, DecisionPicker)
        await propose(session, "A newsletter")
        await until(pilot, lambda: "D2 A newsletter" in on_screen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        assert "The strategy" in title(pilot)


async def test_a_trail_whose_decision_is_taken_back_gives_way_to_the_strategy(tmp_path: Path) -> None:
    async with shared(tmp_path, card="D2") as (pilot, session, _):
        other = Voice(session.store, "p2", "elsewhere")
        other.commit(changes.AddCard("decision", "A newsletter")).result()
        await choose(pilot, "w", "The trail of D2")
        await until(pilot, lambda: "A newsletter" in document(pilot) and SHOWN not in document(pilot))
        other.undo().result()
        await until(pilot, lambda: "D2" in news(pilot))
        await until(pilot, lambda: "The strategy" in title(pilot) and SHOWN in document(pilot))


async def test_on_a_card_the_same_key_shares_its_trail(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        pilot.app.push_screen(CardScreen(session, "A1"))
        await until(pilot, lambda: isinstance(pilot.app.screen, CardScreen) and pilot.app.screen.query("#keys"))
        await pilot.press("p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen) and pilot.app.screen.query("#title"))
        await until(pilot, lambda: "The trail of D1" in title(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CardScreen))


async def test_a_card_of_several_decisions_is_near_none(tmp_path: Path) -> None:
    async with shared(tmp_path) as (_, session, _):
        voice = Voice(session.store, "p1", "elsewhere")
        voice.commit(changes.AddCard("answer", "Gardeners")).result()
        for number in ("D2", "D3"):
            voice.commit(changes.AddCard("decision", f"Proposal {number}", on=("A2",))).result()
            near = decision_near(session.store.board, "A2")
            assert near == ("D2" if number == "D2" else None)
        assert decision_near(session.store.board, None) is None


# What was shared when, and what changed since


async def test_where_nothing_was_shared_the_strategy_is_offered_in_place_of_what_changed(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, said):
        assert "Not shared from here yet." in news(pilot)
        await choose(pilot, "w", "What changed")
        await until(pilot, lambda: "Nothing was shared from here yet" in news(pilot))
        assert "The strategy" in title(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: said)
        assert said == [None]


async def test_what_changed_is_what_came_after_the_last_sharing(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await pilot.press("c")
        await until(pilot, lambda: "Text for an e-mail" in news(pilot))
        seq = session.store.board.seq
        await propose(session, "A newsletter")
        await choose(pilot, "w", "What changed")
        await until(pilot, lambda: "What changed since" in title(pilot))
        await until(pilot, lambda: "A newsletter" in document(pilot) and SHOWN not in document(pilot))
        assert "by Nadia, as plain text · 1 change since" in news(pilot)
        assert share_screen(pilot).wanted.subject.seq == seq


async def test_what_somebody_does_meanwhile_is_counted(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, said):
        await pilot.press("c", "escape")
        await until(pilot, lambda: said)
        pilot.app.push_screen(ShareScreen(session))
        await until(pilot, lambda: SHOWN in document(pilot))
        assert "nothing since" in news(pilot)
        await propose(session, "A newsletter")
        await until(pilot, lambda: "1 change since" in news(pilot))
        await propose(session, "Two stories a week")
        await until(pilot, lambda: "2 changes since" in news(pilot))


async def test_the_line_about_the_last_time_says_when_by_whom_and_how(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        screen = share_screen(pilot)
        at = dt.datetime(2024, 5, 12, 12, 3, tzinfo=dt.UTC)
        shared_on(session, screen, at)
        await choose(pilot, "w", "The whole board")
        local = at.astimezone()
        assert news(pilot) == f"Shared {local.day} May 2024, {local:%H:%M}, by Nadia, as plain text · nothing since"


async def test_a_trail_has_a_last_time_of_its_own(tmp_path: Path) -> None:
    async with shared(tmp_path, card="D1") as (pilot, _, _):
        await pilot.press("c")
        await until(pilot, lambda: "Text for an e-mail" in news(pilot))
        await choose(pilot, "w", "The trail of D1")
        assert news(pilot) == "Not shared from here yet."
        await pilot.press("k")
        await until(pilot, lambda: "Markdown ·" in news(pilot))
        await choose(pilot, "w", "The strategy")
        assert "as plain text" in news(pilot)
        await choose(pilot, "w", "The trail of D1")
        assert "as Markdown" in news(pilot)


async def test_all_times_are_listed_and_one_of_them_says_since_when(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        screen = share_screen(pilot)
        first = shared_on(session, screen, dt.datetime(2024, 5, 12, 12, 3, tzinfo=dt.UTC))
        await propose(session, "A newsletter")
        shared_on(session, screen, dt.datetime(2024, 5, 19, 12, 3, tzinfo=dt.UTC), where="/there/[fr].txt")
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, SharesScreen) and pilot.app.screen.query("#times"))
        times = pilot.app.screen.query_one("#times", OptionList)
        assert times.option_count == 2
        assert "/there/[fr].txt" in on_screen(pilot)
        assert on_screen(pilot).index("19 May") < on_screen(pilot).index("12 May")
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        await until(pilot, lambda: "What changed since 12 May 2024" in title(pilot))
        assert share_screen(pilot).wanted.subject == Subject("since", seq=first.seq, day=first.time.astimezone().date())
        await until(pilot, lambda: "A newsletter" in document(pilot) and SHOWN not in document(pilot))


async def test_in_little_room_the_time_stands_above_the_words(tmp_path: Path) -> None:
    async with shared(tmp_path, size=(20, 12)) as (pilot, _, _):
        await pilot.press("c")
        await until(pilot, lambda: "Text for" in news(pilot))
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, SharesScreen) and pilot.app.screen.query("#times"))
        await until(pilot, lambda: "  The strategy," in on_screen(pilot))


async def test_an_empty_list_says_what_will_be_in_it(tmp_path: Path) -> None:
    async with shared(tmp_path, lang="fr") as (pilot, _, _):
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, SharesScreen) and pilot.app.screen.query("#times"))
        await until(pilot, lambda: "Rien encore." in on_screen(pilot))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, SharesScreen)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))


async def test_what_is_for_a_program_was_not_shared_with_anybody(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, _, _):
        await choose(pilot, "a", "JSON")
        await pilot.press("c")
        await until(pilot, lambda: "JSON ·" in news(pilot))
        screen = share_screen(pilot)
        assert screen.shared is not None
        assert screen.shared.all() == []


async def test_a_file_that_was_saved_is_kept_with_its_place(tmp_path: Path) -> None:
    async with shared(tmp_path) as (pilot, session, _):
        await pilot.press("s")
        await until(pilot, lambda: pilot.app.screen.query("#line"))
        await pilot.press("enter")
        await until(pilot, lambda: "Saved" in news(pilot))
        kept = share_screen(pilot).shared
        assert kept is not None
        (sharing,) = kept.all()
        assert (sharing.form, sharing.route, sharing.name) == ("html", "saved", "Nadia")
        assert sharing.where == str(tmp_path / "vallon-strategy.html")
        assert (sharing.seq, sharing.digest) == (session.store.board.seq, session.store.digest)


async def test_a_guest_neither_sees_nor_adds_to_what_the_host_has_shared(tmp_path: Path) -> None:
    async with shared(tmp_path, remote=True) as (pilot, _, _):
        assert news(pilot) == ""
        await pilot.press("h")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ShareScreen)
        await pilot.press("w")
        await until(pilot, lambda: pilot.app.screen.query("#choices"))
        assert "What changed" not in on_screen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ShareScreen))
        assert not (tmp_path / "state" / "shared").exists()


async def test_a_board_without_decisions_offers_no_trail(tmp_path: Path) -> None:
    from storage import Store

    with Store.create(tmp_path / "empty.json", small_board()) as store:
        session = session_at(store, tmp_path / "state")
        async with app_at(session).run_test(size=(80, 24)) as pilot:
            pilot.app.push_screen(ShareScreen(session))
            await until(pilot, lambda: "Phare" in document(pilot))
            await pilot.press("w")
            await until(pilot, lambda: pilot.app.screen.query("#choices"))
            assert "trail" not in on_screen(pilot)
