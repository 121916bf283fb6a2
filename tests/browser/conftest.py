"""A real Chromium, a page that notes what goes wrong on it, and the real Dagster UI over the simulated company."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from adapters.settings import ROOMS
from pipelines.run import open_instance

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "No Chromium here. Install it to run the browser tests (Debian: apt install chromium)."
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

DEFINITIONS = """\
from pathlib import Path

from pipelines.definitions import build_definitions, repository_of
from tests.simulated_company.deliveries import project_at

company = repository_of("simulated_company", build_definitions(project_at(Path({delivered!r}))))
"""
WORKSPACE = """\
load_from:
  - python_file:
      relative_path: company.py
      location_name: tenure
      working_directory: {repository}
"""


@pytest.fixture(scope="session")
def browser():
    """Chromium without a screen; skipped where there is none, unless TENURE_BROWSER says that there must be."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        if os.environ.get("TENURE_BROWSER") == "required":
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A fresh page on a desk-sized screen."""
    context = browser.new_context(viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def premises(browser, established, tmp_path_factory):
    """The simulated company with its history landed and its models promoted; its Dagster has seen no run yet."""
    made = established.copy(tmp_path_factory.mktemp("browser") / "company")
    open_instance(made.settings).dispose()
    return made


@pytest.fixture(scope="session")
def dagster_ui(premises):
    """The address of a running Dagster webserver over the premises."""
    folder, home = premises.folder, premises.settings.home
    (folder / "company.py").write_text(DEFINITIONS.format(delivered=str(premises.delivered)))
    (folder / "workspace.yaml").write_text(WORKSPACE.format(repository=ROOMS))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(premises.settings.dagster_home),
        "PYTHONPATH": str(ROOMS),
        "TENURE_HOME": str(home),
        "TENURE_INBOX": str(premises.settings.inbox),
    }
    command = [
        sys.executable,
        "-m",
        "dagster_webserver",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "-w",
        str(folder / "workspace.yaml"),
    ]
    log = folder / "webserver.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/server_info", server, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_for(address: str, server: subprocess.Popen, log: Path, *, patience_seconds: float = 180) -> None:
    """Wait until an address answers."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the webserver ended by itself:\n{log.read_text()[-2000:]}"
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    pytest.fail(f"the webserver did not answer within {patience_seconds:g} s:\n{log.read_text()[-2000:]}")
