package io.centroid.bench;

import io.centroid.cluster.CentroidHome;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The runners of a benchmark, each started on first use. When compared with DL4J, Centroid runs in
 * a separate JVM too, so that both start from the same state.
 */
public final class Runners implements AutoCloseable {
  private enum Place {
    HERE,
    CENTROID_JVM,
    DL4J_JVM,
    PYTHON
  }

  private final BenchSettings settings;
  private final @Nullable CentroidHome home;
  private final @Nullable PyTorch pyTorch;
  private final Map<Place, BenchmarkRunner> running = new EnumMap<>(Place.class);

  /**
   * Creates the runners without starting them.
   *
   * @param home Centroid home from which separate JVMs start; null if no system needs one
   * @param pyTorch Python with torch; null if no system needs it
   */
  public Runners(BenchSettings settings, @Nullable CentroidHome home, @Nullable PyTorch pyTorch) {
    this.settings = settings;
    this.home = home;
    this.pyTorch = pyTorch;
  }

  public BenchmarkRunner of(BenchmarkSystem system) {
    return switch (system) {
      case CENTROID_SPARK, CENTROID_THREADS ->
          home == null
              ? at(Place.HERE, () -> new CentroidRunner(settings))
              : at(Place.CENTROID_JVM, () -> jvm(home, BenchmarkServer.Side.CENTROID));
      case DL4J_EXPORT, DL4J_DIRECT ->
          at(Place.DL4J_JVM, () -> jvm(required(home), BenchmarkServer.Side.DL4J));
      case PYTORCH, PYTORCH_ONE_THREAD, PYTORCH_DDP ->
          at(Place.PYTHON, () -> required(pyTorch).start(settings));
    };
  }

  private BenchmarkRunner jvm(CentroidHome from, BenchmarkServer.Side side) {
    return BenchmarkJvm.start(from, side, settings);
  }

  private BenchmarkRunner at(Place place, Supplier<BenchmarkRunner> start) {
    return running.computeIfAbsent(place, key -> start.get());
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("no way to run this system was configured");
    }
    return value;
  }

  @Override
  public void close() {
    running.values().forEach(BenchmarkRunner::close);
  }
}
