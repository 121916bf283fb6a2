"""Alert sinks on a real disk and in a real log."""

import json
import socketserver
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from adapters.alerts import SINKS, Alert, AlertKind, FileSink, LogSink, MailSink, WebhookSink, open_sink
from tenure.errors import SpecError

WEBHOOK, MAIL = "http://127.0.0.1:9/hook", "smtp://127.0.0.1:9?from=tenure@example.org&to=a@example.org&to=b@example.org"
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
        open_sink("file", tmp_path).send(ALERT)

    assert FileSink(tmp_path).alerts() == (ALERT, ALERT)
    assert len((tmp_path / "alerts.jsonl").read_text().splitlines()) == 2


def test_nothing_is_written_before_the_first_alert(tmp_path: Path) -> None:
    """Opening a sink is free."""
    assert FileSink(tmp_path).alerts() == ()
    assert list(tmp_path.iterdir()) == []


def test_log_sink_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever watches the log hears of it."""
    open_sink("log", tmp_path).send(ALERT)

    assert "drift: shop.lapse_28d: PSI above 0.25" in caplog.text


def test_every_named_sink_opens_and_others_are_refused(tmp_path: Path) -> None:
    """The names in the message are the names that work."""
    assert [type(open_sink(name, tmp_path, webhook=WEBHOOK, mail=MAIL)) for name in SINKS] == [
        FileSink,
        LogSink,
        WebhookSink,
        MailSink,
    ]
    with pytest.raises(SpecError, match=r"out of \['file', 'log', 'webhook', 'mail'\], found 'pager'"):
        open_sink("pager", tmp_path)


class Hook(BaseHTTPRequestHandler):
    """A place that takes alerts."""

    taken: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        """Take one."""
        self.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of it."""


def test_webhook_is_posted_the_alert_beside_the_file(tmp_path: Path) -> None:
    """Several sinks are named with commas; the post holds every field, and one line for people."""
    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        open_sink("file, webhook", tmp_path, webhook=f"http://127.0.0.1:{server.server_port}/").send(ALERT)
        thread.join(timeout=10)

    (taken,) = Hook.taken
    assert (taken["kind"], taken["subject"], taken["at"]) == ("drift", "lapse_28d", "2017-11-01T06:00:00+00:00")
    assert taken["text"].startswith("drift: shop.lapse_28d: PSI above")
    assert FileSink(tmp_path).alerts() == (ALERT,)


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
        open_sink("mail", tmp_path, mail=MAIL.replace(":9?", f":{server.server_address[1]}?")).send(ALERT)
        thread.join(timeout=10)

    assert "Subject: Tenure: drift: shop.lapse_28d" in Post.taken
    assert [line for line in Post.taken if line.lower().startswith("rcpt to")] == [
        "rcpt TO:<a@example.org>",
        "rcpt TO:<b@example.org>",
    ]


@pytest.mark.parametrize("name", ["webhook", "mail"])
def test_a_place_that_does_not_answer_costs_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """Whoever alerts goes on, and the alert stands in the log."""
    open_sink(name, tmp_path, webhook=WEBHOOK, mail=MAIL).send(ALERT)

    assert "did not take an alert" in caplog.text
    assert "PSI above 0.25" in caplog.text


@pytest.mark.parametrize(
    ("name", "webhook", "mail", "variable"),
    [
        ("webhook", None, None, "TENURE_ALERTS_WEBHOOK"),
        ("webhook", "file:///etc/passwd", None, "TENURE_ALERTS_WEBHOOK"),
        ("mail", None, None, "TENURE_ALERTS_MAIL"),
        ("mail", None, "smtp://host?to=a@example.org", "TENURE_ALERTS_MAIL"),
    ],
)
def test_a_sink_without_its_address_is_refused(
    tmp_path: Path, name: str, webhook: str | None, mail: str | None, variable: str
) -> None:
    """The message names the variable."""
    with pytest.raises(SpecError, match=variable):
        open_sink(name, tmp_path, webhook=webhook, mail=mail)
