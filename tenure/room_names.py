"""What the rooms around the core are called: inside of Tenure's own processes nobody else's package has such a name.

`tenure/rooms` leads to them, and docs/decisions says why. Apart from it, because to import that package is to enter.
"""

NAMES = (
    "adapters",
    "assets",
    "cli",
    "expectations",
    "governance",
    "home",
    "model_cards",
    "pipelines",
    "projects",
    "provenance",
    "review",
)
