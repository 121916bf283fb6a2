"""Keys, the trust root and reviewers' decisions from the command line, as people and scripts use them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.decisions import decide
from governance.doors.demonstration import REVIEWERS
from governance.records.approval import Verdict
from home.workplace import Workplace
from tenure.errors import SigningKeyError, SpecError
from tests import company
from tests.shop import NOW, Shop, shop_project

HOUSE = Path(__file__).resolve().parents[2]
PASSPHRASE = "four plain words here"
INIT = ("trust", "init", "--project", "complete_journey")


class Desk:
    """A person at a command line without a terminal, with a home and a file of the passphrase."""

    def __init__(self, folder: Path) -> None:
        self.home, self.passphrase = folder / "home", folder / "passphrase"
        self.passphrase.write_text(f"# mine\n{PASSPHRASE}\n")
        self.passphrase.chmod(0o600)

    def tenure(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command."""
        variables = {
            "TENURE_HOME": str(self.home),
            "TENURE_PASSPHRASE_FILE": str(self.passphrase),
            "TENURE_WITNESS": str(self.home.parent / "witness"),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(HOUSE),
            **environment,
        }
        command = [sys.executable, "-W", "ignore", "-m", "cli.main", *arguments]
        return subprocess.run(
            command, cwd=HOUSE, env=variables, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
        )

    def says(self, *arguments: str, **environment: str) -> str:
        """What a command that succeeds prints."""
        answer = self.tenure(*arguments, **environment)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout


@pytest.mark.slow
def test_a_trust_root_grows_from_keys_to_a_proved_history(tmp_path):
    """Keys are made, trust root 1 and 2 are signed, nothing secret is printed, and the history is proved."""
    desk = Desk(tmp_path)
    one, two = (desk.says("keys", "new", name).strip() for name in ("staff-1", "staff-2"))
    assert desk.says("keys", "list").split() == ["staff-1", "staff-2"]

    first = desk.says(*INIT, "--reviewer", f"staff-1={one}")
    second = desk.says("trust", "add-reviewer", "staff-2", two)
    digest = second.split()[-1]
    shown = json.loads(desk.says("trust", "show", "--json"))

    assert "1 reviewers of the 2 that promotion takes" in first
    assert shown["version"] == 2
    assert {person["staff_id"] for person in shown["staff"]} >= {"staff-1", "staff-2", "service-promoter", "service-log"}
    assert PASSPHRASE not in first + second
    older = [person for person in shown["staff"] if person["staff_id"] != "service-scorer"]
    edited = {**shown, "staff": older, "quorums": [{"project": "complete_journey", "reviewers": 1}]}
    (tmp_path / "next.json").write_text(json.dumps(edited))
    assert desk.says("trust", "next", str(tmp_path / "next.json")).startswith("Trust root 3")
    assert desk.says("trust", "add-services").startswith("Trust root 4")
    now = desk.says("trust", "show")
    assert "complete_journey: 1 reviewer must approve" in now
    assert "service-scorer: scorer, until" in now
    proof = desk.says("verify", TENURE_TRUST_ROOT=digest)
    assert "All 4 records are as they were signed" in proof
    assert "The witness saw all of them" in proof
    assert "same place" not in proof

    without = desk.tenure("verify", TENURE_WITNESS=str(tmp_path / "nowhere"))
    assert without.returncode == 1
    assert "whoever holds the log's key and its disk could have rewritten all of it" in without.stdout
    other = desk.tenure("verify", TENURE_TRUST_ROOT="ab" * 32)
    assert (other.returncode, "do not hold the pinned one" in other.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("keys", "new", "demo-reviewer-1"), "are the demonstration's"),
        (
            ("trust", "init", "--project", "complete_journey", "--reviewer", f"demo-reviewer-1={'ab' * 32}"),
            "does not begin with 'demo-'",
        ),
        ((*INIT, "--reviewer", "staff-1=short"), "64 letters of lower-case hex"),
        (("verify",), "There is no home at"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path, arguments, says):
    """One sentence, an exit code, and nothing is made."""
    desk = Desk(tmp_path)
    answer = desk.tenure(*arguments)

    assert answer.returncode == 1
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not desk.home.exists()


def test_a_key_is_not_made_without_a_passphrase(tmp_path):
    """Neither a terminal nor a file: nothing is asked into the void."""
    answer = Desk(tmp_path).tenure("keys", "new", "staff-1", TENURE_PASSPHRASE_FILE="")

    assert answer.returncode == 1
    assert "name its file by TENURE_PASSPHRASE_FILE" in answer.stderr


def test_approving_shows_first_what_the_signature_covers(tmp_path, capsys):
    """The card's page and the four digests come before the signature; then who decided, and how many are still asked."""
    shop = Shop(tmp_path).founded()
    package = shop.train("one")
    workplace = Workplace(shop_project(shop.gates), shop.settings, lambda: NOW)
    decide(workplace, package.digest[:12], Verdict.APPROVE, "calibrated", REVIEWERS[0])
    said = capsys.readouterr().out
    subject = workplace.promotions.subject(package.digest)

    covered = [subject.model_digest, subject.card_digest, subject.audit_digest, subject.policy_digest]
    places = [said.index(text) for text in ("card.html", *covered, "demo-reviewer-1: approve")]
    assert places == sorted(places)
    assert "1 of 2 approvals" in said
    page = (shop.settings.reports / f"shop/{company.PROPENSITY}" / package.digest[:12] / "card.html").read_text()
    assert "Approved by demo-reviewer-1, each by a signature" in page
    assert "software signed them, and no person has read this card" in page


def test_whose_decision_it_is_must_be_clear(tmp_path):
    """Two reviewers' keys in one folder: a person says who they are."""
    shop = Shop(tmp_path).founded()
    package = shop.train("one")
    workplace = Workplace(shop_project(shop.gates), shop.settings, lambda: NOW)

    with pytest.raises(SigningKeyError, match="--as STAFF_ID"):
        decide(workplace, package.digest, Verdict.APPROVE, "calibrated", None)
    with pytest.raises(SigningKeyError, match="Expected the key of staff-9"):
        decide(workplace, package.digest, Verdict.APPROVE, "calibrated", "staff-9")


def test_a_trust_root_named_by_the_environment_is_a_digest(monkeypatch):
    """A path or a half of one is refused before anything is read."""
    from adapters.settings import load_settings

    monkeypatch.setitem(os.environ, "TENURE_TRUST_ROOT", "trust/pinned")

    with pytest.raises(SpecError, match="TENURE_TRUST_ROOT must be a SHA-256"):
        load_settings()
