package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links in the Markdown files of this repository lead to existing files. */
class DocumentationTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

  @Test
  void relativeLinksResolve() throws IOException {
    List<Path> documents = documents();
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path document : documents) {
      Matcher matcher = LINK.matcher(Files.readString(document));
      while (matcher.find()) {
        String link = matcher.group(1);
        if (!link.contains("://")) {
          links++;
          if (!Files.exists(document.resolveSibling(link))) {
            broken.add(document + ": " + link);
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).as("links in " + documents).isGreaterThan(100);
  }

  private static List<Path> documents() throws IOException {
    Path root = root();
    List<Path> found = new ArrayList<>();
    try (Stream<Path> top = Files.list(root);
        Stream<Path> docs = Files.walk(root.resolve("docs"));
        Stream<Path> deploy = Files.walk(root.resolve("deploy"))) {
      Stream.of(top, docs, deploy)
          .flatMap(paths -> paths)
          .filter(path -> path.toString().endsWith(".md"))
          .forEach(found::add);
    }
    return found;
  }

  /** Tests run in the module's folder or in the repository root. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no ARCHITECTURE.md in a parent folder");
    }
    return folder;
  }
}
