#!/usr/bin/env bash
# Create .venv with the locked dependencies and this project. Safe to run again.
#
# One dependency (durable-rules) comes as source, so a C compiler and Python's headers are needed;
# as root on a system with apt-get they are installed, otherwise this says what to install.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
  local candidate
  for candidate in python3.12 python3.11 python3.10 python3; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
      printf '%s' "$candidate"
      return
    fi
  done
  say "Guanxi needs Python 3.10, 3.11 or 3.12 and found none (tried python3.12, python3.11, python3.10, python3)."
  say "Install one, for example: apt-get install python3 python3-venv python3-dev"
  exit 1
}

missing_packages() {
  local version=$1
  command -v cc >/dev/null || command -v gcc >/dev/null || printf 'gcc libc6-dev '
  "$PYTHON" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))' ||
    printf 'python%s-dev ' "$version"
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || printf 'python%s-venv ' "$version"
}

provide() {
  local packages=$1
  [ -z "$packages" ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $packages"
    apt-get update -qq
    # shellcheck disable=SC2086  # several packages in one variable
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
    return
  fi
  say "Missing to build a dependency: ${packages}"
  say "Install it, for example: sudo apt-get install ${packages}"
  say "(Fedora: gcc python3-devel; macOS: xcode-select --install), then run \`make setup\` again."
  exit 1
}

if [ -x .venv/bin/python ]; then
  PYTHON=.venv/bin/python
else
  PYTHON=$(find_python)
fi
provide "$(missing_packages "$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])')")"
[ -x .venv/bin/python ] || "$PYTHON" -m venv .venv
PY=.venv/bin/python
"$PY" -m pip --version >/dev/null 2>&1 || "$PY" -m ensurepip --upgrade >/dev/null

say "setting up .venv with $("$PY" --version)"
PIP=("$PY" -m pip install --quiet --disable-pip-version-check)
"${PIP[@]}" --require-hashes -r deploy/build.lock
"${PIP[@]}" --require-hashes --no-build-isolation -r requirements.lock
"${PIP[@]}" --no-deps --no-build-isolation --editable .
