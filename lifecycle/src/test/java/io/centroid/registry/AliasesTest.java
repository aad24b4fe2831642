package io.centroid.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AliasesTest {
  @TempDir Path folder;

  private TestModels models;
  private ModelRegistry registry;
  private Aliases aliases;

  @BeforeEach
  void fill() throws IOException {
    models = new TestModels(folder, CommitProtocol.RENAME);
    registry = models.registry();
    for (int i = 1; i <= 3; i++) {
      registry.register(models.draft("key-" + i, i));
    }
    aliases = registry.aliases();
  }

  @Test
  void moveFailsIfAliasChangedMeanwhile() throws IOException {
    assertThat(aliases.current("champion")).isEmpty();
    assertThat(aliases.move("champion", 1, 0, "first")).isEqualTo(new AliasRecord.Target(1, 1));
    aliases.move("challenger", 2, "another");
    assertThat(aliases.move("champion", 2, 1, "better")).isEqualTo(new AliasRecord.Target(2, 3));
    assertThatThrownBy(() -> aliases.move("champion", 3, 1, "late"))
        .isInstanceOf(AliasConflictException.class)
        .hasMessage(
            "champion was moved by another writer: expected record 1, found record 3 (version 2)");
    assertThat(aliases.all())
        .isEqualTo(
            Map.of(
                "champion", new AliasRecord.Target(2, 3),
                "challenger", new AliasRecord.Target(2, 2)));
  }

  @Test
  void moveIsIdempotent() throws IOException {
    aliases.move("champion", 1, 0, "first");
    assertThat(aliases.move("champion", 1, 0, "first")).isEqualTo(new AliasRecord.Target(1, 1));
    assertThat(aliases.history()).hasSize(1);
  }

  @Test
  void rollbackUndoesMovesInOrder() throws IOException {
    aliases.move("champion", 1, "first");
    aliases.move("champion", 2, "second");
    aliases.move("champion", 3, "third");
    assertThat(aliases.rollback("champion", "bad").version()).isEqualTo(2);
    assertThat(aliases.rollback("champion", "bad too").version()).isEqualTo(1);
    assertThatThrownBy(() -> aliases.rollback("champion", "bad as well"))
        .isInstanceOf(InputException.class)
        .hasMessage("champion of digits has no previous version");
    aliases.move("champion", 3, "mended");
    assertThat(aliases.rollback("champion", "still bad").version()).isEqualTo(1);
    assertThat(aliases.history())
        .extracting(record -> record.change().kind().key() + " " + record.change().version())
        .containsExactly(
            "move 1", "move 2", "move 3", "rollback 2", "rollback 1", "move 3", "rollback 1");
  }

  @Test
  void watchDetectsMovesOfItsAliasOnly() throws IOException {
    AliasWatch watch = registry.watch("champion");
    assertThat(watch.poll()).isEmpty();
    aliases.move("champion", 1, "first");
    AliasWatch.Current first = watch.poll().orElseThrow();
    assertThat(first.version().number()).isEqualTo(1);
    aliases.move("challenger", 3, "another");
    assertThat(watch.poll().orElseThrow()).isSameAs(first);
    aliases.move("champion", 2, "second");
    aliases.move("champion", 1, "back");
    AliasWatch.Current third = watch.poll().orElseThrow();
    assertThat(third.version().number()).isEqualTo(1);
    assertThat(third.since()).isEqualTo(4).isNotEqualTo(first.since());
  }

  @Test
  void editedRecordIsRejected() throws IOException {
    aliases.move("champion", 1, "first");
    aliases.move("champion", 2, "second");
    Path record = models.model().resolve("aliases/000000002.json");
    Files.writeString(record, Files.readString(record).replace("second", "secund"));
    assertThatThrownBy(() -> aliases.current("champion"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("000000002.json: was changed after it was written");
  }

  @Test
  void invalidAliasNamesAreRejected() {
    for (String name : new String[] {"", "7", "../x", "a/b", ".hidden", "a".repeat(65)}) {
      assertThatThrownBy(() -> aliases.move(name, 1, "odd"))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("an alias must begin with a letter");
    }
  }
}
