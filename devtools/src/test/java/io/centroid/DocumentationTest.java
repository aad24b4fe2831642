package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links in the Markdown files of this repository lead to existing files and headings. */
class DocumentationTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)]*))?\\)|(?:src|srcset)=\"([^\"]*)\"");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

  @Test
  void relativeLinksResolve() throws IOException {
    List<Path> documents = documents();
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path document : documents) {
      Matcher matcher = LINK.matcher(Files.readString(document));
      while (matcher.find()) {
        String image = matcher.group(3);
        String link = image != null ? image : matcher.group(1);
        if (!link.contains("://")) {
          links++;
          Path target = link.isEmpty() ? document : document.resolveSibling(link);
          String heading = matcher.group(2);
          if (!Files.exists(target) || (heading != null && !headings(target).contains(heading))) {
            broken.add(document + ": " + matcher.group());
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).as("links in " + documents).isGreaterThan(100);
  }

  /** The anchors of a document's headings, as GitHub names them. */
  private static List<String> headings(Path document) throws IOException {
    return HEADING
        .matcher(Files.readString(document))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .toList();
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
