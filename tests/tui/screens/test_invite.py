"""Inviting from the app: the choice, the text to send, those who are invited, and leaving while the table is open."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from storage import Store, Voice, changes
from storage.invitations import Invitation, Invitations
from storage.presence import Presence
from storage.store import utc_now
from tui.app import AccordApp
from tui.host import child
from tui.host.running import Running, alone, running
from tui.screens.asking import Ask, Choose
from tui.screens.board import BoardScreen
from tui.screens.invite import InviteScreen
from tui.screens.invite_letter import LetterScreen
from tui.screens.invite_rows import Row
from tui.screens.line_input import LineInput
from tui.screens.plain import PlainScreen
from tui.session import Session
from tui.widgets.bars import Bar

from .sitting import SIZES, app_at, on_screen, session_at, small_board, until

FINGERPRINT = "SHA256:ohY1nY5FcSjmJbcyCKPoXW5r9Hf3/rJdLxKGnY5Z0Tc"


class Hosts:
    """Hosts in the place of processes: they are found as those are, and nobody listens."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.fails: str | None = None
        self.started: list[str] = []
        self.elsewhere = False
        self.likely_port = 9000
        self._stack = contextlib.ExitStack()

    def start(self, board: Path, host: str, environ: Mapping[str, str], lang: str) -> Running:
        if self.fails is not None:
            raise child.HostFailedError(self.fails)
        found = running(self.state, board)
        if found is not None:
            return found
        self.started.append(host)
        self._stack.enter_context(alone(self.state, board))(Running(4711, host, 9000, FINGERPRINT))
        found = running(self.state, board)
        assert found is not None
        return found

    def next_port(self, folder: Path, board: Path) -> int:
        return self.likely_port

    def stop(self, board: Path, environ: Mapping[str, str]) -> None:
        self._stack.close()

    def started_from_app(self, board: Path, environ: Mapping[str, str]) -> bool:
        return running(self.state, board) is not None and not self.elsewhere


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hosts:
    made = Hosts(tmp_path / "state")
    for name in ("start", "stop", "started_from_app", "next_port"):
        monkeypatch.setattr(child, name, getattr(made, name))
    monkeypatch.setattr("tui.host.reach.own_address", lambda: "192.168.1.20")
    return made


class Desk:
    """Somebody at the board who invites, and what they see."""

    def __init__(self, pilot: Pilot[None], session: Session) -> None:
        self.pilot = pilot
        self.session = session
        assert session.store.path is not None
        self.path = session.store.path
        state = Path(session.environ["ACCORD_STATE"])
        self.invitations = Invitations(state / "invitations", self.path, clock=utc_now)
        self.guests = Presence(self.path)

    @property
    def screen(self) -> InviteScreen:
        return next(screen for screen in self.pilot.app.screen_stack if isinstance(screen, InviteScreen))

    @property
    def news(self) -> str:
        return self.screen.query_one("#news", Bar).text.strip()

    @property
    def shown(self) -> str:
        return on_screen(self.pilot)

    async def until(self, condition: object) -> None:
        assert callable(condition)
        await until(self.pilot, condition)

    async def at(self, screen: type) -> None:
        await self.until(lambda: isinstance(self.pilot.app.screen, screen) and self.pilot.app.screen.is_mounted)
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def open(self) -> None:
        """Press ``i``, and wait until there is something to choose."""
        await self.press("i")
        await self.at(InviteScreen)
        await self.until(lambda: self.screen.row is not None)

    async def go(self, kind: str, of: str = "") -> None:
        """Put the cursor on a row, as somebody would: with the arrows."""
        await self.press("home")
        for _ in range(20):
            if self.screen.row == Row(kind, of):  # type: ignore[arg-type]
                return
            await self.press("down")
        raise AssertionError(f"no row {kind} {of}:\n{self.shown}")

    async def choose(self, kind: str, *keys: str, of: str = "") -> None:
        """Choose something in a row."""
        await self.go(kind, of)
        await self.press("enter")
        await self.at(Choose)
        await self.press(*keys)
        await self.at(InviteScreen)

    async def write(self, text: str) -> None:
        await self.at(Ask)
        self.pilot.app.screen.query_one("#line", LineInput).value = text
        await self.press("enter")

    async def invite(self, *keys: str) -> LetterScreen:
        """Press Enter on the invitation, and where it is asked from where somebody comes, these keys and Enter."""
        await self.go("invite")
        asked = self.screen._wanted.way is None
        await self.press("enter")
        if asked:
            await self.at(Choose)
            await self.press(*keys, "enter")
        await self.at(LetterScreen)
        screen = self.pilot.app.screen
        assert isinstance(screen, LetterScreen)
        return screen

    async def back(self) -> None:
        """Leave the letter, although it was not copied."""
        await self.press("escape", "escape")
        await self.at(InviteScreen)
        await self.idle()

    async def idle(self) -> None:
        await self.until(lambda: not self.screen._busy)

    def sits_down(self, person: str) -> None:
        """A guest comes; the app is told as another process would tell it."""
        self.session.presence.enter("ssh-guest", person)

    @property
    def made(self) -> Invitation:
        return self.invitations.all()[0]


