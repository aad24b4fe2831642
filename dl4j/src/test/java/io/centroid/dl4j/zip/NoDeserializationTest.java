package io.centroid.dl4j.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Gadget;
import java.io.ByteArrayInputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import org.junit.jupiter.api.Test;

class NoDeserializationTest {
  @Test
  void blocksDeserialization() throws Exception {
    assertThat(NoDeserialization.isInstalled()).isTrue();
    int before = Gadget.Trace.reads();
    assertThatThrownBy(() -> NoDeserialization.during(NoDeserializationTest::deserialized))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
  }

  @Test
  void doesNotAffectOtherThreads() throws Exception {
    assertThat(NoDeserialization.during(() -> NoDeserialization.during(() -> 1))).isEqualTo(1);
    int before = Gadget.Trace.reads();
    assertThat(deserialized()).isInstanceOf(Gadget.class);
    assertThat(Gadget.Trace.reads()).isEqualTo(before + 1);
  }

  private static Object deserialized() throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(Gadget.bytes()))) {
      return in.readObject();
    }
  }
}
