package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.cli.SharedCluster;
import io.centroid.cli.TrainingCluster;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files of a run on HDFS that were changed with valid HDFS checksums: they are reported and
 * skipped, and the run ends bitwise identical.
 */
@ExtendWith(SharedCluster.class)
class EditedFilesIT {
  private static final long LAST = TrainingCluster.ROUNDS * 5;

  private static TrainingCluster cluster;
  private static FileSystem hdfs;
  private static HdfsProcesses daemons;
  private static LocalDriver.Client client;

  @BeforeAll
  static void start(TrainingCluster shared) throws Exception {
    cluster = shared;
    hdfs = cluster.hdfs();
    daemons = new HdfsProcesses(cluster);
    client = new LocalDriver.Client(cluster.folder(), cluster.status().hdfs(), "root", Map.of());
    try (LocalDriver train = train("/runs/finished")) {
      assertThat(train.sha256()).isEqualTo(cluster.expectedSha256());
    }
  }

  @Test
  void aRewrittenCheckpointIsSkipped() throws Exception {
    String run = finished("/runs/rewritten");
    rewrite(
        run + "/checkpoints/step-%08d/parameters.safetensors".formatted(LAST),
        EditedFilesIT::flipped);
    requireSkipped(run, "SHA-256");
  }

  @Test
  void anEditedManifestIsSkipped() throws Exception {
    String run = finished("/runs/edited");
    rewriteText(
        run + "/checkpoints/step-%08d/manifest.json".formatted(LAST),
        text -> text.replace("\"round\" : 60", "\"round\" : 50"));
    requireSkipped(run, "manifest.json: was changed after it was written");
  }

  @Test
  void anEditedResultIsMeasuredAgain() throws Exception {
    String run = finished("/runs/result");
    JsonNode result;
    try (LocalDriver again = train(run)) {
      result = again.json();
      assertThat(again.errors()).contains("is finished");
    }
    rewriteText(
        run + "/result.json",
        text ->
            text.replaceFirst(
                "\"accuracy\" : " + result.path("test").path("accuracy"), "\"accuracy\" : 0.9999"));
    try (LocalDriver again = train(run)) {
      assertThat(again.json().path("test")).isEqualTo(result.path("test"));
      assertThat(again.errors())
          .contains(
              "computing the result again: ", "result.json: was changed after it was written");
    }
  }

  @ParameterizedTest
  @EnumSource
  void newestReturnsTheNewestValidCheckpoint(CommitProtocol protocol) throws Exception {
    List<String> skipped = new ArrayList<>();
    CheckpointStore store =
        store(
            "/corrupted-" + protocol,
            protocol,
            (checkpoint, reason) -> skipped.add(checkpoint.getName() + ": " + reason));
    try (CheckpointWriter writer =
        store.writer(store.claim(LeaseTerms.usual()), Retention.last(3))) {
      save(writer, 10, 1);
      StoredCheckpoint damaged = save(writer, 20, 2);
      rewrite(
          new org.apache.hadoop.fs.Path(damaged.path(), "parameters.safetensors").toString(),
          EditedFilesIT::flipped);
      assertThat(store.newest().orElseThrow().step()).isEqualTo(10);
      assertThat(skipped)
          .singleElement()
          .asString()
          .startsWith("step-00000020: ")
          .contains("SHA-256");
      save(writer, 20, 2);
      assertThat(store.newest().orElseThrow().step()).isEqualTo(20);
    }
  }

  @Test
  void aFolderCannotBeRenamedToAnExistingOne() throws Exception {
    // Commits rely on this: HDFS rejects the rename instead of replacing or nesting.
    FileContext context =
        FileContext.getFileContext(URI.create(cluster.status().hdfs()), cluster.configuration());
    for (String name : List.of("/renamed/a/1", "/renamed/b/2")) {
      hdfs.create(TrainingCluster.path(name)).close();
    }
    assertThatThrownBy(
            () ->
                context.rename(
                    TrainingCluster.path("/renamed/a"), TrainingCluster.path("/renamed/b")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(hdfs.listStatus(TrainingCluster.path("/renamed/b"))).hasSize(1);
  }

  private static void requireSkipped(String run, String reason) throws Exception {
    String skipped =
        "skipped checkpoint %s%s/checkpoints/step-%08d: "
            .formatted(cluster.status().hdfs(), run, LAST);
    try (LocalDriver evaluate = LocalDriver.evaluate(client, run)) {
      assertThat(evaluate.json().path("accuracy").asDouble()).isGreaterThan(0.6);
      requireReported(evaluate, skipped, reason);
    }
    try (LocalDriver train = train(run)) {
      assertThat(train.sha256()).isEqualTo(cluster.expectedSha256());
      assertThat(train.errors()).contains("step-%08d: epoch".formatted(LAST - 5));
      requireReported(train, skipped, reason);
    }
    daemons.requireIntact(run);
  }

  private static void requireReported(LocalDriver reader, String skipped, String reason) {
    assertThat(reader.errors().lines().filter(line -> line.contains(skipped)))
        .singleElement()
        .asString()
        .contains(reason);
  }

  /** Copies the finished run that was trained for all tests. */
  private static String finished(String run) throws Exception {
    HdfsProcesses.copy(cluster, "/runs/finished", run);
    return run;
  }

  private static LocalDriver train(String run) throws Exception {
    return LocalDriver.train(client, "run.dir=" + run, "checkpoint.every-rounds=1");
  }

  private static byte[] flipped(byte[] content) {
    content[content.length - 1] ^= 1;
    return content;
  }

  private static CheckpointStore store(
      String run, CommitProtocol protocol, CheckpointListener listener) throws IOException {
    return CheckpointStore.of(
        new org.apache.hadoop.fs.Path(cluster.status().hdfs() + run),
        cluster.configuration(),
        protocol,
        listener);
  }

  private static StoredCheckpoint save(CheckpointWriter writer, long step, float value)
      throws IOException {
    Snapshot snapshot =
        new Snapshot(
            step,
            step,
            1,
            new Position(0, step),
            "cafe",
            List.of(new LayoutTensor("0.b", List.of(3L), "bias")),
            Map.of("java", "17"),
            Map.of(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode(),
            JsonNodeFactory.instance.objectNode());
    TensorSlice parameters =
        new TensorSlice("0.b", List.of(3L), new float[] {value, value, value}, 0);
    return writer.save(snapshot, List.of(parameters), List.of(), Map.of());
  }

  private static void rewriteText(String file, UnaryOperator<String> change) throws Exception {
    rewrite(
        file,
        content -> {
          String text = new String(content, StandardCharsets.UTF_8);
          String changed = change.apply(text);
          assertThat(changed).isNotEqualTo(text);
          return changed.getBytes(StandardCharsets.UTF_8);
        });
  }

  private static void rewrite(String file, UnaryOperator<byte[]> change) throws Exception {
    org.apache.hadoop.fs.Path path = TrainingCluster.path(file);
    byte[] content;
    try (InputStream in = hdfs.open(path)) {
      content = in.readAllBytes();
    }
    byte[] changed = change.apply(Arrays.copyOf(content, content.length));
    try (OutputStream out = hdfs.create(path, true)) {
      out.write(changed);
    }
  }
}
