package io.centroid.spark.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.Serializable;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.Partition;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.storage.BlockStatus;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;
import scala.collection.Iterator;

/** Every use of Spark's private API. */
class InternalApiTest {
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf(false)
                .setMaster("local[1]")
                .setAppName("internal")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                // Otherwise blocks of earlier jobs are removed between two counts.
                .set("spark.cleaner.referenceTracking", "false")
                .set("spark.ui.enabled", "false"));
    spark.setLogLevel("ERROR");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void propertiesAreReadByTheirTypes() {
    SparkConf conf = new SparkConf(false).set("spark.task.cpus", "x").set("spark.own", "x");
    assertThat(SparkProperties.problem(conf, "spark.task.cpus").orElseThrow())
        .isEqualTo("spark.task.cpus should be int, but was x");
    assertThat(SparkProperties.problem(conf, "spark.own")).isEmpty();
    assertThat(SparkProperties.problem(conf, "spark.executor.memory")).isEmpty();
    assertThat(SparkProperties.hasClusterManager("yarn")).isFalse();
    assertThat(SparkProperties.hasClusterManager("local")).isFalse();
  }

  @Test
  void theDriverIsNoExecutor() {
    assertThat(StartedExecutor.of(spark.sc())).isEmpty();
    assertThat(ActiveExecutor.ids(spark.sc())).isEmpty();
    assertThat(ActiveExecutor.of(spark.sc(), Set.of("driver")))
        .containsExactly(new ActiveExecutor("driver", "127.0.0.1", 1, List.of()));
  }

  @Test
  void broadcastBlocksAreReadInTasksUntilTheyAreRemoved() {
    float[] values = new float[2 * BroadcastBlocks.LENGTH + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    BroadcastBlocks blocks = BroadcastBlocks.create();
    BlockCounts before = BlockCounts.now();
    blocks.publish("a", values);
    blocks.publish("b", new float[] {7});
    assertThat(BlockCounts.now().broadcasts()).isEqualTo(before.broadcasts() + 4);

    List<float[]> read =
        spark
            .parallelize(List.of(blocks.id()), 1)
            .flatMap(
                id -> {
                  BroadcastBlocks here = new BroadcastBlocks(id);
                  return List.of(
                          here.read("a", 0, 2 * BroadcastBlocks.LENGTH + 3),
                          here.read("a", BroadcastBlocks.LENGTH - 1, BroadcastBlocks.LENGTH + 1),
                          here.read("a", 5, 8),
                          here.read("b", 0, 1))
                      .iterator();
                })
            .collect();
    assertThat(read.get(0)).isEqualTo(values);
    assertThat(read.subList(1, 4))
        .containsExactly(
            new float[] {BroadcastBlocks.LENGTH - 1, BroadcastBlocks.LENGTH},
            new float[] {5, 6, 7},
            new float[] {7});

    BlockCounts held = BlockCounts.now(); // with those of the job
    blocks.remove(true, true);
    assertThat(BlockCounts.now().broadcasts()).isEqualTo(held.broadcasts() - 4);
    assertThatThrownBy(() -> blocks.read("b", 0, 1)).hasMessageContaining("block broadcast_");
  }

  @Test
  void eachExecutorReadsBlocksInAnOrderOfItsOwn() {
    List<List<Integer>> orders =
        Stream.of("0", "1", "2", "0")
            .map(executor -> BroadcastBlocks.order(executor, 50).boxed().toList())
            .toList();
    assertThat(orders.get(3)).isEqualTo(orders.get(0));
    assertThat(orders.subList(0, 3)).doesNotHaveDuplicates();
    assertThat(orders)
        .allSatisfy(order -> assertThat(order).containsExactlyInAnyOrderElementsOf(natural(50)));
    assertThat(orders.subList(0, 3).stream().map(order -> order.get(0))).doesNotHaveDuplicates();
  }

  private static List<Integer> natural(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDestroyedBroadcastCannotBeUsed(boolean blocking) {
    Broadcast<String> broadcast = spark.broadcast("gone");
    Lifetimes.destroy(broadcast, blocking);
    assertThatThrownBy(broadcast::value).hasMessageContaining("destroyed");
  }

  @Test
  void rddForgetsItsDependencies() {
    JavaRDD<Integer> rdd = spark.parallelize(List.of(1, 2), 2).map(value -> value + 1);
    assertThat(rdd.collect()).containsExactly(2, 3);
    Lifetimes.forgetDependencies(rdd.rdd());
    assertThat(rdd.rdd().dependencies()).isNull();
  }

  @Test
  void blocksOfRddsCountAsOthers() {
    BlockCounts before = BlockCounts.now();
    JavaRDD<Integer> rdd = spark.parallelize(List.of(1, 2), 2).cache();
    rdd.count();
    assertThat(BlockCounts.now().others()).isEqualTo(before.others() + 2);
    rdd.unpersist(true);
    assertThat(BlockCounts.now().others()).isEqualTo(before.others());
  }

  @Test
  void partitionIsClaimedByComputingAndCachingItOnce() {
    LongAccumulator computed = spark.sc().longAccumulator();
    RDD<Integer> rdd =
        spark
            .parallelize(List.of(1, 2), 2)
            .map(
                value -> {
                  computed.add(1);
                  return value * 10;
                })
            .cache()
            .rdd();
    assertThat(CachedPartitions.holders(rdd)).containsExactly(Set.of(), Set.of());
    assertThat(new Claiming(rdd).toJavaRDD().collect()).containsExactly(10, 20);
    assertThat(CachedPartitions.holders(rdd)).containsExactly(Set.of("driver"), Set.of("driver"));
    assertThat(new Claiming(rdd).toJavaRDD().collect()).containsExactly(10, 20);
    assertThat(computed.sum()).isEqualTo(2);
    rdd.unpersist(true);
    assertThat(CachedPartitions.holders(rdd)).containsExactly(Set.of(), Set.of());
  }

  private static final class Claiming extends RDD<Integer> {
    private static final long serialVersionUID = 1L;

    private final RDD<Integer> parent;

    Claiming(RDD<Integer> parent) {
      super(parent, parent.elementClassTag());
      this.parent = parent;
    }

    @Override
    public Iterator<Integer> compute(Partition partition, TaskContext context) {
      CachedPartitions.claim(parent, partition, context);
      return parent.iterator(partition, context);
    }

    @Override
    public Partition[] getPartitions() {
      return parent.partitions();
    }
  }

  /** Data that reports a size beyond the memory is not cached, even if its heap object is small. */
  @ParameterizedTest
  @CsvSource({"10, 1", "1000000000, 0"})
  void offHeapDataCountsWithItsOwnSize(long mebibytes, int kept) {
    BlockCounts before = BlockCounts.now();
    JavaRDD<Claim> rdd = spark.parallelize(List.of(mebibytes << 20), 1).map(Claim::new).cache();
    assertThat(rdd.count()).isEqualTo(1);
    assertThat(BlockCounts.now().others()).isEqualTo(before.others() + kept);
    // Not SparkContext.getRDDStorageInfo: Spark's event queue updates that later.
    Option<BlockStatus> block =
        SparkEnv.get().blockManager().getStatus(new RDDBlockId(rdd.id(), 0));
    assertThat(block.isDefined()).isEqualTo(kept == 1);
    assertThat(block.forall(status -> status.memSize() >= mebibytes << 20)).isTrue();
    rdd.unpersist(true);
  }

  private record Claim(long estimatedSize) implements SizedOffHeap, Serializable {}

  @Test
  void jobPropertiesApplyWithinTheirScope() throws Exception {
    Queue<Properties> jobs = new ConcurrentLinkedQueue<>();
    Queue<String> stages = new ConcurrentLinkedQueue<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart event) {
            jobs.add(event.properties());
            stages.add(event.stageInfos().head().name());
          }
        };
    spark.setJobDescription("of the user");
    spark.sc().addSparkListener(listener);
    try {
      spark.addJobTag("tag-of-a-round");
      JobProperties.described(
          spark.sc(),
          "round 3",
          () ->
              JobProperties.interruptible(
                  spark.sc(), () -> spark.parallelize(List.of(1), 1).count()));
      spark.removeJobTag("tag-of-a-round");
      spark.parallelize(List.of(1), 1).count();
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(listener);
      spark.setJobDescription(null);
    }
    // The property names that Spark's web UI and history server use.
    assertThat(jobs)
        .extracting(
            properties -> properties.getProperty("spark.job.description"),
            properties -> properties.getProperty("spark.job.interruptOnCancel"),
            JobProperties::tags)
        .containsExactly(
            tuple("round 3", "true", "tag-of-a-round"), tuple("of the user", null, null));
    assertThat(stages).element(0).isEqualTo("round 3");
    assertThat(stages).element(1).asString().startsWith("count at InternalApiTest.java");
    assertThat(JobProperties.tags(null)).isNull();
  }
}
