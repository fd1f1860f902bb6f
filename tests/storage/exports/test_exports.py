from __future__ import annotations

import json
import subprocess
import sys

import pytest

from storage.exports import FORMS, Form, document_language, export
from storage.exports.json import dumps
from storage.exports.markdown import as_markdown
from storage.exports.text import as_text

from .conftest import TODAY, Table


def test_each_form_renders_the_same_document(french: Table) -> None:
    document = french.document("fr", full=True, names=False, digest="7f3a91c2a0")
    wanted = {"markdown": as_markdown(document), "text": as_text(document), "json": dumps(french.board)}
    language = document_language("fr")
    for form in FORMS:
        made = export(french.board, form, language, today=TODAY, full=True, names=False, digest="7f3a91c2a0")
        assert made == wanted[form]


@pytest.mark.parametrize("form", FORMS)
def test_exporting_twice_gives_the_same_text(french: Table, form: Form) -> None:
    first, second = (export(french.board, form, document_language("en"), today=TODAY) for _ in range(2))
    assert first == second
    assert first.endswith("\n")


def test_the_language_of_a_document_is_one_that_we_have() -> None:
    assert document_language("fr_CH.UTF-8").code == "fr"
    assert document_language("de").code == "en"
    assert document_language("fr").say("The frame") == "Le cadre"


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    program = "import sys, json, storage.exports; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    modules = {name.partition(".")[0] for name in json.loads(found)}
    assert not {"babel", "markdown_it", "textual", "rich", "tui", "click"} & modules
