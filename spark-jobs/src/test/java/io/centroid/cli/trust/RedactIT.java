package io.centroid.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cli.Centroid;
import io.centroid.error.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code redact} and {@code prepare --redact} as scripts use them, on an embedded Spark. */
class RedactIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MAIL = "ann.smith@example.org";
  private static final String CARD = "4111 1111 1111 1111";
  private static final String IBAN = "GB82 WEST 1234 5698 7654 32";

  @TempDir private Path folder;
  private Path policy;

  @BeforeEach
  void writePolicy() throws IOException {
    policy = write("policy.conf", "default = mask");
  }

  @Test
  void outputIsIdenticalOnAnyNumberOfExecutorsAndForAnyShardSize() throws IOException {
    Path texts = mixed();
    Done one = redact("one", texts, "--shard-size", "1000", "--documents", "line", "local[1]");
    assertThat(one.exitCode).as(one.err).isZero();
    Done two = redact("two", texts, "--shard-size", "7000", "--documents", "line", "local[3]");
    assertThat(two.exitCode).as(two.err).isZero();
    List<String> names = names(folder.resolve("one"));
    assertThat(names)
        .containsExactly(
            "_redaction.json", "deep/b.txt", "lines.txt", "table.csv", "zipped.txt.gz");
    assertThat(names(folder.resolve("two"))).isEqualTo(names);
    for (String name : names) {
      assertThat(folder.resolve("two").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("one").resolve(name));
    }
    JsonNode counts = one.json().path("redaction").path("counts");
    assertThat(counts.path("email").asInt()).isEqualTo(2_000 + 1 + 1 + 1);
    assertThat(counts.path("card").asInt()).isEqualTo(500);
    assertThat(one.json().path("redaction").path("documents").asInt()).isEqualTo(2_000 + 3);
  }

  @Test
  void whatIsNotPersonalStaysByteForByte() throws IOException {
    Path texts = mixed();
    assertThat(redact("out", texts, "--shard-size", "1000", "--documents", "line").exitCode)
        .isZero();
    String before = Files.readString(texts.resolve("lines.txt"));
    assertThat(Files.readString(folder.resolve("out/lines.txt")))
        .isEqualTo(before.replace(MAIL, "[EMAIL]").replace(CARD, "[CARD]"));
    assertThat(Files.readString(folder.resolve("out/deep/b.txt"))).isEqualTo("to [EMAIL]\r\n\r\n");
    assertThat(unzipped(folder.resolve("out/zipped.txt.gz"))).isEqualTo("from [EMAIL]\n");
    assertThat(Files.readString(folder.resolve("out/table.csv")))
        .isEqualTo("id,\"note\"\n7,\"mail [EMAIL], please\"\n");
  }

  @Test
  void everyValueOfAJsonLineIsRedactedAndTheRestStays() throws IOException {
    Path lines =
        write(
            "in.jsonl",
            "{\"text\": \"IBAN "
                + IBAN
                + "\", \"n\": 1.0e3, \"card\": 4111111111111111, \"meta\": {\"by\": [\""
                + MAIL
                + "\"]}}\n"
                + "\n{\"text\":\"nothing \\u00e9\"}\n");
    Done done = redact("out", lines);
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(Files.readString(folder.resolve("out/in.jsonl")))
        .isEqualTo(
            "{\"text\": \"IBAN [IBAN]\", \"n\": 1.0e3, \"card\": \"[CARD]\", \"meta\": {\"by\": [\"[EMAIL]\"]}}\n"
                + "\n{\"text\":\"nothing \\u00e9\"}\n");
  }

  @Test
  void allOfASecretIsRedactedInFieldsAndColumns() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in"));
    Files.writeString(
        in.resolve("a.jsonl"),
        "{\"password\":\"p@ss,w0rd;x\",\"ssn\":457555462.0,\"total\":457555462.0,\"v\":[\"token\"]}\n");
    Files.writeString(
        in.resolve("b.csv"), "id,password,ssn,顧客\n7,\"my pass, phrase\",457555462.0,操小明\n");
    Done done = redact("out", in);
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(Files.readString(folder.resolve("out/a.jsonl")))
        .isEqualTo(
            "{\"password\":\"[API-KEY]\",\"ssn\":\"[US-SSN]\",\"total\":457555462.0,\"v\":[\"token\"]}\n");
    assertThat(Files.readString(folder.resolve("out/b.csv")))
        .isEqualTo("id,password,ssn,顧客\n7,\"[API-KEY]\",[US-SSN],[NAME]\n");
    assertThat(done.json().path("redaction").path("counts").path("api-key").asInt()).isEqualTo(2);
  }

  @Test
  void documentsAreDroppedWithTheirLines() throws IOException {
    policy = write("policy.conf", "kinds { card = drop }");
    Path in = folder.resolve("in");
    Files.createDirectories(in);
    Files.writeString(in.resolve("a.txt"), "pay " + CARD);
    Files.writeString(in.resolve("b.txt"), "keep this");
    Files.writeString(
        in.resolve("c.jsonl"), "{\"text\":\"a\"}\n{\"text\":\"" + CARD + "\"}\n{\"text\":\"b\"}\n");
    Done done = redact("out", in);
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(names(folder.resolve("out"))).containsExactly("_redaction.json", "b.txt", "c.jsonl");
    assertThat(Files.readString(folder.resolve("out/c.jsonl")))
        .isEqualTo("{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
    assertThat(done.json().path("redaction").path("dropped").asInt()).isEqualTo(2);
  }

  @Test
  void columnsAreGeneralizedAndTheirAnonymityIsReported() throws IOException {
    policy = tablePolicy(3, 2);
    Done done = redact("out", people());
    assertThat(done.exitCode).as(done.err).isZero();
    JsonNode found = done.json().path("redaction").path("anonymity").path("found");
    assertThat(found.path("rows").asInt()).isEqualTo(12);
    assertThat(found.path("groups").asInt()).isEqualTo(4);
    assertThat(found.path("smallest").asInt()).isEqualTo(3);
    assertThat(found.path("leastDiverse").asInt()).isEqualTo(2);
    List<String> lines = Files.readAllLines(folder.resolve("out/people.csv"));
    assertThat(lines).hasSize(13).startsWith("mail,age,postcode,diagnosis");
    assertThat(lines.get(1)).matches("[0-9a-f]{32},\"\\[30, 40\\)\",SW1\\*,flu");
    // The same person, the same hash.
    assertThat(lines.get(1).substring(0, 32)).isEqualTo(lines.get(2).substring(0, 32));
    assertThat(lines.get(1).substring(0, 32)).isNotEqualTo(lines.get(3).substring(0, 32));
  }

  @Test
  void tablesThatIdentifyPersonsAreRefusedAndNothingIsWritten() throws IOException {
    policy = tablePolicy(4, 2);
    Done small = redact("out", people());
    assertThat(small.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(small.errors())
        .containsExactly(
            "centroid: not 4-anonymous: 12 of 12 rows are in 4 groups of fewer than 4 with the same"
                + " age, postcode (the smallest: 3); generalize these columns more, or drop one");
    policy = tablePolicy(3, 3);
    Done uniform = redact("out", people());
    assertThat(uniform.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(uniform.err).contains("not 3-diverse: 4 of 4 groups");
    assertThat(names(folder))
        .doesNotContain("out/people.csv")
        .noneMatch(n -> n.contains("progress"));
  }

  @Test
  void aSampleIsReadableWithItsKeyOnly() throws IOException {
    Path key = key("review", (byte) 1);
    Path other = key("other", (byte) 2);
    Path texts = mixed();
    String[] options = {
      "--documents", "line", "--sample", "25", "--sample-key", "file://" + key, "--shard-size"
    };
    Done done = redact("out", texts, with(options, "1000"));
    assertThat(done.exitCode).as(done.err).isZero();
    Path sample = folder.resolve("out/_sample.sealed");
    Done opened = run("redact", "--open", sample.toString(), "--sample-key", "file://" + key);
    assertThat(opened.exitCode).as(opened.err).isZero();
    List<String> lines = opened.out.lines().toList();
    assertThat(lines).hasSize(25);
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(first.path("before").asText()).contains(MAIL);
    assertThat(first.path("after").asText())
        .isEqualTo(first.path("before").asText().replace(MAIL, "[EMAIL]").replace(CARD, "[CARD]"));
    assertThat(redact("again", texts, with(options, "9000")).exitCode).isZero();
    Path second = folder.resolve("again/_sample.sealed");
    assertThat(run("redact", "--open", second.toString(), "--sample-key", "file://" + key).out)
        .isEqualTo(opened.out);
    Done refused = run("redact", "--open", sample.toString(), "--sample-key", "file://" + other);
    assertThat(refused.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(refused.out).isEmpty();
    assertThat(refused.errors())
        .singleElement()
        .asString()
        .contains("_sample.sealed: encrypted with the key ", "other is the key ");
    List<String> sealed = Files.readAllLines(sample);
    Files.write(sample, sealed.subList(0, 5));
    Done cut = run("redact", "--open", sample.toString(), "--sample-key", "file://" + key);
    assertThat(cut.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(cut.out).isEmpty();
    assertThat(cut.err).contains("_sample.sealed: expected the 25 documents that were sealed");
    sealed.set(4, sealed.get(4).substring(0, 64) + sealed.get(5).substring(64));
    Files.write(sample, sealed);
    Done altered = run("redact", "--open", sample.toString(), "--sample-key", "file://" + key);
    assertThat(altered.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(altered.out).isEmpty();
    assertThat(altered.err).contains("_sample.sealed: line 5: not authentic");
  }

  @Test
  void prepareRedactsBeforeItTokenizes() throws IOException {
    Path in = folder.resolve("in");
    Files.createDirectories(in);
    Files.writeString(in.resolve("a.txt"), "mail " + MAIL + " or pay " + CARD);
    Files.writeString(in.resolve("b.txt"), "xyz");
    String[] line = {
      "prepare",
      in.toString(),
      "--tokenizer",
      "characters",
      "--validation-split",
      "0",
      "--json",
      "--out",
      folder.resolve("out").toString(),
      "--redact",
      policy.toString(),
      "--set",
      "spark.master=local[2]"
    };
    Done done = run(line);
    assertThat(done.exitCode).as(done.err).isZero();
    String expected = "mail [EMAIL] or pay [CARD]";
    assertThat(done.json().path("bytes").asInt()).isEqualTo(expected.length() + 3);
    // The characters of the redacted texts alone, and the end of a document.
    long characters = (expected + "xyz").chars().distinct().count();
    assertThat(done.json().path("vocabulary").asLong()).isBetween(characters, characters + 1);
    JsonNode options =
        JSON.readTree(Files.readString(folder.resolve("out/manifest.json"))).path("options");
    assertThat(options.path("redaction-policy").asText()).matches("[0-9a-f]{64}");
    assertThat(options.path("redacted.email").asText()).isEqualTo("1");
    assertThat(options.path("redacted.card").asText()).isEqualTo("1");
  }

  @Test
  void prepareKnowsThatItsInputWasRedacted() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in/deep"));
    Files.writeString(in.resolve("a.txt"), "mail " + MAIL);
    assertThat(redact("redacted", folder.resolve("in")).exitCode).isZero();
    Done done =
        run(
            "prepare",
            folder.resolve("redacted/a.txt").toString(),
            "--tokenizer",
            "characters",
            "--validation-split",
            "0",
            "--out",
            folder.resolve("out").toString(),
            "--set",
            "spark.master=local[1]");
    assertThat(done.exitCode).as(done.err).isZero();
    JsonNode options =
        JSON.readTree(Files.readString(folder.resolve("out/manifest.json"))).path("options");
    String policySha256 =
        JSON.readTree(Files.readString(folder.resolve("redacted/_redaction.json")))
            .path("policy")
            .asText();
    assertThat(options.path("redaction-policy-of-input").asText()).isEqualTo(policySha256);
    assertThat(options.path("redacted-in-input.email").asText()).isEqualTo("1");
    assertThat(options.has("redaction-policy")).isFalse();
  }

  @Test
  void mistakesAreOneLineAndLeaveNothing() throws IOException {
    Path good = write("good.txt", MAIL);
    Path bad = write("bad.jsonl", "{\"text\":\"" + MAIL + "\"}\n{\"text\":\"" + MAIL + "\n");
    Path table = write("bad.csv", "name,age\n" + MAIL + ",old\n");
    Path columns = write("columns.conf", "columns { age { generalize { bin = 10 } } }");
    Path unknown = write("unknown.conf", "columns { agee = drop }");
    assertRefused("no such file", redact("out", folder.resolve("missing")));
    assertRefused("bad.jsonl: the line at byte 33", redact("out", bad));
    policy = columns;
    assertRefused("bad.csv: line 2: column 'age': expected a number", redact("out", table));
    policy = unknown;
    Done misspelled = redact("out", table);
    assertRefused("columns.agee: no table has this column; columns in all: 2", misspelled);
    assertThat(misspelled.errors().toString()).doesNotContain("name");
    assertRefused("the output is inside the input ", redact("in/out", mixed()));
    policy = write("city.conf", "anonymity { quasi-identifiers = [city], k = 2 }");
    assertRefused("bad.csv: line 1: no column 'city'", redact("out", table));
    policy = write("hash.conf", "columns { name = hash }");
    assertRefused("pseudonym-key is missing", redact("out", table));
    policy = write("policy.conf", "default = mask");
    assertRefused("is given twice", redact("out", good, good.toString()));
    assertRefused("needs --sample-key", redact("out", good, "--sample", "3"));
    assertRefused("not a redacted corpus (no _redaction.json)", redact("", good, "--overwrite"));
    assertRefused("--sample-key is for", redact("out", good, "--sample-key", "env:HOME"));
    assertRefused("--open SAMPLE takes no", run("redact", good.toString(), "--open", "x"));
    assertRefused("begin with . or _", redact("out", write("_hidden.txt", MAIL)));
    assertRefused("needs --policy", run("redact", good.toString(), "--out", "x"));
  }

  private void assertRefused(String expected, Done done) throws IOException {
    assertThat(done.exitCode).as(done.err).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(done.errors()).hasSize(1);
    assertThat(done.err).contains(expected).doesNotContain(MAIL, "ann.smith");
    assertThat(done.out).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(names(folder)).noneMatch(name -> name.contains(".inprogress"));
  }

  private Path tablePolicy(int k, int l) throws IOException {
    return write(
        "table.conf",
        """
        pseudonym-key = "file://%s"
        columns {
          name = drop, mail = hash, diagnosis = keep
          age { generalize { bin = 10 } }
          postcode { generalize { prefix = 3 } }
        }
        anonymity { quasi-identifiers = [age, postcode], k = %d, sensitive = diagnosis, l = %d }
        """
            .formatted(key("pseudonyms", (byte) 3), k, l));
  }

  /** Four groups of three rows with the same decade and area, each with two diagnoses. */
  private Path people() throws IOException {
    StringBuilder table = new StringBuilder("name,mail,age,postcode,diagnosis\n");
    for (int i = 0; i < 12; i++) {
      int group = i / 3;
      table
          .append("Ann Smith,")
          .append(i < 2 ? MAIL : "p" + i + "@example.org")
          .append(',')
          .append(30 + 10 * (group % 2) + i % 3)
          .append(group < 2 ? ",SW1A " : ",NW3 ")
          .append(i)
          .append("AA,")
          .append(i % 3 == 2 ? "asthma" : "flu")
          .append('\n');
    }
    return write("people.csv", table.toString());
  }

  private Path key(String name, byte value) throws IOException {
    byte[] key = new byte[32];
    Arrays.fill(key, value);
    Path file = write(name, Base64.getEncoder().encodeToString(key));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  /** Lines, a folder, gzip and a table with planted persons. */
  private Path mixed() throws IOException {
    Path in = folder.resolve("in");
    Files.createDirectories(in.resolve("deep"));
    StringBuilder lines = new StringBuilder("\n");
    for (int i = 0; i < 2_000; i++) {
      lines.append("line ").append(i).append(": ").append(MAIL);
      lines.append(i % 4 == 0 ? ", " + CARD : "").append(i % 7 == 0 ? "\r\n\n" : "\n");
    }
    Files.writeString(in.resolve("lines.txt"), lines);
    Files.writeString(in.resolve("deep/b.txt"), "to " + MAIL + "\r\n\r\n");
    Files.writeString(in.resolve("table.csv"), "id,\"note\"\n7,\"mail " + MAIL + ", please\"\n");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(("from " + MAIL + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Files.write(in.resolve("zipped.txt.gz"), bytes.toByteArray());
    return in;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String unzipped(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String[] with(String[] words, String last) {
    return Stream.concat(Stream.of(words), Stream.of(last)).toArray(String[]::new);
  }

  private Done redact(String out, Path input, String... options) {
    List<String> words = new ArrayList<>(List.of("redact", input.toString()));
    words.addAll(List.of(options));
    String last = words.get(words.size() - 1);
    String master = last.startsWith("local[") ? words.remove(words.size() - 1) : "local[2]";
    words.addAll(
        List.of(
            "--json",
            "--policy",
            policy.toString(),
            "--out",
            folder.resolve(out).toString(),
            "--set",
            "spark.master=" + master));
    return run(words.toArray(String[]::new));
  }

  private static Done run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Done(exitCode, out.toString(), err.toString());
  }

  /** Paths of the files below a folder, sorted. */
  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private record Done(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      assertThat(out.lines()).as("out: %s, err: %s", out, err).hasSize(1);
      return JSON.readTree(out);
    }

    List<String> errors() {
      return err.lines().filter(line -> line.startsWith("centroid: ")).toList();
    }
  }
}
