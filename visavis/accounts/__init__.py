"""Signing in of staff, and changes of their account. allauth checks who
signs in; every address, page and mail is ours."""
