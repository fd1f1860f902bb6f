from __future__ import annotations

import email
import re
import subprocess
import sys
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.changes import DescribeBoard
from storage.exports.document import Document, Line, Section
from storage.exports.html import as_html
from storage.exports.mail import as_mail
from storage.exports.text import as_text, subject
from storage.text import clean_line

from .conftest import NADIA, Table
from .test_markdown import document_of
from .texts import bodies, sample_strings, titles

STRICT = default.clone(raise_on_defect=True)

any_titles = st.one_of(
    titles,
    st.text(max_size=300).map(clean_line),
    st.lists(
        st.sampled_from(("é", "日本語", "👩\u200d💻", " ", "  ", "=?utf-8?q?x?=", "word", "\u00a0", "=", "_", "?"))
    ).map(lambda parts: clean_line("".join(parts))),
)


def read(mail: str) -> EmailMessage:
    message = email.message_from_bytes(mail.encode("ascii"), policy=STRICT)
    assert isinstance(message, EmailMessage)
    return message


def parts(mail: str) -> list[str]:
    message = read(mail)
    assert message.get_content_type() == "multipart/alternative"
    found = list(message.iter_parts())
    assert [part.get_content_type() for part in found] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in found] == ["utf-8", "utf-8"]
    return [str(part.get_content()).replace("\r\n", "\n") for part in found]


def titled(title: str) -> Document:
    return Document("en", title, "occasion", "workshop of 12 May", (Section("h", (Line("x"),)),), "p")


def test_both_parts_say_what_the_other_exports_say(french: Table) -> None:
    for full in (False, True):
        document = french.document("fr", full=full)
        assert parts(as_mail(document)) == [as_text(document), as_html(document)]


@settings(deadline=None)
@given(st.lists(titles, min_size=7, max_size=7), bodies)
def test_no_text_is_changed_on_the_way(texts: list[str], body: str) -> None:
    document = document_of(texts, body)
    text, html = parts(as_mail(document))
    assert text == as_text(document).replace("\r", "\n")  # an entity in a body can spell one
    assert html == as_html(document)


@settings(deadline=None)
@given(any_titles.filter(bool))
def test_the_subject_is_read_as_it_was_written(title: str) -> None:
    document = titled(title)
    assert read(as_mail(document))["Subject"] == subject(document)


@pytest.mark.parametrize(
    "title",
    [
        "Les Amis du Phare\u00a0: stratégie médias sociaux, " + "été " * 40,
        "日本語のタイトル" * 20,
        "👩\u200d💻🌱" * 30,
        "word " * 40,
        "w" * 300,
        "=?utf-8?q?x?= and =?utf-8?b?eA==?=",
        "e\u0301" + "\u0301" * 1900,
    ],
    ids=["accents", "wide", "emoji", "words", "word", "encoded", "marks"],
)
def test_a_long_subject_is_folded_and_read_whole(table: Table, title: str) -> None:
    table.make(NADIA, DescribeBoard(title, "en"))
    document = table.document()
    mail = as_mail(document)
    assert read(mail)["Subject"] == subject(document)
    head = mail.partition("\r\n\r\n")[0]
    assert all(len(line) <= (76 if "=?" in line else 998) for line in head.split("\r\n"))
    assert all(len(word) <= 75 for word in re.findall(r"=\?utf-8\?\S*\?=", head))


if sample_strings():

    def test_strings_that_break_programs_are_text() -> None:
        for text in sample_strings():
            document = document_of([text] * 7)
            mail = as_mail(document)
            assert read(mail)["Subject"] == subject(document)
            assert parts(mail) == [as_text(document), as_html(document)]


@settings(deadline=None)
@given(st.lists(any_titles.filter(bool), min_size=7, max_size=7), bodies)
def test_a_mail_is_ascii_in_lines_that_every_server_takes(texts: list[str], body: str) -> None:
    mail = as_mail(document_of(texts, body))
    assert mail.isascii()
    assert mail.endswith("--\r\n")
    lines = mail.split("\r\n")
    assert all(len(line) <= 998 for line in lines)
    assert not any("\r" in line or "\n" in line for line in lines)


def test_it_is_a_draft_that_names_nobody_and_no_day(french: Table) -> None:
    message = read(as_mail(french.document("fr")))
    assert set(message.keys()) == {"MIME-Version", "Content-Type", "X-Unsent", "Subject"}
    assert message["X-Unsent"] == "1"
    assert message["MIME-Version"] == "1.0"


def test_the_same_document_is_the_same_mail_in_every_process(french: Table) -> None:
    program = (
        "from storage.exports.document import Document\nfrom storage.exports.mail import as_mail\n"
        "import sys\nsys.stdout.buffer.write(as_mail(Document('fr', 'é', 'o', 'm', (), 'p')).encode('ascii'))"
    )
    made = {subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in range(2)}
    assert made == {as_mail(Document("fr", "é", "o", "m", (), "p")).encode("ascii")}


def test_the_boundary_is_in_no_text() -> None:
    boundary = str(read(as_mail(titled("x"))).get_boundary())
    document = document_of([f"--{boundary}"] * 7, f"--{boundary}\n\n    --{boundary}--\n")
    mail = as_mail(document)
    assert str(read(mail).get_boundary()) != boundary
    assert parts(mail) == [as_text(document), as_html(document)]
    # Even one that somebody guessed: these two signs stand side by side in no encoded text.
    assert boundary.startswith("=_")
    assert mail.partition("\r\n\r\n")[2].count("=_") == 3


def test_a_part_is_encoded_in_the_way_that_is_shorter(french: Table) -> None:
    def encodings(document: Document) -> list[str]:
        return [str(part["Content-Transfer-Encoding"]) for part in read(as_mail(document)).iter_parts()]

    assert encodings(french.document("fr")) == ["quoted-printable", "quoted-printable"]
    assert encodings(document_of(["日本語のタイトル" * 30] * 7)) == ["base64", "base64"]
    assert "Qui voulons-nous toucher" in as_mail(french.document("fr"))
