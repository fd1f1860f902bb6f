from __future__ import annotations

import pytest

from storage.imports.asking import asks


@pytest.mark.parametrize(
    "text",
    ["Why?", "Pour qui\u202f?", "« Pour qui\u202f?\u202f»", "“Who?”", "„Wer?“", "誰？", "「誰？」", "من؟", "Who? 🙂", "Who? ❤️", "(Who?)",
     "**Who?**", "Really?!", "Who ❓", "Ποιος;", "Ո՞վ", "`x`?", "Who? 👩‍👩‍👧", "  Why?  "],
)  # fmt: skip
def test_a_question_is_told_by_its_mark(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Why",
        "Is it? Yes.",
        "a = b;",
        "",
        "   ",
        "🙂",
        "! ? x",
        "See https://a.example/?q=1",
        "What (who?) now",
        "Paint it (red?)",
        "Open [later?]",
    ],
)
def test_everything_else_is_none(text: str) -> None:
    assert not asks(text)
