"""Estimators: arrays in, a frozen model of native text and tables out. Numpy only at import; nothing here reads a frame."""
