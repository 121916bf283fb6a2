"""For whom scores are handed out: those whom people approved, and nobody else."""

from dataclasses import replace

import pytest

from tenure.errors import PurposeError
from tenure.purposes.seeing import check_seen_by
from tests.unit.purposes.small import RETENTION, company
from tests.unit.purposes.test_ways_round import model


def test_scores_are_for_whom_the_purpose_names() -> None:
    """By default the first of them; who is not named is refused with who is."""
    project = model(company(purposes=(replace(RETENTION, seen_by=("growth team", "data steward")),)))
    (spec,) = project.models

    assert check_seen_by(project, spec, None) == "growth team"
    assert check_seen_by(project, spec, "data steward") == "data steward"
    with pytest.raises(PurposeError, match=r"for 'growth teem', and its purpose names growth team, data steward\. Did you mean"):
        check_seen_by(project, spec, "growth teem")


def test_a_purpose_that_names_nobody_lets_nobody_be_named() -> None:
    """Nothing is said then, as before."""
    project = model(company(purposes=(RETENTION,)))
    (spec,) = project.models

    assert check_seen_by(project, spec, None) == ""
    with pytest.raises(PurposeError, match="names nobody"):
        check_seen_by(project, spec, "anybody")
