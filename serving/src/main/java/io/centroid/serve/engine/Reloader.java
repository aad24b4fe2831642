package io.centroid.serve.engine;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.Tensor;
import io.centroid.serve.protocol.TensorSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for new versions and lets them take over: loaded and warmed beside the one that serves,
 * then swapped in. One that does not load, fails its warm-up or takes other tensors is refused, and
 * the old one goes on.
 */
public final class Reloader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  private final ModelSource source;
  private final ModelLoader loader;
  private final CurrentModel current;
  private final BatchSettings settings;
  private final ServingMetrics metrics;
  private final IntSupplier onTheirWay;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "centroid-reload");
            thread.setDaemon(true);
            return thread;
          });

  /** What was looked at last, served or refused. */
  private String seen = "";

  private String trouble = "";
  private @Nullable ModelDescription serving;

  public Reloader(
      ModelSource source,
      ModelLoader loader,
      CurrentModel current,
      BatchSettings settings,
      ServingMetrics metrics,
      IntSupplier onTheirWay) {
    this.source = source;
    this.loader = loader;
    this.current = current;
    this.settings = settings;
    this.metrics = metrics;
    this.onTheirWay = onTheirWay;
  }

  /** Loads the first version, whose refusal is the caller's, and then looks every so often. */
  public ModelDescription start(Duration interval) {
    ModelSource.Candidate first =
        source
            .look("")
            .orElseThrow(() -> new InputException(source.name() + ": there is no version"));
    seen = first.identity();
    ModelDescription description = serve(first);
    looking.scheduleWithFixedDelay(
        this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return description;
  }

  /** One look. */
  void look() {
    try {
      Optional<ModelSource.Candidate> found = source.look(seen);
      trouble = "";
      if (found.isPresent()) {
        replace(found.get());
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      metrics.lookFailed();
      String line = line(e);
      if (!line.equals(trouble)) {
        trouble = line;
        LOG.warn("{}: no look at the newest version, the old one serves: {}", source.name(), line);
      }
    }
  }

  private void replace(ModelSource.Candidate candidate) {
    try {
      ModelDescription description = serve(candidate);
      LOG.info("{}: version {} serves now", source.name(), description.version());
      seen = candidate.identity();
    } catch (java.io.UncheckedIOException e) {
      // The store, not the version: looked at again.
      throw e;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      seen = candidate.identity();
      metrics.refused();
      LOG.warn(
          "{}: version {} is refused, the old one serves: {}",
          source.name(),
          candidate.version(),
          line(e));
    }
  }

  private ModelDescription serve(ModelSource.Candidate candidate) {
    ServedModel model = loader.load(source.name(), candidate);
    try {
      requireSameTensors(model.description());
      warm(model);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    current.replace(new ModelVersion(model, new Batcher(model, settings, metrics, onTheirWay)));
    serving = model.description();
    metrics.serves(model.description().version());
    return model.description();
  }

  private void requireSameTensors(ModelDescription next) {
    ModelDescription now = serving;
    if (now != null
        && !(now.inputs().equals(next.inputs()) && now.outputs().equals(next.outputs()))) {
      throw new InputException(
          "takes "
              + next.inputs()
              + " and gives "
              + next.outputs()
              + ", clients know "
              + now.inputs()
              + " and "
              + now.outputs()
              + ": start a server of its own for it");
    }
  }

  /** Runs zeros, first one row and then a whole batch, so that the first request is no slower. */
  private void warm(ServedModel model) {
    List<Integer> sizes = model.batches() ? List.of(1, settings.maxRows()) : List.of(1);
    for (int rows : sizes) {
      List<Tensor> zeros =
          model.description().inputs().stream().map(spec -> zeros(spec, rows)).toList();
      for (Tensor output : model.run(zeros)) {
        if (output instanceof Tensor.Floats floats) {
          for (float value : floats.values()) {
            if (!Float.isFinite(value)) {
              throw new InputException("output " + output.name() + " is not finite on zeros");
            }
          }
        }
      }
    }
  }

  private static Tensor zeros(TensorSpec spec, int rows) {
    List<Long> shape =
        java.util.stream.IntStream.range(0, spec.shape().size())
            .mapToObj(i -> spec.shape().get(i) >= 0 ? spec.shape().get(i) : i == 0 ? rows : 1L)
            .toList();
    int size = (int) shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    return switch (spec.type()) {
      case FP32 -> new Tensor.Floats(spec.name(), shape, new float[size]);
      case INT64 -> new Tensor.Longs(spec.name(), shape, new long[size]);
    };
  }

  private static String line(Throwable e) {
    String message = e.getMessage();
    return InputErrors.oneLine(message == null ? e.getClass().getSimpleName() : message);
  }

  @Override
  public void close() {
    looking.shutdownNow();
    current.close();
  }
}
