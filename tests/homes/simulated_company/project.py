"""The grocer of `format_1.tar.xz`: as much of its declaration as opening that home takes, and no more than it knew then.

Columns that nothing reads any more, bounds and the words of the cards are left out; names are those of the home's tables.
"""

from datetime import date

from tenure.contracts import Available, Files, Source
from tenure.features import count, recency, running, total
from tenure.history import Events, Intervals, LookUp, cents
from tenure.outcomes import any_of, none_of, pause, time_until
from tenure.populations import had
from tenure.project import Attribute, Project
from tenure.specs import Model
from tests.smallness import SMALL, SNAPSHOTS

AS_OF = date(2020, 8, 19)
PROTECTED = ("age", "income", "marital_status", "household_composition")


def _source(name: str, key: tuple[str, ...], columns: str, **more: object) -> Source:
    """A source with a file a day."""
    return Source(name=name, grain="one row", key=key, reader=Files(pattern=f"{name}/{{day}}.parquet"), columns=columns, **more)


SOURCES = (
    _source(
        "transactions",
        ("customer_id", "basket_id", "product_id"),
        """
        customer_id  text    pseudonym  household
        basket_id    text    pseudonym  receipt
        product_id   text    behaviour  product
        spend        number  behaviour  what was paid
        purchased_at time    behaviour  when
        """,
    ),
    _source("products", ("product_id",), "product_id text none product", event_time=None, available=Available.FROM_FIRST_DAY),
    _source(
        "households",
        ("customer_id",),
        """
        customer_id            text   pseudonym  household
        age                    text   protected  age band
        income                 text   protected  income band
        marital_status         text?  protected  marital status
        household_composition  text   protected  adults and children
        """,
        event_time=None,
        available=Available.FROM_FIRST_DAY,
    ),
    _source(
        "campaigns",
        ("customer_id", "campaign_id"),
        """
        customer_id  text  pseudonym  household
        campaign_id  text  behaviour  campaign
        starts_at    time  none       when it starts
        ends_at      time  none       when it ends
        """,
        event_time="starts_at",
        available=Available.AT_EVENT,
    ),
    _source(
        "coupon_redemptions",
        ("customer_id", "coupon_id", "campaign_id", "redeemed_at"),
        """
        customer_id  text  pseudonym  household
        coupon_id    text  behaviour  coupon
        campaign_id  text  behaviour  campaign
        redeemed_at  time  behaviour  when
        """,
    ),
)
PURCHASES = Events(
    "transactions",
    noun="purchase",
    values={"spend": cents("spend")},
    look_ups=(LookUp("products", on="product_id"),),
)
MAILINGS = Intervals("campaigns", noun="mailing", starts="starts_at", ends="ends_at")
REDEMPTIONS = Events("coupon_redemptions", noun="redemption")
FEATURES = (
    recency(PURCHASES, cap_days=365),
    total(PURCHASES.spend, last=91),
    count(MAILINGS, last=91),
    running(MAILINGS),
    count(REDEMPTIONS, last=91),
)
_FORESEEN = {
    "buys_7d": (56, any_of(PURCHASES, within_days=7)),
    "lapse_28d": (56, none_of(PURCHASES, within_days=28)),
    "time_to_lapse": (28, time_until(pause(PURCHASES, days=28), horizons_days=(7, 14, 28), score_at=28)),
}

PROJECT = Project(
    name="simulated_company",
    title="Simulated grocer",
    first_day=date(2020, 1, 1),
    last_day=date(2020, 8, 27),
    known_as="household_id",
    authors={},
    purposes={},
    attributes=tuple(Attribute(name=name, title=name, source="households", column=name) for name in PROTECTED),
    sources=SOURCES,
    histories=(PURCHASES, MAILINGS, REDEMPTIONS),
    features=FEATURES,
    models=tuple(
        Model(
            name=name,
            owner="team:growth",
            population=had(PURCHASES, within_days=days),
            foresees=foreseen,
            features=FEATURES,
            protected=PROTECTED,
            snapshots=SNAPSHOTS,
            parameters=SMALL,
        )
        for name, (days, foreseen) in _FORESEEN.items()
    ),
)
