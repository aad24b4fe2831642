package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.corpus.IdWidth;
import io.centroid.data.corpus.Staging;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A shard that one task attempt writes; the file is created with the first token id. */
final class StagedPart implements Closeable {
  private final Staging staging;
  private final String name;
  private final String attempt;
  private final IdWidth width;
  private @Nullable PartWriter writer;

  StagedPart(Staging staging, String name, String attempt, IdWidth width) {
    this.staging = staging;
    this.name = name;
    this.attempt = attempt + "-" + name;
    this.width = width;
  }

  void write(int[] ids) throws IOException {
    if (ids.length == 0) {
      return;
    }
    if (writer == null) {
      writer = new PartWriter(staging.create(attempt), width);
    }
    writer.write(ids);
  }

  /** Completes the shard and renames it to its final name; null if it has no token ids. */
  @Nullable CorpusShard finish() throws IOException {
    if (writer == null) {
      return null;
    }
    CorpusShard part = writer.finish(name);
    staging.adopt(attempt, name);
    return part;
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }
}
