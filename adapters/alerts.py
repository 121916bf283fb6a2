"""Alerts: what a person should hear of, and where it is told.

A sink is anything with `send`. Settings name one; the file sink is the default. To add another, write the class and one line in
`open_sink`. When to alert is decided by whoever sends.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from adapters.journal import Journal
from tenure.errors import SpecError

_LOG = logging.getLogger(__name__)
SINKS = ("file", "log")


class AlertKind(StrEnum):
    """What happened."""

    RUN_FAILED = "run failed"
    DAY_WITHHELD = "day withheld"
    DRIFT = "drift"
    MODEL_TOO_OLD = "model too old"
    NOT_RECONCILED = "not reconciled"


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One thing to hear of. `subject` is the source, model or job it concerns; `message` holds no customer's value."""

    kind: AlertKind
    project: str
    subject: str
    message: str
    at: datetime


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
        _LOG.warning("%s: %s.%s: %s", alert.kind, alert.project, alert.subject, alert.message)


def open_sink(name: str, home: Path) -> AlertSink:
    """Open the sink that settings name.

    Raises
    ------
    SpecError: when there is no sink of that name.
    """
    match name:
        case "file":
            return FileSink(home)
        case "log":
            return LogSink()
    raise SpecError(f"Expected an alert sink out of {list(SINKS)}, found {name!r}. Correct TENURE_ALERTS, or unset it.")
