"""Raw ids stop at ingestion: a company lives through good and bad days, and then every byte that it left is searched for them.

`make test-long` trains, scores, exports and reads pages beside it; every day's run lands, judges, records, refuses and looks up.
"""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from adapters.project_folders import load_folder
from adapters.settings import ROOMS
from governance.doors.demonstration import (
    ENGINEER,
    REVIEWERS,
    approve_as_demo,
    approve_data_as_demo,
    as_engineer,
    demo_key,
    found_demo_trust,
)
from home.opened import opened
from home.opening import Use, open_home
from home.pseudonyms import id_in_lake, id_received, pseudonyms_of
from home.workplace import Workplace
from provenance.delivered import open_day
from provenance.erasing import erase
from provenance.holdings import all_ids
from review.access import RoomRole
from review.app import create_app
from tests import company
from tests.canaries import NAME, PLANTED, Watch, break_headers, hits_below, plant_faults, put_right, write_company
from tests.long_runs import IS_LONG
from tests.review_room import PASSWORD, csrf_of
from tests.shop import settings_at
from tests.subscribers.simulated import drawn

pytestmark = pytest.mark.slow
MODEL, AS_OF = company.PROPENSITY, company.AS_OF
SCORED = AS_OF + timedelta(days=1)
FAULTY, BROKEN = AS_OF - timedelta(days=2), AS_OF - timedelta(days=1)
# What may hold raw ids, below the home: bytes as received, and what people put there.
RECEIVED = ("raw", "inbox")


