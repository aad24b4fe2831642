package io.centroid.bench;

import io.centroid.cluster.CentroidHome;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The runners of a tournament, each started when it is first needed. Beside DL4J's master Centroid
 * runs in a JVM of its own too, so that both start from the same state.
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
  private final Map<Place, TurnRunner> running = new EnumMap<>(Place.class);

  /**
   * Runners.
   *
   * @param home where contestants in JVMs of their own start from; null: none does
   * @param pyTorch null: no contestant needs it
   */
  public Runners(BenchSettings settings, @Nullable CentroidHome home, @Nullable PyTorch pyTorch) {
    this.settings = settings;
    this.home = home;
    this.pyTorch = pyTorch;
  }

  public TurnRunner of(Contestant contestant) {
    return switch (contestant) {
      case CENTROID_SPARK, CENTROID_THREADS ->
          home == null
              ? at(Place.HERE, () -> new CentroidRunner(settings))
              : at(Place.CENTROID_JVM, () -> jvm(home, ContestantServer.Side.CENTROID));
      case DL4J_EXPORT, DL4J_DIRECT ->
          at(Place.DL4J_JVM, () -> jvm(required(home), ContestantServer.Side.DL4J));
      case PYTORCH, PYTORCH_ONE_THREAD, PYTORCH_DDP ->
          at(Place.PYTHON, () -> required(pyTorch).start(settings));
    };
  }

  private TurnRunner jvm(CentroidHome from, ContestantServer.Side side) {
    return ContestantJvm.start(from, side, settings);
  }

  private TurnRunner at(Place place, Supplier<TurnRunner> start) {
    return running.computeIfAbsent(place, key -> start.get());
  }

  private static <T> T required(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a contestant without the means to run it");
    }
    return value;
  }

  @Override
  public void close() {
    running.values().forEach(TurnRunner::close);
  }
}
