package io.centroid.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.text.bpe.Merges;
import io.centroid.text.bpe.Merges.Merge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hugging Face's {@code tokenizer.json}: the settings as a tree, with separate vocabulary and
 * merges. Every setting that would change ids is either supported or rejected.
 *
 * @param file file name for messages
 * @param settings all keys except {@code model.vocab} and {@code model.merges}
 * @param vocabulary token ids by name
 * @param merges merges in order
 */
public record TokenizerJson(
    String file, Setting settings, Map<String, Integer> vocabulary, Merges merges) {
  private static final Set<String> KEYS =
      Set.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model");

  /** The supported kinds of model. */
  enum Model {
    BPE,
    WORD_LEVEL
  }

  public static TokenizerJson read(StoredFiles files) {
    String file = files.path(TokenizerFiles.TOKENIZER);
    byte[] bytes = files.get(TokenizerFiles.TOKENIZER);
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List<Merge> merges = new ArrayList<>();
    StrictJson.read(
        file,
        bytes,
        (json, key) -> {
          if (!KEYS.contains(key)) {
            throw InputErrors.of(file, "unknown key " + InputErrors.quote(key));
          }
          if (!key.equals("model")) {
            settings.set(key, json.tree());
            return;
          }
          settings.set("model", model);
          json.object("model", (fields, name) -> model(fields, name, model, vocabulary, merges));
        });
    return new TokenizerJson(
        file,
        new Setting(file, "", settings),
        vocabulary,
        new Merges(file, "model.merges[%d]", merges));
  }

  private static void model(
      StrictJson json,
      String key,
      ObjectNode model,
      Map<String, Integer> vocabulary,
      List<Merge> merges)
      throws IOException {
    switch (key) {
      case "vocab" -> {
        vocabulary.putAll(json.ids("model.vocab"));
        model.put("vocab", vocabulary.size());
      }
      case "merges" -> {
        json.array("model.merges", index -> merges.add(merge(json, index)));
        model.put("merges", merges.size());
      }
      default -> model.set(key, json.tree());
    }
  }

  private static Merge merge(StrictJson json, int index) throws IOException {
    String what = "model.merges[" + index + "]";
    List<String> parts = new ArrayList<>();
    if (json.isText()) {
      parts.addAll(List.of(json.text(what).split(" ", -1)));
    } else {
      json.array(what, part -> parts.add(json.text(what)));
    }
    if (parts.size() != 2) {
      throw json.error(what, "two parts");
    }
    return new Merge(parts.get(0), parts.get(1), index);
  }

  /** Checks the whole pipeline and returns the kind of model. */
  public Model model() {
    // Truncation and padding are left over from the last call, and transformers resets them.
    settings.at("normalizer").steps("normalizers").forEach(Setting::requireAbsent);
    Setting model = settings.at("model");
    // Files from before 2020 have no type; only BPE has merges.
    String type =
        model.at("type").absent() && !model.at("merges").absent() ? "BPE" : model.at("type").text();
    if (model.at("vocab").absent()) {
      throw model.at("vocab").error("an object of ids");
    }
    switch (type) {
      case "BPE" -> {
        checkBpe(model);
        return Model.BPE;
      }
      case "WordLevel" -> {
        checkCharacters();
        return Model.WORD_LEVEL;
      }
      default -> throw model.at("type").error("BPE or WordLevel");
    }
  }

  private void checkBpe(Setting model) {
    if (model.at("merges").absent()) {
      throw model.at("merges").error("an array");
    }
    Setting dropout = model.at("dropout");
    if (!dropout.absent() && dropout.value().asDouble(1) != 0) {
      throw dropout.error("null");
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.at(affix).absent() && !model.at(affix).text().isEmpty()) {
        throw model.at(affix).error("null");
      }
    }
    model.at("byte_fallback").requireFalse();
    model.at("ignore_merges").requireFalse();
    Setting split = preTokenizer();
    split.requireType("ByteLevel");
    if (split.at("add_prefix_space").absent()) {
      throw split.at("add_prefix_space").error("true or false");
    }
    if (!split.at("use_regex").truth(true)) {
      throw split.at("use_regex").error("true");
    }
    requireNoTokens();
    settings.at("decoder").requireType("ByteLevel");
  }

  /** The pre-tokenizer, also if it is the only one of a sequence. */
  public Setting preTokenizer() {
    List<Setting> steps = settings.at("pre_tokenizer").steps("pretokenizers");
    return steps.size() == 1 ? steps.get(0) : settings.at("pre_tokenizer");
  }

  /** Checks that the post-processor adds no tokens to a text. */
  private void requireNoTokens() {
    for (Setting step : settings.at("post_processor").steps("processors")) {
      String type = step.at("type").value().asText();
      if (type.equals("TemplateProcessing")) {
        Setting single = step.at("single");
        JsonNode text = single.value().path(0).path("Sequence").path("id");
        if (single.value().size() != 1 || !text.asText().equals("A")) {
          throw single.error("the text alone, $A", InputErrors.shorten(single.value().toString()));
        }
      } else if (!step.absent() && !type.equals("ByteLevel")) {
        throw step.error("type ByteLevel or TemplateProcessing");
      }
    }
  }

  private void checkCharacters() {
    requireNoTokens();
    Setting split = settings.at("pre_tokenizer");
    split.requireType("Split");
    split.at("invert").requireFalse();
    if (!split.at("pattern").at("Regex").value().asText().equals(CharacterTokenizer.PATTERN)) {
      throw split.at("pattern").error("the Regex " + CharacterTokenizer.PATTERN);
    }
    if (!split.at("behavior").text().equals("Isolated")) {
      throw split.at("behavior").error("Isolated");
    }
    settings.at("decoder").requireType("Fuse");
  }

  /** The added tokens of the file. */
  public List<AddedToken> addedTokens() {
    Setting list = settings.at("added_tokens");
    List<AddedToken> tokens = new ArrayList<>();
    if (list.absent()) {
      return tokens;
    }
    if (!list.value().isArray()) {
      throw list.error("an array");
    }
    for (int i = 0; i < list.value().size(); i++) {
      Setting token = new Setting(file, "added_tokens[" + i + "]", list.value().get(i));
      tokens.add(addedToken(token, token.at("id").id(), false));
    }
    return tokens;
  }

  /**
   * Reads one added token.
   *
   * @param isSpecial true if it is special whether the file says so or not
   */
  static AddedToken addedToken(Setting token, int id, boolean isSpecial) {
    String content = token.at("content").text();
    if (content.isEmpty()) {
      throw token.at("content").error("a non-empty text");
    }
    boolean special = token.at("special").truth(isSpecial) || isSpecial;
    return new AddedToken(
        id,
        content,
        special,
        token.at("normalized").truth(!special),
        token.at("single_word").truth(false),
        token.at("lstrip").truth(false),
        token.at("rstrip").truth(false));
  }
}
