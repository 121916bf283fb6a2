"""Alerts: what a person should hear of, and where it is told.

A sink is anything with `send`. Settings name one or several; the file sink is the default. To add another, write the class and
one line in `open_sink`. When to alert is decided by whoever sends.
"""

import json
import logging
import smtplib
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from adapters.journal import Journal
from tenure.errors import SpecError

_LOG = logging.getLogger(__name__)
SINKS = ("file", "log", "webhook", "mail")
_PATIENCE_SECONDS = 5.0


class AlertKind(StrEnum):
    """What happened."""

    RUN_FAILED = "run failed"
    DAY_WITHHELD = "day withheld"
    DRIFT = "drift"
    MODEL_TOO_OLD = "model too old"
    CANDIDATE_WAITS = "candidate waits"
    DECIDED = "decided"
    PROMOTED = "promoted"
    NOT_RECONCILED = "not reconciled"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing to hear of. `subject` is the source, model or job it concerns; `message` holds no customer's value."""

    kind: AlertKind
    project: str
    subject: str
    message: str
    at: datetime

    @property
    def in_words(self) -> str:
        """The alert as one line."""
        return f"{self.kind}: {self.project}.{self.subject}: {self.message}"


class AlertSink(Protocol):
    """Where alerts go."""

    def send(self, alert: Alert) -> None:
        """Tell it; return once it is told, raise if it cannot be."""


class FileSink:
    """One JSON line per alert in `<home>/alerts.jsonl`, complete or absent."""

    def __init__(self, home: Path) -> None:
        """Name the file; nothing is created until the first alert."""
        self._journal = Journal(home / "alerts.jsonl")

    def send(self, alert: Alert) -> None:
        """Append the alert and return once it is on disk."""
        with self._journal.locked():
            self._journal.append({**vars(alert), "kind": alert.kind.value, "at": alert.at.isoformat()})

    def alerts(self) -> tuple[Alert, ...]:
        """Every alert told so far, oldest first."""
        from pydantic import TypeAdapter

        return tuple(TypeAdapter(Alert).validate_python(line) for line in self._journal.read())


class LogSink:
    """A warning in the process's log, for installations whose logs are already watched."""

    def send(self, alert: Alert) -> None:
        """Log the alert."""
        _LOG.warning("%s", alert.in_words)


class WebhookSink:
    """One POST of JSON per alert. A place that does not answer is logged, never waited for longer than five seconds."""

    def __init__(self, address: str) -> None:
        """Name the place."""
        self._address = address

    def send(self, alert: Alert) -> None:
        """Post the alert."""
        content = {**vars(alert), "kind": alert.kind.value, "at": alert.at.isoformat(), "text": alert.in_words}
        request = urllib.request.Request(  # noqa: S310 - `open_sink` takes http and https alone
            self._address, json.dumps(content).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS):  # noqa: S310 - as above
                pass
        except (urllib.error.URLError, OSError) as error:
            _LOG.warning("The webhook did not take an alert (%s); it was: %s", error, alert.in_words)


class MailSink:
    """One mail per alert, through a server that relays for this machine."""

    def __init__(self, host: str, port: int, sender: str, recipients: tuple[str, ...]) -> None:
        """Name the server and the people."""
        self._host, self._port, self._sender, self._recipients = host, port, sender, recipients

    def send(self, alert: Alert) -> None:
        """Mail the alert."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self._sender, ", ".join(self._recipients)
        mail["Subject"] = " ".join(f"Tenure: {alert.kind}: {alert.project}.{alert.subject}".split())
        mail.set_content(f"{alert.message}\n\n{alert.at:%Y-%m-%d %H:%M} UTC\n")
        try:
            with smtplib.SMTP(self._host, self._port, timeout=_PATIENCE_SECONDS) as server:
                server.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            _LOG.warning("The mail server did not take an alert (%s); it was: %s", error, alert.in_words)


class ManySinks:
    """Several sinks, each told in turn."""

    def __init__(self, sinks: tuple[AlertSink, ...]) -> None:
        """Bind them together."""
        self._sinks = sinks

    def send(self, alert: Alert) -> None:
        """Tell each."""
        for sink in self._sinks:
            sink.send(alert)


def open_sink(name: str, home: Path, *, webhook: str | None = None, mail: str | None = None) -> AlertSink:
    """Open the sink that settings name, or several with commas between.

    Parameters
    ----------
    webhook: the http address that the `webhook` sink posts to.
    mail: the server and the people of the `mail` sink, as `smtp://host:25?from=a@example.org&to=b@example.org`.

    Raises
    ------
    SpecError: when there is no sink of that name, or its address is missing or no address.
    """
    sinks = tuple(_sink(one.strip(), home, webhook, mail) for one in name.split(","))
    return sinks[0] if len(sinks) == 1 else ManySinks(sinks)


def _sink(name: str, home: Path, webhook: str | None, mail: str | None) -> AlertSink:
    """One sink."""
    match name:
        case "file":
            return FileSink(home)
        case "log":
            return LogSink()
        case "webhook":
            if urlsplit(webhook or "").scheme not in ("http", "https"):
                raise SpecError("The alert sink 'webhook' posts to an http address: set TENURE_ALERTS_WEBHOOK to it.")
            return WebhookSink(str(webhook))
        case "mail":
            return _mail_sink(mail or "")
    raise SpecError(f"Expected an alert sink out of {list(SINKS)}, found {name!r}. Correct TENURE_ALERTS, or unset it.")


def _mail_sink(address: str) -> MailSink:
    """The mail sink of an address."""
    parts = urlsplit(address)
    people = parse_qs(parts.query)
    if parts.scheme != "smtp" or not parts.hostname or not people.get("from") or not people.get("to"):
        raise SpecError(
            "The alert sink 'mail' needs TENURE_ALERTS_MAIL as smtp://host:25?from=tenure@example.org&to=person@example.org "
            "(`to` may be repeated). Set it, or name another sink."
        )
    return MailSink(parts.hostname, parts.port or 25, people["from"][0], tuple(people["to"]))
