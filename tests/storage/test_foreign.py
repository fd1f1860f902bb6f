"""Files that do not belong together: a backup restored by halves, a copy mixed up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage import Refused, Store, Voice, changes, new_board
from storage.check import check, repair
from storage.opening import journal_path


def begun(path: Path, *titles: str) -> Path:
    with Store.create(path, new_board(path.stem, "en", {"consultant": "Nadia", "client": "Paul"})) as store:
        voice = Voice(store, "p1", "s")
        for title in titles:
            voice.commit_now(changes.AddCard("question", title))
    return path


@pytest.mark.parametrize("others", [("X",), ("X", "Y"), ("X", "Y", "Z", "W")])
def test_a_journal_of_another_board_never_takes_the_place_of_this_one(tmp_path: Path, others: tuple[str, ...]) -> None:
    own, other = begun(tmp_path / "own.json", "Who?", "How?"), begun(tmp_path / "other.json", *others)
    before = own.read_bytes()
    shutil.copy(journal_path(other), journal_path(own))
    foreign = journal_path(own).read_bytes()
    with Store.open(own) as store:
        assert [store.board.cards[i].title for i in ("Q1", "Q2")] == ["Who?", "How?"]
        assert [notice.code for notice in store.notices] == ["foreign-journal"]
        with pytest.raises(Refused, match="foreign-journal"):
            Voice(store, "p1", "s").commit_now(changes.AddCard("question", "Why?"))
    assert [finding.code for finding in check(own)] == ["foreign-journal"]
    with pytest.raises(Refused, match="foreign-journal"):
        repair(own)
    assert own.read_bytes() == before
    assert journal_path(own).read_bytes() == foreign


def test_an_older_copy_of_the_board_beside_its_journal_is_followed_up(tmp_path: Path) -> None:
    own = begun(tmp_path / "own.json", "Who?")
    copy = tmp_path / "copy"
    shutil.copy(own, copy)
    with Store.open(own) as store:
        Voice(store, "p1", "s").commit_now(changes.AddCard("question", "How?"))
    shutil.copy(copy, own)
    with Store.open(own) as store:
        assert set(store.board.cards) == {"Q1", "Q2"}
        assert store.notices == []
