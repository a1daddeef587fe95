#!/usr/bin/env bash
# systemctl on a machine without systemd: reads the real unit files and runs their real command lines, as the unit's user,
# with its environment, credentials, folders and umask, and without capabilities where the unit takes them all away.
#
# Left out: ordering, restarts, the schedules of timers, and what locks a service up (ProtectSystem=, SystemCallFilter= and so
# on). DeploymentFileTests has those judged by systemd-analyze.
set -euo pipefail
state=/run/units
mkdir -p "$state"

main() {
  local verb=$1 now=no unit
  shift
  local units=()
  while [ $# -gt 0 ]; do
    case $1 in
    --now) now=yes ;;
    --quiet | --no-block | --system) ;;
    -*) fail "there is no option $1 here" ;;
    *) units+=("$1") ;;
    esac
    shift
  done
  case $verb in
  daemon-reload) return ;;
  start | stop | restart | reload | enable | is-active) ;;
  *) fail "there is no $verb here" ;;
  esac
  [ ${#units[@]} -gt 0 ] || fail "$verb needs a unit"
  for unit in $(expand "${units[@]}"); do
    case $verb in
    enable)
      grep -q '^\[Install\]' "$(file_of "$unit")" || fail "$unit has no [Install]"
      [ "$now" = no ] || start "$unit"
      ;;
    restart) stop "$unit" && start "$unit" ;;
    is-active) is_running "$unit" ;;
    *) "$verb" "$unit" ;;
    esac
  done
}

# Debian's postgresql.service stands for one unit for each cluster, which a generator makes when the machine starts.
expand() {
  local unit
  for unit in "$@"; do
    case $unit in
    postgresql | postgresql.service) pg_lsclusters --no-header | awk '{ print "postgresql@" $1 "-" $2 ".service" }' ;;
    *.*) echo "$unit" ;;
    *) echo "$unit.service" ;;
    esac
  done
}

file_of() {
  local folder name=$1
  case $1 in *@*.*) name=${1%%@*}@.${1##*.} ;; esac
  for folder in /etc/systemd/system /lib/systemd/system /usr/lib/systemd/system; do
    if [ -f "$folder/$name" ]; then echo "$folder/$name"; return; fi
  done
  fail "Unit $1 not found"
}

# The values of a setting, one a line. %i is the instance, %% is %.
values() {
  local instance=${1#*@}
  sed -e ':join' -e '/\\$/{N;s/\\\n//;bjoin' -e '}' "$(file_of "$1")" | sed -n "s/^$2=//p" |
    sed -e "s/%i/${instance%.*}/g" -e 's/%%/%/g'
}

# The last value, or what is used without one.
value() {
  local found
  found=$(values "$1" "$2" | tail -n 1)
  printf '%s' "${found:-${3:-}}"
}

start() {
  case $1 in
  *.timer) start_timer "$1" ;;
  *) is_running "$1" || start_service "$1" ;;
  esac
}

# Nothing waits for the time: what is checked is that the timer would start something, and when.
start_timer() {
  file_of "${1%.timer}.service" >/dev/null
  local time
  time=$(value "$1" OnCalendar)
  [ -n "$time" ] || fail "$1 never elapses"
  [ ! -x /usr/bin/systemd-analyze ] || systemd-analyze calendar "$time" >/dev/null
}

start_service() {
  local unit=$1 user group
  user=$(value "$unit" User root)
  group=$(value "$unit" Group "$(id -gn "$user")")
  local environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin LANG=C.UTF-8 "USER=$user")
  read_environment "$unit"
  make_folders "$unit" "$user" "$group"
  hand_over_credentials "$unit" "$group"
  local type prefix=(setpriv "--reuid=$user" "--regid=$group" --init-groups)
  [ "$(value "$unit" NoNewPrivileges)" != yes ] || prefix+=(--no-new-privs)
  if grep -q '^CapabilityBoundingSet=$' "$(file_of "$unit")"; then prefix+=(--bounding-set=-all --inh-caps=-all); fi
  local umask
  umask=$(value "$unit" UMask 0022)
  type=$(value "$unit" Type simple)
  local words=()
  split_command "$(value "$unit" ExecStart)"
  case $type in
  oneshot | forking)
    (umask "$umask" && cd / && exec env -i "${environment[@]}" "${prefix[@]}" "${words[@]}") >>"$state/$unit.log" 2>&1 </dev/null ||
      fail "Job for $unit failed: $(tail -n 5 "$state/$unit.log")"
    [ "$type" = oneshot ] || touch "$state/$unit.forked"
    ;;
  *)
    (umask "$umask" && cd / && exec setsid env -i "${environment[@]}" "${prefix[@]}" "${words[@]}") >>"$state/$unit.log" 2>&1 </dev/null &
    echo $! >"$state/$unit.pid"
    ;;
  esac
}

