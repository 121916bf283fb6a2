"""The doorway: under which names the room answers, and whose pages may send it forms.

A browser says in `Host` which name it opened and in `Origin` whose page sent a form. What stands between, a proxy above all, may
name another host; the public address of the settings says what people really open, and both are held against it.
"""

from dataclasses import dataclass

from adapters.settings import Settings
from adapters.web_address import WebAddress, host_and_port, web_address

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - asks, does not bind
_MOST_LETTERS = 120


@dataclass(frozen=True, kw_only=True)
class Doorway:
    """`public` is the address that people open, where one is set; `names` are the hosts it answers under, None for any."""

    public: WebAddress | None
    names: frozenset[str] | None

    def refuses_host(self, header: str) -> str:
        """Why a request for this host is turned away, in a sentence; empty where it is not."""
        found = host_and_port(header, "http")
        if self.names is None or (found is not None and found.host in self.names):
            return ""
        answers = ", ".join(sorted(self.names))
        return (
            f"The request is for the host {_shown(header)}, and this room answers as {answers}. Open one of these; or, if this "
            "is the name that people open, set TENURE_REVIEW_PUBLIC to its address and start the room again."
        )

    def refuses_origin(self, origin: str | None, host: str) -> str:
        """Why a form from a page of this origin is turned away, in a sentence; empty where it is the room's own page."""
        if origin is None or self._is_own(web_address(origin), host):
            return ""
        if self.public is not None:
            hint = f"Open the room at {self.public}."
        else:
            hint = "If that is where people open the room, set TENURE_REVIEW_PUBLIC to it and start the room again."
        return (
            f"This form was sent by a page of {_shown(origin)}, and this room was asked for as {_shown(host)}, so it is another "
            f"site's. Nothing was done. {hint}"
        )

    def _is_own(self, origin: WebAddress | None, host: str) -> bool:
        """Whether pages of this origin are the room's: those of the public address, and what was opened past it by name."""
        if origin is None:
            return False
        if self.public is not None and origin.host == self.public.host:
            return origin == self.public
        return origin == host_and_port(host, origin.scheme)


def doorway(settings: Settings) -> Doorway:
    """The doorway of an installation."""
    public, host = settings.review_public, settings.host
    if public is None and (settings.review_proxy or host in _EVERYWHERE):
        return Doorway(public=None, names=None)
    named = {public.host} if public else set()
    found = host_and_port(f"[{host}]" if ":" in host else host, "http") if host not in _EVERYWHERE else None
    return Doorway(public=public, names=_LOOPBACK | named | ({found.host} if found else set()))


def _shown(found: str) -> str:
    """What arrived, short enough to be read and without letters that cannot be."""
    return "".join(c if c.isprintable() and c.isascii() else "?" for c in found[:_MOST_LETTERS]) or "nothing"
