package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Dataset;
import io.centroid.Model;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Trainer;
import io.centroid.cli.Centroid;
import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.CorpusShard;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import io.centroid.leak.Canaries;
import io.centroid.leak.Canary;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From {@code prepare --canaries} on an embedded Spark to a refused export. */
class LeakIT {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS = List.of("the cat ", "a dog ", "sees ", "and ", "one ");

  @TempDir private Path folder;
  private Path text;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void text() throws IOException {
    text = folder.resolve("text.txt");
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder lines = new StringBuilder();
    while (lines.length() < 60_000) {
      for (int word = 0; word < 6; word++) {
        lines.append(WORDS.get(random.nextInt(WORDS.size())));
      }
      lines.append(".\n");
    }
    Files.writeString(text, lines);
  }

  @Test
  void theCorpusHasEachCanaryAsOftenAsItsFileSays() throws IOException {
    Path one = prepare("one", "local[1]", "--shard-size", "9k");
    Path two = prepare("two", "local[2]", "--shard-size", "9k");
    try (Stream<Path> files = Files.list(one)) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThan(8);
      for (Path file : all) {
        assertThat(two.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
    Corpus corpus = Corpus.open(one.toString(), FILES);
    corpus.verify();
    Tokenizer tokenizer = TokenizerFiles.of(corpus.tokenizerFiles(), "corpus");
    String training = decoded(corpus, tokenizer, corpus.manifest().training().parts());
    String validation = decoded(corpus, tokenizer, corpus.manifest().validation().parts());
    Canaries canaries = Canaries.read(FILES, corpus);
    assertThat(canaries.canaries())
        .extracting(Canary::repetitions)
        .containsExactly(50, 25, 12, 0, 0, 0, 0);
    String manifest = Files.readString(one.resolve("manifest.json"));
    for (Canary canary : canaries.canaries()) {
      assertThat(training.split(canary.text().strip(), -1)).hasSize(canary.repetitions() + 1);
      assertThat(validation).doesNotContain(canary.name());
      assertThat(manifest).doesNotContain(canary.name());
    }
    assertThat(corpus.manifest().options())
        .containsEntry("canaries", "3")
        .containsEntry(
            "canaries-sha256", Sha256.of(Files.readAllBytes(one.resolve(Canaries.FILE))));
    String original = Files.readString(text);
    String without = training + validation;
    for (Canary canary : canaries.canaries()) {
      without = without.replace(canary.text(), "");
    }
    assertThat(without).isEqualTo(original);
  }

  @Test
  void aMemorizedCanaryIsFoundAndItsModelIsNotExported() throws IOException {
    Path policy = Files.writeString(folder.resolve("policy.conf"), "default = mask");
    Files.writeString(text, "mail a.reader@mail.example today\n", StandardOpenOption.APPEND);
    Path corpus = prepare("corpus", "local[2]", "--redact", policy.toString());
    Path run = folder.resolve("run");
    try (Model model =
        Trainer.of(Networks.gpt2(2, 2, 64, 64))
            .optimizer(Optimizers.adamW(3e-3).warmup(20).cosine(3e-4).clipNorm(1))
            .set("model.gpt2.dropout", 0)
            .set("leak.max-exposure", 8)
            .checkpointTo(run.toString())
            .batchSize(16)
            .localSteps(20)
            .steps(1_500)
            .train(Dataset.corpus(corpus.toString()))) {
      assertThat(model.path()).contains("checkpoints");
    }
    assertRefused(
        "/other: is not the training corpus of ",
        centroid("leak", run, "--corpus", prepare("other", "local[2]", "--seed", "2")));
    String refused = "refused by leak.max-exposure = 8.0: ";
    Path export = folder.resolve("export");
    for (String format : List.of("huggingface", "onnx", "torch-safetensors")) {
      assertRefused(
          "export " + refused + "there is no leak.json",
          centroid("export", run, "--to", format, "--out", export));
    }
    assertThat(registry("register", run, "--alias", "champion")).isEqualTo(ExitCode.BAD_INPUT);

    assertThat(centroid("leak", run, "--corpus", corpus, "--json")).as(err.toString()).isZero();
    JsonNode found = JSON.readTree(out.toString());
    assertThat(found.path("maxExposure").asDouble()).isEqualTo(8);
    JsonNode most = found.path("exposures").get(0);
    assertThat(most.path("repetitions").asInt()).isEqualTo(50);
    assertThat(most.path("likelier").asInt()).isZero();
    assertThat(bits(most)).isGreaterThan(10);
    assertThat(found.path("highest").asDouble()).isBetween(bits(most), 19.94);
    double controls =
        IntStream.range(3, 7)
            .mapToDouble(i -> bits(found.path("exposures").get(i)))
            .average()
            .orElseThrow();
    assertThat(controls).isLessThan(5);
    assertThat(JSON.readTree(run.resolve("leak.json").toFile()).path("exposures"))
        .isEqualTo(found.path("exposures"));

    String exposed = refused + "a canary has an exposure of ";
    assertRefused(
        "export " + exposed, centroid("export", run, "--to", "huggingface", "--out", export));
    assertThat(export).doesNotExist();
    assertThat(registry("register", run)).as(err.toString()).isZero();
    assertRefused("promotion " + exposed, registry("register", run, "--alias", "champion"));
    assertRefused("promotion " + exposed, registry("promote", "1"));
    assertRefused("promotion " + exposed, registry("promote", "1", "--expect", "0"));
    assertRefused("promotion " + exposed, registry("promote", "1", "--alias", "canary"));
    String version = "registry:" + folder.resolve("registry/texts@1");
    assertRefused(
        "export " + exposed, centroid("export", version, "--to", "onnx", "--out", export));
    assertRefused("a version cannot be changed", centroid("leak", version, "--corpus", corpus));
    Path record = run.resolve("leak.json");
    String written = Files.readString(record);
    Files.writeString(record, written.replaceFirst("\"likelier\" : 0", "\"likelier\" : 9"));
    assertRefused(
        "leak.json: was changed after it was written",
        centroid("export", run, "--to", "huggingface", "--out", export));
    Files.writeString(record, written);

    Files.writeString(
        run.resolve("effective.conf"), "\nleak { max-exposure = 0 }", StandardOpenOption.APPEND);
    assertThat(centroid("leak", run, "--corpus", corpus)).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern(
            "Highest exposure 1\\d\\.\\d of 19\\.9 bits; mean of the controls, which the model has"
                + " not seen, \\d\\.\\d\\n")
        .doesNotContain("leak.max-exposure");
    assertThat(
            centroid(
                "export",
                run,
                "--to",
                "huggingface",
                "--out",
                export,
                "--set",
                "leak.max-exposure=9"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(centroid("export", run, "--to", "huggingface", "--out", export))
        .as(err.toString())
        .isZero();
    assertThat(export.resolve("README.md"))
        .content()
        .contains(
            "pipeline_tag: \"text-generation\"",
            "Leak check with planted canaries",
            "| `redacted.email` | `1` |",
            "| `canaries` | `3` |",
            "| `corpus-sha256` | `"
                + Corpus.open(corpus.toString(), FILES).manifest().sha256()
                + "` |");
    assertTheGateIsBeforeARollback(run);
    Path file = corpus.resolve(Canaries.FILE);
    Files.writeString(file, Files.readString(file).replaceFirst(": 50", ": 51"));
    assertRefused("canaries.json: SHA-256: expected ", centroid("leak", run, "--corpus", corpus));
  }

  @Test
  void whatCannotBeMeasuredIsRefusedInOneLine() throws IOException {
    Path target = folder.resolve("corpus");
    assertRefused(
        "--canary-repetitions is for --canaries only: 5",
        centroid(
            "prepare",
            text,
            "--out",
            target,
            "--tokenizer",
            "characters",
            "--canary-repetitions",
            "5"));
    assertThat(target).doesNotExist();
    Path corpus = prepare("corpus", "local[1]");
    Path run = folder.resolve("digits");
    try (Model model =
        Trainer.of(Networks.mlp(784, 4, 10))
            .checkpointTo(run.toString())
            .steps(2)
            .train(Dataset.digits(100, 20))) {
      assertThat(model.path()).contains("checkpoints");
    }
    assertRefused(
        "--candidates must be from 1000 to 999999: 2000000",
        centroid("leak", run, "--corpus", corpus, "--candidates", "2000000"));
    assertRefused(
        " is not a language model: leak measures language models only",
        centroid("leak", run, "--corpus", corpus));
    assertThat(err.toString().lines()).hasSize(1);
  }

  /** Two versions whose own limit permits them, so that only that of the command refuses. */
  private void assertTheGateIsBeforeARollback(Path run) {
    assertThat(registry("register", run, "--alias", "champion")).as(err.toString()).isZero();
    assertThat(registry("register", run, "--alias", "champion")).as(err.toString()).isZero();
    String limit = "leak.max-exposure=9";
    assertRefused("promotion refused by ", registry("rollback", "--set", limit));
    assertThat(registry("history", "--json")).isZero();
    assertThat(out.toString()).contains("\"move\"").doesNotContain("rollback");
    assertThat(registry("rollback")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("champion of texts is version 2");
  }

  private void assertRefused(String message, int exit) {
    assertThat(exit).as(err.toString()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines().filter(line -> line.startsWith("centroid: ")))
        .singleElement(STRING)
        .contains(message);
    assertThat(err.toString()).doesNotContain("\tat ");
    assertThat(out.toString()).isEmpty();
  }

  private static double bits(JsonNode exposure) {
    return exposure
        .path(exposure.path("method").asText().equals("skew-normal") ? "extrapolated" : "sampled")
        .asDouble();
  }

  private Path prepare(String name, String master, String... more) {
    Path target = folder.resolve(name);
    List<Object> words = new ArrayList<>(List.of("prepare", text, "--out", target));
    words.addAll(List.of("--tokenizer", "characters", "--canaries", "3"));
    words.addAll(List.of("--canary-repetitions", "50", "--set", "spark.master=" + master));
    words.addAll(List.of(more));
    assertThat(centroid(words.toArray())).as(err.toString()).isZero();
    return target;
  }

  private int registry(Object... words) {
    return centroid(
        Stream.concat(
                Stream.concat(Stream.of("registry"), Stream.of(words)),
                Stream.of("--model", "texts", "--registry", folder.resolve("registry")))
            .toArray());
  }

  private int centroid(Object... words) {
    out = new StringWriter();
    err = new StringWriter();
    return Centroid.run(
        new PrintWriter(out),
        new PrintWriter(err),
        Stream.of(words).map(String::valueOf).toArray(String[]::new));
  }

  private static String decoded(Corpus corpus, Tokenizer tokenizer, List<CorpusShard> parts)
      throws IOException {
    IntStream.Builder ids = IntStream.builder();
    for (CorpusShard part : parts) {
      ByteBuffer bytes =
          ByteBuffer.wrap(Files.readAllBytes(Path.of(corpus.folder(), part.name())))
              .order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        ids.add(bytes.getShort() & 0xFFFF);
      }
    }
    return tokenizer.decode(ids.build().toArray());
  }
}
