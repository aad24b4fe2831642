package io.centroid.text;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.BoundedRead;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.text.bpe.BpeModel;
import io.centroid.text.bpe.ByteLevelBpe;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/**
 * A loader of tokenizers from Hugging Face's files: {@code tokenizer.json} if present, else {@code
 * vocab.json} and {@code merges.txt}, with the files for special tokens.
 */
public final class TokenizerFiles {
  public static final String TOKENIZER = "tokenizer.json";
  public static final String VOCABULARY = "vocab.json";
  public static final String MERGES = "merges.txt";
  public static final String CONFIG = "tokenizer_config.json";
  static final String SPECIAL = "special_tokens_map.json";
  static final String ADDED = "added_tokens.json";

  /** Files of tokenizers that are not read. */
  private static final Map<String, String> OTHERS =
      new TreeMap<>(
          Map.of(
              "vocab.txt", "the WordPiece vocabulary of a BertTokenizer",
              "spiece.model", "a SentencePiece model",
              "tokenizer.model", "a SentencePiece model",
              "sentencepiece.bpe.model", "a SentencePiece model"));

  /** Maximum size of a file in bytes. */
  static final int MOST_BYTES = 64 << 20;

  private TokenizerFiles() {}

  /** Whether a folder has a tokenizer's files; their contents are not checked. */
  public static boolean present(HadoopFiles files, Path folder) {
    return exists(files, new Path(folder, TOKENIZER))
        || (exists(files, new Path(folder, VOCABULARY)) && exists(files, new Path(folder, MERGES)));
  }

  /**
   * Rejects a folder whose tokenizer is of a kind that is not read; one without any passes.
   *
   * @throws InputException if it has such a tokenizer
   */
  public static void requireNoOther(HadoopFiles files, Path folder) {
    if (!present(files, folder)) {
      requireNoOther(folder.toString(), name -> exists(files, HadoopPath.child(folder, name)));
    }
  }

  private static void requireNoOther(String place, Predicate<String> exists) {
    OTHERS.forEach(
        (name, kind) -> {
          if (exists.test(name)) {
            throw InputErrors.of(
                place + "/" + name,
                kind
                    + ", which is not supported: expected the tokenizer.json, or the vocab.json and"
                    + " merges.txt, of a byte-level BPE, which prepare --tokenizer bpe trains for a"
                    + " new model");
          }
        });
  }

  /**
   * Reads the tokenizer of a folder.
   *
   * @throws InputException if the tokenizer is missing, damaged or of an unsupported kind
   */
  public static Tokenizer read(HadoopFiles files, Path folder) {
    return read(folder.toString(), name -> content(files, HadoopPath.child(folder, name)));
  }

  /** Reads the tokenizer of a local folder, like {@link #read(HadoopFiles, Path)}. */
  public static Tokenizer read(java.nio.file.Path folder) {
    return read(folder.toString(), name -> content(folder.resolve(name)));
  }

  /**
   * Rebuilds a tokenizer from {@link Tokenizer#files}.
   *
   * @param files contents by file name
   * @param place name of the folder for messages
   */
  public static Tokenizer of(Map<String, byte[]> files, String place) {
    return read(place, name -> Optional.ofNullable(files.get(name)));
  }

  /** A lookup of file contents by name. */
  private interface Folder {
    Optional<byte[]> find(String name);
  }

  private static Tokenizer read(String place, Folder folder) {
    Map<String, byte[]> found = new LinkedHashMap<>();
    Optional<byte[]> whole = folder.find(TOKENIZER);
    whole.ifPresent(content -> found.put(TOKENIZER, content));
    if (whole.isEmpty()) {
      if (folder.find(VOCABULARY).isEmpty()) {
        requireNoOther(place, name -> folder.find(name).isPresent());
      }
      for (String name : List.of(VOCABULARY, MERGES)) {
        found.put(
            name,
            folder
                .find(name)
                .orElseThrow(
                    () ->
                        InputErrors.of(
                            place,
                            "tokenizer",
                            TOKENIZER + ", or " + VOCABULARY + " and " + MERGES,
                            "no " + name)));
      }
    }
    for (String name : List.of(CONFIG, SPECIAL, ADDED)) {
      folder.find(name).ifPresent(content -> found.put(name, content));
    }
    StoredFiles files = new StoredFiles(place, found);
    if (whole.isEmpty()) {
      return new ByteLevelBpe(files, BpeModel.read(files));
    }
    TokenizerJson json = TokenizerJson.read(files);
    return switch (json.model()) {
      case BPE -> new ByteLevelBpe(files, BpeModel.of(files, json));
      case WORD_LEVEL -> CharacterTokenizer.read(files, json);
    };
  }

  private static boolean exists(HadoopFiles files, Path path) {
    try {
      files.status(path);
      return true;
    } catch (InputException e) {
      if (e.getCause() instanceof FileNotFoundException) {
        return false;
      }
      throw e;
    }
  }

  private static Optional<byte[]> content(HadoopFiles files, Path path) {
    if (!exists(files, path)) {
      return Optional.empty();
    }
    return Optional.of(files.read(path, MOST_BYTES));
  }

  private static Optional<byte[]> content(java.nio.file.Path path) {
    if (!java.nio.file.Files.exists(path)) {
      return Optional.empty();
    }
    try (InputStream in = java.nio.file.Files.newInputStream(path)) {
      return Optional.of(BoundedRead.bytes(path.toString(), in, MOST_BYTES));
    } catch (IOException e) {
      throw HadoopFiles.failure(new Path(path.toUri()), e);
    }
  }
}
