"""Accounts of the staff behind the sign-in: levels of sessions, second factors, who
needs one. Pages and mails about them are floor 4's."""
