package io.centroid.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
  @Test
  void leavesPlainPathsUnquoted() {
    assertThat(ShellWord.of("hdfs://localhost:9000/runs/mnist-2e9e9048_a"))
        .isEqualTo("hdfs://localhost:9000/runs/mnist-2e9e9048_a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "it's", "$HOME", "a\"b", "*", "", "Größe"})
  void shellReturnsTheOriginalText(String text) throws IOException {
    Process shell = new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(text)).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(text);
  }
}
