#!/usr/bin/env bash
# Says what came of `centroid retrain` for Oozie's decision node. Only 1 fails the action, which Oozie then tries again.
set -uo pipefail
"${CENTROID_HOME:?}/centroid" retrain "$@" >&2
code=$?
case $code in
  0) echo outcome=promoted ;;
  4) echo outcome=not-promoted ;;
  2) echo outcome=bad-input ;;
  3) echo outcome=diverged ;;
  *) exit "$code" ;;
esac
