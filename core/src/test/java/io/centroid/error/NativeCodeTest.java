package io.centroid.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativeCodeTest {
  @Test
  void theFolderAndTheSettingsAreNamed() {
    UnsatisfiedLinkError missing =
        new UnsatisfiedLinkError("no jniblas in java.library.path: /lib");
    missing.initCause(
        new UnsatisfiedLinkError("/x/libblas.so: /x/libblas.so: failed to map segment"));
    assertThat(NativeCode.explained(new ExceptionInInitializerError(missing)))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith(
                        "cannot load native code: /x/libblas.so: failed to map segment; if that"
                            + " folder is mounted noexec")
                    .contains("-Dorg.bytedeco.javacpp.cachedir=FOLDER"));
  }

  @Test
  void otherFailuresAreNotExplained() {
    assertThat(NativeCode.explained(new NoClassDefFoundError("a/B"))).isEmpty();
    assertThat(NativeCode.explained(new IllegalStateException("file.so"))).isEmpty();
  }
}
