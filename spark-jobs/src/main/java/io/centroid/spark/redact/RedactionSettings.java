package io.centroid.spark.redact;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a redaction.
 *
 * @param inputs input files, folders and glob patterns
 * @param out output folder
 * @param overwrite true replaces an existing redacted corpus
 * @param documents unit of a document; null selects it by name and content of each file
 * @param reading options of reading text, without a JSON field: all of an object is redacted
 * @param shardBytes input bytes per task
 * @param sample size and key of the review sample; empty for none
 */
public record RedactionSettings(
    List<String> inputs,
    String out,
    boolean overwrite,
    @Nullable DocumentKind documents,
    ReadingOptions reading,
    long shardBytes,
    Optional<SampleSettings> sample) {

  public RedactionSettings {
    inputs = List.copyOf(inputs);
  }
}
