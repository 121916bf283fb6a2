"""Addresses of the web, so that two spellings of one are one: capital letters, a port that goes without saying, a last dot.

The room's public address is read here; what is held against it is `review/doorway.py`.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from tenure.errors import SpecError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class WebAddress:
    """Where a page is from: scheme, host and port. An IPv6 host stands in brackets."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """The address as people write it, without a port that goes without saying."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port != _PORTS[self.scheme] else "")


def web_address(text: str) -> WebAddress | None:
    """The address of an `Origin`, or of anything that begins as one; None for what is no address of the web."""
    try:
        found = urlsplit(text)
        port = found.port
    except ValueError:
        return None
    if found.scheme.lower() not in _PORTS or not found.hostname or found.username is not None:
        return None
    scheme = found.scheme.lower()
    return WebAddress(scheme=scheme, host=_host(found.hostname), port=_PORTS[scheme] if port is None else port)


def host_and_port(header: str, scheme: str) -> WebAddress | None:
    """The address that a `Host` header names, of a page of that scheme; None for what names none."""
    return web_address(f"{scheme}://{header}") if header and not set(header) & set("/?#@\\ ") else None


def read_public(name: str, text: str) -> WebAddress | None:
    """The public address that a variable names; None where it is not set.

    Raises
    ------
    SpecError: for anything but a scheme, a host and perhaps a port.
    """
    if not text:
        return None
    found, rest = web_address(text), urlsplit(text) if "[" not in text or "]" in text else None
    if found is None or rest is None:
        raise SpecError(
            f"{name} must be the address that people open, such as https://review.example.com, found {text!r}. Correct it."
        )
    if rest.path not in ("", "/") or rest.query or rest.fragment:
        raise SpecError(
            f"{name} must end after the host, found the path {rest.path!r}: the room answers at the root of a host of its own, "
            f"not below a path. Give it a name of its own, such as {found.scheme}://review.{found.host.removeprefix('www.')}."
        )
    return found


def _host(name: str) -> str:
    """A host, spelled one way: in lower case, without the last dot that may end it."""
    plain = name.lower().removesuffix(".")
    return f"[{plain}]" if ":" in plain else plain
