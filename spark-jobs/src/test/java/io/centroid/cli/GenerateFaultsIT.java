package io.centroid.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.model.LanguageModel;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.spark.generate.PromptsJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid options and prompts of {@code generate}. */
class GenerateFaultsIT extends LanguageFaults {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prompt caf\u00e9                  | prompt 0: character U+0066 at offset 2: not in the vocabulary
          --prompt the --prompt caf\u00e9     | prompt 1: character U+0066 at offset 2: not in the vocabulary
          --prompt=                           | prompt 0 is empty: expected a token, since the tokenizer has no end-of-text to start from
          --prompt the --max-new-tokens 0     | the number of new tokens must be >= 1: 0
          --prompt the --temperature -1       | temperature must be 0, or from 0.001 to 1000: -1.0
          --prompt the --temperature NaN      | temperature must be 0, or from 0.001 to 1000: NaN
          --prompt the --top-k -1             | top-k must be 0 (all) or more: -1
          --prompt the --top-p 1.5            | top-p must be above 0 and at most 1: 1.5
          --prompt the --stop=                | a stop string must not be empty
          --prompt the --stop-token 16        | a stop token must be an id below 16: 16
          --prompt the --threads 0            | generation threads must be >= 1: 0
          --prompt the --weights int4         | Invalid value for option '--weights': expected float32, bfloat16 or int8, found int4
          --prompt the --engine jax           | Invalid value for option '--engine': expected one of [CPU, TORCH] (case-insensitive) but was 'jax'
          --prompt the --engine torch --weights int8 | --weights int8: the engine torch has float32 and bfloat16
          --prompt the --device cuda          | --device cuda needs --engine torch and --prompt
          --prompt the --engine torch --device cuda | --device cuda needs LibTorch's GPU build on the class path, found the one for CPUs: mvn -Pcuda package makes it (docs/gpu.md)
          --prompt the --prompt-lookup -1     | draft tokens must be from 0 to 15: -1
          --prompt the_cat_sees_the_dog --overflow stop | prompt 0 has 20 tokens: expected at most the model's 16 positions
          """)
  void rejectsInvalidPromptsAndOptions(String options, String message) {
    Object[] words =
        Stream.of(options.strip().split(" +")).map(word -> word.replace('_', ' ')).toArray();
    rejects(message, "generate", folder.resolve("run"), words);
    rejects(message, "generate", folder.resolve("run"), words, "--json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the\\n\\ncat\\n             |               | DIR/prompts.txt: line 2 is empty: expected a token, since the tokenizer has no end-of-text to start from
          the\\ncaf\u00e9\\n          |               | DIR/prompts.txt: line 2: character U+0066 at offset 2: not in the vocabulary
          the\\nthe cat sees the dog\\n | --overflow=stop | DIR/prompts.txt: line 2 has 20 tokens: expected at most the model's 16 positions
          the\\nthe cat sees the dog\\n | --score       | DIR/prompts.txt: line 2: a text of 20 tokens exceeds the model's 16 positions
          the\\ncaBAD                |               | DIR/prompts.txt: byte 6: expected text in UTF-8, found byte 0xFF; convert another encoding: iconv -f WINDOWS-1252 -t UTF-8
          EMPTY                       |               | DIR/prompts.txt: is empty, expected one prompt per line
          """)
  void rejectsInvalidPromptFiles(String lines, String option, String message) throws IOException {
    Path prompts = folder.resolve("prompts.txt");
    String text = lines.replace("\\n", "\n").replace("EMPTY", "").replace("BAD", "\u00ff");
    Files.write(prompts, text.getBytes(text.contains("\u00ff") ? ISO_8859_1 : UTF_8));
    List<Object> options = new ArrayList<>(List.of("--out", folder.resolve("new")));
    if (option != null) {
      options.add(option);
    }
    rejects(
        message, "generate", folder.resolve("run"), "--prompts", prompts, options.toArray(), SPARK);
  }

  /** Spark would try a failed task four times. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the cat\u00ff                    | false | byte 28007: expected text in UTF-8, found byte 0xFF; convert another encoding: iconv -f WINDOWS-1252 -t UTF-8
          the cow                           | false | line 7001: character U+0077 at offset 6: not in the vocabulary
          the cat sees the dog and the cat  | true  | line 7001: a text of 32 tokens exceeds the model's 16 positions
          """)
  void invalidLinesAreReportedByOneAttempt(String line, boolean scores, String message)
      throws IOException {
    String lines = "the\n".repeat(7_000);
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), lines + line, ISO_8859_1);
    TaskAttempts attempts = new TaskAttempts();
    List<String> outputs = new ArrayList<>();
    try (JavaSparkContext spark = new JavaSparkContext("local[2,4]", "test")) {
      spark.sc().addSparkListener(attempts);
      PromptsJob job = job(scores);
      Path out = folder.resolve("out");
      for (ThrowingCallable run :
          List.<ThrowingCallable>of(
              () -> job.outputs(spark, prompts.toString(), outputs::add),
              () -> job.save(spark, prompts.toString(), out.toString()))) {
        assertThatThrownBy(run)
            .isInstanceOf(InputException.class)
            .hasMessage(prompts + ": " + message);
      }
      assertThat(out).doesNotExist();
    }
    assertThat(outputs).isEmpty();
    assertThat(attempts.failed).isEmpty();
    // One of two partitions is counted, and two are checked, twice.
    assertThat(attempts.ended).hasValue(6);
  }

  @Test
  void outputsArePassedOnPartitionByPartition() throws IOException {
    Path prompts = Files.writeString(folder.resolve("prompts.txt"), "the\ncat\nsee\nthe\n");
    List<String> outputs = new ArrayList<>();
    TaskAttempts attempts = new TaskAttempts();
    try (JavaSparkContext spark = new JavaSparkContext("local[2,4]", "test")) {
      spark.sc().addSparkListener(attempts);
      job(false).outputs(spark, prompts.toString(), outputs::add);
      assertThat(spark.getPersistentRDDs()).isEmpty();
    }
    assertThat(outputs).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(outputs.get(i)).contains("\"line\":" + (i + 1) + "}");
    }
    // Counted, checked and generated; then each of two partitions is fetched by a job of its own.
    assertThat(attempts.ended).hasValue(1 + 2 + 2 + 2);
  }

  private PromptsJob job(boolean scores) {
    return new PromptsJob(
        new LanguageModel.Location(folder.resolve("model").toString(), false, null),
        new CpuDecoding(WeightFormat.FLOAT32, 1),
        Sampling.GREEDY,
        StopCriteria.after(2),
        scores,
        0);
  }

  private static final class TaskAttempts extends SparkListener {
    final AtomicInteger ended = new AtomicInteger();
    final Queue<String> failed = new ConcurrentLinkedQueue<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      ended.incrementAndGet();
      if (!task.taskInfo().successful()) {
        failed.add(task.reason().toString());
      }
    }
  }

  @Test
  void rejectsPromptsThatAreNotAFile() {
    rejects(
        "DIR/model: is a folder, expected a file with one prompt per line",
        "generate",
        folder.resolve("run"),
        "--prompts",
        folder.resolve("model"),
        SPARK);
    rejects(
        "DIR/none.txt: no such file or directory",
        "generate",
        folder.resolve("run"),
        "--prompts",
        folder.resolve("none.txt"),
        SPARK);
  }

  @Test
  void rejectsAFileOfPromptsWithAColon() throws IOException {
    Path prompts = Files.writeString(folder.resolve("a:b.txt"), "the\n");
    rejects(
        "DIR/a:b.txt: the name of a file of prompts must not have a colon: rename it",
        "generate",
        folder.resolve("run"),
        "--prompts",
        prompts,
        SPARK);
  }

  @Test
  void publishesOutputAtomically() throws IOException {
    String name = "prompts,[1] {a,b}*?\\d.txt"; // Neither a pattern nor a list of files.
    Path prompts = Files.writeString(folder.resolve(name), "the\ncat\n");
    Object[] generate = {
      "generate", folder.resolve("run"), "--prompts", prompts, "--out", folder.resolve("new"), SPARK
    };
    done(generate);
    assertThat(names(folder)).containsExactly("corpus", "model", "new", name, "run");
    assertThat(Files.readAllLines(folder.resolve("new").resolve("part-00000"))).hasSize(2);
    Files.delete(folder.resolve("new").resolve("_SUCCESS"));
    Done again = centroid(generate);
    assertThat(again.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(again.errors())
        .containsExactly(
            "centroid: --out " + folder.resolve("new") + " already exists, expected a new folder");
    assertThat(folder.resolve("new").resolve("_SUCCESS")).doesNotExist();
  }
}
