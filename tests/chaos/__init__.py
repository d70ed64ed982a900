"""The fault catalogue on real processes: `python -m tests.chaos`, or `make chaos`."""
