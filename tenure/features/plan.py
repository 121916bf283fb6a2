"""The plan of a snapshot: the SQL that computes every feature as of any day, compiled once.

Compiling the expressions takes longer than running them, and the day is the only thing that differs. So the day is read from a
table of one row, `clock`, and the same text serves every day; its digest says by which definition features were made.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cache

from tenure.features.as_known import know
from tenure.features.snapshot import snapshot

CLOCK, PURCHASES = "clock", "purchases"
INPUTS = ("activity", "campaigns", "redemptions")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Two statements of DuckDB, over the tables of `INPUTS` and `clock` (`as_of`, `first_day`).

    Parameters
    ----------
    purchases: what every group reads, to be kept as a table `purchases` before the second statement.
    snapshot: one row per customer with every feature.
    """

    purchases: str
    snapshot: str

    @property
    def digest(self) -> str:
        """SHA-256 of both, in lower-case hex: features made under another digest are made again."""
        return hashlib.sha256(f"{self.purchases}\0{self.snapshot}".encode()).hexdigest()


@cache
def snapshot_plan(campaign_key: tuple[str, ...], redemption_key: tuple[str, ...]) -> Plan:
    """Compile the features of `snapshot.py` once in a process, over sources whose rows these keys name."""
    import ibis

    sums = ("n_baskets", "n_lines", "spend_cents", "discount_cents", "coupon_cents", "n_coupon_lines", "private_label_cents")
    row = {"available_at": "timestamp", "customer_id": "string"}
    of_campaign, of_redemption = (dict.fromkeys(key, "string") for key in (campaign_key, redemption_key))
    activity = {**row, "active_on": "date", **dict.fromkeys(sums, "int64"), "departments": "array<string>"}
    clock = ibis.table({"as_of": "date", "first_day": "date"}, name=CLOCK)
    known = know(
        activity=ibis.table(activity, name="activity"),
        campaigns=ibis.table({**of_campaign, **row, "starts_at": "timestamp", "ends_at": "timestamp"}, name="campaigns"),
        redemptions=ibis.table({**of_redemption, **row, "redeemed_at": "timestamp"}, name="redemptions"),
        as_of=clock.as_of.as_scalar(),
        first_day=clock.first_day.as_scalar(),
        campaign_key=campaign_key,
        redemption_key=redemption_key,
    )
    kept = replace(known, purchases=ibis.table(known.purchases.schema(), name=PURCHASES))
    return Plan(
        purchases=str(ibis.to_sql(known.purchases, dialect="duckdb")),
        snapshot=str(ibis.to_sql(snapshot(kept), dialect="duckdb")),
    )
