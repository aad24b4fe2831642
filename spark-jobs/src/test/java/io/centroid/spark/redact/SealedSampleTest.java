package io.centroid.spark.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.corpus.Staging;
import io.centroid.encryption.CheckpointCipher;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sealed sample has exactly the documents that were sealed. */
class SealedSampleTest {
  private static final String CHANGED =
      "expected the 10 documents that were sealed, in their order";
  private static final int DOCUMENTS = 10;

  @TempDir private Path folder;
  private final HadoopFiles files = new HadoopFiles(new Configuration());
  private String key = "";
  private List<String> lines = List.of();

  @BeforeEach
  void seal() throws IOException {
    Path file = folder.resolve("key");
    Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    key = "file://" + file;
    lines = sealed("sample");
  }

  @Test
  void theFirstDocumentsByTheirPlaceAreOpened() throws IOException {
    List<String> places = new ArrayList<>();
    for (int i = 0; i < 2 * DOCUMENTS; i++) {
      places.add(Sha256.of("sample" + i) + "{\"n\":" + i + "}");
    }
    Collections.sort(places);
    assertThat(open(lines))
        .isEqualTo(
            places.subList(0, DOCUMENTS).stream().map(place -> place.substring(64)).toList());
  }

  @Test
  void removedDocumentsAreMissed() {
    for (int kept = 2; kept < lines.size(); kept++) {
      assertRefused(lines.subList(0, kept), CHANGED);
    }
    for (int i = 2; i < lines.size(); i++) {
      List<String> without = new ArrayList<>(lines);
      without.remove(i);
      assertRefused(without, CHANGED);
    }
  }

  @Test
  void movedAndRepeatedDocumentsAreRefused() {
    List<String> swapped = new ArrayList<>(lines);
    Collections.swap(swapped, 3, 4);
    assertRefused(swapped, CHANGED);
    List<String> instead = new ArrayList<>(lines);
    instead.set(4, lines.get(3));
    assertRefused(instead, CHANGED);
    List<String> added = new ArrayList<>(lines);
    added.add(lines.get(3));
    assertRefused(added, CHANGED);
  }

  @Test
  void partsOfAnotherSampleUnderTheSameKeyAreRefused() throws IOException {
    List<String> other = sealed("other");
    for (int i = 0; i < lines.size(); i++) {
      List<String> mixed = new ArrayList<>(lines);
      mixed.set(i, other.get(i));
      assertRefused(mixed, "not authentic");
    }
  }

  @Test
  void aDocumentIsNoSealAndASealNoDocument() {
    List<String> without = new ArrayList<>(lines);
    without.remove(1);
    assertRefused(without, "expected a sealed sample");
    assertRefused(lines.subList(0, 1), "expected a sealed sample");
    assertRefused(List.of(), "expected a sealed sample");
    List<String> renamed = new ArrayList<>(lines);
    renamed.set(1, "seal" + lines.get(2).substring(64));
    assertRefused(renamed, "line 2: not authentic");
  }

  private void assertRefused(List<String> altered, String message) {
    assertThatThrownBy(() -> open(altered))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("altered")
        .hasMessageContaining(message);
  }

  private List<String> open(List<String> sample) throws IOException {
    Path file = Files.write(folder.resolve("altered"), sample);
    return SealedSample.open(files, file.toString(), key);
  }

  /** The lines of a new sample of documents in two parts. */
  private List<String> sealed(String name) throws IOException {
    SampleSettings settings = new SampleSettings(DOCUMENTS, key);
    CheckpointCipher cipher = SealedSample.cipher(settings, files.configuration());
    Staging staging = new Staging(files, folder.resolve(name).toString());
    staging.createFolders();
    List<List<String>> parts = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < 2 * DOCUMENTS; i++) {
      String place = Sha256.of(name + i);
      parts.get(i % 2).add(SealedSample.line(cipher.files(), place, "{\"n\":" + i + "}") + "\n");
    }
    for (int i = 0; i < 2; i++) {
      Collections.sort(parts.get(i));
      String part = String.join("", parts.get(i));
      staging.write("part" + i, part.getBytes(StandardCharsets.US_ASCII));
    }
    int written =
        SealedSample.write(
            staging,
            Objects.requireNonNull(cipher.encryption()),
            cipher.files(),
            List.of("part0", "part1"),
            DOCUMENTS);
    assertThat(written).isEqualTo(DOCUMENTS);
    return Files.readAllLines(folder.resolve(name).resolve(SealedSample.FILE));
  }
}
