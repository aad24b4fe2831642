package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.InputException;
import io.centroid.fuzz.Mutator;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Trial;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damaged manifests are read or refused with one line; nothing else ever happens. */
final class ManifestMutationTest {
  private static final int MUTATIONS = 20_000;

  @Test
  void areReadOrRefused() {
    byte[] original = ManifestTest.manifest().toJson();
    int refused = 0;
    Mutator mutator = new Mutator(18, List.of("F32", "\"shape\"", "parameters.safetensors"));
    for (int i = 0; i < MUTATIONS; i++) {
      try {
        Manifest.parse("m", mutator.mutate(original, PartFormat.JSON, original)).toJson();
      } catch (InputException e) {
        assertThat(Trial.complaint(e.getMessage())).isEmpty();
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }
}
