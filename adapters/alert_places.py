"""Where alerts are told beside their file, as settings name it. Checked when settings are loaded, not when an alarm comes.

Telling them is `alerts.py`.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from tenure.errors import SpecError

SINKS = ("file", "log", "webhook", "mail")
# What a library later refuses in an address or a header is refused here: spaces, controls, letters beyond ASCII.
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True, kw_only=True)
class MailPlace:
    """A server that relays for this machine, and the people whom it mails."""

    host: str
    port: int
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AlertPlaces:
    """Where alerts are told beside the file, which gets every one: the process's log, an http address, people by mail."""

    log: bool = False
    webhook: str | None = None
    mail: MailPlace | None = None


def read_places(names: str, *, webhook: str = "", mail: str = "") -> AlertPlaces:
    """Read what `TENURE_ALERTS`, `TENURE_ALERTS_WEBHOOK` and `TENURE_ALERTS_MAIL` say.

    Parameters
    ----------
    names: sinks of SINKS with commas between; `file` may be named or not, for the file gets every alert.
    webhook: the http address that the `webhook` sink posts to. It is often a secret, so no message repeats it.
    mail: the server and the people of the `mail` sink, as `smtp://host:25?from=a@example.org&to=b@example.org`.

    Raises
    ------
    SpecError: when there is no sink of a name, or its address is missing or no address.
    """
    named = [name.strip() for name in names.split(",")]
    if unknown := [name for name in named if name not in SINKS]:
        raise SpecError(f"Expected alert sinks out of {list(SINKS)}, found {unknown[0]!r}. Correct TENURE_ALERTS, or unset it.")
    return AlertPlaces(
        log="log" in named,
        webhook=_webhook(webhook) if "webhook" in named else None,
        mail=_mail(mail) if "mail" in named else None,
    )


def _webhook(address: str) -> str:
    """The address to post to."""
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or parts.username is not None:
        found = f"a text of {len(address)} letters that is none" if address else "none"
        raise SpecError(
            f"The alert sink 'webhook' posts to an address as https://example.org/hook, without user or password, found {found}. "
            "Set TENURE_ALERTS_WEBHOOK to it, or name another sink in TENURE_ALERTS."
        )
    return address


def _mail(address: str) -> MailPlace:
    """The server and the people of an address."""
    parts = _split(address)
    people = parse_qs(parts.query) if parts else {}
    senders, recipients = people.get("from", []), people.get("to", [])
    is_plain = all(_PLAIN.fullmatch(one) and "@" in one for one in (*senders, *recipients))
    if parts is None or parts.scheme != "smtp" or len(senders) != 1 or not recipients or not is_plain:
        raise SpecError(
            "The alert sink 'mail' needs TENURE_ALERTS_MAIL as smtp://host:25?from=tenure@example.org&to=person@example.org "
            f"(`to` may be repeated), found {address or 'nothing'!r}. Correct it, or name another sink in TENURE_ALERTS."
        )
    return MailPlace(host=str(parts.hostname), port=parts.port or 25, sender=senders[0], recipients=tuple(recipients))


def _split(address: str) -> SplitResult | None:
    """The parts of an address that has a host and, if any, a port that can be one; None for anything else."""
    try:
        parts = urlsplit(address)
        is_address = bool(_PLAIN.fullmatch(address)) and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or brackets around no IPv6 address
        return None
    return parts if is_address else None
