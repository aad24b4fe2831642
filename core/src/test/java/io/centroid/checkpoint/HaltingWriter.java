package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.io.storage.CommitProtocol;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that commits a checkpoint of one run to the folder of another and halts at a step of
 * the commit, without cleanup, like a driver that crashes there.
 */
public final class HaltingWriter {
  /** Exit code of the process when it halts. */
  public static final int HALTED = 77;

  private HaltingWriter() {}

  /**
   * Commits.
   *
   * @param args folder of Hadoop's configuration, checkpoint to copy, target run, {@link
   *     CommitProtocol}, and {@link CommitStep} to halt after, or {@code none}
   */
  public static void main(String[] args) throws Exception {
    Configuration configuration = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      configuration.addResource(Path.of(args[0], name).toUri().toURL());
    }
    LoadedCheckpoint loaded =
        CheckpointStore.load(new org.apache.hadoop.fs.Path(args[1]), configuration);
    StoredCheckpoint stored =
        CheckpointStore.openVerified(new org.apache.hadoop.fs.Path(args[1]), configuration);
    CheckpointStore store =
        CheckpointStore.of(
            new org.apache.hadoop.fs.Path(args[2]),
            configuration,
            CommitProtocol.valueOf(args[3]),
            CheckpointListener.LOGGED);
    try (CheckpointWriter writer =
        store.writer(
            store.claim(LeaseTerms.usual()),
            Retention.last(100),
            published -> {},
            CheckpointStore.SWEEP_AGE,
            Clock.systemUTC(),
            step -> {
              if (step.name().equals(args[4])) {
                Runtime.getRuntime().halt(HALTED);
              }
            })) {
      writer.save(
          loaded.manifest().snapshot(),
          slices(loaded),
          List.copyOf(loaded.state().values()),
          Map.copyOf(stored.attachments()));
    }
  }

  private static List<TensorSlice> slices(LoadedCheckpoint loaded) {
    List<TensorSlice> slices = new ArrayList<>();
    int offset = 0;
    for (LayoutTensor tensor : loaded.manifest().layout()) {
      slices.add(new TensorSlice(tensor.name(), tensor.shape(), loaded.parameters(), offset));
      offset +=
          Math.toIntExact(
              tensor.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact));
    }
    return slices;
  }
}