@asynccontextmanager
async def inviting(
    tmp_path: Path, *, lang: str = "en", size: tuple[int, int] = (80, 24), interface: str = ""
) -> AsyncIterator[Desk]:
    """The board, from which nobody has been invited yet."""
    with Store.create(tmp_path / "vallon.json", small_board(lang)) as store:
        session = session_at(store, tmp_path / "state", lang=interface or lang)
        session.presence = Presence(None)
        app = app_at(session)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: isinstance(app.screen, BoardScreen))
            yield Desk(pilot, session)


# An invitation


async def test_three_keys_invite_the_first_of_the_other_party_for_a_day_from_the_same_network(
    tmp_path: Path, hosts: Hosts
) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        assert desk.screen.row == Row("invite")
        letter = await desk.invite()
        made = desk.made
        assert (made.user, made.party, made.person, made.may_edit) == ("paul", "client", "p2", True)
        assert dt.timedelta(hours=23) < made.expires - utc_now() < dt.timedelta(hours=25)
        assert hosts.started == ["0.0.0.0"]
        assert "ssh -p 9000 paul@192.168.1.20" in letter.text
        assert FINGERPRINT in letter.text
        code = next(line.strip() for line in letter.text.splitlines() if made.opens_with(line))
        assert code not in desk.invitations.path.read_text("utf-8")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "fr"])
async def test_all_of_the_letter_can_be_read_and_it_says_who_can_come_in(
    tmp_path: Path, hosts: Hosts, lang: str, size: tuple[int, int]
) -> None:
    async with inviting(tmp_path, lang=lang, size=size) as desk:
        await desk.open()
        letter = await desk.invite()
        seen = desk.shown
        assert {"en": "not shown again", "fr": "ne reparaît plus"}[lang] in seen
        # Without a key: the line, the fingerprint, the code.
        needed = [line.strip() for line in letter.text.splitlines() if line.startswith("    ")]
        assert len(needed) == 3
        assert all(line in seen for line in needed)
        for _ in range(4):
            await desk.press("pagedown")
            await desk.pilot.pause(0.3)
            seen += desk.shown
        for line in letter.text.splitlines():
            assert line.strip() in seen


@pytest.mark.parametrize("size", [(1, 1), (3, 5), (5, 24), (20, 6)])
async def test_pages_can_be_turned_in_a_window_of_any_size(tmp_path: Path, hosts: Hosts, size: tuple[int, int]) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.pilot.resize_terminal(*size)
        await desk.press("pagedown", "pageup", "down")
        await desk.pilot.resize_terminal(80, 24)
        await desk.until(lambda: "A new invitation" in desk.shown)


async def test_the_letter_is_in_the_language_of_the_board_or_in_another(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path, lang="fr", interface="en") as desk:
        await desk.open()
        letter = await desk.invite()
        assert "vous invite" in letter.text
        await desk.press("l")
        assert "invites you" in letter.text
        assert "invites you" in desk.shown


