package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.corpus.CorpusSplit;
import io.centroid.data.corpus.IdWidth;
import io.centroid.data.corpus.Staging;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits the shards of a corpus at a token: later shards are renamed to validation, and the shard
 * with the token is copied into two.
 */
final class TailSplit {
  private final Staging staging;
  private final IdWidth width;
  private final List<CorpusShard> training = new ArrayList<>();
  private final List<CorpusShard> validation = new ArrayList<>();

  TailSplit(Staging staging, IdWidth width) {
    this.staging = staging;
    this.width = width;
  }

  /** Splits before a token index of the corpus. */
  void at(List<CorpusShard> parts, long token) throws IOException {
    long before = 0;
    for (CorpusShard part : parts) {
      long kept = Math.max(0, Math.min(part.tokens(), token - before));
      before += part.tokens();
      if (kept == part.tokens()) {
        training.add(part);
      } else if (kept == 0) {
        staging.rename(part.name(), validationName(part));
        validation.add(new CorpusShard(validationName(part), part.tokens(), part.sha256()));
      } else {
        cut(part, kept);
      }
    }
  }

  CorpusSplit training() {
    return new CorpusSplit(training);
  }

  CorpusSplit validation() {
    return new CorpusSplit(validation);
  }

  private void cut(CorpusShard part, long kept) throws IOException {
    String whole = "whole-" + part.name();
    staging.rename(part.name(), whole);
    try (InputStream in = staging.fileSystem().open(staging.path(whole))) {
      training.add(copy(in, part.name(), kept));
      validation.add(copy(in, validationName(part), part.tokens() - kept));
    }
    staging.delete(whole);
  }

  private CorpusShard copy(InputStream in, String name, long tokens) throws IOException {
    try (PartWriter writer =
        new PartWriter(staging.fileSystem().create(staging.path(name)), width)) {
      byte[] buffer = new byte[1 << 16];
      long left = tokens * width.bytes();
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new EOFException(staging.path(name) + ": " + left + " bytes are missing");
        }
        writer.copy(buffer, read);
        left -= read;
      }
      return writer.finish(name);
    }
  }

  private static String validationName(CorpusShard part) {
    return part.name().replace(Staging.TRAIN, Staging.VALIDATION);
  }
}