read_environment() {
  local file line
  while read -r line; do [ -z "$line" ] || environment+=("$line"); done < <(values "$1" Environment)
  while read -r file; do
    [ -e "${file#-}" ] || [ "${file#-}" != "$file" ] || fail "there is no $file"
    [ -e "${file#-}" ] || continue
    while IFS= read -r line; do
      [[ $line =~ ^([A-Za-z_][A-Za-z_0-9]*)=(.*)$ ]] || continue
      local name=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]}
      [[ $text =~ ^\"(.*)\"$ || $text =~ ^\'(.*)\'$ ]] && text=${BASH_REMATCH[1]}
      environment+=("$name=$text")
    done <"${file#-}"
  done < <(values "$1" EnvironmentFile)
}

make_folders() {
  local name folder
  for name in $(value "$1" StateDirectory); do
    folder=/var/lib/$name
    [ -d "$folder" ] || install -d "$folder"
    [ "$(stat -c %U "$folder")" = "$2" ] || chown -R "$2:$3" "$folder"
    chmod "$(value "$1" StateDirectoryMode 0755)" "$folder"
  done
  for folder in $(values "$1" ReadWritePaths); do
    [ -d "${folder#-}" ] || [ "${folder#-}" != "$folder" ] || fail "Failed to set up mount namespacing: there is no $folder"
  done
}

# As systemd 254 and later: root's files, which an ACL opens to the service's user; the ACL's mask shows as mode 0440. Here it
# is the group itself.
hand_over_credentials() {
  local line folder=/run/credentials/$1
  rm -rf "$folder"
  while IFS=: read -r name path; do
    [ -r "$path" ] || fail "Failed to set up credentials: there is no $path"
    install -d -m 0755 /run/credentials
    install -d -o root -g "$2" -m 0550 "$folder"
    install -o root -g "$2" -m 0440 "$path" "$folder/$name"
  done < <(values "$1" LoadCredential)
  [ ! -d "$folder" ] || environment+=("CREDENTIALS_DIRECTORY=$folder")
}

# ${NAME} is within a word; $NAME is a word of its own and becomes as many as its value has.
split_command() {
  local word name text line=$1
  line=${line#-}
  for word in $line; do
    if [[ $word =~ ^\$([A-Za-z_]+)$ ]]; then
      read -r -a more <<<"$(variable "${BASH_REMATCH[1]}" | tr -d '"')"
      words+=(${more[@]+"${more[@]}"})
      continue
    fi
    while [[ $word =~ \$\{([A-Za-z_]+)\} ]]; do
      name=${BASH_REMATCH[1]}
      text=$(variable "$name")
      word=${word//"\${$name}"/$text}
    done
    words+=("$word")
  done
}

variable() {
  local each found=
  for each in "${environment[@]}"; do [ "${each%%=*}" != "$1" ] || found=${each#*=}; done
  printf '%s' "$found"
}

is_running() {
  [ -e "$state/$1.forked" ] && return
  [ -e "$state/$1.pid" ] && kill -0 "$(cat "$state/$1.pid")" 2>/dev/null
}

stop() {
  local words=() environment=() process tenth
  if [ -e "$state/$1.forked" ]; then
    split_command "$(value "$1" ExecStop)"
    "${words[@]}" >>"$state/$1.log" 2>&1 </dev/null
    rm "$state/$1.forked"
    return
  fi
  is_running "$1" || return 0
  process=$(cat "$state/$1.pid")
  kill -TERM "$process"
  for tenth in $(seq 1 300); do
    if ! kill -0 "$process" 2>/dev/null; then rm "$state/$1.pid"; return; fi
    sleep 0.1
  done
  fail "$1 does not stop"
}

reload() {
  is_running "$1" || fail "$1 is not active, cannot reload"
  local words=() environment=("MAINPID=$(cat "$state/$1.pid")")
  split_command "$(value "$1" ExecReload)"
  [ ${#words[@]} -gt 0 ] || fail "$1 cannot be reloaded"
  "${words[@]}"
}

fail() {
  echo "systemctl: $*." >&2
  exit 1
}

main "$@"
