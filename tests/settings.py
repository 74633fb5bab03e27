"""Settings of the test run: real PostgreSQL and Valkey of its own, nothing else.

The first process that imports this module starts the servers and stops them when it
ends; the workers of pytest-xdist inherit their URLs. A `DATABASE_URL` and `REDIS_URL`
in the environment are used instead (their server, never their database: Django
creates `test_…` beside it).
"""

import os
from pathlib import Path

from visavis.devstack.catalogues import compile_stale
from visavis.devstack.stack import start_for_tests

os.environ["VISAVIS_DEBUG"] = "1"
compile_stale()
start_for_tests(
    Path(os.environ.get("VISAVIS_TEST_STATE") or Path.cwd() / ".visavis" / "test")
)

from visavis.settings import *  # noqa: E402, F403

DEBUG = False
# The slow hash of production is not what these tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
