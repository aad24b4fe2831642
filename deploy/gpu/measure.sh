#!/usr/bin/env bash
# Measures a machine with one GPU in at most ten minutes: parity with the CPU, a training of MNIST, 100 rounds of GPT-2 small, and
# `bench gpu` against PyTorch. Run it in the root of a checkout that was built for CUDA; it needs Java 17, but neither Maven nor a network.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: deploy/gpu/measure.sh [OPTION]... [FOLDER]
Measures a machine with one GPU and writes logs, figures and summary.txt to FOLDER
(default: the variable OUT, else gpu-results).

  --device cuda|cpu  device (cuda); cpu rehearses without a GPU, at tiny sizes
  --tiny             tiny sizes, which show only that everything runs
  --data FOLDER      the four files of MNIST (default: the built-in digits)
  --text FILE        text for GPT-2 (default: the documentation)
  --python PATH      Python with torch (python3); without torch nothing is compared
  --help             print this text

A part that fails or takes too long does not end the others: summary.txt and the
last lines name it, and the exit code is 1.
TEXT
}

fail() {
  printf 'measure.sh: %s\n' "$*" >&2
  exit 2
}

device=cuda
tiny=
data=
text=
python=python3
folder=${OUT:-gpu-results}
while (($# > 0)); do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --tiny) tiny=yes ;;
    --device | --data | --text | --python)
      (($# > 1)) || fail "$1 needs a value"
      printf -v "${1#--}" %s "$2"
      shift
      ;;
    -*) fail "unknown option $1 (--help)" ;;
    *) folder=$1 ;;
  esac
  shift
done
case $device in
  cuda) ;;
  cpu) tiny=yes ;;
  *) fail "--device must be cuda or cpu: $device" ;;
esac

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
[[ -f $root/dist/target/lib/centroid.jar && -f $root/devtools/target/centroid-devtools.jar ]] ||
  fail "$root is not built: run mvn -Pcuda package there first"
[[ -z $data ]] || data=$(realpath -e -- "$data") || fail "--data: no such folder"
[[ -z $text ]] || text=$(realpath -e -- "$text") || fail "--text: no such file"
[[ $device == cpu ]] || compgen -G "$root/dist/target/lib/torch/*-gpu.jar" >/dev/null ||
  fail "$root/dist/target/lib/torch has LibTorch for CPUs: run mvn -Pcuda package there first"
mkdir -p -- "$folder"
folder=$(cd -- "$folder" && pwd -P)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/centroid-measure.XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT

# Deterministic products, and the order of devices that nvidia-smi has.
export CUBLAS_WORKSPACE_CONFIG=:4096:8 CUDA_DEVICE_ORDER=PCI_BUS_ID
export CENTROID_CHECKOUT=$root CENTROID_COMMAND=./centroid CENTROID_CLASS_ARCHIVE=false
if [[ -z $tiny ]]; then
  # States of GPT-2 small on the heap; its pinned copies outside.
  export CENTROID_DRIVER_MEMORY=${CENTROID_DRIVER_MEMORY:-16g} CENTROID_NATIVE_MEMORY=${CENTROID_NATIVE_MEMORY:-32g}
fi
cd -- "$root"

summary=$folder/summary.txt
report() { printf '%s\n' "$*" | tee -a "$summary"; }
: >"$summary"
report "$(date -u +%Y-%m-%dT%H:%M:%SZ) device $device${tiny:+, tiny sizes}"
report "commit $(git describe --always --dirty --exclude='*' 2>/dev/null || echo unknown)"
report "processor $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
if [[ $device == cuda ]]; then
  report "card, driver, compute capability, memory: $(nvidia-smi --query-gpu=name,driver_version,compute_cap,memory.total --format=csv,noheader 2>&1 | head -n 1)"
fi

centroid() { "$root/dist/src/bin/centroid" "$@"; }
export -f centroid
export root

failed=()
# part NAME SECONDS COMMAND...: its output goes to NAME.log.
part() {
  local name=$1 seconds=$2 begin=$SECONDS code=0
  shift 2
  # shellcheck disable=SC2016
  timeout --kill-after=10 "$seconds" bash -c '"$@"' part "$@" >"$folder/$name.log" 2>&1 </dev/null || code=$?
  if ((code == 0)); then
    report "$name: done in $((SECONDS - begin)) s"
    return
  fi
  failed+=("$name")
  local why="exit code $code"
  ((code != 124 && code != 137)) || why="stopped after $seconds s"
  report "$name: FAILED ($why): $(tail -n 1 "$folder/$name.log")"
}

engine=(--set compute.engine=torch --set "compute.device=$device")

mnist() {
  if [[ -n $data ]]; then
    centroid train conf/mnist.conf --set "data.path=$data" "$@"
  else
    centroid train conf/digits.conf "$@"
  fi
}
export -f mnist
export data

# GPT-2 small's sizes whatever the tokenizer's vocabulary is.
gpt2() {
  local work=$1
  shift
  if [[ -z $text ]]; then
    # Long enough that 100 rounds are one epoch.
    text=$work/text
    for _ in {1..16}; do cat -- docs/*.md ./*.md; done >"$text"
  fi
  centroid prepare "$text" --out "$work/corpus" --tokenizer characters --validation-split 0 &&
    centroid train conf/shakespeare-char.conf --set "data.path=$work/corpus" --set "run.dir=$work/run" "$@"
}
export -f gpt2
export text

rounds=100
sizes=(layers=12 heads=12 width=768 positions=1024 vocabulary=50257)
batch=16
bench=(--runs 3 --steps 3 --rounds 1 --local-steps 100)
if [[ -n $tiny ]]; then
  rounds=3
  sizes=(layers=2 heads=2 width=32 positions=32 vocabulary=300)
  batch=2
  bench=(--runs 1 --rounds 1 --local-steps 2 --steps 1 --mnist-batches 8 --layers 2 --heads 2 --width 32 --positions 32 --vocabulary 300)
fi
model=()
for size in "${sizes[@]}"; do model+=(--set "model.gpt2.$size"); done
if "$python" -c 'import torch' 2>/dev/null; then
  bench+=(--against pytorch --python "$python")
else
  report "no comparison: $python cannot import torch"
fi

part check 60 centroid bench gpu --device "$device" --check
part mnist 60 mnist "${engine[@]}" --set "run.dir=$scratch/mnist"
part gpt2 240 gpt2 "$scratch" "${engine[@]}" "${model[@]}" --set train.workers=1 --set train.local-steps=2 \
  --set "train.steps=$((2 * rounds))" --set "train.batch-size=$batch" --set train.inner-state=keep \
  --set compute.precision=bfloat16 --set compute.threads-per-worker=1 --set compute.native-memory=16GiB \
  --set checkpoint.every-rounds=0 --set checkpoint.keep=1
metrics=$(find "$scratch/run" -name metrics.jsonl -print -quit 2>/dev/null || true)
[[ -z $metrics ]] || cp -- "$metrics" "$folder/gpt2-metrics.jsonl"
part bench 230 centroid bench gpu --device "$device" "${bench[@]}" --out "$folder"

if ((${#failed[@]} > 0)); then
  report "failed: ${failed[*]}; logs: $folder"
  exit 1
fi
report "all parts done: $folder"
