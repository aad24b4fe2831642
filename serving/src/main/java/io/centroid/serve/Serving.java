package io.centroid.serve;

import io.centroid.io.HadoopFiles;
import io.centroid.registry.RegistryReference;
import io.centroid.serve.engine.CurrentModel;
import io.centroid.serve.engine.FolderSource;
import io.centroid.serve.engine.ModelSource;
import io.centroid.serve.engine.OnnxLoader;
import io.centroid.serve.engine.RegistrySource;
import io.centroid.serve.engine.Reloader;
import io.centroid.serve.engine.ServingMetrics;
import io.centroid.serve.http.InFlightCount;
import io.centroid.serve.http.InferenceServer;
import io.centroid.serve.protocol.ModelDescription;
import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A running server with its model and reloader. {@link #close} first answers the requests in
 * flight.
 */
public final class Serving implements AutoCloseable {
  private final ModelDescription first;
  private final Reloader reloader;
  private final InferenceServer server;

  private Serving(ModelDescription first, Reloader reloader, InferenceServer server) {
    this.first = first;
    this.reloader = reloader;
    this.server = server;
  }

  /**
   * The source of model versions.
   *
   * @param place folder of an export, or {@code registry:ROOT/MODEL@ALIAS}, or a version number
   *     instead of the alias
   * @param name model name; null for the name of the folder or of the registry's model
   * @param export name of the export of a registry's version
   */
  public static ModelSource source(
      HadoopFiles files, String place, @Nullable String name, String export) {
    if (RegistryReference.isReference(place)) {
      return RegistrySource.of(files, place, export);
    }
    Path folder = files.path(place);
    String folderName = files.fileSystem(folder).makeQualified(folder).getName();
    return new FolderSource(
        files, FolderSource.requireName(name == null ? folderName : name), place);
  }

  /** Loads and warms up the model, and starts the server. */
  public static Serving start(HadoopFiles files, ModelSource source, ServingSettings settings) {
    CurrentModel current = new CurrentModel();
    ServingMetrics metrics = new ServingMetrics(source.name());
    InFlightCount inFlight = new InFlightCount();
    Reloader reloader =
        new Reloader(
            source,
            new OnnxLoader(files, settings.threads()),
            current,
            settings.batches(),
            metrics,
            inFlight);
    InferenceServer server =
        new InferenceServer(
            source.name(),
            current,
            metrics,
            settings.server(),
            inFlight,
            settings.version(),
            settings.texts());
    try {
      ModelDescription first = reloader.start(settings.poll());
      server.start();
      return new Serving(first, reloader, server);
    } catch (RuntimeException | Error e) {
      server.close();
      reloader.close();
      throw e;
    }
  }

  /** The first version served. */
  public ModelDescription first() {
    return first;
  }

  /** The URI of the server. */
  public URI uri() {
    return server.uri();
  }

  @Override
  public void close() {
    server.close();
    reloader.close();
  }
}
