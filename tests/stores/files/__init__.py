"""Files: what comes in, is shown, and goes."""
