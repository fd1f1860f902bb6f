"""What comes next is worked out whenever the board changes, on every screen: it has to be cheap."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from storage import Card, Store, Voice, changes, new_board
from storage.card import Trial
from storage.drafts import Draft
from storage.store import utc_now
from tui.screens.next_up import due, next_up
from tui.session import local_session

TODAY = dt.date(2026, 3, 2)


def test_a_trial_whose_day_has_not_come_is_not_looked_at_more_closely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})
    with Store.create(tmp_path / "garden.json", board) as store:
        voice = Voice(store, "p1", "s")
        for day in (1, 2, 3, 30):
            trial = Trial("Replies", dt.date(2026, 3, day))
            voice.commit_now(changes.AddCard("decision", f"Until the {day}th", trial=trial))
        for identity in ("D1", "D2", "D3", "D4"):
            voice.commit_now(changes.GiveOpinion(identity, "agree", both=True))
        session = local_session(store, "en", {"ACCORD_STATE": str(tmp_path / "state")})
        looked: list[str] = []
        agreed = Card.agreed.fget  # type: ignore[attr-defined]
        monkeypatch.setattr(Card, "agreed", property(lambda card: looked.append(card.id) or agreed(card)))
        assert [card.id for card in due(session, TODAY)] == ["D1", "D2"]
        assert looked == ["D1", "D2"]


def test_a_draft_that_is_being_written_in_another_window_does_not_come_next(tmp_path: Path) -> None:
    board = new_board("Garden", "en", {"consultant": "Nadia", "client": "Paul"})
    with Store.create(tmp_path / "garden.json", board) as store:
        here, there = (local_session(store, "en", {"ACCORD_STATE": str(tmp_path / "state")}) for _ in range(2))
        begun = Draft("new:question", "question", "", "Who", "", (), "p1", None, utc_now())
        with there.drafts.alone("new:question"):
            there.drafts.keep(begun)
            assert next_up(here) is None
        step = next_up(here)
        assert step is not None
        assert step.draft == begun
