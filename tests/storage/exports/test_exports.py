from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import pytest

from storage.exports import (
    BOARD,
    ENDINGS,
    FORMS,
    STRATEGY,
    WHOLE,
    Form,
    Subject,
    document_language,
    document_of,
    export,
)
from storage.exports.html import as_html
from storage.exports.json import dumps
from storage.exports.mail import as_mail
from storage.exports.markdown import as_markdown
from storage.exports.obsidian import as_obsidian
from storage.exports.text import as_text

from .conftest import TODAY, Table

SUBJECTS = [STRATEGY, BOARD, Subject("trail", card="D1"), Subject("since", seq=3)]


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.kind)
def test_each_form_renders_the_document_of_the_subject(french: Table, subject: Subject) -> None:
    language = document_language("fr")
    document = document_of(french.board, subject, language, full=True, names=False, today=TODAY, digest="7f3a91c2a0")
    wanted = {
        "markdown": as_markdown(document),
        "html": as_html(document),
        "text": as_text(document),
        "eml": as_mail(document),
        "json": dumps(french.board),
        "obsidian": as_obsidian(french.board, language),
    }
    for form in FORMS:
        made = export(
            french.board, form, language, subject=subject, today=TODAY, full=True, names=False, digest="7f3a91c2a0"
        )
        assert made == wanted[form]


def test_without_a_subject_it_is_the_strategy(french: Table) -> None:
    language = document_language("fr")
    assert export(french.board, "text", language, today=TODAY) == as_text(french.document("fr"))


@pytest.mark.parametrize("form", FORMS)
def test_exporting_twice_gives_the_same_text(french: Table, form: Form) -> None:
    first, second = (export(french.board, form, document_language("en"), today=TODAY) for _ in range(2))
    assert first == second
    assert first.endswith("\n")


def test_a_mail_is_ascii_in_lines_that_end_as_mail_wants_them(french: Table) -> None:
    mail = export(french.board, "eml", document_language("fr"), today=TODAY)
    assert mail.isascii()
    assert mail.count("\n") == mail.count("\r\n") > 10


def test_an_ending_stands_for_one_form_and_every_form_but_obsidian_s_has_one() -> None:
    assert {*ENDINGS.values()} == {*FORMS} - {"obsidian"}
    assert ENDINGS[".md"] == "markdown"
    assert all(ending == ending.lower() and ending.startswith(".") for ending in ENDINGS)
    assert {*FORMS} >= WHOLE


def test_the_language_of_a_document_is_one_that_we_have() -> None:
    assert document_language("fr_CH.UTF-8").code == "fr"
    assert document_language("de").code == "en"
    assert document_language("fr").say("The frame") == "Le cadre"


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    program = "import sys, json, storage.exports; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    modules = {name.partition(".")[0] for name in json.loads(found)}
    assert not {"babel", "markdown_it", "textual", "rich", "tui", "click"} & modules


def test_a_subject_says_whether_it_needs_the_history() -> None:
    assert [subject.kind for subject in SUBJECTS if subject.needs_records] == ["trail", "since"]
    assert Subject("since", seq=3) != Subject("since", seq=3, day=dt.date(2026, 5, 12))


@pytest.mark.parametrize("entity", ["&#27;[2J", "&#x202e;", "&#155;", "&#13;", "&#12;"])
def test_no_entity_in_a_body_spells_what_a_terminal_would_obey(french: Table, entity: str) -> None:
    french.question("p1", "Who?", body=f"before {entity} after")
    for form in ("markdown", "text", "html"):
        text = export(french.board, form, document_language("fr"), today=TODAY, full=True)
        assert not set(text) & set("\x1b\x9b\x0c\r\u202e"), form
