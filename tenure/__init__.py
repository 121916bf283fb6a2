"""The core: what customer intelligence is, computed on frames and expressions.

No Dagster, no MLflow, no web, no clock and no environment here; those live in `assets`, `pipelines` and `adapters`.
"""
