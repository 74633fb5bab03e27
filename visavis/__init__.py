"""Floor 4: settings and wiring; may import every floor below.

Lives here: settings, URLs, the ASGI and Celery applications, system checks, the
table from named errors to HTTP, the embedded servers of development, the commands
that concern the whole house.

Nothing imports this package but Django, Celery and uvicorn, by name.
"""
