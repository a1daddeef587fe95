#!/usr/bin/env bash
# ssh root@NODE COMMAND... on the machine "home": runs it on that machine, without a server for ssh.
set -euo pipefail
host=${1#root@}
shift
exec nsenter --target "$(cat "/run/machines/$host")" --net --uts --root --wd -- \
  env -i HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin bash -c "cd && $*"
