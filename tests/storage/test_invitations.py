from __future__ import annotations

import datetime as dt
import doctest
import errno
import json
import os
import stat
import subprocess
import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Refused, invitations
from storage.invitations import ALPHABET, CODE_LENGTH, MOST, Invitation, Invitations, new_code, plain_code, user_name

from .child import Child, Tell, become_nobody

DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 5, 12, 12, tzinfo=dt.UTC)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(tmp_path: Path, path: Path, clock: Clock, quick_disk: None) -> Invitations:
    return Invitations(tmp_path / "state" / "invitations", path, clock=clock)


def refused(work: object, *args: object, **more: object) -> Refused:
    with pytest.raises(Refused) as error:
        work(*args, **more)  # type: ignore[operator]
    return error.value


def ssh_key(folder: Path, kind: str) -> str:
    file = folder / kind
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "paul@garden", "-f", str(file)], check=True)
    return file.with_suffix(".pub").read_text()


# Codes


def test_a_code_has_sixty_random_bits_in_letters_that_nobody_confuses() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert len(ALPHABET) == 32
    assert not set("ilou") & set(ALPHABET)
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4]
        assert set(code) <= set(ALPHABET) | {"-"}
    assert CODE_LENGTH * 5 == 60
    assert {letter for code in codes for letter in code} == set(ALPHABET) | {"-"}


_NOISE = st.text(st.sampled_from(" \t-‑–—−.,“”'\u00a0\u00ad\u200b\u2060\ufeff\r\n"), max_size=3)


@given(st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.data())
def test_how_a_code_is_typed_does_not_matter(code: str, data: st.DataObject) -> None:
    made = Invitation("paul", "client", "p2", NOON, NOON + DAY, salt="s", digest=invitations._digest("s", code))
    typed = data.draw(_NOISE)
    for letter in code:
        alike = {"0": "0oO", "1": "1iIlL"}.get(letter, letter + letter.upper())
        typed += data.draw(st.sampled_from([*alike, chr(ord(letter) + 0xFEE0)])) + data.draw(_NOISE)
    assert made.opens_with(typed)


@given(st.text())
def test_no_other_text_opens(text: str) -> None:
    code = "k7qm2xv9h4tc"
    made = Invitation("paul", "client", "p2", NOON, NOON + DAY, salt="s", digest=invitations._digest("s", code))
    assert made.opens_with(text) == (plain_code(text) == code)


@pytest.mark.parametrize("text", ["", "----", "\ud800", "x" * 10_000_000, "k7qm-2xv9-h4t", "k7qm-2xv9-h4tcc"])
def test_what_is_nearly_a_code_is_none(text: str) -> None:
    made = Invitation(
        "paul", "client", "p2", NOON, NOON + DAY, salt="s", digest=invitations._digest("s", "k7qm2xv9h4tc")
    )
    assert not made.opens_with(text)
    assert not msgspec.structs.replace(made, digest="").opens_with(text)
    assert not msgspec.structs.replace(made, digest="é").opens_with(text)


def test_the_example_of_a_typed_code() -> None:
    assert doctest.testmod(invitations).failed == 0


# Making and withdrawing


def test_an_invitation_opens_with_its_code_alone(held: Invitations) -> None:
    made, code = held.make("paul", "client", "p2", lasting=DAY)
    other, other_code = held.make("nadia", "consultant", "p1", lasting=DAY, may_edit=False)
    assert held.of("paul") == made
    assert made.opens_with(code)
    assert not made.opens_with(other_code)
    assert not made.opens_with("")
    assert (other.party, other.person, other.may_edit) == ("consultant", "p1", False)
    assert [invitation.user for invitation in held.all()] == ["nadia", "paul"]
    assert held.of("zoe") is None
    assert held.of("") is None


