package io.centroid.data.tokenizing;

import io.centroid.data.corpus.IdWidth;
import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.TextReader;
import io.centroid.error.InputException;
import io.centroid.text.Tokenizer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Tokenizes the documents of one task and writes their token ids. Each document ends with the
 * end-of-text token if the tokenizer has one, except in a corpus of one document; one that ends
 * with a recognized end-of-text token gets no second one.
 */
final class Encoder implements DocumentSink, Closeable {
  private final Tokenizer tokenizer;
  private final OptionalInt endOfText;
  private final boolean special;
  private final TreeMap<Integer, Long> added = new TreeMap<>();
  private final ValidationRule rule;
  private final TextReader reader;
  private final KeptDocuments kept;
  private final BooleanSupplier canceled;
  private final StagedPart training;
  private final StagedPart validation;
  private final int task;
  private StagedPart current;
  private boolean head;
  private boolean written;
  private int last = -1;
  private long documents;
  private long duplicates;
  private long bytes;

  Encoder(
      Encoding encoding,
      TextReader reader,
      int task,
      String attempt,
      KeptDocuments kept,
      BooleanSupplier canceled) {
    IdWidth width = IdWidth.of(encoding.tokenizer().vocabularySize());
    this.tokenizer = encoding.tokenizer();
    this.endOfText =
        encoding.text().plan().isOneDocument() ? OptionalInt.empty() : tokenizer.endOfText();
    this.special = encoding.specialTokens() == SpecialTokenRule.RECOGNIZE;
    this.rule = encoding.rule();
    this.reader = reader;
    this.task = task;
    this.kept = kept;
    this.canceled = canceled;
    this.training =
        new StagedPart(encoding.staging(), Staging.partName(Staging.TRAIN, task), attempt, width);
    this.validation =
        new StagedPart(
            encoding.staging(), Staging.partName(Staging.VALIDATION, task), attempt, width);
    this.current = training;
  }

  @Override
  public boolean begin(DocumentPosition place, boolean isHead) {
    if (!kept.keeps(place)) {
      duplicates += isHead ? 1 : 0;
      return false;
    }
    head = isHead;
    written = false;
    last = -1;
    current = rule.holdsOut(place) ? validation : training;
    return true;
  }

  @Override
  public void piece(String text, long offset) {
    if (canceled.getAsBoolean()) {
      throw new IllegalStateException("canceled");
    }
    write(ids(text, offset));
    bytes += utf8Bytes(text);
    documents += head && !written ? 1 : 0;
    written = true;
  }

  @Override
  public void end(boolean complete) {
    if (complete && written && endOfText.isPresent() && last != endOfText.getAsInt()) {
      write(new int[] {endOfText.getAsInt()});
    }
  }

  PartResult finish() throws IOException {
    return new PartResult(
        task,
        training.finish(),
        validation.finish(),
        documents,
        duplicates,
        reader.replaced(),
        added,
        bytes,
        reader.edited());
  }

  @Override
  public void close() throws IOException {
    try {
      training.close();
    } finally {
      validation.close();
    }
  }

  private int[] ids(String text, long offset) {
    try {
      tokenizer.added().count(text, added);
      return tokenizer.encodePiece(text, special, written || !head);
    } catch (InputException e) {
      throw new InputException(
          reader.path() + ": text at byte " + offset + ": " + e.getMessage(), e);
    }
  }

  private void write(int[] ids) {
    try {
      last = ids.length > 0 ? ids[ids.length - 1] : last;
      current.write(ids);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long utf8Bytes(String text) {
    long count = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate pair is two chars and four bytes.
      count += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return count;
  }
}
