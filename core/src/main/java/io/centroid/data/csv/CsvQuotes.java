package io.centroid.data.csv;

import io.centroid.io.decoding.FileContent;

/**
 * Follows the quotes of CSV text byte by byte, to find the line ends that are not in a quoted field
 * (RFC 4180). A field is quoted if it begins with a quote, after spaces at most; a quote elsewhere
 * is text. Not thread-safe.
 */
final class CsvQuotes {
  /** How much of a file with quotes is searched for line breaks in them, in bytes. */
  static final int LOOK = 64 << 20;

  private static final int BLOCK = 1 << 16;

  private enum State {
    /** At the beginning of a field. */
    START,
    PLAIN,
    QUOTED,
    /** After a quote in a quoted field: its end, or the first of two for one. */
    CLOSED
  }

  private final boolean[] isDelimiter = new boolean[128];
  private State state = State.START;

  /**
   * @param delimiters ASCII characters of which each may separate fields
   */
  CsvQuotes(String delimiters) {
    delimiters.chars().forEach(delimiter -> isDelimiter[delimiter] = true);
  }

  /** Begins a row. */
  void begin() {
    state = State.START;
  }

  /** Whether the text so far ends within a quoted field. */
  boolean isOpen() {
    return state == State.QUOTED;
  }

  /** Takes the next byte; true if it is the line end of a row. */
  boolean ends(byte value) {
    if (state == State.QUOTED) {
      state = value == '"' ? State.CLOSED : State.QUOTED;
      return false;
    }
    if (value == '\n') {
      state = State.START;
      return true;
    }
    if (value == '"') {
      state = state == State.PLAIN ? State.PLAIN : State.QUOTED;
    } else if (value >= 0 && isDelimiter[value]) {
      state = State.START;
    } else if (state == State.CLOSED || (value != ' ' && value != '\t')) {
      state = State.PLAIN;
    }
    return false;
  }

  /** The index of the line end of the row that begins at an index; {@code to} if there is none. */
  int rowEnd(byte[] text, int from, int to) {
    begin();
    int at = from;
    while (at < to && !ends(text[at])) {
      at++;
    }
    return at;
  }

  /**
   * Whether quoted fields of a file have line breaks. If its head has no quote after the header,
   * nothing more is read, otherwise at most the first {@link #LOOK} bytes.
   */
  static boolean haveLineBreaks(FileContent content, CsvHeader.Found found) {
    byte[] head = found.head().bytes();
    int at = (int) found.header().dataStart();
    while (at < head.length && head[at] != '"') {
      at++;
    }
    return at < head.length && haveLineBreaks(content, found.header());
  }

  private static boolean haveLineBreaks(FileContent content, CsvHeader header) {
    CsvQuotes quotes = new CsvQuotes(String.valueOf(header.delimiter()));
    byte[] block = new byte[BLOCK];
    long position = header.dataStart();
    int read = content.read(position, block, 0, block.length);
    while (read > 0 && position < LOOK) {
      for (int i = 0; i < read; i++) {
        if (!quotes.ends(block[i]) && block[i] == '\n') {
          return true;
        }
      }
      position += read;
      read = content.read(position, block, 0, block.length);
    }
    return false;
  }
}
