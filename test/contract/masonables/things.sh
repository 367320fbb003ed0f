#!/bin/sh
# A Command for the contract suite: makes one file for each leased disk. Its second run finds them "ready".
set -eu
made="$THINGS/$MASON_RESOURCE-"
case "$MASON_ACTION" in
construct)
  for disk in $(echo "$MASON_LEASED_DISK" | tr , ' '); do
    : >"$made$MASON_CYCLE-$disk"
    echo "made $disk" >&2
  done
  if grep -q '"checkpoint":null'; then
    echo '{"checkpoint": "begun", "againIn": "1ms"}'
    exit 75
  fi
  printf '{"things": "%s"}\n' "$MASON_LEASED_DISK"
  ;;
destroy)
  rm -f "$made"*
  ;;
esac
