#!/usr/bin/env bash
# Makes keys, genesis and one configuration per validator for docker-compose.yml beside it, with the program `kairos`:
# of this checkout when its packages are installed, else of the image.
# Usage: ./generate-keys.sh [--clean]    --clean forgets the earlier network, its keys and its chain
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
repository="$(cd "$here/../.." && pwd)"
image="${KAIROS_IMAGE:-kairos-node:latest}"

case "${1:-}" in
  "") ;;
  --clean) rm -rf "$here/network" "$here/.env" ;;
  *) echo "usage: $0 [--clean]" >&2 && exit 2 ;;
esac
if [ -e "$here/network" ]; then
  echo "there is a network already in $here/network; --clean forgets it" >&2
  exit 1
fi

options=(generate-configs --n 6 --f 1 --visualizer --container-address 172.30.0.10)
node="$repository/node_modules/.bin/node"
if [ -x "$node" ]; then
  "$node" "$repository/apps/cli/src/kairos.ts" "${options[@]}" --output-dir "$here/network"
else
  mkdir "$here/network"
  docker run --rm --network none --user "$(id -u):$(id -g)" --volume "$here/network:/network" "$image" \
    "${options[@]}" --output-dir /network
fi
mkdir "$here/network/logs"

# The containers run as the owner of these files, and never as root: root gives them away.
uid="$(id -u)"
gid="$(id -g)"
if [ "$uid" = 0 ]; then
  uid=10001
  gid=10001
  chown -R "$uid:$gid" "$here/network"
fi
printf 'KAIROS_UID=%s\nKAIROS_GID=%s\n' "$uid" "$gid" >"$here/.env"
echo "start it with: docker compose -f docker-compose.yml -f localnet.override.yml up --build --detach"
