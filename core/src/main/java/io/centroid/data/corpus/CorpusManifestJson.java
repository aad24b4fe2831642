package io.centroid.data.corpus;

import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The JSON form of {@link CorpusManifest}. Parsing is strict: a missing key, a value of another
 * type, a name outside the folder or a wrong sum is an {@link io.centroid.error.InputException}
 * that names file and key.
 */
public record CorpusManifestJson(
    String format,
    int version,
    TokenizerForm tokenizer,
    int idBytes,
    long tokens,
    Splits splits,
    CorpusCounts counts,
    String sha256,
    Map<String, String> options) {
  private static final String FORMAT = "centroid-corpus";
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  /** 2^60: the sum of two does not overflow. */
  private static final long MOST_TOKENS = 1L << 60;

  public CorpusManifestJson {
    Json.require(format.equals(FORMAT), "format", FORMAT);
    require("version", version, CorpusManifest.VERSION);
    require("idBytes", idBytes, IdWidth.of(tokenizer.vocabulary).bytes());
  }

  record TokenizerForm(String kind, int vocabulary, String sha256, Map<String, String> files) {
    TokenizerForm {
      Json.require(vocabulary >= 1, "vocabulary", "1 or more");
      files.forEach(
          (name, hash) -> {
            Json.require(
                FILE.matcher(name).matches() && !name.equals(CorpusManifest.FILE),
                "files",
                "names of files");
            Json.requireEntry(Json.isSha256(hash), "files", name, "64 lower-case hex digits");
          });
      String all = new TokenizerInfo(kind, vocabulary, new TreeMap<>(files)).sha256();
      Json.require(sha256.equals(all), "sha256", all);
    }
  }

  record Splits(Split train, Split validation) {}

  record Split(long tokens, List<CorpusShard> parts) {
    Split {
      long sum = 0;
      for (CorpusShard part : parts) {
        Json.require(
            part.tokens() >= 1 && part.tokens() <= MOST_TOKENS - sum,
            "parts",
            "from 1 to " + MOST_TOKENS + " tokens");
        sum += part.tokens();
      }
      require("tokens", tokens, sum);
    }

    static Split of(CorpusSplit split) {
      return new Split(split.tokens(), split.parts());
    }

    /** Rejects shards of the other split. */
    CorpusSplit of(String file, String name) {
      for (int i = 0; i < parts.size(); i++) {
        if (!parts.get(i).name().startsWith(name)) {
          throw InputErrors.of(
              file,
              "key splits." + name + ".parts[" + i + "].name",
              "a part of " + name,
              InputErrors.quote(parts.get(i).name()));
        }
      }
      return new CorpusSplit(parts);
    }
  }

  public static byte[] write(CorpusManifest manifest) {
    TokenizerInfo info = manifest.tokenizer();
    return Json.write(
        new CorpusManifestJson(
            FORMAT,
            CorpusManifest.VERSION,
            new TokenizerForm(info.kind(), info.vocabulary(), info.sha256(), info.files()),
            manifest.width().bytes(),
            manifest.tokens(),
            new Splits(Split.of(manifest.training()), Split.of(manifest.validation())),
            manifest.counts(),
            manifest.sha256(),
            manifest.options()));
  }

  /**
   * Parses a manifest.
   *
   * @param file path for messages
   * @param json content of the file
   */
  static CorpusManifest read(String file, byte[] json) {
    CorpusManifestJson form = Json.read(file, json, CorpusManifestJson.class);
    TokenizerForm tokenizer = form.tokenizer;
    CorpusManifest manifest =
        new CorpusManifest(
            new TokenizerInfo(tokenizer.kind, tokenizer.vocabulary, new TreeMap<>(tokenizer.files)),
            IdWidth.of(tokenizer.vocabulary),
            form.splits.train.of(file, Staging.TRAIN),
            form.splits.validation.of(file, Staging.VALIDATION),
            form.counts,
            form.options);
    if (form.tokens != manifest.tokens()) {
      throw InputErrors.of(
          file, "key tokens", String.valueOf(manifest.tokens()), String.valueOf(form.tokens));
    }
    if (!form.sha256.equals(manifest.sha256())) {
      throw InputErrors.of(file, "key sha256", manifest.sha256(), InputErrors.quote(form.sha256));
    }
    return manifest;
  }

  private static void require(String key, long found, long expected) {
    Json.require(found == expected, key, String.valueOf(expected));
  }
}
