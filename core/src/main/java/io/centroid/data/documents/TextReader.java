package io.centroid.data.documents;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.decoding.FileHead;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the documents of one task in pieces of at most 4 MiB, so that memory does not depend
 * on document size. Pieces end at the split points of {@link SafeSplit}. A byte-order mark at the
 * start of a file is skipped. Not thread-safe.
 *
 * <p>Damaged text is an {@link InputException} that names the file and the byte offset, in a
 * compressed file that of the decoded data.
 */
public final class TextReader implements AutoCloseable {
  private final HadoopFiles files;
  private final TextPlan plan;
  private final Iterator<TextSlice> slices;
  private final ReadingOptions options;
  private final TextDecoder decoder;
  private final SafeSplit split;
  private @Nullable Documents documents;
  private String path = "";
  private final Map<String, Long> edited = new TreeMap<>();
  private final StringBuilder unedited = new StringBuilder();

  public TextReader(HadoopFiles files, TextPlan plan, ReadingOptions options, TextTask task) {
    this.files = files;
    this.plan = plan;
    this.slices = task.slices().iterator();
    this.options = options;
    this.decoder = new TextDecoder(options.replaceBad());
    this.split = new SafeSplit(options.whole());
  }

  /** Path of the current file. */
  public String path() {
    return path;
  }

  /** Number of characters replaced by U+FFFD so far. */
  public long replaced() {
    return decoder.replaced();
  }

  /** Number of edits of documents by kind so far. */
  public Map<String, Long> edited() {
    return edited;
  }

  /** Passes the next document or piece to the sink; false if there is none. */
  public boolean next(DocumentSink given) {
    DocumentEdits edits = options.edits();
    DocumentSink sink =
        edits == null
            ? given
            : new EditedDocuments(given, edits, split, edited, unedited, this::path);
    try {
      while (true) {
        if (documents == null) {
          if (!slices.hasNext()) {
            return false;
          }
          documents = open(slices.next());
        }
        if (documents.next(sink)) {
          return true;
        }
        documents.close();
        documents = null;
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(HadoopPath.parse(path), e);
    }
  }

  @Override
  public void close() {
    try {
      if (documents != null) {
        documents.close();
      }
    } catch (IOException e) {
      // A failed close of a reader loses nothing.
    }
  }

  private Documents open(TextSlice slice) throws IOException {
    TextFile file = plan.file(slice);
    path = file.path();
    FSDataInputStream stream = files.open(files.path(path));
    try {
      return documents(file, slice, stream);
    } catch (IOException | RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  private Documents documents(TextFile file, TextSlice slice, FSDataInputStream stream)
      throws IOException {
    boolean whole = file.kind() == DocumentKind.FILE;
    if (file.decoded()) {
      ByteWindow window =
          new ByteWindow(
              FileHead.decode(path, stream, options.charset(), decoder::damaged).stream(),
              0,
              Long.MAX_VALUE);
      return whole
          ? new FileDocument(file, slice, window, true, decoder, split)
          : lines(file, slice, window);
    }
    long length = file.length();
    if (!whole) {
      long from = Math.max(0, slice.from() - 1);
      stream.seek(from);
      return lines(file, slice, new ByteWindow(stream, from, length));
    }
    long from = split.atOrAfter(stream, slice.from(), length);
    long to = split.atOrAfter(stream, slice.to(), length);
    stream.seek(from);
    ByteWindow window = new ByteWindow(stream, from, to);
    return new FileDocument(file, slice, window, to == length, decoder, split);
  }

  private Documents lines(TextFile file, TextSlice slice, ByteWindow window) {
    boolean object = file.kind() == DocumentKind.JSONL && !options.jsonField().isEmpty();
    String field = object ? options.jsonField() : null;
    return new LineDocuments(file, slice, window, decoder, split, field);
  }
}
