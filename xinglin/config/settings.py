"""Django's settings, read from the environment that `host` prepares (see `host/cli.py`)."""

import base64
import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from xinglin.config import back_office, logs
from xinglin.config.notices import KINDS
from xinglin.config.roles import ROLES, SITE_PATIENT, STAFF
from xinglin.config.screens import SCREENS
from xinglin.config.sign_in import *  # noqa: F403  # one file for all that django-allauth asks
from xinglin.config.site_page import site_page
from xinglin.config.wiring import (
    CLOSING_OBJECTIONS,
    EXPORT_PARTS,
    FIRST_VISIT,
    REACTIONS,
    SHEET_KINDS,
    WORKER_LOOPS,
    wakes,
)
from xinglin.kernel.seal import KeyRing


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname", "xinglin"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            # Statements are planned once a connection, not once a call.
            "server_side_binding": True,
            "prepare_threshold": 2,
        },
        "TEST": {"NAME": os.environ.get("XINGLIN_TEST_DB", "test_xinglin")},
    }


def _secrets(path: str) -> dict[str, Any]:
    """Made by `host` on the first start; a missing file leaves throw-away keys for checks only."""
    if path:
        found: dict[str, Any] = json.loads(Path(path).read_text())
        return found
    passing = base64.b64encode(os.urandom(32)).decode()
    return {
        "django_secret": passing,
        "seal_keys": {"1": passing},
        "seal_current": 1,
        "index_key": passing,
        "signing_key": passing,
        "push_key": passing,
    }


def _secret(name: str) -> str:
    """Of the file that `<name>_FILE` names, which others cannot read; else of the environment."""
    path = os.environ.get(f"{name}_FILE", "")
    return Path(path).read_text().strip() if path else os.environ.get(name, "")


_SECRETS = _secrets(os.environ.get("XINGLIN_SECRETS", ""))

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("XINGLIN_DATA", BASE_DIR / "var" / "default"))
SOCKETS_DIR = Path(os.environ.get("XINGLIN_SOCKETS", DATA_DIR / "sockets"))
ORIGIN = os.environ.get("XINGLIN_ORIGIN", "http://localhost:8000")
FILES_DIR = DATA_DIR / "files"
DEMO = os.environ.get("XINGLIN_DEMO", "0") == "1"
DEMO_PEOPLE_FILE = DATA_DIR / "demo_people.json"
DEMO_BUSTLE = int(os.environ.get("XINGLIN_BUSTLE", "0"))  # simulated visits a minute
# Where a person answers the telephone; that of the demo hospital belongs to nobody.
HOSPITAL_PHONE = os.environ.get("XINGLIN_PHONE", "010-0000-0000" if DEMO else "")
JURISDICTION = os.environ.get("XINGLIN_JURISDICTION", "cn")

