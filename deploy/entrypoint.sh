#!/bin/sh
# The knowledge the staff edit lives on the volume; the first process to start puts it there.
set -eu
for name in knowledge data; do
  if [ ! -d "var/$name" ]; then
    draft="var/.$name.$(hostname).$$"
    cp -r "$name" "$draft"
    # Of several processes starting together one wins; mv fails for the others.
    mv -T "$draft" "var/$name" 2>/dev/null || rm -rf "$draft"
  fi
done
export TSUNAGARI_KNOWLEDGE="${TSUNAGARI_KNOWLEDGE:-var/knowledge}" TSUNAGARI_DATA="${TSUNAGARI_DATA:-var/data}"
exec "$@"
