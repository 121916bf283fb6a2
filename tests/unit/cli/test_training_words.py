"""What training says of the catalogue on the terminal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.settings import load_settings
from cli.training import _refused, _tell_of_catalogue
from home.workplace import Workplace
from tenure.gate import Gate, GateKind
from tenure.gates import Decision, GateResult, GateVerdict, Outcome
from tenure.loading import load_project
from tests import company


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("not shown in MLflow: The MLflow store x was made by an older MLflow. `tenure upgrade` brings …", True),
        (f"shop.{company.PROPENSITY}-candidate version 3", False),
    ],
)
def test_what_mlflow_does_not_show_is_said_with_what_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shown: str, said: bool
) -> None:
    """Not in a log of the run alone, which nobody reads after a training that succeeded."""
    workplace = Workplace(load_project(company.PACKAGE), replace(load_settings(), home=tmp_path))
    spec = workplace.project.models[0]
    record = workplace.settings.lanes / workplace.project.name / spec.name / "candidate" / "run-1" / "record.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"mlflow": shown}), encoding="utf-8")

    _tell_of_catalogue(workplace, spec, "run-1")
    _tell_of_catalogue(workplace, spec, "a run that left nothing")

    assert capsys.readouterr().err == (f"  {shown}\n" if said else "")


def test_what_can_be_done_about_a_refusal_is_said() -> None:
    """An exception, unless one of the gates may never have one."""
    audit, card = (
        GateVerdict(gate=gate, result=GateResult.FAIL, found="-")
        for gate in (Gate(name="groups", kind=GateKind.AUDIT), Gate(name="described", kind=GateKind.CARD_COMPLETE))
    )

    said = _refused(Decision(outcome=Outcome.REFUSED, verdicts=(audit,)), "1a2b")
    assert "tenure exception propose 1a2b groups --reason" in said
    assert "exception" not in _refused(Decision(outcome=Outcome.REFUSED, verdicts=(audit, card)), "1a2b")
