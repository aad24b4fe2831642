package io.centroid.huggingface;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.error.InputErrors;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The stored tensors of a model directory by their names in {@code GPT2LMHeadModel}. The prefix
 * {@code transformer.} is optional, and the causal masks of older releases are ignored, as are
 * heads of other tasks.
 */
final class StoredWeights {
  static final String FILE = "model.safetensors";
  static final String PREFIX = "transformer.";

  private static final int MOST_INDEX_BYTES = 64 << 20;
  private static final Pattern MASK =
      Pattern.compile("transformer\\.h\\.\\d+\\.attn\\.(masked_)?bias");

  /**
   * Heads of TRL's value models, GPT2DoubleHeadsModel, GPT2ForTokenClassification and
   * GPT2ForQuestionAnswering.
   */
  private static final Pattern OTHER_HEAD =
      Pattern.compile("(v_head|multiple_choice_head|classifier|qa_outputs)\\..+");

  private final ModelFiles folder;
  private final Map<String, Stored> tensors = new LinkedHashMap<>();
  private final Set<String> skipped = new TreeSet<>();

  /** A tensor in a file. */
  record Stored(String file, TensorInfo info) {}

  private StoredWeights(ModelFiles folder) {
    this.folder = folder;
  }

  /** Reads and checks the headers of all weight files. */
  static StoredWeights read(ModelFiles folder) throws IOException {
    StoredWeights weights = new StoredWeights(folder);
    if (folder.has(FILE)) {
      weights.add(FILE, Optional.empty());
    } else if (folder.has(ShardIndex.FILE)) {
      ShardIndex index =
          ShardIndex.parse(
              folder.name(ShardIndex.FILE), folder.read(ShardIndex.FILE, MOST_INDEX_BYTES));
      for (String shard : index.shards()) {
        if (!folder.has(shard)) {
          throw InputErrors.of(
              folder.name(shard), "no such file, but listed in " + ShardIndex.FILE);
        }
        weights.add(shard, Optional.of(index));
      }
    } else {
      throw OtherFormats.noWeights(folder);
    }
    return weights;
  }

  /** Name of the weights for messages: the single file, or the index. */
  String name() {
    return folder.name(folder.has(FILE) ? FILE : ShardIndex.FILE);
  }

  Optional<Stored> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The tensors by the model's names, in file order. */
  Map<String, Stored> tensors() {
    return tensors;
  }

  /** Names of skipped tensors of other heads. */
  Set<String> skipped() {
    return skipped;
  }

  /** Skips a tensor that the model does not use. */
  void skip(String name) {
    if (tensors.remove(name) != null) {
      skipped.add(name);
    }
  }

  /**
   * Takes a lone output layer as the token embedding: safetensors may store a shared tensor once.
   */
  void tie() {
    if (!tensors.containsKey(Gpt2Layout.TOKENS) && tensors.containsKey(Gpt2Layout.OUTPUT)) {
      tensors.put(Gpt2Layout.TOKENS, Objects.requireNonNull(tensors.remove(Gpt2Layout.OUTPUT)));
    }
  }

  /** Opens a file again and checks that its tensors are unchanged. */
  SafetensorsReader open(String file) throws IOException {
    SafetensorsReader reader = folder.open(file);
    List<TensorInfo> known =
        tensors.values().stream()
            .filter(stored -> stored.file().equals(file))
            .map(Stored::info)
            .toList();
    if (!reader.tensors().containsAll(known)) {
      reader.close();
      throw InputErrors.of(folder.name(file), "was changed during the read");
    }
    return reader;
  }

  private void add(String file, Optional<ShardIndex> index) throws IOException {
    try (SafetensorsReader reader = folder.open(file)) {
      index.ifPresent(present -> requireListed(present, file, reader.tensors()));
      for (TensorInfo info : reader.tensors()) {
        String name = modelName(info.name());
        if (MASK.matcher(name).matches()) {
          continue;
        }
        if (OTHER_HEAD.matcher(info.name()).matches()) {
          skipped.add(info.name());
          continue;
        }
        Stored other = tensors.put(name, new Stored(file, info));
        if (other != null) {
          throw InputErrors.of(
              folder.name(file),
              "tensor " + InputErrors.quote(info.name()),
              "once",
              InputErrors.quote(other.info().name()) + " in " + other.file());
        }
      }
    }
  }

  /** Checks that the file has exactly the tensors that the index lists. */
  private void requireListed(ShardIndex index, String file, List<TensorInfo> found) {
    var listed =
        index.files().entrySet().stream()
            .filter(entry -> entry.getValue().equals(file))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    for (TensorInfo info : found) {
      if (!listed.remove(info.name())) {
        throw InputErrors.of(
            folder.name(file),
            "tensor " + InputErrors.quote(info.name()),
            "a tensor that " + ShardIndex.FILE + " lists in this file",
            "an unlisted one");
      }
    }
    if (!listed.isEmpty()) {
      throw InputErrors.of(
          folder.name(file),
          "no tensor named "
              + InputErrors.quote(listed.stream().sorted().findFirst().orElseThrow())
              + ", but "
              + ShardIndex.FILE
              + " lists it in this file");
    }
  }

  private static String modelName(String stored) {
    boolean outside =
        stored.startsWith(PREFIX) || stored.startsWith("lm_head.") || stored.startsWith("score.");
    return outside ? stored : PREFIX + stored;
  }
}
