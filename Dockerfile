# The portal for production: one image for the web server, the worker and the scheduler (docker-compose.yml).
FROM python:3.11-slim-bookworm
# Nothing is written below /srv/portal but to the volumes var/media and var/beat: the image may be mounted read-only.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/srv/portal/.venv/bin:$PATH BIND=0.0.0.0:8000 HOME=/tmp TZ=Asia/Tokyo
WORKDIR /srv/portal

COPY deploy/apt/portal.txt deploy/apt/
RUN apt-get update \
    && xargs apt-get install -y --no-install-recommends < deploy/apt/portal.txt \
    && rm -rf /var/lib/apt/lists/*

COPY requirements-uv.txt requirements.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes -r requirements-uv.txt \
    && .venv/bin/uv pip install --no-cache --python .venv/bin/python --compile-bytecode --require-hashes -r requirements.txt

COPY . .
# Static files are collected with throw-away settings, which do not stay in the image.
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
    && mkdir -p var/media var/beat var/backup \
    && python -m deploy.portal_env > /dev/null \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && rm var/portal.env \
    && python -m compileall -q musashimurayama_isms policy assets incidents audits deploy \
    && chown portal: var/media var/beat

USER portal
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "deploy.healthz"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "musashimurayama_isms.wsgi"]
