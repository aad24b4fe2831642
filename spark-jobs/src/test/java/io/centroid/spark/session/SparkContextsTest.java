package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.EffectiveSettings;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import scala.Tuple2;

final class SparkContextsTest {
  private static final String ENABLED = "dfs.client.retry.policy.enabled";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String SPEC = "dfs.client.retry.policy.spec";

  @Test
  void sparksOwnHdfsClientsOutlastARestart() {
    SparkConf conf = new SparkConf(false);
    SparkContexts.outlastHdfs(conf, new Configuration());
    assertThat(conf.get("spark.hadoop." + ENABLED)).isEqualTo("true");
    assertThat(conf.contains("spark.hadoop." + SPEC)).isTrue();
  }

  @Test
  void siteAndSparkSubmitTakePrecedence() {
    Configuration site = new Configuration();
    site.set(SPEC, "10000,2");
    SparkConf conf = new SparkConf(false).set("spark.hadoop." + ENABLED, "false");
    SparkContexts.outlastHdfs(conf, site);
    assertThat(conf.get("spark.hadoop." + ENABLED)).isEqualTo("false");
    assertThat(conf.contains("spark.hadoop." + SPEC)).isFalse();
  }

  private static SparkConf configured(SparkConf submitted, String... settings) {
    return SparkContexts.configured(RunConfig.load(null, List.of(settings)), submitted);
  }

  private static SparkConf submitted() {
    return new SparkConf(false).set("spark.master", "spark://host:7077");
  }

  @Test
  void whatCentroidSetsIsNotAmongTheChangedSettings() {
    RunConfig config = RunConfig.load(null, List.of("spark.conf.\"spark.task.cpus\"=2"));
    SparkConf conf = SparkContexts.configured(config, new SparkConf(false));
    conf.remove("spark.redaction.regex");
    Map<String, String> all =
        Arrays.stream(conf.getAll()).collect(Collectors.toMap(Tuple2::_1, Tuple2::_2));
    all.remove("spark.master");
    assertThat(all).hasSizeGreaterThan(15);
    String effective = config.withSparkInForce("local[*]", all).effective();
    assertThat(EffectiveSettings.parse("effective.conf", effective).changed())
        .containsExactlyEntriesOf(Map.of("spark.conf.\"spark.task.cpus\"", "2"));
  }

  @Test
  void configurationOverridesSparkSubmitAndDefaults() {
    SparkConf conf =
        configured(
            submitted()
                .set("spark.speculation", "false")
                .set("spark.broadcast.compress", "true")
                .set("spark.driver.maxResultSize", "1g"),
            "spark.conf.\"spark.speculation\"=true",
            "spark.conf.\"spark.driver.maxResultSize\"=2g");
    assertThat(conf.get("spark.speculation")).isEqualTo("true");
    assertThat(conf.get("spark.broadcast.compress")).isEqualTo("true");
    assertThat(conf.get("spark.driver.maxResultSize")).isEqualTo("2g");
    assertThat(conf.get("spark.master")).isEqualTo("spark://host:7077");
    SparkConf plain = configured(submitted());
    assertThat(plain.get("spark.broadcast.compress")).isEqualTo("false");
    assertThat(plain.get("spark.driver.maxResultSize")).isEqualTo("4g");
  }

  @Test
  void executorsLoadThePinnedKernels() {
    String variable = "spark.executorEnv.OPENBLAS_CORETYPE";
    String pinned = "compute.cpu-kernels=haswell";
    assertThat(configured(submitted()).contains(variable)).isFalse();
    assertThat(configured(submitted(), pinned).get(variable)).isEqualTo("HASWELL");
    assertThat(configured(submitted().set(variable, "Haswell"), pinned).get(variable))
        .isEqualTo("HASWELL");
    assertThat(configured(submitted().set(variable, "Zen")).get(variable)).isEqualTo("Zen");
    SparkConf other = submitted().set(variable, "Zen");
    assertThatThrownBy(() -> configured(other, pinned))
        .isInstanceOf(InputException.class)
        .hasMessage(variable + " = Zen contradicts compute.cpu-kernels = HASWELL");
  }

  @Test
  void executorsNumberGpusAsNvidiaSmiDoes() {
    String variable = "spark.executorEnv.CUDA_DEVICE_ORDER";
    assertThat(configured(submitted()).get(variable)).isEqualTo("PCI_BUS_ID");
    assertThat(configured(submitted().set(variable, "FASTEST_FIRST")).get(variable))
        .isEqualTo("FASTEST_FIRST");
  }

  @Test
  void keepsTheUsersSerializerAndTimeouts() {
    String kryo = "org.apache.spark.serializer.KryoSerializer";
    assertThat(configured(submitted().set("spark.serializer", kryo)).get("spark.serializer"))
        .isEqualTo(kryo);
    assertThat(configured(submitted()).getAll())
        .extracting(Tuple2::_1)
        .doesNotContain("spark.serializer")
        .noneMatch(
            key ->
                key.matches(".*([Tt]imeout|[Hh]eartbeat|[Rr]etr).*(?<!killTimeout)$")
                    && !key.startsWith("spark.hadoop."));
  }

  @ParameterizedTest
  @CsvSource({
    "1g, , 1408m", // 384 MiB is more than a tenth
    "32g, , 4300m",
    "10g, 0.4, 5120m",
  })
  void addsNativeMemoryToSparksOverhead(String heap, @Nullable String factor, String overhead) {
    SparkConf submitted = submitted().set("spark.executor.memory", heap);
    if (factor != null) {
      submitted.set("spark.executor.memoryOverheadFactor", factor);
    }
    assertThat(configured(submitted, "compute.native-memory=1GiB").get(OVERHEAD))
        .isEqualTo(overhead);
    assertThat(configured(submitted.clone().set(OVERHEAD, "3g")).get(OVERHEAD)).isEqualTo("3g");
  }

  @Test
  void effectiveConfigurationHasAllSettingsExceptSecrets(@TempDir Path folder) throws IOException {
    RunConfig config =
        RunConfig.load(
            null, List.of("spark.master=local[3]", "spark.conf.\"spark.speculation\"=true"));
    SparkConf submitted =
        new SparkConf(false)
            .set("spark.master", "local[1]")
            .set("spark.speculation", "false")
            .set("spark.ui.retainedJobs", "77")
            .set("spark.hadoop.fs.s3a.secret.key", "hunter2hunter2");
    RunConfig again;
    try (JavaSparkContext spark =
        new JavaSparkContext(SparkContexts.configured(config, submitted))) {
      again =
          RunConfig.load(
              Files.writeString(
                      folder.resolve("effective.conf"),
                      SparkContexts.inForce(config, spark).effective())
                  .toString(),
              List.of());
    }
    assertThat(again.spark().master()).isEqualTo("local[1]");
    assertThat(again.spark().conf())
        .containsEntry("spark.speculation", "true")
        .containsEntry("spark.ui.retainedJobs", "77")
        .containsEntry("spark.driver.maxResultSize", "4g")
        .doesNotContainKeys("spark.app.id", "spark.driver.port", "spark.master")
        .doesNotContainValue("hunter2hunter2");
    assertThat(again.train()).isEqualTo(config.train());
  }
}
