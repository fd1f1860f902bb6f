"""Who can reach a host: what to write behind the @, and what to say about it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from storage import Language, Refused

LOOPBACK = "127.0.0.1"


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
        return self.host in ("", "0.0.0.0", "::")

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
    host = host.removeprefix("[").removesuffix("]") or "0.0.0.0"
    if (
        not number.isascii()
        or not number.isdecimal()
        or not 0 <= int(number) <= 65535
        or any(c.isspace() for c in host)
    ):
        raise Refused("bad-address", address=typed)
    return Listen("0.0.0.0" if host == "*" else host, int(number))


def own_address() -> str:
    """The address that this machine has in its local network; its name where there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses the way (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def who_can_reach(listen: Listen, language: Language) -> str:
    """Who can come in, in one or two sentences."""
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
