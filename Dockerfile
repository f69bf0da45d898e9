# syntax=docker/dockerfile:1
# The bot as a small image without a shell, for compose.yaml and for platforms that take a Dockerfile. `cargo xtask deploy` holds it against the
# code. No secret goes into it: everything is configured by the environment.

# The manifests with empty sources: this stage's result changes only when a dependency does, so the next stage's long step stays cached.
FROM rust:1.95.0-slim-bookworm AS skeleton
WORKDIR /tree
COPY . .
RUN mkdir /skeleton \
    && find . -name Cargo.toml -o -name Cargo.lock | while read -r file; do \
         mkdir -p "/skeleton/$(dirname "$file")" && cp "$file" "/skeleton/$file"; \
       done \
    && find . -path '*/src/lib.rs' -o -path '*/src/main.rs' -o -path '*/benches/*.rs' | while read -r file; do \
         mkdir -p "/skeleton/$(dirname "$file")" && echo 'fn main() {}' > "/skeleton/$file"; \
       done

FROM rust:1.95.0-slim-bookworm AS build
# The pinned toolchain is this image's own: rustup has nothing to fetch.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /build
COPY --from=skeleton /skeleton .
RUN cargo build --release --locked -p kiebot --no-default-features
COPY . .
# Sources are older than what was built of the empty ones, and cargo goes by that.
RUN find crates -name '*.rs' -exec touch {} + \
    && cargo build --release --locked -p kiebot --no-default-features \
    && mkdir -p /data

# The C library, certificates and an unprivileged user, nothing else.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /build/target/release/kiebot /usr/local/bin/kiebot
# For a SQLite file, if one is wanted: DATABASE_URL=sqlite:///data/kiebot.db and a volume here.
COPY --from=build --chown=nonroot:nonroot /data /data
USER nonroot
EXPOSE 8080
# Docker only marks the container; restarting is the restart policy's, and both ask for life, not for readiness.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["/usr/local/bin/kiebot", "health"]
ENTRYPOINT ["/usr/local/bin/kiebot"]
CMD ["serve"]
