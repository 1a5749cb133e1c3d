#!/bin/sh
# Makes a virtual environment, or brings it up to date, from one lock; quiet, and in one line when something is missing.
# Usage: tools/setup.sh DIRECTORY LOCK
set -eu
home=$1 lock=$2

missing() { echo "changgu: $1" >&2; exit 1; }

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$name"; return; }
    done
    missing "Python 3.11 or newer is missing: apt install python3 python3-venv"
}

command -v git >/dev/null || missing "git is missing: apt install git"
if ! "$home/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    "$python" -c 'import venv, ensurepip' 2>/dev/null || missing "Python's venv module is missing: apt install python3-venv"
    echo "Making $home with $("$python" --version) ..." >&2
    "$python" -m venv --clear "$home"
fi
# --no-compile: Python writes the bytecode of what it uses when it first does, which is a third of the time
echo "Installing $lock ($(grep -c '^[a-z].*==' "$lock") packages) ..." >&2
"$home/bin/python" -m pip install -qq --no-compile --disable-pip-version-check --no-input --require-hashes -r "$lock"
