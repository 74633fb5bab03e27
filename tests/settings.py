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

# Workers side by side count in caches of their own: some tests empty theirs.
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CACHES["default"]["LOCATION"] = (  # noqa: F405
    f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{8 + _worker % 8}"
)

DEBUG = False
# The slow hash of production is not what these tests are about.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# Else every new `Client` of a test lists all static files before its first request.
WHITENOISE_AUTOREFRESH = True
