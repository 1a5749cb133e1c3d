#!/bin/sh
# Writes the locks: every version with the hash of every file of its release, for every platform and Python >= 3.11.
# No index address is written, and none but the package index itself is asked, whatever this machine is set up with:
# a lock made here installs anywhere. Usage: tools/lock.sh UV [uv options, such as --upgrade]
set -eu
uv=$1; shift
lock() {
    file=requirements/$1.txt; shift
    env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
        "$uv" --no-config --quiet pip compile "$@" --output-file "$file" --custom-compile-command "make lock" \
        --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate
    echo "$file: $(grep -c '^[a-z].*==' "$file") packages"
}
lock run pyproject.toml "$@" >&2
lock dev pyproject.toml --group test --group check --constraints requirements/run.txt "$@" >&2
lock tools --group tools "$@" >&2
lock bench --group peers "$@" >&2