class Life:
    """A company in a folder of its own, commands that are run on it, and what they said."""

    def __init__(self, folder: Path) -> None:
        """Write the company, found its trust, approve its data."""
        what = drawn()
        self.folder, self.temporary = folder, folder / "tmp"
        self.temporary.mkdir()
        self.here = write_company(folder / "companies", what, models=(MODEL,))
        self.settings = settings_at(folder / "home")
        open_home(self.settings, Use.MAKES)
        self.customers = sorted(set(what.tables["subscriptions"]["customer_id"].to_pylist()))
        found_demo_trust(self.settings, NAME, self.workplace.clock)
        approve_data_as_demo(self.workplace.promotions, self.settings)
        self.said: list[str] = []

    @property
    def workplace(self) -> Workplace:
        """The company at its places."""
        return Workplace(load_folder(self.here), self.settings)

    def run(self, *command: str, typed: str = "", fails: bool = False) -> str:
        """Run a command in a process of its own, given what is typed when it asks; what it said is kept."""
        environment = {
            **os.environ,
            "TENURE_HOME": str(self.settings.home),
            "TENURE_PROJECTS": str(self.folder / "companies"),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOMS),
        }
        ran = subprocess.run(
            [sys.executable, "-m", "cli.main", *command, "--project", NAME],
            cwd=self.folder,
            env=environment,
            input=f"{typed}\n",
            capture_output=True,
            text=True,
            timeout=600,
        )
        self.said.append(ran.stdout + ran.stderr)
        assert (ran.returncode != 0) == fails, f"{command}: {self.said[-1][-2000:]}"
        return ran.stdout

    def land(self) -> None:
        """Land everything, with a day of rows that break rules and one that is withheld, which is then put right."""
        plant_faults(self.here, FAULTY, self.customers[:4])
        break_headers(self.here, BROKEN, self.customers[4])
        self.run("land", "--to", str(AS_OF), fails=True)
        put_right(self.settings.inbox / NAME, self.here, BROKEN)
        self.run("land", "--from", str(AS_OF), "--to", str(AS_OF))

    def refuse(self) -> None:
        """What goes wrong, with somebody named."""
        self.run("train", "--as-of", str(company.FIRST_DAY + timedelta(days=31)), "--model", MODEL, "--as", ENGINEER, fails=True)
        one = self.customers[7]
        self.run("trace", "--model", MODEL, "--customer", "-", "--day", str(AS_OF), typed=one, fails=True)
        self.run("erase", "--person", "-", "--yes", typed=one, fails=True)
        self.run("consent", "object", "-", "--purpose", "none", "--evidence", "a letter", typed=one, fails=True)

    def look(self) -> None:
        """Acts and looks of people."""
        one, other = self.customers[5:7]
        self.run("consent", "object", "-", "--purpose", "retention", "--evidence", "a letter", typed=one)
        self.run("consent", "of", "-", typed=one)
        self.run("people", "status")
        self.run("people", "who", "-", typed=other)
        self.run("erase", "--person", "-", "--dry-run", typed=other)
        self.run("access")
        self.run("status")
        self.run("docs")

    def serve(self) -> None:
        """Train, approve, promote, score a day and look at what came of it."""
        self.run("train", "--as-of", str(AS_OF), "--model", MODEL, "--as", ENGINEER)
        place = self.workplace
        digest = place.packages.candidates(NAME)[-1].digest
        approve_as_demo(place.promotions, self.settings, digest)
        place.promotions.promote(digest, "enough for a test", **as_engineer(self.settings))
        self.run("score", "--day", str(SCORED))
        one = self.scored()[3]
        self.run("trace", "--model", MODEL, "--customer", "-", "--day", str(SCORED), "--steps", typed=one)
        self.run("trace", "--model", MODEL, "--customer", "-", "--day", str(SCORED), typed=id_in_lake(place, one))
        self.run("replay", "--model", MODEL, "--day", str(SCORED))
        self.run("rebuild", "--model", MODEL, "--from-raw")
        self.run("export", "scores", "--model", MODEL, "--day", str(SCORED), "--out", str(self.settings.home / "scores.csv"))
        self.hand_out_ids(one)
        self.run("verify")
        self.run("catalogue")
        self.read_pages(digest, one)

    def hand_out_ids(self, one: str) -> None:
        """Ids as received, for somebody who may have them, in a file outside the home; it is kept who had them."""
        out, of_day = self.folder / "resolved.csv", ("--model", MODEL, "--day", str(SCORED))
        self.run("export", "scores", *of_day, "--resolve-ids", "--as", ENGINEER, "--out", str(out), fails=True)
        assert not out.exists()
        self.run("export", "scores", *of_day, "--resolve-ids", "--as", REVIEWERS[0], "--out", str(out))
        assert one in out.read_text()
        self.run("verify-scores", str(out), *of_day)
        self.run("pseudonyms", "rotate", "--yes")
        self.run("verify-scores", str(out), *of_day)
        told = self.run("access")
        assert re.search(f"{REVIEWERS[0]}, as .*: 1 look at .*lists of .*--resolve-ids", told), told
        assert re.search(f"{REVIEWERS[0]}, as .* was handed .* people under ids as received", told), told

    def scored(self) -> list[str]:
        """Who was scored, by raw id, in their order."""
        place = self.workplace
        rows = open_day(place, place.project.model(MODEL), SCORED).rows
        return sorted(id_received(place, each) for each in rows["customer_id"].to_pylist())

    def read_pages(self, digest: str, one: str) -> None:
        """Read every page of the room as a reviewer, and trace somebody there."""
        app = create_app(opened(self.workplace))
        client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
        account = app.state.lobby.accounts.new(REVIEWERS[0], PASSWORD, role=RoomRole.REVIEWER)
        client.cookies.set("tenure_session", app.state.lobby.sessions.open(account))
        own = ("", "/portfolio", f"/models/{MODEL}", f"/candidates/{digest}", f"/candidates/{digest}/card.html", "/purposes")
        others = ("/log", "/log/whole.json", "/log/1", "/trace", "/people", "/data", "/consent")
        for path in (*own, *others):
            answer = client.get(f"/companies/{NAME}{path}")
            assert answer.status_code == 200, path
            self.said.append(answer.text)
        asked = {"csrf": csrf_of(client), "model": MODEL, "customer": one, "day": str(SCORED)}
        answer = client.post(f"/companies/{NAME}/trace", data=asked)
        assert "NOT VERIFIED" not in answer.text
        assert id_in_lake(self.workplace, one) in answer.text
        self.said.append(answer.text)

    def erase(self, one: str) -> None:
        """Take a person out."""
        place = self.workplace
        ids = all_ids(place, [id_in_lake(place, one)])
        keys = {name: demo_key(place.settings, name) for name in REVIEWERS}
        erase(place, ids, n_people=1, reason="asked for", signers=keys)

    def hits(self) -> list[str]:
        """Where something planted stands that must not: in files, and in what was said."""
        files = hits_below(self.settings.home, but=RECEIVED) + hits_below(self.temporary)
        return files + [said[-500:] for said in self.said if PLANTED.search(said.encode())]


def test_what_is_planted_stands_in_what_was_received_and_nowhere_else(tmp_path: Path) -> None:
    """Not in the lake, Dagster, MLflow, logs, cards, plots, pages or errors; nor, meanwhile, where other processes can look."""
    with Watch(tmp_path / "tmp") as watch:
        life = Life(tmp_path)
        life.land()
        life.refuse()
        if IS_LONG:
            life.serve()
        life.look()

    assert watch.n_looks >= 20
    assert watch.found == []
    assert life.hits() == []
    # What was searched for is there, and can be told by the map alone.
    assert hits_below(life.settings.raw)
    assert len(pseudonyms_of(life.workplace).entries()) > 1_000
    if IS_LONG:
        one = life.scored()[3]
        life.erase(one)
        assert PLANTED.search(one.encode())
        assert one not in {value for _, value in pseudonyms_of(life.workplace).entries().values()}
        assert not [path for path in life.settings.home.rglob("*") if path.is_file() and one.encode() in path.read_bytes()]
        life.run("verify")
        life.run("replay", "--model", MODEL, "--day", str(SCORED))
        assert life.hits() == []
