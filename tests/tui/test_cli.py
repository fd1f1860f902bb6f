"""The command line, called in this process; the few tests that need a process of its own are at the end."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import tui.cli
from storage import Act, Record, Refused, Store, Voice, changes, new_board
from storage.journal import FileJournal, Head
from storage.store import utc_now
from tui.cli import INTERRUPTED, READER_GONE, Program, main, run
from tui.commandline import boards
from tui.commandline.calls import Call
from tui.words import interface_language

ROOT = Path(__file__).parents[2]
ESCAPE = "\x1b]52;c;aGVsbG8=\x07"
UNSAFE = f"Hi {ESCAPE}\x9b31m\u202e\x7f there"


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


class Accord:
    """Calls commands in a folder of the test's own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.environ = {"LANG": "en_US.UTF-8", "ACCORD_STATE": str(folder / "state")}
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *argv: str, lang: str = "", stdin: bytes = b"") -> Ended:
        environ = {**self.environ, "LANG": lang} if lang else self.environ
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        self._capsys.readouterr()
        status = run(argv, environ)
        said = self._capsys.readouterr()
        return Ended(status, said.out, said.err)

    def ok(self, *argv: str, lang: str = "", stdin: bytes = b"") -> str:
        """What a command says that must end well."""
        ended = self(*argv, lang=lang, stdin=stdin)
        assert (ended.status, ended.err) == (0, ""), ended
        return ended.out

    def refused(self, *argv: str, lang: str = "", status: int = 1) -> str:
        """The one line of a command that must not do anything."""
        ended = self(*argv, lang=lang)
        assert ended.status == status, ended
        assert ended.out == ""
        assert ended.err.count("\n") == 1
        assert ended.err.endswith("\n")
        assert "Traceback" not in ended.err
        return ended.err.strip()

    def cards(self, board: str = "acme.json") -> dict[str, dict[str, object]]:
        """The cards, as ``list --json`` has them."""
        return {card["id"]: card for card in json.loads(self.ok("list", board, "--json"))}


@pytest.fixture
def accord(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Accord:
    monkeypatch.chdir(tmp_path)
    return Accord(tmp_path, capsys, monkeypatch)


@pytest.fixture
def acme(accord: Accord) -> str:
    """A board on which there is a question, an answer, a proposal, and a decision that settles others."""
    accord.ok("new", "acme", "--title", "Jardins du Vallon", "--consultant", "Nadia", "--client", "Paul")
    accord.ok("add", "acme", "question", "Who first?", "--by", "consultant")
    accord.ok("add", "acme", "answer", "Parents", "--by", "client", "--on", "Q1")
    accord.ok("add", "acme", "decision", "Newsletter first", "--by", "consultant", "--on", "A1")
    accord.ok("add", "acme", "decision", "Two stories a week", "--by", "consultant", "--body", "On *Instagram*.")
    accord.ok("agree", "acme", "D1", "--by", "consultant")
    accord.ok("agree", "acme", "D1", "--by", "client")
    return "acme.json"


# new


def test_new_begins_a_board_and_fills_in_what_is_not_said(accord: Accord) -> None:
    assert "my-board.json" in accord.ok("new", "my-board")
    with Store.open(Path("my-board.json")) as store:
        assert (store.board.title, store.board.lang) == ("my board", "en")
        assert [person.name for person in store.board.people.values()] == ["Consultant", "Client"]


def test_new_takes_the_language_of_the_environment_unless_told(accord: Accord) -> None:
    accord.ok("new", "one.json", lang="fr_CH.UTF-8")
    accord.ok("new", "two.json", "--lang", "en", lang="fr_CH.UTF-8")
    with Store.open(Path("one.json")) as one, Store.open(Path("two.json")) as two:
        assert (one.board.lang, two.board.lang) == ("fr", "en")


def test_new_never_begins_over_something(accord: Accord, acme: str) -> None:
    before = Path("acme.json").read_bytes(), Path("acme.journal").read_bytes()
    assert "acme.json is there already" in accord.refused("new", "acme")
    assert before == (Path("acme.json").read_bytes(), Path("acme.journal").read_bytes())


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("new", "nowhere/acme"), "The folder nowhere"),
        (("new", ".."), "no name for a board"),
        (("new", "acme.journal"), "no name for a board"),
        (("new", "acme", "--title", " \x1b "), "The title is empty"),
        (("new", "acme", "--client", ""), "The name is empty"),
        (("new", "acme", "--client", "nadia", "--consultant", "Nadia"), "There is a nadia already"),
    ],
)
def test_new_says_what_is_wrong(accord: Accord, argv: tuple[str, ...], words: str) -> None:
    assert words in accord.refused(*argv)
    assert list(accord.folder.iterdir()) == []


