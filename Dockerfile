# Debian, not Alpine: the embedded engine has no wheels for musl.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DIRECTORY_HOST=0.0.0.0 \
    DIRECTORY_PORT=8000 \
    DIRECTORY_GRAPH=embedded:/data/graph

RUN useradd --system --uid 10001 --create-home directory \
    && mkdir /data \
    && chown directory /data

WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY graph graph
COPY directory directory
COPY schema schema
COPY importers importers
RUN pip install .

USER directory
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['DIRECTORY_PORT']}/readyz\", timeout=4)"]

# exec form: signals reach the server, which then ends cleanly.
CMD ["directory", "serve"]
