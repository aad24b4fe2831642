package io.centroid.leak;

import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The result of a leak check, {@code leak.json} in the run's folder. It contains no secret.
 *
 * @param measuredAt time of the measurement
 * @param checkpoint folder of the measured checkpoint
 * @param parametersSha256 SHA-256 of its float32 little-endian parameter vector
 * @param corpusSha256 hash of the corpus with the canaries
 * @param maxExposure {@code leak.max-exposure} at the time; 0 means none
 * @param highest highest exposure of a planted canary in bits
 * @param exposures exposure of each canary
 */
public record LeakRecord(
    Instant measuredAt,
    String checkpoint,
    String parametersSha256,
    String corpusSha256,
    double maxExposure,
    double highest,
    List<Exposure> exposures) {
  /** Name of the file. */
  public static final String FILE = "leak.json";

  private static final ChecksummedJson JSON = new ChecksummedJson("formatVersion", 1);

  public LeakRecord {
    Json.requireSha256("parametersSha256", parametersSha256);
    Json.requireSha256("corpusSha256", corpusSha256);
    exposures = List.copyOf(exposures);
    Json.require(
        exposures.stream().anyMatch(exposure -> exposure.repetitions() > 0),
        "exposures",
        "a planted canary");
    Json.require(highest == highest(exposures), "highest", "the highest of exposures");
  }

  /** The highest exposure of a planted canary. */
  public static double highest(List<Exposure> exposures) {
    return exposures.stream()
        .filter(exposure -> exposure.repetitions() > 0)
        .mapToDouble(Exposure::bits)
        .max()
        .orElse(0);
  }

  /** Mean exposure of the canaries that are in no corpus, in bits; 0 without any. */
  public double ofControls() {
    return exposures.stream()
        .filter(exposure -> exposure.repetitions() == 0)
        .mapToDouble(Exposure::bits)
        .average()
        .orElse(0);
  }

  /** The content of the file. */
  public byte[] toJson() {
    return JSON.write(this);
  }

  /**
   * The record of a model; empty if there is none.
   *
   * @throws io.centroid.error.InputException if it is damaged, was changed, or has no checksum
   */
  public static Optional<LeakRecord> read(ModelFiles model) throws IOException {
    String file = model.path(FILE).toString();
    Optional<byte[]> content = model.read(FILE);
    content.ifPresent(found -> ChecksummedJson.verify(file, found));
    return content.map(found -> JSON.read(file, found, LeakRecord.class));
  }
}
