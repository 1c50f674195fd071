"""`python -m deploy.heartbeat scheduler`: exit code 0 while the scheduler (or `worker`) gives its sign of life each minute.

Asked by the container's health check. It asks the database alone, since loading the whole portal each minute would cost more
than what it watches.
"""

import os
import sys

import psycopg2

SILENT_AFTER = "3 minutes"  # as on the page of the state of the system
QUESTION = "SELECT EXISTS (SELECT 1 FROM jobs_heartbeat WHERE name = %s AND at > now() - %s::interval)"


def is_alive(name: str, database: str) -> bool:
    """Whether the last sign of life is fresh; False as well where the database does not answer."""
    try:
        connection = psycopg2.connect(database, connect_timeout=5)
    except psycopg2.OperationalError:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute(QUESTION, (name, SILENT_AFTER))
            return bool(cursor.fetchone()[0])
    except psycopg2.Error:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(not is_alive(sys.argv[1], os.environ["DATABASE_URL"]))
