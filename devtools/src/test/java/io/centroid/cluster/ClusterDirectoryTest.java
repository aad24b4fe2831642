package io.centroid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterDirectoryTest {
  @TempDir private Path root;

  @Test
  void changesAreExclusive() {
    ClusterDirectory directory = new ClusterDirectory(root);
    try (ClusterDirectory.Lock held = directory.lock()) {
      assertThatThrownBy(directory::lock)
          .isInstanceOf(InputException.class)
          .hasMessageContaining(root.toString());
    }
    directory.lock().close();
  }

  @Test
  void purgeKeepsForeignFiles() throws IOException {
    ClusterDirectory directory = new ClusterDirectory(root);
    directory.create();
    Files.writeString(directory.log("master"), "line");
    Files.writeString(root.resolve("mine.txt"), "mine");
    directory.purge();
    assertThat(root.toFile().list()).containsExactly("mine.txt");
  }

  @Test
  void removesLinksWithoutFollowingThem(@TempDir Path elsewhere) throws IOException {
    Path kept = Files.writeString(elsewhere.resolve("kept.txt"), "kept");
    ClusterDirectory directory = new ClusterDirectory(root);
    directory.create();
    Files.createSymbolicLink(directory.work("link"), elsewhere);
    directory.purge();
    assertThat(kept).exists();
  }

  @Test
  void returnsTheEndOfALog() throws IOException {
    ClusterDirectory directory = new ClusterDirectory(root);
    directory.create();
    Files.writeString(directory.log("master"), "a\nb\nc\n");
    assertThat(directory.tail("master", 2)).isEqualTo("b\n  c");
    assertThat(directory.tail("worker-1", 2)).startsWith("(no log");
  }

  @Test
  void configurationSupportsSpecialCharactersInPaths() throws IOException {
    ClusterDirectory directory = new ClusterDirectory(root.resolve("a b & <c>"));
    directory.create();
    ClusterState state = ClusterState.plan(new ClusterOptions(1, 2, 1, "1g"));
    CentroidHome home = new CentroidHome(Path.of(System.getProperty("user.dir")).resolve(".."));
    new ClusterConfiguration(home, directory, state).write();
    assertThat(directory.conf().resolve("core-site.xml"))
        .content()
        .contains(state.hdfsUrl())
        .contains("a b &amp; &lt;c>/tmp");
    assertThat(directory.conf().resolve("hdfs-site.xml"))
        .content()
        .contains("<name>dfs.replication</name><value>2</value>");
    assertThat(directory.conf().resolve("spark-defaults.conf"))
        .content()
        .contains("spark.shuffle.compress", state.masterUrl());
    directory.purge();
    assertThat(directory.root()).doesNotExist();
  }
}
