"""Alert sinks on a real disk and in a real log."""

import json
import socketserver
import threading
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.alert_places import SINKS, AlertPlaces, MailPlace, read_places
from adapters.alerts import Alert, AlertKind, Alerts, FileSink, open_alerts
from adapters.settings import load_settings
from adapters.untold import Untold
from tenure.errors import SpecError

WEBHOOK, MAIL = "http://127.0.0.1:9/hook", "smtp://127.0.0.1:9?from=tenure@example.org&to=a@example.org&to=b@example.org"
FILE_ALONE = AlertPlaces()
ALERT = Alert(
    kind=AlertKind.DRIFT,
    project="shop",
    subject="lapse_28d",
    message="PSI above 0.25 on at least 3 of the last 5 days: score",
    at=datetime(2017, 11, 1, 6, tzinfo=UTC),
)


def test_alerts_are_kept_in_order_line_by_line(tmp_path: Path) -> None:
    """The file sink appends; what was told is there for whoever opens the file later."""
    for _ in range(2):
        open_alerts(tmp_path, FILE_ALONE).send(ALERT)

    assert FileSink(tmp_path).alerts() == (ALERT, ALERT)
    assert len((tmp_path / "alerts.jsonl").read_text().splitlines()) == 2


def test_nothing_is_written_before_the_first_alert(tmp_path: Path) -> None:
    """Opening a sink is free."""
    assert FileSink(tmp_path).alerts() == ()
    assert list(tmp_path.iterdir()) == []


def test_log_sink_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever watches the log hears of it."""
    open_alerts(tmp_path, read_places("log")).send(ALERT)

    assert "drift: shop.lapse_28d: PSI above 0.25" in caplog.text


@pytest.mark.parametrize("name", [*SINKS, ",".join(SINKS)])
def test_the_file_gets_every_alert_whatever_is_named(tmp_path: Path, name: str) -> None:
    """The review room reads the file, so it is right whoever else is told."""
    open_alerts(tmp_path, read_places(name, webhook=WEBHOOK, mail=MAIL)).send(ALERT)

    assert FileSink(tmp_path).alerts()[0] == ALERT


def test_names_are_read_into_places() -> None:
    """The names in the message are the names that work."""
    assert read_places(" file, log ,webhook,mail", webhook=WEBHOOK, mail=MAIL) == AlertPlaces(
        log=True,
        webhook=WEBHOOK,
        mail=MailPlace(host="127.0.0.1", port=9, sender="tenure@example.org", recipients=("a@example.org", "b@example.org")),
    )
    assert read_places("file", webhook=WEBHOOK, mail=MAIL) == FILE_ALONE
    with pytest.raises(SpecError, match=r"out of \['file', 'log', 'webhook', 'mail'\], found 'slack'. Correct TENURE_ALERTS"):
        read_places("file,slack")


class Hook(BaseHTTPRequestHandler):
    """A place that takes alerts."""

    taken: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        """Take one."""
        self.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(302 if self.path == "/moved" else 204)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of it."""


def test_webhook_is_posted_the_alert_beside_the_file(tmp_path: Path) -> None:
    """The post holds every field, and one line for people."""
    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        open_alerts(tmp_path, AlertPlaces(webhook=f"http://127.0.0.1:{server.server_port}/")).send(ALERT)
        thread.join(timeout=10)

    (taken,) = Hook.taken
    assert (taken["kind"], taken["subject"], taken["at"]) == ("drift", "lapse_28d", "2017-11-01T06:00:00+00:00")
    assert taken["text"].startswith("drift: shop.lapse_28d: PSI above")
    assert FileSink(tmp_path).alerts() == (ALERT,)


def test_a_webhook_that_has_moved_was_not_told(tmp_path: Path) -> None:
    """A redirect of a POST would be followed by a GET, which tells nobody anything."""
    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        open_alerts(tmp_path, AlertPlaces(webhook=f"http://127.0.0.1:{server.server_port}/moved")).send(ALERT)
        thread.join(timeout=10)

    assert [(a.kind, a.subject) for a in FileSink(tmp_path).alerts()][1:] == [(AlertKind.NOT_DELIVERED, "webhook")]
    assert "HTTPError: 302" in FileSink(tmp_path).alerts()[1].message


class Post(socketserver.StreamRequestHandler):
    """As much of a mail server as one mail takes."""

    taken: ClassVar[list[str]] = []

    def handle(self) -> None:
        """Take one mail."""
        self.wfile.write(b"220 here\r\n")
        is_content = False
        for line in self.rfile:
            self.taken.append(line.decode().rstrip())
            if is_content and line != b".\r\n":
                continue
            is_content = line.upper() == b"DATA\r\n"
            self.wfile.write(b"354 go on\r\n" if is_content else b"250 ok\r\n")
            if line.upper() == b"QUIT\r\n":
                return


def test_mail_goes_to_every_recipient(tmp_path: Path) -> None:
    """One mail an alert, with the kind in its subject."""
    with socketserver.TCPServer(("127.0.0.1", 0), Post) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        open_alerts(tmp_path, read_places("mail", mail=MAIL.replace(":9?", f":{server.server_address[1]}?"))).send(ALERT)
        thread.join(timeout=10)

    assert "Subject: Tenure: drift: shop.lapse_28d" in Post.taken
    assert [line for line in Post.taken if line.lower().startswith("rcpt to")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]