# add


def test_add_prints_the_id_as_the_data_has_it(accord: Accord, acme: str) -> None:
    assert accord.ok("add", acme, "answer", "Neighbours", "--by", "client", "--on", "q1", lang="fr_FR.UTF-8") == "A2\n"


def test_add_takes_links_in_any_case_and_r_for_a(accord: Accord, acme: str) -> None:
    accord.ok("add", acme, "decision", "Both", "--by", "client", "--on", "r1", "--on", "Q1", "--on", "a1")
    links = accord.cards()["D3"]["links"]
    assert links == [{"kind": "rests_on", "to": "A1"}, {"kind": "rests_on", "to": "Q1"}]


def test_add_reads_a_body_from_standard_input(accord: Accord, acme: str) -> None:
    accord.ok("add", acme, "question", "When?", "--by", "client", "--body", "-", stdin="Été,\nou plus tard\n".encode())
    assert accord.cards()["Q2"]["body"] == "Été,\nou plus tard"


def test_standard_input_may_be_anything(accord: Accord, acme: str) -> None:
    accord.ok("add", acme, "question", "When?", "--by", "client", "--body", "-", stdin=b"\xff\xfe\x00\x1b[31m \x80 end")
    assert str(accord.cards()["Q2"]["body"]).endswith("end")


def test_the_voice_is_the_first_person_of_the_party_in_a_session_of_its_own(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.AddPerson("Zoé", "client"))
    accord.ok("add", acme, "question", "One?", "--by", "client")
    accord.ok("add", acme, "question", "Two?", "--by", "CLIENT")
    with Store.open(Path(acme)) as store:
        one, two = list(store.history())[-2:]
        assert (one.voice, one.typed_by) == ("p2", "p2")
        assert one.session.startswith("cli-")
        assert one.session != two.session


def test_both_never_agree_in_one_step_from_here(accord: Accord, acme: str) -> None:
    accord.ok("agree", acme, "D2", "--by", "client")
    card = accord.cards()["D2"]
    assert [opinion["party"] for opinion in card["opinions"]] == ["client"]  # type: ignore[attr-defined]


# move, edit, opinions


@pytest.mark.parametrize("column", ["discuss", "To discuss", "à discuter", "DISCUSS"])
def test_a_column_is_named_by_its_role_or_its_title_in_either_language(
    accord: Accord, acme: str, column: str
) -> None:
    assert accord.ok("move", acme, "d2", column, "--by", "client") == "D2 stands in “To discuss”.\n"
    assert accord.cards()["D2"]["column"] == "discuss"


def test_moving_into_agreed_is_refused_and_says_who_is_missing(accord: Accord, acme: str) -> None:
    accord.ok("agree", acme, "D2", "--by", "consultant")
    assert accord.refused("move", acme, "D2", "agreed", "--by", "client").endswith("still missing: Paul.")
    assert accord.cards()["D2"]["column"] == "table"


def test_moving_out_of_agreed_takes_ones_own_assent_back(accord: Accord, acme: str) -> None:
    assert "waiting for Paul" in accord.ok("move", acme, "D1", "table", "--by", "client")
    assert accord.cards()["D1"]["agreed"] is False


