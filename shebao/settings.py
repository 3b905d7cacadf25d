"""Settings, all from the environment and the data folder.

SHEBAO_PROFILE      jilin | ebao | guangxi (default jilin)
SHEBAO_HOME         data folder of this instance (default .shebao/<profile> in the checkout)
SHEBAO_SECRET_FILE  secret for signing and blind indexes (default <home>/secret)
SHEBAO_PRODUCTION   1: refuse to start when a security control is off; cookies only over HTTPS
SHEBAO_BASE_URL     public address printed on certificates (default http://127.0.0.1:8000)
SHEBAO_SCANNER      clamd that looks for malware in materials: tcp://host:port or unix:///path (default: as the profile says)
SHEBAO_CARD_SOURCE  address of the social-security-card source (ebao; default: the simulator of the demonstration)
SHEBAO_SMS_GATEWAY  address of the SMS gateway (docs/messages.md; default: the simulator of the demonstration)
SHEBAO_SMS_TOKEN_FILE  file with the bearer token of that gateway (default: none)
SHEBAO_SMTP         mail server, smtp://, smtp+starttls:// or smtps://user:password@host:port (default: no mail)
SHEBAO_MAIL_FROM    sender of mail (default no-reply@localhost)
SHEBAO_BANK_FOLDER  folder shared with the bank (docs/payments.md; default: HOME/bank with the demonstration's bank)
SHEBAO_EXCHANGE_FOLDER  folder shared with other agencies (docs/transfers.md; default: HOME/exchange, simulated)
SHEBAO_PUSH_HOSTS   host names of permitted push services, separated by commas (default: no push)
SHEBAO_MAP_SOURCE   address of the map source (default: [map] of profile.toml; without one there is a list only)
SHEBAO_HOSTS        host names served, separated by commas (default: loopback only)
The addresses and passwords of the database roles stand in <home>/database.json, written by `shebao serve`
from the embedded server or from DATABASE_URL.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROFILE = os.environ.get("SHEBAO_PROFILE", "jilin")
PROFILES = Path(os.environ.get("SHEBAO_PROFILES", str(ROOT / "profiles")))
HOME = Path(os.environ.get("SHEBAO_HOME", str(ROOT / ".shebao" / PROFILE))).resolve()
SECRET_FILE = Path(os.environ.get("SHEBAO_SECRET_FILE", str(HOME / "secret")))
PRODUCTION = os.environ.get("SHEBAO_PRODUCTION", "") == "1"
SCANNER = os.environ.get("SHEBAO_SCANNER", "")
CARD_SOURCE = os.environ.get("SHEBAO_CARD_SOURCE", "http://127.0.0.1:8102")
_sms_token_file = os.environ.get("SHEBAO_SMS_TOKEN_FILE", "")
SMS_TOKEN = Path(_sms_token_file).read_text("ascii").strip() if _sms_token_file else ""
SMTP = os.environ.get("SHEBAO_SMTP", "")
MAIL_FROM = os.environ.get("SHEBAO_MAIL_FROM", "no-reply@localhost")
BANK_FOLDER = os.environ.get("SHEBAO_BANK_FOLDER", "")
EXCHANGE_FOLDER = os.environ.get("SHEBAO_EXCHANGE_FOLDER", "")
PUSH_HOSTS = tuple(host for host in os.environ.get("SHEBAO_PUSH_HOSTS", "").split(",") if host)
MAP_SOURCE = os.environ.get("SHEBAO_MAP_SOURCE", "")
BASE_URL = os.environ.get("SHEBAO_BASE_URL", "http://127.0.0.1:8000")

_profile_file = PROFILES / PROFILE / "profile.toml"
DEPLOYMENT: dict[str, Any] = tomllib.loads(_profile_file.read_text("utf-8")) if _profile_file.exists() else {}

_sms_port = DEPLOYMENT.get("messages", {}).get("demo_port", 8103)
SMS_GATEWAY = os.environ.get("SHEBAO_SMS_GATEWAY", f"http://127.0.0.1:{_sms_port}")
SECRET_KEY = SECRET_FILE.read_text("ascii").strip() if SECRET_FILE.exists() else "not-installed-yet" * 3
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("SHEBAO_HOSTS", "127.0.0.1,localhost,testserver").split(",") if h]

INSTALLED_APPS = [
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "shebao.privacy.apps.RoomConfig",
    "shebao.registry.apps.RoomConfig",
    "shebao.identity.apps.RoomConfig",
    "shebao.documents.apps.RoomConfig",
    "shebao.appointments.apps.RoomConfig",
    "shebao.notices.apps.RoomConfig",
    "shebao.cases.apps.RoomConfig",
    "shebao.batch.apps.RoomConfig",
    "shebao.web.apps.RoomConfig",
    "shebao.desk.apps.RoomConfig",
]
MIDDLEWARE = [
    "shebao.web.middleware.observe",
    "shebao.web.middleware.harden",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "shebao.web.middleware.identify",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shebao.web.middleware.refuse",
    "shebao.web.middleware.attend",
]
ROOT_URLCONF = "shebao.urls"
WSGI_APPLICATION = "shebao.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["shebao.web.context.shell", "django.template.context_processors.csrf"]
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["security.W003"]

ROLES = {
    "default": "shebao_app",
    "login": "shebao_login",
    "worker": "shebao_worker",
    "keys": "shebao_keys",
    "owner": "shebao_owner",
}
PREPARED = {"server_side_binding": True, "prepare_threshold": 0}


def _databases() -> dict[str, dict[str, Any]]:
    file = HOME / "database.json"
    address: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    name = address.get("name", f"shebao_{PROFILE}")
    return {
        alias: {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": f"{name}_keys" if alias == "keys" else name,
            "USER": role,
            "PASSWORD": address.get("passwords", {}).get(role, ""),
            "HOST": address.get("host", "127.0.0.1"),
            "PORT": address.get("port", 5432),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": alias != "default",
            "DISABLE_SERVER_SIDE_CURSORS": True,
            "OPTIONS": {
                **address.get("options", {}),
                "application_name": alias,
                **(PREPARED if alias in ("default", "login") else {}),
            },
        }
        for alias, role in ROLES.items()
    }


DATABASES = _databases()
DATABASE_ROUTERS: list[str] = []

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or os.environ.get("SHEBAO_COLLECT") == "1"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_COOKIE = "sb_session"
CSRF_COOKIE_NAME = "sb_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shebao.web.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none';"
    " base-uri 'none'",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), accelerometer=(), gyroscope=(), payment=(),"
    " usb=()",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
FILE_UPLOAD_HANDLERS = ["shebao.cases.papers.uploads.InMemory"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "shebao.privacy.watch.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "CRITICAL"}, "django.server": {"level": "CRITICAL"}},
}
