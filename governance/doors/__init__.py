"""The ways in: promoting, reading who serves, making and renewing trust roots, and what is asked at each."""
