"""The benchmark: `make bench`. Not run by the test suite; nothing here judges, it measures."""
