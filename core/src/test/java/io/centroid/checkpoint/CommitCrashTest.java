package io.centroid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.centroid.io.storage.CommitProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A writer that crashes during a commit leaves the old or the new checkpoint, never a mix. */
final class CommitCrashTest {
  @TempDir Path folder;

  static Stream<Arguments> deaths() {
    return Stream.of(
        arguments(CommitProtocol.RENAME, CommitStep.AFTER_FILES, 10),
        arguments(CommitProtocol.RENAME, CommitStep.AFTER_MANIFEST, 10),
        arguments(CommitProtocol.RENAME, CommitStep.AFTER_RENAME, 20),
        arguments(CommitProtocol.MANIFEST_LAST, CommitStep.AFTER_FILES, 10),
        arguments(CommitProtocol.MANIFEST_LAST, CommitStep.AFTER_MANIFEST, 20));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void readersSeeOldOrNewAndTheNextWriterCleansUp(
      CommitProtocol protocol, CommitStep death, long visible) throws IOException {
    RunFolder run = new RunFolder(folder, protocol);
    RunFolder.save(run.writer(), 10, 1);
    CheckpointWriter dying = run.dyingWriter(death);
    assertThatThrownBy(() -> RunFolder.save(dying, 20, 2)).isInstanceOf(RunFolder.Death.class);

    LoadedCheckpoint seen = run.store().loadNewest().orElseThrow();
    assertThat(seen.manifest().step()).isEqualTo(visible);
    assertThat(seen.parameters()).containsOnly(visible / 10f);
    assertThat(Objects.requireNonNull(seen.state().get("outer.velocity")).values()[0])
        .isEqualTo(visible / 10f);
    assertThat(run.skipped).isEmpty();

    CheckpointWriter next = run.writer();
    assertThat(run.names()).allMatch(name -> name.startsWith("step-"));
    assertThat(run.names()).hasSize(visible == 20 ? 8 : 4);
    RunFolder.save(next, 20, 2);
    RunFolder.save(next, 30, 3);
    assertThat(run.steps()).containsExactly(10L, 20L, 30L);
    assertThat(run.newestStep()).isEqualTo(30);
  }

  @Test
  void aCrashMayOccurDuringTheFirstCheckpoint() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.MANIFEST_LAST);
    CheckpointWriter dying = run.dyingWriter(CommitStep.AFTER_FILES);
    assertThatThrownBy(() -> RunFolder.save(dying, 20, 2)).isInstanceOf(RunFolder.Death.class);
    assertThat(run.store().newest()).isEmpty();
    RunFolder.save(run.writer(), 20, 2);
    assertThat(run.newestStep()).isEqualTo(20);
  }

  @Test
  void cleansUpByFencingTokenAndAgeExceptItsOwn() throws IOException {
    RunFolder run = new RunFolder(folder, CommitProtocol.RENAME);
    RunFolder.save(run.writer(), 10, 1);
    String uuid = "-00000010-00000000-0000-0000-0000-000000000000";
    Instant now = Instant.parse("2026-03-10T00:00:00Z");
    Instant old = now.minus(Duration.ofDays(2));
    leave(run, ".inprogress-00000001" + uuid, now);
    leave(run, ".removed-00000001" + uuid, now);
    leave(run, ".damaged-00000001" + uuid, now);
    leave(run, ".damaged-00000001" + uuid.replace("-00000010", "-00000020"), old);
    leave(run, ".inprogress-00000002" + uuid, old);
    leave(run, ".inprogress-00000007" + uuid, now);
    leave(run, ".inprogress-00000008" + uuid, old);
    leave(run, "notes", old);
    run.writer(
        Retention.last(1),
        Duration.ofDays(1),
        Clock.fixed(now, ZoneOffset.UTC),
        CommitStep.Observer.NONE);
    assertThat(run.names().stream().filter(name -> !name.startsWith("step-")))
        .containsExactly(
            ".damaged-00000001" + uuid,
            ".inprogress-00000002" + uuid,
            ".inprogress-00000007" + uuid,
            "notes");
  }

  private static void leave(RunFolder run, String name, Instant changed) throws IOException {
    Path path = Files.createDirectories(run.checkpoints().resolve(name));
    Files.setLastModifiedTime(path, FileTime.from(changed));
  }
}
