package io.centroid.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MutatorTest {
  private static final byte[] JSON = bytes("{\"a\": 12, \"b\": [true, \"text\"]}");

  @Test
  void theSameSeedGivesTheSameDamageAndAnotherGivesAnother() {
    List<byte[]> seeds = List.of(JSON);
    List<PartFormat> formats = List.of(PartFormat.JSON);
    Set<String> different = new HashSet<>();
    for (long seed = 0; seed < 500; seed++) {
      byte[] one = new Mutator(seed, List.of("word")).mutate(seeds, formats);
      assertThat(new Mutator(seed, List.of("word")).mutate(seeds, formats)).isEqualTo(one);
      different.add(new String(one, StandardCharsets.ISO_8859_1));
    }
    assertThat(different).hasSizeGreaterThan(350);
  }

  @Test
  void compressedDataIsMostlyDamagedInside() {
    byte[] compressed = Gzip.compress(JSON);
    Mutator mutator = new Mutator(1, List.of());
    int whole = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = mutator.mutate(compressed, PartFormat.JSON, compressed);
      whole += Gzip.decompress(damaged, 1 << 20).isPresent() ? 1 : 0;
    }
    assertThat(whole).isBetween(250, 390);
  }

  @Test
  void aSafetensorsHeaderMostlyKeepsItsLength() {
    byte[] file =
        ByteBuffer.allocate(8 + JSON.length + 4)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(JSON.length)
            .put(JSON)
            .array();
    Mutator mutator = new Mutator(1, List.of());
    int kept = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = mutator.mutate(file, PartFormat.SAFETENSORS, file);
      long length =
          damaged.length < 8
              ? -1
              : ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).getLong();
      kept += length == damaged.length - 12 ? 1 : 0;
    }
    assertThat(kept).isGreaterThan(250);
  }

  @Test
  void oneOrTwoOfSeveralPartsAreDamaged() {
    byte[] seed = Parts.join("one part", "another", "and a third");
    List<PartFormat> formats = List.of(PartFormat.TEXT, PartFormat.BINARY, PartFormat.TEXT);
    Mutator mutator = new Mutator(1, List.of());
    int three = 0;
    for (int i = 0; i < 200; i++) {
      List<byte[]> parts = Parts.split(mutator.mutate(List.of(seed), formats));
      three += parts.size() == 3 ? 1 : 0;
    }
    assertThat(three).isGreaterThan(180);
  }

  @Test
  void anyBytesAreSomeParts() {
    List<byte[]> parts = List.of(new byte[0], new byte[] {0, 0, 1}, bytes("\0--part"));
    assertThat(Parts.split(Parts.join(parts))).containsExactlyElementsOf(parts);
    assertThat(Parts.split(new byte[0])).hasSize(1);
    assertThat(Parts.split(Parts.join("", "", ""))).hasSize(3);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
