"""Settings for the type checker, which imports them: no server is started."""

import os

os.environ.update(
    VISAVIS_DEBUG="1",
    DATABASE_URL="postgresql://visavis@/visavis?host=/nonexistent",
    REDIS_URL="redis://127.0.0.1:1/0",
    EMAIL_URL="smtp://127.0.0.1:1",
    SECRET_KEY="for-the-type-checker",
    LINK_KEYS="1:" + 32 * "0",
    MEDIA_CONTROL_KEY="for-the-type-checker",
)

from visavis.settings import *  # noqa: F403
