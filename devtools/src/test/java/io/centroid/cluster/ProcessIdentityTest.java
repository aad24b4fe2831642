package io.centroid.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessIdentityTest {
  @Test
  void findsARunningProcess() {
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current());
    assertThat(self.live()).contains(ProcessHandle.current());
  }

  @Test
  void detectsAReusedProcessId() {
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current());
    ProcessIdentity earlier = new ProcessIdentity(self.pid(), self.startMillis() - 60_000);
    assertThat(earlier.live()).isEmpty();
  }

  @Test
  void killsAProcessThatIgnoresSigtermAndItsChildren() throws IOException {
    Process stubborn =
        new ProcessBuilder("bash", "-c", "trap '' TERM; echo ready; sleep 60 & wait; wait").start();
    assertThat(stubborn.inputReader().readLine()).isEqualTo("ready");
    ProcessIdentity identity = ProcessIdentity.of(stubborn.toHandle());
    assertThat(identity.live()).isPresent();
    new ProcessEnd(Duration.ofMillis(200)).end(List.of(stubborn.toHandle()));
    assertThat(identity.live()).isEmpty();
    assertThat(stubborn.toHandle().descendants()).isEmpty();
  }
}
