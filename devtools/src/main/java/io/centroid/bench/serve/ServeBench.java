package io.centroid.bench.serve;

import io.centroid.data.ExampleSource;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Benchmarks a server under load whose model is replaced periodically. */
public final class ServeBench {
  private static final int BODIES = 1000;
  private static final String INFER = "/v2/models/digits/infer";

  private final ServeBenchSettings settings;
  private final Consumer<String> notes;

  public ServeBench(ServeBenchSettings settings, Consumer<String> notes) {
    this.settings = settings;
    this.notes = notes;
  }

  /**
   * Starts a server and measures it.
   *
   * @param folder empty folder for the served export
   */
  public ServeBenchReport run(HadoopFiles files, ExampleSource source, Path folder)
      throws IOException, InterruptedException {
    Path bodies = folder.resolve("bodies");
    DigitBodies.write(source, BODIES, bodies);
    RepublishedExport export =
        RepublishedExport.copy(files, settings.export(), folder.resolve("digits"));
    try (ServedProcess server = new ServedProcess(command(folder.resolve("digits")))) {
      notes.accept("serving on " + server.uri());
      settings
          .load()
          .run(server.uri().resolve(INFER), bodies, settings.connections(), settings.warmUp());
      notes.accept("warmed up; measuring for " + settings.duration().toSeconds() + " s");
      AtomicInteger publications = new AtomicInteger();
      ScheduledExecutorService publishing = Executors.newSingleThreadScheduledExecutor();
      AtomicReference<RuntimeException> failure = new AtomicReference<>();
      LoadResult result;
      try {
        if (!settings.reload().isZero()) {
          publishing.scheduleAtFixedRate(
              () -> publish(export::publish, publications, failure),
              settings.reload().toMillis(),
              settings.reload().toMillis(),
              TimeUnit.MILLISECONDS);
        }
        result =
            settings
                .load()
                .run(
                    server.uri().resolve(INFER),
                    bodies,
                    settings.connections(),
                    settings.duration());
      } finally {
        publishing.shutdownNow();
      }
      if (failure.get() != null) {
        throw failure.get();
      }
      return new ServeBenchReport(
          result,
          settings.connections(),
          publications.get(),
          (long) server.metric("centroid_reloads_total"),
          (long) server.metric("centroid_model_load_failures_total"),
          server.metric("centroid_batch_rows_sum") / server.metric("centroid_batch_rows_count"),
          server.alive());
    }
  }

  /** Publishes a version of this number. */
  interface Publication {
    void publish(int number) throws IOException;
  }

  /** Keeps the first failure: thrown in the executor, it would end the publications silently. */
  static void publish(
      Publication export, AtomicInteger publications, AtomicReference<RuntimeException> failure) {
    try {
      export.publish(publications.incrementAndGet());
    } catch (IOException e) {
      failure.compareAndSet(null, new UncheckedIOException(e));
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private List<String> command(Path export) {
    List<String> command = new ArrayList<>(settings.serve());
    command.addAll(
        List.of(export.toUri().toString(), "--port", "0", "--json", "--poll-seconds", "0.5"));
    command.addAll(settings.options());
    return command;
  }
}
