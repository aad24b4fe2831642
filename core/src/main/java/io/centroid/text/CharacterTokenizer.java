package io.centroid.text;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Utf8;
import io.centroid.text.bpe.BpeFiles;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A character-level tokenizer with one token per code point, as in nanoGPT's Shakespeare example.
 * Its file is a {@code tokenizer.json} of Hugging Face's WordLevel model. An unpaired surrogate
 * counts as U+FFFD.
 */
public final class CharacterTokenizer implements Tokenizer {
  /** The split pattern for Hugging Face: every character, including line ends. */
  static final String PATTERN = "[\\s\\S]";

  private static final long serialVersionUID = 1L;
  private static final int NONE = -1;

  private final StoredFiles files;
  private final int[] characters;
  private final int[] sorted;
  private final int[] idsOfSorted;

  private CharacterTokenizer(StoredFiles files, int[] characters) {
    this.files = files;
    this.characters = characters;
    int[] ids = IntStream.range(0, characters.length).filter(i -> characters[i] != NONE).toArray();
    idsOfSorted =
        Arrays.stream(ids)
            .boxed()
            .sorted((a, b) -> Integer.compare(characters[a], characters[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    sorted = Arrays.stream(idsOfSorted).map(id -> characters[id]).toArray();
  }

  /** A tokenizer whose ids are the sorted characters of a text. */
  public static CharacterTokenizer of(String text) {
    if (text.isEmpty()) {
      throw new InputException("a character vocabulary needs a non-empty text");
    }
    int[] characters = Utf8.wholeCharacters(text).codePoints().distinct().sorted().toArray();
    ObjectNode ids = JsonNodeFactory.instance.objectNode();
    for (int id = 0; id < characters.length; id++) {
      ids.put(Character.toString(characters[id]), id);
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(TokenizerFiles.TOKENIZER, BpeFiles.bytes(tokenizer(ids)));
    files.put(
        TokenizerFiles.CONFIG,
        BpeFiles.bytes(
            JsonNodeFactory.instance
                .objectNode()
                .put("clean_up_tokenization_spaces", false)
                .put("tokenizer_class", "PreTrainedTokenizerFast")));
    return new CharacterTokenizer(new StoredFiles("characters", files), characters);
  }

  /** Reads and checks a {@code tokenizer.json} whose model is WordLevel. */
  static CharacterTokenizer read(StoredFiles files, TokenizerJson json) {
    String file = json.file();
    List<AddedToken> added =
        new SpecialTokens(files, file, json.addedTokens(), json.vocabulary()).tokens();
    if (!added.isEmpty()) {
      throw InputErrors.of(file, "added tokens", "none", InputErrors.quote(added.get(0).content()));
    }
    int size = StrictJson.arraySize(file, json.vocabulary());
    int[] characters = new int[size];
    Arrays.fill(characters, NONE);
    json.vocabulary()
        .forEach(
            (name, id) -> {
              if (name.isEmpty() || name.codePointCount(0, name.length()) != 1) {
                throw InputErrors.of(file, "id " + id, "one character", InputErrors.quote(name));
              }
              if (characters[id] != NONE) {
                throw InputErrors.of(file, "duplicate id " + id);
              }
              characters[id] = name.codePointAt(0);
            });
    if (size == 0) {
      throw InputErrors.of(file, "model.vocab", "some characters", "none");
    }
    return new CharacterTokenizer(files, characters);
  }

  @Override
  public int vocabularySize() {
    return characters.length;
  }

  @Override
  public OptionalInt endOfText() {
    return OptionalInt.empty();
  }

  @Override
  public int[] encode(String text) {
    return encodeOrdinary(text);
  }

  @Override
  public int[] encodeOrdinary(String text) {
    String whole = Utf8.wholeCharacters(text);
    TokenIds ids = new TokenIds();
    for (int at = 0; at < whole.length(); ) {
      int character = whole.codePointAt(at);
      int found = Arrays.binarySearch(sorted, character);
      if (found < 0) {
        throw new InputException(
            "character U+%04X at offset %s: not in the vocabulary".formatted(character, at));
      }
      ids.add(idsOfSorted[found]);
      at += Character.charCount(character);
    }
    return ids.toArray();
  }

  @Override
  public byte[] bytes(int id) {
    return id < 0 || id >= characters.length || characters[id] == NONE
        ? new byte[0]
        : Character.toString(characters[id]).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String decode(int[] ids) {
    StringBuilder text = new StringBuilder(ids.length);
    for (int id : ids) {
      if (id >= 0 && id < characters.length && characters[id] != NONE) {
        text.appendCodePoint(characters[id]);
      }
    }
    return text.toString();
  }

  @Override
  public Map<String, byte[]> files() {
    return files.and(Map.of());
  }

  private static ObjectNode tokenizer(ObjectNode ids) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    json.putArray("added_tokens");
    json.putNull("normalizer");
    ObjectNode split = json.putObject("pre_tokenizer").put("type", "Split");
    split.putObject("pattern").put("Regex", PATTERN);
    split.put("behavior", "Isolated").put("invert", false);
    json.putNull("post_processor");
    json.putObject("decoder").put("type", "Fuse");
    ObjectNode model = json.putObject("model").put("type", "WordLevel");
    model.set("vocab", ids);
    model.put("unk_token", "<unk>");
    return json;
  }
}
