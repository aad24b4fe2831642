package io.centroid.spark.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.TextFile;
import io.centroid.encryption.FileCipher;
import io.centroid.io.HadoopFiles;
import io.centroid.redact.Policy;
import io.centroid.redact.table.Anonymity;
import io.centroid.redact.table.TablePolicy;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.redact.RedactionInputs.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnonymityCheckIT {
  private static final Anonymity REQUIRED = new Anonymity(List.of("age"), 2, "", 1);

  @TempDir private Path folder;

  @Test
  void tablesAreClosedAlsoIfATaskFails() throws IOException {
    Path good = Files.writeString(folder.resolve("good.csv"), "age,b\n1,2\n1,3\n4,5\n");
    Path bad = Files.writeString(folder.resolve("bad.csv"), "age,b\n1,2\n3\n");
    SparkConf conf =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("anonymity")
            .set("spark.ui.enabled", "false");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      assertThat(count(spark, "good.csv")).isEqualTo(new Anonymity.Found(3, 2, 1, 1, 1, 0, 0));
      assertThat(isOpen(good)).isFalse();
      assertThatThrownBy(() -> count(spark, "bad.csv"))
          .isInstanceOf(SparkException.class)
          .hasMessageContaining("bad.csv: line 3: 1 fields, expected 2");
      assertThat(isOpen(bad)).isFalse();
    }
  }

  private Anonymity.Found count(JavaSparkContext spark, String table) {
    HadoopFiles files = new HadoopFiles(new Configuration());
    RedactionPolicy policy =
        new RedactionPolicy(
            new PolicyEdits(Policy.masking(), new byte[0]),
            new TablePolicy(Map.of(), REQUIRED),
            new byte[0],
            Policy.masking().sha256());
    TextFile file = new TextFile(table, 1, DocumentKind.FILE, false);
    RedactionTasks tasks =
        new RedactionTasks(
            null,
            List.of(),
            List.of(new Input(file, table)),
            files,
            "UTF-8",
            new Staging(files, folder.toString()),
            policy,
            0,
            FileCipher.NONE);
    return AnonymityCheck.count(spark, spark.broadcast(new JavaSerialized<>(tasks)), REQUIRED);
  }

  /** Whether this process has a file open. */
  private static boolean isOpen(Path file) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.anyMatch(
          descriptor -> {
            try {
              return Files.readSymbolicLink(descriptor).equals(file);
            } catch (IOException e) {
              return false; // It was closed meanwhile.
            }
          });
    }
  }
}
