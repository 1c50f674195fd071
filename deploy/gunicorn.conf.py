"""How gunicorn serves the portal; the same file for the trial and for production, set by the environment.

A service manager may hand the listening socket over (LISTEN_FDS): then `bind` counts for nothing, and no request is lost while
one server ends and the next one starts. HUP starts new workers before the old ones end.
"""

import os

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # seconds; whatever takes longer is a job of the worker
graceful_timeout = int(os.environ.get("WEB_GRACE_SECONDS", "5"))
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # the heartbeat file must not wait for a disk  # noqa: S108  # nosec B108
control_socket_disable = True
accesslog = None  # addresses hold keys and words of search: the portal tells of each request itself, without them
if os.environ.get("LOG_FORMAT") == "json":
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "musashimurayama_isms.logs.lines.JsonFormatter"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }
