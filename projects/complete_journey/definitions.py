"""The Complete Journey as a Dagster code location."""

from pipelines.definitions import build_definitions

defs = build_definitions("projects.complete_journey")
