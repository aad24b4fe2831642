package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.Cluster;
import io.centroid.Dataset;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.OuterOptimizers;
import io.centroid.Trainer;
import io.centroid.cli.Centroid;
import io.centroid.example.JavaExamples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API from Java: on threads, and on executors that are processes of their own. */
class ApiIT {
  private static final Dataset DIGITS = Dataset.digits(2_000, 500);

  @TempDir private Path folder;

  @Test
  void examplesRunOnThreads() throws IOException {
    assertThat(JavaExamples.threads(DIGITS)).isGreaterThan(0.6);
    assertThat(JavaExamples.rows()).isCloseTo(2, within(0.2f));
    assertThat(JavaExamples.ownOptimizer(DIGITS)).isGreaterThan(0.4);
  }

  @Test
  void examplesRunOnExecutorsOfTheCallersContextAndEndAsOnThreads() throws Exception {
    String run = folder.resolve("run").toString();
    SparkConf conf = new SparkConf().setMaster("local-cluster[2,1,1024]").setAppName("ApiIT");
    try (LocalCluster cluster = LocalCluster.start(folder.resolve("home"), conf)) {
      cluster.awaitExecutors(2);
      JavaSparkContext sc = cluster.spark();
      String onExecutors = JavaExamples.spark(sc, DIGITS, run);
      assertThat(onExecutors).isEqualTo(onThreads());
      try (Model model = Model.load(run, SparkCluster.of(sc))) {
        assertThat(model.predict(DIGITS).values()).hasSize(500);
        assertThat(model.evaluate(DIGITS).examples()).isEqualTo(500);
      }
      assertThat(ownParts(SparkCluster.of(sc))).isEqualTo(ownParts(Cluster.threads(2)));
      assertThat(sc.sc().isStopped()).isFalse();
      assertThat(sc.parallelize(List.of(1, 2)).count()).isEqualTo(2);
    }
    assertThat(JavaExamples.predict(run, new float[784])).isBetween(0f, 1f);
    String copy = folder.resolve("copy").toString();
    assertThat(JavaExamples.provenance(run, copy).orElseThrow()).hasSize(64);
    assertThat(JavaExamples.provenance(copy, copy + "-2"))
        .isEqualTo(JavaExamples.provenance(run, copy + "-3"));
  }

  @Test
  void aLanguageModelIsTrainedAndGenerates() throws IOException {
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "the cat and the dog and the bird. ".repeat(300));
    Path corpus = folder.resolve("corpus");
    StringWriter errors = new StringWriter();
    int code =
        Centroid.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(errors),
            "prepare",
            text.toString(),
            "--out",
            corpus.toString(),
            "--tokenizer",
            "characters",
            "--set",
            "spark.master=local[1]");
    assertThat(code).as(errors.toString()).isZero();
    assertThat(JavaExamples.languageModel(corpus.toString())).startsWith("the ").hasSize(24);
  }

  private static String onThreads() throws IOException {
    try (Model model =
        Trainer.of(Networks.mlp(784, 128, 10))
            .optimizer(Optimizers.adamW(1e-3))
            .outer(OuterOptimizers.nesterov(0.7, 0.9))
            .workers(4)
            .localSteps(10)
            .epochs(3)
            .train(DIGITS)) {
      return model.result().orElseThrow().parametersSha256();
    }
  }

  /** An optimizer and examples that only this program has: they travel to the executors. */
  private static String ownParts(Cluster cluster) throws IOException {
    float[][] rows = new float[300][];
    int[] classes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      classes[i] = i % 3;
      rows[i] = new float[] {i % 3 + i / 1000f, i % 7};
    }
    try (Model model =
        Trainer.of(Networks.mlp(2, 8, 3))
            .optimizer(Optimizers.of(new JavaExamples.SignDescent(), 0.01))
            .workers(3)
            .batchSize(10)
            .localSteps(4)
            .on(cluster)
            .train(Dataset.of(rows, classes))) {
      return model.result().orElseThrow().parametersSha256();
    }
  }

  /** What a training holds outside the heap is freed when its model is closed. */
  @Test
  void memoryOutsideTheHeapIsBackAfterAModelIsClosed() throws IOException {
    Trainer trainer = Trainer.of(Networks.mlp(784, 1_000, 10)).workers(2).steps(2);
    long before = Pointer.totalBytes();
    for (int i = 0; i < 3; i++) {
      try (Model model = trainer.train(Dataset.digits(400, 20))) {
        model.predict(new float[784]);
        assertThat(Pointer.totalBytes() - before).isGreaterThan(4 * 795_010L);
      }
      assertThat(Pointer.totalBytes() - before).isLessThan(100_000);
    }
  }
}
