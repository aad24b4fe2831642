package io.centroid.retrain;

import io.centroid.io.HadoopFiles;
import io.centroid.leak.LeakGate;
import io.centroid.leak.ModelFiles;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.StoredVersion;
import io.centroid.registry.VersionProvenance;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;

/** The gate of {@code leak.max-exposure} before every move of an alias. */
public final class PromotionGate {
  private PromotionGate() {}

  /**
   * Opens a registry whose aliases move to permitted versions only.
   *
   * @param overrides overrides of {@code leak.max-exposure} as {@code key=value}
   */
  public static ModelRegistry registry(
      HadoopFiles files, String root, String model, List<String> overrides) throws IOException {
    ModelRegistry registry = ModelRegistry.of(files, root, model);
    return registry.gated(
        number -> {
          StoredVersion version = registry.version(number);
          require(files, version.checkpoint(), version.record().provenance(), overrides);
        });
  }

  /**
   * Checks a model before an alias moves to it.
   *
   * @param checkpoint folder of its checkpoint, in a run or in a version
   * @throws io.centroid.error.InputException if {@code leak.max-exposure} refuses it
   */
  public static void require(
      HadoopFiles files, Path checkpoint, VersionProvenance provenance, List<String> overrides)
      throws IOException {
    LeakGate.of(ModelFiles.of(files, checkpoint.toString()), overrides)
        .require(provenance.parametersSha256(), "promotion");
  }
}
