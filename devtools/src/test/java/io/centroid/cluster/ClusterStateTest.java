package io.centroid.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterStateTest {
  private static final ClusterOptions OPTIONS = new ClusterOptions(2, 3, 1, "2g");

  @TempDir private Path directory;

  @Test
  void readsBackWhatItWrote() {
    ClusterState state = ClusterState.plan(OPTIONS);
    state = state.with(state.daemon("worker-2").withProcess(new ProcessIdentity(4711, 123_456)));
    state.write(directory);
    assertThat(ClusterState.read(directory)).contains(state);
    assertThat(directory.toFile().list()).containsExactly("cluster.json");
  }

  @Test
  void plansEveryDaemonOnDifferentPorts() {
    ClusterState state = ClusterState.plan(OPTIONS);
    assertThat(state.daemons())
        .extracting(Daemon::name)
        .containsExactly(
            "namenode", "datanode-1", "datanode-2", "datanode-3", "master", "worker-1", "worker-2");
    assertThat(state.daemons().stream().flatMap(daemon -> daemon.ports().values().stream()))
        .doesNotHaveDuplicates()
        .hasSize(2 + 3 * 3 + 2 + 2 * 2);
  }

  @Test
  void isEmptyBeforeTheFirstStart() {
    assertThat(ClusterState.read(directory)).isEmpty();
  }

  @Test
  void rejectsAnInvalidRecord() throws IOException {
    Files.writeString(directory.resolve("cluster.json"), "{\"daemons\": 1");
    assertThatThrownBy(() -> ClusterState.read(directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cluster.json");
  }

  @Test
  void anUnknownNameListsTheDaemons() {
    assertThatThrownBy(() -> ClusterState.plan(OPTIONS).daemon("worker-9"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("worker-9")
        .hasMessageContaining("worker-2");
  }

  @Test
  void aStoppedDaemonIsNotAlive() {
    assertThat(ClusterState.plan(OPTIONS).daemon("master").isAlive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "0g", "2 g", "2gb", "-1g"})
  void rejectsMemoryWithoutUnit(String memory) {
    assertThatThrownBy(() -> new ClusterOptions(1, 1, 1, memory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("worker-memory");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65})
  void rejectsNumbersOutOfRange(int count) {
    assertThatThrownBy(() -> new ClusterOptions(count, 1, 1, "2g"))
        .isInstanceOf(InputException.class)
        .hasMessage("workers must be from 1 to 64: " + count);
  }
}
