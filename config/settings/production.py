"""An office on PostgreSQL and Redis behind TLS; every secret comes from the environment or a *_FILE."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, LOGGING, env
from config.settings.database import broker, database

SECRET_KEY = env("DJANGO_SECRET_KEY")
VAULT_KEYS = env.dict("VAULT_KEYS", default=None) or {"1": env("VAULT_KEY")}
VAULT_INDEX_KEY = env("VAULT_INDEX_KEY")
AUDIT_KEY = env("AUDIT_KEY")

DATABASES = {"default": database(env, DATA_DIR)}
globals().update(broker(env, DATA_DIR))
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
DEMO_ALLOWED = False

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.int("TRUSTED_PROXIES", default=0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
LOGGING["handlers"]["console"]["formatter"] = env("LOG_FORMAT", default="json")
LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sid"
CSRF_COOKIE_SECURE = True
