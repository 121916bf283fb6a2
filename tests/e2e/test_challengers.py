"""Challengers that may not serve: refused by a gate, or of a home in which nobody may sign."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from provenance.status import model_status
from tenure.errors import RefusedError
from tenure.gate import Gate, GateKind
from tests import company
from tests.premises import AS_OF, Premises


def test_a_rejected_challenger_has_its_card_and_cannot_be_promoted(established: Premises, tmp_path: Path):
    """A gate that nothing passes: the run succeeds, the card says refused, promotion says why not."""
    premises = established.copy(tmp_path)
    impossible = Gate(name="perfect", kind=GateKind.FLOOR, metric="roc_auc", limit=1.01, because="A test wants a refusal.")
    project = premises.project
    models = tuple(replace(m, gates=(*m.gates, impossible)) if m.name == company.SOON else m for m in project.models)
    before = {c.digest for c in premises.workplace.packages.candidates(project.name, company.SOON)}

    outcome = premises.run(f"train_{company.SOON}", project=replace(project, models=models), as_of=AS_OF)

    assert outcome.succeeded, outcome.failures
    (refused,) = {c.digest for c in premises.workplace.packages.candidates(project.name, company.SOON)} - before
    page = premises.settings.reports / project.name / company.SOON / refused[:12] / "card.html"
    assert "perfect" in page.read_text()
    assert premises.workplace.packages.candidate(refused).file("card.html")
    # Nobody waits for a candidate that cannot be promoted.
    assert model_status(premises.workplace, premises.project.model(company.SOON)).n_waiting == 0
    with pytest.raises(Exception, match="gates refused candidate"):
        premises.promote(refused, "because I say so")


def test_a_home_without_a_trust_root_trains_nothing(established: Premises, tmp_path: Path):
    """Nobody could have approved what the data are used for, and the refusal says how to begin."""
    premises = established.copy(tmp_path)
    for name in ("trust", "keys", "witness", "store"):
        shutil.rmtree(premises.settings.home / name)

    with pytest.raises(RefusedError, match=r"there is no trust root yet.*tenure trust init"):
        premises.run(f"train_{company.SOON}", as_of=AS_OF)

    assert not (premises.settings.home / "store/sha256").exists()
