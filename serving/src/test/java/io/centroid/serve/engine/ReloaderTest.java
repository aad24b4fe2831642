package io.centroid.serve.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.error.InputException;
import io.centroid.serve.protocol.ModelDescription;
import io.centroid.serve.protocol.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReloaderTest {
  private final CurrentModel current = new CurrentModel();
  private final List<Loaded> models = new ArrayList<>();
  private boolean closesWhileLoading;

  @Test
  void versionLoadedDuringShutdownIsClosed() {
    try (Reloader reloader =
        new Reloader(
            new Counted(),
            this::load,
            current,
            new BatchSettings(1, 0, 1),
            new ServingMetrics("digits"),
            () -> 0)) {
      reloader.start(Duration.ofDays(1));
      closesWhileLoading = true;
      reloader.poll();
    }
    assertThat(models).extracting(model -> model.closeCount).containsExactly(1, 1);
    assertThat(current.ready()).isFalse();
    assertThat(current.acquire()).isEmpty();
  }

  @Test
  void aLackOfMemoryIsRetriedAndADamagedVersionIsNot() {
    List<Throwable> failures = new ArrayList<>();
    List<String> loaded = new ArrayList<>();
    Fixed source = new Fixed();
    ServingMetrics metrics = new ServingMetrics("digits");
    try (Reloader reloader =
        new Reloader(
            source,
            (name, candidate) -> {
              loaded.add(candidate.version());
              if (!failures.isEmpty()) {
                throw thrown(failures.remove(0));
              }
              return new Loaded(candidate.version());
            },
            current,
            new BatchSettings(1, 0, 1),
            metrics,
            () -> 0)) {
      reloader.start(Duration.ofDays(1));
      source.version = "2";
      failures.add(new OutOfMemoryError("Java heap space"));
      failures.add(new IllegalStateException("a session could not be created"));
      reloader.poll();
      reloader.poll();
      reloader.poll();
      reloader.poll();
      assertThat(loaded).containsExactly("1", "2", "2", "2");
      source.version = "3";
      failures.add(new InputException("model.onnx: damaged"));
      reloader.poll();
      reloader.poll();
      assertThat(loaded).containsExactly("1", "2", "2", "2", "3");
      ModelVersion serving = current.acquire().orElseThrow();
      assertThat(serving.model().description().version()).isEqualTo("2");
      serving.release();
      assertThat(new String(metrics.exposition(0, true), StandardCharsets.UTF_8))
          .contains("centroid_model_load_failures_total{model=\"digits\"} 3.0");
    }
  }

  @Test
  void aVersionWithOtherColumnsIsNotServed() {
    Fixed source = new Fixed();
    Map<String, List<String>> columns =
        Map.of(
            "1", List.of("a", "b"), "2", List.of("b", "a"), "3", List.of("a", "b"), "4", List.of());
    try (Reloader reloader =
        new Reloader(
            source,
            (name, candidate) -> {
              Loaded model = new Loaded(candidate.version());
              model.columns = columns.getOrDefault(candidate.version(), List.of());
              models.add(model);
              return model;
            },
            current,
            new BatchSettings(1, 0, 1),
            new ServingMetrics("digits"),
            () -> 0)) {
      reloader.start(Duration.ofDays(1));
      List<String> served = new ArrayList<>();
      for (String version : List.of("2", "3", "4")) {
        source.version = version;
        reloader.poll();
        ModelVersion serving = current.acquire().orElseThrow();
        served.add(serving.model().description().version());
        serving.release();
      }
      assertThat(served).containsExactly("1", "3", "4");
      assertThat(models.get(1).closeCount).isOne();
    }
  }

  private static RuntimeException thrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  /** A version that stays until it is changed. */
  private static final class Fixed implements ModelSource {
    private String version = "1";

    @Override
    public String name() {
      return "digits";
    }

    @Override
    public Optional<Candidate> poll(String served) {
      return served.equals(version)
          ? Optional.empty()
          : Optional.of(new Candidate(version, version, "nowhere"));
    }
  }

  private ServedModel load(String name, ModelSource.Candidate candidate) {
    if (closesWhileLoading) {
      current.close();
    }
    Loaded model = new Loaded(candidate.version());
    models.add(model);
    return model;
  }

  /** A new version at every poll. */
  private static final class Counted implements ModelSource {
    private int polls;

    @Override
    public String name() {
      return "digits";
    }

    @Override
    public Optional<Candidate> poll(String served) {
      String version = Integer.toString(++polls);
      return Optional.of(new Candidate(version, version, "nowhere"));
    }
  }

  private static final class Loaded implements ServedModel {
    private final String version;
    private int closeCount;

    private List<String> columns = List.of();

    Loaded(String version) {
      this.version = version;
    }

    @Override
    public ModelDescription description() {
      return new ModelDescription(
          "digits", version, List.of(), List.of(), columns, JsonNodeFactory.instance.objectNode());
    }

    @Override
    public boolean batches() {
      return false;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) {
      return List.of();
    }

    @Override
    public void close() {
      closeCount++;
    }
  }
}
