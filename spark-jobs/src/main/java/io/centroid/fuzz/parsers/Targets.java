package io.centroid.fuzz.parsers;

import io.centroid.InputException;
import io.centroid.documents.DocumentKind;
import io.centroid.fuzz.TargetSpec;
import java.util.List;
import java.util.stream.Collectors;

/** Every parser of this project that reads bytes from outside. */
public final class Targets {
  /** All of them. The shares are such that each takes about the same time. */
  public static final List<TargetSpec> ALL =
      List.of(
          new TargetSpec("idx", 10, IdxTarget::new),
          new TargetSpec("csv", 10, CsvTarget::new),
          new TargetSpec("texts-csv", 10, () -> new TextsTarget("csv")),
          new TargetSpec("texts-jsonl", 10, () -> new TextsTarget("jsonl")),
          new TargetSpec("gzip", 10, GzipTarget::new),
          new TargetSpec("documents-file", 8, () -> new DocumentsTarget(DocumentKind.FILE)),
          new TargetSpec("documents-lines", 8, () -> new DocumentsTarget(DocumentKind.LINE)),
          new TargetSpec("documents-jsonl", 8, () -> new DocumentsTarget(DocumentKind.JSONL)),
          new TargetSpec("safetensors", 10, SafetensorsTarget::new),
          new TargetSpec("model-directory", 10, ModelDirectoryTarget::new),
          new TargetSpec("model-config", 30, JsonTargets::config),
          new TargetSpec("generation-config", 30, JsonTargets::generation),
          new TargetSpec("tokenizer-bpe", 10, TokenizerTarget::bpe),
          new TargetSpec("tokenizer-merges", 10, TokenizerTarget::vocabularyAndMerges),
          new TargetSpec("tokenizer-characters", 20, TokenizerTarget::characters),
          new TargetSpec("corpus", 10, CorpusTarget::new),
          new TargetSpec("manifest", 30, JsonTargets::manifest),
          new TargetSpec("checkpoint", 10, CheckpointTarget::new),
          new TargetSpec("lease", 5, LeaseTarget::new),
          new TargetSpec("registry-version", 30, RegistryTargets::version),
          new TargetSpec("registry-alias", 30, RegistryTargets::alias),
          new TargetSpec("registry-profile", 30, RegistryTargets::profile),
          new TargetSpec("retrain-state", 30, RegistryTargets::attempt),
          new TargetSpec("retrain-watermark", 30, RegistryTargets::watermark),
          new TargetSpec("metrics", 30, MetricsTarget::new),
          new TargetSpec("result", 30, JsonTargets::result),
          new TargetSpec("configuration", 1, HoconTarget::new),
          new TargetSpec("dl4j", 1, JsonTargets::dl4j),
          new TargetSpec("cluster", 30, JsonTargets::cluster),
          new TargetSpec("export", 30, JsonTargets::export),
          new TargetSpec("inference", 30, InferenceTarget::new));

  private Targets() {}

  /** The target of this name. */
  public static TargetSpec named(String name) {
    return ALL.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "no target is called "
                        + name
                        + ": expected one of "
                        + ALL.stream().map(TargetSpec::name).collect(Collectors.joining(", "))));
  }
}
