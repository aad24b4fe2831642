package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration files that spark-submit distributes. */
class ConfigFileTest {
  @TempDir private Path folder;

  @AfterEach
  void removeTheProperties() {
    System.clearProperty("spark.files");
    System.clearProperty("spark.submit.deployMode");
  }

  @Test
  void aNameIsThatOfADistributedFile() throws IOException {
    Path file = Files.writeString(folder.resolve("distributed.conf"), "train.epochs = 7");
    System.setProperty("spark.files", "hdfs://ns/other.conf, " + file.toUri() + "#alias.conf");
    assertThat(RunConfig.load("alias.conf", List.of()).train().epochs()).isEqualTo(7);
    System.setProperty("spark.files", "local:" + file);
    assertThat(RunConfig.load("distributed.conf", List.of()).train().epochs()).isEqualTo(7);
  }

  @Test
  void aDriverOnTheClusterSaysWhereItLooks() {
    System.setProperty("spark.submit.deployMode", "cluster");
    assertThatThrownBy(() -> RunConfig.load("none.conf", List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "none.conf: no such configuration file where the driver runs: name a Hadoop URI, or a"
                + " file given by --files");
  }
}
