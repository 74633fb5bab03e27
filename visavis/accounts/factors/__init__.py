"""Second factors of staff: an app's codes, passkeys, recovery codes. allauth.mfa keeps
and checks them; every page and address is ours."""
