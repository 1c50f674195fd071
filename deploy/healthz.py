"""Exit code 0 while the web server on this machine answers /healthz/; asked by the container's health check."""

import http.client
import os
import sys
from collections.abc import Mapping


def healthy(port: int, env: Mapping[str, str] = os.environ) -> bool:
    """Whether the portal on `port` of this machine answers, its database included. Asks by the first name of ALLOWED_HOSTS in `env`."""
    host = env.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz/", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not healthy(int(os.environ.get("PORT", "8000"))))
