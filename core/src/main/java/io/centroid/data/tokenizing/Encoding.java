package io.centroid.data.tokenizing;

import io.centroid.data.corpus.Staging;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextReader;
import io.centroid.error.InputException;
import io.centroid.text.AddedToken;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Tokenization of a task's text into shards, one per split. Each task attempt writes files with
 * unique names and renames them at the end, so concurrent attempts are safe. Memory does not depend
 * on document size. Serializable for executors.
 *
 * @param text text of the corpus
 * @param tokenizer tokenizer of the corpus
 * @param specialTokens what becomes of special tokens in the text
 * @param rule choice of the validation text
 * @param staging staging folder of the corpus
 */
public record Encoding(
    Text text,
    Tokenizer tokenizer,
    SpecialTokenRule specialTokens,
    ValidationRule rule,
    Staging staging)
    implements Serializable {

  public Encoding {
    List<String> added = tokenizer.added().tokens().stream().map(AddedToken::content).toList();
    if (specialTokens == SpecialTokenRule.RECOGNIZE && added.isEmpty()) {
      throw new InputException(
          "--special-tokens recognize: expected a tokenizer with special tokens, found none");
    }
    text = new Text(text.files(), text.plan(), text.options().keepingWhole(added));
  }

  /**
   * Tokenizes the text of one task.
   *
   * @param task number of the task
   * @param attempt unique name of the attempt
   * @param kept documents to keep
   * @param canceled polled between pieces; true aborts the attempt with an exception
   * @throws InputException if the text is damaged or the tokenizer cannot encode it
   */
  public PartResult encode(int task, String attempt, KeptDocuments kept, BooleanSupplier canceled) {
    try (TextReader reader = text.reader(task);
        Encoder encoder = new Encoder(this, reader, task, attempt, kept, canceled)) {
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
