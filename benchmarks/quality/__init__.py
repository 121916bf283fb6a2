"""Prediction quality of the default configuration: each public set a small protocol, its figures as a list.

A set is one file with one function, which says in words why it cannot be measured or gives its figures. What is measured goes
through the product's own landing, features, training set, fit and scoring; what it is held against does not: labels are made from
the raw file, metrics are scikit-learn's and scikit-survival's.
"""
