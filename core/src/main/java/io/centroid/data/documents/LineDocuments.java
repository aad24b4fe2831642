package io.centroid.data.documents;

import io.centroid.error.InputException;
import io.centroid.io.JsonLine;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the lines that begin in a slice, as plain text or JSON objects. A plain line may have
 * any length, a JSON object at most {@link JsonLine#LONGEST} bytes.
 */
final class LineDocuments implements Documents {
  private final TextFile file;
  private final TextSlice slice;
  private final ByteWindow window;
  private final TextDecoder decoder;
  private final SafeSplit split;
  private final @Nullable String field;
  private boolean started;

  /**
   * @param window bytes from the one before the slice to the end of the file
   * @param field JSON field with the text; null for plain lines
   */
  LineDocuments(
      TextFile file,
      TextSlice slice,
      ByteWindow window,
      TextDecoder decoder,
      SafeSplit split,
      @Nullable String field) {
    this.file = file;
    this.slice = slice;
    this.window = window;
    this.decoder = decoder;
    this.split = split;
    this.field = field;
  }

  @Override
  public boolean next(DocumentSink sink) throws IOException {
    if (!started) {
      started = true;
      Documents.dropMark(window);
      skipLineOfSliceBefore();
    }
    boolean found = false;
    while (!found && window.offset() < slice.to() && (window.size() > 0 || window.more(PIECE))) {
      found = field == null ? line(sink) : object(field, sink);
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    window.close();
  }

  private void skipLineOfSliceBefore() throws IOException {
    if (slice.from() == 0) {
      return;
    }
    int end = lineEnd(PIECE);
    while (end < 0) {
      window.advance(window.size());
      end = lineEnd(PIECE);
    }
    window.advance(Math.min(window.to(), end + 1) - window.from());
  }

  /** Reads a line in pieces; false if it is empty. */
  private boolean line(DocumentSink sink) throws IOException {
    int end = lineEnd(PIECE);
    if (end >= 0 && contentEnd(end) == window.from()) {
      leave(end, sink);
      return false;
    }
    boolean wanted = sink.begin(new DocumentPosition(slice.file(), window.offset()), true);
    while (end < 0) {
      int cut = Documents.pieceEnd(window, split);
      if (window.bytes()[cut - 1] == '\r') {
        cut--; // It may be part of a CRLF.
      }
      piece(wanted, cut, sink);
      end = lineEnd(PIECE);
    }
    if (contentEnd(end) > window.from()) {
      piece(wanted, contentEnd(end), sink);
    }
    if (wanted) {
      sink.end(true);
    }
    leave(end, sink);
    return true;
  }

  private void piece(boolean wanted, int end, DocumentSink sink) {
    if (wanted) {
      sink.piece(decode(end), window.offset());
    }
    window.advance(end - window.from());
  }

  /** Reads a JSON object; false if the line is empty. */
  private boolean object(String name, DocumentSink sink) throws IOException {
    int end = lineEnd(JsonLine.LONGEST);
    if (end < 0) {
      throw new InputException(
          where() + ": expected at most " + JsonLine.LONGEST + " bytes, found more");
    }
    int contentEnd = contentEnd(end);
    boolean found = contentEnd > window.from();
    if (found && sink.begin(new DocumentPosition(slice.file(), window.offset()), true)) {
      String document =
          decoder.checked(file.path(), text(name, decode(contentEnd)), window.offset());
      int from = 0;
      while (from < document.length()) {
        int to = split.pieceEnd(document, from, PIECE);
        sink.piece(document.substring(from, to), window.offset());
        from = to;
      }
      sink.end(true);
    }
    leave(end, sink);
    return found;
  }

  private String text(String name, String line) {
    String text;
    try {
      text = JsonLine.read(where(), line, Set.of(name), Set.of()).get(name);
    } catch (InputException e) {
      throw JsonLine.Conversation.find(line)
          .filter(found -> found.field().isEmpty() || found.field().equals(name))
          .map(found -> new InputException(e.getMessage() + "; " + found.remedy(false), e))
          .orElse(e);
    }
    if (text == null) {
      throw Detection.withoutField(where(), name, line);
    }
    return text;
  }

  private String where() {
    return file.path() + ": the line at byte " + window.offset();
  }

  private String decode(int end) {
    return decoder.decode(file.path(), window.bytes(), window.from(), end, window.offset());
  }

  /**
   * End of the first line in the window: index of its LF, or of the end of the file; -1 if it is
   * longer than {@code most} bytes.
   */
  private int lineEnd(int most) throws IOException {
    int scanned = 0;
    while (true) {
      byte[] bytes = window.bytes();
      for (int i = window.from() + scanned; i < window.to(); i++) {
        if (bytes[i] == '\n') {
          return i;
        }
      }
      scanned = window.size();
      if (!window.more(most)) {
        return scanned < most ? window.to() : -1;
      }
    }
  }

  /** End of a line's text before its LF, CRLF or the end of the file. */
  private int contentEnd(int end) {
    boolean carriageReturn = end > window.from() && window.bytes()[end - 1] == '\r';
    return carriageReturn ? end - 1 : end;
  }

  /** Passes over the end of a line. The window may begin with the line, or after its text. */
  private void leave(int end, DocumentSink sink) {
    int next = Math.min(window.to(), end + 1);
    boolean carriageReturn = contentEnd(end) < end;
    sink.lineEnd((carriageReturn ? "\r" : "") + (next > end ? "\n" : ""));
    window.advance(next - window.from());
  }
}
