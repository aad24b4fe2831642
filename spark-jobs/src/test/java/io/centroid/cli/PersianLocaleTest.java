package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in a locale with digits of its own write what they write in any other. */
class PersianLocaleTest {
  private final Locale before = Locale.getDefault();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @BeforeEach
  void setLocale() {
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    assertThat("%d".formatted(12)).isNotEqualTo("12");
  }

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(before);
  }

  @Test
  void aRunIsTrainedResumedEvaluatedExportedAndRegistered() throws IOException {
    Path run = folder.resolve("run");
    train(run, 1);
    JsonNode resumed = train(run, 2);
    JsonNode measured = json("evaluate", run, "--set=compute.workers=local", "--json");
    assertThat(measured.path("accuracy")).isEqualTo(resumed.path("test").path("accuracy"));
    json("predict", run, "--out", folder.resolve("a.csv"), "--set=compute.workers=local", "--json");
    for (String format : List.of("torch-safetensors", "onnx")) {
      json("export", run, "--to", format, "--out", folder.resolve(format), "--json");
    }
    List<Object> registry =
        List.of("--registry", folder.resolve("registry"), "--model", "digits", "--json");
    registry(registry, "register", run);
    registry(registry, "promote", "1");
    assertThat(registry(registry, "list").path("aliases").path("champion").asInt()).isEqualTo(1);
    requireAscii();

    Locale.setDefault(Locale.ROOT);
    Path other = folder.resolve("other");
    assertThat(train(other, 2).path("parametersSha256"))
        .isEqualTo(resumed.path("parametersSha256"));
    Locale.setDefault(Locale.forLanguageTag("fa-IR"));
    assertThat(json("evaluate", other, "--set=compute.workers=local", "--json").path("loss"))
        .isEqualTo(measured.path("loss"));
  }

  private JsonNode train(Path run, int epochs) throws IOException {
    return json(
        "train",
        "--set=data.digits.train=400",
        "--set=data.digits.test=100",
        "--set=model.hidden=[8]",
        "--set=train.epochs=" + epochs,
        "--set=optimizer.schedule.name=constant",
        "--set=checkpoint.every-rounds=1",
        "--set=compute.workers=local",
        "--set=run.dir=" + run,
        "--json");
  }

  /** All names, and the content of all text files, have ASCII digits alone. */
  private void requireAscii() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        String name = folder.relativize(path).toString();
        assertThat(name.chars()).as(name).allMatch(c -> c < 128);
        if (name.matches(".*\\.(json|jsonl|conf|csv|py|txt)")) {
          assertThat(Files.readString(path, StandardCharsets.UTF_8).chars())
              .as(name)
              .noneMatch(c -> c > 128 && Character.isDigit(c));
        }
      }
    }
  }

  private JsonNode registry(List<Object> options, Object... words) throws IOException {
    List<Object> line = new ArrayList<>(List.of("registry"));
    line.addAll(List.of(words));
    line.addAll(options);
    return json(line.toArray());
  }

  private JsonNode json(Object... words) throws IOException {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> line = new ArrayList<>();
    for (Object word : words) {
      line.add(word.toString());
    }
    assertThat(
            Centroid.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                line.toArray(String[]::new)))
        .as(err.toString())
        .isZero();
    assertThat(err.toString().chars()).noneMatch(c -> c > 128 && Character.isDigit(c));
    return new ObjectMapper().readTree(out.toString());
  }
}
