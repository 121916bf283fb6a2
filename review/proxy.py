"""A proxy that logs people in: the header in which it names them, believed only beside the secret that it alone knows.

Single sign-on names people as it knows them, often by an address; an account may hold that name as its external identity.
"""

from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers

from adapters.closed_files import ClosedFile
from review.accounts import Account, Accounts
from review.tokens import is_token
from tenure.errors import SpecError

SECRET_HEADER = "X-Tenure-Proxy"
SHORTEST_SECRET = 20
_MOST_LETTERS = 200


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """The header in which it names people, and what only it knows."""

    header: str
    secret: str


def proxy_secret(path: Path) -> str:
    """What only the proxy knows.

    Raises
    ------
    SpecError: when there is no such file, it is not closed to others, or it holds less than 20 letters.
    """
    file = ClosedFile(
        path=path, what="the proxy's secret", error=SpecError, if_missing="Correct TENURE_REVIEW_PROXY_SECRET_FILE."
    )
    secret = file.read_text().strip()
    if len(secret) < SHORTEST_SECRET or not secret.isascii():
        raise SpecError(f"The proxy's secret at {path} needs at least {SHORTEST_SECRET} plain letters. Make a longer one.")
    return secret


def named_by_proxy(headers: Headers, proxy: Proxy, accounts: Accounts) -> Account | str:
    """The account that the proxy names; or, in a sentence, what arrived instead."""
    secrets, names = headers.getlist(SECRET_HEADER), headers.getlist(proxy.header)
    if len(secrets) != 1 or not is_token(secrets[0], proxy.secret):
        found = f"came {len(secrets)} times" if len(secrets) > 1 else "is another" if secrets else "is missing"
        return f"The secret in {SECRET_HEADER}, by which the room knows its proxy, {found}. Correct the proxy."
    # Of two, one is the visitor's own: the proxy must take away what it was sent.
    if len(names) != 1 or not names[0].strip():
        found = (
            f"came {len(names)} times, so nobody can say which is the proxy's own" if len(names) > 1 else "is missing or empty"
        )
        return f"The header {proxy.header}, in which the proxy names people, {found}. Correct the proxy."
    named = _text(names[0])
    account = accounts.identified(named)
    if account is None:
        return (
            f"The proxy says that you are {named[:_MOST_LETTERS]!r}, and no account here has this name or external identity. An "
            "administrator gives it to one: tenure review account identity NAME IDENTITY."
        )
    return account


def _text(header: str) -> str:
    """A header's value as text: servers hand on its bytes one by one."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace").strip()
