"""Banks of questions: those that come along are good ones, and one written by hand is read as it was meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storage import LANGUAGES, Refused, Store, Voice, changes, new_board
from storage.card import PARTIES, PartyName
from storage.questions import (
    LARGEST_BANK,
    Asked,
    Bank,
    bank,
    bank_of,
    keep_beside,
    on_board,
    read_bank,
    search,
    to_keep,
)
from storage.text import LONGEST_TITLE, can_be_seen, clean_line

from ..test_catalogues import french_mistakes

ROOT = Path(__file__).parents[2]

every_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "museum.md"


def read(path: Path, text: str) -> Bank:
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return read_bank(path)


def only(path: Path, text: str) -> Asked:
    (asked,) = read(path, text).questions
    return asked


# The banks that come along


@every_language
def test_a_bank_has_about_forty_questions_in_ten_themes(lang: str) -> None:
    themes = [asked.theme for asked in bank(lang).questions]
    assert 38 <= len(themes) <= 46
    assert len(set(themes)) == 10
    assert all(themes.count(theme) >= 4 for theme in themes)
    assert themes == sorted(themes, key=themes.index), "a theme is in one place"
    assert bank(lang).title


@every_language
def test_a_question_of_a_bank_is_one_readable_line(lang: str) -> None:
    for asked in bank(lang).questions:
        assert "?" in asked.text
        assert asked.text[-1] in "?.", asked.text
        assert len(asked.text) <= 100, asked.text
        assert not re.search("→|->", asked.text), asked.text


@every_language
def test_a_bank_asks_for_the_knowledge_of_both_parties(lang: str) -> None:
    asks = [asked.asks for asked in bank(lang).questions]
    assert all(asks.count(party) >= 10 for party in PARTIES)
    assert None in asks


def test_french_questions_have_french_spaces() -> None:
    for asked in bank("fr").questions:
        for text in (asked.text, asked.theme, asked.more):
            assert list(french_mistakes(text)) == []


def test_a_bank_goes_by_the_name_of_a_locale() -> None:
    assert bank("fr_CH.UTF-8") == bank("fr")
    assert bank("de") == bank("en") != bank("fr")


# What somebody writes


def test_titles_themes_and_questions_are_found(written: Path) -> None:
    found = read(
        written,
        "# A museum\n\nFor the first meeting.\n\n- Why?\n\n## Audiences\n\n- Who comes? → client\n* Who does not?\n\n"
        "Means\n-----\n\n1. How many hours? -> consultant\n2) What else?\n",
    )
    assert found.title == "A museum"
    assert [(asked.theme, asked.text, asked.asks) for asked in found.questions] == [
        ("", "Why?", None),
        ("Audiences", "Who comes?", "client"),
        ("Audiences", "Who does not?", None),
        ("Means", "How many hours?", "consultant"),
        ("Means", "What else?", None),
    ]


def test_a_bank_without_a_title_is_called_as_its_file(written: Path) -> None:
    assert read(written, "- Who?\n").title == "museum"


def test_a_second_title_is_a_theme(written: Path) -> None:
    found = read(written, "# A museum\n# Audiences\n- Who?\n")
    assert (found.title, found.questions[0].theme) == ("A museum", "Audiences")


@pytest.mark.parametrize(
    ("end", "asks"),
    [
        ("→ client", "client"),
        ("→client", "client"),
        ("-> Client", "client"),
        ("→ cliente", "client"),
        ("(cliente)", "client"),
        ("→ client·e  ", "client"),
        ("→ consultant", "consultant"),
        ("(CONSULTANTE)", "consultant"),
        ("→ consultant·e", "consultant"),
    ],
)
def test_a_marker_says_whose_knowledge_is_asked_for(written: Path, end: str, asks: PartyName) -> None:
    assert only(written, f"- Qui vient ? {end}\n") == Asked("Qui vient ?", "", asks)


@pytest.mark.parametrize("end", ["→ nobody", "-> both of us", "(for now)", "(client", "→", "client", "→ client?"])
def test_an_unknown_marker_is_part_of_the_question(written: Path, end: str) -> None:
    assert only(written, f"- Who comes? {end}\n") == Asked(f"Who comes? {end}")


@pytest.mark.parametrize(
    "below",
    [
        "  At the door.",
        "\n  At the door.",
        "      At the door.",
        "\n      At the door.",
        "At the door.",
    ],
)
def test_a_line_below_a_question_helps_to_answer_it(written: Path, below: str) -> None:
    found = read(written, f"- Who comes? → client\n{below}\n- Who else?\n")
    assert found.questions == (Asked("Who comes?", "", "client", "At the door."), Asked("Who else?"))


def test_help_may_be_several_lines_and_a_list(written: Path) -> None:
    text = "- Who comes?\n  One.\n  Two.\n\n  - a\n    - b\n\n\n- Who else?\n"
    assert read(written, text).questions[0].more == "One.\nTwo.\n\n- a\n  - b"


def test_a_question_that_an_editor_has_wrapped_is_whole(written: Path) -> None:
    text = "- Who passes our door every day, and why do\n  they not come in? → client\n  At ten minutes to nine.\n"
    assert only(written, text) == Asked(
        "Who passes our door every day, and why do they not come in?", "", "client", "At ten minutes to nine."
    )


def test_without_an_end_a_question_is_its_first_line(written: Path) -> None:
    assert only(written, "- Tell us about a day\n  at the door, say\n") == Asked(
        "Tell us about a day", more="at the door, say"
    )


def test_a_question_may_end_within_quotation_marks(written: Path) -> None:
    asked = only(written, "- Qui a dit « jamais\u202f! »\n  Et quand.\n")
    assert (asked.text, asked.more) == ("Qui a dit « jamais\u202f! »", "Et quand.")


@pytest.mark.parametrize(
    "text",
    ["[fr] [/] {x}?", "<b>Who</b> &amp; why?", "# Who?", "*Who* _does_ `it`?", "[x]: http://a.b", "[ ] Who?", "\\* a?"],
)
def test_a_question_is_text_and_never_markup(written: Path, text: str) -> None:
    assert only(written, f"## {text} x\n\n- {text}\n") == Asked(text, f"{text} x")


def test_what_could_reach_a_terminal_as_a_command_is_gone(written: Path) -> None:
    found = read(written, "# A\x1b[31m\n## B\x07\n- Who\x1b]52;c;x\x07 \u202ecomes?\n  He\x9b31mlp\n")
    assert found.title == "A[31m"
    assert found.questions == (Asked("Who]52;c;x comes?", "B", None, "He31mlp"),)


def test_the_same_question_is_there_once(written: Path) -> None:
    found = read(written, "## A\n- Où est-ce\u202f? → client\n## B\n- ou  est-ce?\n- Ailleurs ?\n")
    assert [asked.text for asked in found.questions] == ["Où est-ce\u202f?", "Ailleurs ?"]
    assert found.questions[0].asks == "client"


def test_what_is_no_item_of_a_list_is_no_question(written: Path) -> None:
    text = "Who?\n\n> - Quoted?\n\n```\n- Code?\n```\n\n- \n- → client\n- \u200b\n- Real?\n  - Nested?\n"
    assert read(written, text).questions == (Asked("Real?", more="- Nested?"),)


@pytest.mark.parametrize(
    "text",
    [
        "    - Who?\n    - Why?\n",
        "# A\n\n    - Who?\n## B\n      - Why?",
        "\ufeff- Who?\r\n- Why?\r\n",
        "- Who?\r- Why?",
        "-\tWho?\n-\n  Why?",
    ],
)
def test_editors_indent_and_end_lines_as_they_like(written: Path, text: str) -> None:
    assert [asked.text for asked in read(written, text).questions] == ["Who?", "Why?"]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.sampled_from(["- ", "# ", "- a?\n  ", "1. ", ""]),
)
def test_whatever_the_file_is_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, lead: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_text(lead + text, encoding="utf-8")
    try:
        found = read_bank(path)
    except Refused as refused:
        code, found = refused.code, Bank("", ())
    else:
        code = ""
    assert code in ("", "no-questions")
    for asked in found.questions:
        assert can_be_seen(asked.text)
        assert asked.text == clean_line(asked.text)
        assert asked.theme == clean_line(asked.theme)


# What is refused


def refusal(path: Path) -> Refused:
    with pytest.raises(Refused) as caught:
        read_bank(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no-questions"),
        (b"# Title\n\nA letter.\n", "no-questions"),
        (b'{"accord": 1}', "no-questions"),
        ("- Où ?".encode("latin-1"), "not-text"),
        ("- Who?".encode("utf-16"), "not-text"),
        (b"- Who?\n" + b"x" * LARGEST_BANK, "bank-too-large"),
    ],
)
def test_a_file_that_is_no_bank_is_refused(written: Path, content: bytes, code: str) -> None:
    written.write_bytes(content)
    refused = refusal(written)
    assert (refused.code, refused.facts["path"]) == (code, str(written))


def test_a_file_that_is_not_there_is_refused(written: Path) -> None:
    assert refusal(written).code == "no-such-bank"
    written.write_text("- Who?\n")
    assert refusal(written / "more.md").code == "no-such-bank"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "is-a-folder"


def test_a_file_that_may_not_be_read_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(written).code == "not-allowed"


@pytest.mark.parametrize("lead", ["- ", "# ", "## "])
def test_a_line_that_no_card_could_have_is_refused(written: Path, lead: str) -> None:
    written.write_text(f"- Who?\n\n{lead}{'x' * LONGEST_TITLE}\n")
    assert len(read_bank(written).questions) == 2 - lead.startswith("#")
    written.write_text(f"- Who?\n\n{lead}{'x' * (LONGEST_TITLE + 1)}\n")
    assert refusal(written).facts == {"length": LONGEST_TITLE + 1, "longest": LONGEST_TITLE}


# Searching, and what is asked already


CŒUR = Asked("Qu'est-ce qui nous tient à cœur\u202f?", "Écoute")
HEURES = Asked("Combien d'heures par semaine\u202f?", "Moyens", "client", "écoute")
SMALL = Bank("Essai", (CŒUR, HEURES))


@pytest.mark.parametrize(
    ("needle", "found"),
    [
        ("", [CŒUR, HEURES]),
        ("  ", [CŒUR, HEURES]),
        ("ECOUTE", [CŒUR]),
        ("coeur", [CŒUR]),
        ("qu’est ce", [CŒUR]),
        ("semaine combien", [HEURES]),
        ("moyens HEURES", [HEURES]),
        ("moyens cœur", []),
        ("[fr]", []),
    ],
)
def test_all_words_are_looked_for_in_text_and_theme(needle: str, found: list[Asked]) -> None:
    assert search(SMALL, needle) == found


def test_what_is_on_a_board_is_known_by_its_words() -> None:
    board = new_board("Musée", "fr", {"consultant": "Nadia", "client": "Paul"})
    with Store.in_memory(board) as store:
        voice = Voice(store, "p1", "s")
        voice.commit_now(changes.AddCard("answer", CŒUR.text))
        assert on_board(SMALL, store.board) == {}
        voice.commit_now(changes.AddCard("question", "Qu’est-ce qui nous tient à coeur ?"))
        assert on_board(SMALL, store.board) == {CŒUR: "Q1"}
        voice.commit_now(changes.SetAside("Q1"))
        assert on_board(SMALL, store.board) == {CŒUR: "Q1"}


# What the page for consultants shows


def test_the_examples_of_the_documentation_are_banks(written: Path) -> None:
    page = (ROOT / "docs/questions.md").read_text(encoding="utf-8")
    english, french = (
        read(written, token.content)
        for token in MarkdownIt("commonmark").parse(page)
        if token.type == "fence" and token.info == "markdown"
    )
    assert english.title == "Questions for a small museum"
    assert [(asked.theme, asked.asks, bool(asked.more)) for asked in english.questions] == [
        ("Audiences", "client", False),
        ("Audiences", "client", True),
        ("Audiences", "consultant", False),
        ("Means", None, False),
    ]
    assert [(asked.asks, bool(asked.more)) for asked in french.questions] == [("client", False), ("consultant", True)]


def test_a_board_begun_with_a_bank_of_ones_own_offers_that_one(tmp_path: Path) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text("# Mine\n\n## Why\n\n- Why are we here? → client\n", encoding="utf-8")
    board = tmp_path / "acme.json"
    assert bank_of(board, "fr") == bank("fr")
    kept = to_keep(board, mine)
    assert kept is not None
    keep_beside(board, kept)
    assert [asked.text for asked in bank_of(board, "fr").questions] == ["Why are we here?"]


def test_a_file_that_is_no_bank_is_not_kept(tmp_path: Path) -> None:
    empty = tmp_path / "empty.md"
    empty.write_text("nothing to ask", encoding="utf-8")
    with pytest.raises(Refused):
        to_keep(tmp_path / "acme.json", empty)
    assert not (tmp_path / "acme.questions.md").exists()


def test_the_bank_of_another_board_is_never_replaced(tmp_path: Path) -> None:
    mine, board = tmp_path / "mine.md", tmp_path / "acme.json"
    mine.write_text("- Why?\n", encoding="utf-8")
    theirs = tmp_path / "acme.questions.md"
    theirs.write_text("- How?\n", encoding="utf-8")
    for keeping in (lambda: to_keep(board, mine), lambda: keep_beside(board, b"- Why?\n")):
        with pytest.raises(Refused) as refused:
            keeping()
        assert refused.value.code == "file-exists"
    assert theirs.read_text(encoding="utf-8") == "- How?\n"
    assert to_keep(board, theirs) is None, "it stands there already"
