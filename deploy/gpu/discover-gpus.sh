#!/usr/bin/env bash
# Prints the GPUs of this machine for Spark (spark.worker.resource.gpu.discoveryScript on standalone Workers,
# spark.executor.resource.gpu.discoveryScript on YARN and Kubernetes), such as {"name": "gpu", "addresses": ["0", "1"]}.
#
# An address is the index of a GPU in nvidia-smi, or the UUID of a MIG instance in place of its GPU. CUDA_VISIBLE_DEVICES selects among
# them as in CUDA: a negative index ends the list, and an empty value selects none. Without GPUs or nvidia-smi the list is empty: Spark
# then says that the amount that it was asked for is not there. An entry that names no device is an error.
set -euo pipefail

addresses=()
uuids=()
declare -A index=()

if command -v nvidia-smi >/dev/null; then
  # It prints "No devices were found" and fails if there are none.
  if ! found=$(nvidia-smi --query-gpu=index,uuid --format=csv,noheader 2>&1); then
    # In the log of the Worker or executor.
    [[ $found == "No devices were found" ]] || echo "discover-gpus.sh: nvidia-smi failed: $found" >&2
    found=
  fi
  while IFS=', ' read -r number uuid _; do
    [[ $number =~ ^[0-9]+$ && $uuid == GPU-* ]] && index[$uuid]=$number
  done <<<"$found"
fi
if ((${#index[@]} > 0)); then
  gpu=
  while read -r line; do
    [[ $line =~ \(UUID:\ ((GPU|MIG)-[0-9a-zA-Z/-]+)\) ]] || continue
    uuid=${BASH_REMATCH[1]}
    if [[ $uuid == GPU-* ]]; then
      gpu=${index[$uuid]-}
      [[ -n $gpu ]] || continue
      addresses+=("$gpu")
      uuids+=("$uuid")
    else
      # The first instance takes the place of its GPU.
      last=$((${#addresses[@]} - 1))
      if [[ ${addresses[last]} == "$gpu" ]]; then
        unset "addresses[last]" "uuids[last]"
      fi
      addresses+=("$uuid")
      uuids+=("$uuid")
    fi
  done < <(nvidia-smi -L)
fi

# The position of the device that an entry of CUDA_VISIBLE_DEVICES names.
position() {
  local i matches=()
  for i in "${!addresses[@]}"; do
    if [[ $1 == "${addresses[i]}" || $1 == "${uuids[i]}" ]]; then
      echo "$i"
      return
    fi
    [[ $1 == ???-* && ${uuids[i]} == "$1"* ]] && matches+=("$i")
  done
  if ((${#matches[@]} != 1)); then
    echo "discover-gpus.sh: CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES: expected an index or UUID of nvidia-smi, found \"$1\"" >&2
    return 1
  fi
  echo "${matches[0]}"
}

visible=(${addresses[@]+"${addresses[@]}"})
if [[ -n ${CUDA_VISIBLE_DEVICES+set} ]]; then
  visible=()
  IFS=, read -r -a entries <<<"$CUDA_VISIBLE_DEVICES"
  for entry in ${entries[@]+"${entries[@]}"}; do
    entry=${entry//[[:space:]]/}
    [[ $entry == -* ]] && break
    at=$(position "$entry")
    [[ " ${visible[*]-} " == *" ${addresses[at]} "* ]] || visible+=("${addresses[at]}")
  done
fi

list=
for address in ${visible[@]+"${visible[@]}"}; do
  list+=${list:+, }\"$address\"
done
echo "{\"name\": \"gpu\", \"addresses\": [$list]}"
