# syntax=docker/dockerfile:1
# The sync server with the app it serves. Runs as a user without a name, on a read-only file system, and needs only /data
# (audit heads, files without a bucket) to be writable. How it is run: deploy/README.md.
#   docker build --tag mentalspace-portal .
#   docker build --tag mentalspace-portal-operator --target operator .   (backups, restores, commands)

FROM node:22-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# No package's own script runs: what is native comes built.
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM packages AS build
COPY . .
RUN node sync-server/start.mjs --prepare-only \
    && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-trixie-slim AS base
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    PORTAL_DATA_DIR=/data \
    PORTAL_METRICS_PORT=9400 \
    PORTAL_METRICS_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./package.json
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/dist ./dist
RUN mkdir --mode=0700 /data && chown 10001:10001 /data
VOLUME /data
USER 10001:10001

# Commands for operators, with PostgreSQL's client programs for backups; Debian 13 has those of PostgreSQL 17, and they read
# servers of up to their own version:
#   docker run … mentalspace-portal-operator backup -- --to /backups/2026-11-28
FROM base AS operator
USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/tsconfig.json /app/tsconfig.base.json ./
COPY --from=build /app/shared ./shared
COPY --from=build /app/sync-server ./sync-server
USER 10001:10001
ENTRYPOINT ["npm", "run", "--silent"]

FROM base AS server
EXPOSE 4000 9400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:9400/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/server/main.mjs"]
