"""Who can reach a host: what to write behind the @, and what to say about it."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from storage import Language, Refused
from storage.language import later

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"

Way = Literal["machine", "network", "tunnel"]
"""How guests come in: from this machine, from the networks that it is in, or from anywhere through a tunnel, which is
a program that takes them in elsewhere and hands them on to this machine."""

WAYS: tuple[Way, ...] = ("network", "tunnel", "machine")

_WORDS: Mapping[Way, str] = {
    "machine": later("this machine only"),
    "network": later("the same network or Wi-Fi"),
    "tunnel": later("elsewhere, over the internet"),
}
Opened = Literal[Way, "internet"]
"""What a way in opens: the network of a machine that is on the internet itself is all of that."""

_IN_SHORT: Mapping[Opened, str] = {
    "machine": later("to try it out in a second window"),
    "network": later("nobody from elsewhere"),
    "tunnel": later("wants a tunnel"),
    "internet": later("this machine is on the internet itself: everybody can reach it"),
}
_EXPOSED: Mapping[Opened, str] = {
    "machine": later(
        "To try it out in a second window, or for other accounts of this machine. Nobody elsewhere can reach it."
    ),
    "network": later(
        "Whoever is in this network can ask to come in, and nobody elsewhere; only the code opens. If it cannot be "
        "reached, the firewall of this machine has to let port {port} through."
    ),
    "tunnel": later(
        "By a tunnel that you start yourself, such as ssh -R or ngrok: it leads from an address on the internet to "
        "port {port} here. Whoever finds that address can ask to come in; only the code opens."
    ),
    "internet": later(
        "This machine is on the internet itself: everybody can ask to come in at port {port}, unless a firewall keeps "
        "them out. Only the code opens."
    ),
}
_ADDRESS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?|\[?[0-9a-fA-F:.]{2,45}\]?")


@dataclass(frozen=True)
class Listen:
    """Where a host listens: a name or an address, and a port."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this machine can come in."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def everywhere(self) -> bool:
        """Whether it is every address that this machine has."""
        return self.host in ("", EVERYWHERE, "::")

    @property
    def shown_host(self) -> str:
        """What a guest writes behind the @."""
        if self.loopback:
            return "localhost"
        return own_address() if self.everywhere else self.host

    def line(self, user: str) -> str:
        """The line that a guest pastes."""
        host = self.shown_host
        port = f"-p {self.port} " if self.port != 22 else ""
        return f"ssh {port}{user}@{host}"


def listen_from(typed: str, port: int) -> Listen:
    """HOST, HOST:PORT, :PORT or [ADDRESS]:PORT. ``Refused("bad-address")`` where it is none."""
    host, sign, number = typed.strip().rpartition(":")
    if not sign or (":" in host and not host.startswith("[")):  # no port, or an address of version 6 alone
        host, number = typed.strip(), str(port)
    host = host.removeprefix("[").removesuffix("]") or EVERYWHERE
    if (
        not number.isascii()
        or not number.isdecimal()
        or not 0 <= int(number) <= 65535
        or any(c.isspace() for c in host)
    ):
        raise Refused("bad-address", address=typed)
    return Listen(EVERYWHERE if host == "*" else host, int(number))


def tunnel_at(typed: str, port: int) -> Listen:
    """Where a tunnel takes guests in, as its program says it: HOST, HOST:PORT, tcp://HOST:PORT.

    It becomes a part of a line that people paste into a shell: ``Refused("bad-address")`` for anything else.
    """
    bare = re.sub(r"^[a-z]+://|/$", "", typed.strip())
    found = listen_from(bare, port)
    if not bare or found.everywhere or found.loopback or not _ADDRESS.fullmatch(found.host) or not found.port:
        raise Refused("bad-address", address=typed)
    return found


def own_address() -> str:
    """The address that this machine has in its local network; its name where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses the way (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def in_a_network() -> bool:
    """Whether this machine has an address that others could reach it at."""
    try:
        return not ipaddress.ip_address(own_address()).is_loopback
    except ValueError:
        return False


def on_the_internet(address: str) -> bool:
    """Whether an address can be reached from everywhere, as that of a rented server can."""
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def way_of(listen: Listen) -> Way:
    """How guests come in to a host that listens there, as far as it can know."""
    return "machine" if listen.loopback else "network"


def way_word(way: Way, language: Language) -> str:
    """Who can come in, in a few words."""
    return language.say(_WORDS[way])


def exposed_in_short(way: Way, language: Language) -> str:
    """What a way in opens to whom, in as many words as one reads on the way to something else."""
    return language.say(_IN_SHORT[_opened(way)])


def exposed(way: Way, port: int, language: Language) -> str:
    """What a way in opens to whom, in words for people who run no networks."""
    return language.say(_EXPOSED[_opened(way)]).format(port=port)


def _opened(way: Way) -> Opened:
    return "internet" if way == "network" and on_the_internet(own_address()) else way


def who_can_reach(listen: Listen, language: Language) -> str:
    """Who can come in to a host that listens there, in one or two sentences."""
    say = language.say
    if listen.loopback:
        return say(
            "Only this machine can reach it so far. For guests elsewhere: a tunnel, or accord host with --listen."
        )
    return say(
        "Whoever can reach {host} on port {port}: usually the same local network. From elsewhere it wants a tunnel.",
        host=listen.shown_host,
        port=listen.port,
    )
