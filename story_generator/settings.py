"""Settings, all of them from the environment; `.env.example` tells what each one means.

Order of precedence: the environment, then `.env`, then `DATA_DIR/embedded.env`, which `make run` writes
while its embedded services are up so that `manage.py` commands in another terminal find them.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.management.utils import get_random_secret_key
from redis.backoff import NoBackoff
from redis.retry import Retry

from story_generator import logs, policies
from story_generator.desk import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
env.read_env(DATA_DIR / "embedded.env")

# What the application knows of the outside. Where one is unset, a system check says so and what to do.
DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
OLLAMA_BASE_URL = env.str("OLLAMA_BASE_URL", default="")
OLLAMA_MODEL = env.str("OLLAMA_MODEL", default="llama3.2")
OLLAMA_NUM_CTX = env.int("OLLAMA_NUM_CTX", default=8192)
OLLAMA_NUM_PARALLEL = env.int("OLLAMA_NUM_PARALLEL", default=2)
OLLAMA_KEEP_ALIVE = env.str("OLLAMA_KEEP_ALIVE", default="10m")
LLM_TIMEOUT = env.float("LLM_TIMEOUT", default=600.0)
LLM_PATIENCE = env.float("LLM_PATIENCE", default=3600.0)
IMAGE_MODEL = env.str("IMAGE_MODEL", default="sketch")
IMAGE_SIZE = env.str("IMAGE_SIZE", default="")
IMAGE_STEPS = env.str("IMAGE_STEPS", default="")
IMAGE_GUIDANCE = env.str("IMAGE_GUIDANCE", default="")
IMAGE_SCHEDULER = env.str("IMAGE_SCHEDULER", default="")
IMAGE_BATCH = env.str("IMAGE_BATCH", default="auto")
IMAGE_DTYPE = env.str("IMAGE_DTYPE", default="auto")
IMAGE_COMPILE = env.bool("IMAGE_COMPILE", default=False)
PAINT_TIMEOUT = env.float("PAINT_TIMEOUT", default=1800.0)
SCENE_SIZE = env.str("SCENE_SIZE", default="1024x768")

# The life of a step: see stories/steps.py.
WORKER_GROWTH_MAX = env.int("WORKER_GROWTH_MAX", default=2048)
STEP_LEASE = env.float("STEP_LEASE", default=15.0)
STOP_GRACE = env.float("STOP_GRACE", default=2.0)
GENERATIONS_RUNNING_PER_PERSON = env.int("GENERATIONS_RUNNING_PER_PERSON", default=2)
GENERATIONS_WAITING_PER_PERSON = env.int("GENERATIONS_WAITING_PER_PERSON", default=30)
GENERATIONS_PER_ADDRESS = env.int("GENERATIONS_PER_ADDRESS", default=120)
GENERATIONS_WAITING_MOST = env.int("GENERATIONS_WAITING_MOST", default=2000)
GPU_PICTURES_PER_PERSON = env.int("GPU_PICTURES_PER_PERSON", default=240)
GPU_PICTURES_PER_ADDRESS = env.int("GPU_PICTURES_PER_ADDRESS", default=2400)
IMPORTS_PER_PERSON = env.int("IMPORTS_PER_PERSON", default=20)
IMPORTS_PER_ADDRESS = env.int("IMPORTS_PER_ADDRESS", default=100)
MAX_IMAGE_PIXELS = env.int("MAX_IMAGE_PIXELS", default=4_000_000)

# Requests of a minute: see stories/rates.py.
READS_PER_PERSON = env.int("READS_PER_PERSON", default=1200)
READS_PER_ADDRESS = env.int("READS_PER_ADDRESS", default=12_000)
WRITES_PER_PERSON = env.int("WRITES_PER_PERSON", default=120)
WRITES_PER_ADDRESS = env.int("WRITES_PER_ADDRESS", default=1200)
COSTLY_PER_PERSON = env.int("COSTLY_PER_PERSON", default=60)
COSTLY_PER_ADDRESS = env.int("COSTLY_PER_ADDRESS", default=600)
LIVE_STREAMS_PER_PERSON = env.int("LIVE_STREAMS_PER_PERSON", default=3)
LIVE_STREAMS_PER_ADDRESS = env.int("LIVE_STREAMS_PER_ADDRESS", default=300)
LOGIN_TRIES = env.int("LOGIN_TRIES", default=5)
LOGIN_REST_MINUTES = env.int("LOGIN_REST_MINUTES", default=15)

# How long what is kept: see stories/housekeeping.py.
TRASH_DAYS = env.int("TRASH_DAYS", default=30)
VISITOR_DAYS = env.int("VISITOR_DAYS", default=400)
EVENTS_DAYS = env.int("EVENTS_DAYS", default=180)
PRIVATE_STORY_DAYS = env.int("PRIVATE_STORY_DAYS", default=0)

# Without one a system check stops every command; until it has spoken, a random one is safe, if short-lived.
SECRET_KEY_IS_SET = bool(env.str("SECRET_KEY", default=""))
SECRET_KEY = env.str("SECRET_KEY", default="") or get_random_secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUST_PROXY = env.bool("TRUST_PROXY", default=False)
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=False)
SENDFILE = env.str("SENDFILE", default="").lower()
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_LOCAL = env.bool("METRICS_LOCAL", default=False)
LOG_FORMAT = env.str("LOG_FORMAT", default="console")

INSTALLED_APPS = [
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_celery_results",
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "story_generator",
    "stories",
]

MIDDLEWARE = [
    "story_generator.requests.trace",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # so early for what others below answer
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "story_generator.policies.loosen",
    "story_generator.policies.keep_private",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "story_generator.packing.PackWords",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "story_generator.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "story_generator.urls"
WSGI_APPLICATION = "story_generator.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "stories.web.context.makers",
                "stories.web.context.words_for_scripts",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    },
]

# A pool of at most twelve connections a process. `close()` gives one back at once, so that none waits on a
# model (law 3), and each is tried before it is lent: a restarted PostgreSQL costs no failed request. A try to
# connect that fails is given up soon: by default the pool waits longer after each, up to minutes.
_database: dict[str, Any] = (
    env.db_url("DATABASE_URL") if DATABASE_URL else {"ENGINE": "django.db.backends.postgresql"}
)
DATABASES = {
    "default": {
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 0, "max_size": 12, "timeout": 10, "max_idle": 60, "reconnect_timeout": 3},
            "application_name": "starloom",
            # A host that vanished is noticed within 10 s, even in the middle of a statement.
            "connect_timeout": 5,
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 4,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            # The same few statements run again and again: let PostgreSQL plan them once a connection.
            "server_side_binding": True,
            "prepare_threshold": 3,
            **_database.get("OPTIONS", {}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and cache share the Redis server in two databases, so that neither can empty the other.
_redis = urlsplit(REDIS_URL)
_number = _redis.path.strip("/") or "0"
_cache_url = _redis._replace(path=f"/{int(_number) + 1 if _number.isdigit() else 1}").geturl()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache_url,
        "KEY_PREFIX": "starloom",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2, "retry": Retry(NoBackoff(), 0)},
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT = "story_generator.broker:Transport"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# No retries inside a publish: the step stays ready in its row, and the dispatcher comes by again.
# A worker that hears nothing from Redis any more connects anew within 7 s (1 s and twice the interval).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    "health_check_interval": 3,
    "max_retries": 0,
}
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "text"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONSUMER = "story_generator.consumer:Consumer"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
# Where SIGTERM is made a SIGQUIT (docker-compose.yml), a worker ends after this, whatever it is at. By then
# it has handed back what it was at (stories/stopping.py).
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = STOP_GRACE + 3.0
# Only maintenance tasks, whose outcome a curator reads in the admin, keep a result.
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True  # with the name of the task

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["stories.api.throttles.Pace"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "stories.api.errors.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Starloom",
    "DESCRIPTION": (
        "One sentence becomes an illustrated story.\n\n"
        "No key is needed to begin: a story that was made from a bare address is opened by its UUID, and "
        "listed nowhere. To find yours again, be somebody: sign in, or send `Authorization: Token …`. A "
        "curator makes tokens in the admin, or `python manage.py drf_create_token NAME` does.\n\n"
        "Texts are trimmed, and what cannot be seen counts as nothing. Fields and parameters that are not "
        "named here are ignored; answers may come to hold more of them. Every answer bears an "
        "`X-Request-ID`, by which the log of the server is searched."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "stories.api.schema.ask_for_some",
    ],
    "COMPONENT_SPLIT_PATCH": False,  # which may be left out is said field by field
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

LOGIN_REDIRECT_URL = "admin:index"  # nobody but curators signs in
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# Who guesses passwords is shut out by name and address together: nobody can shut out somebody else from
# elsewhere. Counted in PostgreSQL, so that it holds although Redis is emptied.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = LOGIN_TRIES
AXES_COOLOFF_TIME = timedelta(minutes=LOGIN_REST_MINUTES)
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "stories.web.signing_in.address_of"
AXES_LOCKOUT_CALLABLE = "stories.web.signing_in.shut_out"
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is nobody's business
AXES_ENABLE_ADMIN = False  # `manage.py axes_reset_username NAME` unlocks: docs/curators.md
AXES_VERBOSE = False

# The languages of the pages, by their own names; how to add one is told in CONTRIBUTING.md.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "story_generator.formats"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Files are found where they lie, so that nothing has to be collected before the first page. Names that
# carry a hash of their content (see `make css`) may be kept by browsers for ever.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+\.[0-9a-f]{8,}\..+$"
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# A visitor's stories are found by the key in their session; it is renewed each day (stories/people.py).
SESSION_COOKIE_AGE = VISITOR_DAYS * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^(health|metrics)/$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = policies.PAGES
PERMISSIONS_POLICY = policies.PERMISSIONS
CSRF_FAILURE_VIEW = "stories.web.errors.csrf_failure"
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Django bounds fields and not files. Only a project file (stories/books/importing.py) is ever sent as one.
FILE_UPLOAD_MAX_BYTES = 128 * 2**20
FILE_UPLOAD_HANDLERS = [
    "stories.uploads.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = logs.configure(env.str("LOG_LEVEL", default="INFO"), LOG_FORMAT)
