"""How staff sign in, and what they may change of their account. allauth checks who
signs in; every address, page and mail is ours."""
