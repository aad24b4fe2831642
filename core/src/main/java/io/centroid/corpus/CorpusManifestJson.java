package io.centroid.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * {@link CorpusManifest} as JSON. Reading is strict: a missing key, a value of another type, a name
 * that leaves the folder or a sum that does not hold is an {@link InputException} that names file
 * and key.
 */
final class CorpusManifestJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Symbol tables fail on names crafted to collide.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(20).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final String FORMAT = "centroid-corpus";
  private static final Pattern PART = Pattern.compile("(train|validation)-[0-9]{5,9}\\.bin");
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int LONGEST_QUOTE = 80;

  /** 2^60: sums of two stay far from an overflow, whatever the file says. */
  private static final long MOST_TOKENS = 1L << 60;

  private final String file;

  private CorpusManifestJson(String file) {
    this.file = file;
  }

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
    try {
      return new CorpusManifestJson(file).manifest(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new InputException(
          file
              + ": line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + ": expected the JSON of a corpus's manifest, found damage");
    } catch (IOException e) {
      throw new InputException(file + ": expected JSON in UTF-8", e);
    }
  }

  private CorpusManifest manifest(JsonNode root) {
    if (!FORMAT.equals(root.path("format").asText())) {
      throw fault("format", FORMAT, root.path("format"));
    }
    require("version", String.valueOf(CorpusManifest.VERSION), root.path("version"));
    JsonNode tokenizer = root.path("tokenizer");
    TokenizerInfo info =
        new TokenizerInfo(
            text(tokenizer, "tokenizer.", "kind"),
            (int) number(tokenizer, "tokenizer.", "vocabulary", 1, Integer.MAX_VALUE),
            files(tokenizer.path("files")));
    require("tokenizer.sha256", info.sha256(), tokenizer.path("sha256"));
    IdWidth width = IdWidth.of(info.vocabulary());
    require("idBytes", String.valueOf(width.bytes()), root.path("idBytes"));
    JsonNode splits = root.path("splits");
    JsonNode counts = root.path("counts");
    CorpusManifest manifest =
        new CorpusManifest(
            info,
            width,
            split(Staging.TRAIN, splits.path(Staging.TRAIN)),
            split(Staging.VALIDATION, splits.path(Staging.VALIDATION)),
            new CorpusCounts(
                number(counts, "counts.", "documents", 0, Long.MAX_VALUE),
                number(counts, "counts.", "bytes", 0, Long.MAX_VALUE),
                number(counts, "counts.", "duplicates", 0, Long.MAX_VALUE),
                number(counts, "counts.", "replaced", 0, Long.MAX_VALUE)),
            options(root.path("options")));
    require("tokens", String.valueOf(manifest.tokens()), root.path("tokens"));
    require("sha256", manifest.sha256(), root.path("sha256"));
    return manifest;
  }

  private CorpusSplit split(String name, JsonNode node) {
    String at = "splits." + name + ".";
    if (!node.path("parts").isArray()) {
      throw fault(at + "parts", "an array", node.path("parts"));
    }
    List<CorpusPart> parts = new ArrayList<>();
    long tokens = 0;
    for (JsonNode part : node.path("parts")) {
      String here = at + "parts[" + parts.size() + "].";
      String partName = matching(part, here, "name", PART);
      if (!partName.startsWith(name)) {
        throw fault(here + "name", "a part of " + name, part.path("name"));
      }
      long count = number(part, here, "tokens", 1, MOST_TOKENS - tokens);
      tokens += count;
      parts.add(new CorpusPart(partName, count, matching(part, here, "sha256", SHA256)));
    }
    require(at + "tokens", String.valueOf(tokens), node.path("tokens"));
    return new CorpusSplit(parts);
  }

  private SortedMap<String, String> files(JsonNode node) {
    SortedMap<String, String> files = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!FILE.matcher(entry.getKey()).matches() || entry.getKey().equals(CorpusManifest.FILE)) {
        throw new InputException(
            file + ": key tokenizer.files: expected names of files, found another");
      }
      files.put(entry.getKey(), matching(node, "tokenizer.files.", entry.getKey(), SHA256));
    }
    return files;
  }

  private Map<String, String> options(JsonNode node) {
    Map<String, String> options = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      options.put(entry.getKey(), text(node, "options.", entry.getKey()));
    }
    return options;
  }

  private String text(JsonNode node, String at, String key) {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw fault(at + key, "a string", value);
    }
    return value.textValue();
  }

  private String matching(JsonNode node, String at, String key, Pattern pattern) {
    String text = text(node, at, key);
    if (!pattern.matcher(text).matches()) {
      throw fault(at + key, pattern.pattern(), node.path(key));
    }
    return text;
  }

  private long number(JsonNode node, String at, String key, long least, long most) {
    JsonNode value = node.path(key);
    boolean whole = value.isIntegralNumber() && value.canConvertToLong();
    if (!whole || value.longValue() < least || value.longValue() > most) {
      throw fault(at + key, "a whole number from " + least + " to " + most, value);
    }
    return value.longValue();
  }

  private void require(String key, String expected, JsonNode found) {
    if (!found.isValueNode() || !found.asText().equals(expected)) {
      throw fault(key, expected, found);
    }
  }

  private InputException fault(String key, String expected, JsonNode found) {
    String text = found.isMissingNode() ? "nothing" : found.toString();
    String shown = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
    return new InputException(
        file + ": key " + key + ": expected " + expected + ", found " + shown);
  }
}
