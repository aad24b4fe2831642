package io.centroid.serve;

import static io.centroid.serve.ServerUnderTest.SETTINGS;
import static io.centroid.serve.ServerUnderTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Eventually;
import io.centroid.cli.Centroid;
import io.centroid.config.RunConfig;
import io.centroid.devtools.Developer;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.Aliases;
import io.centroid.registry.ModelRegistry;
import io.centroid.registry.VersionDraft;
import io.centroid.registry.VersionProvenance;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.train.LocalShardedData;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server follows the registry's alias {@code champion}. */
class RegistryServingTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final Duration LIMIT = Duration.ofSeconds(30);
  @TempDir Path folder;

  @Test
  void loadsThePromotedOrRolledBackVersion() throws Exception {
    String root = folder.resolve("registry").toUri().toString();
    ModelRegistry registry = ModelRegistry.of(FILES, root, "digits");
    Path checkpoint = checkpoint();
    registry.register(draft("a", checkpoint, 1));
    registry.register(draft("b", checkpoint, 2));
    String place = "registry:" + root + "/digits@champion";
    assertThatThrownBy(() -> ServerUnderTest.of(place, "digits", SETTINGS))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("digits has no alias champion yet");
    registry.aliases().move(Aliases.CHAMPION, 1, "the first");
    try (ServerUnderTest server = ServerUnderTest.of(place, "digits", SETTINGS)) {
      assertThat(version(server)).isEqualTo("1");
      assertThat(server.get("/v2/models/digits/versions/1/ready").statusCode()).isEqualTo(200);
      registry.aliases().move(Aliases.CHAMPION, 2, "better");
      Eventually.await("the promotion", LIMIT, () -> version(server).equals("2"));
      assertThat(server.get("/v2/models/digits/versions/1/ready").statusCode()).isEqualTo(404);
      registry.aliases().rollback(Aliases.CHAMPION, "worse after all");
      Eventually.await("the rollback", LIMIT, () -> version(server).equals("1"));
      assertThat(server.metric("centroid_reloads_total{model=\"digits\"}")).isEqualTo(2);
    }
  }

  @Test
  void servesAndPackagesAVersionByNumberOrAlias() throws Exception {
    String root = folder.resolve("registry").toUri().toString();
    ModelRegistry registry = ModelRegistry.of(FILES, root, "digits");
    Path checkpoint = checkpoint();
    registry.register(draft("a", checkpoint, 1));
    registry.register(draft("b", checkpoint, 2));
    registry.aliases().move(Aliases.CHAMPION, 2, "better");
    String model = "registry:" + root + "/digits@";
    try (ServerUnderTest server = ServerUnderTest.of(model + "1", "digits", SETTINGS)) {
      assertThat(version(server)).isEqualTo("1");
    }
    Path out = folder.resolve("packaged");
    StringWriter err = new StringWriter();
    assertThat(
            Developer.run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                "package",
                model + "champion",
                "--for",
                "triton",
                "--out",
                out.toString()))
        .as(err.toString())
        .isZero();
    assertThat(err.toString()).contains(model + "champion is version 2 of digits");
    assertThat(out.resolve("digits/2/model.onnx")).isNotEmptyFile();
  }

  private static String version(ServerUnderTest server) throws Exception {
    return json(server.infer(0)).get("model_version").asText();
  }

  private VersionDraft draft(String key, Path checkpoint, int favorite) {
    Path export = DigitExports.linear(folder.resolve("export-" + key), favorite);
    return new VersionDraft(
        key,
        new VersionProvenance(
            "runs/" + key,
            10,
            "cafe",
            "0".repeat(64),
            "",
            List.of(),
            Map.of(),
            OptionalInt.empty()),
        FILES.path(checkpoint.toUri().toString()),
        Map.of("onnx", FILES.path(export.toUri().toString())),
        Map.of());
  }

  private Path checkpoint() throws Exception {
    RunConfig config =
        RunConfig.load(
            null,
            List.of(
                "data.digits.train=200",
                "data.digits.test=0",
                "model.hidden=[4]",
                "train.workers=1",
                "train.epochs=1",
                "compute.workers=local",
                "run.dir=" + folder.resolve("run").toUri()));
    new TrainingRun(
            config,
            FILES,
            Centroid.ENGINES,
            shards -> new LocalShardedData(shards, 1, config.train().roundLimit()),
            RunObserver.NONE)
        .execute();
    try (Stream<Path> steps = Files.list(folder.resolve("run/checkpoints"))) {
      return steps
          .filter(step -> step.getFileName().toString().startsWith("step-"))
          .findFirst()
          .orElseThrow();
    }
  }
}
