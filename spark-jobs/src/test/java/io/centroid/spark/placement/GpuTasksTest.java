package io.centroid.spark.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTasksTest {
  private static SparkConf conf() {
    return new SparkConf(false).set("spark.executor.resource.gpu.amount", "2");
  }

  @Test
  void executorsNeedGpus() {
    assertThat(GpuTasks.problem(conf())).isEmpty();
    assertThat(GpuTasks.problem(new SparkConf(false)))
        .contains(
            "the executors have none: set spark.executor.resource.gpu.amount to the number of GPUs"
                + " of an executor, and spark.executor.resource.gpu.discoveryScript to"
                + " deploy/gpu/discover-gpus.sh on the Workers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "2"})
  void aTaskHasOneGpu(String amount) {
    assertThat(GpuTasks.problem(conf().set("spark.task.resource.gpu.amount", amount)))
        .contains(
            "spark.task.resource.gpu.amount must be 1, so that no two tasks share a GPU, or not be"
                + " set: "
                + amount);
    assertThat(GpuTasks.problem(conf().set("spark.task.resource.gpu.amount", "1"))).isEmpty();
  }

  @Test
  void dynamicAllocationNeedsTheAmountOfATask() {
    SparkConf dynamic = conf().set("spark.dynamicAllocation.enabled", "true");
    assertThat(GpuTasks.problem(dynamic))
        .contains(
            "spark.dynamicAllocation.enabled = true needs spark.task.resource.gpu.amount = 1, since"
                + " dynamic allocation would start other executors for tasks with GPUs");
    assertThat(GpuTasks.problem(dynamic.set("spark.task.resource.gpu.amount", "1"))).isEmpty();
  }
}
