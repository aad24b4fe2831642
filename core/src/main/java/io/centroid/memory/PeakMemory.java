package io.centroid.memory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The peak memory of a process in bytes; 0 if not measured.
 *
 * @param heap Java heap, including uncollected garbage
 * @param tracked native vectors and buffers
 * @param resident resident set size of the process
 * @param device memory that the process had reserved on a GPU
 */
public record PeakMemory(
    long heap,
    @JsonProperty("native") long tracked,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long resident,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long device)
    implements Serializable {
  /** No measurements. */
  public static final PeakMemory UNKNOWN = new PeakMemory(0, 0, 0);

  /** The peak memory of a process that uses no GPU. */
  public PeakMemory(long heap, long tracked, long resident) {
    this(heap, tracked, resident, 0);
  }

  /** The same with the memory of a GPU, in bytes. */
  public PeakMemory onDevice(long bytes) {
    return new PeakMemory(heap, tracked, resident, bytes);
  }

  /** Parses the JSON form, which omits {@code resident} and {@code device} if not measured. */
  @JsonCreator
  static PeakMemory of(
      @JsonProperty("heap") long heap,
      @JsonProperty("native") long tracked,
      @JsonProperty("resident") @Nullable Long resident,
      @JsonProperty("device") @Nullable Long device) {
    return new PeakMemory(
        heap, tracked, resident == null ? 0 : resident, device == null ? 0 : device);
  }

  /** The element-wise maximum. */
  public PeakMemory or(PeakMemory other) {
    return new PeakMemory(
        Math.max(heap, other.heap),
        Math.max(tracked, other.tracked),
        Math.max(resident, other.resident),
        Math.max(device, other.device));
  }
}
