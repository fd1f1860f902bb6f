"""Boards of Obsidian that Accord never saw: what is a card, what is a column, and what has no place."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path

import pytest

from storage import new_board
from storage.exports import document_language
from storage.imports.found import Found, FoundCard, FoundNote, Left
from storage.imports.obsidian import read_obsidian
from storage.imports.plan import plan

NOTE = """---

kanban-plugin: board

---

{lanes}

%% kanban:settings
```
{settings}
```
%%
"""


def read(lanes: str, settings: str = '{"kanban-plugin":"board"}') -> Found:
    return read_obsidian(NOTE.format(lanes=lanes, settings=settings))


def card(item: str, settings: str = "{}") -> FoundCard:
    """The one card of a note with one item."""
    found = read(f"## Lane\n\n{item}\n", settings)
    assert found.left == ()
    [column] = found.columns
    [card] = column.cards
    return card


def test_lanes_are_columns_and_items_are_cards() -> None:
    found = read("## Now\n\n- [ ] one\n- [x] two\n\n\n## Later\n\n\n## Never\n\n* three\n1. four")
    assert found.source == "obsidian"
    assert [(column.title, [(c.title, c.done) for c in column.cards]) for column in found.columns] == [
        ("Now", [("one", False), ("two", True)]),
        ("Later", []),
        ("Never", [("three", None), ("four", None)]),
    ]


@pytest.mark.parametrize("title", ["Archive", "归档", "Archivio"])
def test_what_lies_below_a_rule_at_the_end_is_set_aside(title: str) -> None:
    found = read(f"## Now\n\n- [ ] one\n\n\n***\n\n## {title}\n\n- [ ] 2026 - two")
    assert [c.aside for column in found.columns for c in column.cards] == [False, True]
    assert found.left == ()


def test_a_lane_that_is_only_called_archive_is_a_lane() -> None:
    found = read("## Archive\n\n- [ ] one\n\n---\n\n## Now\n\n- [ ] two\n\n## Then\n\n- [ ] three")
    assert [c.aside for column in found.columns for c in column.cards] == [False, False, False]


@pytest.mark.parametrize(
    "item",
    [
        "- [ ] Title<br>line<br><br>- [ ] sub<br>\t- [x] subsub",
        "- [ ] Title\n\tline\n\t\n\t- [ ] sub\n\t\t- [x] subsub",
        "- [ ] Title\n    line\n    \n    - [ ] sub\n    \t- [x] subsub",
        "- [ ] Title\n  line\n\n  - [ ] sub\n  \t- [x] subsub",
        "- [ ] # Title\nline\n\n\t- [ ] sub\n\t\t- [x] subsub",
        "- [ ] Title\r\n\tline\r\n\t\r\n\t- [ ] sub\r\n\t\t- [x] subsub",
    ],
)
def test_what_stands_below_the_first_line_is_the_body(item: str) -> None:
    found = card(item)
    assert (found.title, found.body) == ("Title", "line\n\n- [ ] sub\n\t- [x] subsub")


def test_lists_keep_their_depth_however_they_are_indented() -> None:
    assert card("- [ ] Title\n  - a\n    - b\n      - c").body == "- a\n  - b\n    - c"


def test_code_in_an_item_stays_code() -> None:
    assert card("- [ ] Title\n\t```\n\t## x\n\t- [ ] y\n\n\tz\n\t```").body == "```\n## x\n- [ ] y\n\nz\n```"


@pytest.mark.parametrize(
    ("item", "title", "body"),
    [
        ("- [ ] Write it @{2026-05-12}", "Write it", ""),
        ("- [ ] @{2026-05-12} Write it", "Write it", ""),
        ("- [ ] Write @[[2026-05-12]] it", "Write it", ""),
        ("- [ ] Write it @[2026-05-12](2026-05-12.md)", "Write it", ""),
        ("- [ ] Write it\n\tby then @{2026-05-12}\n\tor never", "Write it", "by then\nor never"),
        ("- [ ] Write it<br>@{2026-05-12}", "Write it", ""),
        ("- [ ] Write it @{2026-05-12} @{2026-06-01}", "Write it @{2026-06-01}", ""),
        ("- [ ] Write it @{2026-05-12} @@{10:00}", "Write it @@{10:00}", ""),
        ("- [ ] Write it @{soon} @{2026-05-12}", "Write it @{soon}", ""),
    ],
)
def test_a_date_is_the_day_by_which_it_is_due_and_stands_nowhere_else(item: str, title: str, body: str) -> None:
    found = card(item)
    assert (found.title, found.body, found.due) == (title, body, dt.date(2026, 5, 12))


@pytest.mark.parametrize("text", ["a @{2026-02-30}", "a@{2026-05-12}", "a @{}", "a @{2026-05-12", "@" * 99])
def test_what_is_no_date_stays_as_it_was_typed(text: str) -> None:
    found = card(f"- [ ] {text}")
    assert (found.title, found.due) == (text, None)


def test_dates_are_read_as_the_settings_say() -> None:
    settings = '{"date-trigger":"due:","date-format":"DD.MM.YYYY"}'
    assert card("- [ ] Write it due:{12.05.2026}", settings).due == dt.date(2026, 5, 12)
    for odd in ("YYYY", "dddd, MMMM Do YYYY", "", 7):
        assert card("- [ ] Write it @{2026-05-12}", f'{{"date-format":{odd!r}}}'.replace("'", '"')).due


@pytest.mark.parametrize(
    ("item", "title", "labels"),
    [
        ("- [ ] Fix the door #urgent #home/hall", "Fix the door", ("urgent", "home/hall")),
        ("- [ ] #urgent Fix the door", "Fix the door", ("urgent",)),
        ("- [ ] Ask the #mairie about it", "Ask the mairie about it", ("mairie",)),
        ("- [ ] #urgent", "urgent", ("urgent",)),
        ("- [ ] Fix the door<br>#urgent", "Fix the door", ("urgent",)),
        ("- [ ] 写作 #写作", "写作", ("写作",)),
        ("- [ ] Win the #1 prize in C# or F#", "Win the #1 prize in C# or F#", ()),
    ],
)
def test_tags_are_labels_and_the_sentence_keeps_its_words(item: str, title: str, labels: tuple[str, ...]) -> None:
    found = card(item)
    assert (found.title, found.labels) == (title, labels)


def test_links_to_other_notes_stay_as_they_were_typed() -> None:
    found = card("- [ ] Finish [[2023-04-30]] and ![[pic.png]]<br>see [[a|b]] #x and [c](d.md)")
    assert found.title == "Finish [[2023-04-30]] and ![[pic.png]]"
    assert found.body == "see [[a|b]] #x and [c](d.md)"


@pytest.mark.parametrize("marker", ["**Complete**", "**Completato**", "**完成**", "**Terminé**"])
def test_the_sign_of_a_lane_whose_cards_are_done_is_no_card_and_is_told(marker: str) -> None:
    found = read(f"## Done\n\n{marker}\n- [ ] one")
    assert [c.title for c in found.columns[0].cards] == ["one"]
    assert found.left == (Left("complete-marker", marker),)


def test_text_that_belongs_to_no_item_is_told() -> None:
    found = read(
        "Hello.\n\n## Now\n\nThese first:\n\n- [ ] one\n\nand then\n**rest**\n\n%% a\nremark %%\n\n```\n- x\n```\n"
    )
    assert [c.title for c in found.columns[0].cards] == ["one"]
    said = "\n".join(left.text for left in found.left)
    assert {left.code for left in found.left} == {"text-outside"}
    for text in ("Hello.", "These first:", "and then\n**rest**", "%% a\nremark %%", "```\n- x\n```"):
        assert text in said


def test_front_matter_is_told_where_somebody_wrote_it() -> None:
    front = 'kanban-plugin: basic\ntitle: "Our board"\nlane-width: 300\nempty:\npinned: true\ntags: [a, b]\nnotes: |\n  Call Ruth.\n'
    found = read_obsidian(f"---\n{front}---\n## A\n- b\n")
    assert found.title == "Our board"
    assert found.left == (Left("front-matter", "tags: [a, b]"), Left("front-matter", "notes: |\n  Call Ruth."))


@pytest.mark.parametrize("title", ["x" + " " * 400_000 + "(1", "(1" * 200_000, "#" + " " * 400_000 + "x"])
def test_a_heading_of_any_length_is_read_at_once(title: str) -> None:
    [column] = read(f"## {title}\n\n- [ ] one").columns
    assert column.title.split() == title.split()


def test_limits_and_block_ids_are_told() -> None:
    found = read("## Now (3)\n\n- [ ] one ^ab-1\n- [ ] two<br>x ^c")
    assert [(c.title, [each.title for each in c.cards]) for c in found.columns] == [("Now", ["one", "two"])]
    assert found.left == (Left("lane-limit", "## Now (3)"), Left("block-id", "^ab-1"), Left("block-id", "^c"))


def test_items_above_any_heading_have_no_column_and_a_first_heading_alone_is_the_title() -> None:
    assert [column.title for column in read("- [ ] one\n\n## Now\n- [ ] two").columns] == ["", "Now"]
    found = read("# Our board\n\nNow\n---\n\n- [ ] one\n\nThen\n===\n- [ ] two\n---\n")
    assert (found.title, [column.title for column in found.columns]) == ("Our board", ["Now", "Then"])


def test_another_sign_in_a_box_is_kept() -> None:
    found = card("- [>] put off")
    assert (found.title, found.done, found.notes) == ("put off", False, (FoundNote("[>]"),))


def test_an_empty_item_is_no_card() -> None:
    assert read("## A\n\n- [ ] \n- \n- [ ] ^x\n").columns[0].cards == ()


@pytest.mark.parametrize(
    "text", ["", "\n", "---", "---\n---", "%% kanban:settings", "%% kanban:settings\n", "## ", "- "]
)
def test_a_note_in_which_there_is_nothing_has_no_card(text: str) -> None:
    assert not any(column.cards for column in read_obsidian(text).columns)


def test_a_note_that_is_hard_to_read_takes_no_longer_than_its_length() -> None:
    for text in (
        "@{" * 50_000,
        "#a " * 50_000,
        "`" * 50_000,
        "^a " * 50_000,
        "@[[" * 50_000,
        "\t" * 100_000,
        "(1) " * 50_000,
    ):
        read(f"## {text}\n\n- [ ] {text}\n\t{text}\n{text}")


if SAMPLES := os.environ.get("ACCORD_SAMPLES"):

    def words(text: str) -> set[str]:
        """The words of a text, and what stands for one in Chinese."""
        return set(re.findall(r"\w+", re.sub(r"<br>|\[[ x]\]", " ", text)))

    @pytest.mark.parametrize("name", ["obsidian-it.md", "obsidian-zh.md"])
    def test_every_lane_and_item_of_a_real_board_is_there_with_its_words(name: str) -> None:
        assert SAMPLES
        text = (Path(SAMPLES) / name).read_text("utf-8")
        board, _, archive = text.partition("\n***\n")
        found = read_obsidian(text)
        lanes = re.findall(r"^## (.*)$", board, re.MULTILINE)
        items = re.findall(r"^- \[.\] (.*)$", board, re.MULTILINE)
        archived = re.findall(r"^- \[.\] (.*)$", archive, re.MULTILINE)
        cards = [card for column in found.columns for card in column.cards]
        assert [column.title for column in found.columns if column.title] == lanes
        assert [card.aside for card in cards] == [False] * len(items) + [True] * len(archived)
        for item, card in zip(items + archived, cards, strict=True):
            assert words(item) <= words(f"{card.title} {card.body}")
            assert item.startswith((card.title, f"# {card.title}"))
        assert [left.text for left in found.left] == re.findall(r"^\*\*.*\*\*$", text, re.MULTILINE)

    @pytest.mark.parametrize("name", ["obsidian-it.md", "obsidian-zh.md"])
    def test_a_real_board_can_be_taken_in(name: str) -> None:
        assert SAMPLES
        found = read_obsidian((Path(SAMPLES) / name).read_text("utf-8"))
        board = new_board("x", "en", {"consultant": "Nadia", "client": "Paul"})
        assert plan(found, board, document_language("en")).cards == sum(len(column.cards) for column in found.columns)