def test_a_reason_makes_it_a_concern(accord: Accord, acme: str) -> None:
    accord.ok("agree", acme, "D2", "--by", "client", "--why", "Not on Sundays")
    said = accord.ok("agree", acme, "D2", "--by", "consultant")
    assert said == "D2 is agreed, and stands in “Agreed”.\n"
    assert "Paul: agree, with a concern: Not on Sundays" in accord.ok("show", acme, "D2")


def test_an_objection_needs_its_reason(accord: Accord, acme: str) -> None:
    assert "--why TEXT is missing" in accord.refused("disagree", acme, "D2", "--by", "client", status=2)
    assert "need their reason" in accord.refused("disagree", acme, "D2", "--by", "client", "--why", " ")
    accord.ok("disagree", acme, "D2", "--by", "client", "--why", "Too much")
    assert "Paul disagrees" in accord.ok("list", acme)


def test_rewording_puts_a_decision_back_on_the_table(accord: Accord, acme: str) -> None:
    assert "“On the table”" in accord.ok("edit", acme, "D1", "--title", "Newsletter only", "--by", "client")
    card = accord.cards()["D1"]
    assert (card["title"], card["column"], card["agreed"]) == ("Newsletter only", "table", False)


def test_edit_leaves_what_it_is_not_told(accord: Accord, acme: str) -> None:
    accord.ok("edit", acme, "D2", "--title", "Three stories", "--by", "client")
    assert accord.cards()["D2"]["body"] == "On *Instagram*."
    accord.ok("edit", acme, "D2", "--body", "-", "--by", "client", stdin=b"Elsewhere.")
    assert (accord.cards()["D2"]["title"], accord.cards()["D2"]["body"]) == ("Three stories", "Elsewhere.")
    assert "nothing to reword" in accord.refused("edit", acme, "D2", "--by", "client", status=2)


# list, show, history


def test_list_json_has_every_card_with_what_other_programs_need(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.SetAside("D2"))
    cards = accord.cards()
    assert list(cards) == ["Q1", "A1", "D1", "D2"]
    assert all({"id", "kind", "title", "body", "column", "party", "links", "state"} <= card.keys() for card in cards.values())
    assert {i: card["state"] for i, card in cards.items()} == {"Q1": "settled", "A1": "settled", "D1": "agreed", "D2": "aside"}
    assert cards["A1"]["party"] == "client"


def test_list_says_where_everything_stands(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.AddCard("question", "What of Twitter?"))
        Voice(store, "p1", "s").commit_now(changes.SetAside("Q2"))
    said = accord.ok("list", acme)
    assert said.startswith("Jardins du Vallon\n")
    parts = {part.splitlines()[0]: part.splitlines()[1:] for part in said.split("\n\n")[1:]}
    assert list(parts) == [
        "To discuss (0)", "On the table (1)", "Agreed (1)", "Trying (0)", "Settled cards (2)", "Cards set aside (1)",
    ]  # fmt: skip
    assert parts["On the table (1)"] == ["  D2  Nadia  Two stories a week  (proposal: waits for Nadia, Paul)"]
    assert parts["Settled cards (2)"][1] == "  A1  Paul   Parents  (settled by D1, ← Q1)"


def test_list_speaks_the_language_of_who_asks(accord: Accord, acme: str) -> None:
    said = accord.ok("list", acme, lang="fr_CH.UTF-8")
    assert "Sur la table (1)" in said
    assert "R1  Paul" in said
    assert "A1" not in said


def test_columns_of_names_are_as_wide_as_they_look(accord: Accord) -> None:
    accord.ok("new", "wide", "--consultant", "李雷", "--client", "Bob")
    accord.ok("add", "wide", "question", "One", "--by", "consultant")
    accord.ok("add", "wide", "question", "Two", "--by", "client")
    lines = accord.ok("list", "wide").splitlines()
    assert "  Q1  李雷  One  (unanswered)" in lines
    assert "  Q2  Bob   Two  (unanswered)" in lines


