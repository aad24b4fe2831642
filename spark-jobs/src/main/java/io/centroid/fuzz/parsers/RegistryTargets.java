package io.centroid.fuzz.parsers;

import io.centroid.drift.ProfileJson;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.registry.AliasRecord;
import io.centroid.registry.VersionRecord;
import io.centroid.retrain.Attempt;
import io.centroid.retrain.Watermark;
import java.util.List;

/** What the registry and retraining keep as JSON: without seals, which would end every mutation. */
final class RegistryTargets {
  private static final String SHA256 = "0".repeat(64);
  private static final String FILES =
      "[{\"name\": \"day-1/train.csv\", \"bytes\": 20, \"sha256\": \"" + SHA256 + "\"}]";

  private RegistryTargets() {}

  static FuzzTarget version() {
    return target(
        List.of("\"files\"", "\"parent\"", "../x", "version.json", "exports/onnx/", SHA256),
        content -> VersionRecord.parse("version.json", content).toJson(),
        """
        {"format": 1, "model": "digits", "version": 3, "key": "attempt 3", "at": "2026-01-01T00:00:00Z",
         "by": "me", "parent": 1, "run": "runs/one", "step": 10, "configurationSha256": "cafe",
         "parametersSha256": "%s", "dataSha256": "", "metrics": {"validation.loss": 0.5},
         "data": %s, "files": {"checkpoint/manifest.json": {"bytes": 1, "sha256": "%s"},
                               "exports/onnx/model.onnx": {"bytes": 2, "sha256": "%s"}}}
        """
            .formatted(SHA256, FILES, SHA256, SHA256));
  }

  static FuzzTarget alias() {
    return target(
        List.of("\"move\"", "\"rollback\"", "\"remove\"", "\"versions\"", "\"since\"", "champion"),
        content -> AliasRecord.parse("000000007.json", content).toJson(),
        """
        {"format": 1, "model": "digits", "record": 7, "at": "2026-01-01T00:00:00Z", "by": "me", "id": "x",
         "change": {"kind": "move", "alias": "champion", "versions": [3], "reason": "better"},
         "aliases": {"champion": {"version": 3, "since": 7}}, "removing": [1]}
        """,
        """
        {"format": 1, "model": "digits", "record": 8, "at": "2026-01-01T00:00:00Z", "by": "me", "id": "y",
         "change": {"kind": "remove", "versions": [1, 2], "reason": "retention"},
         "aliases": {}, "removing": []}
        """);
  }

  static FuzzTarget profile() {
    return target(
        List.of("\"edges\"", "\"counts\"", "\"targets\"", "1e39"),
        content -> ProfileJson.write(ProfileJson.read("profile.json", content)),
        """
        {"format": 1, "targets": [5, 5], "predictions": [],
         "features": [{"edges": [0.5, 1.5], "counts": [1, 2, 3]}, {"edges": [0], "counts": [4, 2]}]}
        """);
  }

  static FuzzTarget attempt() {
    return target(
        List.of("\"phase\"", "planned", "done", "\"outcome\"", "promoted", "\"parts\"", SHA256),
        content -> Attempt.parse("state.json", content).toJson(),
        """
        {"format": 1, "attempt": 3, "phase": "compared", "trajectory": "cafe", "champion": 1,
         "championSince": 2, "version": 0, "outcome": "promoted", "reasons": ["better"],
         "new": [{"name": "day-1", "parts": ["day-1"], "files": %s}],
         "training": [{"name": "day-1", "parts": ["day-1"], "files": %s}],
         "findings": {"validation": {"challenger": {"accuracy": 0.5}}}}
        """
            .formatted(FILES, FILES));
  }

  static FuzzTarget watermark() {
    return target(
        List.of("\"deliveries\"", "\"refusals\"", "\"attempt\"", SHA256),
        content -> Watermark.parse("watermark.json", content).toJson(),
        """
        {"format": 1, "lastAttempt": 3,
         "deliveries": {"day-1": {"attempt": 3, "refusals": 0, "files": %s}}}
        """
            .formatted(FILES));
  }

  private static FuzzTarget target(
      List<String> dictionary, FileTarget.Parser parser, String... seeds) {
    return new FileTarget(
        PartFormat.JSON,
        Bound.TREE,
        dictionary,
        java.util.Arrays.stream(seeds).map(Text::bytes).toList(),
        parser);
  }
}
