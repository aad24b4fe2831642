package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.cli.SharedCluster;
import io.centroid.cli.TrainingCluster;
import io.centroid.tensorboard.EventFileReader;
import io.centroid.tensorboard.EventProto.Event;
import io.centroid.tensorboard.EventProto.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Event files for TensorBoard on HDFS, whose writer is killed while they are open. */
@ExtendWith(SharedCluster.class)
class EventFilesIT {
  private static TrainingCluster cluster;
  private static LocalDriver.Client client;

  @BeforeAll
  static void start(TrainingCluster shared) {
    cluster = shared;
    client = new LocalDriver.Client(cluster.folder(), cluster.status().hdfs(), "root", Map.of());
  }

  @Test
  void aResumedRunContinuesItsCurvesOnHdfs() throws Exception {
    String run = "/runs/curves";
    String[] settings = {"run.dir=" + run, "model.hidden=[256,256]", "checkpoint.every-rounds=1"};
    try (LocalDriver killed = LocalDriver.train(client, settings)) {
      Eventually.await(
          "20 rounds",
          TrainingCluster.LIMIT,
          () -> !killed.isAlive() || cluster.rounds(run).size() >= 20);
      assertThat(killed.isAlive()).as(killed.errors()).isTrue();
    }
    try (LocalDriver resumed = LocalDriver.train(client, settings)) {
      assertThat(resumed.json().path("rounds").asLong()).isEqualTo(TrainingCluster.ROUNDS);
      assertThat(resumed.errors()).contains("resuming from ").doesNotContain("TensorBoard");
    }
    FileSystem hdfs = cluster.hdfs();
    FileStatus[] files = hdfs.listStatus(TrainingCluster.path(run + "/tensorboard"));
    assertThat(files).hasSize(2).allMatch(file -> file.getPath().getName().contains("tfevents"));
    List<Long> steps = new ArrayList<>();
    for (FileStatus file : files) {
      try (EventFileReader reader =
          new EventFileReader(file.getPath().toString(), hdfs.open(file.getPath()))) {
        for (Optional<Event> next = reader.next(); next.isPresent(); next = reader.next()) {
          Event event = next.get();
          for (Summary.Value value : event.getSummary().getValueList()) {
            if (value.getTag().equals("training/loss")) {
              steps.add(event.getStep());
            }
          }
        }
      }
    }
    long localSteps = steps.get(0);
    assertThat(steps)
        .isEqualTo(
            LongStream.rangeClosed(1, TrainingCluster.ROUNDS)
                .mapToObj(round -> round * localSteps)
                .toList());
  }
}