def test_the_code_is_nowhere_in_the_file_and_nobody_else_may_read_that(held: Invitations) -> None:
    _, code = held.make("paul", "client", "p2", lasting=DAY)
    text = held.path.read_text()
    assert code not in text
    assert plain_code(code) not in text
    assert stat.S_IMODE(held.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(held.path.parent.stat().st_mode) == 0o700


def test_it_ends_when_it_expires(held: Invitations, clock: Clock) -> None:
    held.make("paul", "client", "p2", lasting=DAY)
    clock.now += DAY - dt.timedelta(milliseconds=1)
    assert held.of("paul") is not None
    clock.now += dt.timedelta(milliseconds=1)
    assert held.of("paul") is None
    assert len(held.all()) == 1


def test_it_ends_when_it_is_withdrawn_also_for_another_process(held: Invitations, clock: Clock) -> None:
    held.make("paul", "client", "p2", lasting=DAY)
    other = Invitations(held.path.parent, held.path, clock=clock)
    other.path = held.path
    held.withdraw("paul")
    assert other.of("paul") is None
    assert refused(other.withdraw, "paul").code == "no-such-invitation"
    assert refused(other.withdraw, "zo\x1b[2Jé").facts == {"name": "zo[2Jé"}


def test_a_name_in_use_gets_a_number_and_a_free_one_does_not(held: Invitations, clock: Clock) -> None:
    names = [held.make("client", "client", "p2", lasting=DAY)[0].user for _ in range(3)]
    assert names == ["client", "client2", "client3"]
    held.withdraw("client")
    assert held.make("client", "client", "p2", lasting=DAY)[0].user == "client"
    clock.now += 2 * DAY
    assert held.make("client", "client", "p2", lasting=DAY)[0].user == "client"
    long = "a" * 31
    assert {held.make(long, "client", "p2", lasting=DAY)[0].user for _ in range(2)} == {long, "a" * 26 + "2"}


@pytest.mark.parametrize("user", ["", "Paul", "2paul", "-paul", "pa ul", "paul@host", "a" * 32, "é", "paul\n", "../x"])
def test_what_cannot_stand_before_the_at_is_refused(held: Invitations, user: str) -> None:
    assert refused(held.make, user, "client", "p2", lasting=DAY).code == "bad-user-name"
    assert not held.path.exists()


@given(st.text(max_size=60))
def test_any_name_becomes_a_user_name_or_nothing(text: str) -> None:
    name = user_name(text)
    assert name == "" or invitations._USER.fullmatch(name)
    assert user_name(name) == name


def test_names_keep_what_can_be_kept() -> None:
    assert user_name("Gaëlle Roux") == "gaelle-roux"
    assert user_name("  2 Jean-Étienne!") == "jean-etienne"
    assert user_name("李雷") == ""


def test_those_that_hold_are_never_forgotten(held: Invitations, clock: Clock) -> None:
    held.make("first", "client", "p2", lasting=90 * DAY)
    for _ in range(MOST + 5):
        held.make("client", "client", "p2", lasting=DAY)
        held.withdraw("client")
    assert len(held.all()) == MOST
    assert held.of("first") is not None
    clock.now += DAY


def test_with_as_many_as_are_kept_no_more_are_made(held: Invitations) -> None:
    for _ in range(MOST):
        held.make("client", "client", "p2", lasting=DAY)
    before = held.path.read_bytes()
    error = refused(held.make, "client", "client", "p2", lasting=DAY)
    assert (error.code, error.facts) == ("too-many-invitations", {"most": MOST})
    assert held.path.read_bytes() == before
    held.withdraw("client7")
    assert held.make("client", "client", "p2", lasting=DAY)[0].user == "client7"


def test_many_at_once_lose_nothing(held: Invitations, clock: Clock) -> None:
    def work(tell: Tell) -> None:
        for _ in range(10):
            tell(held.make("client", "client", "p2", lasting=DAY)[0].user)

    with Child(work) as one, Child(work) as two:
        threads = [threading.Thread(target=lambda: held.make("client", "client", "p2", lasting=DAY)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made = [*one.rest(), *two.rest()]
        assert (one.ends(), two.ends()) == (0, 0)
    assert len(set(made)) == 20
    assert len({invitation.user for invitation in held.holding()}) == 25


# Public keys


def test_a_public_key_is_kept_without_its_comment_and_asks_for_no_code(held: Invitations, tmp_path: Path) -> None:
    for kind in ("ed25519", "rsa", "ecdsa"):
        public = ssh_key(tmp_path, kind)
        made, code = held.make("paul", "client", "p2", lasting=DAY, keys=(public,))
        assert code == ""
        assert made.keys == (" ".join(public.split()[:2]),)
        assert not made.opens_with("")
    assert "paul@garden" not in held.path.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 not/base64!",
        "ssh-rsa " + KEY.split()[1],
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        'command="sh" ' + KEY,
        "\x00" * 100,
        "ssh-ed25519 " + "A" * 1_000_000,
    ],
)
def test_what_is_no_public_key_is_refused(held: Invitations, text: str) -> None:
    assert refused(held.make, "paul", "client", "p2", lasting=DAY, keys=(text,)).code == "bad-key"
    assert not held.path.exists()


# Files


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"{}",
        b"\xff\xfe",
        b"[1]",
        b'[{"user":"paul"}]',
        b'[{"user":"Paul!","party":"client","person":"p2","made":"2026-05-12T12:00:00Z","expires":"2099-05-12T12:00:00Z"}]',
        b'[{"user":"paul","party":"client","person":"../x","made":"2026-05-12T12:00:00Z","expires":"2099-05-12T12:00:00Z"}]',
        b'[{"user":"paul","party":"both","person":"p2","made":"2026-05-12T12:00:00Z","expires":"2099-05-12T12:00:00Z"}]',
        b'[{"user":"paul","party":"client","person":"p2","made":"2026-05-12T12:00:00","expires":"2099-05-12T12:00:00"}]',
    ],
)
def test_a_damaged_file_lets_nobody_in_and_is_left_alone(held: Invitations, data: bytes) -> None:
    held.path.parent.mkdir(parents=True)
    held.path.write_bytes(data)
    for work in (held.all, held.holding, lambda: held.of("paul"), lambda: held.withdraw("paul"),
                 lambda: held.make("paul", "client", "p2", lasting=DAY)):  # fmt: skip
        error = refused(work)
        assert (error.code, error.facts) == ("invitations-damaged", {"path": str(held.path)})
    assert held.path.read_bytes() == data


