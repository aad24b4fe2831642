package io.centroid.data.csv;

/**
 * Follows the quotes of CSV text byte by byte, to find the line ends that are not in a quoted field
 * (RFC 4180). A field is quoted if it begins with a quote, after spaces at most; a quote elsewhere
 * is text. Not thread-safe.
 */
final class CsvQuotes {
  private enum State {
    /** At the beginning of a field. */
    START,
    PLAIN,
    QUOTED,
    /** After a quote in a quoted field: its end, or the first of two for one. */
    CLOSED
  }

  private final byte delimiter;
  private State state = State.START;

  /**
   * @param delimiter ASCII character between fields
   */
  CsvQuotes(char delimiter) {
    this.delimiter = (byte) delimiter;
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
    } else if (value == delimiter) {
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

  /** Number of fields in a text, which may be several lines. */
  static int fields(String text, char delimiter) {
    CsvQuotes quotes = new CsvQuotes(delimiter);
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quotes.ends(c < 0x80 ? (byte) c : -1);
      count += c == delimiter && quotes.state == State.START ? 1 : 0;
    }
    return count;
  }
}
