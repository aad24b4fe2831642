package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.cli.SharedCluster;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import io.centroid.cluster.ClusterStatus;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands for language models on a cluster of two Spark Workers and HDFS. The expected results are
 * computed in this JVM on the same files.
 */
@ExtendWith(SharedCluster.class)
class ClusterTextIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> WORDS =
      List.of("the", "cat", "dog", "sees", "hears", "and", "runs", "home", "caf\u00e9");
  private static final List<String> PROMPTS =
      List.of("the cat ", "a dog", "home", "", "zebras run to the caf\u00e9 and ", "the", "and so");
  private static final String[] PREPARE = {
    "--tokenizer", "bpe", "--vocabulary", "290", "--split", "documents", "--shard-size", "3k"
  };
  private static final String[] GENERATE = {
    "--seed", "5", "--temperature", "0.9", "--top-k", "20", "--max-new-tokens", "40"
  };
  private static final List<String> TRAIN =
      List.of(
          "data.format=tokens",
          "data.block=24",
          "model.name=gpt2",
          "model.gpt2.layers=2",
          "model.gpt2.heads=2",
          "model.gpt2.width=32",
          "model.gpt2.positions=32",
          "model.gpt2.dropout=0.1",
          "train.workers=4",
          "train.local-steps=10",
          "train.steps=40",
          "train.batch-size=8",
          "train.inner-state=keep",
          "average.codec=bf16",
          "average.slices=2",
          "optimizer.name=adamw",
          "optimizer.learning-rate=0.01");

  @TempDir private static Path folder;

  private static Path directory;
  private static ClusterStatus status;
  private static FileSystem hdfs;

  @BeforeAll
  static void start(TrainingCluster shared) {
    directory = shared.directory();
    status = shared.status();
    hdfs = shared.hdfs();
  }

  @Test
  void everyCommandHasTheSameResultAsInOneProcess() throws Exception {
    Path texts = writeTexts(folder.resolve("texts"));
    Path prompts = Files.write(folder.resolve("prompts.txt"), PROMPTS);
    hdfs.copyFromLocalFile(path(texts.toString()), path("texts"));
    hdfs.copyFromLocalFile(path(prompts.toString()), path("prompts.txt"));

    JsonNode corpus = submitted("prepare", "texts", "--out", "corpus", PREPARE, "--json");
    Path localCorpus = folder.resolve("corpus");
    JsonNode here =
        embedded("prepare", texts.toString(), "--out", localCorpus.toString(), PREPARE, "--json");
    assertThat(corpus.path("sha256")).isEqualTo(here.path("sha256"));
    assertThat(corpus.path("vocabulary").asInt()).isEqualTo(290);
    assertThat(corpus.path("validationTokens").asInt()).isGreaterThan(200);
    requireSameFiles("corpus", localCorpus);

    String[] keys = TRAIN.stream().flatMap(key -> Stream.of("--set", key)).toArray(String[]::new);
    Path localRun = folder.resolve("run");
    JsonNode trained =
        submitted(
            "train", keys, "--set", "data.path=corpus", "--set", "run.dir=runs/text", "--json");
    JsonNode trainedHere =
        embedded(
            "train",
            keys,
            "--set",
            "data.path=" + localCorpus,
            "--set",
            "run.dir=" + localRun,
            "--json");
    assertThat(trained.path("parametersSha256")).isEqualTo(trainedHere.path("parametersSha256"));
    assertThat(trained.path("validation")).isEqualTo(trainedHere.path("validation"));
    assertThat(trained.path("validation").path("loss").asDouble()).isBetween(0.5, 3.5);

    // The corpus is found by its path in the checkpoint.
    JsonNode measured = submitted("evaluate", "runs/text", "--recorded-data", "--json");
    assertThat(measured.path("loss")).isEqualTo(trained.path("validation").path("loss"));
    assertThat(measured.path("loss"))
        .isEqualTo(
            embedded("evaluate", localRun.toString(), "--recorded-data", "--json").path("loss"));

    String[] generate = {"generate", "runs/text", "--prompts", "prompts.txt"};
    // With Kryo, which supports neither records nor readResolve.
    String kryo = "spark.conf.\"spark.serializer\"=org.apache.spark.serializer.KryoSerializer";
    try (Submitted submit = submit(generate, GENERATE, "--set", kryo)) {
      assertThat(submit.exitCode()).as(submit.errors()).isZero();
      List<JsonNode> answers = answers(submit.output());
      Done done =
          centroid(
              "generate", localRun.toString(), "--prompts", prompts.toString(), GENERATE, LOCAL);
      assertThat(answers).isEqualTo(answers(done.out)).hasSameSizeAs(PROMPTS);
      for (int i = 0; i < PROMPTS.size(); i++) {
        assertThat(answers.get(i).path("line").asInt()).isEqualTo(i + 1);
        assertThat(answers.get(i).path("prompt").asText()).isEqualTo(PROMPTS.get(i));
        assertThat(answers.get(i).path("text").asText()).startsWith(PROMPTS.get(i));
        assertThat(answers.get(i).path("newTokens").asInt()).isPositive();
      }
    }
  }

  @Test
  void aDamagedTextIsReportedInOneLineAndLeavesNoFiles() throws Exception {
    byte[] text = sentences(3, 12_000).getBytes(StandardCharsets.UTF_8);
    text[54_321] = (byte) 0xC0;
    try (OutputStream out = hdfs.create(path("damaged/text.txt"))) {
      out.write(text);
    }
    try (Submitted submit =
        submit("prepare", "damaged", "--out", "bad", "--tokenizer", "characters", "--json")) {
      assertThat(submit.exitCode()).as(submit.errors()).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(submit.output()).isEmpty();
      assertThat(submit.errors().lines().filter(line -> line.startsWith("centroid: ")))
          .containsExactly(
              "centroid: damaged/text.txt: byte 54321: expected text in UTF-8, found byte 0xC0;"
                  + " --encoding names another encoding, such as windows-1252 or gbk; --replace-bad"
                  + " replaces damaged bytes");
    }
    assertThat(names(hdfs.getHomeDirectory())).contains("damaged").noneMatch(this::isOfBad);
  }

  private boolean isOfBad(String name) {
    return name.equals("bad") || name.startsWith(".inprogress");
  }

  private static final String[] LOCAL = {"--set", "spark.master=local[2]"};

  /** Writes plain files and a gzipped one. */
  private static Path writeTexts(Path texts) throws IOException {
    Files.createDirectories(texts);
    for (int file = 0; file < 12; file++) {
      Files.writeString(texts.resolve(file + ".txt"), sentences(file, 200 + 20 * file));
    }
    try (OutputStream file = Files.newOutputStream(texts.resolve("more.txt.gz"));
        GZIPOutputStream gzip = new GZIPOutputStream(file)) {
      gzip.write(sentences(99, 500).getBytes(StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static String sentences(long seed, int words) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS.get(random.nextInt(WORDS.size())))
          .append(random.nextInt(9) == 0 ? ".\n" : " ");
    }
    return text.toString();
  }

  private static void requireSameFiles(String there, Path here) throws IOException {
    List<String> names = names(path(there));
    assertThat(names).contains("manifest.json", "tokenizer.json").hasSizeGreaterThan(8);
    try (Stream<Path> files = Files.list(here)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsAll(names);
    }
    for (String name : names) {
      try (var in = hdfs.open(path(there + "/" + name))) {
        assertThat(in.readAllBytes()).as(name).isEqualTo(Files.readAllBytes(here.resolve(name)));
      }
    }
  }

  private static List<String> names(org.apache.hadoop.fs.Path of) throws IOException {
    return Arrays.stream(hdfs.listStatus(of))
        .map(FileStatus::getPath)
        .map(org.apache.hadoop.fs.Path::getName)
        .toList();
  }

  /** Parses one object per line, without timings. */
  private static List<JsonNode> answers(String lines) throws IOException {
    List<JsonNode> answers = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      ObjectNode answer = (ObjectNode) JSON.readTree(line);
      answer.remove(List.of("tokensPerSecond", "prefillMillis", "millisPerToken"));
      answers.add(answer);
    }
    return answers;
  }

  private static JsonNode submitted(Object... command) throws Exception {
    try (Submitted submit = submit(command)) {
      return submit.json();
    }
  }

  private static Submitted submit(Object... command) throws IOException {
    return Submitted.start(folder, directory, words(command));
  }

  private static JsonNode embedded(Object... command) throws IOException {
    Done done = centroid(command, LOCAL);
    assertThat(done.out.lines()).hasSize(1);
    return JSON.readTree(done.out);
  }

  private record Done(String out) {}

  private static Done centroid(Object... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Developer.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            words(command).toArray(String[]::new));
    assertThat(exitCode).as(err.toString()).isZero();
    return new Done(out.toString());
  }

  /** Flattens words and arrays of words. */
  private static List<String> words(Object... command) {
    return Arrays.stream(command)
        .flatMap(part -> part instanceof Object[] parts ? words(parts).stream() : Stream.of(part))
        .map(Object::toString)
        .toList();
  }

  private static org.apache.hadoop.fs.Path path(String text) {
    return new org.apache.hadoop.fs.Path(text);
  }
}
