package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cluster.CentroidHome;
import io.centroid.io.Sha256;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bill of materials in the job jar describes the job jar. */
class BillOfMaterialsIT {
  private static final String BILL = "META-INF/sbom/centroid.cdx.json";

  /** Packages of the job jar that were renamed, and their original names. */
  private static final Map<String, String> RELOCATED =
      Map.of(
          "io/centroid/shaded/protobuf/", "com/google/protobuf/",
          "io/centroid/shaded/tink/", "com/google/crypto/tink/");

  private final CentroidHome home = CentroidHome.find();
  private byte[] bill = {};

  @BeforeEach
  void read() throws IOException {
    try (JarFile jar = new JarFile(home.jobJar().toFile())) {
      ZipEntry entry = jar.getEntry(BILL);
      assumeTrue(entry != null, "the bill of materials is written by -Pci");
      try (InputStream in = jar.getInputStream(entry)) {
        bill = in.readAllBytes();
      }
    }
  }

  @Test
  void listsExactlyTheContentOfTheJar() throws IOException {
    Set<String> inJar = new HashSet<>();
    entries(home.jobJar()).forEach(name -> inJar.add(originalName(name)));
    Set<String> listed = new HashSet<>(entries(ownJar()));
    for (Path part : parts().keySet()) {
      Set<String> classes = classes(part);
      listed.addAll(entries(part));
      if (!classes.isEmpty()) {
        classes.retainAll(inJar);
        assertThat(classes).as("classes of %s in the job jar", part.getFileName()).isNotEmpty();
      }
    }
    Set<String> unlisted = new TreeSet<>(inJar);
    unlisted.removeAll(listed);
    unlisted.removeIf(name -> !name.endsWith(".class") && !name.endsWith(".so"));
    assertThat(unlisted).as("in the job jar, but in no jar that the bill lists").isEmpty();
  }

  private static String originalName(String entry) {
    for (Map.Entry<String, String> renamed : RELOCATED.entrySet()) {
      if (entry.startsWith(renamed.getKey())) {
        return renamed.getValue() + entry.substring(renamed.getKey().length());
      }
    }
    return entry;
  }

  @Test
  void hashesMatchTheJars() throws IOException {
    Map<Path, JsonNode> parts = parts();
    assertThat(parts.size()).isGreaterThan(12);
    for (Map.Entry<Path, JsonNode> part : parts.entrySet()) {
      String hash = "";
      for (JsonNode candidate : part.getValue().path("hashes")) {
        if (candidate.path("alg").asText().equals("SHA-256")) {
          hash = candidate.path("content").asText();
        }
      }
      assertThat(hash)
          .as("SHA-256 of %s", part.getKey())
          .isEqualTo(Sha256.of(Files.readAllBytes(part.getKey())));
    }
  }

  @Test
  void isReproducible() throws IOException {
    JsonNode root = new ObjectMapper().readTree(bill);
    assertThat(root.path("specVersion").asText()).isEqualTo("1.6");
    assertThat(root.has("serialNumber")).isFalse();
    assertThat(root.path("metadata").path("timestamp").asText("2026-01-01T00:00:00Z"))
        .isEqualTo("2026-01-01T00:00:00Z");
    assertThat(new String(bill, StandardCharsets.UTF_8))
        .doesNotContain(System.getProperty("user.home"))
        .doesNotContain(home.jobJar().toString());
  }

  @Test
  void eachPartHasALicense() throws IOException {
    for (JsonNode component : parts().values()) {
      assertThat(component.path("licenses").size())
          .as("licenses of %s", component.path("purl").asText())
          .isPositive();
    }
  }

  @Test
  void theJarCarriesLicenseAndNotices() throws IOException {
    try (JarFile jar = new JarFile(home.jobJar().toFile())) {
      assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License");
      assertThat(text(jar, "META-INF/NOTICE").strip())
          .startsWith("Centroid")
          .contains("FastCSV", "Tink", "libphonenumber", "iban4j", "RE2/J");
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    assertThat(entry).as(name).isNotNull();
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Maps jars of the class path to their components in the bill. */
  private Map<Path, JsonNode> parts() throws IOException {
    Map<String, Path> byName = classPath();
    Map<Path, JsonNode> parts = new HashMap<>();
    for (JsonNode component : new ObjectMapper().readTree(bill).path("components")) {
      String name = jarName(component);
      Path path = byName.get(name);
      assertThat(path).as("%s, which the bill lists", name).isNotNull();
      parts.put(path, component);
    }
    return parts;
  }

  private static String jarName(JsonNode component) {
    String purl = component.path("purl").asText();
    int classifier = purl.indexOf("classifier=");
    String suffix =
        classifier < 0 ? "" : "-" + purl.substring(classifier + 11).replaceFirst("&.*", "");
    return component.path("name").asText()
        + "-"
        + component.path("version").asText()
        + suffix
        + ".jar";
  }

  private static Map<String, Path> classPath() {
    Map<String, Path> byName = new HashMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      byName.put(Path.of(entry).getFileName().toString(), Path.of(entry));
    }
    return byName;
  }

  private static Path ownJar() {
    return classPath().entrySet().stream()
        .filter(jar -> jar.getKey().matches("centroid-spark-jobs-[0-9.]+(-SNAPSHOT)?\\.jar"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> classes(Path jar) throws IOException {
    Set<String> classes = entries(jar);
    classes.removeIf(name -> !name.endsWith(".class") || name.endsWith("module-info.class"));
    return classes;
  }

  private static Set<String> entries(Path path) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      Set<String> names = new HashSet<>();
      jar.stream().map(ZipEntry::getName).forEach(names::add);
      return names;
    }
  }
}
