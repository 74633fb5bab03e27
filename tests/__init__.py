"""The tests mirror the packages; `tests.settings` starts the servers they need."""
