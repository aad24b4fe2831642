package io.centroid.fuzz.parsers;

import io.centroid.InputException;
import io.centroid.cluster.CentroidHome;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.TargetSpec;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs targets under Jazzer (Apache-2.0), which keeps inputs that reach new code and damages those.
 * Its jars lie beside the job jar, not in it; each target has a JVM of its own, whose class path
 * begins with them.
 *
 * @param corpus where inputs that reach new code are kept, by target; null: they are forgotten
 */
public record GuidedFuzzer(Duration time, long seed, Path findings, @Nullable Path corpus) {
  private static final String MAIN = "com.code_intelligence.jazzer.Jazzer";
  private static final String SEPARATOR = File.pathSeparator;
  private static final List<String> DETECTORS =
      Stream.of(
              "BigDecimal",
              "ClojureLangHooks",
              "ExpressionLanguageInjection",
              "LdapInjection",
              "NamingContextLookup",
              "ReflectiveCall",
              "RegexInjection",
              "ScriptEngineInjection",
              "SqlInjection",
              "TemplateInjection",
              "UnsafeSanitizer",
              "XPathInjection",
              "XmlParserSsrfGuidance")
          .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
          .toList();
  private static final int LONGEST_INPUT = 1 << 16;

  /**
   * Runs one target for its time.
   *
   * @param lines takes what Jazzer says
   * @return whether nothing was found
   */
  public boolean run(TargetSpec spec, Consumer<String> lines) {
    try (LocalFolder folder = LocalFolder.create()) {
      Path inputs = corpus == null ? folder.path().resolve("corpus") : corpus.resolve(spec.name());
      Path dictionary = seed(spec, folder, inputs);
      Files.createDirectories(findings);
      Process process =
          new ProcessBuilder(command(spec, inputs, dictionary)).redirectErrorStream(true).start();
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.accept(spec.name() + ": " + line);
        }
        return process.waitFor() == 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while Jazzer ran", e);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path seed(TargetSpec spec, LocalFolder folder, Path inputs) throws IOException {
    Files.createDirectories(inputs);
    StringBuilder words = new StringBuilder();
    try (FuzzTarget target = spec.maker().get()) {
      List<byte[]> seeds = target.seeds();
      for (int i = 0; i < seeds.size(); i++) {
        Files.write(inputs.resolve("seed-" + i), seeds.get(i));
      }
      for (String word : target.dictionary()) {
        words.append('"');
        for (byte b : Text.bytes(word)) {
          words.append(String.format("\\x%02X", b & 0xFF));
        }
        words.append("\"\n");
      }
    }
    return folder.write("dictionary", Text.bytes(words.toString()));
  }

  private List<String> command(TargetSpec spec, Path inputs, Path dictionary) {
    CentroidHome home = CentroidHome.find();
    Path jars = home.jazzerJars();
    List<String> classPath = new ArrayList<>();
    try (Stream<Path> found = Files.list(jars)) {
      found.sorted().map(Path::toString).forEach(classPath::add);
    } catch (IOException e) {
      throw new InputException(jars + ": no Jazzer there (run mvn package)", e);
    }
    classPath.add(System.getProperty("java.class.path"));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "@" + home.jvmOptions(),
        "-Xmx2g",
        "-cp",
        String.join(SEPARATOR, classPath),
        MAIN,
        "--target_class=" + GuidedEntry.class.getName(),
        "--target_args=" + spec.name(),
        "--instrumentation_includes=io.centroid.**:com.fasterxml.jackson.**:com.typesafe.config.**",
        // Detectors of what no parser of ours calls would be put into every class of the JVM.
        "--custom_hook_excludes=**",
        "--disabled_hooks=" + String.join(SEPARATOR, DETECTORS),
        "--reproducer_path=" + findings,
        "-artifact_prefix=" + findings + "/" + spec.name() + "-" + seed + "-0.",
        "-max_total_time=" + time.toSeconds(),
        "-seed=" + (seed & 0x7FFFFFFF),
        "-max_len=" + LONGEST_INPUT,
        "-timeout=120",
        "-rss_limit_mb=0",
        "-dict=" + dictionary,
        inputs.toString());
  }
}
