#!/usr/bin/env bash
# apt-get on a throw-away machine: the real one, over the network of the machine that tests. What is installed already stays
# as it is. Where no mirror answers, what that machine has is enough; exit code 75 when it has not got a package.
set -euo pipefail

real() {
  DEBIAN_FRONTEND=noninteractive nsenter --target 1 --net -- /usr/bin/apt-get -o APT::Get::Upgrade=false \
    -o APT::Update::Error-Mode=any -o Acquire::Retries=0 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 "$@"
}

# The packages among the words that are not installed.
missing() {
  local word
  shift
  for word in "$@"; do
    [ "${word#-}" = "$word" ] || continue
    dpkg-query --show --showformat '${Status}\n' "$word" 2>/dev/null | grep -q 'ok installed' || echo "$word"
  done
}

install_missing() {
  local packages
  packages=$(missing "$@")
  if [ -z "$packages" ]; then
    echo "The packages are installed already."
  elif [ -e /run/no-mirror ]; then
    echo "No mirror of Debian can be reached, and these packages are not installed:" $packages
    exit 75
  else
    real "$@"
  fi
}

case ${1:-} in
update)
  if ! real "$@"; then
    touch /run/no-mirror
    echo "No mirror of Debian can be reached."
  fi
  ;;
install)
  install_missing "$@"
  # As a new installation has it: a cluster of its own, which nobody has used.
  if printf '%s\n' "$@" | grep -qx postgresql; then
    install -d -o postgres -g postgres -m 2775 /run/postgresql
    for version in $(pg_lsclusters --no-header | cut -d ' ' -f 1 | sort -u); do
      pg_lsclusters --no-header | awk -v version="$version" '$1 == version { print $2 }' |
        xargs -r -n 1 pg_dropcluster --stop "$version"
    done
    version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
    pg_createcluster "$version" main
    systemctl start postgresql
  fi
  ;;
*) real "$@" ;;
esac
