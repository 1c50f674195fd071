"""How gunicorn serves the portal; the same file for the trial and for production, set by the environment."""

import os

bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # seconds; whatever takes longer is a job of the worker
graceful_timeout = 5
max_requests = 5000
max_requests_jitter = 500
worker_tmp_dir = "/dev/shm"  # the heartbeat file must not wait for a disk  # noqa: S108  # nosec B108
control_socket_disable = True
