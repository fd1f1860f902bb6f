"""Boards and texts that people really made: as many columns and cards as counting finds, every item kept, none feared.

Counting is done here by the plainest means, apart from the readers.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage import Refused, Store, Voice
from storage.exports import document_language
from storage.imports import Plan, plan, read
from storage.imports.brief import read_brief
from storage.text import clean_line

from ..table import NADIA, three_people

SAMPLES = Path(os.environ["ACCORD_SAMPLES"]) if "ACCORD_SAMPLES" in os.environ else None

TRELLO = ("trello-1.json", "trello-2.json")
TASKELL = ("taskell-1.md", "taskell-2.md")
OBSIDIAN = ("obsidian-it.md", "obsidian-zh.md")
CODES = ("bad-json", "not-text", "no-cards", "not-understood")
BRIEFS = ("brief-en.md", "brief-fr.md")


def sample(name: str) -> bytes:
    assert SAMPLES is not None
    return (SAMPLES / name).read_bytes()


def taken_in(name: str) -> tuple[Plan, str]:
    """The plan for a file, and every word that is then on the board or in the list of what could not be kept."""
    before = three_people()
    with Store.in_memory(before) as store:
        voice = Voice(store, NADIA, "s1")
        made = plan(read(sample(name), name), before, document_language("fr"))
        after = voice.commit_now(made.change)
        assert len(after.cards) == made.cards
        words = [column.title for column in after.columns.values()] + [each.text for each in made.left]
        for card in after.cards.values():
            words += [card.title, card.body, card.theme, card.who, *(note.text for note in card.notes.values())]
        assert voice.undo().result().same_as(before)
    return made, _flat("\n".join(words))


def source_or_refusal(data: bytes, name: str, source: Any = "auto") -> tuple[str, str]:
    """What a file was read as, or the code with which it was refused. Anything else that is raised is a fault."""
    try:
        return read(data, name, source).source, ""
    except Refused as refused:
        return "", refused.code


def _flat(text: str) -> str:
    return re.sub(r"[\s#>*\[\]x-]|<br>", "", clean_line(text))


def missing(texts: Iterable[str], words: str) -> list[str]:
    return [text for text in texts if _flat(text) not in words]


def strings_that_people_wrote(value: dict[str, Any]) -> Iterator[str]:
    for each in value["lists"]:
        yield each["name"]
    for card in value["cards"]:
        yield from (card["name"], *(card["desc"] or "").split("\n"))
        yield from (label["name"] or label["color"] for label in card["labels"])
        yield from (attachment["url"] for attachment in card.get("attachments") or ())
    for checklist in value["checklists"]:
        yield from (checklist["name"], *(item["name"] for item in checklist["checkItems"]))
    for action in value["actions"]:
        if action["type"] == "commentCard":
            yield from action["data"]["text"].split("\n")


if SAMPLES is not None:

    @pytest.mark.parametrize("name", TRELLO)
    def test_a_board_of_trello_is_taken_in_whole(name: str) -> None:
        value = json.loads(sample(name))
        found = read(sample(name), name)
        made, words = taken_in(name)
        lists = sorted(value["lists"], key=lambda each: each["pos"])
        assert [column.title for column in found.columns] == [each["name"] for each in lists]
        for each, column in zip(lists, found.columns, strict=True):
            there = sorted((c for c in value["cards"] if c["idList"] == each["id"]), key=lambda c: c["pos"])
            assert [card.title for card in column.cards] == [clean_line(card["name"]) for card in there]
            assert [card.aside for card in column.cards] == [card["closed"] or each["closed"] for card in there]
        assert made.cards == len(value["cards"])
        assert len(made.columns) == sum(not each["closed"] for each in lists)
        assert missing(strings_that_people_wrote(value), words) == []

    @pytest.mark.parametrize("name", TASKELL)
    def test_a_board_of_taskell_is_taken_in_whole(name: str) -> None:
        text = sample(name).decode()
        found = read(sample(name), name)
        made, words = taken_in(name)
        assert found.source == "taskell"
        counted = [
            len(re.findall(r"^- ", part, re.MULTILINE)) for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]
        ]
        assert [column.title for column in found.columns] == re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert [len(column.cards) for column in found.columns] == counted
        assert made.questions == len(re.findall(r"^- .*\?$", text, re.MULTILINE))
        assert made.left == ()
        assert missing(re.findall(r"^\s*(?:[->]|\* \[[ x]\]) (.+)$", text, re.MULTILINE), words) == []

    @pytest.mark.parametrize("name", OBSIDIAN)
    def test_a_board_of_obsidian_is_taken_in_whole(name: str) -> None:
        text = sample(name).decode()
        found = read(sample(name), name)
        made, words = taken_in(name)
        assert found.source == "obsidian"
        # What stands below a rule at the end is the archive, which has a heading of its own.
        lanes, _, archive = text.partition("\n***\n")
        assert [c.title for c in found.columns if c.title] == re.findall(r"^## (.+)$", lanes, re.MULTILINE)
        assert made.cards == len(re.findall(r"^- \[", text, re.MULTILINE))
        assert made.aside == len(re.findall(r"^- \[", archive, re.MULTILINE))
        assert missing(re.findall(r"- \[[ x]\] (.+?)(?=<br>|$)", text, re.MULTILINE), words) == []

    @pytest.mark.parametrize("name", BRIEFS)
    def test_no_item_and_no_line_of_a_text_is_lost(name: str) -> None:
        text = sample(name).decode()
        made, words = taken_in(name)
        assert made.cards == len(re.findall(r"^[*-] ", text, re.MULTILINE))
        lines = re.findall(r"^(?!---).*\w.*$", text, re.MULTILINE)
        assert missing(lines, words + _flat(read(sample(name), name).title)) == []

    @pytest.mark.parametrize("name", BRIEFS)
    def test_a_text_offers_its_headings_and_its_questions(name: str) -> None:
        text = re.sub(r"\A---\n.*?\n---\n", "", sample(name).decode(), flags=re.DOTALL)
        offers = read_brief(sample(name).decode())
        headings = [re.sub(r"[*_`]", "", h).strip() for h in re.findall(r"^#+ (.+)$", text, re.MULTILINE)]
        assert [offer.title for offer in offers if offer.title in headings] == headings
        asked = [offer for offer in offers if offer.title not in headings]
        assert all(offer.kind == "question" and offer.title.endswith("?") for offer in asked)
        # A question mark within an address asks nothing; one that ends a heading is counted with these.
        marks = re.findall(r"\?(?=\s|$)", re.sub(r"^#.*$", "", text, flags=re.MULTILINE))
        assert len(asked) == len(marks)

    @pytest.mark.parametrize("name", [*TRELLO, *TASKELL, *OBSIDIAN, *BRIEFS])
    def test_a_file_that_breaks_off_anywhere_is_read_as_far_or_refused(name: str) -> None:
        data = sample(name)
        for length in range(0, len(data), 1_000):
            source, code = source_or_refusal(data[:length], name)
            assert source in ("taskell", "obsidian", "markdown") or code in CODES

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1", "utf-16-le"])
    @pytest.mark.parametrize("name", ["trello-1.json", "taskell-1.md", "obsidian-zh.md", "brief-fr.md"])
    def test_another_encoding_is_read_or_refused(name: str, encoding: str) -> None:
        text = sample(name).decode()
        data = text.encode(encoding, "replace")
        if encoding in ("utf-16", "utf-8-sig"):
            assert read(data, name).columns == read(sample(name), name).columns
        elif not data.isascii() or encoding == "utf-16-le":
            with pytest.raises(Refused) as refused:
                read(data, name)
            assert refused.value.code == "not-text"

    def test_text_meant_to_break_programs_is_taken_in_as_text() -> None:
        strings = [text for text in json.loads(sample("naughty-strings.json")) if text.strip()]
        value = {"lists": [{"id": "l", "name": "Nasty"}], "cards": [{"id": str(n), "idList": "l", "name": text, "desc": text} for n, text in enumerate(strings)]}  # fmt: skip
        before = three_people()
        found = read(json.dumps(value).encode(), "nasty.json")
        with Store.in_memory(before) as store:
            voice = Voice(store, NADIA, "s1")
            made = plan(found, before, document_language("en"))
            assert len(voice.commit_now(made.change).cards) == made.cards >= len(strings) - 20
            assert voice.undo().result().same_as(before)
        for name, text in enumerate(strings):
            for source in ("markdown", "taskell", "obsidian"):
                source_or_refusal(f"- {text}\n".encode("utf-8", "replace"), str(name), source)
