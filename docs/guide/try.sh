#!/usr/bin/env bash
# Runs the guide's commands as printed, on a clean machine.
#
# Comes in: every block ```sh try of the zh-CN chapters, in order; the en chapters must hold the same blocks byte for byte.
# Where: a private copy of this machine (unshare, an overlay in memory over /, a network of 127.0.0.1 alone), so that users,
# folders and ports are those the guide prints and nothing outside changes. systemctl is played by a script that runs the
# units' own ExecStart as their User.
# Goes out: exit code 0 only if values of the LIMS arrived in the center and yaoxia-verify finds the box's log and the
# center's evidence sound; 1: a block failed, which is named; 2: it cannot be tried here, and why.
#
# YAOXIA_BIN: folder of the built programs; without it ~/.cache/yaoxia/target/debug.
set -euo pipefail

SECONDS_MAX=120
CHAPTERS=(02-center 03-box 04-enrol 05-sources 08-verify)
# What an installation on this very machine would have left.
PLACES=(/etc/yaoxia /etc/yaoxia-box /var/lib/yaoxia /var/lib/yaoxia-box /usr/share/yaoxia)
USERS=(yaoxia-center yaoxia-box)
# The host the guide's examples name.
HOST=center.example.gov.cn

cannot() {
  echo "try.sh: $*" >&2
  exit 2
}

# Outside: looks for what is needed, then starts the private machine and waits for it.
outside() {
  GUIDE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  REPO=$(cd "$GUIDE/../.." && pwd)
  BIN=${YAOXIA_BIN:-$HOME/.cache/yaoxia/target/debug}
  local program ended=0
  for program in yaoxia-box yaoxia-center yaoxia-verify; do
    [[ -x $BIN/$program ]] || cannot "$BIN/$program is missing: build it, or say in YAOXIA_BIN where it is"
  done
  for program in unshare chroot ip setpriv runuser useradd python3 openssl curl; do
    PATH=$PATH:/usr/sbin:/sbin command -v "$program" > /dev/null || cannot "$program is missing"
  done
  ((EUID == 0)) || cannot "needs root, for a private copy of this machine; nothing outside it is changed"
  unshare --mount --net true || cannot "unshare is not allowed here, so there is no clean machine to try on"
  WORK=$(mktemp -d)
  trap 'rmdir "$WORK"' EXIT
  export GUIDE REPO BIN WORK
  timeout --kill-after=5 "$SECONDS_MAX" \
    unshare --mount --net --pid --fork --kill-child bash "$GUIDE/try.sh" --machine || ended=$?
  ((ended != 124)) || echo "try.sh: failed: the last block above was not done after $SECONDS_MAX s" >&2
  ((ended == 0 || ended == 2)) || ended=1
  return "$ended"
}

# Writes the blocks of a language, one file each, to a folder.
blocks() {
  local chapter
  mkdir -p "$2"
  for chapter in "${CHAPTERS[@]}"; do
    awk -v to="$2/$chapter" '
      /^```sh try$/ { file = sprintf("%s.block-%02d", to, ++n); printf "" > file; next }
      /^```$/ { file = "" }
      file { print > file }
    ' "$GUIDE/$1/$chapter.md"
  done
}

# In the new namespaces: builds the clean root and goes there.
machine() {
  local root=$WORK/root source=$WORK/root/usr/src/yaoxia place user
  mount -t tmpfs tmpfs "$WORK"
  mkdir "$WORK"/{root,upper,work,source-upper,source-work}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$WORK/upper,workdir=$WORK/work" "$root" || cannot "no overlay here"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  for place in tmp run root srv; do mount -t tmpfs tmpfs "$root/$place"; done
  for place in "${PLACES[@]}"; do rm -rf "${root:?}$place"; done
  for user in "${USERS[@]}"; do
    if chroot "$root" id "$user" &> /dev/null; then chroot "$root" userdel "$user"; fi
  done
  mkdir -p "$source" "$root"/opt/{yaoxia-bin,try}
  mount -t overlay overlay \
    -o "lowerdir=$REPO,upperdir=$WORK/source-upper,workdir=$WORK/source-work" "$source"
  mount --bind "$BIN" "$root/opt/yaoxia-bin"
  # No block opens a page: where the pages are not built, empty folders stand for them.
  mkdir -p "$source"/web/dist/{edge,center}
  echo "127.0.0.1 localhost $HOST" > "$root/etc/hosts"
  ip link set lo up
  blocks zh-CN "$root/opt/try/zh-CN"
  blocks en "$root/opt/try/en"
  diff -r "$root/opt/try/zh-CN" "$root/opt/try/en" >&2 || {
    echo "try.sh: failed: the blocks of zh-CN (<) and en (>) differ" >&2
    exit 1
  }
  played_systemctl > "$root/usr/local/bin/systemctl"
  chmod 0755 "$root/usr/local/bin/systemctl"
  exec chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 YAOXIA_BIN=/opt/yaoxia-bin \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    bash /usr/src/yaoxia/docs/guide/try.sh --blocks
}

# What the units say, done without systemd: ExecStart as User with Environment; stopped by SIGTERM, and waited for.
played_systemctl() {
  cat << 'SYSTEMCTL'
#!/usr/bin/env bash
set -euo pipefail
verb=$1
name=${!#}
says() { sed -n "s/^$1=//p" "/etc/systemd/system/$name.service"; }
start() {
  local user environment command
  user=$(says User)
  mapfile -t environment < <(says Environment)
  read -ra command < <(says ExecStart)
  setsid setpriv --reuid="$user" --regid="$user" --init-groups env "${environment[@]}" "${command[@]}" \
    < /dev/null >> "/var/log/$name.log" 2>&1 &
  echo $! > "/run/$name.pid"
}
stop() {
  local pid
  pid=$(cat "/run/$name.pid")
  rm "/run/$name.pid"
  kill -TERM "$pid"
  while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
}
case $verb in
  daemon-reload) ;;
  enable | start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  *) echo "systemctl $*: not played here" >&2 && exit 1 ;;
esac
SYSTEMCTL
}

# On the clean machine: all blocks in one root shell, then a look at what came of them.
run_blocks() {
  local block log count=0
  # Not local: the trap tells it after this function is gone.
  doing=""
  failed() {
    echo "try.sh: failed: $doing" >&2
    tail -n 5 /var/log/yaoxia-*.log >&2 || true
    exit 1
  }
  trap failed EXIT
  cd /usr/src/yaoxia
  for block in /opt/try/zh-CN/*; do
    doing=$(basename "$block")
    echo "── $doing"
    # shellcheck source=/dev/null
    source "$block" < /dev/null
    count=$((count + 1))
  done
  doing="readings of the LIMS in the center"
  runuser -u yaoxia-center -- yaoxia-center status --json | python3 -c '
import json, sys
[box] = json.load(sys.stdin)["boxes"]
assert box["readings"] > 0 and box["readings_in_lake"] == box["readings"], box'
  for log in /root/box-log /var/lib/yaoxia-box/log /var/lib/yaoxia/center/evidence; do
    doing="yaoxia-verify $log"
    yaoxia-verify --trust /root/trust.toml "$log" > /dev/null
  done
  trap - EXIT
  echo "try.sh: $count blocks ran as printed in $SECONDS s; the center holds the LIMS's values, both logs are sound"
}

case ${1:-} in
  "") outside ;;
  --machine) machine ;;
  --blocks) run_blocks ;;
  *) cannot "takes no arguments" ;;
esac
