package io.centroid.text.bpe;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.GptBytePairEncodingParams;
import com.knuddels.jtokkit.api.IntArrayList;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Utf8;
import io.centroid.text.AddedToken;
import io.centroid.text.AddedTokens;
import io.centroid.text.Setting;
import io.centroid.text.SpecialTokens;
import io.centroid.text.StoredFiles;
import io.centroid.text.StrictJson;
import io.centroid.text.TokenIds;
import io.centroid.text.TokenizerFiles;
import io.centroid.text.TokenizerJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A byte-level BPE model: vocabulary, added tokens, and jtokkit's merge algorithm. */
public final class BpeModel {
  private static final String NAME = "centroid";
  // Limits the ids that jtokkit buffers per part.
  private static final int PART_CHARACTERS = 1 << 16;

  private final BpeVocabulary vocabulary;
  private final AddedTokens added;
  private final boolean prefixSpace;
  private final OptionalInt endOfText;
  private final int size;
  private final boolean allBytes;
  private final Encoding encoding;
  private final Map<Integer, byte[]> contents = new HashMap<>();

  BpeModel(
      BpeVocabulary vocabulary,
      List<AddedToken> added,
      boolean prefixSpace,
      OptionalInt endOfText) {
    this.vocabulary = vocabulary;
    this.added = new AddedTokens(added);
    this.prefixSpace = prefixSpace;
    this.endOfText = endOfText;
    size =
        Math.max(
            vocabulary.size(), added.stream().mapToInt(token -> token.id() + 1).max().orElse(0));
    allBytes = vocabulary.hasAllBytes();
    encoding = encoding(vocabulary);
    added.forEach(
        token -> contents.put(token.id(), token.content().getBytes(StandardCharsets.UTF_8)));
  }

  /** Reads and checks a tokenizer's files. */
  public static BpeModel read(StoredFiles files) {
    if (files.has(TokenizerFiles.TOKENIZER)) {
      return of(files, TokenizerJson.read(files));
    }
    String file = files.path(TokenizerFiles.VOCABULARY);
    Map<String, Integer> ids = new HashMap<>();
    StrictJson.read(
        file, files.get(TokenizerFiles.VOCABULARY), (json, name) -> ids.put(name, json.id(name)));
    Merges merges =
        MergesText.read(files.path(TokenizerFiles.MERGES), files.get(TokenizerFiles.MERGES));
    return of(files, file, ids, merges, List.of(), null, null);
  }

  /** Checks {@code tokenizer.json} and the files next to it. */
  public static BpeModel of(StoredFiles files, TokenizerJson json) {
    json.model();
    return of(
        files,
        json.file(),
        json.vocabulary(),
        json.merges(),
        json.addedTokens(),
        json.settings().at("model").at("unk_token"),
        json.preTokenizer().at("add_prefix_space"));
  }

  private static BpeModel of(
      StoredFiles files,
      String file,
      Map<String, Integer> ids,
      Merges merges,
      List<AddedToken> listed,
      @Nullable Setting unknown,
      @Nullable Setting prefix) {
    BpeVocabulary vocabulary = BpeVocabulary.of(file, ids, merges);
    if (unknown != null && !unknown.absent() && !vocabulary.hasAllBytes()) {
      throw unknown.error("null, since the vocabulary does not have all bytes");
    }
    SpecialTokens special = new SpecialTokens(files, file, listed, ids);
    return new BpeModel(
        vocabulary, special.tokens(), special.prefixSpace(prefix), special.endOfText());
  }

  private static Encoding encoding(BpeVocabulary vocabulary) {
    EncodingRegistry registry = Encodings.newLazyEncodingRegistry();
    registry.registerGptBytePairEncoding(
        new GptBytePairEncodingParams(NAME, PreTokens.PATTERN, vocabulary.ranks(), Map.of()));
    return registry.getEncoding(NAME).orElseThrow();
  }

  BpeVocabulary vocabulary() {
    return vocabulary;
  }

  List<AddedToken> added() {
    return added.tokens();
  }

  AddedTokens addedTokens() {
    return added;
  }

  boolean prefixSpace() {
    return prefixSpace;
  }

  OptionalInt endOfText() {
    return endOfText;
  }

  int size() {
    return size;
  }

  int[] encode(String text) {
    return encode(text, true, false);
  }

  int[] encodeOrdinary(String text) {
    return encode(text, false, false);
  }

  /** See {@link io.centroid.text.Tokenizer#encodePiece}. */
  int[] encode(String text, boolean special, boolean continued) {
    TokenIds ids = new TokenIds();
    String whole = Utf8.wholeCharacters(text);
    (special ? added : AddedTokens.NONE)
        .split(
            whole,
            ids::add,
            part -> append(part, prefixSpace && !(continued && ids.isEmpty()), ids));
    return ids.toArray();
  }

  byte[] bytes(int id) {
    byte[] content = contents.get(id);
    if (content != null) {
      return content.clone();
    }
    String name = vocabulary.name(id);
    return name == null ? new byte[0] : ByteAlphabet.bytes(name);
  }

  private void append(String part, boolean prefixed, TokenIds ids) {
    String text = prefixed && part.charAt(0) != ' ' ? " " + part : part;
    if (!allBytes) {
      requireBytes(text);
    }
    for (int start = 0; start < text.length(); ) {
      int end = PreTokens.cut(text, start + PART_CHARACTERS);
      String piece = start == 0 && end == text.length() ? text : text.substring(start, end);
      IntArrayList ranks = encoding.encodeOrdinary(piece);
      for (int i = 0; i < ranks.size(); i++) {
        ids.add(vocabulary.idOfRank(ranks.get(i)));
      }
      start = end;
    }
  }

  private void requireBytes(String text) {
    for (int at = 0; at < text.length(); ) {
      int character = text.codePointAt(at);
      for (byte value : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
        if (!vocabulary.hasByte(value & 0xff)) {
          throw new InputException(
              InputErrors.oneLine(
                  "character U+%04X at offset %s: its byte 0x%02x is not in the vocabulary"
                      .formatted(character, at, value & 0xff)));
        }
      }
      at += Character.charCount(character);
    }
  }
}
