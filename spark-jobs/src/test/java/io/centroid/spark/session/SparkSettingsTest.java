package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkSettingsTest {

  private static void require(String key, String value) {
    SparkContexts.configured(
        RunConfig.load(null, List.of("spark.conf.\"" + key + "\"=" + value)),
        new SparkConf(false).set("spark.master", "spark://host:7077"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spark.driver.maxResultSize       | lots  | spark.driver.maxResultSize must be a whole number with a unit, such as 512m or 4g: lots
          spark.executor.memory            | abc   | spark.executor.memory must be a whole number with a unit, such as 512m or 4g: abc
          spark.executor.memory            | 1.5g  | spark.executor.memory must be a whole number with a unit, such as 512m or 4g: 1.5g
          spark.executor.memoryOverhead    | much  | spark.executor.memoryOverhead must be a whole number with a unit, such as 512m or 4g: much
          spark.memory.offHeap.size        | 1x    | spark.memory.offHeap.size must be a whole number with a unit, such as 512m or 4g: 1x
          spark.task.cpus                  | x     | spark.task.cpus must be a whole number: x
          spark.task.cpus                  | 0     | spark.task.cpus must be at least 1: 0
          spark.executor.cores             | two   | spark.executor.cores must be a whole number: two
          spark.cores.max                  | -1    | spark.cores.max must be at least 1: -1
          spark.task.maxFailures           | 4.5   | spark.task.maxFailures must be a whole number: 4.5
          spark.memory.fraction            | most  | spark.memory.fraction must be a number: most
          spark.speculation                | maybe | spark.speculation must be true or false: maybe
          spark.network.timeout            | soon  | spark.network.timeout must be a duration, such as 30s or 10m: soon
          spark.task.reaper.killTimeout    | 5 x   | spark.task.reaper.killTimeout must be a duration, such as 30s or 10m: 5 x
          """)
  void aValueOfAnotherTypeIsReportedWithItsKey(String key, String value, String message) {
    assertThatThrownBy(() -> require(key, value))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }

  @Test
  void acceptsWhatSparkAccepts() {
    assertThatCode(() -> require("spark.driver.maxResultSize", "0")).doesNotThrowAnyException();
    assertThatCode(() -> require("spark.network.timeout", "300")).doesNotThrowAnyException();
    assertThatCode(() -> require("spark.my.own", "anything")).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "local",
        "local[1]",
        "local[*]",
        "local[2,4]",
        "spark://host:7077",
        "spark://a.example.com:7077,b.example.com:7078",
        "spark://[::1]:7077",
      })
  void acceptsMastersOfSpark(String master) {
    assertThatCode(
            () ->
                SparkContexts.configured(
                    RunConfig.load(null, List.of("spark.master=" + master)), new SparkConf(false)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yran",
        "YARN",
        "local[0]",
        "local[two]",
        "locl[2]",
        "spark:/host:7077",
        "spark://host",
        "spark://host:7077/x",
        "spark://host:99999",
        "spark://host:7077,",
        "k8s:/https://host",
        "mesos://host:5050",
        "host:7077",
      })
  void aMisspelledMasterIsReported(String master) {
    assertThatThrownBy(
            () ->
                SparkContexts.configured(
                    RunConfig.load(null, List.of("spark.master=" + master)), new SparkConf(false)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "spark.master must be local, local[N], local[*], spark://HOST:PORT, or with"
                + " spark-submit yarn or k8s://https://HOST:PORT: "
                + master);
  }

  @ParameterizedTest
  @CsvSource({"yarn, YARN", "k8s://https://host:6443, Kubernetes"})
  void otherClusterManagersNeedSparkSubmit(String master, String name) {
    assertThatThrownBy(
            () ->
                SparkContexts.configured(
                    RunConfig.load(null, List.of("spark.master=" + master)), new SparkConf(false)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "spark.master = " + master + ": this Spark has no classes for " + name)
        .hasMessageContaining("start the job with spark-submit --master " + master);
  }

  @ParameterizedTest
  @CsvSource({
    "local[2], , 'spark.task.cpus = 4 is more than the threads of spark.master = local[2]'",
    "local, , 'spark.task.cpus = 4 is more than the threads of spark.master = local'",
    "spark://host:7077, 2, 'spark.task.cpus = 4 is more than spark.executor.cores = 2: no executor"
        + " could run a task'",
  })
  void aTaskThatNoExecutorCouldRunIsReported(String master, String cores, String message) {
    SparkConf submitted =
        new SparkConf(false).set("spark.master", master).set("spark.task.cpus", "4");
    if (cores != null) {
      submitted.set("spark.executor.cores", cores);
    }
    assertThatThrownBy(() -> SparkContexts.configured(RunConfig.load(null, List.of()), submitted))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }
}
