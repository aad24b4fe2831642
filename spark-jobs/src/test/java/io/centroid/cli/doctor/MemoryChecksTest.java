package io.centroid.cli.doctor;

import static io.centroid.cli.doctor.Fixtures.config;
import static io.centroid.cli.doctor.Fixtures.machine;
import static io.centroid.cli.doctor.Fixtures.only;
import static io.centroid.cli.doctor.Fixtures.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.centroid.cli.doctor.MemoryNeed.Placement;
import io.centroid.cli.doctor.MemoryNeed.Term;
import io.centroid.config.NetworkSettings;
import io.centroid.config.RunConfig;
import io.centroid.data.InputShape;
import io.centroid.nn.NetworkSpec;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

class MemoryChecksTest {
  /** Bytes of the parameters of a 784-128-10 network. */
  private static final long VECTOR = 4L * (784 * 128 + 128 + 128 * 10 + 10);

  private static final Placement LOCAL = new Placement(1, 4, true);
  private static final Placement TWO_EXECUTORS = new Placement(2, 2, false);
  private static final Machine PLAIN = machine(Map.of());

  private static MemoryNeed need(Placement placement, String... settings) {
    RunConfig config = config(settings);
    NetworkSettings.Complete network = (NetworkSettings.Complete) config.model().network();
    return MemoryNeed.of(
        config,
        new NetworkSpec(
            network.architecture(), new InputShape(1, 28, 28), 10, config.model().loss(), 1),
        1000,
        placement);
  }

