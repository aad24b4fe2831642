package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.InputException;
import io.centroid.Mutations;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged manifests are read or refused with one line; nothing else ever happens. */
final class ManifestMutationTest {
  private static final int MUTATIONS = 20_000;

  @Test
  void areReadOrRefused() {
    byte[] original = ManifestTest.manifest().toJson();
    int refused = 0;
    Random random = new Random(18);
    for (int i = 0; i < MUTATIONS; i++) {
      try {
        Manifest.parse("m", Mutations.mutate(original, random)).toJson();
      } catch (InputException e) {
        Mutations.assertOneLine(e);
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }
}
