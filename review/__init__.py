"""The review room: the web pages on which reviewers decide and auditors look.

It imports `tenure`, `model_cards` and `adapters`, never Dagster; only the command line imports it, to start it.
"""
