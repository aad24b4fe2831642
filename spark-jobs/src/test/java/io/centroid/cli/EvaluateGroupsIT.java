package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate --by} on threads and on an embedded Spark, and what becomes of its record. */
class EvaluateGroupsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private Path data;
  private Path run;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void train() throws IOException {
    data = Files.createDirectory(folder.resolve("loans"));
    run = folder.resolve("run");
    Files.writeString(data.resolve("train.csv"), rows(0));
    Files.writeString(data.resolve("test.csv"), rows(5));
    assertThat(
            centroid(
                "train",
                "--set",
                "compute.workers=local",
                "--set",
                "data.format=csv",
                "--set",
                "data.path=" + data,
                "--set",
                "data.csv.target=granted",
                "--set",
                "data.csv.ignore=[name, sex]",
                "--set",
                "data.csv.features=numbers",
                "--set",
                "data.normalization=standardize",
                "--set",
                "model.hidden=[4]",
                "--set",
                "train.workers=2",
                "--set",
                "train.batch-size=10",
                "--set",
                "train.epochs=40",
                "--set",
                "optimizer.name=adamw",
                "--set",
                "optimizer.learning-rate=0.05",
                "--set",
                "run.dir=" + run))
        .as(err.toString())
        .isZero();
  }

  @Test
  void groupsAreTheSameOnThreadsAndOnSparkAndComeWithTheModel() throws IOException {
    JsonNode local = json(evaluate("--by", "sex", "--set", "compute.workers=local", "--json"));
    JsonNode spark = json(evaluate("--by", "sex", "--set", "spark.master=local[2]", "--json"));
    assertThat(spark).isEqualTo(local);
    JsonNode groups = local.path("groups").get(0);
    assertThat(groups.path("positive").asText()).isEqualTo("yes");
    assertThat(groups.path("all").path("metrics").path("accuracy").asDouble())
        .isEqualTo(local.path("accuracy").asDouble())
        .isEqualTo(91.0 / 96);
    assertThat(groups.path("groups")).hasSize(3);
    JsonNode women = groups.path("groups").get(0);
    assertThat(women.path("value").asText()).isEqualTo("f");
    assertThat(women.path("examples").asLong()).isEqualTo(40);
    assertThat(women.path("metrics").path("accuracy").asDouble()).isEqualTo(35.0 / 40);
    assertThat(women.path("metrics").path("recall").asDouble()).isEqualTo(20.0 / 25);
    assertThat(groups.path("groups").get(1).path("metrics").path("accuracy").asDouble()).isOne();
    assertThat(groups.path("groups").get(2).toString())
        .isEqualTo("{\"value\":\"(other)\",\"examples\":6,\"metrics\":{}}");
    assertThat(groups.path("gap").path("worst").asText()).isEqualTo("f");
    assertThat(
            groups.path("gap").path("bestValue").asDouble()
                - groups.path("gap").path("worstValue").asDouble())
        .isCloseTo(0.125, within(1e-12));
    assertThat(run.resolve("groups.json")).doesNotExist();
    assertThat(evaluate("--set", "compute.workers=local")).isZero();
    assertThat(out.toString()).doesNotContain("By ");

    assertThat(evaluate("--by", "sex", "--by", "half", "--save", "--set", "compute.workers=local"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("\nBy sex (positive class: yes)\n", "\nBy half (positive class: yes)\n")
        .contains("\nGap in accuracy: 0.1250 (f is 0.8750, m is 1.0000)\n");
    assertThat(err.toString())
        .contains("groups written to ", "/run/groups.json")
        .contains("evaluating: 5 of 5 groups");
    JsonNode record = JSON.readTree(run.resolve("groups.json").toFile());
    assertThat(record.path("data").asText()).isEqualTo("loans");
    assertThat(record.path("part").asText()).isEqualTo("test");
    assertThat(record.path("columns").get(0).path("groups")).isEqualTo(groups.path("groups"));
    assertCard();
  }

  private void assertCard() throws IOException {
    String section = "On the `test` data of `loans`.";
    String women = "| `f` | 40 | 0.8750 | 0.5000 | 1.000 | 0.8000 | ";
    assertThat(centroid("card", run)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("## By group", section, women, "### By `half`");
    Path export = folder.resolve("export");
    assertThat(centroid("export", run, "--to", "onnx", "--out", export, "--data", data))
        .as(err.toString())
        .isZero();
    assertThat(export.resolve("README.md")).content().contains(section, women);
    assertThat(
            centroid(
                "registry",
                "register",
                run,
                "--registry",
                folder.resolve("registry"),
                "--model",
                "loans"))
        .as(err.toString())
        .isZero();
    String version = "registry:" + folder.resolve("registry") + "/loans@1";
    assertThat(centroid("card", version)).as(err.toString()).isZero();
    assertThat(out.toString()).contains(section, women);
    assertThat(
            centroid(
                "evaluate",
                version,
                "--data",
                data,
                "--by",
                "sex",
                "--save",
                "--set",
                "compute.workers=local"))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("a version cannot be changed");
  }

  @Test
  void whatFormsNoGroupsIsRefusedInOneLineAndNothingIsWritten() {
    assertRefused(
        data.resolve("test.csv")
            + ": line 1: no column 'gender', which --by names; the columns are 'income', 'name',"
            + " 'sex', 'granted', 'half'",
        evaluate("--by", "gender", "--save", "--set", "compute.workers=local"));
    assertRefused(
        data.resolve("test.csv")
            + ": column 'name': expected at most 20 different values to evaluate by, found more;",
        evaluate("--by", "sex", "--by", "name", "--save", "--set", "compute.workers=local"));
    assertRefused("--save requires --by", evaluate("--save", "--set", "compute.workers=local"));
    assertThat(run.resolve("groups.json")).doesNotExist();
  }

  private void assertRefused(String message, int exit) {
    assertThat(exit).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines().filter(line -> line.startsWith("centroid: ")))
        .singleElement(STRING)
        .contains(message);
    assertThat(err.toString()).doesNotContain("Ada", "\tat ");
    assertThat(out.toString()).isEmpty();
  }

  private int evaluate(String... more) {
    return centroid(
        Stream.concat(Stream.of("evaluate", run, "--recorded-data"), Stream.of(more)).toArray());
  }

  private JsonNode json(int exit) throws IOException {
    assertThat(exit).as(err.toString()).isZero();
    return JSON.readTree(out.toString());
  }

  /**
   * 96 rows, of which every second has an income that is granted; 40 of women, 50 of men and 6 of
   * others.
   *
   * @param wrong number of women whose income says no, and who are granted nevertheless
   */
  private static String rows(int wrong) {
    StringBuilder rows = new StringBuilder("income,name,sex,granted,half\n");
    int left = wrong;
    for (int i = 0; i < 96; i++) {
      boolean isHigh = i % 2 == 0;
      boolean isWrong = !isHigh && left-- > 0;
      rows.append(isHigh ? 50 + i : -50 - i).append(",Ada ").append(i).append(',');
      rows.append(i < 40 ? "f" : i < 90 ? "m" : "x").append(',');
      rows.append(isHigh || isWrong ? "yes" : "no").append(',').append(i / 48).append('\n');
    }
    return rows.toString();
  }

  private int centroid(Object... words) {
    out = new StringWriter();
    err = new StringWriter();
    return Centroid.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Stream.of(words).map(String::valueOf).toArray(String[]::new));
  }
}
