"""How well a model predicts: metrics with intervals, calibration and curves, on rows that trained nothing."""