def test_show_has_all_that_is_on_a_card(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p2", "s").commit_now(changes.AddNote("D2", "We tried\nthat", "against"))
        Voice(store, "p2", "s").commit_now(changes.Describe("D2", theme="Social", who="Paul"))
    lines = accord.ok("show", acme, "d2").splitlines()
    assert lines[:4] == ["Proposal D2", "Two stories a week", "", "On *Instagram*."]
    assert "note against it  Paul: We tried that" in lines
    assert "theme            Social" in lines
    assert "opinion          Nadia: waited for" in lines
    assert json.loads(accord.ok("show", acme, "d2", "--json"))["id"] == "D2"


def test_history_tells_everything_by_whom(accord: Accord, acme: str) -> None:
    lines = accord.ok("history", acme).splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("1  20")
    assert lines[1].endswith("Paul   answers with A1: Parents")
    assert [record["seq"] for record in json.loads(accord.ok("history", acme, "--json"))] == [1, 2, 3, 4, 5, 6]


def test_a_corrected_voice_is_right_in_the_history_too(accord: Accord, acme: str) -> None:
    with Store.open(Path(acme)) as store:
        Voice(store, "p1", "s").commit_now(changes.CorrectVoice("Q1", "p2"))
    first = accord.ok("history", acme).splitlines()[0]
    assert "  Paul   asks Q1: Who first?  (typed by Nadia)" in first
    assert json.loads(accord.ok("history", acme, "--json"))[0]["voice"] == "p2"


def test_a_board_without_a_change_has_a_history_too(accord: Accord) -> None:
    accord.ok("new", "acme")
    assert accord.ok("history", "acme") == "Nothing has been done on this board yet.\n"
    assert accord.ok("history", "acme", "--json") == "[]\n"


# export


@pytest.mark.parametrize("form", ["markdown", "text", "json"])
def test_export_writes_the_same_to_standard_output_and_to_a_file(accord: Accord, acme: str, form: str) -> None:
    said = accord.ok("export", acme, "--as", form)
    assert "Newsletter first" in said
    assert accord.ok("export", acme, "--as", form, "-o", "out") == ""
    assert Path("out").read_text() == said


def test_export_speaks_the_language_of_the_board(accord: Accord, acme: str) -> None:
    accord.ok("new", "fr", "--lang", "fr")
    assert accord.ok("export", "fr", lang="en_US.UTF-8") == accord.ok("export", "fr", lang="fr_CH.UTF-8")
    assert accord.ok("export", acme, lang="en_US.UTF-8") == accord.ok("export", acme, lang="fr_CH.UTF-8")


def test_export_can_leave_names_out_and_tell_more(accord: Accord, acme: str) -> None:
    assert "Paul" in accord.ok("export", acme, "--full")
    assert "Paul" not in accord.ok("export", acme, "--no-names")


def test_an_export_keeps_the_mode_of_the_file_that_it_replaces_and_follows_a_link(accord: Accord, acme: str) -> None:
    Path("real.md").write_text("old")
    Path("real.md").chmod(0o640)
    Path("link.md").symlink_to("real.md")
    accord.ok("export", acme, "-o", "link.md")
    assert Path("link.md").is_symlink()
    assert "Newsletter" in Path("real.md").read_text()
    assert stat.S_IMODE(Path("real.md").stat().st_mode) == 0o640


def test_an_export_goes_through_a_device_and_does_not_replace_it(accord: Accord, acme: str) -> None:
    assert accord.ok("export", acme, "-o", os.devnull) == ""
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (".", ". is a folder"),
        ("nowhere/out.md", "The folder nowhere is not there"),
        ("acme.json", "acme.json is the board itself"),
        ("acme.journal", "acme.journal is the board itself"),
        ("again.json", "again.json is the board itself"),
    ],
)
def test_an_export_says_where_it_cannot_go(accord: Accord, acme: str, target: str, words: str) -> None:
    Path("again.json").symlink_to("acme.json")
    before = {path: path.read_bytes() for path in Path().glob("acme.*")}
    assert words in accord.refused("export", acme, "-o", target)
    assert {path: path.read_bytes() for path in Path().glob("acme.*")} == before
    assert sorted(os.listdir()) == ["acme.journal", "acme.json", "again.json"]


