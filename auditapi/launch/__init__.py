"""`make run`: everything that a trial on one machine needs, started, watched and stopped."""
