package io.centroid.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code of docs/api.md and README.md is that of the examples, which other tests run. */
class ApiDocumentTest {
  private static final Pattern BLOCK =
      Pattern.compile("```(java|scala)\\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyBlockIsInTheExamples() throws IOException {
    String java = flat("src/test/java/io/centroid/example/JavaExamples.java");
    String scala = flat("src/test/scala/io/centroid/example/ScalaExamples.scala");
    List<String> blocks = new ArrayList<>();
    Matcher matcher =
        BLOCK.matcher(
            Files.readString(Path.of("../docs/api.md"))
                + Files.readString(Path.of("../README.md")));
    while (matcher.find()) {
      String code = flat(matcher.group(2).lines());
      blocks.add(code);
      assertThat(matcher.group(1).equals("java") ? java : scala).contains(code);
    }
    assertThat(blocks).hasSizeGreaterThan(10);
  }

  private static String flat(String file) throws IOException {
    return flat(Files.readString(Path.of(file)).lines());
  }

  /** Without indentation, which differs. */
  private static String flat(Stream<String> lines) {
    return String.join("\n", lines.map(String::strip).toList());
  }
}
