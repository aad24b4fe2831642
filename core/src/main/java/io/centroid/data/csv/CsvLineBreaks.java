package io.centroid.data.csv;

import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.FileHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out whether quoted fields of tables have line breaks, once for each file: what the driver
 * has found is serialized for the workers. If the head of a file has no quote after the header,
 * nothing more is read, otherwise at most the first {@link #LOOK} bytes. Thread-safe.
 */
public final class CsvLineBreaks implements Serializable {
  private static final long serialVersionUID = 1L;

  /** How much of a file with quotes is searched for line breaks in them, in decoded bytes. */
  private static final int LOOK = 64 << 20;

  private static final int BLOCK = 1 << 20;
  private static final long NONE = 0;

  /** Numbers of the lines with the first line breaks. */
  private final Map<Version, Long> lines = new ConcurrentHashMap<>();

  private record Version(String path, long length, int head) implements Serializable {}

  /** Number of the line, from 1, that is the first to end in a quoted field. */
  OptionalLong first(HadoopFiles files, CsvHeader.Found found) {
    byte[] head = found.head().bytes();
    int at = (int) Math.min(head.length, found.header().dataStart());
    while (at < head.length && head[at] != '"') {
      at++;
    }
    if (at == head.length) {
      return OptionalLong.empty();
    }
    Version version =
        new Version(found.header().path(), found.head().fileLength(), Arrays.hashCode(head));
    long line = lines.computeIfAbsent(version, one -> search(files, found));
    return line == NONE ? OptionalLong.empty() : OptionalLong.of(line);
  }

  private static long search(HadoopFiles files, CsvHeader.Found found) {
    CsvHeader header = found.header();
    try (InputStream stored = files.open(files.path(header.path()));
        InputStream text = FileHead.decode(header.path(), stored).stream()) {
      long line = 1;
      for (byte value : text.readNBytes((int) header.dataStart())) {
        line += value == '\n' ? 1 : 0;
      }
      return search(text, line, new CsvQuotes(header.delimiter()));
    } catch (IOException e) {
      throw HadoopFiles.failure(files.path(header.path()), e);
    }
  }

  private static long search(InputStream rows, long first, CsvQuotes quotes) throws IOException {
    byte[] block = new byte[BLOCK];
    long line = first;
    long searched = 0;
    int read = rows.read(block);
    while (read > 0 && searched < LOOK) {
      for (int i = 0; i < read; i++) {
        boolean ends = quotes.ends(block[i]);
        if (block[i] == '\n' && !ends) {
          return line;
        }
        line += ends ? 1 : 0;
      }
      searched += read;
      read = rows.read(block);
    }
    return NONE;
  }
}
