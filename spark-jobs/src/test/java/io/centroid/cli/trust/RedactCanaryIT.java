package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.Centroid;
import io.centroid.error.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants persons in the input of {@code redact} and searches everything that it leaves: the output
 * and its sealed sample, standard output and error with details, and Spark's event log, also of
 * commands that fail.
 */
class RedactCanaryIT {
  /** What must be in no place but the input. */
  private static final List<String> PERSONS =
      List.of(
          "zebulon.quartermain@canary.example.org",
          "zebulon.quartermain",
          "4012888888881881",
          "4012 8888 8888 1881",
          "078-05-1121",
          "DE89370400440532013000",
          "AKIAIOSFODNN7CANARY1",
          "11010519491231002X",
          "zebulon-hunter2");

  @TempDir private Path folder;

  @Test
  void noPersonIsInAnyOutput() throws IOException {
    Path in = planted();
    List<String> good = List.of(in.toString(), "--out", folder.resolve("out").toString());
    Done done = run(good);
    assertThat(done.exitCode).as(done.text).isEqualTo(ExitCode.DONE);
    assertThat(done.text).contains(" of 3 files redacted", "email", "card");
    assertThat(found(done)).isEmpty();
    assertThat(folder.resolve("out/_sample.sealed")).isNotEmptyFile();
    assertThat(folder.resolve("events")).isNotEmptyDirectory();
    // The search finds what is there.
    assertThat(search(in)).hasSize(3).allSatisfy((file, hits) -> assertThat(hits).isNotEmpty());
  }

  @Test
  void noPersonIsInAMessageAboutDamagedInput() throws IOException {
    String person = "{\"text\": \"" + String.join(" ", PERSONS) + "\"";
    Map<String, String> damaged =
        Map.of(
            "cut.jsonl", person,
            "twice.jsonl", person + "} " + person + "}\n",
            "array.jsonl", "[" + person + "}]\n",
            "fields.csv", "a,b\n" + String.join(",", PERSONS) + "\n",
            "quote.csv", "a,b\n\"" + PERSONS.get(0) + "\n",
            "number.csv", "age,b\n" + PERSONS.get(0) + ",1\n",
            "date.csv", "born,b\n" + PERSONS.get(4) + ",1\n");
    for (Map.Entry<String, String> file : damaged.entrySet()) {
      Path input = Files.writeString(folder.resolve(file.getKey()), file.getValue());
      Done done = run(List.of(input.toString(), "--out", folder.resolve("out").toString()));
      assertThat(done.exitCode).as(done.text).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(done.text).contains("centroid: ").contains(file.getKey());
      Files.delete(input);
      assertThat(found(done)).as(file.getKey()).isEmpty();
      assertThat(folder.resolve("out")).doesNotExist();
    }
  }

  private Path planted() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in"));
    StringBuilder lines = new StringBuilder();
    StringBuilder json = new StringBuilder();
    StringBuilder table = new StringBuilder("id,note\n");
    for (int i = 0; i < 300; i++) {
      String person =
          "Write to %s or pay with %s; SSN 078-05-1121, IBAN %s, key %s, 身份证号 %s."
              .formatted(
                  PERSONS.get(0),
                  PERSONS.get(i % 2 + 2),
                  PERSONS.get(5),
                  PERSONS.get(6),
                  PERSONS.get(7));
      lines
          .append(i)
          .append(": ")
          .append(person)
          .append(" https://zeb:zebulon-hunter2@canary.example.org/\n");
      json.append("{\"text\":\"").append(person).append("\",\"n\":").append(i).append("}\n");
      table.append(i).append(",\"").append(person).append("\"\n");
    }
    Files.writeString(in.resolve("a.txt"), lines);
    Files.writeString(in.resolve("b.jsonl"), json);
    Files.writeString(in.resolve("c.csv"), table);
    return in;
  }

  private Map<String, List<String>> found(Done done) throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    hits(done.text).forEach(hit -> found.put("the terminal", List.of(hit)));
    for (String place : List.of("out", "events")) {
      found.putAll(search(folder.resolve(place)));
    }
    return found;
  }

  private static Map<String, List<String>> search(Path root) throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    if (!Files.exists(root)) {
      return found;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        List<String> hits = hits(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!hits.isEmpty()) {
          found.put(file.toString(), hits);
        }
      }
    }
    return found;
  }

  private static List<String> hits(String text) {
    return PERSONS.stream()
        .filter(
            person ->
                text.contains(person)
                    || text.contains(
                        Base64.getEncoder()
                            .withoutPadding()
                            .encodeToString(person.getBytes(StandardCharsets.UTF_8))))
        .toList();
  }

  private Done run(List<String> words) throws IOException {
    Path key = folder.resolve("review.key");
    Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectories(folder.resolve("events"));
    Path policy =
        Files.writeString(
            folder.resolve("policy.conf"),
            words.get(0).endsWith("number.csv")
                ? "columns { age { generalize { bin = 10 } } }"
                : words.get(0).endsWith("date.csv")
                    ? "columns { born { generalize { date = year } } }"
                    : "default = mask");
    List<String> line = new ArrayList<>(List.of("redact", "--verbose", "--progress", "plain"));
    line.addAll(words);
    line.addAll(
        List.of(
            "--shard-size",
            "4k",
            "--sample",
            "50",
            "--sample-key",
            "file://" + key,
            "--policy",
            policy.toString(),
            "--conf",
            "spark.eventLog.enabled=true",
            "--conf",
            "spark.eventLog.dir=file://" + folder.resolve("events"),
            "--set",
            "spark.master=local[2]"));
    StringWriter text = new StringWriter();
    ByteArrayOutputStream standard = new ByteArrayOutputStream();
    PrintStream out = System.out;
    PrintStream err = System.err;
    PrintStream both = new PrintStream(standard, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      PrintWriter writer = new PrintWriter(text, true);
      int exitCode = Centroid.run(writer, writer, line.toArray(String[]::new));
      return new Done(exitCode, text + standard.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private record Done(int exitCode, String text) {}
}
