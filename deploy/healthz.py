"""Exit code 0 while the web server on this machine answers /healthz/; asked by the container's health check."""

import http.client
import os
import sys
from collections.abc import Mapping

from dotenv import dotenv_values


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


def settings() -> dict[str, str]:
    """The environment over the file of settings, as the portal reads them."""
    file = os.environ.get("PORTAL_ENV_FILE")
    return {**{name: value or "" for name, value in dotenv_values(file).items()}, **os.environ} if file else dict(os.environ)


if __name__ == "__main__":
    env = settings()
    sys.exit(not healthy(int(env.get("PORT") or "8000"), env))
