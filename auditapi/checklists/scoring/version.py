"""The version of the scoring rules, which every score names."""

#: Goes up whenever the same answers could come out with another digit.
RULES_VERSION = 1
