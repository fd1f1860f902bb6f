"""Bodies without any sign of Markdown are not parsed, and nobody sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.exports import body as module
from storage.exports import html_body, markdown_body, text
from storage.exports.body import paragraphs
from storage.exports.document import Document, Entry, Section
from storage.exports.html import as_html
from storage.exports.markdown import as_markdown
from storage.exports.text import as_text
from storage.text import clean

from .texts import bodies

_WORDS = (
    "word", "Été", "12 of them", "12", "12.", "12)", "1. x", "- x", "+", "=", "===", "---", "(so)", "“so”", "« Oui\u202f! »",
    "a - b", "x:", ":-", "!", "日本語", "שלום", "👩\u200d💻", "e\u0301", " ", "  ", "\u00a0", "\n", "\n\n", "\n\n\n", "\n ", "a" * 90,
)  # fmt: skip
nearly_plain = st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join).map(clean)
close = st.lists(st.sampled_from(_WORDS), max_size=8).map("".join).map(clean)


def everything(body: str) -> tuple[str, ...]:
    document = Document("en", "t", "o", "m", (Section("s", entries=(Entry("e", body=body),)),), "p")
    return as_markdown(document), as_text(document), as_html(document)


@given(st.one_of(nearly_plain, close, bodies))
def test_a_body_that_is_not_parsed_reads_as_if_it_were(body: str) -> None:
    shown = everything(body)
    with pytest.MonkeyPatch.context() as patch:
        for user in (markdown_body, text, html_body):
            patch.setattr(user, "paragraphs", lambda _: None)
        markdown_body._kept.cache_clear()
        assert everything(body) == shown


def test_words_and_sentences_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_parser", lambda: pytest.fail("nothing in it is Markdown"))
    body = "D'abord les parents\u202f: 31 sur 40 !\n12 familles.\n\n\n« Pourquoi\u202f? » (Paul)"
    assert paragraphs(body) == ["D'abord les parents\u202f: 31 sur 40 !\n12 familles.", "« Pourquoi\u202f? » (Paul)"]
    assert all("31 sur 40" in shown for shown in everything(body))


@pytest.mark.parametrize("body", ["*x*", "- x", "1. x", "x\n===", "x  \ny", "    x", "a_b", "&amp;", "x\\\ny", "|a|"])
def test_what_may_be_a_sign_is_parsed(body: str) -> None:
    assert paragraphs(body) is None
