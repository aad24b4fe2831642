package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkFailureTest {
  private static final SparkConf CONF =
      new SparkConf(false)
          .set("spark.executor.memory", "3g")
          .set("spark.executor.memoryOverhead", "1408m")
          .set(
              "spark.executor.extraJavaOptions",
              "-Dorg.bytedeco.javacpp.maxbytes=1073741824"
                  + " -Dorg.bytedeco.javacpp.maxphysicalbytes=0");

  private static final String LOST =
      "ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOST + "Command exited with code 52",
        LOST + "Remote RPC client disassociated. Exit code: 52",
        "java.lang.OutOfMemoryError: Java heap space\n\tat io.centroid.Any.any(Any.java:1)",
        "java.lang.OutOfMemoryError: GC overhead limit exceeded",
      })
  void outOfHeapNamesExecutorMemory(String reason) {
    assertThat(translated(reason))
        .startsWith(
            "worker 3: out of heap memory: raise spark.executor.memory, currently 3g; Spark"
                + " reports: ")
        .endsWith(" (tried 4 times, last on executor 2 on 10.0.0.7)")
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        LOST + "Command exited with code 137",
        LOST
            + "Container from a bad node: container_1_2 on host: h. Exit status: 137."
            + " Diagnostics: Killed by external signal",
        LOST
            + "Container killed by YARN for exceeding physical memory limits. 5.5 GB of 5.5 GB"
            + " physical memory used.",
        LOST + "The executor with id 2 exited with exit code 137(SIGKILL, possible container OOM).",
        LOST + "The executor with id 2 was OOMKilled.",
      })
  void killedExecutorNamesNativeMemory(String reason) {
    assertThat(translated(reason))
        .startsWith(
            "worker 3: killed, usually due to off-heap memory: raise compute.native-memory,"
                + " currently 1024 MiB (spark.executor.memoryOverhead, currently 1408m); the heap"
                + " is spark.executor.memory = 3g; Spark reports: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.lang.OutOfMemoryError: Cannot allocate new FloatPointer(9): totalBytes = 1G,"
            + " physicalBytes = 2G",
        "java.lang.OutOfMemoryError: Failed to allocate memory within limits: totalBytes >"
            + " maxBytes",
        "java.lang.OutOfMemoryError: Physical memory usage is too high: physicalBytes (2G) > 1G",
      })
  void outOfNativeMemoryNamesItsSetting(String reason) {
    assertThat(translated(reason)).contains("raise compute.native-memory, currently 1024 MiB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Command exited with code 1",
        "Executor heartbeat timed out after 137000 ms",
        "Remote RPC client disassociated. Likely due to containers exceeding thresholds"
      })
  void otherExecutorLossesDoNotMentionMemory(String reason) {
    assertThat(translated(LOST + reason))
        .isEqualTo(
            "worker 3: " + LOST + reason + " (tried 4 times, last on executor 2 on 10.0.0.7)")
        .doesNotContain("raise");
  }

  @Test
  void ourExceptionsKeepTheirMessages() {
    Exception wrapped = aborted("whatever", new InputException("file: line 3: odd"));
    assertThat(SparkFailure.translated("worker", wrapped, CONF))
        .isInstanceOf(InputException.class)
        .hasMessage("file: line 3: odd");
    wrapped = aborted("whatever", new WorkerFailure("worker 3: file: after record 2: odd"));
    assertThat(SparkFailure.translated("worker", wrapped, CONF))
        .isInstanceOf(WorkerFailure.class)
        .hasMessage(
            "worker 3: file: after record 2: odd"
                + " (tried 4 times, last on executor 2 on 10.0.0.7)");
    assertThat(
            SparkFailure.translated(
                "worker", new SparkException("Job 3 aborted on request\nand more"), CONF))
        .hasMessage("Job 3 aborted on request");
  }

  private static String translated(String reason) {
    return String.valueOf(
        SparkFailure.translated("worker", aborted(reason, null), CONF).getMessage());
  }

  private static Exception aborted(String reason, @Nullable Throwable cause) {
    return new SparkException(
        "Job aborted due to stage failure: Task 3 in stage 7.0 failed 4 times, most recent failure:"
            + " Lost task 3.3 in stage 7.0 (TID 31) (10.0.0.7 executor 2): "
            + reason
            + "\nDriver stacktrace:",
        cause);
  }
}
