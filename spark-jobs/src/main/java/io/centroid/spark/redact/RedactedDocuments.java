package io.centroid.spark.redact;

import io.centroid.data.documents.DocumentEdits;
import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.io.JsonLine;
import io.centroid.redact.detect.Detection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Redacts the documents of one file and writes them, with the lines' ends. Not thread-safe. */
final class RedactedDocuments implements DocumentSink {
  private final String path;
  private final String name;
  private final boolean json;
  private final PolicyEdits edits;
  private final Sampler sampler;
  private final BooleanSupplier canceled;
  private final Consumer<String> output;
  private final Map<String, Long> counts = new TreeMap<>();
  private final StringBuilder document = new StringBuilder();
  private long at;
  private boolean isDropped;
  private long documents;
  private long dropped;

  /**
   * @param path path of the file for messages
   * @param name path in the output
   * @param json whether each document is a JSON object, whose values are redacted
   * @param canceled polled before each document; true aborts with an exception
   * @param output receives the text of the output in order
   */
  RedactedDocuments(
      String path,
      String name,
      boolean json,
      PolicyEdits edits,
      Sampler sampler,
      BooleanSupplier canceled,
      Consumer<String> output) {
    this.path = path;
    this.name = name;
    this.json = json;
    this.edits = edits;
    this.sampler = sampler;
    this.canceled = canceled;
    this.output = output;
  }

  @Override
  public boolean begin(DocumentPosition place, boolean head) {
    if (canceled.getAsBoolean()) {
      throw new IllegalStateException("canceled");
    }
    document.setLength(0);
    at = place.offset();
    return true;
  }

  @Override
  public void piece(String text, long offset) {
    DocumentEdits.append(document, text, path, at);
  }

  @Override
  public void end(boolean complete) {
    String before = document.toString();
    Optional<String> after = json ? object(before) : edits.edit(before, counts);
    document.setLength(0);
    documents++;
    isDropped = after.isEmpty();
    dropped += isDropped ? 1 : 0;
    after.ifPresent(output);
    sampler.offer(name, at, before, after.orElse(null));
  }

  @Override
  public void lineEnd(String lineEnd) {
    if (!isDropped) {
      output.accept(lineEnd);
    }
    isDropped = false;
  }

  /** Whether a document was dropped. */
  boolean hasDropped() {
    return dropped > 0;
  }

  /**
   * What was done.
   *
   * @param replaced number of damaged characters that were replaced
   */
  Outcome outcome(long replaced) {
    return new Outcome(documents, dropped, replaced, counts);
  }

  /** Each string is redacted, and each whole number, such as that of a card. */
  private Optional<String> object(String line) {
    boolean[] drop = {false};
    String redacted =
        JsonLine.replaceValues(
            path + ": the line at byte " + at,
            line,
            Detection::isSecretField,
            (name, secret, text) -> {
              Optional<String> edited = edits.edit(name, secret, text, counts);
              drop[0] |= edited.isEmpty();
              return edited.orElse("");
            });
    return drop[0] ? Optional.empty() : Optional.of(redacted);
  }
}
