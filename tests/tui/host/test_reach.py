"""Where a host listens, what a guest pastes, and who can come in."""

from __future__ import annotations

import pytest

from storage import Refused
from tui.host import reach
from tui.host.reach import WAYS, Listen, exposed, listen_from, on_the_internet, tunnel_at, way_of, who_can_reach
from tui.words import interface_language

EN = interface_language("en")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("127.0.0.1:9000", Listen("127.0.0.1", 9000)),
        ("localhost", Listen("localhost", 8022)),
        (":9000", Listen("0.0.0.0", 9000)),
        ("*:9000", Listen("0.0.0.0", 9000)),
        ("::1", Listen("::1", 8022)),
        ("[::1]:9000", Listen("::1", 9000)),
        (" example.org:0 ", Listen("example.org", 0)),
    ],
)
def test_an_address_is_read_as_people_write_it(typed: str, found: Listen) -> None:
    assert listen_from(typed, 8022) == found


@pytest.mark.parametrize("typed", ["here:port", "here:70000", "two words:80", "here:-1", "here:"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        listen_from(typed, 8022)
    assert refused.value.code == "bad-address"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_a_host_of_this_machine_alone_is_reached_by_its_name(host: str) -> None:
    listen = Listen(host, 9000)
    assert listen.loopback
    assert way_of(listen) == "machine"
    assert listen.line("paul") == "ssh -p 9000 paul@localhost"
    assert "Only this machine" in who_can_reach(listen, EN)


def test_a_host_of_the_network_is_reached_by_the_address_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "own_address", lambda: "192.168.1.20")
    listen = Listen("0.0.0.0", 8022)
    assert listen.everywhere
    assert way_of(listen) == "network"
    assert listen.line("paul") == "ssh -p 8022 paul@192.168.1.20"
    assert "192.168.1.20" in who_can_reach(listen, EN)


def test_the_usual_port_of_ssh_is_not_named() -> None:
    assert Listen("example.org", 22).line("paul") == "ssh paul@example.org"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tcp://0.tcp.eu.ngrok.io:12345", Listen("0.tcp.eu.ngrok.io", 12345)),
        ("bore.pub:7000/", Listen("bore.pub", 7000)),
        ("203.0.113.7", Listen("203.0.113.7", 8022)),
        ("[2001:db8::1]:7000", Listen("2001:db8::1", 7000)),
    ],
)
def test_a_tunnel_begins_where_its_program_says(typed: str, found: Listen) -> None:
    assert tunnel_at(typed, 8022) == found


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x;rm:7000",
        "$(id):7000",
        "a`id`",
        "-oProxyCommand=x",
        "paul@example.org",
        "0.0.0.0:7000",
        "localhost:7000",
        "a:0",
    ],
)
def test_what_would_harm_whoever_pastes_it_is_no_tunnel(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        tunnel_at(typed, 8022)
    assert refused.value.code == "bad-address"


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_says_what_it_opens(way: reach.Way, lang: str) -> None:
    language = interface_language(lang)
    words = exposed(way, 9000, language)
    assert ("9000" in words) == (way != "machine")
    assert "{" not in words


def test_a_machine_on_the_internet_is_not_said_to_be_in_a_local_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "own_address", lambda: "192.168.1.20")
    local = exposed("network", 9000, EN)
    monkeypatch.setattr(reach, "own_address", lambda: "8.8.8.8")
    assert "nobody elsewhere" in local
    assert "everybody can ask" in exposed("network", 9000, EN)
    assert not on_the_internet("a-name-without-a-network")
