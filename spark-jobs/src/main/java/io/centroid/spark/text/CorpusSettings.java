package io.centroid.spark.text;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.tokenizing.PartResult;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.io.Sha256;
import io.centroid.leak.Canaries;
import io.centroid.run.data.DataProvenance;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a corpus job.
 *
 * @param inputs input files, folders and glob patterns
 * @param out output folder
 * @param overwrite true replaces an existing corpus
 * @param tokenizer source of the tokenizer
 * @param specialTokens what becomes of special tokens in the text
 * @param documents unit of a document; null selects it by name and content of each file
 * @param reading options of reading text
 * @param validation split of the validation set
 * @param dropDuplicates true drops duplicates of earlier documents
 * @param shardBytes input bytes per task
 * @param policy SHA-256 of the policy of the edits of {@code reading}; empty without
 * @param ofInputs entries of the manifest about the inputs
 * @param canaries canaries to plant in the training text; null without
 */
public record CorpusSettings(
    List<String> inputs,
    String out,
    boolean overwrite,
    TokenizerChoice tokenizer,
    SpecialTokenRule specialTokens,
    @Nullable DocumentKind documents,
    ReadingOptions reading,
    ValidationRule validation,
    boolean dropDuplicates,
    long shardBytes,
    String policy,
    Map<String, String> ofInputs,
    @Nullable Canaries canaries) {
  public CorpusSettings {
    inputs = List.copyOf(inputs);
  }

  /** The same settings, with entries of the manifest about the inputs. */
  public CorpusSettings of(Map<String, String> entries) {
    return new CorpusSettings(
        inputs,
        out,
        overwrite,
        tokenizer,
        specialTokens,
        documents,
        reading,
        validation,
        dropDuplicates,
        shardBytes,
        policy,
        entries,
        canaries);
  }

  /**
   * Settings that determine the content of the corpus, for its manifest; no paths. With a policy of
   * redaction also its hash, and the number of findings by kind.
   */
  Map<String, String> described(List<PartResult> results) {
    Map<String, String> options = new TreeMap<>();
    options.put("tokenizer", tokenizer.kind());
    options.put("special-tokens", lower(specialTokens));
    options.put("documents", documents == null ? "by content" : lower(documents));
    options.put("json-field", reading.jsonField());
    options.put("encoding", reading.encoding());
    options.put("replace-bad", String.valueOf(reading.replaceBad()));
    options.put("validation-split", String.valueOf(validation.share()));
    options.put("split", lower(validation.kind()));
    options.put("seed", String.valueOf(validation.seed()));
    options.put("drop-duplicates", String.valueOf(dropDuplicates));
    options.put("shard-size", String.valueOf(shardBytes));
    options.putAll(ofInputs);
    if (!policy.isEmpty()) {
      options.put(DataProvenance.POLICY, policy);
      Map<String, Long> counts = new TreeMap<>();
      results.forEach(part -> part.edited().forEach((kind, n) -> counts.merge(kind, n, Long::sum)));
      counts.forEach((kind, n) -> options.put(DataProvenance.REDACTED + kind, String.valueOf(n)));
    }
    if (canaries != null) {
      options.put("canaries", String.valueOf(canaries.planted()));
      options.put(Canaries.HASH, Sha256.of(canaries.toJson()));
    }
    return options;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
