"""The embedded settings with throw-away keys, eager tasks and a fast password hasher."""

import base64
import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES, env
from config.settings.database import broker, database

DATA_DIR = Path(env("DATA_DIR", default="") or tempfile.mkdtemp(prefix="reception-test-"))
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"


def _key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


SECRET_KEY = "test-only-secret-key-" + "0" * 40
VAULT_KEYS = {"1": _key("v")}
VAULT_INDEX_KEY = _key("i")
AUDIT_KEY = _key("a")

DATABASES = {"default": database(env, DATA_DIR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: browser and thread tests open it from several connections.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
globals().update(broker(env, DATA_DIR))
CELERY_TASK_ALWAYS_EAGER = env("CELERY_BROKER_URL", default="") == ""
CELERY_TASK_EAGER_PROPAGATES = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
AXES_ENABLED = True
DEMO_ALLOWED = True
ALLOWED_HOSTS = ["*"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
