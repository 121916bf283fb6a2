"""What the grocer predicts: one file per model, each with one SPEC."""
