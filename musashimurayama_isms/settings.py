"""Settings of the portal: read from the environment, closed by default. docs/administration/settings.md lists them."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from musashimurayama_isms import log_on
from musashimurayama_isms.env import PortalEnv
from musashimurayama_isms.logs import shape
from musashimurayama_isms.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
ENV_FILE = Path(os.environ.get("PORTAL_ENV_FILE") or VAR_DIR / "portal.env")
env = PortalEnv(ENV_FILE)

# -- what this installation is ------------------------------------------------------------------------------------
PORTAL_MODE = env.mode()
PORTAL_NAME = env.text("PORTAL_NAME", "情報セキュリティポータル")
CITY_NAME = env.text("CITY_NAME", "武蔵村山市")
IS_TRIAL = PORTAL_MODE == "trial"
PORTAL_CONTACT = env.text("PORTAL_CONTACT", "行政経営課（ポータル管理者）")  # whom a locked-out person calls
PORTAL_URL = env.text("PORTAL_URL", "http://localhost:8000")  # for links in mails
DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY")
TRAIL_KEYS = env.trail_keys("TRAIL_KEYS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1"]) if IS_TRIAL else env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "musashimurayama_isms.trail",
    "musashimurayama_isms.search",
    "musashimurayama_isms.accounts",
    "musashimurayama_isms.parameters",
    "musashimurayama_isms.notifications",
    "musashimurayama_isms.rounds",
    "musashimurayama_isms.jobs",
    "musashimurayama_isms.exports",
    "musashimurayama_isms.upkeep",
    "musashimurayama_isms.files",
    "musashimurayama_isms.approvals",
    "musashimurayama_isms.duties",
    "policy",
    "assets",
    "incidents",
    "audits",
    "musashimurayama_isms.disclosure",
    "musashimurayama_isms.backup",
    "musashimurayama_isms.retention",
    "musashimurayama_isms.dashboard",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_filters",
]

MIDDLEWARE = [
    "musashimurayama_isms.logs.requests.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "musashimurayama_isms.accounts.middleware.ProxyUserMiddleware",
    "musashimurayama_isms.accounts.middleware.AskOnceMiddleware",
    "musashimurayama_isms.accounts.typed.KeepTypedMiddleware",
    "musashimurayama_isms.accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "musashimurayama_isms.accounts.middleware.PasswordChangeFirstMiddleware",
    "musashimurayama_isms.accounts.middleware.FactorFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "musashimurayama_isms.retention.middleware.DestroyedRecordMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "musashimurayama_isms.urls"
WSGI_APPLICATION = "musashimurayama_isms.wsgi.application"
FORM_RENDERER = "musashimurayama_isms.fields.PortalRenderer"

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
                "musashimurayama_isms.dashboard.context_processors.frame",
            ],
        },
    },
]

# -- database: the truth for every job, mail and reminder ------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if not IS_TRIAL and not env.yes("ALLOW_SQLITE_IN_PRODUCTION", False):
        raise ImproperlyConfigured(
            "本番では PostgreSQL を使ってください（設定 DATABASE_URL）。"
            "SQLite で動かす場合は ALLOW_SQLITE_IN_PRODUCTION=true と明示してください。"
        )
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling a question costs half a second and is meant for reports over millions of rows; ours are over long before.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# -- Redis and Celery: they only carry -------------------------------------------------------------------------------
REDIS_URL = env.redis("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "isms"}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "max_retries": 1,  # of a publish; kombu would try for some seconds, and a person would wait for it
    "interval_start": 0,
    "interval_step": 0,
}
CELERY_TASK_PUBLISH_RETRY = False  # the row is the truth: a broker that is away is swept up later, the request must not wait
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = env.text("BEAT_FILE", str(VAR_DIR / "celerybeat-schedule"))  # when each task was last sent

# -- people and log-in (3.10.2.6, 3.9.4) -----------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "musashimurayama_isms.accounts.adapter.PortalAccountAdapter"
ACCOUNT_FORMS = {
    "login": "musashimurayama_isms.accounts.entrance.forms.LogInForm",
    "change_password": "musashimurayama_isms.accounts.entrance.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = False  # failures are counted by axes in the database, shared by all web processes
USERSESSIONS_TRACK_ACTIVITY = False
AXES_FAILURE_LIMIT = env.whole("LOGIN_FAILURE_LIMIT", 5, at_least=1)
AXES_COOLOFF_TIME = timedelta(minutes=env.whole("LOGIN_LOCK_MINUTES", 15, at_least=1))
AXES_LOCKOUT_PARAMETERS = ["username"]  # behind one proxy all staff share an address
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "musashimurayama_isms.accounts.entrance.lockout.username_of"  # capitals and full-width are no way round
AXES_LOCKOUT_CALLABLE = "musashimurayama_isms.accounts.entrance.lockout.locked_page"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody keeps another out by going on
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # failures are summed by user ID alone, another address or browser opens no new count
    "security.W005",  # HSTS for this host alone: the city's domain carries other systems too
    "security.W021",  # no preload list either: the host is not on the internet
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "musashimurayama_isms.accounts.entrance.password_rules.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "musashimurayama_isms.accounts.entrance.password_rules.ObviousWordsValidator"},
]
PASSWORD_LIST = env.text("PASSWORD_LIST", "")  # a file of leaked passwords, one a line
if PASSWORD_LIST and not Path(PASSWORD_LIST).is_file():
    raise ImproperlyConfigured(f"設定 PASSWORD_LIST のファイル {PASSWORD_LIST} がありません。")

# -- second factors (3.8.4.3) and the log-on of the PC -----------------------------------------------------------------
SECOND_FACTOR = env.yes("SECOND_FACTOR", not IS_TRIAL)  # whether roles that decide must have one
MFA_ADAPTER = "musashimurayama_isms.accounts.entrance.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "musashimurayama_isms.accounts.entrance.factor_forms.CodeForm",
    "authenticate_webauthn": "musashimurayama_isms.accounts.entrance.factor_forms.PasskeyForm",
}
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
PROXY = log_on.proxy(env)
SAML = log_on.saml(env)
DIRECTORY_BACKEND = "django_auth_ldap.backend.LDAPBackend"
if directory := log_on.directory(env):
    globals().update(directory)
    AUTHENTICATION_BACKENDS.insert(1, DIRECTORY_BACKEND)
# ways that have asked for a second factor by themselves, such as an IC card at the log-on of the PC
STRONG_WAYS = {way for way, name in (("proxy", "PROXY_IS_STRONG"), ("saml", "SAML_IS_STRONG")) if env.yes(name, False)}
SESSION_IDLE = timedelta(minutes=env.whole("SESSION_IDLE_MINUTES", 30, at_least=1))
SESSION_ABSOLUTE = timedelta(hours=env.whole("SESSION_ABSOLUTE_HOURS", 12, at_least=1))
SESSION_ENGINE = "musashimurayama_isms.accounts.sessions"
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "isms_session"

# -- transport and browser -------------------------------------------------------------------------------------------
HTTPS = env.yes("HTTPS", not IS_TRIAL)
if not IS_TRIAL and not HTTPS:
    raise ImproperlyConfigured("本番では設定 HTTPS を false にできません。TLS を終端する中継サーバを置いてください。")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^metrics$"]  # asked inside the server, without the relay
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the city's domain carries other systems too
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "musashimurayama_isms.dashboard.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# -- language, time --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語")]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# -- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
# A release from a bundle has its static files beside its code, so that two releases on one machine never read each other's.
STATIC_ROOT = delivered if (delivered := BASE_DIR / "collected").is_dir() else VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "musashimurayama_isms.statics.RememberingStorage",
        # root collects them, the portal reads them: the closed modes of attachments below would shut it out
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
MEDIA_ROOT = Path(env.text("MEDIA_DIR", str(VAR_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
ATTACHMENT_MEGABYTES = env.whole("ATTACHMENT_MEGABYTES", 25, at_least=1)
RECORD_MEGABYTES = env.whole("RECORD_MEGABYTES", 100, at_least=1)
CLAMD_SOCKET = env.text("CLAMD_SOCKET", "")  # a virus scanner: /run/clamav/clamd.ctl or host:port; off when empty
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
POLICY_FILE = env.text("POLICY_FILE", "")

# -- backups: sealed under a key of their own, which never lies beside them -------------------------------------------
BACKUP_DIR = env.text("BACKUP_DIR", "")  # where the clock puts them; none are made by themselves when empty
BACKUP_KEY = env.key("BACKUP_KEY")  # or a file: BACKUP_KEY_FILE
BACKUP_KEEP = env.whole("BACKUP_KEEP", 14, at_least=1)

# -- mail: may be absent on a closed network, the in-app inbox alone must suffice ------------------------------------
MAIL_ENABLED = env.yes("MAIL_ENABLED", False)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST") if MAIL_ENABLED else ""
EMAIL_PORT = env.whole("EMAIL_PORT", 25, at_least=1)
EMAIL_USE_TLS = env.yes("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL") if MAIL_ENABLED else "portal@localhost"
EMAIL_SUBJECT_PREFIX = "【ISMS】"

# -- what the processes say of themselves ----------------------------------------------------------------------------
LOG_FORMAT = env.one_of("LOG_FORMAT", shape.FORMATS, "plain")
LOGGING = shape.logging_of(LOG_FORMAT, env.one_of("LOG_LEVEL", shape.LEVELS, "WARNING"))
METRICS_ADDRESSES = env.networks("METRICS_ADDRESSES")  # who may ask /metrics; nobody when empty
TRAIL_HEAD_FILE = env.text("TRAIL_HEAD_FILE", "")  # where the head of the trail is kept outside the database
SETTINGS_ASKED = frozenset(env.asked)  # the last line: names that nothing has asked for are misspelt
