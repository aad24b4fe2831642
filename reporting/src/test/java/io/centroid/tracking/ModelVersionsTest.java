package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.io.HadoopFiles;
import io.centroid.tracking.ModelVersions.Version;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelVersionsTest extends MlflowFixture {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  private final List<String> notes = new CopyOnWriteArrayList<>();
  private ModelVersions mirror;

  @BeforeEach
  void open() {
    MlflowHttp http = new MlflowHttp(server.uri(), null, Duration.ofMillis(500));
    mirror = new ModelVersions(http, FILES, notes::add, Duration.ofMillis(1));
  }

  private Version version(int number) {
    return new Version(
        "digits",
        number,
        "hdfs://namenode:8020/registry/digits/versions/" + number,
        "ab".repeat(32),
        directory.toString());
  }

  @Test
  void aVersionIsRegisteredOnceWithItsRunSourceAndTags() throws IOException {
    new RunFile(server.uri(), "1", "0af3").write(FILES, FILES.path(directory.toString()));
    mirror.register(version(7));
    mirror.register(version(7));
    assertThat(notes).isEmpty();
    assertThat(server.versions())
        .containsExactly(
            new MlflowServer.Version(
                "digits",
                "1",
                "hdfs://namenode:8020/registry/digits/versions/7",
                "0af3",
                Map.of("centroid.version", "7", "centroid.sha256", "ab".repeat(32))));
  }

  @Test
  void anAliasMovesToMlflowsNumberOfTheVersion() {
    for (int number : new int[] {3, 4, 9}) {
      mirror.register(version(number));
    }
    mirror.move("digits", "champion", 4);
    assertThat(server.aliases("digits")).containsExactly(Map.entry("champion", "2"));
    mirror.move("digits", "champion", 9);
    assertThat(server.aliases("digits")).containsExactly(Map.entry("champion", "3"));
    assertThat(notes).isEmpty();
    mirror.move("digits", "champion", 5);
    assertThat(notes)
        .containsExactly(
            "MLflow: "
                + server.uri()
                + " the server has no version 5 of digits; champion is not moved to version 5");
    assertThat(server.aliases("digits")).containsExactly(Map.entry("champion", "3"));
  }

  @Test
  void aFailingServerIsARemarkAfterThreeAttempts() {
    server.fault = MlflowServer.Fault.ERROR;
    mirror.register(version(1));
    assertThat(notes)
        .containsExactly("MLflow: " + server.uri() + " answers 500; version 1 is not registered");
    assertThat(server.requests).hasSize(3);
  }

  @Test
  void aLocalFolderIsRefusedByTheServerWithOneRemark() {
    mirror.register(new Version("digits", 1, "file:/tmp/registry", "ab".repeat(32), "runs/a"));
    assertThat(notes)
        .singleElement()
        .asString()
        .contains("answers 400", "Invalid model version source", "version 1 is not registered");
    assertThat(server.versions()).isEmpty();
    server.refusals.clear();
  }
}
