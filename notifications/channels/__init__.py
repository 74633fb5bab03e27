"""Ways out: e-mail, text messages, calls to programs."""
