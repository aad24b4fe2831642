package io.centroid.text.bpe;

import io.centroid.text.AddedTokens;
import io.centroid.text.StoredFiles;
import io.centroid.text.Tokenizer;
import io.centroid.text.Utf8Stream;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * GPT-2's byte-level byte-pair encoding, with the ids of Hugging Face's GPT2TokenizerFast for any
 * vocabulary and merges. An unpaired surrogate is encoded as U+FFFD. jtokkit does the merging.
 * Deserialization rebuilds it from the files, so tasks should share one by broadcast.
 */
public final class ByteLevelBpe implements Tokenizer {
  private static final long serialVersionUID = 1L;

  private final StoredFiles files;
  private transient volatile @Nullable BpeModel model;

  /** A tokenizer from its files and the model read from them. */
  public ByteLevelBpe(StoredFiles files, BpeModel model) {
    this.files = files;
    this.model = model;
  }

  @Override
  public int vocabularySize() {
    return model().size();
  }

  @Override
  public OptionalInt endOfText() {
    return model().endOfText();
  }

  @Override
  public int[] encode(String text) {
    return model().encode(text);
  }

  @Override
  public int[] encodeOrdinary(String text) {
    return model().encodeOrdinary(text);
  }

  @Override
  public AddedTokens added() {
    return model().addedTokens();
  }

  @Override
  public int[] encodePiece(String text, boolean special, boolean continued) {
    return model().encode(text, special, continued);
  }

  @Override
  public byte[] bytes(int id) {
    return model().bytes(id);
  }

  @Override
  public String decode(int[] ids) {
    BpeModel running = model();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(running.bytes(id));
    }
    Utf8Stream text = new Utf8Stream();
    return text.add(bytes.toByteArray()) + text.end();
  }

  /** The unchanged source files, and the other files that Hugging Face expects. */
  @Override
  public Map<String, byte[]> files() {
    return files.and(BpeFiles.write(model()));
  }

  private BpeModel model() {
    BpeModel running = model;
    if (running == null) {
      running = BpeModel.read(files);
      model = running;
    }
    return running;
  }
}
