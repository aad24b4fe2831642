package io.centroid.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandProcessTest {
  @ParameterizedTest
  @ValueSource(ints = {11, 16, 22, 24, 25})
  void otherVersionsOfJavaAreRefused(int feature) {
    assertThatThrownBy(() -> JavaVersion.require(feature))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Java 17 to 21 is needed")
        .hasMessageContaining("found " + feature);
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 21})
  void supportedVersionsOfJavaAreAccepted(int feature) {
    assertThatCode(() -> JavaVersion.require(feature)).doesNotThrowAnyException();
  }

  @Test
  void aUserWithoutANameIsHadoopsOrHasItsNumber() {
    assertThat(LoginUser.name(Map.of("HADOOP_USER_NAME", "joe"), 54321)).isEqualTo("joe");
    assertThat(LoginUser.name(Map.of("HADOOP_USER_NAME", " "), 54321)).isEqualTo("54321");
    assertThat(LoginUser.name(Map.of(), 54321)).isEqualTo("54321");
  }

  @Test
  void outputToAFullDeviceIsLost() throws IOException {
    try (FileOutputStream full = new FileOutputStream("/dev/full")) {
      StandardOutput output = new StandardOutput(full);
      output.requireWritten();
      new PrintWriter(output, true, StandardCharsets.UTF_8).println("result");
      assertThatThrownBy(output::requireWritten)
          .isInstanceOf(StandardOutput.LostException.class)
          .hasMessage("standard output: No space left on device")
          .satisfies(
              lost -> assertThat(((StandardOutput.LostException) lost).isClosedPipe()).isFalse());
    }
  }

  @Test
  void aClosedPipeIsRecognized() throws Exception {
    Process reader = new ProcessBuilder("true").start();
    assertThat(reader.waitFor()).isZero();
    try (OutputStream pipe = reader.getOutputStream()) {
      StandardOutput output = new StandardOutput(pipe);
      PrintWriter writer = new PrintWriter(output, true, StandardCharsets.UTF_8);
      writer.println("x".repeat(100_000));
      assertThatThrownBy(output::requireWritten)
          .isInstanceOf(StandardOutput.LostException.class)
          .satisfies(
              lost ->
                  assertThat(((StandardOutput.LostException) lost).getMessage())
                      .matches("standard output: (Broken pipe|Stream closed)"));
    } catch (IOException e) {
      assertThat(e).hasMessageMatching("Broken pipe|Stream closed");
    }
  }
}
