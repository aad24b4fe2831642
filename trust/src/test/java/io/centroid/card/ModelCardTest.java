package io.centroid.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Dataset;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Pythons;
import io.centroid.Trainer;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.GroupMetrics;
import io.centroid.io.HadoopFiles;
import io.centroid.leak.Exposure;
import io.centroid.leak.LeakRecord;
import io.centroid.leak.ModelFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Engines;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final String READ =
      """
      import json, sys
      from huggingface_hub import ModelCard
      card = ModelCard.load(sys.argv[1])
      data = card.data
      result = data.eval_results[0]
      print(json.dumps([data.license, data.language, data.datasets, data.pipeline_tag,
          data.library_name, data.model_name, result.task_type, result.dataset_name,
          result.metric_type, round(result.metric_value, 4), len(card.text) > 500]))
      """;

  @TempDir private Path folder;

  @Test
  void huggingFaceReadsTheCardOfARunWithItsMetrics() throws IOException, InterruptedException {
    String python = Pythons.with("huggingface_hub");
    double accuracy = train();
    byte[] card =
        card(
            "card.license=apache-2.0",
            "card.languages=[en, zh]",
            "card.datasets=[ylecun/mnist]",
            "card.limits=[\"Not for | <b>cheques</b>, see [x](y).\","
                + " \"\\nFor digits\\r\\n  - of one line.\\n\"]");
    Path file = Files.write(folder.resolve("README.md"), card);
    assertThat(Pythons.run(python, READ, file.toString()).strip())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "[\"apache-2.0\", [\"en\", \"zh\"], [\"ylecun/mnist\"], \"image-classification\","
                    + " \"centroid\", \"run\", \"image-classification\", \"digits\", \"accuracy\","
                    + " %s, true]",
                Math.round(accuracy * 10_000) / 10_000.0));
    assertThat(Files.readString(file))
        .contains(
            "- Not for \\| \\<b\\>cheques\\</b\\>, see \\[x\\]\\(y\\).\n- For digits - of one line.\n")
        .containsPattern("\\| training examples \\| 3\\d\\d \\|")
        .contains("| `train.workers` | `1` |")
        .contains("| version of `java` |")
        .contains("License: `apache-2.0`.")
        .contains("Trained without differential privacy.")
        .contains("There is no record of a redaction of the data.")
        .contains("| `optimizer.name` | `adamw` |", "| SHA-256 | `")
        .doesNotContain("canaries", "emorization", "`train.outlier", "`data.shuffle")
        .containsPattern("\\| `9` \\| \\d+ \\| [01]\\.\\d+ \\| [01]\\.\\d+ \\| [01]\\.\\d+ \\|");
  }

  @Test
  void theLeakCheckOfTheseParametersIsOnTheCard() throws IOException {
    train();
    String sha256 = FloatVector.sha256(model().parameters());
    leak(sha256);
    assertThat(text())
        .contains("the highest exposure is 18.3 bits, the mean of controls, which")
        .contains("seen, is 1.3 bits; at 19.9 bits the model")
        .contains("| repetitions | highest exposure in bits |")
        .contains("| none (controls) | 1.3 |\n| 1 | 1.7 |\n| 16 | 18.3 |")
        .contains("- A low exposure of canaries does not prove")
        .contains("License: not stated.", "| seed |", "| configuration, SHA-256 |")
        .doesNotContain("license:");
    leak("2".repeat(64));
    Files.writeString(folder.resolve("run/report.json"), "damaged");
    assertThat(text())
        .contains("| accuracy |")
        .contains("- It was not evaluated by groups.")
        .doesNotContain("### By class", "canaries");
    Path file = folder.resolve("run/leak.json");
    Files.writeString(file, Files.readString(file).replace("18.26", "1.26"));
    assertThatThrownBy(this::text)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("leak.json: was changed after it was written");
  }

  private void leak(String parameters) throws IOException {
    List<Exposure> exposures =
        List.of(
            new Exposure(0, 16, 20, 1_000, 0, 9, 18.26, Exposure.Method.SKEW_NORMAL),
            new Exposure(1, 1, 20, 1_000, 300, 1.7, 9, Exposure.Method.SAMPLING),
            new Exposure(2, 0, 20, 1_000, 400, 1.3, 9, Exposure.Method.SAMPLING));
    origin()
        .write(
            LeakRecord.FILE,
            new LeakRecord(Instant.EPOCH, "c", parameters, "1".repeat(64), 0, 18.26, exposures)
                .toJson());
  }

  @Test
  void theMetricsByGroupOfTheseParametersAreOnTheCard() throws IOException, InterruptedException {
    String python = Pythons.with("huggingface_hub");
    train();
    groups(FloatVector.sha256(model().parameters()));
    String card = text();
    assertThat(card)
        .contains(
            """
            ## By group

            On the `test` data of `# [x](y) <b>`. Groups of fewer than 10 examples are merged, and \
            have no metrics if they are still too few; between small groups metrics differ by chance.

            ### By `a¦'b'?c`

            The positive class is `<i>yes</i>`.

            | group | examples | accuracy | positiveRate | precision | recall | loss |
            |---|---|---|---|---|---|---|
            | `(all)` | 1,034 | 0.9807 | 0.3017 | 0.9487 | 0.9867 | 0.2843 |
            | `<script>¦?# x` | 20 | 0.7000 | 0.3500 | 0.7143 | 0.5556 | 0.5000 |
            | `n` | 1,011 | 0.9862 | 0.3017 | 0.9541 | 1.000 | 0.2799 |
            | `(other)` | 3 | not defined | not defined | not defined | not defined | not defined |

            The accuracy is worst for `<script>¦?# x` (0.7000) and best for `n` (0.9862), a gap of \
            0.2862.
            """)
        .contains("- It was not evaluated by other groups than those above.")
        .doesNotContain("- Classes are the only groups");
    Path file = Files.writeString(folder.resolve("README.md"), card);
    assertThat(Pythons.run(python, READ, file.toString())).contains("image-classification");
    groups("2".repeat(64));
    assertThat(text()).doesNotContain("## By group").contains("- Classes are the only groups");
    Path record = folder.resolve("run/groups.json");
    Files.writeString(record, Files.readString(record).replace("0.7", "0.9"));
    assertThatThrownBy(this::text)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("groups.json: was changed after it was written");
  }

  private void groups(String parameters) throws IOException {
    Evaluation north = new Evaluation(1_011, 283, 0, new long[][] {{706, 14}, {0, 291}});
    Evaluation south = new Evaluation(20, 10, 0, new long[][] {{9, 2}, {4, 5}});
    Evaluation east = new Evaluation(3, 1, 0, new long[][] {{3, 0}, {0, 0}});
    Map<String, Evaluation> byValue = Map.of("n", north, "<script>|\n# x", south, "e", east);
    Evaluation all = north.merge(south).merge(east);
    GroupMetrics metrics =
        GroupMetrics.of("a|`b`\nc", List.of("no", "<i>yes</i>"), all, new TreeMap<>(byValue));
    new GroupRecord(Instant.EPOCH, "c", parameters, "# [x](y) <b>", "test", List.of(metrics))
        .write(origin());
  }

  @Test
  void theRedactionOfTheTrainingTableIsOnTheCard() throws IOException, InterruptedException {
    String python = Pythons.with("yaml");
    Path data = Files.createDirectory(folder.resolve("# a \"x\" | `b` &c"));
    StringBuilder rows = new StringBuilder("a,b,class\n");
    for (int i = 0; i < 200; i++) {
      rows.append(i % 7).append(',').append(i % 5).append(',').append(i % 2).append('\n');
    }
    Files.writeString(data.resolve("train.csv"), rows);
    Files.writeString(
        data.resolve("_redaction.json"),
        """
        {"format": "centroid-redaction", "version": 1, "policy": "%s", "files": 1,
         "counts": {"email": 12, "`|x": 3}}
        """
            .formatted("a".repeat(64)));
    try (Model trained =
        Trainer.of(Networks.mlp(2, 4, 2))
            .checkpointTo(folder.resolve("run").toString())
            .workers(1)
            .epochs(1)
            .train(Dataset.csv(data.toString(), "class"))) {
      assertThat(trained.path()).contains("checkpoints");
    }
    String card = text();
    assertThat(card)
        .contains("The data was redacted.")
        .contains("| `redacted.email` | `12` |")
        .contains("| `redacted.'¦x` | `3` |")
        .contains("| `redaction-policy` | `" + "a".repeat(64) + "` |")
        .contains("pipeline_tag: \"tabular-classification\"")
        .doesNotContain(folder.toString());
    String name =
        Pythons.run(
            python,
            """
            import json, sys, yaml
            card = sys.argv[1]
            assert card.startswith("---\\n")
            data = yaml.safe_load(card[4:card.index("\\n---\\n")])
            print(json.dumps(data["model-index"][0]["results"][0]["dataset"]["name"]))
            """,
            card);
    assertThat(name.strip()).isEqualTo("\"# a \\\"x\\\" | `b` &c\"");
  }

  @Test
  void theDifferentialPrivacyIsOnTheCard() throws IOException {
    String guarantee;
    try (Model model =
        Trainer.of(Networks.mlp(784, 16, 10))
            .set("privacy.clip-norm", 0.5)
            .set("privacy.noise-multiplier", 1)
            .set("privacy.delta", "1e-5")
            .checkpointTo(folder.resolve("run").toString())
            .workers(1)
            .epochs(1)
            .train(Dataset.digits(400, 100))) {
      guarantee = Objects.requireNonNull(model.result().orElseThrow().privacy()).description();
    }
    assertThat(guarantee).matches("epsilon [0-9.]+ at delta 1\\.0*e-05, without a secret .*");
    assertThat(text())
        .contains(
            "(DP-SGD) for single training examples: "
                + guarantee
                + ", with a clipping norm of"
                + " 0.5 and a noise multiplier of 1.0. The random numbers follow from the run's seed")
        .contains("| steps of each worker |")
        .doesNotContain("| seed |", "train.seed", "| configuration, SHA-256 |", "| SHA-256 |");
  }

  @Test
  void theNameHasNoHashOfASecretSeed() {
    assertThat(ModelCard.name("digits-18e030dc", false)).isEqualTo("digits-18e030dc");
    assertThat(ModelCard.name("digits-18e030dc", true)).isEqualTo("digits");
    assertThat(ModelCard.name("my-run", true)).isEqualTo("my-run");
    assertThat(ModelCard.name("", false)).isEqualTo("model");
  }

  @Test
  void anInvalidSettingIsRefused() throws IOException {
    train();
    assertThatThrownBy(() -> card("card.license=my own: yes"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("card.license must be an identifier such as apache-2.0: my own");
    assertThatThrownBy(() -> card("card.languages=[english]"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("card.languages must be a list of codes such as en");
  }

  @Test
  void textFromOutsideIsOneLineOfPrintableCharacters() {
    assertThat(
            Markdown.code(
                "a\n| `b`\u0000\u001b\u007f\u0085\u2028\ufeff\uffff\ud800 中文 \ud83d\ude00"))
        .isEqualTo("`a?¦ 'b'???????? 中文 \ud83d\ude00`");
    assertThat(Markdown.code(" \t")).isEqualTo("`?`");
    assertThat(Markdown.code("")).isEmpty();
    assertThat(Markdown.code("x".repeat(300))).isEqualTo("`" + "x".repeat(200) + "…`");
  }

  private double train() throws IOException {
    try (Model model =
        Trainer.of(Networks.mlp(784, 16, 10))
            .optimizer(Optimizers.adamW(1e-3))
            .checkpointTo(folder.resolve("run").toString())
            .workers(1)
            .epochs(2)
            .train(Dataset.digits(400, 100))) {
      return model.result().orElseThrow().test().getOrDefault("accuracy", 0.0);
    }
  }

  private TrainedModel model() throws IOException {
    return TrainedModel.load(FILES, folder.resolve("run").toString(), false, Engines.CPU);
  }

  private ModelFiles origin() throws IOException {
    return ModelFiles.of(FILES, model().path());
  }

  private String text() throws IOException {
    return new String(card(), StandardCharsets.UTF_8);
  }

  private byte[] card(String... overrides) throws IOException {
    TrainedModel model = model();
    return ModelCard.of(origin(), model, FloatVector.sha256(model.parameters()), List.of(overrides))
        .toMarkdown();
  }
}
