package io.centroid.spark.redact;

import io.centroid.data.documents.DocumentEdits;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.redact.Policy;
import io.centroid.redact.Redacted;
import io.centroid.redact.Redactor;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The edits of documents that a policy of redaction makes. */
public final class PolicyEdits implements DocumentEdits {
  private static final long serialVersionUID = 1L;

  private final Policy policy;
  private final byte[] key;
  private transient volatile @Nullable Redactor redactor;

  /**
   * @param key key of pseudonyms; of length 0 if the policy needs none
   */
  PolicyEdits(Policy policy, byte[] key) {
    this.policy = policy;
    this.key = key.clone();
  }

  @Override
  public Optional<String> edit(String document, Map<String, Long> counts) {
    return edited(() -> redactor().redact(document), counts);
  }

  /**
   * As the other method, for the value of a JSON object by its name, and whether it is a secret.
   */
  Optional<String> edit(String name, boolean secret, String value, Map<String, Long> counts) {
    return edited(() -> redactor().redact(name, secret, value), counts);
  }

  /** As the other method, for the cell of a table by the name of its column. */
  Optional<String> edit(String name, String value, Map<String, Long> counts) {
    return edited(() -> redactor().redact(name, value), counts);
  }

  private static Optional<String> edited(Supplier<Redacted> work, Map<String, Long> counts) {
    Redacted redacted = withoutText(work);
    redacted
        .counts()
        .forEach((kind, count) -> counts.merge(Json.spelling(kind), (long) count, Long::sum));
    return redacted.text();
  }

  /**
   * Does the work. The message of an unexpected exception may quote the document, so it is replaced
   * by the exception's name; the stack trace stays.
   */
  static <T> T withoutText(Supplier<T> work) {
    try {
      return work.get();
    } catch (InputException e) {
      throw e; // About the policy's model.
    } catch (RuntimeException e) {
      IllegalStateException failure =
          new IllegalStateException("redaction failed: " + e.getClass().getName());
      failure.setStackTrace(e.getStackTrace());
      throw failure;
    }
  }

  /** Created once per executor, whose threads share it without a lock for each document. */
  private Redactor redactor() {
    Redactor created = redactor;
    if (created == null) {
      synchronized (this) {
        created = redactor;
        if (created == null) {
          created = Redactor.of(policy, key);
          redactor = created;
        }
      }
    }
    return created;
  }
}
