package io.centroid.spark;

import io.centroid.averaging.codec.RawFloats;
import io.centroid.memory.PeakMemory;
import io.centroid.optim.InnerState;
import io.centroid.spark.internal.RawRecords;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One worker's contribution to one slice, as a record of the shuffle.
 *
 * @param payload encoded delta of the slice
 * @param steps step count of the optimizer state
 * @param moments the slice of the optimizer state's vectors; null unless the states are averaged
 */
record SlicePart(
    WorkerReport report, byte[] payload, long steps, @Nullable List<RawFloats> moments) {

  /** Takes a slice of a worker's result without copying its vectors. */
  static SlicePart of(WorkerResult result, int slice, int from, int to) {
    InnerState shared = result.shared();
    return new SlicePart(
        result.report(),
        result.payload().get(slice),
        shared == null ? 0 : shared.steps(),
        shared == null
            ? null
            : shared.moments().stream().map(moment -> new RawFloats(moment, from, to)).toList());
  }

  /** The slice of the optimizer state; null unless the states are averaged. */
  @Nullable InnerState shared() {
    return moments == null ? null : new InnerState(steps, RawFloats.values(moments));
  }

  /** Number of bytes of delta and optimizer state. */
  long bytes() {
    long bytes = payload.length;
    for (int i = 0; moments != null && i < moments.size(); i++) {
      bytes += (long) Float.BYTES * moments.get(i).length();
    }
    return bytes;
  }

  /** Writes parts to the shuffle, with their vectors as raw bytes. */
  static final class Format implements RawRecords.Format<SlicePart> {
    private static final long serialVersionUID = 1L;

    @Override
    public void write(SlicePart part, DataOutput out) throws IOException {
      write(part.report, out);
      out.writeInt(part.payload.length);
      out.write(part.payload);
      out.writeLong(part.steps);
      List<RawFloats> moments = part.moments;
      out.writeInt(moments == null ? -1 : moments.size());
      for (int i = 0; moments != null && i < moments.size(); i++) {
        moments.get(i).write(out);
      }
    }

    private static void write(WorkerReport report, DataOutput out) throws IOException {
      out.writeInt(report.worker());
      out.writeLong(report.examples());
      out.writeDouble(report.lossSum());
      out.writeBoolean(report.isFinite());
      out.writeDouble(report.deltaNorm());
      out.writeDouble(report.learningRateSum());
      out.writeInt(report.steps());
      out.writeDouble(report.gradientNorm());
      out.writeLong(report.computeNanos());
      out.writeLong(report.taskNanos());
      out.writeLong(report.peakMemory().heap());
      out.writeLong(report.peakMemory().tracked());
      out.writeLong(report.peakMemory().resident());
      out.writeLong(report.peakMemory().device());
      out.writeUTF(report.kernels());
    }

    @Override
    public SlicePart read(DataInput in) throws IOException {
      WorkerReport report = report(in);
      byte[] payload = new byte[in.readInt()];
      in.readFully(payload);
      long steps = in.readLong();
      int count = in.readInt();
      List<RawFloats> moments = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        moments.add(RawFloats.read(in));
      }
      return new SlicePart(report, payload, steps, count < 0 ? null : moments);
    }

    private static WorkerReport report(DataInput in) throws IOException {
      return new WorkerReport(
          in.readInt(),
          in.readLong(),
          in.readDouble(),
          in.readBoolean(),
          in.readDouble(),
          in.readDouble(),
          in.readInt(),
          in.readDouble(),
          in.readLong(),
          in.readLong(),
          new PeakMemory(in.readLong(), in.readLong(), in.readLong(), in.readLong()),
          in.readUTF());
    }
  }
}