def test_the_forms_offered_are_those_that_there_are() -> None:
    from storage import exports
    from tui.commandline import share

    assert share.FORMS == exports.FORMS


# How boards are named


@pytest.mark.parametrize("typed", ["acme", "acme.json", "acme.journal", "./acme", "link.json"])
def test_a_board_may_be_named_in_any_of_these_ways(accord: Accord, acme: str, typed: str) -> None:
    Path("link.json").symlink_to("acme.json")
    before = Path("acme.journal").read_bytes()
    assert accord.ok("list", typed).startswith("Jardins du Vallon\n")
    assert Path("acme.journal").read_bytes() == before
    assert sorted(os.listdir()) == ["acme.journal", "acme.json", "link.json"]


def test_a_lost_checkpoint_is_made_again_and_told(accord: Accord, acme: str) -> None:
    Path("acme.json").unlink()
    ended = accord("list", "acme")
    assert ended.status == 0
    assert ended.out.startswith("Jardins du Vallon\n")
    assert ended.err == "acme.json was missing or damaged and was made again from its journal; nothing is lost.\n"
    assert Path("acme.json").exists()


def test_a_damaged_board_can_be_read_and_not_changed(accord: Accord, acme: str) -> None:
    journal = Path("acme.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:3], b"x" * 40 + b"\n", *lines[4:]]))
    Path("acme.json").unlink()
    ended = accord("list", acme)
    assert (ended.status, ended.err.count("\n")) == (0, 1)
    assert "damaged from change 3 on" in ended.err
    assert "accord check --repair" in accord.refused("add", acme, "question", "More?", "--by", "client")


# Opening


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path | None, str, bool]]:
    """What the app was asked to open, in place of the app; a terminal is there."""
    calls: list[tuple[Path | None, str, bool]] = []

    def run_app(path: Path | None, lang: str, *, demo: bool = False) -> int:
        if path is not None:
            Store.open(path).close()
        calls.append((path, lang, demo))
        return 0

    app = types.ModuleType("tui.app")
    app.run_app = run_app  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tui.app", app)
    monkeypatch.setattr(boards, "_need_terminal", lambda: None)
    return calls


def test_a_word_that_is_no_command_is_a_board_to_open(
    accord: Accord, acme: str, opened: list[tuple[Path | None, str, bool]]
) -> None:
    accord.ok("acme", lang="fr_CH.UTF-8")
    assert opened == [(Path("acme.json"), "fr", False)]


