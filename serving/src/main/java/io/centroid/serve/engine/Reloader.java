package io.centroid.serve.engine;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.RejectedRequestException;
import io.centroid.serve.protocol.Tensor;
import io.centroid.serve.protocol.TensorSpec;
import java.io.UncheckedIOException;
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
 * Polls for new model versions and swaps them in. A new version is loaded and warmed up while the
 * current one serves. A version that fails to load, fails its warm-up or has different inputs or
 * outputs is rejected, and the current one keeps serving.
 */
public final class Reloader implements AutoCloseable {
  private static final int MOST_DOUBLINGS = 6;
  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  private final ModelSource source;
  private final ModelLoader loader;
  private final CurrentModel current;
  private final BatchSettings settings;
  private final ServingMetrics metrics;
  private final IntSupplier inFlight;
  private final ScheduledExecutorService poller =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "centroid-reload");
            thread.setDaemon(true);
            return thread;
          });

  /** Identity of the last candidate, served or rejected. */
  private String lastIdentity = "";

  private String lastError = "";
  private String failedIdentity = "";
  private int failures;
  private int pollsToWait;
  private @Nullable ModelDescription serving;

  public Reloader(
      ModelSource source,
      ModelLoader loader,
      CurrentModel current,
      BatchSettings settings,
      ServingMetrics metrics,
      IntSupplier inFlight) {
    this.source = source;
    this.loader = loader;
    this.current = current;
    this.settings = settings;
    this.metrics = metrics;
    this.inFlight = inFlight;
  }

  /** Loads the first version, or fails, and then polls at the interval. */
  public ModelDescription start(Duration interval) {
    ModelSource.Candidate first =
        source.poll("").orElseThrow(() -> new InputException(source.name() + ": no version found"));
    lastIdentity = first.identity();
    ModelDescription description = serve(first);
    poller.scheduleWithFixedDelay(
        this::poll, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return description;
  }

  /** Polls once. */
  void poll() {
    try {
      Optional<ModelSource.Candidate> found = source.poll(lastIdentity);
      if (found.isPresent()) {
        if (isDue(found.get())) {
          replace(found.get());
        }
      } else {
        lastError = "";
      }
    } catch (RuntimeException | Error e) {
      metrics.pollFailed();
      warn("cannot check for a new version", e);
    }
  }

  /** A version that failed unexpectedly is retried after 1, 2, 4 ... and at most 64 polls. */
  private boolean isDue(ModelSource.Candidate candidate) {
    if (!candidate.identity().equals(failedIdentity)) {
      failures = 0;
      return true;
    }
    return --pollsToWait <= 0;
  }

  private void replace(ModelSource.Candidate candidate) {
    try {
      ModelDescription description = serve(candidate);
      LOG.info("{}: now serving version {}", source.name(), description.version());
      lastIdentity = candidate.identity();
      lastError = "";
    } catch (UncheckedIOException e) {
      // The storage failed, not the version: retry at the next poll.
      throw e;
    } catch (RuntimeException | Error e) {
      metrics.loadFailed();
      if (isFinal(e)) {
        lastIdentity = candidate.identity();
        LOG.warn(
            "{}: cannot load version {}; still serving the current one: {}",
            source.name(),
            candidate.version(),
            describe(e));
        return;
      }
      // This process failed, perhaps for lack of memory, or a key or signature is still missing.
      failedIdentity = candidate.identity();
      pollsToWait = 1 << Math.min(failures++, MOST_DOUBLINGS);
      warn("cannot load version " + candidate.version() + ", will retry", e);
    }
  }

  /** Whether the version is wrong; errors of settings, such as a key, concern this server. */
  private static boolean isFinal(Throwable e) {
    return e instanceof RejectedRequestException
        || e instanceof InputException input && input.setting().isEmpty();
  }

  /** Logs a failure, once as long as it stays the same; with its trace, if it is unexpected. */
  private void warn(String what, Throwable e) {
    String error = what + "; still serving the current one: " + describe(e);
    if (error.equals(lastError)) {
      return;
    }
    lastError = error;
    if (e instanceof InputException || e instanceof UncheckedIOException) {
      LOG.warn("{}: {}", source.name(), error);
    } else {
      LOG.warn("{}: {}", source.name(), error, e);
    }
  }

  private ModelDescription serve(ModelSource.Candidate candidate) {
    ServedModel model = loader.load(source.name(), candidate);
    try {
      requireSameTensors(model.description());
      warmUp(model);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    current.replace(new ModelVersion(model, new Batcher(model, settings, metrics, inFlight)));
    serving = model.description();
    metrics.loaded(model.description().version());
    return model.description();
  }

  private void requireSameTensors(ModelDescription next) {
    ModelDescription now = serving;
    if (now != null
        && !(now.inputs().equals(next.inputs()) && now.outputs().equals(next.outputs()))) {
      throw new InputException(
          "has inputs "
              + next.inputs()
              + " and outputs "
              + next.outputs()
              + ", expected "
              + now.inputs()
              + " and "
              + now.outputs()
              + "; serve it by another server");
    }
    // An export of an earlier release does not name its columns.
    if (now != null
        && !now.columns().isEmpty()
        && !next.columns().isEmpty()
        && !now.columns().equals(next.columns())) {
      throw new InputException(
          "has the columns "
              + next.columns()
              + ", expected "
              + now.columns()
              + " in this order; serve it by another server");
    }
  }

  /** Warms the model up with zeros, first one row and then a full batch. */
  private void warmUp(ServedModel model) {
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

  private static String describe(Throwable e) {
    String message = e.getMessage();
    return InputErrors.oneLine(message == null ? e.getClass().getSimpleName() : message);
  }

  @Override
  public void close() {
    poller.shutdownNow();
    current.close();
  }
}
