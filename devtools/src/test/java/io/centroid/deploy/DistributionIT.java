package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The unpacked distribution with Java alone: an empty home, no other variable of the environment,
 * and no program on the PATH but the system's.
 */
class DistributionIT {
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  @TempDir private static Path folder;
  private static Path home;

  @BeforeAll
  static void unpack() throws Exception {
    Path archive = archive();
    Tool.Outcome unpacked =
        Tool.run(Map.of(), "tar", "xzf", archive.toString(), "-C", folder.toString());
    assertThat(unpacked.exitCode()).as(unpacked.output()).isZero();
    home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(Tool.home().resolve("dist/target"))) {
      List<Path> archives =
          files.filter(file -> file.toString().matches(".*/centroid-[^/]*\\.tar\\.gz")).toList();
      assertThat(archives).hasSize(1);
      return archives.get(0);
    }
  }

  @Test
  void trainsEvaluatesExportsAndServes() throws Exception {
    String run = folder.resolve("a run").toString();
    String export = folder.resolve("export").toString();
    assertThat(centroid("--version")).matches("centroid \\d+\\.\\d+\\.\\d+ \\(Java 17\\)\n");
    assertThat(
            centroid(
                "train",
                "--set",
                "run.dir=" + run,
                "--set",
                "data.digits.train=2000",
                "--set",
                "data.digits.test=500",
                "--set",
                "train.epochs=2"))
        .contains("Trained 2 epochs");
    assertThat(centroid("evaluate", run)).contains("500 test examples");
    assertThat(centroid("export", run, "--to", "onnx", "--out", export)).contains("written to");
    assertThat(Path.of(export, "model.onnx")).isRegularFile();
    Process server =
        builder("serve", export, "--port", "0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      Matcher address = ADDRESS.matcher(line);
      assertThat(address.find()).as(line).isTrue();
      HttpResponse<String> ready =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address.group() + "/v2/health/ready")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(ready.statusCode()).isEqualTo(200);
    } finally {
      server.destroy();
      assertThat(server.waitFor()).isEqualTo(143);
    }
    try (Stream<Path> left = Files.list(folder.resolve("home"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void hasNoDeveloperTools() throws Exception {
    Tool.Outcome outcome = Tool.run(Map.of(), command("bench", "averaging"));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).contains("bench is a command of a checkout");
  }

  private static String centroid(String... arguments) throws Exception {
    Process process = builder(arguments).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static ProcessBuilder builder(String... arguments) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command(arguments)).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", Files.createDirectories(folder.resolve("home")).toString());
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  private static String[] command(String... arguments) {
    return Stream.concat(
            Stream.of(home.resolve("bin/centroid").toString()), List.of(arguments).stream())
        .toArray(String[]::new);
  }
}
