"""One office, one machine: SQLite, a folder as broker, keys kept under DATA_DIR.

This is what ``./run`` uses. Keys are made once and stay beside the data, because a
database without its keys cannot be read again.
"""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, STORAGES, env
from config.settings.database import broker, database
from config.settings.secrets import local_secrets

_secrets = local_secrets(DATA_DIR)
SECRET_KEY = env("DJANGO_SECRET_KEY", default=_secrets["DJANGO_SECRET_KEY"])
VAULT_KEYS = {"1": env("VAULT_KEY", default=_secrets["VAULT_KEY"])}
VAULT_INDEX_KEY = env("VAULT_INDEX_KEY", default=_secrets["VAULT_INDEX_KEY"])
AUDIT_KEY = env("AUDIT_KEY", default=_secrets["AUDIT_KEY"])

DATABASES = {"default": database(env, DATA_DIR)}
globals().update(broker(env, DATA_DIR))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DEMO_ALLOWED = True
# Names carry a hash, but nothing is compressed: on loopback that saves nothing and costs some ten seconds of set-up.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}

SILENCED_SYSTEM_CHECKS = [
    # The embedded office answers on loopback over plain HTTP; production.py is checked in full.
    "security.W004",
    "security.W008",
    "security.W012",
    "security.W016",
    "security.W019",
    "axes.W006",
]