SECRET_KEY = _SECRETS["django_secret"]
KEY_RING = KeyRing(
    keys={int(k): base64.b64decode(v) for k, v in _SECRETS["seal_keys"].items()},
    current=int(_SECRETS["seal_current"]),
    index_key=base64.b64decode(_SECRETS["index_key"]),
)
SIGNING_KEY = base64.b64decode(_SECRETS["signing_key"])
SIGNING_GATEWAY = "local"
# Who signs prescriptions, which the law wants signed by certificate (R58).
CERTIFICATE_GATEWAY = "x509"
# Who seals the PDF of a prescription for the house, and who says when (RFC 3161).
SEAL_GATEWAY = os.environ.get("XINGLIN_SEAL_GATEWAY", "demo")
STAMP_GATEWAY = os.environ.get("XINGLIN_STAMP_GATEWAY", "demo")
STAMP_URL = os.environ.get("XINGLIN_STAMP_URL", "")
# Classes of medicines (`policy.facts.ProductClass`) whose prescriptions two pharmacists pass: an option
# of the hospital beside what policy of the place wants.
SECOND_REVIEW_FOR = frozenset(os.environ.get("XINGLIN_SECOND_REVIEW", "").split())
_NOTICES = "demo" if DEMO else "null"
NOTICE_GATEWAYS = {
    "sms": os.environ.get("XINGLIN_SMS_GATEWAY", _NOTICES),
    "mail": os.environ.get("XINGLIN_MAIL_GATEWAY", _NOTICES),
}
NOTICE_KINDS = KINDS
# Web Push: our key, whom a push service may write to, and origins that may be called although they
# are not public (a test's own push service; empty in a hospital).
PUSH_KEY = base64.b64decode(_SECRETS["push_key"])
PUSH_CONTACT = os.environ.get(
    "XINGLIN_PUSH_CONTACT", f"admin@{urlsplit(ORIGIN).hostname or 'localhost'}"
)
PUSH_ALSO = frozenset(os.environ.get("XINGLIN_PUSH_ALSO", "").split())
SMS_URL = os.environ.get("XINGLIN_SMS_URL", "")
SMS_TOKEN = os.environ.get("XINGLIN_SMS_TOKEN", "")
SMTP_URL = os.environ.get("XINGLIN_SMTP_URL", "")
MAIL_FROM = os.environ.get("XINGLIN_MAIL_FROM", PUSH_CONTACT)
# A model of others that may point something out to triage; off until an operator chooses one.
TRIAGE_ASSISTANT = os.environ.get("XINGLIN_TRIAGE_ASSISTANT", "null")
TRIAGE_ASSISTANT_URL = os.environ.get("XINGLIN_TRIAGE_ASSISTANT_URL", "")
TRIAGE_ASSISTANT_MODEL = os.environ.get("XINGLIN_TRIAGE_ASSISTANT_MODEL", "")
TRIAGE_ASSISTANT_KEY = os.environ.get("XINGLIN_TRIAGE_ASSISTANT_KEY", "")
TRIAGE_ASSISTANT_SECONDS = float(os.environ.get("XINGLIN_TRIAGE_ASSISTANT_SECONDS", "4"))
# Who compares a doctor's live face with the picture on file; nobody until an operator chooses.
FACE_GATEWAY = os.environ.get("XINGLIN_FACE_GATEWAY", "null")
FACE_URL = os.environ.get("XINGLIN_FACE_URL", "")
FACE_TOKEN = os.environ.get("XINGLIN_FACE_TOKEN", "")
FACE_SECONDS = min(15.0, float(os.environ.get("XINGLIN_FACE_SECONDS", "8")))
# How the media of calls travel (a folder of foundation/calls/backends), and the relay (TURN) for pages
# that do not reach each other: its addresses, and the secret it shares with us.
MEDIA_BACKEND = os.environ.get("XINGLIN_MEDIA_BACKEND", "p2p")
TURN_URLS = tuple(
    url.strip() for url in os.environ.get("XINGLIN_TURN_URLS", "").split(",") if url.strip()
)
TURN_SECRET = _secret("XINGLIN_TURN_SECRET")
if TURN_URLS and not TURN_SECRET:
    raise ImproperlyConfigured("XINGLIN_TURN_URLS: the relay's XINGLIN_TURN_SECRET_FILE is missing")
# Media by the relay alone, so that no side learns the other's address.
RELAY_ONLY = os.environ.get("XINGLIN_RELAY_ONLY", "0") == "1"
if RELAY_ONLY and not TURN_URLS:
    raise ImproperlyConfigured("XINGLIN_RELAY_ONLY: there is no relay without XINGLIN_TURN_URLS")
# Captions of calls go by the same gateway as voice notes, where the house wants them: sound of a call
# then leaves the house.
CAPTIONS = os.environ.get("XINGLIN_CAPTIONS", "1" if DEMO else "0") == "1"
TRANSCRIPT_GATEWAY = os.environ.get("XINGLIN_TRANSCRIPT_GATEWAY", "demo" if DEMO else "null")

