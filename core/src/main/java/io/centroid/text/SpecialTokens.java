package io.centroid.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The added and special tokens of a tokenizer, from {@code tokenizer_config.json}, {@code
 * special_tokens_map.json} and {@code added_tokens.json}. These files and {@code tokenizer.json}
 * must agree.
 */
public final class SpecialTokens {
  public static final String END_OF_TEXT = "<|endoftext|>";

  private static final List<String> ROLES =
      List.of(
          "eos_token",
          "bos_token",
          "unk_token",
          "pad_token",
          "sep_token",
          "cls_token",
          "mask_token");
  private static final String OWN_CLASS = "GPT2Tokenizer";
  // Every position of a text is matched against each added token.
  private static final int MOST_ADDED = 10_000;

  /** Lists of other special tokens by transformers 4 and 5. */
  private static final List<String> MORE =
      List.of("additional_special_tokens", "extra_special_tokens");

  private final Map<String, Integer> vocabulary;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, AddedToken> added = new LinkedHashMap<>();
  private final Setting config;
  private final Setting map;

  /**
   * Reads and checks the special tokens.
   *
   * @param files files of the tokenizer
   * @param listedIn file that lists the added tokens
   * @param listed added tokens of {@code tokenizer.json}
   * @param vocabulary token ids by name
   */
  public SpecialTokens(
      StoredFiles files,
      String listedIn,
      List<AddedToken> listed,
      Map<String, Integer> vocabulary) {
    this.vocabulary = vocabulary;
    vocabulary.forEach((name, id) -> names.put(id, name));
    config = settings(files, TokenizerFiles.CONFIG);
    map = settings(files, TokenizerFiles.SPECIAL);
    listed.forEach(token -> add(listedIn, token));
    addDecoder();
    addContents(files);
    ROLES.forEach(role -> role(role).ifPresent(this::addKnown));
    for (String more : MORE) {
      more(config.at(more));
      more(map.at(more));
    }
    config.at("split_special_tokens").requireFalse();
    if (!files.has(TokenizerFiles.TOKENIZER)) {
      config.at("add_bos_token").requireFalse();
      config.at("add_eos_token").requireFalse();
    }
    if (vocabulary.containsKey(END_OF_TEXT) && !added.containsKey(END_OF_TEXT)) {
      int id = vocabulary.getOrDefault(END_OF_TEXT, -1);
      added.put(END_OF_TEXT, AddedToken.special(id, END_OF_TEXT));
    }
  }

  /** All added tokens. */
  public List<AddedToken> tokens() {
    return List.copyOf(added.values());
  }

  /** The end-of-text token: {@code eos_token}, or else {@code <|endoftext|>}. */
  public OptionalInt endOfText() {
    AddedToken end = added.get(role("eos_token").map(SpecialTokens::content).orElse(END_OF_TEXT));
    return end == null ? OptionalInt.empty() : OptionalInt.of(end.id());
  }

  /**
   * Whether a space is added before a text. The class GPT2Tokenizer configures it itself; other
   * classes take it from {@code tokenizer.json}.
   *
   * @param inTokenizer the value in {@code tokenizer.json}; null without that file
   */
  public boolean prefixSpace(@Nullable Setting inTokenizer) {
    Setting configured = config.at("add_prefix_space");
    boolean before = configured.truth(false);
    if (inTokenizer == null
        || config.at("tokenizer_class").value().asText().startsWith(OWN_CLASS)) {
      return before;
    }
    boolean there = inTokenizer.truth(before);
    if (!configured.absent() && there != before) {
      throw inTokenizer.error(before + " as in " + TokenizerFiles.CONFIG);
    }
    return there;
  }

  private static Setting settings(StoredFiles files, String name) {
    byte @Nullable [] content = files.find(name);
    ObjectNode tree =
        content == null
            ? JsonNodeFactory.instance.objectNode()
            : StrictJson.tree(files.path(name), content);
    return new Setting(files.path(name), "", tree);
  }

  private void addDecoder() {
    Setting decoder = config.at("added_tokens_decoder");
    if (decoder.absent()) {
      return;
    }
    if (!decoder.value().isObject()) {
      throw decoder.error("an object");
    }
    Iterator<String> ids = decoder.value().fieldNames();
    while (ids.hasNext()) {
      String id = ids.next();
      if (!id.matches("[0-9]{1,9}")) {
        throw InputErrors.of(decoder.file(), decoder.path(), "ids as keys", InputErrors.quote(id));
      }
      Setting token = decoder.at(id);
      int number = StrictJson.checkedId(decoder.file(), token.path(), Long.parseLong(id));
      add(decoder.file(), TokenizerJson.addedToken(token, number, false));
    }
  }

  private void addContents(StoredFiles files) {
    byte @Nullable [] content = files.find(TokenizerFiles.ADDED);
    if (content == null) {
      return;
    }
    String file = files.path(TokenizerFiles.ADDED);
    Map<String, Integer> ids = new LinkedHashMap<>();
    StrictJson.read(file, content, (json, name) -> ids.put(name, json.id(name)));
    ids.forEach(
        (name, id) -> {
          if (name.isEmpty()) {
            throw InputErrors.of(file, "id " + id, "a non-empty text", "an empty one");
          }
          add(file, new AddedToken(id, name, false, true, false, false, false));
        });
  }

  private void add(String file, AddedToken token) {
    String quoted = InputErrors.quote(token.content());
    AddedToken before = added.get(token.content());
    Integer expected =
        before != null ? Integer.valueOf(before.id()) : vocabulary.get(token.content());
    if (expected != null && expected != token.id()) {
      throw InputErrors.of(file, "added token " + quoted, "id " + expected, "id " + token.id());
    }
    String holder = names.putIfAbsent(token.id(), token.content());
    if (holder != null && !holder.equals(token.content())) {
      throw InputErrors.of(
          file,
          "added token " + quoted,
          "a unique id",
          "id " + token.id() + " of " + InputErrors.quote(holder));
    }
    added.putIfAbsent(token.content(), token);
    if (added.size() > MOST_ADDED) {
      throw InputErrors.of(file, "added tokens", "at most " + MOST_ADDED, "more");
    }
  }

  private void addKnown(Setting token) {
    String content = content(token);
    if (added.containsKey(content)) {
      return;
    }
    Integer id = vocabulary.get(content);
    if (id == null || content.isEmpty()) {
      throw token.error("a token of the vocabulary");
    }
    added.put(
        content,
        token.value().isObject()
            ? TokenizerJson.addedToken(token, id, true)
            : AddedToken.special(id, content));
  }

  private void more(Setting list) {
    if (list.absent()) {
      return;
    }
    // Releases in between wrote an object of tokens by name.
    if (!list.value().isArray() && !list.value().isObject()) {
      throw list.error("an array");
    }
    List<Setting> tokens = new ArrayList<>();
    for (JsonNode token : list.value()) {
      tokens.add(new Setting(list.file(), list.path() + "[" + tokens.size() + "]", token));
    }
    tokens.forEach(this::addKnown);
  }

  private Optional<Setting> role(String role) {
    Setting configured = config.at(role);
    Setting mapped = map.at(role);
    if (configured.absent()) {
      return mapped.absent() ? Optional.empty() : Optional.of(mapped);
    }
    if (!mapped.absent() && !content(mapped).equals(content(configured))) {
      throw mapped.error(
          InputErrors.quote(content(configured)) + " as in " + TokenizerFiles.CONFIG);
    }
    return Optional.of(configured);
  }

  private static String content(Setting token) {
    return token.value().isObject() ? token.at("content").text() : token.text();
  }
}
