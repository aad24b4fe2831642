package io.centroid.fuzz.parsers;

import io.centroid.documents.DocumentKind;
import io.centroid.documents.DocumentSink;
import io.centroid.documents.Place;
import io.centroid.documents.ReadingOptions;
import io.centroid.documents.TextInputs;
import io.centroid.documents.TextPlan;
import io.centroid.documents.TextReader;
import io.centroid.documents.TextTask;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.Gzip;
import io.centroid.fuzz.PartFormat;
import java.util.List;

/**
 * Text as {@code prepare} reads it, cut into tasks: strictly, or with what is no UTF-8 replaced.
 * What begins as gzip does lies in a file that is named so.
 */
final class DocumentsTarget implements FuzzTarget {
  private static final long SHARD_BYTES = 1 << 14;
  private static final DocumentSink SINK =
      new DocumentSink() {
        @Override
        public boolean begin(Place place, boolean head) {
          return true;
        }

        @Override
        public void piece(String text, long offset) {}

        @Override
        public void end(boolean complete) {}
      };

  private final MemoryFolder folder = new MemoryFolder();
  private final DocumentKind kind;

  DocumentsTarget(DocumentKind kind) {
    this.kind = kind;
  }

  @Override
  public List<PartFormat> formats() {
    return List.of(kind == DocumentKind.JSONL ? PartFormat.JSON : PartFormat.TEXT);
  }

  @Override
  public List<byte[]> seeds() {
    String text =
        kind == DocumentKind.JSONL
            ? "{\"text\":\"one\"}\n\n{\"id\":1,\"text\":\"zw\u00f6lf \\u00e9 \\ud834\\udd1e\"}\r\n"
            : "one\n\ntwo \u00e9 \uD834\uDD1E\r\nthree";
    return List.of(
        Text.bytes(text),
        Text.bytes("\uFEFF" + text),
        Gzip.compress(Text.bytes(text)),
        Text.bytes(text.repeat(600)),
        Gzip.compress(Text.bytes(text.repeat(600))));
  }

  @Override
  public List<String> dictionary() {
    return List.of("text", "{\"text\":\"", "\"}\n", "\r\n", " ", "\n\n");
  }

  @Override
  public Bound bound() {
    return new Bound(16 << 20, 1000);
  }

  @Override
  public void read(byte[] input) {
    boolean gzipped = input.length > 1 && input[0] == 0x1F && input[1] == (byte) 0x8B;
    String name = gzipped ? "text.gz" : "text";
    folder.clear();
    folder.put(name, input);
    TextPlan plan =
        TextPlan.of(TextInputs.find(folder.files(), List.of(folder.path(name)), kind), SHARD_BYTES);
    ReadingOptions options = new ReadingOptions("text", input.length % 2 == 0);
    for (TextTask task : plan.tasks()) {
      try (TextReader reader = new TextReader(folder.files(), plan, options, task)) {
        boolean more = true;
        while (more) {
          more = reader.next(SINK);
        }
      }
    }
  }

  @Override
  public void close() {
    folder.close();
  }
}
