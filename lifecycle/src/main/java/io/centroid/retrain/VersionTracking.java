package io.centroid.retrain;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.StoredVersion;
import io.centroid.tracking.ModelVersions;
import java.util.Optional;
import java.util.function.Consumer;

/** MLflow's model registry, which follows ours if {@code report.mlflow.uri} is set. */
public final class VersionTracking {
  private final Optional<ModelVersions> mirror;

  private VersionTracking(Optional<ModelVersions> mirror) {
    this.mirror = mirror;
  }

  /**
   * @param notes receives a remark if the server cannot be reached
   */
  public static VersionTracking of(
      RunConfig.Mlflow settings, HadoopFiles files, Consumer<String> notes) {
    return new VersionTracking(ModelVersions.of(settings, files, notes));
  }

  /** A version was registered. */
  public void registered(StoredVersion version) {
    mirror.ifPresent(
        to ->
            to.register(
                new ModelVersions.Version(
                    version.record().model(),
                    version.number(),
                    version.path().toString(),
                    version.record().provenance().parametersSha256(),
                    version.record().provenance().run())));
  }

  /** An alias was moved to a version. */
  public void moved(String model, String alias, int version) {
    mirror.ifPresent(to -> to.move(model, alias, version));
  }
}