def test_a_file_of_a_later_version_is_read_as_far_as_it_is_understood(held: Invitations) -> None:
    made, _ = held.make("paul", "client", "p2", lasting=DAY)
    (row,) = json.loads(held.path.read_text())
    held.path.write_text(json.dumps([{**row, "colour": "blue"}]))
    assert held.all() == (made,)


def test_each_board_has_its_own(tmp_path: Path, clock: Clock) -> None:
    one = Invitations(tmp_path / "i", tmp_path / "a.json", clock=clock)
    two = Invitations(tmp_path / "i", tmp_path / "b.json", clock=clock)
    (tmp_path / "a.json").write_bytes(b"")
    (tmp_path / "link.json").symlink_to(tmp_path / "a.json")
    linked = Invitations(tmp_path / "i", tmp_path / "link.json", clock=clock)
    one.make("paul", "client", "p2", lasting=DAY)
    assert two.all() == ()
    assert len(linked.all()) == 1


def test_a_full_disk_says_so_and_keeps_what_was_there(held: Invitations, monkeypatch: pytest.MonkeyPatch) -> None:
    held.make("paul", "client", "p2", lasting=DAY)
    before = held.path.read_bytes()

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr("storage.files.make_durable", full)
    assert refused(held.make, "zoe", "client", "p2", lasting=DAY).code == "disk-full"
    assert refused(held.withdraw, "paul").code == "disk-full"
    assert held.path.read_bytes() == before
    assert [file.suffix for file in held.path.parent.iterdir() if file != held.path] == [".lock"]


def test_where_nothing_may_be_written_that_is_said(common_folder: Path, clock: Clock) -> None:
    held = Invitations(common_folder / "invitations", common_folder / "acme.json", clock=clock)
    held.make("paul", "client", "p2", lasting=DAY)
    for file in (held.path, held.path.with_suffix(".lock")):
        os.chmod(file, 0o600)
    os.chmod(held.path.parent, 0o755)

    def work(tell: Tell) -> None:
        become_nobody()
        for attempt in (held.all, lambda: held.make("zoe", "client", "p2", lasting=DAY), lambda: held.withdraw("paul")):
            try:
                attempt()
            except Refused as error:
                tell(error.code)

    if os.geteuid() == 0:
        with Child(work) as child:
            assert child.rest() == ["not-allowed"] * 3
            assert child.ends() == 0


def test_a_lock_that_somebody_keeps_is_not_waited_for_without_end(
    held: Invitations, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr(invitations, "LOCK_SECONDS", 0.05)
    held.make("paul", "client", "p2", lasting=DAY)
    fd = os.open(held.path.with_suffix(".lock"), os.O_RDWR)
    fcntl.flock(fd, fcntl.LOCK_EX)
    assert refused(held.withdraw, "paul").code == "busy"
    assert held.of("paul") is not None  # reading waits for nobody
    os.close(fd)
    held.withdraw("paul")
