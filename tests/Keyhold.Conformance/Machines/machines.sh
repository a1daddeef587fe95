#!/usr/bin/env bash
# Three throw-away machines for RunningPageTests, and the steps of a page on them.
#
#   unshare --mount --pid --uts --fork --kill-child --mount-proc machines.sh FOLDER
#
# FOLDER/clone         becomes /root/keyhold on the machine "home", where the steps of home are run
# FOLDER/steps/NNN     one step each; its first line says where: "# on node1", "# on node2", "# on both nodes", "# at home"
# FOLDER/log           afterwards: what the services printed
#
# A machine is an overlay of this machine's root file system that is forgotten at the end, with a network and a host name of
# its own. Standard output is what the steps print, with a line "---- end of the step ----" after each machine's part. Exit
# code 75: something that the steps need cannot be had here, and the last line says what.
set -euo pipefail
folder=$1
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
machines=(home node1 node2)
declare -A processes=()

main() {
  mkdir -p "$folder/machines" "$folder/log"
  mount -t tmpfs -o mode=0755 tmpfs "$folder/machines"
  local name
  for name in "${machines[@]}"; do make_file_system "$name"; done
  for name in "${machines[@]}"; do start_machine "$name"; done
  connect
  make_home
  for name in node1 node2; do make_node "$name"; done
  trap collect_logs EXIT
  local step
  for step in "$folder"/steps/*; do
    for name in $(places_of "$step"); do
      run_step "$name" "$step"
      printf '\n---- end of the step ----\n'
    done
  done
}

root_of() { printf '%s/machines/%s/root' "$folder" "$1"; }

make_file_system() {
  local place=$folder/machines/$1 root
  root=$(root_of "$1")
  mkdir -p "$place"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" "$root" ||
    cannot "An overlay of / cannot be mounted here."
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || true
  # Of these a bare machine has nothing of this one's.
  mount -t tmpfs -o mode=0755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o mode=0700 tmpfs "$root/root"
  printf '127.0.0.1 localhost\n10.77.0.1 home\n10.77.0.11 node1\n10.77.0.12 node2\n' >"$root/etc/hosts"
  cp --remove-destination "$(readlink -f /etc/resolv.conf)" "$root/etc/resolv.conf" 2>/dev/null || true
}

# A process that holds the machine's network and name as long as the whole lasts.
start_machine() {
  unshare --net --uts chroot "$(root_of "$1")" sleep infinity </dev/null >/dev/null 2>&1 &
  processes[$1]=$!
  local outside
  outside=$(readlink /proc/self/ns/net)
  until [ "$(readlink "/proc/${processes[$1]}/root")" != / ]; do sleep 0.05; done
  [ "$(readlink "/proc/${processes[$1]}/ns/net")" != "$outside" ] || cannot "A machine has no network of its own."
  nsenter --target "${processes[$1]}" --uts hostname "$1"
}

connect() {
  network home ip link add switch type bridge || cannot "This kernel has no bridge to join machines with."
  network home ip address add 10.77.0.1/24 dev switch
  network home ip link set switch up
  local name address=11
  for name in node1 node2; do
    network home ip link add "$name" type veth peer name eth0 netns "${processes[$name]}" ||
      cannot "This kernel has no pairs of network devices (veth)."
    network home ip link set "$name" master switch up
    network "$name" ip address add "10.77.0.$address/24" dev eth0
    network "$name" ip link set eth0 up
    address=$((address + 1))
  done
  for name in "${machines[@]}"; do network "$name" ip link set lo up; done
}

network() { nsenter --target "${processes[$1]}" --net "${@:2}"; }

make_home() {
  local root name
  root=$(root_of home)
  cp -r "$folder/clone" "$root/root/keyhold"
  install -m 0755 "$tools/ssh.sh" "$root/usr/local/bin/ssh"
  mkdir "$root/run/machines"
  for name in node1 node2; do printf '%s\n' "${processes[$name]}" >"$root/run/machines/$name"; done
}

make_node() {
  local root
  root=$(root_of "$1")
  install -m 0755 "$tools/systemctl.sh" "$root/usr/local/bin/systemctl"
  install -m 0755 "$tools/apt-get.sh" "$root/usr/local/sbin/apt-get"
  # Packages do not start what they install: the page does.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 0755 "$root/usr/sbin/policy-rc.d"
  # Nothing is there of a Keyhold or a Prometheus that this machine may have.
  rm -rf "$root"/usr/local/bin/keyhold "$root"/etc/keyhold "$root"/var/{lib,backups}/keyhold \
    "$root"/var/lib/prometheus/*/*
}

places_of() {
  case $(head -n 1 "$1") in
  '# at home') echo home ;;
  '# on node1') echo node1 ;;
  '# on node2') echo node2 ;;
  '# on both nodes') echo node1 node2 ;;
  *) echo "${1##*/} does not say where it is typed." >&2; return 1 ;;
  esac
}

# In a shell of its own that knows what earlier steps exported on that machine, and ends at the first command that fails.
run_step() {
  local start=/root status=0
  [ "$1" != home ] || start=/root/keyhold
  cp "$2" "$(root_of "$1")/run/step"
  nsenter --target "${processes[$1]}" --net --uts --root --wd -- \
    env -i HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    bash -c 'exec 2>&1; [ ! -e /run/exports ] || . /run/exports; cd "$1"; set -euo pipefail
      trap "export -p >/run/exports" EXIT; . /run/step' step "$start" </dev/null || status=$?
  [ "$status" -ne 75 ] || exit 75
  if [ "$status" -ne 0 ]; then
    printf '\n%s on %s failed with exit code %s:\n' "${2##*/}" "$1" "$status"
    cat "$2"
    exit 1
  fi
}

collect_logs() {
  local name log
  for name in node1 node2; do
    for log in "$(root_of "$name")"/run/units/*.log; do
      [ ! -e "$log" ] || cp "$log" "$folder/log/$name-${log##*/}"
    done
  done
}

cannot() {
  printf '%s\n' "$1"
  exit 75
}

main
