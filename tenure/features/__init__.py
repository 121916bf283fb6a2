"""Features: what is known of a customer as of a day, written once for training and scoring.

One file per idea. Each holds a `FeatureGroup`: the features' names, units and meanings, and one Ibis expression that computes
them. `as_known.py` is the only door from tables to these expressions.
"""
