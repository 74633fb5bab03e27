"""The ASGI application that uvicorn serves."""

from __future__ import annotations

import gc
import os
from importlib import import_module
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "visavis.settings")


class OneHopHandler(ASGIHandler):
    """All middleware and the view in one thread, without a way back in between.

    None of our views is asynchronous. Django's own handler goes from the loop to a
    thread for the middleware, back for its own dispatch, and to a thread again for the
    view; on a busy machine each way waits for the loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        answer: Any = sync_to_async(self.get_response, thread_sensitive=True)
        response: HttpResponseBase = await answer(request)
        return response


django.setup(set_prefix=False)
application = OneHopHandler()
# What is here now stays: without it a collection of all objects stops every answer for
# 70 ms. Pages belong to it, which the first request would load otherwise.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
