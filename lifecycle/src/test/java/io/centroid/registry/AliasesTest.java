package io.centroid.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
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
  void everyMoveAndEveryRollbackPassesTheGate() throws IOException {
    aliases.move("champion", 1, "first");
    aliases.move("champion", 2, "second");
    Set<Integer> refused = new TreeSet<>(Set.of(1, 3));
    Aliases gated =
        registry
            .gated(
                version -> {
                  if (refused.contains(version)) {
                    throw new InputException("refused: version " + version);
                  }
                })
            .aliases();
    assertThatThrownBy(() -> gated.move("champion", 3, "third")).hasMessage("refused: version 3");
    assertThatThrownBy(() -> gated.move("champion", 3, 2, "third"))
        .hasMessage("refused: version 3");
    assertThatThrownBy(() -> gated.move("other", 1, 0, "new")).hasMessage("refused: version 1");
    assertThatThrownBy(() -> gated.rollback("champion", "back")).hasMessage("refused: version 1");
    assertThat(aliases.all()).isEqualTo(Map.of("champion", new AliasRecord.Target(2, 2)));
    refused.add(2);
    assertThatThrownBy(() -> gated.move("champion", 2, "again")).hasMessage("refused: version 2");
    refused.clear();
    assertThat(gated.rollback("champion", "back").version()).isEqualTo(1);
    assertThat(gated.move("champion", 3, 3, "third").version()).isEqualTo(3);
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

  /**
   * Local files under the scheme {@code opened}, whose records are counted when they are opened.
   */
  public static final class OpenedFiles extends RawLocalFileSystem {
    static final Map<String, Integer> OPENED = new ConcurrentSkipListMap<>();

    static HadoopFiles files() {
      Configuration configuration = new Configuration();
      configuration.set("fs.opened.impl", OpenedFiles.class.getName());
      return new HadoopFiles(configuration);
    }

    @Override
    public String getScheme() {
      return "opened";
    }

    @Override
    public URI getUri() {
      return URI.create("opened:///");
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path file, int bufferSize)
        throws IOException {
      if (file.getParent().getName().equals(AliasLog.FOLDER)) {
        OPENED.merge(file.getName(), 1, Integer::sum);
      }
      return super.open(file, bufferSize);
    }
  }

  @Test
  void recordsAreReadOnceHoweverOftenTheHistoryIsReplayed() throws IOException {
    for (int i = 0; i < 4; i++) {
      aliases.move("champion", 1 + i % 3, "again");
    }
    aliases.move("challenger", 3, "another");
    OpenedFiles.OPENED.clear();
    Aliases counted = models.registry(OpenedFiles.files(), "opened").aliases();
    assertThat(counted.previous("champion")).hasValue(3);
    assertThat(counted.previous("challenger")).isEmpty();
    assertThat(counted.release(Set.of(1, 2, 3))).containsExactly(2);
    // The newest record is also read to find out what is current: by the three calls above.
    Map<String, Integer> expected = new TreeMap<>();
    for (int number = 1; number <= 5; number++) {
      expected.put(Names.record(number), number == 5 ? 4 : 1);
    }
    assertThat(OpenedFiles.OPENED).isEqualTo(expected);
    assertThat(counted.history()).hasSize(6);
    expected.put(Names.record(6), 1);
    assertThat(OpenedFiles.OPENED).isEqualTo(expected);
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
