package io.centroid.tracking;

import io.centroid.config.RunConfig.Mlflow;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.run.metrics.RoundMetrics;
import io.centroid.run.metrics.RunReporter;
import io.centroid.run.metrics.RunResult;
import io.centroid.security.Secret;
import io.centroid.security.SecretReference;
import io.centroid.security.SecretResolver;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;

/**
 * Tracks a run in MLflow. The training's thread only puts rows into a buffer; a {@link RunSender}
 * sends them. A resumed run continues the MLflow run that {@code mlflow.json} names, and every
 * metric is there once per step.
 */
public final class MlflowReporter implements RunReporter {
  /** Opens it if {@code report.mlflow.uri} is set. */
  public static final RunReporter.Factory FACTORY = new Opener(Limits.USUAL);

  /** Before Spark and the file systems are stopped, which have at most 50. */
  private static final int HOOK_PRIORITY = 90;

  private static final Duration HOOK_LIMIT = Duration.ofSeconds(2);

  private final MetricsBuffer buffer;
  private final RunSender sender;
  private final Consumer<String> notes;
  private final Limits limits;
  private final Thread thread;
  private final Runnable hook = this::kill;
  private volatile boolean endsAsPlanned;

  private MlflowReporter(MlflowHttp http, ReportedRun run, Position start, Limits limits) {
    this.limits = limits;
    this.notes = run.notes();
    this.buffer = new MetricsBuffer(limits.mostPoints());
    this.sender = new RunSender(http, run, start, buffer, limits.interval());
    this.thread = new Thread(sender, "MLflow");
    thread.setDaemon(true);
    thread.start();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get()
          .addShutdownHook(hook, HOOK_PRIORITY, 2 * HOOK_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /**
   * How long things take at most.
   *
   * @param interval time between two batches
   * @param request duration of a request
   * @param close wait for the rest at the end
   * @param mostPoints metric values in the buffer
   */
  record Limits(Duration interval, Duration request, Duration close, int mostPoints) {
    static final Limits USUAL =
        new Limits(Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(5), 100_000);
  }

  /** Opens the reporter. */
  record Opener(Limits limits) implements RunReporter.Factory {
    @Override
    public String name() {
      return "MLflow";
    }

    @Override
    public Optional<RunReporter> open(ReportedRun run, TrainState start) {
      return server(run).map(http -> new MlflowReporter(http, run, position(start), limits));
    }

    @Override
    public void complete(ReportedRun run, TrainState end) throws IOException {
      Optional<MlflowHttp> http = server(run);
      if (http.isEmpty()) {
        return;
      }
      Path file = new Path(run.directory(), "result.json");
      Instant ended =
          Instant.ofEpochMilli(Storage.of(run.files(), file).status(file).getModificationTime());
      RunSender sender =
          new RunSender(http.get(), run, position(end), new MetricsBuffer(0), limits.interval());
      sender.complete(ended);
      pass(sender, run.notes());
    }

    private Optional<MlflowHttp> server(ReportedRun run) {
      Mlflow settings = run.config().report().mlflow();
      if (settings.uri().isEmpty()) {
        return Optional.empty();
      }
      Secret token = token(settings, run.files().configuration());
      return Optional.of(new MlflowHttp(settings.uri(), token, limits.request()));
    }

    private static Position position(TrainState state) {
      return Position.endOf(rollbacks(state), state.steps());
    }
  }

  /**
   * The bearer token; null if none is configured.
   *
   * @throws InputException if the reference cannot be resolved
   */
  public static @Nullable Secret token(Mlflow settings, Configuration hadoop) {
    return SecretReference.parse(settings.token())
        .map(reference -> new SecretResolver(hadoop).resolve("report.mlflow.token", reference))
        .orElse(null);
  }

  /**
   * Asks a server for the experiment, as a run does first; it may be missing. Nothing is created.
   *
   * @param limit maximum duration of the request
   * @throws MlflowFailure if the server answers with another failure
   * @throws IOException if it does not answer, or is no MLflow server
   */
  public static void probe(Mlflow settings, @Nullable Secret token, Duration limit)
      throws IOException {
    MlflowRun.existing(new MlflowHttp(settings.uri(), token, limit), settings.experiment());
  }

  @Override
  public void onRound(Round round, TrainState state, RoundMetrics metrics) {
    add(Row.of(rollbacks(state), metrics, Instant.now()));
    pass(sender, notes);
  }

  @Override
  public void onEvaluation(TrainState state, EvaluationSet part, Evaluation evaluation) {
    Position.Kind.ofPart(part.name().toLowerCase(Locale.ROOT))
        .ifPresent(
            kind ->
                add(
                    Row.of(
                        new Position(rollbacks(state), state.steps(), kind),
                        evaluation.metrics(),
                        Instant.now())));
  }

  @Override
  public void onRollback(TrainState state, Rollback rollback) {
    add(new Row.RolledBack(Position.endOf(rollback.number(), state.steps()), rollback.reason()));
  }

  private static int rollbacks(TrainState state) {
    return state.history().rollbacks().size();
  }

  private void add(Row row) {
    if (buffer.add(row)) {
      notes.accept(
          String.format(
              Locale.ROOT,
              "MLflow: more than %,d metric values wait for the server; of the older rounds every"
                  + " second is dropped; metrics.jsonl has all",
              limits.mostPoints()));
    }
  }

  private static void pass(RunSender sender, Consumer<String> notes) {
    for (String note = sender.note(); note != null; note = sender.note()) {
      notes.accept(note);
    }
  }

  @Override
  public void onPause() {
    endsAsPlanned = true;
  }

  @Override
  public void onResult(RunResult result) {
    endsAsPlanned = true;
  }

  /** Waits for the rest, for a few seconds; less if the server does not answer anyway. */
  @Override
  public void close() {
    sender.end(endsAsPlanned ? RunStatus.FINISHED : RunStatus.FAILED);
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
    await(sender.isFailing() ? limits.close().dividedBy(2) : limits.close());
    pass(sender, notes);
    if (!sender.isComplete()) {
      notes.accept(sender.loss());
    }
  }

  private void await(Duration limit) {
    try {
      thread.join(Math.max(1, limit.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  /** The process ends by a signal: nothing else will close this. */
  private void kill() {
    sender.end(endsAsPlanned ? RunStatus.FINISHED : RunStatus.KILLED);
    await(HOOK_LIMIT);
  }
}
