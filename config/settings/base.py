"""What every installation shares. No secrets and no ``if DEBUG`` here.

The thin modules beside this one (embedded, production, test) say what differs.
The environment may switch any of them to PostgreSQL (DATABASE_URL) and Redis
(CELERY_BROKER_URL); see docs/deploy.md for the whole list.
"""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.FileAwareEnv()

DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var"))).resolve()
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

# In the order of the imports: a later app may know an earlier one, never the reverse.
OUR_APPS = [
    "vault",
    "audit",
    "accounts",
    "drafts",
    "notices",
    "approvals",
    "documents",
    "hall",
    "reception",
    "cases",
    "briefing",
    "alerts",
    "followup",
    "inquiry",
    "review",
    "archive",
    "diary",
    "reports",
    "upkeep",
]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    *OUR_APPS,
]

MIDDLEWARE = [
    "upkeep.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SessionIdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.DeputyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "drafts.middleware.NotSavedMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.shell",
                "cases.context_processors.todo",
                "reports.context_processors.approvals",
                "reception.context_processors.queue",
                "upkeep.context_processors.pulse",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"

# Five failures for one name from one address lock that pair for fifteen minutes; a whole
# hall behind one address is never locked out together (trust.md Z-06).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Tries during the fifteen minutes do not prolong them: nobody can keep a colleague locked out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "accounts.views.locked_out"
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # in front of us; only then their header is believed
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
AXES_SENSITIVE_PARAMETERS = ["password"]
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=1800)
CSRF_USE_SESSIONS = True
X_FRAME_OPTIONS = "DENY"  # a paper alone may be framed by our own pages, to be printed
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = (
    60  # beyond that the server cuts the connection; the page says so from ATTACHMENT_MAX_FILES on
)
ATTACHMENT_MAX_BYTES = 60 * 1024 * 1024
ATTACHMENT_MAX_FILES = 20  # in one request
ATTACHMENT_MATTER_BYTES = env.int("ATTACHMENT_MATTER_MB", default=1024) * 1024 * 1024  # all files of one matter

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [
    ROOT / "static",
    ("bootstrap", ROOT / "node_modules" / "bootstrap" / "dist"),
    ("signature_pad", ROOT / "node_modules" / "signature_pad" / "dist"),
]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="xinfang@localhost")
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
# Hosts that gateways may be on; empty: whatever the system administrator sets up.
OUTBOX_HOSTS = env.list("OUTBOX_HOSTS", default=[])

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# What an office decides about itself.
OFFICE_CODE = env("OFFICE_CODE", default="430100")
OFFICE_NAME = env("OFFICE_NAME", default="示范市信访局")
OFFICE_MARK = env("OFFICE_MARK", default="示信")
ARCHIVE_FONDS = env("ARCHIVE_FONDS", default="J001")
OFFICE_PHONE = env("OFFICE_PHONE", default="0731-00000000")
GROUP_VISIT_FROM = env.int("GROUP_VISIT_FROM", default=5)
POLICY_OVERLAY = env("POLICY_OVERLAY", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "vault.lines.PlainLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "vault.lines.JsonLine"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": env("LOG_FORMAT", default="line")}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "urllib3": {"level": "INFO"},  # more would write addresses of gateways, and with them their keys
        "weasyprint": {"level": "ERROR"},
    },
}

# Who may read /metrics: whoever brings this token; without one, this machine only.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# The whole verification of the trail; audit itself is too low in the house to know files and numbers.
VERIFY_WITH = "documents.verifying.findings"
# Drafts are lower still: which matters a user may know of is asked through this.
MATTERS_KNOWN_BY = "cases.shielding.known_numbers"
# So are notices: whether what a reminder says still holds is asked through this, right before it leaves the house.
ASK_BEFORE_SENDING = "followup.planning.withdraw_before_sending"
# Following up lies below review: which body has to give an opinion, and who may not, is asked through this.
REVIEWED_BY = "review.chain.deciding"
# And which days are worked is asked through this, to send out in working hours.
WORKING_DAYS_BY = "cases.deadlines.worked_days"

# Keys live outside the database and outside the repository: {kid: key}, the newest first.
VAULT_KEYS = {"1": env("VAULT_KEY", default="")}
VAULT_INDEX_KEY = env("VAULT_INDEX_KEY", default="")
AUDIT_KEY = env("AUDIT_KEY", default="")