def test_no_word_opens_the_last_board_or_the_welcome(
    accord: Accord, acme: str, opened: list[tuple[Path | None, str, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    accord.ok()
    accord.ok("acme")
    monkeypatch.chdir("/")
    accord.ok()
    assert [path for path, _, _ in opened] == [None, Path("acme.json"), accord.folder / "acme.json"]


def test_what_is_no_board_is_not_opened_again(
    accord: Accord, acme: str, opened: list[tuple[Path | None, str, bool]]
) -> None:
    accord.ok("acme")
    Path("notes.json").write_text('{"no": "board"}')
    assert "notes.json is no Accord board" in accord.refused("notes.json")
    accord.ok()
    assert opened[-1][0] == accord.folder / "acme.json"


@pytest.mark.parametrize("typed", ["acme", "acme.json", "folder/acme"])
def test_a_board_that_is_not_there_names_the_way_to_begin_one(
    accord: Accord, opened: list[tuple[Path | None, str, bool]], typed: str
) -> None:
    said = accord.refused(typed)
    assert typed in said
    assert "accord new" in said
    assert opened == []


def test_without_a_terminal_nothing_is_opened(accord: Accord, acme: str) -> None:
    assert "accord list" in accord.refused("acme")
    assert "accord list" in accord.refused("demo")


def test_the_demo_is_a_board_that_is_thrown_away(
    accord: Accord, opened: list[tuple[Path | None, str, bool]]
) -> None:
    accord.ok("demo", "--lang", "fr")
    ((path, lang, demo),) = opened
    assert path is not None
    assert (lang, demo) == ("fr", True)
    assert not path.parent.exists()
    accord.ok()
    assert opened[-1][0] is None


# Errors


@pytest.mark.parametrize(
    ("status", "argv", "words"),
    [
        (1, ("list", "nothere"), "nothere is not there"),
        (1, ("list", "."), "no Accord board"),
        (1, ("list", "garbage.json"), "no Accord board"),
        (1, ("list", "later.json"), "later version"),
        (1, ("list", "acme.json/x"), "not there"),
        (1, ("list", "x" * 5000), "not there"),
        (1, ("show", "acme", "Q9"), "no card Q9"),
        (1, ("move", "acme", "D2", "nowhere", "--by", "client"), "no column “nowhere”"),
        (1, ("agree", "acme", "Q1", "--by", "client"), "Q1 is no decision"),
        (1, ("add", "acme", "answer", "x", "--by", "client", "--on", "D1"), "D1 is no question"),
        (1, ("add", "acme", "question", "", "--by", "client"), "title is empty"),
        (2, ("show", "acme", "Z1"), "“Z1” is no card's number"),
        (2, ("add", "acme", "idea", "x", "--by", "client"), "“idea” is none of these: question, answer, decision"),
        (2, ("add", "acme", "question", "x", "--by", "me"), "“me” is none of these: consultant, client"),
        (2, ("add", "acme", "question", "x"), "--by PARTY is missing. See: accord add -h"),
        (2, ("add", "acme", "question", "x", "--by"), "value of --by is missing, or is one too many. See: accord add -h"),
        (2, ("list",), "BOARD is missing. See: accord list -h"),
        (2, ("list", "acme", "--nope"), "no option --nope here. See: accord list -h"),
        (2, ("list", "acme", "too", "many"), "“too many” is one word too many"),
        (2, ("--nope",), "no option --nope here. See: accord -h"),
        (2, ("list", "acme", "--json=1"), "--json"),
        (2, ("acme", "more"), "“more” is one word too many. See: accord -h"),
        (2, ("export", "acme", "--as", "pdf"), "“pdf” is none of these: markdown, text, json"),
    ],
)
def test_an_error_is_one_line(accord: Accord, acme: str, status: int, argv: tuple[str, ...], words: str) -> None:
    Path("garbage.json").write_bytes(bytes(range(256)) * 9)
    Path("later.json").write_text('{"board":{"1":{"accord":99,"title":"x"}}}')
    assert words in accord.refused(*argv, status=status)
    french = accord.refused(*argv, status=status, lang="fr_CH.UTF-8")
    assert words not in french or words == "--json"


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root may read everything: be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_board_that_may_not_be_read_is_one_line(accord: Accord, acme: str) -> None:
    Path(acme).chmod(0)
    with as_somebody_else():
        assert "You may not do that with" in accord.refused("list", acme)


def test_an_interrupted_command_ends_as_shells_expect(
    accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.commandline.cards.text_from", interrupted)
    ended = accord("add", acme, "question", "x", "--by", "client", "--body", "-")
    assert ended == Ended(INTERRUPTED, "", "")


def test_what_nobody_foresaw_is_one_line_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise ValueError(f"a\n{ESCAPE}b")

    monkeypatch.setattr(tui.cli, "run", broken)
    monkeypatch.delenv("ACCORD_TRACEBACK", raising=False)
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.count("\n") == 1
    assert "ValueError: a ]52;c;aGVsbG8=b" in said


# What people type never reaches the terminal as a command


def unsafe(text: str) -> list[str]:
    return [repr(c) for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u2066\u2028")]


def test_control_bytes_that_are_typed_reach_no_output(accord: Accord) -> None:
    accord.ok("new", "acme", "--title", UNSAFE, "--consultant", f"N{ESCAPE}", "--client", f"P{ESCAPE}")
    accord.ok("add", "acme", "question", UNSAFE, "--by", "client", "--body", UNSAFE)
    accord.ok("add", "acme", "decision", UNSAFE, "--by", "client", "--on", "Q1")
    accord.ok("agree", "acme", "D1", "--by", "client", "--why", UNSAFE)
    calls = [
        ("list", "acme"), ("list", "acme", "--json"), ("show", "acme", "D1"), ("show", "acme", "Q1", "--json"),
        ("history", "acme"), ("history", "acme", "--json"), ("export", "acme"), ("export", "acme", "--as", "text"),
        ("export", "acme", "--as", "json"), ("edit", "acme", "D1", "--title", UNSAFE, "--by", "client"),
        ("move", "acme", "Q1", UNSAFE, "--by", "client"), ("show", "acme", UNSAFE), (UNSAFE,), ("list", UNSAFE),
        ("add", "acme", UNSAFE, "x"), ("list", "acme", f"--{UNSAFE}"), ("list", "acme", UNSAFE),
    ]  # fmt: skip
    for argv in calls:
        ended = accord(*argv)
        assert unsafe(ended.out + ended.err) == [], argv
        assert ended.out or ended.err


def test_control_bytes_in_a_foreign_journal_reach_no_output(accord: Accord) -> None:
    """What storage does not read as text of a board (the acts of the history) is cleaned on its way out."""
    board = new_board("acme", "en", {"consultant": "Nadia", "client": "Paul"})
    journal = FileJournal(Path("acme.journal"), create=True)
    position = journal.append(Head(1, board), FileJournal.start())  # type: ignore[attr-defined]
    act = Act(("board", "title"), "acme", UNSAFE)
    journal.append(Record(1, utc_now(), "p1", f"s{ESCAPE}", "board", (act,)), position)
    for argv in (("list", "acme"), ("history", "acme"), ("history", "acme", "--json")):
        ended = accord(*argv)
        assert unsafe(ended.out) == [], argv
        assert "Hi ]52" in ended.out or "\\u001b" in ended.out


# Help, version, completion


@pytest.mark.parametrize("lang", ["en_US.UTF-8", "fr_CH.UTF-8"])
def test_help_is_everywhere_and_in_the_language_of_the_environment(accord: Accord, lang: str) -> None:
    call = Call(interface_language(lang), {})
    program = Program(call)
    usage, show = {"en": ("Usage: ", "Show this help."), "fr": ("Usage\u00a0: ", "Afficher cette aide.")}[lang[:2]]
    whole = accord.ok("-h", lang=lang)
    for name, command in program.commands.items():
        assert f"\n  {name} " in whole
        said = accord.ok(name, "-h", lang=lang)
        assert said.startswith(f"{usage}accord {name} ")
        assert said == accord.ok(name, "--help", lang=lang)
        assert show in said
        for option in command.params:
            assert not isinstance(option, tui.cli.click.Option) or all(opt in said for opt in option.opts)
    assert accord.ok("whatever", "-h", lang=lang) == whole


def test_every_french_help_text_is_french(accord: Accord) -> None:
    english, french = (Program(Call(interface_language(code), {})) for code in ("en", "fr"))
    for name, command in english.commands.items():
        other = french.commands[name]
        assert other.help != command.help, name
        for one, two in zip(command.params, other.params, strict=True):
            if isinstance(one, tui.cli.click.Option) and isinstance(two, tui.cli.click.Option):
                assert one.help != two.help, (name, one.name)


def test_the_version_is_said(accord: Accord) -> None:
    assert accord.ok("--version").startswith("accord ")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_what_completes_commands(accord: Accord, shell: str) -> None:
    assert "_ACCORD_COMPLETE" in accord.ok("completion", shell)


def complete(accord: Accord, *words: str) -> list[str]:
    line = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), "_ACCORD_COMPLETE": "bash_complete"}
    accord.environ |= line
    return [found.partition(",")[2] for found in accord.ok().splitlines()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("accord", "dis"), ["disagree", "dis"]),
        (("accord", "add", "acme", "de"), ["decision"]),
        (("accord", "add", "acme", "decision", "x", "--by", "c"), ["consultant", "client"]),
        (("accord", "show", "acme.json", "d"), ["D1", "D2"]),
        (("accord", "show", "acme.json", "r"), ["A1"]),
        (("accord", "show", "nothere.json", "d"), []),
        (("accord", "export", "acme", "--as", "t"), ["text"]),
    ],
)
def test_words_are_completed(
    accord: Accord, acme: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], found: list[str]
) -> None:
    for name, value in {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}.items():
        monkeypatch.setenv(name, value)
    assert complete(accord, *words) == found


