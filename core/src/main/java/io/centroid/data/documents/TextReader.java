package io.centroid.data.documents;

import io.centroid.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.GunzipStream;
import java.io.IOException;
import java.util.Iterator;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the documents of one task in pieces of up to 4 MiB, so that memory does not depend on the
 * size of a document: pieces end where {@link SafeCut} allows. A byte-order mark that begins a file
 * is dropped. Not thread-safe.
 *
 * <p>Damaged text is an {@link InputException} that names file and byte; in a compressed file, the
 * byte of the decoded data.
 */
public final class TextReader implements AutoCloseable {
  private final HadoopFiles files;
  private final TextPlan plan;
  private final Iterator<TextSlice> slices;
  private final String jsonField;
  private final TextDecoder decoder;
  private @Nullable Documents documents;
  private String path = "";

  public TextReader(HadoopFiles files, TextPlan plan, ReadingOptions options, TextTask task) {
    this.files = files;
    this.plan = plan;
    this.slices = task.slices().iterator();
    this.jsonField = options.jsonField();
    this.decoder = new TextDecoder(options.replaceBad());
  }

  /** The file that is being read. */
  public String path() {
    return path;
  }

  /** How many characters were replaced by U+FFFD so far. */
  public long replaced() {
    return decoder.replaced();
  }

  /** Hands a document, or the next piece of a long one, to the sink; false if there is none. */
  public boolean next(DocumentSink sink) {
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
      throw HadoopFiles.failure(new Path(path), e);
    }
  }

  @Override
  public void close() {
    try {
      if (documents != null) {
        documents.close();
      }
    } catch (IOException e) {
      // Nothing was written: a reader that has what it wanted need not fail.
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
    if (file.gzipped()) {
      ByteWindow window = new ByteWindow(new GunzipStream(path, stream), 0, Long.MAX_VALUE);
      return whole
          ? new FileDocument(file, slice, window, true, decoder)
          : lines(file, slice, window);
    }
    long length = file.length();
    if (!whole) {
      long from = Math.max(0, slice.from() - 1);
      stream.seek(from);
      return lines(file, slice, new ByteWindow(stream, from, length));
    }
    long from = SafeCut.atOrAfter(stream, slice.from(), length);
    long to = SafeCut.atOrAfter(stream, slice.to(), length);
    stream.seek(from);
    ByteWindow window = new ByteWindow(stream, from, to);
    return new FileDocument(file, slice, window, to == length, decoder);
  }

  private Documents lines(TextFile file, TextSlice slice, ByteWindow window) {
    String field = file.kind() == DocumentKind.JSONL ? jsonField : null;
    return new LineDocuments(file, slice, window, decoder, field);
  }
}
