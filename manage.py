#!/usr/bin/env python
"""Django's command line. In development use `./run`, which installs and starts."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.settings")
    execute_from_command_line(sys.argv)
