"""An audit as the project makes it, of customers drawn by lot, for tests of what rests on audits."""

from functools import cache

import numpy as np

from tenure.audit import AuditReport, audit
from tenure.estimators.calibration import inverse_logit

N_CUSTOMERS = 1200


@cache
def audited(unknown_rate: float = 0.0) -> AuditReport:
    """Two groups of one attribute that are treated alike, each customer in two snapshots; of some the value is not known."""
    rng = np.random.default_rng(0)
    customer = np.tile(np.arange(N_CUSTOMERS), 2)
    score = inverse_logit(rng.normal(-0.5, 1, N_CUSTOMERS)[customer])
    return audit(
        score,
        rng.random(len(score)) < score,
        groups={"age": np.where(customer < unknown_rate * N_CUSTOMERS, "unknown", np.array(["19-34", "35-44"])[customer % 2])},
        titles={"age": "age of the head of household"},
        customer=customer,
        selected=rng.random(len(score)) < 0.3,
        selection_rule="by lot",
        seed=1,
        n_resamples=200,
    )
