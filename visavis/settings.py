"""All settings of Visavis. Every value that differs between places comes from the
environment, through `visavis.environment`; nothing here starts a server."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from visavis import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.flag("VISAVIS_DEBUG")
DEMO = env.flag("VISAVIS_DEMO", True)
"""In development an empty database gets invented brands; 0: it waits for its own."""
CELL = env.number("VISAVIS_CELL", 0)
STATE_DIR = Path(env.text("VISAVIS_STATE", str(BASE_DIR / ".visavis")))
SECRET_KEY = env.text("SECRET_KEY")
LINK_KEYS = env.keys("LINK_KEYS")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
SITE_URL = env.text("SITE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", SITE_URL)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "visavis.admin_config.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "stores",
    "booking",
    "video",
    "notifications",
    "visavis",
]

MIDDLEWARE = [
    "visavis.health.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "visavis.privacy.PrivateAnswersMiddleware",
    "visavis.setup.door.SetupMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stores.accounts.session_store.UseMiddleware",
    "stores.accounts.levels.LevelMiddleware",
    "stores.typed.TypistMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "visavis.errors.NamedErrorMiddleware",
    "visavis.inputs.SaneInputMiddleware",
]

ROOT_URLCONF = "visavis.urls"
ASGI_APPLICATION = "visavis.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "stores.User"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# The pool lives in the web process only: Celery closes connections after each task,
# and a pool inherited by a fork times out.
DATABASES = {"default": env.database("DATABASE_URL")}
if env.text("DATABASE_DIRECT_URL", ""):
    DATABASES["direct"] = env.database("DATABASE_DIRECT_URL")
if env.flag("DATABASE_POOL"):
    _options = DATABASES["default"]["OPTIONS"]
    _options["pool"] = {
        "min_size": 2,
        "max_size": env.number("DATABASE_POOL_SIZE", 12),
        "timeout": 5,
        # Not psycopg's five minutes, at the end of which it looks every two of them.
        "reconnect_timeout": 4,
    }
    _options.setdefault("connect_timeout", "2")
    # Somebody waits for a page; whatever takes longer belongs to a task.
    _options["options"] = (
        f"{_options.get('options', '')} -c statement_timeout=9s".strip()
    )

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "visavis.cache.ForgivingCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "visavis",
        # Without it a page may do; for a server that says nothing nobody waits.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE, CELERY_TASK_SERIALIZER = "UTC", "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A tick that could not run in time is worth nothing: the next one does the same work.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every, "options": {"expires": expires}}
    for name, task, every, expires in (
        ("deliver-due", "notifications.tasks.deliver_due", 10.0, 9),
        ("erase-what-is-due", "stores.tasks.erase_what_is_due", 3600.0, 3000),
        ("go-on-with-imports", "booking.tasks.go_on_with_imports", 10.0, 9),
        ("end-departures", "booking.tasks.end_departures_due", 300.0, 290),
        ("write-old-bits", "booking.tasks.write_old_bits", 300.0, 290),
        ("write-facts", "visavis.tasks.write_facts_due", 3600.0, 3000),
    )
}

# Sign-in of staff. Customers never sign in.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"email"}, ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "visavis.accounts.adapter.StaffAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# Our own limits stand in `accounts.guesses`.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
PASSWORD_RESET_TIMEOUT = 2 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/staff/", "account_login"
_MINIMUM = "django.contrib.auth.password_validation.MinimumLengthValidator"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _MINIMUM, "OPTIONS": {"min_length": 12}},
    {"NAME": "stores.accounts.passwords.WellKnownPasswordValidator"},
]
SESSION_ENGINE = "stores.accounts.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SOCIALACCOUNT_ADAPTER = "visavis.accounts.company.adapter.CompanyAdapter"
MFA_ADAPTER = "visavis.accounts.factors.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1

LANGUAGE_CODE, TIME_ZONE, USE_TZ = "fr", "UTC", True
LANGUAGES = [("fr", "Français"), ("en", "English")]

STATIC_URL = "/static/"
STATIC_ROOT = env.text("STATIC_ROOT", str(STATE_DIR / "static"))
FILE_UPLOAD_HANDLERS = [
    "stores.files.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
_folder = "django.core.files.storage.FileSystemStorage"
_files = {"location": env.text("FILES_DIR", str(STATE_DIR / "files"))}
STORAGES = {
    "default": {"BACKEND": _folder},
    "files": env.document("FILES_STORAGE") or {"BACKEND": _folder, "OPTIONS": _files},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "visavis.staticfiles.ModuleManifestStorage"
    },
}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "visavis.sheets.JoinedSheets",
]
WHITENOISE_USE_FINDERS = DEBUG

MAIL_IS_SET = bool(env.text("EMAIL_URL", "") or env.text("EMAIL_BACKEND", ""))
"""Somebody said how mails leave."""
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "notifications.channels.smtp.Backend")
_mail = env.mail("EMAIL_URL", "smtp://127.0.0.1:25")
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT, OUTGOING_TIMEOUT = 20, 10.0
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT} | env.document("ANYMAIL")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Visavis <visavis@localhost>")
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS", "")
MAIL_NOTICES_KEY = env.text("MAIL_NOTICES_KEY", "")
MAILBOX_DIR = env.text("MAILBOX_DIR", "")
"""Folder of what the development SMTP server received; empty in production."""
SMS_PROVIDER = env.text("SMS_PROVIDER", "")
"""A class of `notifications.channels`; empty: the mailbox, else no text messages."""
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL", "")
SMS_GATEWAY_KEY = env.text("SMS_GATEWAY_KEY", "")
TEXTS_REACH = "notifications.outbox.text_budget.texts_reach"
"""Tells which numbers get our text messages."""
MAILS_INVITATION = "notifications.outbox.invitations.plan_invitations"
WHEN_TOLD = "notifications.outbox.planner.when_told"
TELLS_OF_ABSENCE = "notifications.outbox.absences.plan_absence"
MAILS_RESET = "visavis.accounts.services.ask_reset"
SEALED_BY = "visavis.accounts.factors.adapter.seal"
MAILS_FACTOR_TAKEN = "visavis.accounts.services.tell_factor_taken"
"""Of staff and accounts: asked by floors below."""
WEBHOOK_ALLOW_PRIVATE = env.flag("WEBHOOK_ALLOW_PRIVATE")

MEDIA_CONTROL_KEY = env.text("MEDIA_CONTROL_KEY")
MEDIA_ANNOUNCE_IP = env.text("MEDIA_ANNOUNCE_IP", "127.0.0.1")
MEDIA_ANNOUNCE_ALSO = env.names("MEDIA_ANNOUNCE_ALSO")
MEDIA_BIND_IP = env.text("MEDIA_BIND_IP", "127.0.0.1")
MEDIA_BIND_IP6 = env.text("MEDIA_BIND_IP6", "")
MEDIA_ANNOUNCE_IP6 = env.text("MEDIA_ANNOUNCE_IP6", "")
MEDIA_UDP_PORT = env.number("MEDIA_UDP_PORT", 0)
MEDIA_CONTROL_PORT = env.number("MEDIA_CONTROL_PORT", 0)
MEDIA_CONTROL_URL = env.text("MEDIA_CONTROL_URL", "")
MEDIA_NODE_NAME = env.text("MEDIA_NODE_NAME", "")
MEDIA_MAX_ROOMS = env.number("MEDIA_MAX_ROOMS", 60)
MEDIA_MEMORY_MB = env.number("MEDIA_MEMORY_MB", 600)
TURN_URLS, TURN_SECRET = env.names("TURN_URLS"), env.text("TURN_SECRET", "")
MEDIA_DRAIN_SECONDS = env.number("MEDIA_DRAIN_SECONDS", 0 if DEBUG else 1800)
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

_REST = "rest_framework.authentication"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [f"{_REST}.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["booking.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "visavis.errors.api_exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Visavis",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        f"Session{kind}Type": [kind.lower()] for kind in ("Offer", "Answer")
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        **{kind: [SELF] for kind in ("manifest-src", "worker-src")},
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# `no-referrer` would turn the Origin of a form into "null", which CSRF refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
SECURE_COOKIES = env.flag("SECURE_COOKIES", not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE_COOKIES and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000) if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
_FORWARDED = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_PROXY_SSL_HEADER = _FORWARDED if TRUSTED_PROXIES else None
CSRF_FAILURE_VIEW = "visavis.errors.csrf_failure"

LOGGING_CONFIG = "visavis.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
