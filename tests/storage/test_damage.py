"""Files that are cut or have a bit flipped: either the same board as before, or one that says what it lacks."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage import Board, Refused, Store
from storage.card import Wording
from storage.changes import AddCard, AddNote, Describe, GiveOpinion, Reword
from storage.check import check, repair
from storage.store import Sitting, journal_path

from .keeping import board_of, codes, refusal
from .table import NADIA, PAUL, three_people

pytestmark = pytest.mark.usefixtures("quick_disk")

HERE = Sitting(NADIA, "s1", NADIA, True)


@dataclass
class Sound:
    """The files of a board before anything happened to them, and the board. ``behind`` is where the checkpoint is."""

    path: Path
    board: Board
    journal: bytes
    checkpoint: bytes
    behind: int

    def put(self, *, journal: bytes | None = None, checkpoint: bytes | None = None) -> None:
        """Put the files in place, with one of them changed, and nothing else."""
        shutil.rmtree(self.path.parent)
        self.path.parent.mkdir()
        self.path.write_bytes(self.checkpoint if checkpoint is None else checkpoint)
        journal_path(self.path).write_bytes(self.journal if journal is None else journal)

    @property
    def last_line(self) -> int:
        """Where the last line of the journal begins."""
        return self.journal.rindex(b"\n", 0, -1) + 1


def made(path: Path, cards: int) -> Iterator[None]:
    """Make a small board with a bit of everything; after each change, nothing."""
    with Store.create(path, three_people()) as store:
        for number in range(cards):
            question, answer, decision = f"Q{number + 1}", f"A{number + 1}", f"D{number + 1}"
            for change in (
                AddCard("question", f"Où ? {number}"),
                AddCard("answer", "Families nearby", "In *their* words.\n", on=(question,)),
                AddCard("decision", "Newsletter first", on=(answer,)),
                GiveOpinion(decision, "agree", both=True),
                Reword(question, Wording("Où, exactement ?")),
                AddNote(answer, "it rained"),
                Describe(decision, who="Zoé"),
            ):
                store.commit(change, HERE)
                yield


@pytest.fixture(params=["the checkpoint at the end", "the checkpoint behind"])
def sound(request: pytest.FixtureRequest, tmp_path: Path) -> Sound:
    path = tmp_path / "board" / "acme.json"
    path.parent.mkdir()
    for number, _ in enumerate(made(path, 2)):
        if number == 7:
            with Store.open(path):  # its close writes a checkpoint
                pass
            behind = path.read_bytes()
    with Store.open(path) as store:
        board = store.board
    at_end = request.param == "the checkpoint at the end"
    checkpoint = path.read_bytes() if at_end else behind
    return Sound(path, board, journal_path(path).read_bytes(), checkpoint, 0 if at_end else 6)


def opened(path: Path) -> tuple[Board | None, set[str]]:
    """The board as it opens, and what is said about it; no board where it is refused."""
    try:
        with Store.open(path) as store:
            said = {notice.code for notice in store.notices}
            if store.read_only is not None:
                said.add(store.read_only.code)
                with pytest.raises(Refused):
                    store.commit(AddCard("question", "Not now?"), HERE)
            return store.board, said
    except Refused as refused:
        return None, {refused.code}


def assert_honest(sound: Sound) -> set[str]:
    """It opens with the same board, or says that it does not; what it says."""
    board, said = opened(sound.path)
    assert board == sound.board or said, "a different board, and not a word about it"
    assert board is None or board.seq <= sound.board.seq
    assert board is not None, "there is always something to be seen"
    if board != sound.board:
        assert said & {"damaged", "torn-line", "journal-lost"}
    return said


def assert_mended(sound: Sound, *, at_least: int) -> None:
    """After a repair the board can be changed, and nothing is said; little is lost, and that little was said."""
    done = {finding.code for finding in repair(sound.path)}
    assert done
    assert check(sound.path) == []
    with Store.open(sound.path) as store:
        assert store.notices == []
        assert store.read_only is None
        assert store.board.seq >= at_least
        if store.board != sound.board:
            assert done & {"changes-lost", "torn-line", "journal-lost"}
        store.commit(AddCard("question", "Can we go on?"), HERE)
        seq = store.board.seq
    with Store.open(sound.path) as store:
        assert store.board.seq == seq
        assert store.notices == []
    assert check(sound.path) == []
    assert repair(sound.path) == []


def test_the_journal_can_be_cut_at_every_byte_of_its_last_line(sound: Sound) -> None:
    for size in range(sound.last_line, len(sound.journal)):
        data = sound.journal[:size]
        sound.put(journal=data)
        found = {finding.code for finding in check(sound.path)}
        if size > sound.last_line:
            assert "journal-torn" in found
        elif not sound.behind:
            assert found == {"journal-short"}
        if found:  # nobody can see that the whole of a last line is gone, where no checkpoint has it
            assert_honest(sound)
            if size % 5 == 0 or size > len(sound.journal) - 3:
                sound.put(journal=data)
                assert_mended(sound, at_least=sound.board.seq - 1)


def test_a_line_that_lost_its_newline_alone_loses_nothing(sound: Sound) -> None:
    for end in (b"", b"\x0b", b"\n"[:0] + b"J", b"\x8a"):
        sound.put(journal=sound.journal[:-1] + end)
        assert {finding.code for finding in check(sound.path)} >= {"journal-torn"}
        board, said = opened(sound.path)
        assert board == sound.board
        assert not said
        sound.put(journal=sound.journal[:-1] + end)
        assert_mended(sound, at_least=sound.board.seq)
        with Store.open(sound.path) as store:
            assert store.board.cards["Q1"] == sound.board.cards["Q1"]


def test_the_journal_can_be_cut_anywhere(sound: Sound) -> None:
    for size in range(0, sound.last_line, 211):
        sound.put(journal=sound.journal[:size])
        if check(sound.path):
            assert_honest(sound)
            sound.put(journal=sound.journal[:size])
            assert_mended(sound, at_least=sound.board.seq - sound.behind if not sound.behind else 0)
        else:
            assert sound.behind or size == 0


def test_the_checkpoint_can_be_cut_at_every_byte(sound: Sound) -> None:
    for size in range(0, len(sound.checkpoint), 1 if sound.behind else 7):
        sound.put(checkpoint=sound.checkpoint[:size])
        if size % 70 == 0:
            assert [finding.code for finding in check(sound.path)] == ["checkpoint-damaged"]
            assert_mended(sound, at_least=sound.board.seq)
            sound.put(checkpoint=sound.checkpoint[:size])
        board, said = opened(sound.path)
        assert board == sound.board
        assert said == {"checkpoint-rebuilt"}


def flips(data: bytes, count: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """The data with one bit turned, in so many places; and where. Newlines are among them."""
    places = random.Random(seed)
    newlines = [at for at, byte in enumerate(data) if byte == 10]
    for at in [*newlines, *(places.randrange(len(data)) for _ in range(count))][: count + len(newlines)]:
        yield at, data[:at] + bytes([data[at] ^ 1 << places.randrange(8)]) + data[at + 1 :]


def test_a_bit_can_turn_anywhere_in_the_journal(sound: Sound) -> None:
    starts = [0] + [at + 1 for at, byte in enumerate(sound.journal) if byte == 10]
    for at, data in flips(sound.journal, 200, seed=5):
        sound.put(journal=data)
        line = max(number for number, start in enumerate(starts, 1) if start <= at)
        findings = check(sound.path)
        if at == len(sound.journal) - 1:
            assert findings[0].code == "journal-torn"
            assert [finding.code for finding in findings[1:]] == ([] if sound.behind else ["journal-short"])
        else:
            damage = findings[0]
            assert damage.code == "journal-damaged"
            assert damage.facts["line"] == line
            assert damage.facts["offset"] == starts[line - 1]
            assert damage.facts["seq"] == (line if line > 1 else 0)
        assert_honest(sound)
        sound.put(journal=data)
        # What the checkpoint has, and the lines that follow it, are never lost to damage before it, nor to that of
        # its own line; without its newline that one takes the next line with it.
        own = sound.board.seq - sound.behind
        covered = line < own or (line == own and sound.journal[at] != 10)
        assert_mended(sound, at_least=sound.board.seq if covered else line - 1)


def test_a_bit_can_turn_anywhere_in_the_checkpoint(sound: Sound) -> None:
    for at, data in flips(sound.checkpoint, 200, seed=6):
        sound.put(checkpoint=data)
        assert [finding.code for finding in check(sound.path)] == ["checkpoint-damaged"], at
        board, said = opened(sound.path)
        assert board == sound.board
        assert said == {"checkpoint-rebuilt"}
        if at % 4 == 0:
            sound.put(checkpoint=data)
            assert_mended(sound, at_least=sound.board.seq)


def test_a_bit_can_turn_in_both_files(sound: Sound) -> None:
    journals, checkpoints = flips(sound.journal, 60, seed=7), flips(sound.checkpoint, 60, seed=8)
    for (_, journal), (_, checkpoint) in zip(journals, checkpoints, strict=False):
        sound.put(journal=journal, checkpoint=checkpoint)
        codes = [finding.code for finding in check(sound.path)]
        assert codes[0].startswith("journal-")
        assert codes[-1] == "checkpoint-damaged"
        board, said = opened(sound.path)
        assert board is None or board == sound.board or "damaged" in said
        sound.put(journal=journal, checkpoint=checkpoint)
        if board is None:
            assert said <= {"nothing-sound", "later-version"}
            with pytest.raises(Refused) as refused:
                repair(sound.path)
            assert refused.value.code in said
            assert journal_path(sound.path).read_bytes() == journal
        else:
            assert_mended(sound, at_least=board.seq)


def test_bytes_can_be_missing_or_too_many_anywhere_in_the_journal(sound: Sound) -> None:
    places = random.Random(9)
    for number in range(60):
        at = places.randrange(len(sound.journal) - 1)
        gone = places.randrange(1, 400)
        more = places.randbytes(places.randrange(1, 400)) if number % 2 else b""
        data = sound.journal[:at] + more + sound.journal[at + (0 if more else gone) :]
        sound.put(journal=data)
        if check(sound.path):
            assert_honest(sound)
            sound.put(journal=data)
            assert_mended(sound, at_least=sound.board.seq - sound.behind - 1 if not sound.behind else 0)
        else:
            assert data == sound.journal[: len(data)]


@pytest.mark.parametrize("fill", [b"\0", b"\n", b"x", b"{"])
def test_a_stretch_of_the_journal_can_be_overwritten(sound: Sound, fill: bytes) -> None:
    """As a file system may leave it after a power cut."""
    for at in range(0, len(sound.journal) - 512, 1024):
        data = sound.journal[:at] + fill * 512 + sound.journal[at + 512 :]
        sound.put(journal=data)
        assert check(sound.path)[0].code == "journal-damaged"
        assert_honest(sound)
        sound.put(journal=data)
        assert_mended(sound, at_least=0)


def test_zeros_after_the_last_line_are_a_torn_line(sound: Sound) -> None:
    sound.put(journal=sound.journal + b"\0" * 4096)
    assert [finding.code for finding in check(sound.path)] == ["journal-torn"]
    board, said = opened(sound.path)
    assert (board, said) == (sound.board, {"torn-line"})
    sound.put(journal=sound.journal + b"\0" * 4096)
    assert_mended(sound, at_least=sound.board.seq)


@pytest.mark.parametrize("sound", ["the checkpoint behind"], indirect=True)
def test_a_damaged_board_can_be_looked_at_by_several_at_once(sound: Sound) -> None:
    data = bytearray(sound.journal)
    data[sound.last_line + 9] ^= 1
    sound.put(journal=bytes(data))
    with Store.open(sound.path) as one, Store.open(sound.path) as two:
        assert one.board == two.board
        assert one.read_only is not None
        assert not one.refresh()
        assert [record.seq for record in one.history()] == list(range(2, sound.board.seq))
    assert journal_path(sound.path).read_bytes() == bytes(data)


@pytest.mark.parametrize("sound", ["the checkpoint behind"], indirect=True)
def test_damage_is_told_with_its_place(sound: Sound) -> None:
    data = bytearray(sound.journal)
    data[sound.last_line + 9] ^= 1
    sound.put(journal=bytes(data))
    with Store.open(sound.path) as store:
        (notice,) = store.notices
        assert notice.facts == {"path": str(sound.path), "seq": sound.board.seq, "offset": sound.last_line}
        with pytest.raises(Refused) as refused:
            store.commit(AddCard("question", "?"), Sitting(PAUL, "s2", PAUL, False))
        assert (refused.value.code, refused.value.facts) == ("damaged", notice.facts)


# What somebody else has put there


@pytest.mark.parametrize("there", ["a link", "a pipe"])
def test_a_torn_line_is_not_written_into_what_is_no_file(path: Path, tmp_path: Path, there: str) -> None:
    with board_of(path, "Who?"):
        pass
    torn, precious = tmp_path / "acme.journal.torn", tmp_path / "precious"
    precious.write_bytes(b"mine")
    if there == "a link":
        torn.symlink_to(precious)
    else:
        os.mkfifo(torn)
    with journal_path(path).open("ab") as file:
        file.write(b"half")
    with Store.open(path) as store:
        assert codes(store) == ["torn-line"]
    assert precious.read_bytes() == b"mine"
    (apart,) = tmp_path.glob("acme.journal.torn-*")
    assert apart.read_bytes() == b"half\n"


@pytest.mark.parametrize("foreign", [b"my diary", b'{"mine":1}'])
def test_a_file_of_somebody_else_is_left_as_it_is(path: Path, foreign: bytes) -> None:
    journal_path(path).write_bytes(foreign)
    assert refusal(path) in ("not-a-board", "nothing-sound")
    assert journal_path(path).read_bytes() == foreign


def test_beside_a_sound_board_a_file_of_somebody_else_is_left_as_it_is_too(path: Path) -> None:
    with board_of(path, "Who?") as store:
        board = store.board
    journal_path(path).write_bytes(b"my diary")
    with Store.open(path) as store:
        assert store.board.same_as(board)
        assert store.read_only is not None
        assert codes(store) == ["damaged"]
    assert journal_path(path).read_bytes() == b"my diary"


def test_a_first_line_that_was_torn_is_still_set_apart(path: Path) -> None:
    with board_of(path, "Who?") as store:
        board = store.board
    journal_path(path).write_bytes(b'{"line":"board","acc')
    with Store.open(path) as store:
        assert store.board.same_as(board)
        assert store.read_only is None


def test_no_link_is_followed_to_a_journal(path: Path, tmp_path: Path) -> None:
    with board_of(path, "Who?"):
        pass
    elsewhere = tmp_path / "elsewhere"
    journal_path(path).rename(elsewhere)
    journal_path(path).symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    assert refusal(path) == "not-a-board"
    assert elsewhere.read_bytes() == before
