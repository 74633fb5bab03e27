#!/usr/bin/env python
"""Django's command line. In development use `./run`, which installs and starts."""

import os
import sys

from django.core.management import execute_from_command_line

from visavis.logs import tell_uncaught

PROGRAMS = ("deliver", "mediaworker")
"""Commands that serve; at the others somebody sits, who is told everything."""

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.settings")
    if sys.argv[1:2] and sys.argv[1] in PROGRAMS:
        tell_uncaught()
    execute_from_command_line(sys.argv)
