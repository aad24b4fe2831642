package io.centroid.card;

import io.centroid.evaluate.GroupMetrics;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.leak.ModelFiles;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The metrics of a model by groups of examples, {@code groups.json} in the run's folder.
 *
 * @param measuredAt time of the evaluation
 * @param checkpoint folder of the evaluated checkpoint
 * @param parametersSha256 SHA-256 of its float32 little-endian parameter vector
 * @param data last name of the data's path
 * @param part {@code test}, {@code validation} or {@code train}
 * @param columns metrics by the values of each column
 */
public record GroupRecord(
    Instant measuredAt,
    String checkpoint,
    String parametersSha256,
    String data,
    String part,
    List<GroupMetrics> columns) {
  private static final ChecksummedJson JSON = new ChecksummedJson("formatVersion", 1);

  public GroupRecord {
    Json.requireSha256("parametersSha256", parametersSha256);
    columns = List.copyOf(columns);
    Json.require(!columns.isEmpty(), "columns", "at least one");
  }

  /** Writes the file. */
  public void write(ModelFiles model) throws IOException {
    model.write(ModelFiles.GROUPS, JSON.write(this));
  }

  /**
   * The record of a model; empty if there is none.
   *
   * @throws io.centroid.error.InputException if it is damaged, was changed, or has no checksum
   */
  static Optional<GroupRecord> read(ModelFiles model) throws IOException {
    String file = model.path(ModelFiles.GROUPS).toString();
    Optional<byte[]> content = model.read(ModelFiles.GROUPS);
    content.ifPresent(found -> ChecksummedJson.verify(file, found));
    return content.map(found -> JSON.read(file, found, GroupRecord.class));
  }
}
