package io.centroid.data.tokenizing;

import io.centroid.InputException;
import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.KeptDocuments;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextReader;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/**
 * Makes a task's text into parts, one for each split that it has text of. Every attempt of a task
 * writes under names of its own and renames at its end, so attempts may run at once: their content
 * is the same. Memory does not depend on the size of documents. Travels to executors.
 *
 * @param staging the folder that becomes the corpus
 */
public record Encoding(Text text, Tokenizer tokenizer, ValidationRule rule, Staging staging)
    implements Serializable {

  /**
   * Encodes the text of one task.
   *
   * @param attempt tells this attempt from all others of the task
   * @param cancelled asked between pieces; true ends the attempt with an exception
   * @throws InputException if the text is damaged or has what the tokenizer does not know
   */
  public PartResult encode(
      int task, String attempt, KeptDocuments kept, BooleanSupplier cancelled) {
    try (TextReader reader = text.reader(task);
        Encoder encoder = new Encoder(this, reader, task, attempt, kept, cancelled)) {
      boolean more = true;
      while (more) {
        more = reader.next(encoder);
      }
      return encoder.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(staging.folder() + ": " + e.getMessage(), e);
    }
  }
}
