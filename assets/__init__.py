"""What is computed: Dagster assets and their checks, one file per stage, each a name, inputs and one call.

What an asset computes lives in `tenure`, when it runs in `pipelines`, what it touches in `adapters`.
"""