  private static long term(MemoryNeed need, String name, ToLongFunction<Term> part) {
    return need.terms().stream()
        .filter(term -> term.name().equals(name))
        .mapToLong(part)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void countsVectorsOfTheDriver() {
    MemoryNeed need = need(LOCAL, "train.workers=3", "optimizer.name=adamw", "outer.name=nesterov");
    // Each worker sends its delta and two moments; the driver adds their mean.
    assertThat(need.collected()).isEqualTo(3 * 3 * VECTOR);
    assertThat(term(need, "deltas, collected", Term::driverHeap)).isEqualTo(10 * VECTOR);
    assertThat(term(need, "averaged optimizer state", Term::driverHeap)).isEqualTo(4 * VECTOR);
    assertThat(term(need, "outer optimizer state", Term::driverHeap)).isEqualTo(2 * VECTOR);
    assertThat(need.checkpoint()).isEqualTo(4 * VECTOR);
    assertThat(term(need, "examples", Term::executorHeap)).isEqualTo(1000);
    assertThat(need.driverHeap()).isEqualTo(MemoryNeed.BASE + 1000 + (2 + 10 + 4 + 2 + 4) * VECTOR);
  }

  @Test
  void countsReplicasOfTheTasksThatRunAtATime() {
    MemoryNeed need = need(TWO_EXECUTORS, "train.workers=8", "optimizer.name=momentum");
    assertThat(term(need, "replicas: parameters", Term::offHeap)).isEqualTo(2 * VECTOR);
    assertThat(term(need, "replicas: optimizer", Term::offHeap)).isEqualTo(2 * VECTOR);
    // A batch of 64: the input, and four times the 138 outputs of the layers.
    assertThat(term(need, "replicas: activations", Term::offHeap))
        .isEqualTo(2 * 4L * 64 * (784 + 4 * 138));
    assertThat(term(need, "examples", Term::executorHeap)).isEqualTo(500);
    assertThat(term(need, "deltas, sent", Term::executorHeap)).isEqualTo(2 * 2 * VECTOR);
  }

  @Test
  void shardedAggregationCollectsOneCopy() {
    // 200 workers send 155 MiB, which is more than the driver aggregates.
    assertThat(need(TWO_EXECUTORS, "train.workers=200").collected()).isEqualTo(VECTOR);
    assertThat(need(TWO_EXECUTORS, "train.workers=200", "average.slices=1").collected())
        .isEqualTo(200 * VECTOR);
  }

  @Test
  void workersThatKeepTheirStatesWriteThemToCheckpoints() {
    MemoryNeed need =
        need(TWO_EXECUTORS, "train.workers=8", "optimizer.name=momentum", "train.inner-state=keep");
    assertThat(need.checkpoint()).isEqualTo((1 + 8) * VECTOR);
    assertThat(term(need, "state of each worker", Term::executorHeap)).isEqualTo(2 * 4 * VECTOR);
  }

  private static RunConfig.Compute compute(String nativeMemory) {
    return config("compute.native-memory=" + nativeMemory).compute();
  }

  private static MemoryNeed need(boolean isLocal, long driver, long executor, long offHeap) {
    return new MemoryNeed(
        List.of(new Term("all", driver, executor, offHeap)), 5L << 30, 0, 4, isLocal);
  }

  @Test
  void acceptsWhatFits() {
    Outcome outcome =
        MemoryChecks.memory(
            need(LOCAL, "train.workers=2"), settings("local[4]", Map.of()), compute("1GiB"), PLAIN);
    assertThat(outcome).isEqualTo(Outcome.ok("heap 302 MiB of 2.0 GiB, native 2.2 MiB"));
  }

  @Test
  void findsAHeapThatIsTooSmall() {
    Finding finding =
        only(
            MemoryChecks.memory(
                need(true, 3L << 30, 0, 0),
                settings("local[4]", Map.of()),
                compute("1GiB"),
                PLAIN));
    assertThat(finding.found()).isEqualTo("the driver needs about 3.0 GiB of heap, it has 2.0 GiB");
    assertThat(finding.change()).containsExactly("export CENTROID_DRIVER_MEMORY=4g");
    Map<String, String> submitted = Map.of("spark.submit.deployMode", "client");
    assertThat(
            only(MemoryChecks.memory(
                    need(true, 3L << 30, 0, 0),
                    settings("local[4]", submitted),
                    compute("1GiB"),
                    PLAIN))
                .change())
        .containsExactly("spark-submit --driver-memory 4g");
  }

  @Test
  void findsTooLittleNativeMemory() {
    Finding finding =
        only(
            MemoryChecks.memory(
                need(true, 0, 0, 5L << 30),
                settings("local[4]", Map.of()),
                compute("1GiB"),
                PLAIN));
    assertThat(finding.change()).containsExactly("export CENTROID_NATIVE_MEMORY=7g");
  }

  @Test
  void findsAMachineThatIsTooSmall() {
    assertThat(
            MemoryChecks.memory(
                    need(true, 1L << 30, 0, 8L << 30),
                    settings("local[4]", Map.of()),
                    compute("1GiB"),
                    PLAIN)
                .findings())
        .extracting(Finding::found, finding -> finding.change().get(0))
        .contains(
            tuple(
                "the process needs about 9.0 GiB, the machine has 8.0 GiB; the largest term is all",
                // 7 GiB are left for workers that take 2 GiB each.
                "--master local[3]"));
  }

  @Test
  void findsExecutorsThatAreTooSmall() {
    assertThat(
            MemoryChecks.memory(
                    need(false, 0, 2L << 30, 400L << 20),
                    settings("yarn", Map.of()),
                    compute("256MiB"),
                    PLAIN)
                .findings())
        .extracting(finding -> finding.change().get(0))
        .containsExactly(
            "--conf spark.executor.memory=3g",
            "--set compute.native-memory=512m",
            "--conf spark.executor.memoryOverhead=1024m",
            "--conf spark.driver.maxResultSize=7g");
  }

  /** Spark standalone has no containers. */
  @Test
  void overheadMattersInContainersOnly() {
    assertThat(
            MemoryChecks.memory(
                    need(false, 0, 0, 400L << 20),
                    settings("spark://host:7077", Map.of()),
                    compute("1GiB"),
                    PLAIN)
                .findings())
        .extracting(finding -> finding.change().get(0))
        .containsExactly("--conf spark.driver.maxResultSize=7g");
  }
}
