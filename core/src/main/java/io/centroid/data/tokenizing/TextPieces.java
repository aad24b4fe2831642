package io.centroid.data.tokenizing;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.TextReader;
import io.centroid.error.InputException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A lazy iterator over the text of a task's documents in pieces of at most 4 MiB. Damaged text ends
 * the iteration and is reported to a callback, since an exception would make Spark retry the task.
 */
public final class TextPieces implements Iterator<String> {
  private final TextReader reader;
  private final KeptDocuments kept;
  private final Consumer<InputException> damage;
  private final Queue<String> pieces = new ArrayDeque<>();
  private boolean ended;

  public TextPieces(TextReader reader, KeptDocuments kept, Consumer<InputException> damage) {
    this.reader = reader;
    this.kept = kept;
    this.damage = damage;
  }

  @Override
  public boolean hasNext() {
    while (pieces.isEmpty() && !ended) {
      ended = !more();
    }
    return !pieces.isEmpty();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return pieces.remove();
  }

  private boolean more() {
    try {
      if (reader.next(new Collecting())) {
        return true;
      }
    } catch (InputException e) {
      damage.accept(e);
    }
    reader.close();
    return false;
  }

  private final class Collecting implements DocumentSink {
    @Override
    public boolean begin(DocumentPosition place, boolean head) {
      return kept.keeps(place);
    }

    @Override
    public void piece(String text, long offset) {
      pieces.add(text);
    }

    @Override
    public void end(boolean complete) {
      // Document boundaries do not matter here.
    }
  }
}
