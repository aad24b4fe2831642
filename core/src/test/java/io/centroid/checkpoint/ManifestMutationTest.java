package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Damage;
import io.centroid.error.InputException;
import org.junit.jupiter.api.Test;

/** A mutated manifest is either read or rejected with a one-line error. */
final class ManifestMutationTest {
  private static final int MUTATIONS = 20_000;

  @Test
  void areReadOrRejected() {
    byte[] original = ManifestTest.manifest().toJson();
    int rejected = 0;
    Damage damage = new Damage(18, "F32", "\"shape\"", "parameters.safetensors");
    for (int i = 0; i < MUTATIONS; i++) {
      try {
        Manifest.parse("m", damage.to(original)).toJson();
      } catch (InputException e) {
        assertThat(e).hasMessageMatching(Damage.ONE_LINE);
        rejected++;
      }
    }
    assertThat(rejected).isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }
}
