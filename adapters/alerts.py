"""Alerts: what a person should hear of, and how it is told.

The file gets every alert, whatever else is named: it is what the review room reads. To tell another place too, add it to
`alert_places.py`, write a sink for it and one line in `open_alerts`. When to alert is decided by whoever sends.
"""

import logging
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from adapters.alert_places import AlertPlaces, MailPlace
from adapters.journal import Journal
from adapters.posting import post
from adapters.untold import Untold
from tenure.errors import TenureError

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 5.0


class AlertKind(StrEnum):
    """What happened."""

    RUN_FAILED = "run failed"
    DAY_WITHHELD = "day withheld"
    SCORED_WITHOUT = "scored without a day"
    DRIFT = "drift"
    MODEL_TOO_OLD = "model too old"
    CANDIDATE_WAITS = "candidate waits"
    DECIDED = "decided"
    PROMOTED = "promoted"
    ASKED = "asked"
    EXCEPTION_ENDS = "exception ends"
    AUDIT_OVERDUE = "access audit overdue"
    NOT_RECONCILED = "not reconciled"
    REQUEST_OVERDUE = "request overdue"
    NOT_DELIVERED = "alert not delivered"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing to hear of. `subject` is the source, model, job or sink it concerns; `message` holds no customer's value."""

    kind: AlertKind
    project: str
    subject: str
    message: str
    at: datetime

    @property
    def in_words(self) -> str:
        """The alert as one line."""
        return f"{self.kind}: {self.project}.{self.subject}: {self.message}"

    @property
    def content(self) -> dict[str, str]:
        """The alert as JSON holds it."""
        return {**vars(self), "kind": self.kind.value, "at": self.at.isoformat()}


class AlertSink(Protocol):
    """A place where alerts are told."""

    def send(self, alert: Alert) -> None:
        """Tell it; return once it is told, raise if it cannot be. `Alerts` answers for what is raised."""


class FileSink:
    """One JSON line per alert in `<home>/alerts.jsonl`, complete or absent."""

    def __init__(self, home: Path) -> None:
        """Name the file; nothing is created until the first alert."""
        self._journal = Journal(home / "alerts.jsonl")

    def send(self, alert: Alert) -> None:
        """Append the alert and return once it is on disk."""
        with self._journal.locked():
            self._journal.append(alert.content)

    def alerts(self) -> tuple[Alert, ...]:
        """Every alert told so far, oldest first."""
        return tuple(_alert(line) for line in self._journal.read())


class LogSink:
    """A warning in the process's log, for installations whose logs are already watched."""

    def send(self, alert: Alert) -> None:
        """Log the alert."""
        _LOG.warning("%s", alert.in_words)


class WebhookSink:
    """One POST of JSON per alert, never waited for longer than five seconds."""

    def __init__(self, address: str) -> None:
        """Name the place."""
        self._address = address

    def send(self, alert: Alert) -> None:
        """Post the alert."""
        post(self._address, {**alert.content, "text": alert.in_words}, patience_seconds=_PATIENCE_SECONDS)


class MailSink:
    """One mail per alert to all recipients."""

    def __init__(self, place: MailPlace) -> None:
        """Name the server and the people."""
        self._place = place

    def send(self, alert: Alert) -> None:
        """Mail the alert."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self._place.sender, ", ".join(self._place.recipients)
        mail["Subject"] = " ".join(f"Tenure: {alert.kind}: {alert.project}.{alert.subject}".split())
        mail.set_content(f"{alert.message}\n\n{alert.at:%Y-%m-%d %H:%M} UTC\n")
        with smtplib.SMTP(self._place.host, self._place.port, timeout=_PATIENCE_SECONDS) as server:
            if refused := server.send_message(mail):
                raise smtplib.SMTPRecipientsRefused(refused)


class Alerts:
    """The file, which gets every alert, and the places that are told beside it."""

    def __init__(self, file: FileSink, others: Mapping[str, AlertSink], untold: Untold) -> None:
        """Bind them together; `others` by name."""
        self._file, self._others, self._untold = file, others, untold

    def send(self, alert: Alert, *, keep: bool = True) -> None:
        """Keep the alert, then tell every other place; raises nothing, for what an alert reports on must not end with it.

        A place that cannot be told is noted in the file, as an alert of its own, and in the process's log; what it did not take
        is kept, and told before the next. With `keep` off the file is left alone, for a home that is not there.
        """
        if keep:
            self._keep(alert)
        for name, sink in self._others.items():
            error = (self._tell_kept(name) if keep else None) or _not_told(sink, alert)
            if error is None:
                continue
            why = _cause(error)
            _LOG.warning("The alert sink %r did not take an alert (%s); it was: %s", name, why, alert.in_words)
            if keep:
                words = f"{alert.kind.value} of {alert.subject}: {why}. It is told again once the place takes alerts."
                self._keep(replace(alert, kind=AlertKind.NOT_DELIVERED, subject=name, message=words))
                with _whatever_the_disk_says(alert):
                    self._untold.keep(name, alert.content)

    def send_again(self) -> None:
        """Tell the places that were down what they did not take then, oldest first; raises nothing, keeps what fails again."""
        for name in self._others:
            self._tell_kept(name)

    def _tell_kept(self, name: str) -> Exception | None:
        """Tell a place what was kept for it; why it takes nothing, if so."""
        with _whatever_the_disk_says(None):
            return self._untold.tell(name, lambda content: self._others[name].send(_alert(content)))
        return None

    def kept(self) -> tuple[Alert, ...]:
        """Every alert in the file, oldest first."""
        return self._file.alerts()

    def _keep(self, alert: Alert) -> None:
        """Write an alert into the file; where even that fails, the log of the process holds it whole."""
        with _whatever_the_disk_says(alert):
            self._file.send(alert)


def open_alerts(home: Path, places: AlertPlaces) -> Alerts:
    """Open the file below `home`, and the places that settings name."""
    others: dict[str, AlertSink] = {}
    if places.log:
        others["log"] = LogSink()
    if places.webhook is not None:
        others["webhook"] = WebhookSink(places.webhook)
    if places.mail is not None:
        others["mail"] = MailSink(places.mail)
    return Alerts(FileSink(home), others, Untold(home))


def _not_told(sink: AlertSink, alert: Alert) -> Exception | None:
    """Tell a place; return what it raised instead, whatever its library raises: whoever sent the alert goes on."""
    try:
        sink.send(alert)
    except Exception as error:
        return error
    return None


@contextmanager
def _whatever_the_disk_says(alert: Alert | None) -> Iterator[None]:
    """Log what could not be written or read, and go on."""
    try:
        yield
    except (OSError, TenureError) as error:
        what = (
            "Alerts that wait could not be read" if alert is None else f"An alert could not be written; it was: {alert.in_words}"
        )
        _LOG.warning("%s (%s)", what, _cause(error))


def _alert(content: Mapping[str, object]) -> Alert:
    """An alert as JSON holds it."""
    from pydantic import TypeAdapter

    return TypeAdapter(Alert).validate_python(content)


def _cause(error: Exception) -> str:
    """Why a place did not take an alert: the kind of error and its code. Texts of libraries may quote an address."""
    reason = getattr(error, "reason", None)
    cause = reason if isinstance(reason, Exception) else error
    code = getattr(cause, "code", None) or getattr(cause, "smtp_code", None) or getattr(cause, "strerror", None)
    return f"{type(cause).__name__}: {code}" if code else type(cause).__name__
