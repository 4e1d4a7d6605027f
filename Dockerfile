# One image for every role: `radica up --role web`, `--role worker`, or all in one.
# The exact versions that were tested, checked by their hashes; then Radica itself.
FROM python:3.12-slim AS built
WORKDIR /src
RUN python -m venv /desk
COPY requirements.lock ./
RUN /desk/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE slack-app-manifest.yaml ./
COPY bot bot
COPY handlers handlers
COPY kb kb
COPY policy policy
COPY scheduler scheduler
COPY store store
RUN /desk/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --system --create-home --home-dir /var/lib/radica radica
COPY --from=built /desk /desk
ENV PATH=/desk/bin:$PATH PYTHONUNBUFFERED=1
USER radica
WORKDIR /var/lib/radica
EXPOSE 8080
# Radica ends within 25 seconds of this signal, with nothing lost.
STOPSIGNAL SIGTERM
CMD ["radica", "up"]
