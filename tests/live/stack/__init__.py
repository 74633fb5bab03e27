"""The two-command start: what it promises to the person who types it."""
