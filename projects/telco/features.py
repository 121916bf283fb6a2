"""What may be known of a subscriber."""

from projects.telco.history import SUBSCRIBERS
from tenure.features import age, latest

FEATURES = (*latest(SUBSCRIBERS), age(SUBSCRIBERS))
