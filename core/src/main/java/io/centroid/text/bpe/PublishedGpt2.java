package io.centroid.text.bpe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tokenizer of the published GPT-2 models, for model directories without one. jtokkit has the
 * token ranks; a token's merge is found by merging its bytes with the tokens of lower rank.
 */
public final class PublishedGpt2 {
  private static final String RANKS = "/com/knuddels/jtokkit/r50k_base.tiktoken";
  private static final String PLACE = "the published GPT-2's tokenizer";
  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final int BYTES = 256;

  private PublishedGpt2() {}

  /** The tokenizer, with 50,257 tokens. */
  public static Tokenizer tokenizer() {
    // Token bytes as characters 0..255 of a string.
    Map<String, Integer> ranks = ranks();
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    StringBuilder merges = new StringBuilder("#version: 0.2\n");
    ranks.forEach(
        (token, rank) -> {
          vocabulary.put(name(token), rank);
          if (rank >= BYTES) {
            List<String> parts = parts(token, rank, ranks);
            merges.append(name(parts.get(0))).append(' ').append(name(parts.get(1))).append('\n');
          }
        });
    vocabulary.put(END_OF_TEXT, vocabulary.size());
    try {
      return TokenizerFiles.of(
          Map.of(
              TokenizerFiles.VOCABULARY, new ObjectMapper().writeValueAsBytes(vocabulary),
              TokenizerFiles.MERGES, merges.toString().getBytes(StandardCharsets.UTF_8)),
          PLACE);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Integer> ranks() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    InputStream resource =
        Objects.requireNonNull(PublishedGpt2.class.getResourceAsStream(RANKS), RANKS);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        byte[] token = Base64.getDecoder().decode(line.substring(0, space));
        ranks.put(
            new String(token, StandardCharsets.ISO_8859_1),
            Integer.valueOf(line.substring(space + 1)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ranks;
  }

  /** The two parts that merge to the token of this rank. */
  private static List<String> parts(String token, int rank, Map<String, Integer> ranks) {
    List<String> parts = new ArrayList<>();
    token.chars().forEach(value -> parts.add(String.valueOf((char) value)));
    while (parts.size() > 2) {
      int best = 0;
      int lowest = rank;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int merged = ranks.getOrDefault(parts.get(i) + parts.get(i + 1), rank);
        if (merged < lowest) {
          lowest = merged;
          best = i;
        }
      }
      parts.set(best, parts.get(best) + parts.get(best + 1));
      parts.remove(best + 1);
    }
    return parts;
  }

  private static String name(String token) {
    return ByteAlphabet.name(token.getBytes(StandardCharsets.ISO_8859_1));
  }
}
