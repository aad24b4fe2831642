package io.centroid.memory;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The most memory that a process held, in bytes. What was not measured is 0.
 *
 * @param heap objects, garbage that nobody has collected included
 * @param tracked native vectors and buffers
 * @param resident the whole process
 */
public record PeakMemory(
    long heap,
    @JsonProperty("native") long tracked,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long resident)
    implements Serializable {
  /** Where nothing was measured. */
  public static final PeakMemory UNKNOWN = new PeakMemory(0, 0, 0);

  /** As JSON holds it, without {@code resident} where that was not measured. */
  @JsonCreator
  static PeakMemory of(
      @JsonProperty("heap") long heap,
      @JsonProperty("native") long tracked,
      @JsonProperty("resident") @Nullable Long resident) {
    return new PeakMemory(heap, tracked, resident == null ? 0 : resident);
  }

  /** The larger of each. */
  public PeakMemory or(PeakMemory other) {
    return new PeakMemory(
        Math.max(heap, other.heap),
        Math.max(tracked, other.tracked),
        Math.max(resident, other.resident));
  }
}
