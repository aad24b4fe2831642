# Additions to conf/spark-env.sh of a standalone Worker on a machine with GPUs. docs/gpu.md.

# The Worker offers all GPUs that the script prints, and gives each executor as many as it asks for.
discover=/opt/centroid/deploy/gpu/discover-gpus.sh
# {"name": "gpu", "addresses": ["0", "1"]}
gpus=$("$discover" | sed 's/.*\[//' | grep -o '"[^"]*"' | wc -l)
if ((gpus > 0)); then
  SPARK_WORKER_OPTS="${SPARK_WORKER_OPTS:-} -Dspark.worker.resource.gpu.amount=$gpus"
  SPARK_WORKER_OPTS+=" -Dspark.worker.resource.gpu.discoveryScript=$discover"
  export SPARK_WORKER_OPTS
fi
# The order of nvidia-smi, whose indices Spark hands out.
export CUDA_DEVICE_ORDER=PCI_BUS_ID
