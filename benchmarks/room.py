"""How long the review room's pages take, in a home where models serve and were scored: the first time, and after.

Run as a process of its own. The room is warmed up first, as the service does before anybody comes; an account is made for the
measurement and removed after it.
"""

import secrets
import statistics
import time

from fastapi.testclient import TestClient

from adapters.settings import load_settings, prepare_environment
from home.opened import opened
from home.workplace import Workplace
from review.access import RoomRole
from review.app import create_app
from review.warming import warm_up
from tenure.loading import load_project

PROJECT = "complete_journey"
REPEATS = 7


def main() -> None:
    """Print one line a page that `speed.py` reads: its path, milliseconds of the first answer, and of later ones (median)."""
    prepare_environment()
    workplace = Workplace(load_project(f"projects.{PROJECT}"), load_settings())
    app = create_app(opened(workplace))
    lobby, name = app.state.lobby, f"bench-{secrets.token_hex(4)}"
    account = lobby.accounts.new(name, secrets.token_hex(16), role=RoomRole.AUDITOR)
    try:
        warm_up(lobby).join()
        visitor = TestClient(app, base_url="http://localhost")
        visitor.cookies.set("tenure_session", lobby.sessions.open(account))
        model = workplace.project.models[0].name
        digest = workplace.promotions.champion_record(workplace.project.name, model).package_digest
        for path in ("/", f"/models/{model}", f"/candidates/{digest}", "/log", "/log/1", "/trace", "/data"):
            times = [_ms(visitor, f"/companies/{PROJECT}{path.rstrip('/')}") for _ in range(REPEATS)]
            print(f"measured {path.replace(digest, 'CHAMPION')} {times[0]:.0f} {statistics.median(times[1:]):.0f}")
    finally:
        lobby.accounts.remove(name)


def _ms(visitor: TestClient, path: str) -> float:
    """Milliseconds of one answer."""
    started = time.perf_counter()
    answer = visitor.get(path)
    taken = 1000 * (time.perf_counter() - started)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    return taken


if __name__ == "__main__":
    main()
