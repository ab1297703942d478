# The bot as an image: everything from the lock, no build tools, not root, data in /data.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/imagine
COPY requirements.lock /src/
RUN /opt/imagine/bin/pip install --require-hashes --requirement /src/requirements.lock
COPY pyproject.toml manifest.yml README.md LICENSE CHANGELOG.md /src/
COPY bot /src/bot
RUN /opt/imagine/bin/pip install --no-deps --no-build-isolation /src

FROM python:3.13-slim
# ca-certificates: one place where a private authority can be added (update-ca-certificates)
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --no-create-home imagine \
    && install --directory --owner imagine --group imagine --mode 0700 /data
COPY --from=build /opt/imagine /opt/imagine
ENV PATH=/opt/imagine/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    IMAGINE_DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=3000
USER imagine
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["imagine-bot"]
CMD ["serve"]