DEBUG = False
ALLOWED_HOSTS = [
    urlsplit(ORIGIN).hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "testserver",
]
CSRF_TRUSTED_ORIGINS = [ORIGIN]
USE_X_FORWARDED_HOST = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The api and the preparation have the back office; processes that never show it are spared its code.
_BACK_OFFICE = ["unfold.apps.BasicAppConfig", "django.contrib.admin.apps.SimpleAdminConfig"]
INSTALLED_APPS = [
    *(_BACK_OFFICE if os.environ.get("XINGLIN_BACK_OFFICE", "1") == "1" else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "xinglin.foundation.accounts",
    "xinglin.foundation.audit",
    "xinglin.foundation.changes",
    "xinglin.foundation.outbox",
    "xinglin.foundation.live",
    "xinglin.foundation.notices",
    "xinglin.foundation.media",
    "xinglin.foundation.calls",
    "xinglin.foundation.recordings",
    "xinglin.foundation.signing",
    "xinglin.foundation.staffing",
    "xinglin.care.people",
    "xinglin.care.sites",
    "xinglin.care.triage",
    "xinglin.care.consultation",
    "xinglin.care.dispatch",
    "xinglin.care.prescribing",
    "xinglin.care.quality",
    "xinglin.edge.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "xinglin.edge.api.front.FrontMiddleware",
    "xinglin.edge.api.handover.HandOverMiddleware",
    "xinglin.edge.api.limits.LimitsMiddleware",
    "xinglin.edge.api.sessions.SessionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "xinglin.edge.api.idempotency.TransactionMiddleware",
    "xinglin.edge.api.screens.ScreenMiddleware",
    "xinglin.edge.api.idempotency.IdempotencyMiddleware",
    "xinglin.edge.backoffice.door.BackOfficeMiddleware",
]
ROOT_URLCONF = "xinglin.config.urls"
WSGI_APPLICATION = "xinglin.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "xinglin" / "edge" / "backoffice" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
# Of Django's admin and of unfold, from their packages by the front door (host/caddy.py).
STATIC_URL = "/admin/static/"
UNFOLD = back_office.UNFOLD

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///xinglin"))}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "edge_api_cache",
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["xinglin.foundation.accounts.sign_in.backend.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

_HTTPS = ORIGIN.startswith("https://")
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
SESSION_COOKIE_SECURE = _HTTPS
GUEST_COOKIE_NAME = "__Host-guest" if _HTTPS else "guest"
# Of a site: the enrolled browser, and the patient who holds its screen (ADR 0064).
DEVICE_COOKIE_NAME = "__Host-xinglin_device" if _HTTPS else "xinglin_device"
SCREEN_COOKIE_NAME = "__Host-xinglin_screen" if _HTTPS else "xinglin_screen"
# The script of the built page of a site, which names itself by it: empty while nothing is built.
SITE_PAGE = site_page(Path(__file__).parents[1] / "host" / "client" / "site.html")
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "csrf"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "xinglin.edge.api.problems.csrf_failed"
CSRF_HEADER_NAME = "HTTP_X_CSRFTOKEN"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
# The two languages of the back office; what Django and unfold do not say in Chinese is ours.
LOCALE_PATHS = [BASE_DIR / "xinglin" / "edge" / "backoffice" / "locale"]
# Messages are only those of the back office, whose own door sees to them.
SILENCED_SYSTEM_CHECKS = ["admin.E404", "admin.E406", "admin.E409"]

LOGGING = logs.LOGGING
logs.configure()

ROLE_PERMISSIONS = ROLES
STAFF_ROLES = STAFF
SCREEN_PERMISSIONS = SITE_PATIENT
SCREEN_OPERATIONS = SCREENS
OUTBOX_REACTIONS = REACTIONS
# Groups of departments with a leader each; the same number for every process of a hospital.
DISPATCH_SHARDS = int(os.environ.get("XINGLIN_DISPATCH_SHARDS", "1"))
if DISPATCH_SHARDS < 1:
    raise ImproperlyConfigured("XINGLIN_DISPATCH_SHARDS: at least 1")
OUTBOX_WAKES = wakes(DISPATCH_SHARDS)
WORKER_LOOPS = WORKER_LOOPS  # noqa: PLW0127  # re-exported as a setting, so that the floors below can read it.
EXPORT_PARTS = EXPORT_PARTS  # noqa: PLW0127  # the same
CLOSING_OBJECTIONS = CLOSING_OBJECTIONS  # noqa: PLW0127  # the same
SHEET_KINDS = SHEET_KINDS  # noqa: PLW0127  # the same
FIRST_VISIT = FIRST_VISIT  # noqa: PLW0127  # the same

ADDRESS_REQUESTS_PER_MINUTE = int(os.environ.get("XINGLIN_ADDRESS_REQUESTS_PER_MINUTE", "600"))
PERSON_REQUESTS_PER_MINUTE = int(os.environ.get("XINGLIN_PERSON_REQUESTS_PER_MINUTE", "240"))
# Of a page that records a call: four recorders send 120 chunks, and after an outage more.
RECORDER_REQUESTS_PER_MINUTE = int(os.environ.get("XINGLIN_RECORDER_REQUESTS_PER_MINUTE", "600"))

# The live process (docs/guide/live.md). Of one person, in each process; a bench raises them.
LIVE_BUS = os.environ.get("XINGLIN_BUS", "")
LIVE_SENDS_AT_ONCE = float(os.environ.get("XINGLIN_SENDS_AT_ONCE", "120"))
LIVE_SENDS_PER_SECOND = float(os.environ.get("XINGLIN_SENDS_PER_SECOND", "10"))
LIVE_LINES_AT_ONCE = int(os.environ.get("XINGLIN_LINES_AT_ONCE", "20"))
LIVE_FRAMES_AT_ONCE = float(os.environ.get("XINGLIN_FRAMES_AT_ONCE", "500"))
LIVE_FRAMES_PER_SECOND = float(os.environ.get("XINGLIN_FRAMES_PER_SECOND", "50"))

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