async def test_the_letter_is_copied_with_one_key(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        letter = await desk.invite()
        await desk.press("c")
        kept = tmp_path / "state" / "copied.txt"
        await desk.until(kept.exists)
        assert kept.read_text("utf-8") == letter.text
        await desk.until(lambda: str(kept) in str(letter.query_one("#news", Static).content))
        await desk.press("escape")
        await desk.at(InviteScreen)


async def test_a_letter_that_was_not_copied_is_left_only_when_asked_twice(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.invite()
        await desk.press("escape")
        assert isinstance(desk.pilot.app.screen, LetterScreen)
        assert "not shown again" in desk.shown
        await desk.press("escape")
        await desk.at(InviteScreen)


async def test_the_letter_says_when_whom_it_was_for_has_come(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        letter = await desk.invite()
        desk.session.presence.enter("ssh-another", "p1")
        desk.sits_down("p2")
        await desk.until(lambda: str(letter.query_one("#news", Static).content) == "Paul is at the board.")
        await desk.press("escape")  # nothing is lost that is not copied: they have it
        await desk.at(InviteScreen)


async def test_whoever_is_there_already_has_not_come_by_this_letter(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.sits_down("p2")
        await desk.open()
        letter = await desk.invite()
        desk.session.presence.update("ssh-guest", cursor="Q1")
        await desk.pilot.pause(0.2)
        assert str(letter.query_one("#news", Static).content) == ""
        await desk.press("escape")
        await desk.until(lambda: "not shown again" in str(letter.query_one("#news", Static).content))


async def test_the_letter_can_be_selected_by_hand(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.invite()
        await desk.press("m")
        await desk.at(PlainScreen)
        assert "ssh -p 9000 paul@192.168.1.20" in desk.shown
        await desk.press("escape")
        await desk.at(LetterScreen)


async def test_everything_can_be_chosen(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.choose("who", "down", "enter")
        await desk.choose("rights", "down", "enter")
        await desk.choose("lasting", "down", "down", "enter")
        await desk.choose("way", "end", "enter")
        letter = await desk.invite()
        made = desk.made
        assert (made.user, made.party, made.person, made.may_edit) == ("nadia", "consultant", "p1", False)
        assert dt.timedelta(days=13) < made.expires - utc_now() < dt.timedelta(days=15)
        assert hosts.started == ["127.0.0.1"]
        assert "ssh -p 9000 nadia@localhost" in letter.text


async def test_somebody_new_comes_to_the_board_when_they_are_invited_and_not_before(
    tmp_path: Path, hosts: Hosts
) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.go("who")
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("end", "enter")
        await desk.write("Gaëlle Roux")
        await desk.at(Choose)
        await desk.press("enter")
        await desk.at(InviteScreen)
        board = desk.session.store.board
        assert "Gaëlle Roux" not in [person.name for person in board.people.values()]
        letter = await desk.invite()
        person = desk.session.store.board.people[desk.made.person]
        assert (person.name, person.party) == ("Gaëlle Roux", "client")
        assert "gaelle-roux@192.168.1.20" in letter.text
        await desk.back()
        # A second one is for the same person, and an undo on the board leaves them where they are.
        await desk.invite()
        assert len(desk.session.store.board.people) == len(board.people) + 1


async def test_a_name_that_is_at_the_board_is_that_person(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.go("who")
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("end", "enter")
        await desk.write("  PAUL ")
        await desk.at(InviteScreen)
        await desk.invite()
        assert desk.made.person == "p2"
        assert len(desk.session.store.board.people) == 2


async def test_a_tunnel_is_asked_for_its_address_until_it_is_one(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.go("way")
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("down", "enter")
        await desk.write("x; rm -rf")
        await desk.until(lambda: "is no address" in desk.shown)
        await desk.write("tcp://bore.pub:7000")
        await desk.at(InviteScreen)
        letter = await desk.invite()
        assert "ssh -p 7000 paul@bore.pub" in letter.text
        assert hosts.started == ["127.0.0.1"]


async def test_a_second_invitation_goes_by_the_tunnel_of_the_first(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.go("way")
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("down", "enter")
        await desk.write("tcp://bore.pub:7000")
        await desk.at(InviteScreen)
        await desk.invite()
        await desk.back()
        await desk.press("escape")
        await desk.at(BoardScreen)
        await desk.open()
        assert "asked when you invite" in desk.shown  # where it begins may have changed
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("enter")
        await desk.at(Ask)
        await desk.press("enter")
        await desk.at(LetterScreen)
        letter = desk.pilot.app.screen
        assert isinstance(letter, LetterScreen)
        assert "ssh -p 7000 paul" in letter.text
        assert "@bore.pub" in letter.text


async def test_a_tunnel_that_leads_to_another_port_invites_nobody(tmp_path: Path, hosts: Hosts) -> None:
    hosts.likely_port = 8022
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("down", "enter")
        await desk.at(Ask)
        assert "ngrok tcp 8022" in desk.shown
        await desk.write("bore.pub:7000")
        await desk.until(lambda: "open on port 9000: the tunnel has to lead there" in desk.news)
        assert desk.invitations.all() == ()
        await desk.idle()
        letter = await desk.invite()
        assert "ssh -p 7000 paul@bore.pub" in letter.text


@pytest.mark.parametrize("words", ["Nobody could come in at 127.0.0.1:9000.", ""])
async def test_a_host_that_does_not_start_is_said_and_nobody_is_invited(
    tmp_path: Path, hosts: Hosts, words: str
) -> None:
    hosts.fails = words
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.choose("way", "enter")
        await desk.go("invite")
        await desk.press("enter")
        await desk.until(lambda: (words or "does not answer") in desk.news)
        assert desk.invitations.all() == ()


async def test_escape_at_the_question_from_where_invites_nobody(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("escape")
        await desk.at(InviteScreen)
        await desk.idle()
        assert desk.invitations.all() == ()
        assert hosts.started == []
        assert "asked when you invite" in desk.shown


async def test_the_next_time_it_begins_at_what_was_chosen(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.choose("way", "end", "enter")
        await desk.press("escape")
        await desk.at(BoardScreen)
        await desk.open()
        letter = await desk.invite()
        assert hosts.started == ["127.0.0.1"]
        assert "paul@localhost" in letter.text


async def test_without_a_network_it_begins_at_this_machine(
    tmp_path: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.host.reach.own_address", lambda: "a-name")
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.invite()
        assert hosts.started == ["127.0.0.1"]


async def test_a_board_that_is_thrown_away_invites_nobody(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.session.demo = True
        await desk.press("i")
        await desk.until(lambda: "thrown away" in desk.shown)
        await desk.press("enter", "w", "delete")
        assert hosts.started == []
        await desk.press("escape")
        await desk.at(BoardScreen)


async def test_a_guest_invites_nobody(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.session.remote = True
        await desk.press("i")
        await desk.until(lambda: "where the board is hosted" in desk.shown)
        assert isinstance(desk.pilot.app.screen, BoardScreen)


# Those who are invited


async def test_the_list_says_who_until_when_and_who_is_here(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.invitations.make("nadia", "consultant", "p1", lasting=dt.timedelta(days=1), may_edit=False)
        await desk.open()
        await desk.invite()
        await desk.back()
        lines = desk.shown.splitlines()
        (paul,) = [line for line in lines if "○ paul" in line]
        (nadia,) = [line for line in lines if "○ nadia" in line]
        for words in ("Paul (client)", "may edit", "until", "not here"):
            assert words in paul
        assert "may look" in nadia
        desk.sits_down("p2")
        await desk.until(lambda: "● paul" in desk.shown)
        assert "here now" in desk.shown
        assert "○ nadia" in desk.shown


async def test_an_invitation_made_elsewhere_appears(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        assert "Nobody is invited yet" in desk.shown
        desk.invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=1))
        await desk.until(lambda: "○ paul" in desk.shown)


@pytest.mark.parametrize("key", ["delete", "w", "enter"])
async def test_an_invitation_is_withdrawn_after_a_yes(tmp_path: Path, hosts: Hosts, key: str) -> None:
    async with inviting(tmp_path) as desk:
        desk.invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=1))
        await desk.open()
        await desk.go("invitation", "paul")
        await desk.press(key)
        await desk.at(Choose)
        await desk.press("enter")
        await desk.at(InviteScreen)
        assert desk.invitations.holding()
        await desk.idle()
        await desk.press(key)
        await desk.at(Choose)
        await desk.press("down", "enter")
        await desk.until(lambda: not desk.invitations.holding())
        await desk.until(lambda: "withdrawn" in desk.news)
        await desk.until(lambda: "· withdrawn" in desk.shown)


async def test_nobody_is_here_as_a_guest_of_a_host_that_is_gone(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=1))
        desk.sits_down("p2")
        await desk.open()
        assert "not here" in desk.shown
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        await desk.until(lambda: "here now" in desk.shown)


async def test_withdrawing_says_that_somebody_is_sent_away(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=1))
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        desk.sits_down("p2")
        await desk.open()
        await desk.go("invitation", "paul")
        await desk.press("w")
        await desk.at(Choose)
        assert "sent away" in desk.shown


async def test_invitations_that_cannot_be_read_are_said(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.invitations.path.parent.mkdir(parents=True)
        desk.invitations.path.write_text("{")
        await desk.open()
        await desk.until(lambda: "cannot be understood" in desk.news)


# The table


async def test_the_table_is_closed_and_opened_again(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.invite()
        await desk.back()
        assert "port 9000" in desk.shown
        await desk.choose("close", "enter")
        await desk.until(lambda: "is not open" in desk.shown)
        assert running(hosts.state, desk.path) is None
        await desk.idle()
        await desk.go("open")
        await desk.press("enter")
        await desk.until(lambda: "is open to guests" in desk.shown)
        assert hosts.started == ["0.0.0.0"] * 2


async def test_with_a_guest_there_closing_wants_a_second_thought(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.invite()
        await desk.back()
        desk.sits_down("p2")
        await desk.until(lambda: "here now" in desk.shown)
        await desk.choose("close", "enter")
        assert running(hosts.state, desk.path) is not None
        await desk.idle()
        await desk.choose("close", "down", "enter")
        await desk.until(lambda: running(hosts.state, desk.path) is None)


async def test_a_host_that_is_there_already_is_found_and_used(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.start(desk.path, "0.0.0.0", {}, "en")
        await desk.open()
        assert "is open to guests, on port 9000. They come from: the same network" in desk.shown
        await desk.invite()
        assert hosts.started == ["0.0.0.0"]


async def test_another_way_in_opens_the_table_anew_after_a_yes(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.invite()
        await desk.back()
        await desk.go("way")
        await desk.press("enter")
        await desk.at(Choose)
        await desk.press("end", "enter")
        await desk.until(lambda: "opened anew" in desk.shown)
        await desk.press("enter")
        await desk.until(lambda: "open again" in desk.news)
        assert hosts.started == ["0.0.0.0", "127.0.0.1"]
        await desk.idle()
        assert "this machine only" in desk.shown


async def test_nobody_is_invited_by_a_way_that_turned_out_to_be_another(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        await desk.choose("way", "end", "enter")
        hosts.start(desk.path, "0.0.0.0", {}, "en")
        await desk.go("invite")
        await desk.press("enter")
        await desk.until(lambda: "not from there" in desk.news)
        assert desk.invitations.all() == ()
        await desk.idle()
        assert "Guests come from  the same network" in desk.shown


# By mouse, and in little room


async def test_everything_can_be_clicked(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        desk.invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=1))
        await desk.open()

        async def click(words: str) -> None:
            lines = desk.shown.splitlines()
            y = max(number for number, line in enumerate(lines) if words in line)
            x = lines[y].index(words) + 1
            widget, region = desk.pilot.app.screen.get_widget_at(x, y)
            await desk.pilot.click(widget, offset=(x - region.x, y - region.y))

        await click("They can")
        await desk.at(Choose)
        await click("look, and change nothing")
        await desk.at(InviteScreen)
        await desk.idle()
        await click("Invite Paul")
        await desk.at(Choose)
        await click("this machine only")
        await desk.at(LetterScreen)
        await click("copy")
        await desk.until((tmp_path / "state" / "copied.txt").exists)
        await desk.until(lambda: "here:" in str(desk.pilot.app.screen.query_one("#news", Static).content))
        await click("back")
        await desk.at(InviteScreen)
        assert not desk.made.may_edit
        await desk.idle()
        await click("○ paul ")
        await desk.at(Choose)
        await click("Leave it")
        await desk.at(InviteScreen)
        await desk.idle()
        await click("back")
        await desk.at(BoardScreen)


@pytest.mark.parametrize("size", [(40, 12), (20, 6)])
async def test_a_small_terminal_shows_what_it_can(tmp_path: Path, hosts: Hosts, size: tuple[int, int]) -> None:
    async with inviting(tmp_path, size=size) as desk:
        await desk.open()
        await desk.go("who")
        letter = await desk.invite()
        await desk.press("pagedown")
        assert "Esc" in desk.shown
        assert letter.query_one("#letter", Static).size.height > 0


async def test_what_somebody_is_called_is_text(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        voice = Voice(desk.session.store, "p1", "before")
        voice.commit_now(changes.RenamePerson("p2", "[b]Paul[/] {x} [FR]"))
        await desk.open()
        await desk.invite()
        await desk.back()
        assert "[b]Paul[/] {x} [FR] (client)" in desk.shown


async def test_a_key_that_comes_twice_invites_once(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.open()
        rows = desk.screen.query_one("#rows", OptionList)
        rows.action_select()
        rows.action_select()
        await desk.at(Choose)
        await desk.press("enter")
        await desk.at(LetterScreen)
        assert len(desk.invitations.all()) == 1


async def test_the_board_says_that_it_is_open_whichever_app_opened_it(
    tmp_path: Path, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.together_commands.HOST_SECONDS", 0.05)
    async with inviting(tmp_path) as desk:
        await desk.until(lambda: desk.pilot.app.screen.query_one("#title", Bar).text)
        assert "open to guests" not in desk.shown
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        await desk.until(lambda: "open to guests" in desk.shown.splitlines()[0])
        hosts.stop(desk.path, {})
        await desk.until(lambda: "open to guests" not in desk.shown)


# Leaving


def app_of(desk: Desk) -> AccordApp:
    app = desk.pilot.app
    assert isinstance(app, AccordApp)
    return app


async def test_with_guests_there_leaving_asks_whether_they_stay(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        desk.sits_down("p2")
        await desk.press("ctrl+q")
        await desk.at(Choose)
        assert "Do the guests stay?" in desk.shown
        assert "Paul" in desk.shown
        await desk.press("ctrl+q")  # a second time asks nothing more
        assert sum(isinstance(screen, Choose) for screen in desk.pilot.app.screen_stack) == 1
        await desk.press("escape")
        await desk.at(BoardScreen)
        await desk.press("ctrl+q")
        await desk.at(Choose)
        await desk.press("enter")
        await desk.until(lambda: not desk.pilot.app.is_running)
        assert running(hosts.state, desk.path) is not None
        assert "press i" in app_of(desk).last_words
        hosts.stop(desk.path, {})


async def test_the_table_can_be_closed_on_leaving(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        desk.sits_down("p2")
        await desk.press("ctrl+q")
        await desk.at(Choose)
        await desk.press("down", "enter")
        await desk.until(lambda: not desk.pilot.app.is_running)
        assert running(hosts.state, desk.path) is None
        assert app_of(desk).last_words == ""


async def test_with_invitations_out_leaving_asks_whether_the_board_stays_open(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        desk.invitations.make("paul", "client", "p2", lasting=dt.timedelta(days=1))
        await desk.press("ctrl+q")
        await desk.at(Choose)
        assert "1 invitation still holds" in desk.shown
        await desk.press("enter")
        await desk.until(lambda: not desk.pilot.app.is_running)
        assert running(hosts.state, desk.path) is not None
        hosts.stop(desk.path, {})


async def test_a_table_that_nobody_waits_for_is_closed_without_a_question(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        await desk.press("ctrl+q")
        await desk.until(lambda: not desk.pilot.app.is_running)
        assert running(hosts.state, desk.path) is None


async def test_a_host_that_was_started_elsewhere_is_left_alone(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.elsewhere = True
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        desk.sits_down("p2")
        await desk.press("ctrl+q")
        await desk.until(lambda: not desk.pilot.app.is_running)
        assert running(hosts.state, desk.path) is not None
        hosts.stop(desk.path, {})


async def test_leaving_from_the_palette_asks_as_well(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        hosts.start(desk.path, "127.0.0.1", {}, "en")
        desk.sits_down("p2")
        screen = desk.pilot.app.screen
        assert isinstance(screen, BoardScreen)
        screen.begin(screen.do_leave())
        await desk.at(Choose)
        assert "Do the guests stay?" in desk.shown


async def test_without_a_host_one_simply_leaves(tmp_path: Path, hosts: Hosts) -> None:
    async with inviting(tmp_path) as desk:
        await desk.press("ctrl+q")
        await desk.until(lambda: not desk.pilot.app.is_running)
