package io.centroid.cli;

import io.centroid.cluster.ClusterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * JUnit extension that shares a {@link TrainingCluster} of two Workers between test classes that do
 * not change its daemons. It is started on first use and ended with the session. Each class uses
 * its own folders.
 */
public final class SharedCluster implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TrainingCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // Surefire's forks run each class as a separate test plan within one session.
    return context
        .getStore(StoreScope.LAUNCHER_SESSION, Namespace.GLOBAL)
        .computeIfAbsent(SharedCluster.class, key -> Started.now(), Started.class)
        .cluster;
  }

  /** Closed by JUnit at the end of the session. */
  private record Started(TrainingCluster cluster, Path folder) implements AutoCloseable {

    static Started now() {
      try {
        Path folder = Files.createTempDirectory("centroid-shared-cluster");
        return new Started(
            TrainingCluster.start(folder, new ClusterOptions(2, 1, 1, "1g")), folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      cluster.close();
      FileUtils.deleteDirectory(folder.toFile());
    }
  }
}
