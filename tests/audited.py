"""An audit as the project makes it, of customers drawn by lot, for tests of what rests on audits."""

from functools import cache

import numpy as np

from tenure.audit import AuditReport, audit
from tenure.estimators.calibration import inverse_logit
from tenure.gate import CardFields

N_CUSTOMERS = 1200  # too few for a verdict; so many that nothing is open:


# The sample card: every field is filled.
FILLED = CardFields(gaps=(), n_filled=41, n_not_applicable=1)


@cache
def audited(*, unknown_rate: float = 0.0, n_customers: int = N_CUSTOMERS) -> AuditReport:
    """Two groups of one attribute that are treated alike, each customer in two snapshots; of some the value is not known."""
    rng = np.random.default_rng(0)
    customer = np.tile(np.arange(n_customers), 2)
    score = inverse_logit(rng.normal(-0.5, 1, n_customers)[customer])
    return audit(
        score,
        rng.random(len(score)) < score,
        groups={"age": np.where(customer < unknown_rate * n_customers, "unknown", np.array(["19-34", "35-44"])[customer % 2])},
        titles={"age": "age of the head of household"},
        customer=customer,
        selected=rng.random(len(score)) < 0.3,
        selection_rule="by lot",
        seed=1,
        n_resamples=200,
    )
