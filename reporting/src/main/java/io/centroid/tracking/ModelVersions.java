package io.centroid.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.config.RunConfig.Mlflow;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * MLflow's model registry as a mirror of ours. Every call is idempotent: a version is found again
 * by its tag {@code centroid.version}. A server that fails is a remark, never an exception.
 */
public final class ModelVersions {
  private static final Duration REQUEST = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 3;
  private static final String NUMBER = "centroid.version";

  /** Far more versions than a registry keeps. */
  private static final int MOST_PAGES = 1000;

  private final MlflowHttp http;
  private final HadoopFiles files;
  private final Consumer<String> notes;
  private final Duration pause;

  ModelVersions(MlflowHttp http, HadoopFiles files, Consumer<String> notes, Duration pause) {
    this.http = http;
    this.files = files;
    this.notes = notes;
    this.pause = pause;
  }

  /**
   * A version of our registry.
   *
   * @param source URI of its folder
   * @param parametersSha256 SHA-256 of its parameters
   * @param run folder of the run that trained it; it may not exist
   */
  public record Version(
      String model, int number, String source, String parametersSha256, String run) {}

  /**
   * Opens it; does not connect.
   *
   * @return empty if no server is configured, or its token cannot be resolved, which is a remark
   */
  public static Optional<ModelVersions> of(
      Mlflow settings, HadoopFiles files, Consumer<String> notes) {
    if (settings.uri().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ModelVersions(
              new MlflowHttp(
                  settings.uri(), MlflowReporter.token(settings, files.configuration()), REQUEST),
              files,
              notes,
              Duration.ofSeconds(1)));
    } catch (InputException e) {
      notes.accept("MLflow: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Registers a version, and the model if the server does not have it. */
  public void register(Version version) {
    attempt("version " + version.number() + " is not registered", () -> registered(version));
  }

  /** Moves an alias to a version that was registered. */
  public void move(String model, String alias, int number) {
    attempt(
        alias + " is not moved to version " + number,
        () -> {
          Optional<String> found = find(model, number);
          if (found.isEmpty()) {
            throw new InputException("the server has no version " + number + " of " + model);
          }
          http.post(
              "registered-models/alias",
              object().put("name", model).put("alias", alias).put("version", found.get()));
        });
  }

  private void registered(Version version) throws IOException {
    try {
      http.post("registered-models/create", object().put("name", version.model()));
    } catch (MlflowFailure e) {
      if (!e.isExisting()) {
        throw e;
      }
    }
    if (find(version.model(), version.number()).isPresent()) {
      return;
    }
    ObjectNode request = object().put("name", version.model()).put("source", version.source());
    runId(version.run()).ifPresent(id -> request.put("run_id", id));
    ArrayNode tags = request.putArray("tags");
    Map<String, String> values = new LinkedHashMap<>();
    values.put(NUMBER, Integer.toString(version.number()));
    values.put("centroid.sha256", version.parametersSha256());
    values.forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    http.post("model-versions/create", request);
  }

  /** The MLflow run of a run's folder, if it is one of this server. */
  private Optional<String> runId(String run) throws IOException {
    try {
      return RunFile.read(files, files.path(run))
          .filter(file -> file.uri().equals(http.server()))
          .map(RunFile::runId);
    } catch (InputException e) {
      return Optional.empty();
    }
  }

  /** MLflow's own number of a version. */
  private Optional<String> find(String model, int number) throws IOException {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("filter", "name='" + model + "'");
    for (int page = 0; page < MOST_PAGES; page++) {
      JsonNode found = http.get("model-versions/search", query);
      for (JsonNode version : found.path("model_versions")) {
        for (JsonNode tag : version.path("tags")) {
          if (tag.path("key").asText().equals(NUMBER)
              && tag.path("value").asText().equals(Integer.toString(number))) {
            return Optional.of(version.path("version").asText());
          }
        }
      }
      String next = found.path("next_page_token").asText();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      query.put("page_token", next);
    }
    return Optional.empty();
  }

  private interface Call {
    void run() throws IOException;
  }

  private void attempt(String otherwise, Call call) {
    for (int attempt = 1; ; attempt++) {
      try {
        call.run();
        return;
      } catch (IOException | RuntimeException e) {
        boolean isFinal =
            e instanceof MlflowFailure answer
                ? !answer.isTransient()
                : e instanceof RuntimeException;
        if (isFinal || attempt == ATTEMPTS || !paused()) {
          notes.accept(
              "MLflow: " + http.server() + " " + StorageFailure.reason(e) + "; " + otherwise);
          return;
        }
      }
    }
  }

  /** Returns false if interrupted. */
  private boolean paused() {
    try {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
