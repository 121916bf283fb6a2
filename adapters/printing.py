"""Paper: a page printed as PDF by Chromium, the only program that prints a card as people see it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from adapters.whole_files import write_whole
from tenure.errors import PrintingError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE_SECONDS = 120


def browser() -> str:
    """The path of a Chromium.

    Raises
    ------
    PrintingError: when there is none; the message says how to install it.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise PrintingError(
            f"Expected one of {', '.join(NAMES)} to print the page with, found none. Install it (Debian: apt install chromium), "
            "or take --format html and print that from any browser."
        )
    return found


def print_page(page: str, target: Path) -> Path:
    """Print an HTML page as PDF on A4; it is opened without a network.

    Raises
    ------
    PrintingError: when there is no Chromium, or it prints nothing.
    """
    program = browser()
    with tempfile.TemporaryDirectory(prefix="card-") as folder:
        source, made = Path(folder) / "card.html", Path(folder) / "card.pdf"
        source.write_text(page, encoding="utf-8")
        # The sandbox asks for rights that a container seldom gives; the page is ours, escaped, and runs no script.
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            source.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise PrintingError(f"{program} did not print the page within {_PATIENCE_SECONDS} seconds. Try again.") from None
        if done.returncode or not made.exists():
            said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
            raise PrintingError(f"{program} printed nothing; it said: {said[:200]}. Take --format html and print that.")
        return write_whole(target, made.read_bytes())
