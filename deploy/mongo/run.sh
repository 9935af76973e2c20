#!/usr/bin/env bash
# Run a MongoDB on loopback in the foreground, for development: run.sh [PORT]; keeps its data in .guanxi/mongo.
set -euo pipefail
cd "$(dirname "$0")/../.."

port=${1:-27017}
if command -v mongod >/dev/null; then
  mkdir -p .guanxi/mongo/data
  echo "mongodb://127.0.0.1:$port/guanxi"
  exec mongod --quiet --bind_ip 127.0.0.1 --port "$port" --dbpath .guanxi/mongo/data --logpath .guanxi/mongo/mongod.log
fi
echo "no mongod on PATH: running the double (mongo-java-server), which is for development only" >&2
exec deploy/mongo/double.sh "$port" "$PWD/.guanxi/mongo/data.mv"
