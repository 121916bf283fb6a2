"""Parameters of boosted trees: what a model's file may say of how they are grown, and what suits where it says nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LightGBMParameters:
    """Parameters of a gradient-boosted model; names are LightGBM's own.

    `n_seeds` models that differ in the seed of their row and column samples are averaged on the log-odds scale.
    `start_share` is the share of the logistic baseline's log-odds from which the trees of a probability start; 0 starts at the
    event rate. Those of a model of time start from `cox_share` of Cox's log hazard ratio (see `Model.cox_share`). The defaults
    suit a customer base in many snapshots: rows are many and independent customers few, so trees are small, on small samples,
    shrunk strongly, averaged, and spared the straight line.
    """

    n_rounds: int = 150
    learning_rate: float = 0.03
    num_leaves: int = 5
    min_data_in_leaf: int = 200
    feature_fraction: float = 0.3
    bagging_fraction: float = 0.5
    bagging_freq: int = 1
    lambda_l2: float = 20.0
    extra_trees: bool = False
    n_seeds: int = 3
    start_share: float = 0.5
    cox_share: float = 1.0


USUAL_PARAMETERS = LightGBMParameters()
# In one table of one day every row is another customer: few rows can tell of a rare value, and more of them is to be learnt.
ONE_DAY_PARAMETERS = LightGBMParameters(num_leaves=8, min_data_in_leaf=40, feature_fraction=0.6, lambda_l2=5.0)
