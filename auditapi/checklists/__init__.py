"""Checklists: the pure engine that reads, checks and scores them, and the frozen versions.

The pure modules build on one another in this order: ``problems`` and ``values``, then
``conditions`` and ``items``, then ``structure`` (a whole checklist), ``meaning`` (what a
shape can't say), ``document`` (the door for callers), then ``visibility``, ``validation``,
``scoring`` and ``difference``, which take a checklist and plain values.
"""
