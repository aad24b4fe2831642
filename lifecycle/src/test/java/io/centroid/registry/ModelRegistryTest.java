package io.centroid.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.error.InputException;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ModelRegistryTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(CommitProtocol.class)
  void versionHasFilesAndProvenance(CommitProtocol protocol) throws IOException {
    TestModels models = new TestModels(folder, protocol);
    ModelRegistry registry = models.registry();
    assertThat(registry.versions()).isEmpty();
    assertThat(registry.register(models.draft("one", 0.5f)).number()).isEqualTo(1);
    assertThat(registry.register(models.draft("two", 0.75f)).number()).isEqualTo(2);

    StoredVersion second = registry.version(2);
    assertThat(second.record().provenance()).isEqualTo(TestModels.provenance(0.75f));
    assertThat(second.record().key()).isEqualTo("two");
    assertThat(second.record().exports()).containsExactly("onnx");
    assertThat(second.record().files().keySet())
        .containsExactly(
            "checkpoint/manifest.json",
            "checkpoint/parameters.safetensors",
            "checkpoint/state.safetensors",
            "exports/onnx/model.onnx",
            "exports/onnx/parts/vocabulary.txt",
            "report.json");
    assertThat(second.verify()).isEmpty();
    assertThat(
            CheckpointStore.load(second.checkpoint(), TestModels.FILES.configuration())
                .parameters())
        .containsExactly(0.75f, 0.75f);
    assertThat(new String(second.read("report.json", 100), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("{}\n");
    assertThat(second.export("onnx").getName()).isEqualTo("onnx");
    assertThatThrownBy(() -> second.export("dl4j"))
        .isInstanceOf(InputException.class)
        .hasMessage("version 2 of digits has no export \"dl4j\": it has onnx");
    assertThatThrownBy(() -> registry.version(3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("digits has no version 3: ")
        .hasMessageEndingWith("contains versions 1 to 2");
  }

  @Test
  void registrationIsIdempotentByKey() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    assertThat(models.registry().register(models.draft("one", 1)).number()).isEqualTo(1);
    assertThat(models.registry().register(models.draft("one", 1)).number()).isEqualTo(1);
    assertThat(models.registry().versions()).hasSize(1);
  }

  @Test
  void verifyReportsEveryDamagedFile() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    StoredVersion version = models.registry().register(models.draft("one", 1));
    Path files = models.model().resolve("versions/000001");
    Files.writeString(files.resolve("report.json"), "[]\n");
    Files.writeString(files.resolve("exports/onnx/model.onnx"), "longer than it was before");
    Files.delete(files.resolve("checkpoint/state.safetensors"));
    assertThat(version.verify())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("report.json: SHA-256: expected "))
        .anySatisfy(
            line -> assertThat(line).contains("model.onnx: length: expected 12 bytes, found 25"))
        .anySatisfy(line -> assertThat(line).contains("state.safetensors: is missing"));
  }

  @Test
  void editedRecordIsRejected() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    models.registry().register(models.draft("one", 1));
    Path record = models.model().resolve("versions/000001/version.json");
    Files.writeString(record, Files.readString(record).replace("runs/one", "runs/two"));
    assertThatThrownBy(() -> models.registry().version(1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("version.json: was changed after it was written");
  }

  @Test
  void damagedCheckpointIsNotRegistered() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    VersionDraft draft = models.draft("one", 1);
    Path parameters = Path.of(draft.checkpoint().toUri()).resolve("parameters.safetensors");
    byte[] content = Files.readAllBytes(parameters);
    content[content.length - 1] ^= 1;
    Files.write(parameters, content);
    assertThatThrownBy(() -> models.registry().register(draft))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("parameters.safetensors: SHA-256");
    assertThat(names(models.model().resolve("versions"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(CommitProtocol.class)
  void retentionKeepsNewestAndAliasedVersions(CommitProtocol protocol) throws IOException {
    TestModels models = new TestModels(folder, protocol);
    ModelRegistry registry = models.registry();
    for (int i = 1; i <= 7; i++) {
      registry.register(models.draft("key-" + i, i));
    }
    registry.aliases().move("champion", 2, "first");
    registry.aliases().move("champion", 3, "better");
    registry.aliases().move("pinned", 1, "forever");
    assertThat(registry.retain(2)).containsExactly(4, 5);
    assertThat(registry.versions())
        .extracting(StoredVersion::number)
        .containsExactly(1, 2, 3, 6, 7);
    assertThat(registry.retain(2)).isEmpty();
    // Champion has no version before 2, so 3 can be removed after the rollback.
    registry.aliases().rollback("champion", "worse");
    assertThat(registry.retain(1)).containsExactly(3, 6);
    assertThat(registry.versions()).extracting(StoredVersion::number).containsExactly(1, 2, 7);
    assertThat(registry.register(models.draft("later", 8)).number()).isEqualTo(8);
    assertThatThrownBy(() -> registry.aliases().move("champion", 3, "again"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("digits has no version 3");
  }

  @Test
  void interruptedRetentionIsCompletedByTheNextOne() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    ModelRegistry registry = models.registry();
    for (int i = 1; i <= 3; i++) {
      registry.register(models.draft("key-" + i, i));
    }
    assertThat(registry.aliases().release(java.util.Set.of(1))).containsExactly(1);
    assertThat(registry.versions()).extracting(StoredVersion::number).containsExactly(2, 3);
    assertThatThrownBy(() -> registry.aliases().move("champion", 1, "late"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("digits has no version 1");
    assertThat(registry.retain(3)).containsExactly(1);
    assertThat(names(models.model().resolve("versions"))).containsExactly("000002", "000003");
  }

  @Test
  void leftoversOfDeadWritersAreDeletedByAge() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    models.registry().register(models.draft("one", 1));
    Path versions = models.model().resolve("versions");
    Files.createDirectory(versions.resolve(".inprogress-new"));
    Path old = Files.createDirectory(versions.resolve(".inprogress-old"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(100_000)));
    Files.createDirectory(versions.resolve(".removed-000000"));
    models.registry().retain(1);
    assertThat(names(versions)).containsExactly(".inprogress-new", "000001");
  }

  @Test
  void modelsAreListedByTheirVersions() throws IOException {
    TestModels models = new TestModels(folder, CommitProtocol.RENAME);
    models.registry().register(models.draft("one", 1));
    Files.createDirectories(folder.resolve("registry/empty"));
    String root = folder.resolve("registry").toString();
    assertThat(ModelRegistry.models(TestModels.FILES, root)).containsExactly("digits");
    assertThat(ModelRegistry.of(TestModels.FILES, root, "digits").versions()).hasSize(1);
    assertThatThrownBy(() -> ModelRegistry.of(TestModels.FILES, root, "../digits"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("registry.model must begin with a letter");
  }

  @Test
  void fileNamesHaveAsciiDigitsInEveryLocale() throws IOException {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      TestModels models = new TestModels(folder, CommitProtocol.RENAME);
      models.registry().register(models.draft("one", 1));
      models.registry().aliases().move("champion", 1, "first");
      assertThat(models.registry().register(models.draft("two", 2)).number()).isEqualTo(2);
      assertThat(models.registry().checkpoint(2))
          .isEqualTo(models.registry().version(2).checkpoint());
      assertThat(models.model().resolve("versions/000002")).exists();
      assertThat(models.model().resolve("aliases/000000001.json")).exists();
    } finally {
      Locale.setDefault(usual);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
