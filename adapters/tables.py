"""Tables: what the lake's tables are called, and under which names their commits note where rows came from.

Who writes them is `assets`; what they hold is said in `home/lake_tables.py`.
"""

from tenure.contracts import Source
from tenure.specs import Model

FEATURES_TABLE = "features"
SCORES, DRIFT, PERFORMANCE = "scores", "drift", "performance"
# What names a row of features, scores and whatever else there is one of for each customer and day.
CUSTOMER_KEY = ("customer_id",)

# Commits of derived tables: the definition and the versions of their inputs. Of validated tables: each day's batch, by digest.
MADE_FROM, BATCHES = "made_from", "batches"
# Commits of scores: the model, the version of the features, and the run.
MODEL_DIGEST, FEATURES_VERSION, RUN_ID = "model_digest", "features_version", "run_id"
# And where a company declares consents: until which day they were heard, and how many stood in which way, by day, as JSON.
CONSENT_UNTIL, CONSENT_COUNTS = "consent_until", "consent_counts"


def verdicts_table(source: Source) -> str:
    """Lake table with one row a day: what validation said of the batch."""
    return f"verdicts/{source.name}"


def validated_table(source: Source) -> str:
    """Lake table of the rows that keep the contract."""
    return f"validated/{source.name}"


def quarantine_table(source: Source) -> str:
    """Lake table of the rows that do not, with the rules they break."""
    return f"quarantine/{source.name}"


def stage_table(spec: Model, stage: str) -> str:
    """Lake table of a model's daily stage."""
    return f"{spec.name}/{stage}"
