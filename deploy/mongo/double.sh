#!/usr/bin/env bash
# Start the MongoDB double (mongo-java-server) on loopback: double.sh [PORT [DATA-FILE]]; prints its URL.
#
# For development and tests where there is no mongod. Needs Java 17; Maven fetches the server, once, into
# .guanxi/mongo (set MONGO_DOUBLE_FETCH=only to fetch and stop there). The process becomes the server.
set -euo pipefail
cd "$(dirname "$0")/../.."

home=.guanxi/mongo
for tool in java javac mvn; do
  command -v "$tool" >/dev/null && continue
  echo "the MongoDB double needs $tool; install a JDK (17 or later) and Maven, or mongod itself" >&2
  exit 69
done

mkdir -p "$home"
exec 9>"$home/lock"
flock 9
if [ ! -e "$home/ready" ] || [ deploy/mongo/pom.xml -nt "$home/ready" ] || [ deploy/mongo/Launcher.java -nt "$home/ready" ]; then
  rm -rf "$home/lib" "$home/classes"
  mvn -q -B -f deploy/mongo/pom.xml dependency:copy-dependencies -DoutputDirectory="$PWD/$home/lib" \
    >"$home/fetch.log" 2>&1 || { tail -n 3 "$home/fetch.log" >&2; exit 69; }
  javac -cp "$home/lib/*" -d "$home/classes" deploy/mongo/Launcher.java
  touch "$home/ready"
fi
exec 9>&-

[ "${MONGO_DOUBLE_FETCH:-}" = only ] && exit
exec java -Xmx1g -XX:+UseSerialGC -cp "$home/classes:$home/lib/*" Launcher "$@" 2> >(grep -v '^SLF4J' >&2)
