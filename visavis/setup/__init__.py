"""The first start of an empty installation: one page, opened by a code."""
