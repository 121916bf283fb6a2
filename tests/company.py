"""The company that tests stand on, by what each part of it is there for: who puts another in its place changes this file."""

from datetime import timedelta

from tenure.loading import load_project
from tenure.simulation.subscriptions import CONTRACTS, PLANS
from tests.subscribers.history import LOGINS, PAYMENTS, TICKETS
from tests.subscribers.project import FIRST_DAY, N_DAYS
from tests.subscribers.sources.logins import SOURCE

PACKAGE, NAME = "tests.subscribers", "subscribers"
# The day as of which its models are trained.
AS_OF = FIRST_DAY + timedelta(days=190)

# Whether something becomes so within weeks, whether something happens sooner, and after how long something becomes so.
PROPENSITY, SOON, SURVIVAL = "leaves_28d", "logs_in_14d", "time_to_leave"
MODELS = tuple(sorted((PROPENSITY, SOON, SURVIVAL)))

# What happens daily: without its batch a day is withheld. Its rows have an amount, and look something up.
EVENTS, AMOUNTS, LOOKED_UP = LOGINS, LOGINS.minutes, "devices"
LINES, DAILY = EVENTS.source, EVENTS.table
# What names a row of a customer, what it adds, what it adds only where the table says so, and what the table says besides.
EACH, AMOUNT_KEPT, MARKED, SET = "session_id", "minutes", LOGINS.large, LOGINS.screen
MARKS = "screen", "large"
# As they are received.
CUSTOMER, AMOUNT, AT = (SOURCE.column(name).source_name for name in ("customer_id", AMOUNT_KEPT, "logged_in_at"))
# What the words are in which some of its features are told.
WORDS = {"plan": PLANS, "contract": CONTRACTS}
MISSING = f"{LINES}: Column {AMOUNT!r}"

# What happens now and then, what runs for a while, and what audits alone may read.
RARE, RUNNING, AUDITED = PAYMENTS, TICKETS, "people"
ROLL_UPS = (EVENTS.table, RARE.table)

__all__ = ["FIRST_DAY", "N_DAYS"]


def steps_of_a_walk() -> int:
    """How many steps lead from a score to the bytes received: nine to the features, the roll-ups, and two for each source."""
    return 9 + len(ROLL_UPS) + 2 * len(load_project(PACKAGE).read_sources)
