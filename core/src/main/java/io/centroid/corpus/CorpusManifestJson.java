package io.centroid.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@link CorpusManifest} as JSON. Reading is strict: a missing key, a value of another type, a name
 * that leaves the folder or a sum that does not hold is an {@link InputException} that names file
 * and key.
 */
final class CorpusManifestJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String FORMAT = "centroid-corpus";
  private static final Pattern PART = Pattern.compile("(train|validation)-[0-9]{5,9}\\.bin");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** 2^60: sums of two stay far from an overflow, whatever the file says. */
  private static final long MOST_TOKENS = 1L << 60;

  private CorpusManifestJson() {}

  static byte[] write(CorpusManifest manifest) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format", FORMAT).put("version", CorpusManifest.VERSION);
    TokenizerInfo info = manifest.tokenizer();
    ObjectNode tokenizer = root.putObject("tokenizer");
    tokenizer.put("kind", info.kind()).put("vocabulary", info.vocabulary());
    tokenizer.put("sha256", info.sha256());
    ObjectNode files = tokenizer.putObject("files");
    info.files().forEach(files::put);
    root.put("idBytes", manifest.width().bytes());
    root.put("tokens", manifest.tokens());
    ObjectNode splits = root.putObject("splits");
    write(splits.putObject(Staging.TRAIN), manifest.training());
    write(splits.putObject(Staging.VALIDATION), manifest.validation());
    CorpusCounts counted = manifest.counts();
    root.putObject("counts")
        .put("documents", counted.documents())
        .put("bytes", counted.bytes())
        .put("duplicates", counted.duplicates())
        .put("replaced", counted.replaced());
    root.put("sha256", manifest.sha256());
    ObjectNode options = root.putObject("options");
    manifest.options().forEach(options::put);
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(ObjectNode node, CorpusSplit split) {
    node.put("tokens", split.tokens());
    ArrayNode parts = node.putArray("parts");
    for (CorpusPart part : split.parts()) {
      parts
          .addObject()
          .put("name", part.name())
          .put("tokens", part.tokens())
          .put("sha256", part.sha256());
    }
  }

  /**
   * Reads a manifest.
   *
   * @param file its path, for messages
   */
  static CorpusManifest read(String file, byte[] json) {
    JsonFields root = JsonFields.parseShallow(file, json);
    require(root, "format", FORMAT);
    require(root, "version", CorpusManifest.VERSION);
    JsonFields tokenizer = root.fields("tokenizer");
    TokenizerInfo info =
        new TokenizerInfo(
            tokenizer.text("kind"),
            (int) tokenizer.integer("vocabulary", 1, Integer.MAX_VALUE),
            new TreeMap<>(tokenizer.map("files", CorpusManifestJson::tokenizerFile)));
    require(tokenizer, "sha256", info.sha256());
    IdWidth width = IdWidth.of(info.vocabulary());
    require(root, "idBytes", width.bytes());
    JsonFields splits = root.fields("splits");
    JsonFields counts = root.fields("counts");
    CorpusManifest manifest =
        new CorpusManifest(
            info,
            width,
            split(Staging.TRAIN, splits),
            split(Staging.VALIDATION, splits),
            new CorpusCounts(
                counts.integer("documents", 0, Long.MAX_VALUE),
                counts.integer("bytes", 0, Long.MAX_VALUE),
                counts.integer("duplicates", 0, Long.MAX_VALUE),
                counts.integer("replaced", 0, Long.MAX_VALUE)),
            root.map("options", JsonFields::text));
    require(root, "tokens", manifest.tokens());
    require(root, "sha256", manifest.sha256());
    return manifest;
  }

  private static CorpusSplit split(String name, JsonFields splits) {
    JsonFields split = splits.fields(name);
    List<CorpusPart> parts = new ArrayList<>();
    long tokens = 0;
    for (JsonFields part : split.list("parts")) {
      String partName = part.text("name", PART);
      if (!partName.startsWith(name)) {
        throw part.refusal("name", "a part of " + name);
      }
      long count = part.integer("tokens", 1, MOST_TOKENS - tokens);
      tokens += count;
      parts.add(new CorpusPart(partName, count, part.text("sha256", SHA256)));
    }
    require(split, "tokens", tokens);
    return new CorpusSplit(parts);
  }

  private static String tokenizerFile(JsonFields files, String name) {
    if (!FILE.matcher(name).matches() || name.equals(CorpusManifest.FILE)) {
      throw Rejection.of(files.file(), "key tokenizer.files", "names of files", "another");
    }
    return files.text(name, SHA256);
  }

  private static void require(JsonFields fields, String key, String expected) {
    if (!fields.text(key).equals(expected)) {
      throw fields.refusal(key, expected);
    }
  }

  private static void require(JsonFields fields, String key, long expected) {
    if (fields.integer(key) != expected) {
      throw fields.refusal(key, Long.toString(expected));
    }
  }
}