# In a process of its own


@pytest.fixture
def process(accord: Accord) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs ``accord`` as a shell would."""

    def start(*argv: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **accord.environ}
        environ |= options.pop("environ", {})  # type: ignore[arg-type]
        command = [sys.executable, *(options.pop("command", None) or ("-m", "tui")), *argv]  # type: ignore[misc]
        return subprocess.run(  # type: ignore[call-overload,no-any-return]
            command, env=environ, timeout=60, check=False, **{"capture_output": True, **options}
        )

    return start


def test_commands_do_not_wait_for_what_draws_screens(
    acme: str, process: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    code = (
        "import os, sys; from tui.cli import run; status = run(sys.argv[1:], os.environ);"
        "sys.exit(status or int(bool({'textual', 'babel', 'markdown_it', 'asyncssh'} & set(sys.modules))))"
    )
    ended = process("list", acme, command=("-c", code))
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_terminal_that_has_only_ascii_is_no_reason_to_stop(
    accord: Accord, acme: str, process: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    accord.ok("add", acme, "question", "Où ça ?", "--by", "client")
    ended = process("list", acme, environ={"PYTHONIOENCODING": "ascii"})
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"O? ?a ?" in ended.stdout
    ended = process("list", acme, "--json", environ={"PYTHONIOENCODING": "ascii"})
    assert "Où ça ?" in [card["title"] for card in json.loads(ended.stdout)]
    ended = process("export", acme, "--as", "json", environ={"PYTHONIOENCODING": "ascii"})
    assert "Où ça ?" in [card["title"] for card in json.loads(ended.stdout)["cards"]]


def test_a_reader_that_goes_away_ends_it_quietly(
    accord: Accord, acme: str, process: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        ended = process("list", acme, capture_output=False, stdout=write, stderr=subprocess.PIPE)
    finally:
        os.close(write)
    assert (ended.returncode, ended.stderr) == (READER_GONE, b"")


def test_a_full_disk_behind_standard_output_is_one_line(
    acme: str, process: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    with open("/dev/full", "wb") as full:
        ended = process("list", acme, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ended.returncode == 1
    assert ended.stderr.count(b"\n") == 1
    assert b"The disk is full: standard output" in ended.stderr


def test_an_error_of_a_real_process_is_one_line_and_its_status(
    accord: Accord, process: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    ended = process("list", "nothere.json")
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert ended.stderr == b"nothere.json is not there; check the name, or begin a board with: accord new\n"
