package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Damage;
import io.centroid.InputException;
import org.junit.jupiter.api.Test;

/** Damaged manifests are read or refused with one line; nothing else ever happens. */
final class ManifestMutationTest {
  private static final int MUTATIONS = 20_000;

  @Test
  void areReadOrRefused() {
    byte[] original = ManifestTest.manifest().toJson();
    int refused = 0;
    Damage damage = new Damage(18, "F32", "\"shape\"", "parameters.safetensors");
    for (int i = 0; i < MUTATIONS; i++) {
      try {
        Manifest.parse("m", damage.to(original)).toJson();
      } catch (InputException e) {
        assertThat(e).hasMessageMatching(Damage.ONE_LINE);
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }
}
