package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ExtensionRegistryLite;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.Summary;
import io.centroid.tensorboard.HParamsProto.HParamsPluginData;
import io.centroid.tensorboard.HParamsProto.SessionStatus;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardReporterTest {
  private static final TrainState START = Reported.state(0);

  @TempDir Path folder;

  @Test
  void tensorBoardReadsEveryRecordAndEveryPlugin() throws Exception {
    Reported run = new Reported(folder);
    try (TensorBoardReporter reporter = run.open(START)) {
      Reported.rounds(reporter, 0, 8);
    }
    ReadEvents read = ReadEvents.of(run.events());
    assertThat(read.records()).isEqualTo(records(run.events()));
    assertThat(read.duplicates()).isEmpty();
    assertThat(read.steps("training/loss"))
        .isEqualTo(LongStream.rangeClosed(1, 8).boxed().toList());
    assertThat(read.scalars("training/loss").toString())
        .isEqualTo("[[1,1.875],[2,1.75],[3,1.625],[4,1.5],[5,1.375],[6,1.25],[7,1.125],[8,1.0]]");
    assertThat(read.scalars("traffic/bytesUp").path(0).path(1).asDouble()).isEqualTo(1e6);
    assertThat(read.steps("workers/loss-0")).hasSize(8);
    assertThat(read.steps("workers/loss-1")).isEmpty();
    assertThat(read.scalars("validation/accuracy").toString()).isEqualTo("[[4,0.75],[8,0.75]]");
    assertThat(read.plugin("training/loss")).isEqualTo("scalars");
    requireHistograms(read);
    requireCurve(read);
    requireTexts(read);
    requirePicture(read);
    assertThat(read.plugin(HParams.START)).isEqualTo("hparams");
    assertThat(read.plugin(HParams.END)).isEqualTo("hparams");
    assertThat(run.notes).isEmpty();
  }

  /** All parameters are 8 after step 8, and 7 before its round. */
  private static void requireHistograms(ReadEvents read) {
    String name = Reported.NETWORK.layout().entries().get(0).name();
    long size = Reported.NETWORK.layout().entries().get(0).size();
    assertThat(read.plugin("parameters/" + name)).isEqualTo("histograms");
    assertThat(read.steps("parameters/" + name)).containsExactly(4L, 8L);
    assertThat(read.last("parameters/" + name).path(29).toString())
        .isEqualTo("[8.0,8.0," + size + ".0]");
    assertThat(read.last("deltas/" + name).path(29).toString())
        .isEqualTo("[1.0,1.0," + size + ".0]");
  }

  private static void requireCurve(ReadEvents read) {
    assertThat(read.plugin("validation/class-0")).isEqualTo("pr_curves");
    JsonNode curve = read.last("validation/class-0");
    assertThat(column(curve, 0)).containsExactly(4f, 8f, 0f, 0f, 4 / 12f, 1f);
    assertThat(column(curve, 1)).containsExactly(4f, 2f, 6f, 0f, 4 / 6f, 1f);
    assertThat(column(curve, 50)).containsExactly(4f, 2f, 6f, 0f, 4 / 6f, 1f);
    assertThat(column(curve, 51)).containsExactly(3f, 2f, 6f, 1f, 3 / 5f, 3 / 4f);
    assertThat(column(curve, 200)).containsExactly(3f, 0f, 8f, 1f, 1f, 3 / 4f);
    assertThat(column(read.last("validation/class-1"), 181))
        .containsExactly(0f, 0f, 4f, 8f, 0f, 0f);
  }

  private static List<Float> column(JsonNode curve, int threshold) {
    assertThat(curve).hasSize(6).allMatch(row -> row.size() == 201);
    List<Float> column = new ArrayList<>();
    curve.forEach(row -> column.add((float) row.path(threshold).asDouble()));
    return column;
  }

  private static void requireTexts(ReadEvents read) {
    assertThat(read.plugin("configuration")).isEqualTo("text");
    assertThat(read.steps("configuration")).containsExactly(0L);
    assertThat(read.last("configuration").path(0).asText())
        .isEqualTo("    train { workers = 2 }\n    # **bold**");
    assertThat(read.last("validation/mistakes-list").path(0).asText())
        .isEqualTo("    row 1, column 1: cat as dog, 90 %");
  }

  /** The image of 1 x 2 pixels is enlarged to 112 pixels, above its caption. */
  private static void requirePicture(ReadEvents read) throws IOException {
    assertThat(read.plugin("validation/mistakes")).isEqualTo("images");
    JsonNode value = read.last("validation/mistakes");
    byte[] png = value.path(2).asText().getBytes(StandardCharsets.ISO_8859_1);
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(value.path(0).asInt()).isEqualTo(image.getWidth()).isEqualTo(118);
    assertThat(value.path(1).asInt()).isEqualTo(image.getHeight()).isEqualTo(56 + 50);
    assertThat(image.getRGB(55, 55) & 0xffffff).isZero();
    assertThat(image.getRGB(56, 55) & 0xffffff).isEqualTo(0xffffff);
  }

  @Test
  void aResumedRunContinuesItsCurves() throws Exception {
    Reported run = new Reported(folder);
    TensorBoardReporter killed = run.open(START);
    Reported.rounds(killed, 0, 7);
    killed.onEvaluation(Reported.state(7), EvaluationSet.TEST, Reported.evaluation());
    killed.texts();
    Path torn = files(run.events()).get(0);
    Files.write(torn, Arrays.copyOf(Files.readAllBytes(torn), (int) Files.size(torn) - 3));
    Files.writeString(run.events().resolve(".being-cut"), "half");
    try (TensorBoardReporter resumed = run.open(Reported.state(5))) {
      Reported.rounds(resumed, 5, 12);
    }
    assertThat(run.notes)
        .singleElement()
        .asString()
        .contains(torn.getFileName() + ", record at offset ", "it is truncated");
    ReadEvents read = ReadEvents.of(run.events());
    assertThat(read.records()).isEqualTo(records(run.events()));
    assertThat(read.duplicates()).isEmpty();
    assertThat(read.steps("training/loss"))
        .isEqualTo(LongStream.rangeClosed(1, 12).boxed().toList());
    assertThat(read.steps("validation/loss")).containsExactly(4L, 8L, 12L);
    assertThat(read.steps("test/loss")).isEmpty();
    assertThat(read.steps("configuration")).containsExactly(0L);
    assertThat(files(run.events())).hasSize(2);
    killed.close();
  }

  /** Killed after the last round, it evaluates again what it had reported. */
  @Test
  void aStepIsNotReportedTwice() throws Exception {
    Reported run = new Reported(folder);
    TensorBoardReporter killed = run.open(START);
    Reported.rounds(killed, 0, 4);
    killed.texts();
    try (TensorBoardReporter resumed = run.open(Reported.state(4))) {
      resumed.onEvaluation(Reported.state(4), EvaluationSet.VALIDATION, Reported.evaluation());
      resumed.onEvaluation(Reported.state(4), EvaluationSet.TEST, Reported.evaluation());
      resumed.onMilestone(Reported.state(4));
    }
    ReadEvents read = ReadEvents.of(run.events());
    assertThat(read.duplicates()).isEmpty();
    assertThat(read.steps("test/accuracy")).containsExactly(4L);
    assertThat(read.steps("training/loss")).containsExactly(1L, 2L, 3L, 4L);
    killed.close();
  }

  @Test
  void aRollbackForgetsItsRounds() throws Exception {
    Reported run = new Reported(folder);
    try (TensorBoardReporter reporter = run.open(START)) {
      Reported.rounds(reporter, 0, 7);
      reporter.onRollback(Reported.state(2), new Rollback(1, 7, 2, 0.5, "diverged"));
      assertThat(read(run.events())).extracting(Event::getStep).containsOnly(0L, 1L, 2L, 3L);
      Reported.rounds(reporter, 2, 12);
      reporter.texts();
    }
    ReadEvents read = ReadEvents.of(run.events());
    assertThat(read.records()).isEqualTo(records(run.events()));
    assertThat(read.duplicates()).isEmpty();
    assertThat(read.scalars("training/loss")).hasSize(12);
    assertThat(read.steps("validation/loss")).containsExactly(4L, 8L, 12L);
    assertThat(files(run.events())).hasSize(2);
  }

  /** A TensorBoard that is open meanwhile forgets what it has read of them, too. */
  @Test
  void aTensorBoardThatHasReadDroppedRoundsForgetsThem() throws Exception {
    Reported run = new Reported(folder);
    TensorBoardReporter killed = run.open(START);
    Reported.rounds(killed, 0, 7);
    killed.texts();
    Path read = Files.createDirectories(folder.resolve("read"));
    Files.copy(files(run.events()).get(0), read.resolve(files(run.events()).get(0).getFileName()));
    try (TensorBoardReporter resumed = run.open(Reported.state(5))) {
      Reported.rounds(resumed, 5, 9);
    }
    Path next = files(run.events()).get(1);
    Files.copy(next, read.resolve(next.getFileName()));
    assertThat(ReadEvents.of(read).scalars("training/loss").toString())
        .isEqualTo(
            "[[1,1.875],[2,1.75],[3,1.625],[4,1.5],[5,1.375],[6,1.25],[7,1.125],[8,1.0],[9,0.875]]");
    killed.close();
  }

  /** What a round reported is in the file system before the next one is accepted. */
  @Test
  void aRoundIsWrittenBeforeTheNextOneIsAccepted() throws Exception {
    Reported run = new Reported(folder);
    try (TensorBoardReporter reporter = run.open(START)) {
      for (long step = 1; step <= 40; step++) {
        Reported.rounds(reporter, step - 1, step);
        assertThat(read(run.events()))
            .filteredOn(event -> event.getSummary().getValueCount() > 0)
            .extracting(Event::getStep)
            .contains(step - 1);
      }
    }
  }

  @Test
  void isOffIfTheConfigurationSaysSo() throws Exception {
    Reported run = new Reported(folder);
    assertThat(new TensorBoard().open(run.from(START, "report.tensorboard=false"), START))
        .isEmpty();
    assertThat(run.events()).doesNotExist();
  }

  /** A process may write to a deleted file without an error. */
  @Test
  void filesThatWereDeletedMeanwhileAreReported() throws Exception {
    Reported run = new Reported(folder);
    TensorBoardReporter reporter = run.open(START);
    Reported.rounds(reporter, 0, 4);
    try (Stream<Path> files = Files.list(run.events())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(reporter::close)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was deleted while the run wrote it");
  }

  @Test
  void aFolderThatCannotBeWrittenFailsTheReporterWithItsName() throws Exception {
    Reported run = new Reported(folder);
    Files.writeString(run.events(), "a file");
    assertThatThrownBy(() -> run.open(START))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(run.events().toString());
  }

  /** The HParams page shows it: a trial that a sweep pauses did not fail. */
  @Test
  void aRunThatPausesEndsWithoutFailure() throws Exception {
    for (SessionStatus expected :
        List.of(SessionStatus.STATUS_SUCCESS, SessionStatus.STATUS_FAILURE)) {
      Reported run = new Reported(folder.resolve(expected.name()));
      try (TensorBoardReporter reporter = run.open(START)) {
        Reported.rounds(reporter, 0, 4);
        if (expected == SessionStatus.STATUS_SUCCESS) {
          reporter.onPause();
        }
      }
      List<Event> events = read(run.events());
      Summary.Value end = events.get(events.size() - 1).getSummary().getValue(0);
      assertThat(end.getTag()).isEqualTo(HParams.END);
      HParamsPluginData data =
          HParamsPluginData.parseFrom(
              end.getMetadata().getPluginData().getContent(),
              ExtensionRegistryLite.getEmptyRegistry());
      assertThat(data.getSessionEndInfo().getStatus()).isEqualTo(expected);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("events."))
          .sorted()
          .toList();
    }
  }

  private static long records(Path folder) throws IOException {
    return read(folder).size();
  }

  private static List<Event> read(Path folder) throws IOException {
    List<Event> events = new ArrayList<>();
    for (Path file : files(folder)) {
      try (EventFileReader reader =
          new EventFileReader(file.toString(), Files.newInputStream(file))) {
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
          events.add(next.get());
        }
      }
    }
    return events;
  }
}
