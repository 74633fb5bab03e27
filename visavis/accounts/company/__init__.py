"""Signing in by the brand's own company, over OpenID Connect. allauth speaks it; who is
let in, and by which identity, is decided here."""
