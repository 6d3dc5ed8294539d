# syntax=docker/dockerfile:1
# Two images from one file:
#   web          the site; by another command also the dispatcher, the text worker and `manage.py migrate`
#   gpu-worker   the painter: the same code, and torch with CUDA
# See docs/deployment.md.

FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 \
    PATH=/venv/bin:$PATH
# What typesets the PDFs (Pango), and fonts for the scripts that ours in stories/books/fonts lack.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*

# ---- What is installed, in stages of its own: a change of the code does not install it again ----

FROM base AS packages
RUN python -m venv /venv
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt

FROM packages AS gpu-packages
COPY requirements-gpu.txt ./
# For Linux the package index has torch with CUDA; the driver comes from the host.
RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements-gpu.txt

# ---- The code, and whom it runs as ----

FROM base AS app
RUN useradd --uid 10001 --create-home starloom \
    && install --directory --owner=starloom --group=starloom /data /data/media /models
# Volumes mounted below these take over their owner.
ENV DATA_DIR=/data \
    HF_HOME=/models
WORKDIR /app
COPY manage.py ./
COPY agents agents
COPY imaging imaging
COPY stories stories
COPY story_generator story_generator
COPY templates templates
COPY locale locale
COPY static static

FROM app AS gpu-worker
COPY --from=gpu-packages /venv /venv
USER starloom
# Solo: it paints in its own process, because CUDA does not survive a fork.
CMD ["celery", "-A", "story_generator", "worker", "--loglevel=INFO", "--without-gossip", "--without-mingle", \
     "--without-heartbeat", "-Q", "gpu", "-P", "solo", "-n", "gpu@%h"]

FROM app AS web
COPY --from=packages /venv /venv
# Nothing is connected to; the values only let the settings load.
RUN SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build OLLAMA_BASE_URL=http://build \
    DATA_DIR=/tmp python manage.py collectstatic --noinput
USER starloom
EXPOSE 8000
# By http.client, which asks no proxy. ALLOWED_HOSTS has to name 127.0.0.1.
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client as http, sys; site = http.HTTPConnection('127.0.0.1', 8000, timeout=8); site.request('GET', '/health/'); sys.exit(site.getresponse().status != 200)"]
CMD ["gunicorn", "story_generator.asgi", "--bind", "0.0.0.0:8000", \
     "--worker-class", "story_generator.server.Worker", "--workers", "2", "--graceful-timeout", "10", "--keep-alive", "75", \
     "--no-control-socket", "--logger-class", "story_generator.server.Logger"]
