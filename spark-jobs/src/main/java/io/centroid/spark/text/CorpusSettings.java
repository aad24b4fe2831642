package io.centroid.spark.text;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.data.tokenizing.ValidationRule;
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
    long shardBytes) {

  public CorpusSettings {
    inputs = List.copyOf(inputs);
  }

  /** Settings that determine the content of the corpus, for its manifest; no paths. */
  Map<String, String> described() {
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
    return options;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
