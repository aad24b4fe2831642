package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.cli.TrainingCluster;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.LocatedBlock;
import org.apache.hadoop.hdfs.protocol.LocatedBlocks;

/** Fault injection into the HDFS daemons of a cluster and their stored blocks. */
final class HdfsProcesses {
  private final TrainingCluster cluster;
  private final DistributedFileSystem hdfs;
  private final List<String> datanodes;

  HdfsProcesses(TrainingCluster cluster) {
    this.cluster = cluster;
    hdfs = (DistributedFileSystem) cluster.hdfs();
    datanodes =
        cluster.status().daemons().stream()
            .map(daemon -> daemon.name())
            .filter(name -> name.startsWith("datanode-"))
            .toList();
  }

  /** Kills a daemon with SIGKILL and waits for its end. */
  void kill(String daemon) throws Exception {
    long pid = cluster.daemons().pid(daemon);
    signal("KILL", daemon);
    Eventually.await(
        daemon + " dies",
        TrainingCluster.LIMIT,
        () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }

  /** Sends STOP, CONT or KILL to a daemon. */
  void signal(String signal, String daemon) throws Exception {
    String pid = String.valueOf(cluster.daemons().pid(daemon));
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
        .as("kill -%s %s", signal, daemon)
        .isZero();
  }

  /**
   * Waits until a DataNode is writing a file of a checkpoint and stops the DataNode, so that the
   * write neither completes nor fails before the test continues.
   *
   * @return name of the DataNode
   */
  String stopDuringWrite(String run, Callable<Boolean> alive) throws Exception {
    List<String> stopped = new ArrayList<>();
    Eventually.await(
        "a DataNode in the middle of a write of " + run,
        TrainingCluster.LIMIT,
        () -> {
          assertThat(alive.call()).as("still training").isTrue();
          Optional<LocatedBlock> block = blockBeingWritten(run);
          if (block.isEmpty()) {
            return false;
          }
          String name = "blk_" + block.get().getBlock().getBlockId();
          for (String datanode : datanodes) {
            if (isAlive(datanode) && !stored(datanode, "rbw", name).isEmpty()) {
              signal("STOP", datanode);
              if (blockBeingWritten(run).filter(b -> same(b, block.get())).isPresent()
                  && !stored(datanode, "rbw", name).isEmpty()) {
                stopped.add(datanode);
                return true;
              }
              signal("CONT", datanode);
            }
          }
          return false;
        });
    return stopped.get(0);
  }

  /** Block files of a file, one list per DataNode that has blocks of it. */
  List<List<Path>> replicas(org.apache.hadoop.fs.Path file) throws IOException {
    List<LocatedBlock> blocks =
        hdfs.getClient()
            .getLocatedBlocks(hdfs.makeQualified(file).toUri().getPath(), 0, Long.MAX_VALUE)
            .getLocatedBlocks();
    List<List<Path>> replicas = new ArrayList<>();
    for (String datanode : datanodes) {
      List<Path> found = new ArrayList<>();
      for (LocatedBlock block : blocks) {
        found.addAll(stored(datanode, "finalized", "blk_" + block.getBlock().getBlockId()));
      }
      if (!found.isEmpty()) {
        replicas.add(found);
      }
    }
    return replicas;
  }

  /** Copies a folder on HDFS to new blocks. */
  static void copy(TrainingCluster cluster, String from, String to) throws IOException {
    FileUtil.copy(
        cluster.hdfs(),
        TrainingCluster.path(from),
        cluster.hdfs(),
        TrainingCluster.path(to),
        false,
        cluster.configuration());
  }

  /** Flips a bit in the middle of each file, like silent disk corruption. */
  static void corrupt(List<Path> files) throws IOException {
    for (Path path : files) {
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        long middle = file.length() / 2;
        file.seek(middle);
        int old = file.read();
        file.seek(middle);
        file.write(old ^ 1);
      }
    }
  }

  /**
   * Requires that every checkpoint of a run verifies and that there are no unfinished ones. Returns
   * their steps.
   */
  List<Long> requireIntact(String run) throws IOException {
    List<String> skipped = new ArrayList<>();
    CheckpointStore store =
        CheckpointStore.of(
            hdfs.makeQualified(TrainingCluster.path(run)),
            cluster.configuration(),
            (checkpoint, reason) -> skipped.add(checkpoint + ": " + reason));
    List<Long> steps = new ArrayList<>();
    for (StoredCheckpoint checkpoint : store.listUnverified()) {
      checkpoint.verify();
      steps.add(checkpoint.step());
    }
    assertThat(skipped).isEmpty();
    assertThat(steps).isNotEmpty();
    assertThat(hdfs.listStatus(store.root()))
        .extracting(file -> file.getPath().getName())
        .noneMatch(name -> name.startsWith(".inprogress-"));
    return steps;
  }

  private boolean isAlive(String daemon) {
    return ProcessHandle.of(cluster.daemons().pid(daemon))
        .map(ProcessHandle::isAlive)
        .orElse(false);
  }

  /** Last block of an open file in a run's hidden folders. */
  private Optional<LocatedBlock> blockBeingWritten(String run) throws IOException {
    try {
      for (FileStatus folder : hdfs.listStatus(TrainingCluster.path(run + "/checkpoints"))) {
        if (folder.getPath().getName().startsWith(".inprogress-")) {
          for (FileStatus file : hdfs.listStatus(folder.getPath())) {
            LocatedBlocks blocks =
                hdfs.getClient().getLocatedBlocks(file.getPath().toUri().getPath(), 0);
            if (blocks != null
                && blocks.isUnderConstruction()
                && blocks.getLastLocatedBlock() != null) {
              return Optional.of(blocks.getLastLocatedBlock());
            }
          }
        }
      }
    } catch (FileNotFoundException e) {
      return Optional.empty(); // The run has not started, or the folder was renamed meanwhile.
    }
    return Optional.empty();
  }

  private static boolean same(LocatedBlock one, LocatedBlock other) {
    return one.getBlock().getBlockId() == other.getBlock().getBlockId();
  }

  /** Files of a block on a DataNode in a given state, without checksum files. */
  private List<Path> stored(String datanode, String state, String name) throws IOException {
    Path data = cluster.status().directory().resolve("data").resolve(datanode);
    if (!Files.isDirectory(data)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(file -> file.getFileName().toString().equals(name))
          .filter(file -> file.toString().contains("/" + state + "/"))
          .toList();
    } catch (java.io.UncheckedIOException e) {
      return List.of(); // A block was moved while its folder was read.
    }
  }
}
