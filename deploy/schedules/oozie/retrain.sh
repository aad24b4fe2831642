#!/usr/bin/env bash
# Prints the outcome of `centroid retrain` for Oozie's decision node. Only 1 fails the action, which Oozie then retries.
set -uo pipefail
"${CENTROID_HOME:?}/bin/centroid" retrain "$@" >&2
code=$?
case $code in
  0) echo outcome=promoted-or-no-new-data ;;
  4) echo outcome=not-promoted ;;
  2) echo outcome=bad-input ;;
  3) echo outcome=diverged ;;
  *) exit "$code" ;;
esac
