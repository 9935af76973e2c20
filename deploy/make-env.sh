#!/usr/bin/env bash
# Write .env with passwords made here and now, for `docker compose`. Never replaces one that is there:
# MongoDB keeps the passwords of its first start, and API keys are hashed with GUANXI_SECRET.
set -euo pipefail
cd "$(dirname "$0")/.."

file=${1:-.env}
random() { od -An -vtx1 -N "$1" /dev/urandom | tr -d ' \n'; }

if [ -e "$file" ]; then
  printf '%s is there already; it is left as it is\n' "$file" >&2
  exit 1
fi
umask 077
set -o noclobber
cat >"$file" <<EOF
# Made by deploy/make-env.sh. Keep it as you keep your passwords; .env.example says what each is for.
GUANXI_SECRET=$(random 32)
KAFKA_PASSWORD=$(random 24)
MONGO_ROOT_PASSWORD=$(random 24)
MONGO_PASSWORD=$(random 24)
MONGO_REPLICA_KEY=$(random 48)
EOF
printf 'wrote %s, readable by you only\n' "$file" >&2
