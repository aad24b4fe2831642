package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.config.RunConfig;
import io.centroid.spark.session.SparkContexts;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Memory of rounds after the lineage is truncated. */
class LineageRddIT {
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = SparkContexts.start(RunConfig.load(null, List.of("spark.master=local[1]")));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void truncatedRddReleasesPreviousRounds() throws Exception {
    Doubled second = chain();
    assertThat(second.toJavaRDD().collect()).containsExactly(4, 8);
    WeakReference<?> first = second.parent();
    second.truncate(2, elements(4, 8));
    Eventually.await(
        "the first round is collected",
        Duration.ofSeconds(20),
        () -> {
          System.gc();
          return first.get() == null;
        });
    assertThat(second.toJavaRDD().collect()).containsExactly(4, 8);
  }

  /** A separate method, so that no local variable references the first RDD. */
  private static Doubled chain() {
    return new Doubled(new Doubled(new RestoredStateRdd<>(spark.sc(), 2, elements(1, 2))));
  }

  private static LineageRdd.Elements<Integer> elements(int first, int second) {
    return LineageRdd.Elements.of(List.of(spark.broadcast(first), spark.broadcast(second)));
  }

  private static final class Doubled extends LineageRdd<Integer> {
    private static final long serialVersionUID = 1L;

    private @Nullable LineageRdd<Integer> previous;

    Doubled(LineageRdd<Integer> previous) {
      super(previous.sparkContext(), List.of(new OneToOneDependency<>(previous)));
      this.previous = previous;
    }

    WeakReference<?> parent() {
      return new WeakReference<>(previous);
    }

    @Override
    protected Partition[] parentPartitions() {
      return before().partitions();
    }

    @Override
    protected Integer computeElement(Partition partition, TaskContext context) {
      return 2 * before().iterator(partition, context).next();
    }

    private LineageRdd<Integer> before() {
      LineageRdd<Integer> parent = previous;
      if (parent == null) {
        throw new IllegalStateException("truncated");
      }
      return parent;
    }

    @Override
    protected void forgetParents() {
      previous = null;
    }
  }
}