@pytest.mark.parametrize("name", ["webhook", "mail"])
def test_a_place_that_does_not_answer_is_noted(tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """Whoever alerts goes on; the alert is in the file, and so is that a place did not take it."""
    open_alerts(tmp_path, read_places(name, webhook=WEBHOOK, mail=MAIL)).send(ALERT)

    kept, noted = FileSink(tmp_path).alerts()
    assert kept == ALERT
    assert (noted.kind, noted.project, noted.subject, noted.at) == (AlertKind.NOT_DELIVERED, "shop", name, ALERT.at)
    assert noted.message == (
        "drift of lapse_28d: ConnectionRefusedError: Connection refused. It is told again once the place takes alerts."
    )
    assert f"sink '{name}' did not take an alert" in caplog.text
    assert "PSI above 0.25" in caplog.text


class Broken:
    """A place whose library raises what nobody foresaw."""

    def send(self, alert: Alert) -> None:
        """Take nothing."""
        raise ValueError(alert.subject)


class Remembers:
    """A place that takes alerts."""

    def __init__(self) -> None:
        self.taken: list[Alert] = []

    def send(self, alert: Alert) -> None:
        """Take one."""
        self.taken.append(alert)


def test_a_broken_place_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    """Neither the file before it nor the place behind it."""
    behind = Remembers()

    Alerts(FileSink(tmp_path), {"broken": Broken(), "behind": behind}, Untold(tmp_path)).send(ALERT)

    assert behind.taken == [ALERT]
    assert [a.kind for a in FileSink(tmp_path).alerts()] == [AlertKind.DRIFT, AlertKind.NOT_DELIVERED]


class Down(Remembers):
    """A place that takes nothing while it is down."""

    is_down = True

    def send(self, alert: Alert) -> None:
        """Take one, or raise."""
        if self.is_down:
            raise ConnectionRefusedError
        super().send(alert)


def test_what_a_place_did_not_take_is_told_in_order_once_it_is_up_again(tmp_path: Path) -> None:
    """With the next alert, or when somebody asks; and each once."""
    place = Down()
    alerts = Alerts(FileSink(tmp_path), {"place": place}, Untold(tmp_path))
    first, second, third = (replace(ALERT, subject=name) for name in ("first", "second", "third"))
    alerts.send(first)
    alerts.send(second)
    alerts.send_again()
    assert place.taken == []

    place.is_down = False
    alerts.send(third)
    alerts.send_again()

    assert place.taken == [first, second, third]


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The other places are told all the same, and the log of the process holds the alert whole."""
    (tmp_path / "alerts.jsonl").mkdir()
    other = Remembers()

    Alerts(FileSink(tmp_path), {"other": other}, Untold(tmp_path)).send(ALERT)

    assert other.taken == [ALERT]
    assert f"; it was: {ALERT.in_words}" in caplog.text
    assert "An alert could not be written" in caplog.text


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"TENURE_ALERTS": "slack"}, "found 'slack'"),
        ({"TENURE_ALERTS": "file,"}, "found ''"),
        ({"TENURE_ALERTS": "webhook"}, "found none. Set TENURE_ALERTS_WEBHOOK"),
        ({"TENURE_ALERTS": "webhook", "TENURE_ALERTS_WEBHOOK": "file:///etc/passwd"}, "TENURE_ALERTS_WEBHOOK"),
        ({"TENURE_ALERTS": "webhook", "TENURE_ALERTS_WEBHOOK": "https://"}, "TENURE_ALERTS_WEBHOOK"),
        ({"TENURE_ALERTS": "webhook", "TENURE_ALERTS_WEBHOOK": "https://example.org/a b"}, "TENURE_ALERTS_WEBHOOK"),
        ({"TENURE_ALERTS": "webhook", "TENURE_ALERTS_WEBHOOK": "https://example.org:x/"}, "TENURE_ALERTS_WEBHOOK"),
        ({"TENURE_ALERTS": "webhook", "TENURE_ALERTS_WEBHOOK": "https://me:secret@example.org/"}, "without user"),
        ({"TENURE_ALERTS": "mail"}, "TENURE_ALERTS_MAIL as smtp://.* found 'nothing'"),
        ({"TENURE_ALERTS": "mail", "TENURE_ALERTS_MAIL": "smtp://host?to=a@example.org"}, "TENURE_ALERTS_MAIL"),
        ({"TENURE_ALERTS": "mail", "TENURE_ALERTS_MAIL": MAIL.replace(":9", ":25x")}, "TENURE_ALERTS_MAIL"),
        ({"TENURE_ALERTS": "mail", "TENURE_ALERTS_MAIL": MAIL.replace(":9", ":0")}, "TENURE_ALERTS_MAIL"),
        ({"TENURE_ALERTS": "mail", "TENURE_ALERTS_MAIL": MAIL.replace("127.0.0.1", "[127")}, "TENURE_ALERTS_MAIL"),
        ({"TENURE_ALERTS": "mail", "TENURE_ALERTS_MAIL": MAIL + "%0aBcc:c@example.org"}, "TENURE_ALERTS_MAIL"),
    ],
)
def test_a_sink_that_could_not_be_used_is_refused_when_settings_are_loaded(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], says: str
) -> None:
    """Not at the first alarm, which would be lost, after what it reports on was done."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SpecError, match=says):
        load_settings()


def test_the_address_of_a_webhook_is_repeated_nowhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is often all that keeps others from posting there."""
    with pytest.raises(SpecError) as refused:
        read_places("webhook", webhook="hooks.example.org/secret")
    open_alerts(tmp_path, read_places("webhook", webhook="http://127.0.0.1:9/secret")).send(ALERT)

    assert "secret" not in str(refused.value)
    assert "secret" not in caplog.text + (tmp_path / "alerts.jsonl").read_text()
